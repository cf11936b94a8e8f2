import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import type { SqlError } from "effect/sql/SqlError";
import { RefundStore } from "./RefundStore.ts";
export interface Options {
    /** Refunds that are final, from their last change. */
    readonly refunds?: Duration.Input | undefined;
    /** The signed replies, with the payer's account in them, from when they came. */
    readonly proofs?: Duration.Input | undefined;
    /** Days of the books that are over, with their differences; never while the gateway keeps their bills, for then they would be compared anew. */
    readonly reconciliations?: Duration.Input | undefined;
    /** How often that is looked for; an hour. */
    readonly every?: Duration.Input | undefined;
}
/** How much was removed. */
export interface Removed {
    readonly refunds: number;
    readonly proofs: number;
    readonly reconciliations: number;
}
/** Removes what is older, in parts; tells how much it was. */
export declare const prune: (args_0: Options) => Effect.Effect<Removed, SqlError, RefundStore>;
/** Prunes now and then, for as long as the layer lives. */
export declare const layer: (options: Options) => Layer.Layer<never, never, RefundStore>;
