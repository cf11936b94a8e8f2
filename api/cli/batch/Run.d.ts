import type { RefundClient } from "@wechat-refund/core/RefundClient";
import type { RefundError } from "@wechat-refund/core/RefundError";
import type * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import { type Entry, type Journal, Unusable } from "./Journal.ts";
import type { Planned } from "./Plan.ts";
import type { Waits } from "./Waits.ts";
export interface Options {
    readonly concurrency: number;
    readonly perSecond: number;
    /** For one refund, from its first request on. */
    readonly within: Duration.Duration;
    /** Also what the gateway rejected before. */
    readonly retryRejected: boolean;
}
declare const Stopped_base: new <A extends Record<string, any> = {}>(args: import("effect/Types").VoidIfEmpty<{ readonly [P in keyof A as P extends "_tag" ? never : P]: A[P]; }>) => import("effect/Cause").YieldableError & {
    readonly _tag: "Stopped";
} & Readonly<A>;
/** A failure that the next refund would meet too: the configuration is wrong, the money is out, or nothing can be reached. */
export declare class Stopped extends Stopped_base<{
    readonly error: RefundError;
}> {
}
/**
 * Whether an entry leaves something to find out or to make. A refusal of the whole account says nothing about one refund; what never left
 * was called rejected by earlier versions.
 */
export declare const isOpen: ({ advice, reason, state }: Entry) => boolean;
/** What is still to do, in the order of the plan. */
export declare const remaining: (refunds: ReadonlyArray<Planned>, entries: ReadonlyMap<string, Entry>, { retryRejected }: Pick<Options, "retryRejected">) => ReadonlyArray<Planned>;
/** Makes the refunds. `onStop` is told how many requests are under way when somebody stops the run. */
export declare const run: (refunds: readonly Planned[], journal: Journal, args_2: Options, waits: Waits, onStop: (underWay: number) => Effect.Effect<void>) => Effect.Effect<void, Stopped | Unusable, RefundClient>;
export {};
