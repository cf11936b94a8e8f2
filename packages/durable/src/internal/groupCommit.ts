/**
 * Transactions that are asked for at the same time, committed together: on SQLite a commit is a wait for the disk, and one wait serves all
 * of them. Each is a part of its own that fails alone; nobody is answered before the commit.
 */
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Exit from "effect/Exit";
import * as SqlClient from "effect/sql/SqlClient";
import type { SqlError } from "effect/sql/SqlError";

interface Asked {
  readonly run: Effect.Effect<unknown, unknown>;
  readonly context: Context.Context<never>;
  readonly resume: (exit: Exit.Exit<unknown, unknown>) => void;
}

/** So many share a commit at most; a writer holds the file meanwhile. */
const most = 256;

export const make = (sql: SqlClient.SqlClient) => {
  let queue: Array<Asked> = [];
  let running = false;

  const part = ({ context, run }: Asked): Effect.Effect<Exit.Exit<unknown, unknown>> =>
    Effect.exit(
      sql.withTransaction(
        // In the surroundings of whoever asked, but in this transaction.
        Effect.contextWith((here: Context.Context<never>) => Effect.provideContext(run, Context.merge(here, context))),
      ),
    );

  /**
   * SQLite rolls the whole transaction back by itself where the disk is full or broken, and what follows would be in one of its own. So a
   * group in which a part failed asks whether its beginning is still there.
   */
  const together = Effect.fnUntraced(function* (batch: ReadonlyArray<Asked>) {
    if (batch.length > 1) yield* sql.unsafe("SAVEPOINT refund_group");
    const exits = yield* Effect.forEach(batch, part);
    if (batch.length > 1 && exits.some(Exit.isFailure)) yield* sql.unsafe("RELEASE refund_group");
    return exits;
  });

  // The surroundings of whoever asked first may be those of another client's transaction.
  const asTheClient = Effect.provideService(SqlClient.BeginTransaction, undefined);

  const drain = Effect.gen(function* () {
    for (;;) {
      // Whoever was answered just now may ask for the next.
      yield* Effect.yieldNow;
      const batch = queue.slice(0, most);
      queue = queue.slice(most);
      if (batch.length === 0) {
        running = false;
        return;
      }
      const exits = yield* Effect.exit(asTheClient(sql.withTransaction(together(batch))));
      batch.forEach(({ resume }, at) => {
        const exit = Exit.isSuccess(exits) ? exits.value[at] : exits;
        resume(exit ?? Exit.die(new Error("a transaction of a group has no end")));
      });
    }
  });

  return <A, E, R>(run: Effect.Effect<A, E, R>): Effect.Effect<A, E | SqlError, R> =>
    Effect.contextWith((context: Context.Context<R>) =>
      Effect.callback<A, E | SqlError>((resume) => {
        queue.push({
          run: run as Effect.Effect<unknown, unknown>,
          context: context as Context.Context<never>,
          resume: (exit) => resume(exit as Exit.Exit<A, E | SqlError>),
        });
        if (running) return;
        running = true;
        Effect.runForkWith(context as Context.Context<never>)(drain);
      }),
    );
};
