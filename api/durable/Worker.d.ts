import { Merchants } from "@wechat-refund/core/Merchants";
import * as Context from "effect/Context";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import type * as Scope from "effect/Scope";
import { RefundStore } from "./RefundStore.ts";
import { Signalling } from "./Signalling.ts";
export interface Options {
    /** For how long a merchant is this process's, unless renewed; 10 s. Another takes over so long after this one was killed. */
    readonly lease?: Duration.Input | undefined;
    /** How long one call may take; 60 s. */
    readonly limit?: Duration.Input | undefined;
    /** How often the store is looked at when nobody tells that something is due, or has changed; 1 s. */
    readonly poll?: Duration.Input | undefined;
    /** How long a process that is told to stop waits for its calls; 25 s. */
    readonly drain?: Duration.Input | undefined;
    /** Nobody else can have this store: what another process left is free at once. */
    readonly alone?: boolean | undefined;
    /** What this process is called in the store; a random id. It must be another's in no other process, nor after a restart. */
    readonly owner?: string | undefined;
    /** Named points of a refund's way, for tests that stop the process there. */
    readonly at?: ((point: string) => Effect.Effect<void>) | undefined;
}
/** How the worker is, for `Health`. Times are milliseconds since, `undefined` where it has not happened. */
export interface State {
    /** Since the last statement that looked for due rows had a result; of a merchant whose due rows cannot be read, since that began. */
    readonly looked: number | undefined;
    /** Since a row that `Pace` let go has been waiting for its claim. */
    readonly unclaimed: number | undefined;
    readonly merchants: ReadonlyArray<string>;
    readonly active: number;
}
declare const Worker_base: Context.ServiceClass<Worker, "@wechat-refund/durable/Worker", {
    /** This process, in the store. */
    readonly owner: string;
    readonly state: Effect.Effect<State>;
    /** Begins nothing more, waits for what is under way, and gives the merchants back. */
    readonly drain: Effect.Effect<void>;
}>;
export declare class Worker extends Worker_base {
}
export declare const make: (options?: Options | undefined) => Effect.Effect<{
    /** This process, in the store. */
    readonly owner: string;
    readonly state: Effect.Effect<State>;
    /** Begins nothing more, waits for what is under way, and gives the merchants back. */
    readonly drain: Effect.Effect<void>;
}, never, Merchants | RefundStore | Scope.Scope | Signalling>;
/** Only records and answers: what is due is another process's. It looks at the store now and then, for `Health`. */
export declare const layerNone: Layer.Layer<Worker, never, RefundStore>;
/** The worker, for as long as the layer lives; when it ends it drains. */
export declare const layer: (options?: Options) => Layer.Layer<Worker, never, RefundStore | Merchants | Signalling>;
export {};
