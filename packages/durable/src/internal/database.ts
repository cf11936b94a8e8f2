/** What the two databases do differently; the rest of the store is the same code for both. */
import * as Clock from "effect/Clock";
import * as Effect from "effect/Effect";
import * as Option from "effect/Option";
import * as SqlClient from "effect/sql/SqlClient";
import * as SqlError from "effect/sql/SqlError";
import type { Fragment } from "effect/sql/Statement";
import * as groupCommit from "./groupCommit.ts";
import { type Names, namesOf } from "./names.ts";

/** A table as it is written in a statement. */
type Tables = { readonly [K in "refunds" | "history" | "merchants" | "consumers"]: Fragment };

export interface Database {
  readonly sql: SqlClient.SqlClient;
  readonly names: Names;
  readonly pg: boolean;
  readonly tables: Tables;
  readonly table: (name: string) => Fragment;
  /**
   * The moment in which a statement runs: on PostgreSQL by the database's clock, which all machines share; on SQLite by the process that
   * holds the file.
   */
  readonly now: Effect.Effect<Fragment>;
  /** The same, to compare an indexed column with: PostgreSQL looks into no index for what may differ from row to row. */
  readonly moment: Effect.Effect<Fragment>;
  /**
   * What makes a row due at once, and leaves it so: since it was last written, for the clock that says what now is may be set back before
   * anybody looks.
   */
  readonly atOnce: Effect.Effect<Fragment>;
  /** One transaction, or a part of the caller's where there is one; a statement that waits too long in our own fails. */
  readonly transaction: <A, E, R>(run: Effect.Effect<A, E, R>) => Effect.Effect<A, E | SqlError.SqlError, R>;
  /** Whether a column is one of these: one text for lists of any length, so that a statement is prepared once. */
  readonly isOneOf: (column: string, values: ReadonlyArray<number | string>) => Fragment;
  /** Locks the rows that a SELECT reads: SQLite has one writer at a time anyway. */
  readonly forUpdate: Fragment;
  readonly skipLocked: Fragment;
}

/**
 * For one transaction alone: a session behind a pooler may be anybody's. The limits end what the server still sees; a black hole is noticed
 * by the client (see `Postgres`). A plan that was made when a table was small stays with its session, so that none reads whole tables; and
 * compiling a plan takes longer than any statement here. What was committed is on the disk, whatever the server's default is.
 */
const limited = `SELECT ${Object.entries({
  statement_timeout: "5000",
  idle_in_transaction_session_timeout: "5000",
  synchronous_commit: "on",
  enable_seqscan: "off",
  jit: "off",
})
  .map(([name, value]) => `set_config('${name}', '${value}', true)`)
  .join(", ")}`;

/** Each statement sees what is committed by then, as its conditions want it: the server's default, or the caller's, may be stricter, and fail. */
const begin = "BEGIN ISOLATION LEVEL READ COMMITTED";

/** A statement that fails where nothing can fail any more, such as the ROLLBACK of a connection that has died, is told as what it is. */
const told = <A, E, R>(run: Effect.Effect<A, E, R>): Effect.Effect<A, E | SqlError.SqlError, R> =>
  Effect.catchDefect(run, (defect) => (SqlError.isSqlError(defect) ? Effect.fail(defect) : Effect.die(defect)));

export const make: Effect.Effect<Database, never, SqlClient.SqlClient> = Effect.gen(function* () {
  // The application's client may give columns the names of its own objects.
  const sql = (yield* SqlClient.SqlClient).withoutTransforms();
  const pg = sql.onDialectOrElse({ pg: () => true, orElse: () => false });
  const names = namesOf(pg);
  const table = (name: string): Fragment => sql.literal(names.of(name));
  const together = groupCommit.make(sql);
  const clock = sql.literal("(extract(epoch FROM clock_timestamp()) * 1000)::bigint");
  const now = pg
    ? Effect.succeed<Fragment>(clock)
    : Effect.map(Clock.currentTimeMillis, (now): Fragment => sql`${Math.floor(now)}`);
  return {
    sql,
    names,
    pg,
    now,
    moment: pg ? Effect.succeed<Fragment>(sql`(SELECT ${clock})`) : now,
    atOnce: Effect.map(now, (now) => sql`CASE WHEN progress_at < ${now} THEN progress_at ELSE ${now} END`),
    table,
    tables: {
      refunds: table("refunds"),
      history: table("refund_history"),
      merchants: table("refund_merchants"),
      consumers: table("refund_consumers"),
    },
    transaction: (run) =>
      Effect.flatMap(Effect.serviceOption(sql.transactionService), (open) => {
        // The caller's own transaction keeps the caller's limits, and is committed by the caller.
        if (Option.isSome(open)) return sql.withTransaction(run);
        if (!pg) return told(together(run));
        const ours = sql.withTransaction(Effect.andThen(sql.unsafe(limited), run));
        return told(Effect.provideService(ours, SqlClient.BeginTransaction, begin));
      }),
    isOneOf: (column, values) =>
      pg
        ? sql`${sql.literal(column)} = ANY (${values}${sql.literal(typeof values[0] === "string" ? "::text[]" : "::bigint[]")})`
        : sql`${sql.literal(column)} IN (SELECT value FROM json_each(${JSON.stringify(values)}))`,
    forUpdate: sql.literal(pg ? "FOR UPDATE" : ""),
    skipLocked: sql.literal(pg ? "FOR UPDATE SKIP LOCKED" : ""),
  };
});
