/**
 * The port: one request, one reply.
 *
 * Duties of an adapter, each proved by the transport contract of `@wechat-refund/testkit`:
 *
 * - present the configured client certificate and verify the server's; own every time limit;
 * - return **every** HTTP status as a reply; never follow a redirect, retry, decompress, cache or add trace headers;
 * - write method, header fields and body as given, or refuse them unsent; of its own only what frames the message;
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
/** A request to make. */
export interface TransportRequest {
    readonly method: "GET" | "POST";
    /** An absolute `https:` address. */
    readonly url: string;
    /**
     * Field names and values, written as they are. `Host`, `Content-Length`, `Connection`, `Accept-Encoding` and what else frames a
     * message are the transport's and refused; it adds `User-Agent` where none is named.
     */
    readonly headers: Readonly<Record<string, string>>;
    /** The bytes go out unchanged. A GET has none. */
    readonly body?: Uint8Array;
    /**
     * Asked right before the first byte is written. Where it says no, nothing is, and the call ends as not sent: for a caller whose right to
     * call ends at a time, which a process that stood still while it connected would miss.
     */
    readonly mayLeave?: (() => boolean) | undefined;
    /** For a reply that may be larger, or take longer to come, than the transport's own limits allow, such as a bill. Never makes one smaller. */
    readonly room?: {
        readonly maxReplyBytes?: number;
        readonly exchangeMillis?: number;
    } | undefined;
}
/** A whole reply, of any status. */
export interface TransportReply {
    readonly status: number;
    /** Names in lower case; a field that came more than once has its values joined by `, `, in order. */
    readonly headers: Readonly<Record<string, string>>;
    /** The bytes as they came, never decompressed. */
    readonly body: Uint8Array;
}
declare const Transport_base: Context.ServiceClass<Transport, "@wechat-refund/core/Transport", {
    readonly send: (request: TransportRequest) => Effect.Effect<TransportReply, TransportError>;
}>;
/** The transport service: one request, at most once. */
export declare class Transport extends Transport_base {
}
