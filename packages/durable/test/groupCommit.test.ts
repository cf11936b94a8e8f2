/** Transactions that share a commit on SQLite: each a part that fails alone, and nobody answered before the commit. */
import { join } from "node:path";
import { it } from "@effect/vitest";
import { Context, Effect, Exit, Layer } from "effect";
import { SqlClient, SqlError } from "effect/sql";
import { describe, expect } from "vitest";
import { Sqlite } from "@wechat-refund/durable";
import * as groupCommit from "../src/internal/groupCommit.ts";
import { directory } from "./support/files.ts";

const opened = Effect.gen(function* () {
  const context = yield* Layer.build(Sqlite.layer({ file: join(yield* directory, "refunds.db") }));
  const sql = Context.get(context, SqlClient.SqlClient);
  yield* sql`CREATE TABLE t (n INTEGER PRIMARY KEY)`;
  return { sql, numbers: Effect.map(sql<{ n: number }>`SELECT n FROM t ORDER BY n`, (rows) => rows.map(({ n }) => n)) };
});

const upTo = (count: number) => Array.from({ length: count }, (_, n) => n + 1);

describe("a group of transactions", () => {
  it.effect("commits the parts that succeeded; one that failed or died takes nobody with it, nor leaves anything", () =>
    Effect.gen(function* () {
      const { numbers, sql } = yield* opened;
      const together = groupCommit.make(sql);
      const exits = yield* Effect.forEach(
        upTo(9),
        (n) =>
          Effect.exit(
            together(
              Effect.gen(function* () {
                yield* sql`INSERT INTO t (n) VALUES (${n})`;
                if (n === 3) return yield* Effect.fail("no" as const);
                if (n === 5) return yield* Effect.die("a defect");
                // Refused by the database itself.
                if (n === 7) yield* sql`INSERT INTO t (n) VALUES (1)`;
                return n;
              }),
            ),
          ),
        { concurrency: "unbounded" },
      );
      expect(exits.map((exit) => (Exit.isSuccess(exit) ? exit.value : "failed"))).toEqual([
        1,
        2,
        "failed",
        4,
        "failed",
        6,
        "failed",
        8,
        9,
      ]);
      expect(yield* numbers).toEqual([1, 2, 4, 6, 8, 9]);
    }),
  );

  it.effect("has one commit for all that are asked for at a time, and 256 at most", () =>
    Effect.gen(function* () {
      const { numbers, sql } = yield* opened;
      let commits = 0;
      const counted = Object.assign(Object.create(sql) as SqlClient.SqlClient, {
        withTransaction: <A, E, R>(run: Effect.Effect<A, E, R>) =>
          Effect.flatMap(Effect.serviceOption(sql.transactionService), (open) => {
            if (open._tag === "None") commits++;
            return sql.withTransaction(run);
          }),
      });
      const together = groupCommit.make(counted);
      yield* Effect.forEach(upTo(600), (n) => together(sql`INSERT INTO t (n) VALUES (${n})`), {
        concurrency: "unbounded",
      });
      expect((yield* numbers).length).toBe(600);
      expect(commits).toBeGreaterThanOrEqual(3);
      expect(commits).toBeLessThanOrEqual(6);
    }),
  );

  it.effect("fails as a whole where its COMMIT fails, and the next one is committed", () =>
    Effect.gen(function* () {
      const { numbers, sql } = yield* opened;
      // What is checked at COMMIT, and not before.
      yield* sql`CREATE TABLE child (n INTEGER REFERENCES t (n) DEFERRABLE INITIALLY DEFERRED)`;
      const together = groupCommit.make(sql);
      const exits = yield* Effect.forEach(
        upTo(5),
        (n) =>
          Effect.exit(
            together(n === 2 ? sql`INSERT INTO child (n) VALUES (99)` : sql`INSERT INTO t (n) VALUES (${n})`),
          ),
        { concurrency: "unbounded" },
      );
      expect(exits.map(Exit.isSuccess)).toEqual([false, false, false, false, false]);
      for (const exit of exits) {
        const [reason] = Exit.isFailure(exit) ? exit.cause.reasons : [];
        expect(reason?._tag === "Fail" && SqlError.isSqlError(reason.error)).toBe(true);
      }
      expect(yield* numbers).toEqual([]);
      yield* together(sql`INSERT INTO t (n) VALUES (6)`);
      expect(yield* numbers).toEqual([6]);
    }),
  );

  it.effect("answers nobody who has gone, and the others all the same", () =>
    Effect.gen(function* () {
      const { numbers, sql } = yield* opened;
      const together = groupCommit.make(sql);
      yield* Effect.all(
        [
          Effect.raceFirst(together(sql`INSERT INTO t (n) VALUES (1)`), Effect.void),
          together(sql`INSERT INTO t (n) VALUES (2)`),
        ],
        { concurrency: "unbounded" },
      );
      expect(yield* numbers).toContain(2);
      yield* together(sql`INSERT INTO t (n) VALUES (3)`);
      expect(yield* numbers).toContain(3);
    }),
  );

  it.effect("begins as the client does, whatever whoever asked wants of a client of his own", () =>
    Effect.gen(function* () {
      const { numbers, sql } = yield* opened;
      const together = groupCommit.make(sql);
      const insert = (n: number) => together(sql`INSERT INTO t (n) VALUES (${n})`);
      // As around a transaction on the application's own server, in which a refund is started.
      const around = Effect.provideService(SqlClient.BeginTransaction, "BEGIN ISOLATION LEVEL SERIALIZABLE");
      const exits = yield* Effect.forEach([around(insert(1)), insert(2)], Effect.exit, { concurrency: 2 });
      expect(exits.map(Exit.isSuccess)).toEqual([true, true]);
      expect(yield* numbers).toEqual([1, 2]);
    }),
  );
});
