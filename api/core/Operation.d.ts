import * as Result from "effect/Result";
import type { MerchantIdentity } from "./Merchant.ts";
import type { Params } from "./Params.ts";
import { GatewayRefused, InvalidRequest, type Issue, MalformedReply, type OperationName, ProtocolRejected, type Reason, RefundError, Rejected, UntrustedReply } from "./RefundError.ts";
import { type KeyUsed, type Keys, type SignType } from "./Signature.ts";
import type { TransportReply, TransportRequest } from "./Transport.ts";
/** What one reply field must be for the reply to speak of this request. */
export interface Expectation {
    readonly field: string;
    readonly expected: string | undefined;
    /** A field that may be absent is compared only where it is present and not empty. */
    readonly required: boolean;
}
/** The definition of one exchange. `In` is what the caller asks, `Out` what a successful reply says. */
export interface Operation<in In, out Out> {
    readonly name: OperationName;
    /** The path at the gateway for this request. */
    readonly path: (request: In) => string;
    /** Does the gateway insist on the merchant's client certificate here? */
    readonly certificate: "required" | "not-needed";
    readonly maxReplyBytes: number;
    /** The request as it is now. It is read here and nowhere else, so that a caller's object may change while a call is under way. */
    readonly copy: <A extends In>(request: A) => A;
    /** The refund number that the request speaks of, for errors and spans; whatever it is, also when it is not valid. */
    readonly outRefundNo: (request: In) => string | undefined;
    /** The business fields by wire name, after every local check; all issues at once. */
    readonly encode: (request: In, merchant: MerchantIdentity) => Result.Result<Params, ReadonlyArray<Issue>>;
    /** Reads the typed result from a verified reply. */
    readonly decode: (reply: Params) => Result.Result<Out, MalformedReply>;
    /** What a successful reply must say to belong to this request; the reply is given for its indexed fields. */
    readonly expectations: (request: In, reply: Params) => ReadonlyArray<Expectation>;
}
/** What `prepare` needs beside the request. */
export interface PrepareContext {
    readonly merchant: MerchantIdentity;
    /** `nonce_str`: 1 to 32 unpredictable characters, fresh for each call. */
    readonly nonce: string;
    /** The gateway's origin, without a path: `https://api.mch.weixin.qq.com`. */
    readonly endpoint: string;
}
export { mainEndpoint } from "./internal/address.ts";
/** The header fields of every request; one frozen object, so that a transport has to look at them once. */
export declare const headers: TransportRequest["headers"];
/** The request of an operation: a POST that has a body. */
export interface Post extends TransportRequest {
    readonly method: "POST";
    readonly body: Uint8Array;
}
/** Wraps the reason of a failed stage with the operation and the refund number it concerns. */
export declare const fail: <In, Out>(operation: Operation<In, Out>, request: In) => <A>(result: Result.Result<A, Reason>) => Result.Result<A, RefundError>;
/** The merchant's identity as every request begins with it. */
export declare const identityOf: (merchant: Pick<MerchantIdentity, "appId" | "mchId" | "subAppId" | "subMchId">) => Map<string, string>;
/** Stage 1, encode: the request's business fields with the merchant's identity, checked, not yet signed. */
export declare const encode: <In, Out>(operation: Operation<In, Out>, request: In, merchant: MerchantIdentity) => Result.Result<Params, InvalidRequest>;
/** Stage 2, sign: the fields with `nonce_str`, `sign_type` (left out for MD5, which its absence means) and `sign`. */
export declare const signed: (params: Params, merchant: MerchantIdentity, nonce: string) => Result.Result<Params, InvalidRequest>;
/** Signed fields as the request to make of a path. */
export declare const post: (path: string, params: Params, endpoint: string) => Result.Result<Post, InvalidRequest>;
/** Stage 3, serialize: the signed fields as the request to make. */
export declare const serialize: <In, Out>(operation: Operation<In, Out>, request: In, params: Params, endpoint: string) => Result.Result<Post, InvalidRequest>;
/** Request → bytes: encode, sign, serialize. Never sends anything. */
export declare const prepare: <In, Out>(operation: Operation<In, Out>, request: In, { endpoint, merchant, nonce }: PrepareContext) => Result.Result<Post, RefundError>;
/** Every intermediate value of `prepare`, for looking at; the API key is shown as `<redacted>`. */
export interface Explanation {
    readonly params: Params;
    readonly stringToSign: string;
    readonly signType: SignType;
    readonly xml: string;
    readonly request: Post;
}
/** `prepare`, with everything it made on the way. */
export declare const explain: <In, Out>(operation: Operation<In, Out>, request: In, { endpoint, merchant, nonce }: PrepareContext) => Result.Result<Explanation, RefundError>;
/** Stage 4, decode: the reply's bytes as fields, nothing believed yet. */
export declare const decode: (reply: TransportReply, maxReplyBytes?: number) => Result.Result<Params, GatewayRefused | MalformedReply>;
/** Stage 5a: does the protocol layer accept the exchange, and did the gateway sign this reply? Answers with which key. */
export declare const authenticate: (params: Params, keys: Keys, signType: SignType) => Result.Result<KeyUsed, MalformedReply | ProtocolRejected | UntrustedReply>;
/** The merchant's identity as every signed reply must repeat it. */
export declare const merchantExpectations: (merchant: Pick<MerchantIdentity, "appId" | "mchId" | "subAppId" | "subMchId">) => Array<Expectation>;
/** Stage 5b: the first field in which a reply speaks of something else than was asked; an empty field counts as absent. */
export declare const mismatch: (params: Params, expectations: ReadonlyArray<Expectation>) => UntrustedReply | undefined;
/** Stage 5c: what an authentic reply says: the typed result, or the business refusal. */
export declare const outcomeOf: <In, Out>(operation: Operation<In, Out>, params: Params) => Result.Result<Out, MalformedReply | Rejected>;
/**
 * Stage 5, validate: protocol code, signature, merchant, business code, match with the request, typed result. In this order, in
 * one place; no partial result leaves it.
 */
export declare const validate: <In, Out>(operation: Operation<In, Out>, request: In, params: Params, merchant: MerchantIdentity) => Result.Result<Out, Reason>;
/** Reply → result: decode and validate. A reply that proves nothing about this request is never a result. */
export declare const interpret: <In, Out>(operation: Operation<In, Out>, request: In, reply: TransportReply, merchant: MerchantIdentity) => Result.Result<Out, RefundError>;
