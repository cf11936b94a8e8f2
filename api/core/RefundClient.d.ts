import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as Stream from "effect/Stream";
import { type Ended } from "./internal/observe.ts";
import { Merchant } from "./Merchant.ts";
import * as Refund from "./Refund.ts";
import { RefundError } from "./RefundError.ts";
import * as RefundQuery from "./RefundQuery.ts";
import { Transport } from "./Transport.ts";
export { Endpoint, Nonce } from "./Pipeline.ts";
/**
 * Told of every call that was interrupted. Interruption leaves the caller without an error, so this is where it can learn that a
 * refund may have been sent: `outcome` is `"unknown"` once the POST was begun, `"not-accepted"` before. It runs before the
 * interruption goes on, and cannot be interrupted itself. By default nothing more is done than the log line of every call.
 */
export declare const Interrupted: Context.Reference<(ended: Ended) => Effect.Effect<void>>;
/** What `confirm` must find: a refund request, a refund notice, or any record that names number and amounts. */
export interface Expected {
    readonly outRefundNo: string;
    readonly totalFee: number;
    readonly refundFee: number;
    readonly refundId?: string | undefined;
    readonly order?: Refund.OrderRef | undefined;
    readonly transactionId?: string | undefined;
    readonly outTradeNo?: string | undefined;
}
declare const RefundClient_base: Context.ServiceClass<RefundClient, "@wechat-refund/core/RefundClient", {
    /** Applies for a refund; success means **accepted**, not refunded. To repeat it, repeat exactly the same request. */
    readonly refund: (request: Refund.RefundRequest) => Effect.Effect<Refund.RefundAccepted, RefundError>;
    /** Asks what became of a refund, or of the refunds of an order (one page). */
    readonly query: (request: RefundQuery.RefundQueryRequest) => Effect.Effect<RefundQuery.RefundQueryReply, RefundError>;
    /** Every refund of an order, over all pages, in the gateway's order; ends when a page brings nothing new. */
    readonly queryAll: (order: Refund.OrderRef) => Stream.Stream<RefundQuery.RefundRecord, RefundError>;
    /**
     * Turns a hint into a fact: asks for the refund by its number and gives its record, if number, amounts and order are the
     * expected ones; another refund under this number is an `UntrustedReply`.
     */
    readonly confirm: (expected: Expected) => Effect.Effect<RefundQuery.RefundRecord, RefundError>;
}>;
/** Applies for refunds and asks for their state. */
export declare class RefundClient extends RefundClient_base {
}
/** The client of the merchant and the transport in context. */
export declare const make: Effect.Effect<RefundClient["Service"], never, Merchant | Transport>;
/** The client as a layer over a merchant and a transport. */
export declare const layer: Layer.Layer<RefundClient, never, Merchant | Transport>;
