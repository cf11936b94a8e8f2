/** The client over node:sqlite: what goes in, what comes out, transactions, streams. */
import { renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { it } from "@effect/vitest";
import { Effect, Exit, Fiber, Layer, Stream } from "effect";
import { SqlClient } from "effect/sql";
import { describe, expect } from "vitest";
import { Sqlite } from "@wechat-refund/durable";
import { directory } from "./support/files.ts";

/** A test with a store of its own. */
const stored = <A, E>(test: (sql: SqlClient.SqlClient, file: string) => Effect.Effect<A, E>) =>
  Effect.gen(function* () {
    const file = join(yield* directory, "refunds.db");
    const within = Effect.flatMap(SqlClient.SqlClient, (sql) => test(sql, file));
    return yield* Effect.provide(within, Sqlite.layer({ file }));
  });

const numbered = (sql: SqlClient.SqlClient, count: number) =>
  sql`CREATE TABLE t AS WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < ${count}) SELECT n FROM c`;

describe("a store's file", () => {
  it.effect("is made for its owner alone, whatever the umask, with the files beside it", () =>
    Effect.gen(function* () {
      const before = process.umask(0);
      yield* stored((sql, file) =>
        Effect.gen(function* () {
          yield* sql`CREATE TABLE t (n INTEGER)`;
          for (const ending of ["", ".lock", "-wal", "-shm"]) {
            expect([ending, (statSync(file + ending).mode & 0o777).toString(8)]).toEqual([ending, "600"]);
          }
        }),
      ).pipe(Effect.ensuring(Effect.sync(() => process.umask(before))));
    }),
  );

  it.effect(
    "keeps a log ahead of the data, writes every commit to the disk, checks references, waits a second at most",
    () =>
      stored((sql) =>
        Effect.gen(function* () {
          expect(yield* sql`PRAGMA journal_mode`.values).toEqual([["wal"]]);
          expect(yield* sql`PRAGMA synchronous`.values).toEqual([[2]]);
          expect(yield* sql`PRAGMA foreign_keys`.values).toEqual([[1]]);
          expect(yield* sql`PRAGMA busy_timeout`.values).toEqual([[1000]]);
        }),
      ),
  );

  it.effect("is opened again with what it held, and its lock stays where it is", () =>
    Effect.gen(function* () {
      const file = join(yield* directory, "refunds.db");
      const written = Effect.flatMap(SqlClient.SqlClient, (sql) => sql`CREATE TABLE t AS SELECT 7 AS n`);
      const read = Effect.flatMap(SqlClient.SqlClient, (sql) => sql`SELECT n FROM t`);
      yield* Effect.provide(written, Sqlite.layer({ file }));
      const lock = statSync(`${file}.lock`);
      expect(lock.size).toBe(0);
      expect(yield* Effect.provide(read, Sqlite.layer({ file }))).toEqual([{ n: 7 }]);
      expect(statSync(`${file}.lock`).ino).toBe(lock.ino);
    }),
  );

  it.effect("takes nothing once another file, or none, has its name", () =>
    stored((sql, file) =>
      Effect.gen(function* () {
        const breath = Effect.promise(() => new Promise((resolve) => setTimeout(resolve, 150)));
        yield* sql`CREATE TABLE t (n INTEGER)`;
        const away = `${file}.away`;
        for (const replace of [() => {}, () => writeFileSync(file, "")]) {
          yield* breath;
          yield* sql`INSERT INTO t VALUES (1)`;
          // What has begun may end.
          yield* sql.withTransaction(
            Effect.gen(function* () {
              renameSync(file, away);
              replace();
              yield* breath;
              yield* sql`INSERT INTO t VALUES (2)`;
            }),
          );
          for (const statement of [sql`SELECT 1`, sql`INSERT INTO t VALUES (3)`, sql.withTransaction(sql`SELECT 1`)]) {
            expect(yield* Effect.flip(statement)).toMatchObject({
              reason: { cause: { message: expect.stringContaining("was deleted or replaced") } },
            });
          }
          renameSync(away, file);
        }
        yield* breath;
        expect(yield* sql`SELECT n FROM t`.values).toEqual([[1], [2], [1], [2]]);
      }),
    ),
  );

  it.effect("takes its lock anew where somebody removed that, and nothing while another process has it", () =>
    stored((sql, file) =>
      Effect.gen(function* () {
        const breath = Effect.promise(() => new Promise((resolve) => setTimeout(resolve, 150)));
        const second = Effect.scoped(Layer.build(Layer.fresh(Sqlite.layer({ file }))));
        rmSync(`${file}.lock`);
        yield* breath;
        yield* sql`SELECT 1`;
        expect(yield* Effect.flip(second)).toMatchObject({ reason: "Held" });
        rmSync(`${file}.lock`);
        yield* Effect.scoped(
          Effect.gen(function* () {
            yield* Layer.build(Layer.fresh(Sqlite.layer({ file })));
            yield* breath;
            expect(yield* Effect.flip(sql`SELECT 1`)).toMatchObject({
              reason: { cause: { message: expect.stringContaining("another process has the store") } },
            });
          }),
        );
        yield* breath;
        yield* sql`SELECT 1`;
        expect(yield* Effect.flip(second)).toMatchObject({ reason: "Held" });
      }),
    ),
  );

  it.effect("may be an empty file that somebody made", () =>
    Effect.gen(function* () {
      const file = join(yield* directory, "refunds.db");
      writeFileSync(file, "");
      const works = Effect.flatMap(SqlClient.SqlClient, (sql) => sql`SELECT 1 AS n`);
      expect(yield* Effect.provide(works, Sqlite.layer({ file }))).toEqual([{ n: 1 }]);
    }),
  );
});

describe("values", () => {
  it.effect("an integer is a number where that is exact, and a bigint elsewhere", () =>
    stored((sql) =>
      Effect.gen(function* () {
        const largest = Number.MAX_SAFE_INTEGER;
        const [row] =
          yield* sql`SELECT ${1} AS a, ${largest} AS b, ${BigInt(largest)} AS c, ${BigInt(largest) + 1n} AS d,
          ${-BigInt(largest)} AS e, ${-BigInt(largest) - 1n} AS f, 0.5 AS g`;
        expect(row).toEqual({
          a: 1,
          b: largest,
          c: largest,
          d: 9007199254740992n,
          e: -largest,
          f: -9007199254740992n,
          g: 0.5,
        });
      }),
    ),
  );

  it.effect("booleans, dates, bytes, nothing and text come back as SQLite has them", () =>
    stored((sql) =>
      Effect.gen(function* () {
        const bytes = new Uint8Array([0, 1, 255]);
        const [row] =
          yield* sql`SELECT ${true} AS a, ${false} AS b, ${new Date(0)} AS c, ${bytes} AS d, ${null} AS e, ${"退款 '"} AS f`;
        expect(row).toEqual({ a: 1, b: 0, c: "1970-01-01T00:00:00.000Z", d: bytes, e: null, f: "退款 '" });
      }),
    ),
  );

  it.effect("two columns of one name are two values", () =>
    stored((sql) => Effect.map(sql`SELECT 1 AS a, 2 AS a`.values, (rows) => expect(rows).toEqual([[1, 2]]))),
  );

  it.effect("a write says how many rows it changed", () =>
    stored((sql) =>
      Effect.gen(function* () {
        yield* numbered(sql, 3);
        expect(yield* sql`UPDATE t SET n = n + 10 WHERE n > 1`.raw).toMatchObject({ changes: 2 });
      }),
    ),
  );
});

describe("transactions", () => {
  it.effect("roll back with the effect, a savepoint alone where it is nested", () =>
    stored((sql) =>
      Effect.gen(function* () {
        yield* sql`CREATE TABLE t (n INTEGER PRIMARY KEY)`;
        const insert = (n: number) => sql`INSERT INTO t (n) VALUES (${n})`;
        yield* Effect.exit(sql.withTransaction(Effect.andThen(insert(1), Effect.fail("no"))));
        yield* sql.withTransaction(
          Effect.andThen(insert(2), Effect.exit(sql.withTransaction(Effect.andThen(insert(3), Effect.fail("no"))))),
        );
        expect(yield* sql`SELECT n FROM t`.values).toEqual([[2]]);
      }),
    ),
  );

  it.effect("have the write lock from the beginning, so that none fails in the middle", () =>
    stored((sql, file) =>
      Effect.gen(function* () {
        yield* sql`CREATE TABLE t (n INTEGER)`;
        const other = new DatabaseSync(file, { timeout: 0 });
        const blocked = yield* sql.withTransaction(
          Effect.sync(() => {
            try {
              other.exec("BEGIN IMMEDIATE");
              return false;
            } catch {
              return true;
            }
          }),
        );
        other.close();
        expect(blocked).toBe(true);
      }),
    ),
  );

  it.effect("wait for each other within the process", () =>
    stored((sql) =>
      Effect.gen(function* () {
        yield* sql`CREATE TABLE t (n INTEGER)`;
        yield* sql`INSERT INTO t (n) VALUES (0)`;
        const increment = sql.withTransaction(
          Effect.gen(function* () {
            const [[n] = []] = yield* sql`SELECT n FROM t`.values;
            yield* Effect.yieldNow;
            yield* sql`UPDATE t SET n = ${Number(n) + 1}`;
          }),
        );
        yield* Effect.all(
          Array.from({ length: 20 }, () => increment),
          { concurrency: "unbounded" },
        );
        expect(yield* sql`SELECT n FROM t`.values).toEqual([[20]]);
      }),
    ),
  );
});

describe("failures", () => {
  it.effect("a key twice, another program's lock and a mistake are told apart", () =>
    stored((sql, file) =>
      Effect.gen(function* () {
        yield* sql`CREATE TABLE t (n INTEGER PRIMARY KEY, u INTEGER UNIQUE)`;
        yield* sql`INSERT INTO t VALUES (1, 1)`;
        const unique = yield* Effect.flip(sql`INSERT INTO t VALUES (2, 1)`);
        expect(unique.reason).toMatchObject({ _tag: "UniqueViolation", constraint: "t.u" });
        expect((yield* Effect.flip(sql`INSERT INTO t VALUES (1, 2)`)).reason._tag).toBe("ConstraintError");
        expect((yield* Effect.flip(sql`INSERT INTO nothing VALUES (1)`)).reason._tag).toBe("UnknownError");

        const other = new DatabaseSync(file);
        other.exec("BEGIN IMMEDIATE");
        const busy = yield* Effect.flip(sql`INSERT INTO t VALUES (3, 3)`);
        expect([busy.reason._tag, busy.isRetryable]).toEqual(["LockTimeoutError", true]);
        other.exec("ROLLBACK");
        other.close();
        yield* sql`INSERT INTO t VALUES (3, 3)`;
      }),
    ),
  );
});

describe("streams", () => {
  it.effect("give every row, in order", () =>
    stored((sql) =>
      Effect.gen(function* () {
        yield* numbered(sql, 1234);
        const rows = yield* Stream.runCollect(sql<{ readonly n: number }>`SELECT n FROM t ORDER BY n`.stream);
        expect(rows.map(({ n }) => n)).toEqual(Array.from({ length: 1234 }, (_, at) => at + 1));
        expect(yield* Stream.runCollect(sql`SELECT n FROM t WHERE n < 0`.stream)).toEqual([]);
      }),
    ),
  );

  it.effect("read no further than they are asked, and leave nothing open", () =>
    stored((sql, file) =>
      Effect.gen(function* () {
        yield* numbered(sql, 100_000);
        yield* sql`CREATE TABLE u (n INTEGER)`;
        const before = process.memoryUsage().heapUsed;
        expect(yield* Stream.runCollect(Stream.take(sql`SELECT n FROM t`.stream, 2))).toEqual([{ n: 1 }, { n: 2 }]);
        expect(process.memoryUsage().heapUsed - before).toBeLessThan(20_000_000);
        yield* sql`INSERT INTO u VALUES (1)`;
        // A reader in the middle would keep the log from being written back to its end.
        const [row] = yield* sql`PRAGMA wal_checkpoint(TRUNCATE)`;
        expect(row).toMatchObject({ busy: 0 });
        expect(statSync(`${file}-wal`).size).toBe(0);
      }),
    ),
  );

  it.effect("are ended by interruption, and the client goes on", () =>
    stored((sql) =>
      Effect.gen(function* () {
        yield* numbered(sql, 1000);
        const reader = yield* Effect.forkChild(Stream.runForEach(sql`SELECT n FROM t`.stream, () => Effect.never));
        yield* Effect.yieldNow;
        yield* Fiber.interrupt(reader);
        expect(yield* sql`PRAGMA wal_checkpoint(TRUNCATE)`).toMatchObject([{ busy: 0 }]);
      }),
    ),
  );

  it.effect("fail as a statement does", () =>
    stored((sql) =>
      Effect.map(Effect.exit(Stream.runDrain(sql`SELECT n FROM nothing`.stream)), (exit) =>
        expect(Exit.isFailure(exit)).toBe(true),
      ),
    ),
  );
});
