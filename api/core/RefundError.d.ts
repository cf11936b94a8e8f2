/**
 * The one error of a refund call, and what is known after each of its reasons.
 *
 * Two questions are answered for every failure. `outcome`: may the gateway hold this refund (`"unknown"`), or certainly not
 * through this call (`"not-accepted"`)? `advice`: what to do next. A reason that cannot prove "not accepted" says unknown.
 */
import * as Schema from "effect/Schema";
import { type Advice, type Outcome } from "./internal/errorCodes.ts";
import { type Family } from "./internal/returnMsgs.ts";
import { TransportError } from "./TransportError.ts";
export type { Advice, Outcome } from "./internal/errorCodes.ts";
export type { Family } from "./internal/returnMsgs.ts";
/** The operations of this library, by the field's names for them. */
export declare const OperationName: Schema.Literals<readonly ["refund", "refundquery"]>;
export type OperationName = typeof OperationName.Type;
/** One field that a local check refused: its name here, its name on the wire, and what to change. */
export declare const Issue: Schema.Struct<{
    readonly field: Schema.String;
    readonly wire: Schema.String;
    readonly message: Schema.String;
}>;
export type Issue = typeof Issue.Type;
declare const InvalidRequest_base: Schema.Class<InvalidRequest, Schema.TaggedStruct<"InvalidRequest", {
    readonly issues: Schema.$Array<Schema.Struct<{
        readonly field: Schema.String;
        readonly wire: Schema.String;
        readonly message: Schema.String;
    }>>;
    /** `client`: what the client was put together with is wrong (address, nonce, key, clock), and nothing of the request. */
    readonly of: Schema.optionalKey<Schema.Literal<"client">>;
}>, import("effect/Cause").YieldableError>;
/** Our own check refused the request; nothing left the process. Every issue is listed. */
export declare class InvalidRequest extends InvalidRequest_base {
    get outcome(): Outcome;
    get advice(): Advice;
    get message(): string;
}
declare const TransportFailed_base: Schema.Class<TransportFailed, Schema.TaggedStruct<"TransportFailed", {
    readonly error: typeof TransportError;
}>, import("effect/Cause").YieldableError>;
/** The transport brought no whole reply. Its `sent` decides the outcome. */
export declare class TransportFailed extends TransportFailed_base {
    get outcome(): Outcome;
    get advice(): Advice;
    get message(): string;
}
/** The two pages of the gateway's front server that say what is wrong with the client certificate. */
export declare const CertificatePage: Schema.Literals<readonly ["certificate-missing", "certificate-rejected"]>;
declare const GatewayRefused_base: Schema.Class<GatewayRefused, Schema.TaggedStruct<"GatewayRefused", {
    readonly status: Schema.Finite;
    readonly page: Schema.optionalKey<Schema.Literals<readonly ["certificate-missing", "certificate-rejected"]>>;
    /** A reply of APIv3 that decides nothing else: it carried no signature, or has such a status. */
    readonly protocol: Schema.optionalKey<Schema.Literal<"v3">>;
    /** What such a reply said, for people: nobody has signed it. */
    readonly code: Schema.optionalKey<Schema.String>;
    readonly said: Schema.optionalKey<Schema.String>;
}>, import("effect/Cause").YieldableError>;
/**
 * An HTTP status other than 200, or an HTML page. Only the two certificate pages prove that nothing was accepted, and in APIv3 a 401
 * SIGN_ERROR: the request's own signature was refused, before anything else was looked at. Any other 401 may be anybody's.
 */
export declare class GatewayRefused extends GatewayRefused_base {
    /** What another code means nobody knows here: the gateway has one for a signature that it did not accept. */
    private get isUnauthenticated();
    get outcome(): Outcome;
    get advice(): Advice;
    get message(): string;
}
declare const MalformedReply_base: Schema.Class<MalformedReply, Schema.TaggedStruct<"MalformedReply", {
    readonly problem: Schema.String;
    readonly field: Schema.optionalKey<Schema.String>;
}>, import("effect/Cause").YieldableError>;
/** The reply is outside the grammar, or a required field is missing or unreadable. */
export declare class MalformedReply extends MalformedReply_base {
    get outcome(): Outcome;
    get advice(): Advice;
    get message(): string;
}
declare const UntrustedReply_base: Schema.Class<UntrustedReply, Schema.TaggedStruct<"UntrustedReply", {
    readonly problem: Schema.Literals<readonly ["unsigned", "malformed-sign", "wrong-sign", "ambiguous-value", "mismatch", "probe", "unknown-key", "clock"]>;
    readonly field: Schema.optionalKey<Schema.String>;
    readonly expected: Schema.optionalKey<Schema.String>;
    readonly received: Schema.optionalKey<Schema.String>;
    /** APIv3: the key that the reply says it was signed with (Wechatpay-Serial). */
    readonly serial: Schema.optionalKey<Schema.String>;
}>, import("effect/Cause").YieldableError>;
/** The reply proves nothing about this request: its signature is absent or wrong, or it speaks of something else. Raise an alarm. */
export declare class UntrustedReply extends UntrustedReply_base {
    get outcome(): Outcome;
    get advice(): Advice;
    get message(): string;
}
declare const ProtocolRejected_base: Schema.Class<ProtocolRejected, Schema.TaggedStruct<"ProtocolRejected", {
    readonly returnMsg: Schema.String;
}>, import("effect/Cause").YieldableError>;
/** `return_code` FAIL: the protocol layer said no. Such replies are never signed; only texts of known families prove anything. */
export declare class ProtocolRejected extends ProtocolRejected_base {
    private get meaning();
    /** What the gateway complains about, where its text is known. */
    get family(): Family | undefined;
    get outcome(): Outcome;
    get advice(): Advice;
    get message(): string;
}
declare const Rejected_base: Schema.Class<Rejected, Schema.TaggedStruct<"Rejected", {
    readonly operation: Schema.Literals<readonly ["refund", "refundquery"]>;
    readonly errCode: Schema.String;
    readonly errCodeDes: Schema.optionalKey<Schema.String>;
    /** The HTTP status: of APIv3, whose codes are others, and never of APIv2. */
    readonly status: Schema.optionalKey<Schema.Finite>;
}>, import("effect/Cause").YieldableError>;
/**
 * `result_code` FAIL in a reply whose signature holds and which matches the request; in APIv3 a reply of `status`, other than 200, whose
 * signature holds. `errCode` is an open set.
 */
export declare class Rejected extends Rejected_base {
    private get meaning();
    get outcome(): Outcome;
    get advice(): Advice;
    get message(): string;
}
export declare const Reason: Schema.Union<readonly [typeof InvalidRequest, typeof TransportFailed, typeof GatewayRefused, typeof MalformedReply, typeof UntrustedReply, typeof ProtocolRejected, typeof Rejected]>;
export type Reason = typeof Reason.Type;
/** Whether the answer to a query is that there is no such refund: REFUNDNOTEXIST, in APIv3 a signed 404 RESOURCE_NOT_EXISTS. */
export declare const isNoSuchRefund: (reason: Reason) => boolean;
declare const RefundError_base: Schema.Class<RefundError, Schema.TaggedStruct<"RefundError", {
    readonly operation: Schema.Literals<readonly ["refund", "refundquery"]>;
    readonly outRefundNo: Schema.optionalKey<Schema.String>;
    readonly reason: Schema.Union<readonly [typeof InvalidRequest, typeof TransportFailed, typeof GatewayRefused, typeof MalformedReply, typeof UntrustedReply, typeof ProtocolRejected, typeof Rejected]>;
}>, import("effect/Cause").YieldableError>;
/**
 * What became of a call that did not succeed. Recover with `Effect.catchReason("RefundError", …)` or `catchReasons`.
 *
 * A query that fails says nothing about the refund, so `outcome` of a failed `refundquery` is always `"unknown"`.
 */
export declare class RefundError extends RefundError_base {
    get outcome(): Outcome;
    get advice(): Advice;
    get message(): string;
}
