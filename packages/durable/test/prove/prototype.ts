/**
 * The bare minimum that a durable refund can be, to measure against: one table, fibers that claim its rows, a history. No pace, no order
 * of events, no rules, no health; the process's clock. It is not used anywhere else.
 */
import * as Clock from "effect/Clock";
import * as Data from "effect/Data";
import * as Effect from "effect/Effect";
import * as Queue from "effect/Queue";
import * as Schedule from "effect/Schedule";
import type * as Scope from "effect/Scope";
import * as SqlClient from "effect/sql/SqlClient";
import type { SqlError } from "effect/sql/SqlError";

export interface Refund {
  readonly number: string;
  readonly merchant: string;
  readonly fields: string;
  readonly fingerprint: string;
  readonly state: string;
  readonly next_at: number;
  readonly epoch: number;
}

export class Conflict extends Data.TaggedError("Conflict")<{ readonly number: string }> {}
export class Fenced extends Data.TaggedError("Fenced")<{ readonly number: string }> {}

/** What one step decided: the new state and when to look again (ms from now); undefined: never. */
export interface Step {
  readonly state: string;
  readonly after: number | undefined;
}

export const create = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient;
  yield* sql`CREATE TABLE prototype (merchant TEXT NOT NULL, number TEXT NOT NULL, fields TEXT NOT NULL, fingerprint TEXT NOT NULL,
    state TEXT NOT NULL, next_at BIGINT, owner TEXT, lease_until BIGINT NOT NULL DEFAULT 0, epoch BIGINT NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, PRIMARY KEY (merchant, number))`;
  yield* sql`CREATE INDEX prototype_due ON prototype (next_at) WHERE next_at IS NOT NULL`;
  yield* sql`CREATE TABLE prototype_history (merchant TEXT NOT NULL, number TEXT NOT NULL, seq BIGINT NOT NULL, at BIGINT NOT NULL,
    state TEXT NOT NULL, owner TEXT, note TEXT, PRIMARY KEY (merchant, number, seq))`;
});

export interface Options {
  readonly owner: string;
  readonly lease: number;
  readonly poll: number;
  readonly batch: number;
  readonly step: (
    refund: Refund,
    mark: (note: string) => Effect.Effect<void, Fenced | SqlError>,
  ) => Effect.Effect<Step, Fenced | SqlError>;
}

type Numbers = Pick<Refund, "merchant" | "number" | "epoch">;

export const make = Effect.fnUntraced(function* (options: Options) {
  const { batch, lease, owner, poll, step } = options;
  const sql = yield* SqlClient.SqlClient;
  const wakeup = yield* Queue.sliding<void>(1);
  let free = batch;
  const pg = sql.onDialectOrElse({ pg: () => true, orElse: () => false });
  const skip = sql.literal(pg ? "FOR UPDATE SKIP LOCKED" : "");
  const lock = sql.literal(pg ? "FOR UPDATE" : "");
  const history = ({ merchant, number }: Numbers, now: number, state: string, note: string | null) =>
    sql`INSERT INTO prototype_history (merchant, number, seq, at, state, owner, note)
      SELECT ${merchant}, ${number}, COALESCE(MAX(seq), 0) + 1, ${now}, ${state}, ${owner}, ${note}
      FROM prototype_history WHERE merchant = ${merchant} AND number = ${number}`;
  const refundOf = (row: object): Refund => {
    const { epoch, next_at, ...rest } = row as Refund;
    return { ...rest, epoch: Number(epoch), next_at: Number(next_at) };
  };

  const start = Effect.fnUntraced(function* (refund: Omit<Refund, "state" | "next_at" | "epoch">) {
    const { fields, fingerprint, merchant, number } = refund;
    const now = yield* Clock.currentTimeMillis;
    const row = yield* sql.withTransaction(
      Effect.gen(function* () {
        const [made] =
          yield* sql<Refund>`INSERT INTO prototype (merchant, number, fields, fingerprint, state, next_at, created_at, updated_at)
            VALUES (${merchant}, ${number}, ${fields}, ${fingerprint}, ${"Recorded"}, ${now}, ${now}, ${now})
            ON CONFLICT DO NOTHING RETURNING *`;
        if (made !== undefined) {
          yield* history({ merchant, number, epoch: 0 }, now, "Recorded", null);
          return made;
        }
        const [there] = yield* sql<Refund>`SELECT * FROM prototype WHERE merchant = ${merchant} AND number = ${number}`;
        return there;
      }),
    );
    if (row?.fingerprint !== fingerprint) return yield* new Conflict({ number });
    yield* Queue.offer(wakeup, undefined);
    return refundOf(row);
  });

  const claim = (count: number) =>
    Effect.flatMap(Clock.currentTimeMillis, (now) =>
      sql.withTransaction(
        sql`UPDATE prototype SET owner = ${owner}, lease_until = ${now + lease}, epoch = epoch + 1, attempts = attempts + 1
          WHERE (merchant, number) IN (SELECT merchant, number FROM prototype WHERE next_at <= ${now} AND lease_until < ${now}
            ORDER BY next_at LIMIT ${count} ${skip}) RETURNING *`,
      ),
    ).pipe(Effect.map((rows) => rows.map(refundOf)));

  /** Every write of a worker names its epoch: one that was taken over changes nothing. */
  const fenced = <A, E, R>({ epoch, merchant, number }: Refund, write: (now: number) => Effect.Effect<A, E, R>) =>
    Effect.flatMap(Clock.currentTimeMillis, (now) =>
      sql.withTransaction(
        Effect.gen(function* () {
          const own =
            yield* sql`SELECT 1 FROM prototype WHERE merchant = ${merchant} AND number = ${number} AND epoch = ${epoch} ${lock}`;
          if (own.length === 0) return yield* new Fenced({ number });
          return yield* write(now);
        }),
      ),
    );

  const work = (refund: Refund) => {
    const { merchant, number } = refund;
    const mark = (note: string) =>
      fenced(refund, (now) =>
        Effect.andThen(
          sql`UPDATE prototype SET state = ${note}, lease_until = ${now + lease}, updated_at = ${now}
            WHERE merchant = ${merchant} AND number = ${number}`,
          history(refund, now, note, "mark"),
        ),
      );
    return step(refund, mark).pipe(
      Effect.timeout(lease * 0.8),
      Effect.flatMap(({ after, state }) =>
        fenced(refund, (now) =>
          Effect.andThen(
            sql`UPDATE prototype SET state = ${state}, next_at = ${after === undefined ? null : now + after}, owner = NULL,
              lease_until = 0, updated_at = ${now} WHERE merchant = ${merchant} AND number = ${number}`,
            history(refund, now, state, null),
          ),
        ),
      ),
      Effect.tapCause((cause) => Effect.logWarning("step failed; the lease will expire", cause)),
      Effect.ignoreCause,
      Effect.ensuring(
        Effect.suspend(() => {
          free++;
          return Queue.offer(wakeup, undefined);
        }),
      ),
    );
  };

  const scope: Scope.Scope = yield* Effect.scope;
  const loop = Effect.gen(function* () {
    for (;;) {
      const rows = free > 0 ? yield* claim(free) : [];
      free -= rows.length;
      for (const row of rows) yield* Effect.forkIn(work(row), scope);
      if (rows.length === 0 || free === 0) yield* Effect.timeoutOption(Queue.take(wakeup), poll);
    }
  }).pipe(
    Effect.tapError((error) => Effect.logWarning("claim failed", error)),
    Effect.retry(Schedule.spaced(Math.min(poll, 1000))),
    Effect.orDie,
  );
  yield* Effect.forkIn(loop, scope);
  return { start };
});
