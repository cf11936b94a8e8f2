/**
 * Host failover (容灾): posts go to the backup access point while the main one cannot be reached, and back after a while.
 *
 * It decides only where the **next** post goes. Nothing is re-sent here, and nothing is re-addressed once it may have been sent;
 * because the refund number is the idempotency key, a later attempt may safely go to the other host.
 */
import * as Duration from "effect/Duration";
import * as Layer from "effect/Layer";
import { Transport } from "./Transport.ts";
/** The remote access point, for every operation. */
export declare const backupEndpoint = "https://api2.mch.weixin.qq.com";
/** Where posts go, and when they change over. */
export interface Options {
    readonly main?: string | undefined;
    readonly backup?: string | undefined;
    /** How many posts in a row must fail to reach a host before the other one is used; 1 unless told otherwise. */
    readonly failures?: number | undefined;
    /** How long the backup is used before the main host is tried again; 3 minutes unless told otherwise. */
    readonly stay?: Duration.Input | undefined;
}
/**
 * Wraps the transport in context, anew wherever it is used. Requests to other origins than `main` pass unchanged. Throws a `RangeError` that
 * names an option with which it would never change over.
 */
export declare const layer: (options?: Options) => Layer.Layer<Transport, never, Transport>;
