/** A process of its own that holds a store: `node holder.ts FILE` says so, writes a row, and goes on until it is killed. */
import { Effect } from "effect";
import { SqlClient } from "effect/sql";
import { Sqlite } from "@wechat-refund/durable";

const [file = ""] = process.argv.slice(2);

const hold = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient;
  yield* sql`CREATE TABLE IF NOT EXISTS held (pid INTEGER NOT NULL)`;
  yield* sql`INSERT INTO held (pid) VALUES (${process.pid})`;
  console.log("held");
  return yield* Effect.never;
});

// What it waits for keeps no process alive.
setInterval(() => {}, 60_000);
Effect.runPromise(Effect.provide(hold, Sqlite.layer({ file }))).catch((error: unknown) => {
  console.log(String(error));
  process.exitCode = 1;
});
