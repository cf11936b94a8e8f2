/**
 * SHA256-RSA2048: the text that is signed of a request and of a reply or notice, the `Authorization` field, and the check of what the
 * gateway signed. Bytes in, a verdict out; nothing is parsed here.
 *
 * Source: the signing and verifying pages of APIv3 (签名生成, 签名验证).
 */
import * as Result from "effect/Result";
import type { Credential } from "./Credential.ts";
import type { PlatformKeys } from "./PlatformKeys.ts";
export declare const scheme = "WECHATPAY2-SHA256-RSA2048";
/** What of a request is signed. */
export interface RequestParts {
    readonly method: string;
    /** The absolute path with the query, escaped as it is sent; without the host. */
    readonly path: string;
    /** Seconds since 1970. */
    readonly timestamp: number | string;
    readonly nonce: string;
    /** As it is sent; nothing for a GET. */
    readonly body: string;
}
/** The text of a request: five lines, the last one ended too. */
export declare const requestText: ({ body, method, nonce, path, timestamp }: RequestParts) => string;
/** A signed request: the text, its signature and the field that carries it. */
export interface SignedRequest {
    readonly message: string;
    readonly signature: string;
    readonly authorization: string;
}
export declare const sign: (credential: Credential, parts: RequestParts) => SignedRequest;
/** The bytes of a reply or notice that are signed: time, nonce and the raw body, each line ended. */
export declare const replyBytes: (timestamp: string, nonce: string, body: Uint8Array) => Uint8Array;
/** Header fields by name, in any case, as an HTTP library hands them over. */
export type Headers = Readonly<Record<string, string>>;
/** Why a reply or a notice is not believed. */
export interface Problem {
    readonly problem: "unsigned" | "malformed-sign" | "probe" | "unknown-key" | "wrong-sign" | "clock";
    /** The header field that is missing or has not its form. */
    readonly field?: string;
    /** The key that it says it was signed with. */
    readonly serial?: string;
    /** The time that it says it was signed at. */
    readonly received?: string;
}
/** Whether anything in the header says that this was signed. */
export declare const isSigned: (headers: Headers) => boolean;
/** Whether all is there that a signature needs. */
export declare const isWhole: (headers: Headers) => boolean;
/** The key that a header names, where it names one. */
export declare const serialIn: (headers: Headers) => string | undefined;
/** How far the time of a signature may be from now, in seconds. */
export declare const window = 300;
/** Checks the signature and then the time. `now` is in seconds since 1970. Gives the id of the key. */
export declare const verify: (headers: Headers, body: Uint8Array, keys: PlatformKeys, now: number) => Result.Result<string, Problem>;
