/** What became of a batch, counted and in words. */
import type { Say } from "../Language.ts";
import type { Entry } from "./Journal.ts";
import type { Planned } from "./Plan.ts";
/** How many refunds are in which state; `unsent` were never begun. */
export interface Tally {
    readonly total: number;
    readonly accepted: number;
    readonly rejected: number;
    readonly unknown: number;
    readonly unsent: number;
}
/** Counts by what the result file says. */
export declare const tally: (refunds: ReadonlyArray<Planned>, entries: ReadonlyMap<string, Entry>) => Tally;
/** 3 while one is unknown, 1 while one is not accepted. */
export declare const exitCodeOf: ({ accepted, total, unknown }: Tally) => 0 | 1 | 3;
/** The sums by currency. */
export declare const sums: (refunds: ReadonlyArray<Planned>) => ReadonlyArray<string>;
/** One line on how far it is. `done` and `millis` are of this run. */
export declare const progress: (say: Say, { accepted, rejected, total, unknown, unsent }: Tally, done: number, millis: number) => string;
/** The counts in words, and each refund that is not accepted. */
export declare const show: (say: Say, file: string, refunds: ReadonlyArray<Planned>, entries: ReadonlyMap<string, Entry>) => string;
