/** `node streamed.ts FILE`: a store's statements in a process of its own, for the older Node. */
import { Effect, Stream } from "effect";
import { SqlClient } from "effect/sql";
import { Sqlite } from "@wechat-refund/durable";

const [file = ""] = process.argv.slice(2);

const program = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient;
  yield* sql`CREATE TABLE t (n INTEGER)`;
  yield* sql.withTransaction(sql`INSERT INTO t VALUES (${9007199254740993n}), (2)`);
  // More than there are, and no more than that if they never end.
  const rows = yield* Stream.runCollect(Stream.take(sql<{ readonly n: number | bigint }>`SELECT n FROM t`.stream, 9));
  console.log(rows.map(({ n }) => `${typeof n} ${n}`).join(", "));
  console.log((yield* sql`SELECT 1 AS a, 2 AS a`.values).join());
});

await Effect.runPromise(Effect.provide(program, Sqlite.layer({ file })));
