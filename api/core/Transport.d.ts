/**
 * The port: one POST, one reply.
 *
 * Duties of an adapter, each proved by the transport contract of `@wechat-refund/testkit`:
 *
 * - present the configured client certificate and verify the server's; own every time limit;
 * - return **every** HTTP status as a reply; never follow a redirect, retry, decompress, cache or add trace headers;
 * - say `sent: "no"` only when no byte of the request was written and none ever will be, also after a time-out or an
 *   interruption; say `"maybe"` otherwise;
 * - close the socket when interrupted, and give up a queued request for good once it was reported;
 * - load certificate material while its layer is built, and keep nothing secret where it could be printed.
 *
 * Not its business: XML, signatures, error codes, re-sending.
 */
import * as Context from "effect/Context";
import type * as Effect from "effect/Effect";
import type { TransportError } from "./TransportError.ts";
export { type CauseSummary, ConnectionLost, HandshakeFailed, type Reason, ReplyTooLarge, type Sent, type Silent, summarize, TimedOut, TransportError, Unreachable, Unusable, } from "./TransportError.ts";
/** A POST to make: the bytes go out unchanged. */
export interface TransportRequest {
    /** An absolute `https:` address. */
    readonly url: string;
    readonly contentType: string;
    readonly body: Uint8Array;
}
/** A whole reply, of any status. `body` holds the bytes as they came, never decompressed. */
export interface TransportReply {
    readonly status: number;
    readonly contentType: string | undefined;
    readonly body: Uint8Array;
}
declare const Transport_base: Context.ServiceClass<Transport, "@wechat-refund/core/Transport", {
    readonly post: (request: TransportRequest) => Effect.Effect<TransportReply, TransportError>;
}>;
/** The transport service: one POST, at most once. */
export declare class Transport extends Transport_base {
}
