import * as Effect from "effect/Effect";
import type { SqlError } from "effect/sql/SqlError";
import type { Database } from "./internal/database.ts";
import { RefundStore } from "./RefundStore.ts";
/** What must hold, and where it does not. */
export interface Finding {
    readonly rule: string;
    /** Refund numbers, the first few of them. */
    readonly refunds: ReadonlyArray<string>;
    readonly count: number;
}
export interface Checked {
    readonly refunds: number;
    readonly rules: number;
    readonly findings: ReadonlyArray<Finding>;
}
/** SQLite's own number for a file in which one part contradicts another. */
export declare const isMalformed: ({ reason: { cause } }: SqlError) => boolean;
/**
 * How much SQLite finds broken in its file, and no row tells: where a backup was put back beside the log of the store that it replaced,
 * SQLite makes one of the two, in which refunds are found one way and not the other. A server looks after its files itself.
 */
export declare const damage: ({ pg, sql }: Database) => Effect.Effect<number, SqlError>;
/** Asks everything; reads every row once. */
export declare const check: Effect.Effect<Checked, SqlError, RefundStore>;
/** The rules as statements, for those who would rather ask the database themselves. */
export declare const statements: (database: Database) => ReadonlyArray<readonly [rule: string, sql: string]>;
