/**
 * What a transport says when no whole reply came back.
 *
 * For a refund the question after a failure is whether the gateway may have acted, so every reason answers it: `sent` is
 * `"no"` only where it is a proof (no byte of the request was written, and none ever will be), and `"maybe"` everywhere else.
 * The foreign error behind it is kept as a {@link CauseSummary}, never as the object itself: Node's errors and agents hold
 * sockets, keys and passphrases.
 */
import * as Schema from "effect/Schema";
/** Whether the gateway may have received the request: `"no"` is a proof, `"maybe"` is everything else. */
export type Sent = "no" | "maybe";
/** The part of a foreign error that is safe to keep: its class, its code and the system call, nothing it refers to. */
export declare const CauseSummary: Schema.Struct<{
    readonly name: Schema.String;
    readonly code: Schema.optionalKey<Schema.String>;
    readonly syscall: Schema.optionalKey<Schema.String>;
}>;
export type CauseSummary = typeof CauseSummary.Type;
/** Cuts any thrown value down to a {@link CauseSummary}. Total: never throws, whatever it is given. */
export declare const summarize: (cause: unknown) => CauseSummary;
declare const Unreachable_base: Schema.Class<Unreachable, Schema.TaggedStruct<"Unreachable", {
    /** One plain sentence: what happened and, where there is one, the remedy. Never a key, certificate, sign or body. */
    detail: Schema.String;
    cause: Schema.optionalKey<Schema.Struct<{
        readonly name: Schema.String;
        readonly code: Schema.optionalKey<Schema.String>;
        readonly syscall: Schema.optionalKey<Schema.String>;
    }>>;
}>, import("effect/Cause").YieldableError>;
/** No connection: the name does not resolve, the port is closed, there is no route. Not sent. */
export declare class Unreachable extends Unreachable_base {
    get sent(): Sent;
    get message(): string;
}
declare const HandshakeFailed_base: Schema.Class<HandshakeFailed, Schema.TaggedStruct<"HandshakeFailed", {
    /** One plain sentence: what happened and, where there is one, the remedy. Never a key, certificate, sign or body. */
    detail: Schema.String;
    cause: Schema.optionalKey<Schema.Struct<{
        readonly name: Schema.String;
        readonly code: Schema.optionalKey<Schema.String>;
        readonly syscall: Schema.optionalKey<Schema.String>;
    }>>;
}>, import("effect/Cause").YieldableError>;
/** A connection, but no secure one: trust, host name, protocol, or closed before the handshake ended. Not sent. */
export declare class HandshakeFailed extends HandshakeFailed_base {
    get sent(): Sent;
    get message(): string;
}
declare const TimedOut_base: Schema.Class<TimedOut, Schema.TaggedStruct<"TimedOut", {
    readonly phase: Schema.Literals<readonly ["connect", "exchange"]>;
    readonly limitMillis: Schema.Finite;
}>, import("effect/Cause").YieldableError>;
/**
 * A time limit passed. `phase: "connect"` means the secure connection did not exist yet: not sent, and the request was given
 * up for good. `phase: "exchange"` means the request may have left.
 */
export declare class TimedOut extends TimedOut_base {
    get sent(): Sent;
    get message(): string;
}
declare const Unusable_base: Schema.Class<Unusable, Schema.TaggedStruct<"Unusable", {
    /** One plain sentence: what happened and, where there is one, the remedy. Never a key, certificate, sign or body. */
    detail: Schema.String;
    cause: Schema.optionalKey<Schema.Struct<{
        readonly name: Schema.String;
        readonly code: Schema.optionalKey<Schema.String>;
        readonly syscall: Schema.optionalKey<Schema.String>;
    }>>;
}>, import("effect/Cause").YieldableError>;
/** The transport cannot be used: it was closed, or the request is not one it can send as it is. Not sent. */
export declare class Unusable extends Unusable_base {
    get sent(): Sent;
    get message(): string;
}
/**
 * Of a connection that was closed after the request was begun, without an alert and before any byte of a reply: was a client
 * certificate configured? The gateway closes like this where one is missing, or refused, and says nothing.
 * Sources: JavaDevTeam/pay-java-parent 24, yansongda/pay 104, zwczou/weixin-python 46.
 */
export declare const Silent: Schema.Literals<readonly ["no-certificate", "certificate"]>;
export type Silent = typeof Silent.Type;
declare const ConnectionLost_base: Schema.Class<ConnectionLost, Schema.TaggedStruct<"ConnectionLost", {
    readonly detail: Schema.String;
    readonly cause: Schema.optionalKey<Schema.Struct<{
        readonly name: Schema.String;
        readonly code: Schema.optionalKey<Schema.String>;
        readonly syscall: Schema.optionalKey<Schema.String>;
    }>>;
    readonly silent: Schema.optionalKey<Schema.Literals<readonly ["no-certificate", "certificate"]>>;
}>, import("effect/Cause").YieldableError>;
/** The connection ended after the request may have left: reset, closed, cut short, or not HTTP. */
export declare class ConnectionLost extends ConnectionLost_base {
    get sent(): Sent;
    get message(): string;
}
declare const ReplyTooLarge_base: Schema.Class<ReplyTooLarge, Schema.TaggedStruct<"ReplyTooLarge", {
    readonly limitBytes: Schema.Finite;
}>, import("effect/Cause").YieldableError>;
/** The reply was larger than the transport reads. The request was sent, the answer is not known. */
export declare class ReplyTooLarge extends ReplyTooLarge_base {
    get sent(): Sent;
    get message(): string;
}
export declare const Reason: Schema.Union<readonly [typeof Unreachable, typeof HandshakeFailed, typeof TimedOut, typeof Unusable, typeof ConnectionLost, typeof ReplyTooLarge]>;
export type Reason = typeof Reason.Type;
declare const TransportError_base: Schema.Class<TransportError, Schema.TaggedStruct<"TransportError", {
    readonly reason: Schema.Union<readonly [typeof Unreachable, typeof HandshakeFailed, typeof TimedOut, typeof Unusable, typeof ConnectionLost, typeof ReplyTooLarge]>;
}>, import("effect/Cause").YieldableError>;
/** The one error of a transport. `sent` says whether the gateway may have received the request. */
export declare class TransportError extends TransportError_base {
    get sent(): Sent;
    get message(): string;
}
export {};
