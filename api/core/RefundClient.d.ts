/**
 * The whole shell: the stages of `Pipeline` around one `Transport.send`, with span, metrics, log line and error envelope.
 *
 * One call makes at most one POST. Nothing is re-sent here: see `Resend`.
 */
import type * as Config from "effect/Config";
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as Merchant from "./Merchant.ts";
import * as Refund from "./Refund.ts";
import type { RefundError } from "./RefundError.ts";
import * as RefundQuery from "./RefundQuery.ts";
import type { Transport } from "./Transport.ts";
export { Endpoint, Nonce } from "./Pipeline.ts";
/**
 * Told of every call that was interrupted. Interruption leaves the caller without an error, so this is where it can learn that a
 * refund may have been sent: `outcome` is `"unknown"` once the POST was begun, `"not-accepted"` before. It runs before the
 * interruption goes on, and cannot be interrupted itself. By default nothing more is done than the log line of every call.
 */
export { Interrupted } from "./internal/call.ts";
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
/** A refund by its own number (商户退款单号). */
export interface RefundByNumber {
    readonly outRefundNo: string;
}
declare const RefundClient_base: Context.ServiceClass<RefundClient, "@wechat-refund/core/RefundClient", {
    /**
     * Applies for a refund; success means **accepted**, not refunded. To repeat it, repeat exactly the same request. A number that was
     * used before is answered with the first refund's success and pays nothing: a second refund needs a number of its own.
     */
    readonly refund: (request: Refund.RefundRequest) => Effect.Effect<Refund.RefundAccepted, RefundError>;
    /** Asks what became of a refund, by its number. An order's refunds are listed by `OrderRefunds`. */
    readonly query: (request: RefundByNumber) => Effect.Effect<RefundQuery.RefundQueryReply, RefundError>;
    /**
     * Turns a hint into a fact: asks for the refund by its number and gives its record, if number, amounts and order are the
     * expected ones; another refund under this number is an `UntrustedReply`.
     */
    readonly confirm: (expected: Expected) => Effect.Effect<RefundQuery.RefundRecord, RefundError>;
}>;
/** Applies for refunds and asks for their state: what both protocols of WeChat Pay can do. */
export declare class RefundClient extends RefundClient_base {
}
/** The client of the merchant and the transport in context. */
export declare const make: Effect.Effect<RefundClient["Service"], never, Merchant.Merchant | Transport>;
/**
 * The client as a layer over a merchant and a transport.
 *
 * Effect builds a layer value once for all its uses in a program, whatever it was provided with. This one is built anew at each use, so
 * that two clients of two merchants stay two. A layer of your own that still needs a merchant or a transport is such a value again: give it
 * everything it needs before you keep it, or use `Merchants`.
 */
export declare const layer: Layer.Layer<RefundClient, never, Merchant.Merchant | Transport>;
/**
 * The client of the merchant of the `ConfigProvider` in use (`Merchant.layerConfig`) over an adapter's `layerConfig`; both are read anew
 * wherever the layer is used, so that one value serves programs of several configurations.
 */
export declare const layerConfig: <E, R>(transport: Layer.Layer<Transport, E, R>) => Layer.Layer<RefundClient, Merchant.InvalidMerchant | Config.ConfigError | E, R>;
