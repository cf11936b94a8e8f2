/**
 * The keys that the gateway signs with, in one map by id: platform certificates (平台证书) by their serial number, and the public key of
 * WeChat Pay (微信支付公钥) by its id, `PUB_KEY_ID_…`. During a change from one kind to the other both are in use, so nothing looks at the
 * kind: an id is looked up as it stands.
 *
 * How certificates are downloaded and kept is `KeyRing`'s.
 */
import * as Result from "effect/Result";
import { type Issue } from "./Credential.ts";
import { type KeyObject } from "./internal/crypto.ts";
/** One key of the gateway. */
export declare class PlatformKey {
    #private;
    readonly id: string;
    /** Of a certificate: when it began to hold, in milliseconds since 1970. */
    readonly from: number | undefined;
    readonly to: number | undefined;
    /** Use `fromText` or `fromCertificates`, which check. */
    constructor(id: string, key: KeyObject, validity?: {
        readonly from?: number;
        readonly to?: number;
    });
    /** Whether the signature is this key's over these bytes. */
    verifies(bytes: Uint8Array, signature: Uint8Array): boolean;
    /** Whether it is this public key, in PEM. */
    is(publicKey: string): boolean;
}
/** The keys by id. */
export type PlatformKeys = ReadonlyMap<string, PlatformKey>;
/** A key as it is given in settings. */
export interface PlatformKeyText {
    /** `PUB_KEY_ID_…` (微信支付公钥ID), or the serial number of a platform certificate, which a certificate tells itself. */
    readonly id?: string | undefined;
    /** A public key or a certificate; PEM, PEM with literal `\n`, or base64 of DER. */
    readonly key: string;
}
/** Reads one key. */
export declare const fromText: ({ id: given, key: text }: PlatformKeyText) => Result.Result<PlatformKey, Issue>;
/**
 * The map of some keys. The merchant's own serial number among them, or its own key (in PEM), is a mix-up, and nothing would be verified with
 * it.
 */
export declare const make: (keys: ReadonlyArray<PlatformKey>, merchantSerial: string, merchantKey?: string) => Result.Result<PlatformKeys, ReadonlyArray<Issue>>;
/** Why a download of certificates gives no keys. */
export type Unreadable = "not-json" | "no-list" | "sealed" | "not-a-certificate" | "other-serial" | "merchant-serial";
/**
 * The certificates of `GET /v3/certificates`, each opened with the APIv3 key (APIv3密钥), which is what protects them: the first download
 * cannot be verified with anything that is known before. All of them, or none.
 */
export declare const fromCertificates: (body: Uint8Array, apiV3Key: string, merchantSerial: string) => Result.Result<PlatformKeys, Unreadable>;
/** The id to name in requests, so that the reply is signed with a key that is held: a public key before the newest certificate. */
export declare const preferred: (keys: PlatformKeys, nowMillis: number) => string | undefined;
