import * as Duration from "effect/Duration";
import * as Layer from "effect/Layer";
import { RefundClient } from "./RefundClient.ts";
/** The documented limits are the defaults: 150 calls/s, 6 failing calls/s, 60 s between different refunds of an order. */
export interface Options {
    readonly perSecond?: number | undefined;
    readonly failingPerSecond?: number | undefined;
    readonly betweenRefundsOfAnOrder?: Duration.Input | undefined;
}
/** Wraps the client in context; calls wait for their turn, they do not fail. */
export declare const layer: (options?: Options) => Layer.Layer<RefundClient, never, RefundClient>;
