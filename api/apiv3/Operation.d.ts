/**
 * One exchange of APIv3 as two pure functions: `prepare` (request → signed request) and `interpret` (reply → result).
 *
 * The order of `interpret` is the protocol's: bytes within their limit, signature, clock, and JSON only then. What nobody signed decides
 * nothing, with one exception: a 401 SIGN_ERROR says that the request's own signature was refused. Time and nonce are given;
 * nothing here touches a clock, randomness or sockets, and everything returns.
 */
import type { TransportReply, TransportRequest } from "@wechat-refund/core/Transport";
import { InvalidRequest, type Issue, MalformedReply, type OperationName, type Reason, RefundError, UntrustedReply } from "@wechat-refund/core/RefundError";
import * as Redacted from "effect/Redacted";
import * as Result from "effect/Result";
import type { Credential } from "./Credential.ts";
import { type Record as Json } from "./internal/json.ts";
import type { PlatformKeys } from "./PlatformKeys.ts";
import * as Signature from "./Signature.ts";
/** What is sent of a request, before it is signed. */
export interface Call {
    readonly method: "GET" | "POST";
    /** The absolute path with the query, escaped as it is sent. */
    readonly path: string;
    /** JSON; a GET has none. */
    readonly body?: string | undefined;
}
/** Whom a request is made for. */
export interface Account {
    readonly mchId: string;
    /** Provider mode (服务商): the sub-merchant. */
    readonly subMchId?: string | undefined;
    /** The APIv3 key (APIv3密钥), where there is one: a request that holds it is refused. */
    readonly apiV3Key?: Redacted.Redacted<string> | undefined;
}
/** What one member of a reply must be for the reply to speak of this request; numbers are compared as they are written. */
export interface Expectation {
    readonly field: string;
    readonly expected: string;
    /** With `false` it is compared only where it is there. */
    readonly required?: false;
}
/** The definition of one exchange. `In` is what the caller asks, `Out` what a successful reply says. */
export interface Operation<in In, out Out> {
    readonly name: OperationName;
    readonly maxReplyBytes: number;
    /** The request as it is now; see core's `Operation`. */
    readonly copy: <A extends In>(request: A) => A;
    readonly outRefundNo: (request: In) => string | undefined;
    /** What is sent, after every local check; all issues at once. */
    readonly encode: (request: In, account: Account) => Result.Result<Call, ReadonlyArray<Issue>>;
    readonly decode: (json: Json) => Result.Result<Out, MalformedReply>;
    readonly expectations: (request: In) => ReadonlyArray<Expectation>;
}
/** What `prepare` needs beside the request. */
export interface PrepareContext {
    readonly credential: Credential;
    readonly subMchId?: string | undefined;
    readonly apiV3Key?: Redacted.Redacted<string> | undefined;
    /** 1 to 32 unpredictable letters and digits, fresh for each call. */
    readonly nonce: string;
    /** Seconds since 1970. */
    readonly timestamp: number;
    /** The gateway's origin: `https://api.mch.weixin.qq.com`. */
    readonly endpoint: string;
    /** The platform key that the reply is asked to be signed with. */
    readonly platformKeyId?: string | undefined;
}
/** Stage 1, encode: what is sent, checked, not yet signed. */
export declare const encode: <In, Out>(operation: Operation<In, Out>, request: In, account: Account) => Result.Result<Call, InvalidRequest>;
/** Every intermediate value of `prepare`, for looking at. */
export interface Explanation {
    readonly call: Call;
    readonly signed: Signature.SignedRequest;
    readonly request: TransportRequest;
}
/** Stage 2, sign and serialize: a call as the request to make. The text that is signed is the one that is sent. */
export declare const signed: (call: Call, { credential, endpoint, nonce, platformKeyId, timestamp }: PrepareContext) => Result.Result<Explanation, InvalidRequest>;
/** `prepare`, with everything it made on the way. */
export declare const explain: <In, Out>(operation: Operation<In, Out>, request: In, context: PrepareContext) => Result.Result<Explanation, RefundError>;
/** Request → signed request. Never sends anything. */
export declare const prepare: <In, Out>(operation: Operation<In, Out>, request: In, context: PrepareContext) => Result.Result<TransportRequest, RefundError>;
/** What a reply is believed by. */
export interface Trust {
    readonly keys: PlatformKeys;
    /** Seconds since 1970. */
    readonly now: number;
}
/** Stage 3, authenticate: a reply within its limit that the gateway signed, now. Its JSON, and nothing of it typed. */
export declare const authenticate: (reply: TransportReply, { keys, now }: Trust, maxReplyBytes: number) => Result.Result<Json, Reason>;
/** Stage 4, match: the first member in which a reply speaks of something else than was asked. */
export declare const mismatch: (json: Json, expectations: ReadonlyArray<Expectation>) => UntrustedReply | undefined;
/** An authentic reply → what it says, without a request to match. */
export declare const read: <In, Out>(operation: Operation<In, Out>, reply: TransportReply, trust: Trust, expectations?: ReadonlyArray<Expectation>) => Result.Result<Out, Reason>;
/** Reply → result. A reply that proves nothing about this request is never a result. */
export declare const interpret: <In, Out>(operation: Operation<In, Out>, request: In, reply: TransportReply, trust: Trust) => Result.Result<Out, RefundError>;
