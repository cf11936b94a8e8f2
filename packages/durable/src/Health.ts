/**
 * Whether this process can do its work: for a probe that takes it out of traffic, and for the supervisor that restarts it.
 *
 * A database that says no is waited for. One that says nothing is not: a client may wait for ever on what no longer exists, and only a new
 * process is sure to be rid of it. Nothing is lost by that, for everything that was acknowledged is stored.
 */
import * as Context from "effect/Context";
import * as Deferred from "effect/Deferred";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import type * as Scope from "effect/Scope";
import * as SqlClient from "effect/sql/SqlClient";
import { Worker } from "./Worker.ts";

export interface Ready {
  readonly ready: boolean;
  /** Why not. */
  readonly why?: string | undefined;
}

export class Health extends Context.Service<
  Health,
  {
    /** Not ready: no look for due refunds has had a result for ten seconds. */
    readonly ready: Effect.Effect<Ready>;
  }
>()("@wechat-refund/durable/Health") {}

export interface Options {
  /**
   * What to do where only a new process helps. Unless told otherwise the process ends with 70 (`EX_SOFTWARE`), for its supervisor to start
   * it again.
   */
  readonly onStuck?: ((why: string) => Effect.Effect<void>) | undefined;
}

const unready = 10_000;
const unclaimed = 60_000;
const patience = 3000;
const misses = 3;

const exit = (why: string): Effect.Effect<void> =>
  Effect.andThen(
    Effect.logFatal(`this process ends, to be started again: ${why}`),
    Effect.sync(() => process.exit(70)),
  );

/** A statement that takes no part in anything: whether it has a result or an error in time, or neither. */
const answers = Effect.fnUntraced(function* (statement: Effect.Effect<unknown, unknown>) {
  const answered = yield* Deferred.make<void>();
  // Nobody waits for it to end: it may never.
  yield* Effect.forkDetach(Effect.ensuring(Effect.ignoreCause(statement), Deferred.succeed(answered, undefined)));
  yield* Effect.raceFirst(Deferred.await(answered), Effect.sleep(patience));
  return yield* Deferred.isDone(answered);
});

export const make = Effect.fnUntraced(function* ({ onStuck = exit }: Options = {}): Effect.fn.Return<
  Health["Service"],
  never,
  Worker | SqlClient.SqlClient | Scope.Scope
> {
  const sql = yield* SqlClient.SqlClient;
  const worker = yield* Worker;
  const watch = Effect.gen(function* () {
    let missed = 0;
    for (;;) {
      yield* Effect.sleep("2 seconds");
      missed = (yield* answers(sql`SELECT 1`)) ? 0 : missed + 1;
      if (missed >= misses)
        return yield* onStuck(
          `the database gave neither a result nor an error within ${patience / 1000} s, ${misses} times`,
        );
      const state = yield* worker.state;
      if ((state.unclaimed ?? 0) > unclaimed) {
        return yield* onStuck(`a refund whose turn had come could not be claimed for ${unclaimed / 1000} s`);
      }
    }
  });
  yield* Effect.forkScoped(watch);
  return {
    ready: Effect.map(worker.state, ({ looked }) => {
      if (looked !== undefined && looked <= unready) return { ready: true };
      const since = looked === undefined ? "yet" : `for ${Math.round(looked / 1000)} s`;
      return { ready: false, why: `the store has not been looked at ${since}` };
    }),
  };
});

export const layer = (options?: Options): Layer.Layer<Health, never, Worker | SqlClient.SqlClient> =>
  Layer.effect(Health, make(options));
