/**
 * The books of each merchant number in the database, day by day: which days there are to be compared, who is at one, what was found, and a
 * feed of the days that are done.
 *
 * A day is one process's at a time. Who is at it counts a beat up, and who wants to take over sees it stand still for the length of a lease;
 * every write names the epoch of its claim, so that one who was thought dead stores nothing.
 */
import type { Kind, Total } from "@wechat-refund/core/Reconciliation";
import * as Effect from "effect/Effect";
import type { SqlError } from "effect/sql/SqlError";
import * as Books from "./Books.ts";
import type { Found } from "./Comparing.ts";
import type { Database } from "./internal/database.ts";
import { type Answer, type Day, type Difference, type State } from "./internal/bookDay.ts";
export type { Agreement, Answer, Day, Difference, State } from "./internal/bookDay.ts";
/** A day that this process is at. */
export interface Claim {
    readonly mchId: string;
    readonly date: string;
    readonly state: State;
    readonly attempts: number;
    readonly epoch: number;
    readonly comparedAt: number | undefined;
}
export interface Filter {
    /** Of one of these merchant numbers. */
    readonly mchIds?: ReadonlyArray<string> | undefined;
    readonly from?: string | undefined;
    readonly to?: string | undefined;
    readonly state?: ReadonlyArray<State> | undefined;
}
/** The gateway keeps bills for three months. */
export declare const keptDays = 92;
/** The longest that a day is put off; what is due later was planned by a clock that was set back since. */
export declare const longest: number;
export declare const make: (database: Database, owner: string, lease: number) => {
    now: Effect.Effect<number, SqlError, never>;
    plan: (mchIds: readonly string[], at: number) => Effect.Effect<void, SqlError, never>;
    claim: (mchIds: readonly string[], at: number) => Effect.Effect<Claim | undefined, SqlError, never>;
    beat: (claim: Claim) => Effect.Effect<boolean, SqlError>;
    release: (claim: Claim) => Effect.Effect<void, SqlError>;
    later: (claim: Claim, { everyDay, millis, said }: {
        readonly millis: number;
        readonly said: string;
        readonly everyDay?: boolean;
    }) => Effect.Effect<void, SqlError>;
    lost: (claim: Claim, said: string) => Effect.Effect<void, SqlError>;
    compared: (claim: Claim, found: Found, totals: ReadonlyArray<Total>, { again, marks, whole, }: {
        readonly again?: number | undefined;
        readonly marks: ReadonlyArray<Books.Unbilled>;
        readonly whole: boolean;
    }) => Effect.Effect<"stored" | "another's", SqlError>;
    unasked: ({ date, mchId }: Pick<Claim, "mchId" | "date">, limit: number) => Effect.Effect<ReadonlyArray<Difference>, SqlError>;
    answered: (claim: Claim, id: number, { agreesWith, ...record }: Answer) => Effect.Effect<boolean, SqlError>;
    done: (claim: Claim) => Effect.Effect<void, SqlError>;
};
/** Days, the newest first. */
export declare const list: (args_0: Database, args_1?: Filter | undefined, args_2?: {
    readonly after?: Pick<Day, "mchId" | "date"> | undefined;
    readonly limit?: number;
} | undefined) => Effect.Effect<readonly Day[], SqlError, never>;
export declare const find: ({ sql, table }: Database, mchId: string, date: string) => Effect.Effect<Day | undefined, SqlError>;
/** The differences of a day, in pages. */
export declare const differencesOf: ({ sql, table }: Database, { date, mchId }: Pick<Day, "mchId" | "date">, { after, limit }?: {
    readonly after?: number | undefined;
    readonly limit?: number | undefined;
}) => Effect.Effect<ReadonlyArray<Difference>, SqlError>;
/** The newest position in the feed, also where its day was removed since. */
export declare const newest: ({ sql, table, tables, }: Pick<Database, "sql" | "table" | "tables">) => Effect.Effect<number, SqlError>;
/** Days that are done, in the order in which they came to be, after a position. */
export declare const after: ({ sql, table }: Database, position: number, limit?: number) => Effect.Effect<ReadonlyArray<Day>, SqlError>;
/** Of each merchant number: days that wait for their bill or for answers, and differences by kind of all days that are kept. */
export interface Standing {
    readonly mchId: string;
    readonly open: number;
    readonly lost: number;
    readonly kinds: ReadonlyMap<Kind, number>;
}
export declare const standings: (args_0: Database) => Effect.Effect<readonly Standing[], SqlError, never>;
