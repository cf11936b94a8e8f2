import { Merchants } from "@wechat-refund/core/Merchants";
import * as Context from "effect/Context";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import type { SqlError } from "effect/sql/SqlError";
import * as Stream from "effect/Stream";
import * as Reconciliations from "./Reconciliations.ts";
import { RefundStore } from "./RefundStore.ts";
import { Signalling } from "./Signalling.ts";
export interface Options {
    /** Whether a number may be one of ours; one that is not was made elsewhere. Without it, only what has no number of a merchant was. */
    readonly isOurs?: ((mchId: string, outRefundNo: string) => boolean) | undefined;
    /** How often is looked whether a day is due; a minute. */
    readonly poll?: Duration.Input | undefined;
    /** Between two bills, and between two questions about differences; 10 s and 200 ms. */
    readonly betweenBills?: Duration.Input | undefined;
    readonly betweenQuestions?: Duration.Input | undefined;
    /** For how long a day is this process's, unless it says that it lives; 30 s. */
    readonly lease?: Duration.Input | undefined;
    /** Nobody else can have this store: what another process left is free at once. */
    readonly alone?: boolean | undefined;
    /** Named points of a day's way, for tests that stop the process there. */
    readonly at?: ((point: string) => Effect.Effect<void>) | undefined;
}
/** Reads the results; they are there whichever process compared. */
export interface Service {
    /** The newest first; `after` is the last one of the page before. */
    readonly list: (filter?: Reconciliations.Filter, page?: {
        readonly after?: Pick<Reconciliations.Day, "mchId" | "date"> | undefined;
        readonly limit?: number;
    }) => Effect.Effect<ReadonlyArray<Reconciliations.Day>, SqlError>;
    readonly find: (mchId: string, date: string) => Effect.Effect<Reconciliations.Day | undefined, SqlError>;
    /** Of a day, in pages; `after` is the `id` of the last one of the page before. */
    readonly differences: (day: Pick<Reconciliations.Day, "mchId" | "date">, page?: {
        readonly after?: number | undefined;
        readonly limit?: number | undefined;
    }) => Effect.Effect<ReadonlyArray<Reconciliations.Difference>, SqlError>;
    /** Days that are done, each once, in the order in which they came to be, after a position. */
    readonly after: (position: number, limit?: number) => Effect.Effect<ReadonlyArray<Reconciliations.Day>, SqlError>;
    /** The position of the newest day that is done, also where that was removed since. */
    readonly newest: Effect.Effect<number, SqlError>;
    /** All after a position, and then each as it is done. */
    readonly stream: (position?: number) => Stream.Stream<Reconciliations.Day, SqlError>;
    readonly standings: Effect.Effect<ReadonlyArray<Reconciliations.Standing>, SqlError>;
}
declare const Reconciler_base: Context.ServiceClass<Reconciler, "@wechat-refund/durable/Reconciler", Service>;
export declare class Reconciler extends Reconciler_base {
}
/** Compares, and gives what was found. */
export declare const layer: (options?: Options) => Layer.Layer<Reconciler, never, RefundStore | Merchants | Signalling>;
/** Gives what other processes found. */
export declare const layerNone: Layer.Layer<Reconciler, never, RefundStore | Signalling>;
export {};
