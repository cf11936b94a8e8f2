/**
 * A process that speaks to a server through what may become a black hole: `fork(silent.ts, [url])`. It says `ready` when it has thought in a
 * transaction for longer than a silence may last, then what it met after it was told to `go on`, and again.
 */
import { once } from "node:events";
import { Effect, Exit, Redacted } from "effect";
import { SqlClient } from "effect/sql";
import { Postgres } from "@wechat-refund/durable";

const [url = ""] = process.argv.slice(2);

const said = (message: unknown) => Effect.sync(() => void process.send?.(message));
const told = Effect.promise(() => once(process, "message"));

const program = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient;
  const pid = Effect.map(sql<{ pid: number }>`SELECT pg_backend_pid() AS pid`, ([row]) => row?.pid);
  const before = yield* pid;
  const after = yield* sql.withTransaction(Effect.andThen(pid, Effect.andThen(Effect.sleep(1200), pid)));
  yield* said({ before, after });
  yield* told;
  const exits = yield* Effect.all([Effect.exit(sql`SELECT 1`), Effect.exit(sql.withTransaction(sql`SELECT 1`))], {
    concurrency: 2,
  });
  yield* said({ failed: exits.filter(Exit.isFailure).length });
  yield* told;
  yield* said({ healed: yield* Effect.retry(pid, { times: 5 }) });
});

await Effect.runPromise(
  Effect.provide(program, Postgres.layer({ url: Redacted.make(url), silence: 500, maxConnections: 2 })),
);
process.disconnect();
