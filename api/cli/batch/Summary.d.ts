/** What became of a batch, counted and in words. */
import type { Row as StoredRow } from "@wechat-refund/durable/RefundStore";
import { type Say } from "@wechat-refund/checkup/Language";
import type { Planned } from "./Plan.ts";
import type { Standing, Stopped } from "./Standing.ts";
import * as Waits from "./Waits.ts";
/** What the store knows of the refunds of a file, by their numbers. */
type Known = ReadonlyMap<string, StoredRow>;
/** How many refunds are in which state. */
export interface Tally {
    readonly total: number;
    readonly accepted: number;
    readonly succeeded: number;
    readonly closed: number;
    readonly rejected: number;
    readonly notMade: number;
    readonly resolved: number;
    readonly blocked: number;
    readonly unsent: number;
    readonly unknown: number;
}
/** Counts by what the store says. */
export declare const tally: (refunds: ReadonlyArray<Planned>, known: Known) => Tally;
/** 3 while one is unknown, 4 while one is blocked, 1 while one is not accepted. */
export declare const exitCodeOf: ({ accepted, blocked, succeeded, total, unknown }: Tally) => 0 | 1 | 3 | 4;
/** The sums by currency. */
export declare const sums: (refunds: ReadonlyArray<Planned>) => ReadonlyArray<string>;
/** How far a run is: `done` of its `todo` refunds became known in so many ms; and what it waits for. */
export interface Far {
    readonly done: number;
    readonly todo: number;
    readonly millis: number;
    readonly wait: Waits.Wait | undefined;
}
/** One line on how far it is. While it waits, what it waits for stands where the time that is left would be: nobody knows that then. */
export declare const progress: (say: Say, standing: Pick<Standing, "count" | "known" | "total">, { done, millis, todo, wait }: Far) => string;
/** The counts in words, and each refund that is neither accepted nor waiting for its first turn. */
export declare const show: (say: Say, store: string, refunds: ReadonlyArray<Planned>, known: Known) => string;
/** Why a run ended although something is left to do. */
export declare const stoppedBy: (say: Say, { by, ...rest }: Stopped, { held, pause, }: {
    readonly held: {
        readonly cause: string;
        readonly message: string;
    } | undefined;
    readonly pause: {
        readonly by: string;
        readonly reason: string;
    } | undefined;
}, lastFailure: string | undefined) => string;
export {};
