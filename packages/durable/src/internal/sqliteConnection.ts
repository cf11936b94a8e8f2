/**
 * A database of node:sqlite as the connection that Effect's SQL modules ask for. Every call runs to its end before it returns; who may
 * use the connection when is for the client around it.
 */
import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from "node:sqlite";
import * as Arr from "effect/Array";
import * as Cause from "effect/Cause";
import * as Effect from "effect/Effect";
import type { Connection } from "effect/sql/SqlConnection";
import { classifySqliteError, SqlError } from "effect/sql/SqlError";
import * as Stream from "effect/Stream";

type Row = Record<string, unknown>;

/** Statements of a store are few, and texts with lists of any length are many. */
const maxPrepared = 200;

/** Rows of a stream that are read in one go. */
const chunk = 100;

const sqlError = (cause: unknown): SqlError => {
  // The classification looks for SQLite's number under the name that another driver gives it.
  if (cause instanceof Error && "errcode" in cause) Object.assign(cause, { errno: cause.errcode });
  return new SqlError({
    reason: classifySqliteError(cause, { message: "Failed to execute statement", operation: "execute" }),
  });
};

const attempted = <A>(act: () => A): Effect.Effect<A, SqlError> => Effect.try({ try: act, catch: sqlError });

/** SQLite has no booleans and no dates. What it has no form for either is refused by node:sqlite. */
const input = (value: unknown): SQLInputValue => {
  if (typeof value === "boolean") return Number(value);
  if (value instanceof Date) return value.toISOString();
  return (value === undefined ? null : value) as SQLInputValue;
};

/** A number wherever a number is exact: node:sqlite would else refuse to read what is larger. */
const output = (value: SQLOutputValue): unknown =>
  typeof value === "bigint" && value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER
    ? Number(value)
    : value;

const rowOf = (row: Record<string, SQLOutputValue>): Row => {
  const out: Row = {};
  for (const [name, value] of Object.entries(row)) out[name] = output(value);
  return out;
};

/** The connection of an open database. `lost`: why it is not to be used any more, if so. */
export const make = (database: DatabaseSync, lost: () => string | undefined = () => undefined): Connection => {
  const prepared = new Map<string, StatementSync>();
  const attempt = <A>(act: () => A): Effect.Effect<A, SqlError> =>
    attempted(() => {
      // What has begun may end.
      const why = database.isTransaction ? undefined : lost();
      if (why !== undefined) throw new Error(why);
      return act();
    });

  const prepare = (sql: string): StatementSync => {
    const statement = database.prepare(sql);
    statement.setReadBigInts(true);
    return statement;
  };
  const cached = (sql: string): StatementSync => {
    const found = prepared.get(sql);
    if (found !== undefined) return found;
    if (prepared.size >= maxPrepared) prepared.clear();
    const statement = prepare(sql);
    prepared.set(sql, statement);
    return statement;
  };

  const rows = (statement: StatementSync, params: ReadonlyArray<unknown>): ReadonlyArray<Row> =>
    statement.all(...params.map(input)).map(rowOf);
  /** By position: two columns of one name would be one in an object. */
  const values = (sql: string, params: ReadonlyArray<unknown>) =>
    attempt((): ReadonlyArray<ReadonlyArray<unknown>> => {
      const statement = prepare(sql);
      statement.setReturnArrays(true);
      // The types know of objects alone.
      return (statement.all(...params.map(input)) as unknown as Array<Array<SQLOutputValue>>).map((row) =>
        row.map(output),
      );
    });

  return {
    execute: (sql, params, transform) =>
      attempt(() => rows(cached(sql), params)).pipe(Effect.map((found) => transform?.(found) ?? found)),
    executeUnprepared: (sql, params, transform) =>
      attempt(() => rows(prepare(sql), params)).pipe(Effect.map((found) => transform?.(found) ?? found)),
    executeValues: values,
    executeValuesUnprepared: values,
    executeRaw: (sql, params) =>
      attempt(() => {
        const { changes, lastInsertRowid } = cached(sql).run(...params.map(input));
        return { changes: output(changes), lastInsertRowid: output(lastInsertRowid) };
      }),
    executeStream: (sql, params, transform) =>
      // A statement of its own: a cached one could be run again before the stream has read all. One that was left in the middle would
      // keep the log from being written back.
      Effect.acquireRelease(
        attempt(() => prepare(sql).iterate(...params.map(input))),
        (iterator) => Effect.sync(() => void iterator.return?.()),
      ).pipe(
        Effect.map((iterator) => {
          // Asked once more after the end, Node 22 would begin again.
          let ended = false;
          return attempt(() => {
            const found: Array<Row> = [];
            while (!ended && found.length < chunk) {
              const next = iterator.next();
              if (next.done === true) ended = true;
              else found.push(rowOf(next.value));
            }
            return transform?.(found) ?? found;
          }).pipe(
            Effect.flatMap((found) => (Arr.isReadonlyArrayNonEmpty(found) ? Effect.succeed(found) : Cause.done())),
          );
        }),
        Stream.fromPull,
        Stream.scoped,
      ),
  };
};
