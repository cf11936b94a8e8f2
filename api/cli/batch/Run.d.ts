/**
 * Makes the refunds of a batch, as many at once as allowed, each known before it is left.
 *
 * *Guarantees.* A request leaves only after the result file holds its intent. A refund whose intent an earlier run left open is asked
 * for before it is sent. A refund that is known is not sent. Who stops a run stops what waits; what has left is waited for and
 * entered.
 */
import { RefundClient } from "@wechat-refund/core/RefundClient";
import type { RefundError } from "@wechat-refund/core/RefundError";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import { type Entry, type Journal, Unusable } from "./Journal.ts";
import type { Planned } from "./Plan.ts";
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
/** A failure that the next refund would meet too: the configuration is wrong, or nothing can be reached. */
export declare class Stopped extends Stopped_base<{
    readonly error: RefundError;
}> {
}
/** Whether an entry leaves something to find out; a refusal of the whole account says nothing about one refund. */
export declare const isOpen: ({ advice, reason, state }: Entry) => boolean;
/** What is still to do, in the order of the plan. */
export declare const remaining: (refunds: ReadonlyArray<Planned>, entries: ReadonlyMap<string, Entry>, { retryRejected }: Pick<Options, "retryRejected">) => ReadonlyArray<Planned>;
/**
 * How long to wait until a request that left at `at` has settled. A clock that was set back puts it into the future: then the whole
 * time is waited, which costs at most that. One that was set forward makes it look older than it is: then the wait is cut short,
 * and only the query after it stands between a late acceptance and the word "rejected".
 */
export declare const untilSettled: (at: string, now: number) => Duration.Duration;
/** Makes the refunds. `onStop` is told how many requests are under way when somebody stops the run. */
export declare const run: (refunds: readonly Planned[], journal: Journal, args_2: Options, onStop: (underWay: number) => Effect.Effect<void>) => Effect.Effect<void, Stopped | Unusable, RefundClient>;
export {};
