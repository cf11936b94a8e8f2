/** What became of a batch, counted and in words. */
import type { Say } from "../Language.ts";
import type { Entry } from "./Journal.ts";
import type { Planned } from "./Plan.ts";
import * as Waits from "./Waits.ts";
/** How many refunds are in which state; `notMade` were given up, certainly not accepted, `unsent` never begun. */
export interface Tally {
    readonly total: number;
    readonly accepted: number;
    readonly rejected: number;
    readonly closed: number;
    readonly notMade: number;
    readonly unknown: number;
    readonly unsent: number;
}
/** Counts by what the result file says. */
export declare const tally: (refunds: ReadonlyArray<Planned>, entries: ReadonlyMap<string, Entry>) => Tally;
/** 3 while one is unknown, 1 while one is not accepted. */
export declare const exitCodeOf: ({ accepted, total, unknown }: Tally) => 0 | 1 | 3;
/** The sums by currency. */
export declare const sums: (refunds: ReadonlyArray<Planned>) => ReadonlyArray<string>;
/** How far a run is: `done` of its `todo` refunds were left in so many ms; and what it waits for. */
export interface Far {
    readonly done: number;
    readonly todo: number;
    readonly millis: number;
    readonly wait: Waits.Wait | undefined;
}
/** One line on how far it is. While it waits, what it waits for stands where the time that is left would be: nobody knows that then. */
export declare const progress: (say: Say, tally: Tally, { done, millis, todo, wait }: Far) => string;
/** The counts in words, and each refund that is not accepted. */
export declare const show: (say: Say, file: string, refunds: ReadonlyArray<Planned>, entries: ReadonlyMap<string, Entry>) => string;
