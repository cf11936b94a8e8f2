/**
 * Whether this process can do its work: for a probe that takes it out of traffic, and for the supervisor that restarts it.
 *
 * A database that says no is waited for. One that says nothing is not: a client may wait for ever on what no longer exists, and only a new
 * process is sure to be rid of it. Nothing is lost by that, for everything that was acknowledged is stored.
 */
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import type * as Scope from "effect/Scope";
import * as SqlClient from "effect/sql/SqlClient";
import { Worker } from "./Worker.ts";
export interface Ready {
    readonly ready: boolean;
    /** Why not. */
    readonly why?: string | undefined;
}
declare const Health_base: Context.ServiceClass<Health, "@wechat-refund/durable/Health", {
    /** Not ready: no look for due refunds has had a result for ten seconds. */
    readonly ready: Effect.Effect<Ready>;
}>;
export declare class Health extends Health_base {
}
export interface Options {
    /**
     * What to do where only a new process helps. Unless told otherwise the process ends with 70 (`EX_SOFTWARE`), for its supervisor to start
     * it again.
     */
    readonly onStuck?: ((why: string) => Effect.Effect<void>) | undefined;
}
export declare const make: (args_0?: Options | undefined) => Effect.Effect<{
    /** Not ready: no look for due refunds has had a result for ten seconds. */
    readonly ready: Effect.Effect<Ready>;
}, never, Scope.Scope | SqlClient.SqlClient | Worker>;
export declare const layer: (options?: Options) => Layer.Layer<Health, never, Worker | SqlClient.SqlClient>;
export {};
