import * as Duration from "effect/Duration";
import * as Layer from "effect/Layer";
import { type OrderRefunds } from "./OrderRefunds.ts";
import { RefundClient } from "./RefundClient.ts";
/** The documented limits are the defaults: 150 calls/s, 6 failing calls/s, 60 s between different refunds of an order. */
export interface Options {
    readonly perSecond?: number | undefined;
    readonly failingPerSecond?: number | undefined;
    readonly betweenRefundsOfAnOrder?: Duration.Input | undefined;
}
/** The limits of one merchant number, for everything that calls for it in this process. Calls wait for their turn, they do not fail. */
export interface Limiter {
    /** The client within the limits. The minute between refunds is counted for each client: orders of another sub-merchant are other orders. */
    readonly refundClient: (client: RefundClient["Service"]) => RefundClient["Service"];
    readonly orderRefunds: (orders: OrderRefunds["Service"]) => OrderRefunds["Service"];
}
/** Limits of their own. Throws a `RangeError` that names a number which limits nothing. */
export declare const make: (options?: Options) => Limiter;
/**
 * Wraps the client in context, with limits of its own wherever it is used: two merchants never wait for each other. What calls for one
 * merchant shares the layer that this one was provided to.
 */
export declare const layer: (options?: Options) => Layer.Layer<RefundClient, never, RefundClient>;
