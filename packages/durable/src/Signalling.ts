/**
 * What wakes the parts of this package, see `internal/signals.ts`; on PostgreSQL `LISTEN` and `NOTIFY` carry it to other processes.
 *
 * It makes things sooner and nothing right: whoever is woken looks by himself within a second anyway.
 */
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as Schedule from "effect/Schedule";
import * as SqlClient from "effect/sql/SqlClient";
import * as Stream from "effect/Stream";
import { monotonic } from "./internal/monotonic.ts";
import { said } from "./internal/said.ts";
import * as signals from "./internal/signals.ts";
import { Notifications } from "./Postgres.ts";

export class Signalling extends Context.Service<Signalling, signals.Signals>()("@wechat-refund/durable/Signalling") {}

/** Within this process alone. */
export const layer: Layer.Layer<Signalling> = Layer.effect(
  Signalling,
  Effect.sync(() => signals.make()),
);

const channel = "wechat_refund";
/** What is told within so many ms is told once, and in one statement: a NOTIFY waits for every other one. */
const together = 20;
const beat = 2000;
const deaf = 8000;

const make = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient;
  const { listen } = yield* Notifications;
  const pending = new Set<string>();
  let last = -Infinity;
  let sending = false;

  const flush = Effect.gen(function* () {
    const wait = last + together - (yield* monotonic);
    if (wait > 0) yield* Effect.sleep(wait);
    while (pending.size > 0) {
      const told = [...pending];
      pending.clear();
      last = yield* monotonic;
      yield* sql`SELECT pg_notify(${channel}, told) FROM unnest(${told}::text[]) AS told`;
      yield* Effect.sleep(together);
    }
  }).pipe(Effect.ignore, Effect.ensuring(Effect.sync(() => void (sending = false))));

  const made = signals.make((told) =>
    Effect.suspend(() => {
      pending.add(told);
      if (sending) return Effect.void;
      sending = true;
      return Effect.asVoid(Effect.forkDetach(flush));
    }),
  );

  let heardAt = yield* monotonic;
  const hear = Effect.gen(function* () {
    const told = yield* listen(channel);
    heardAt = yield* monotonic;
    // What was told while nobody listened.
    made.anyDue.now();
    made.placed.now();
    yield* Effect.raceFirst(
      Stream.runForEach(told, (payload) =>
        Effect.map(monotonic, (now) => {
          heardAt = now;
          made.hear(payload);
        }),
      ),
      // A connection that is silent may be dead: so that a living one is not, something is said on it.
      Effect.gen(function* () {
        for (;;) {
          yield* Effect.sleep(beat);
          if ((yield* monotonic) - heardAt > deaf) return;
          yield* Effect.ignore(sql`SELECT pg_notify(${channel}, 'beat')`);
        }
      }),
    );
  }).pipe(
    Effect.scoped,
    Effect.tapError((error) => Effect.logDebug(`not listening: ${said(error)}`)),
    Effect.ignore,
    Effect.repeat(Schedule.spaced("1 second")),
  );
  yield* Effect.forkScoped(hear);
  return made;
});

/** Between the processes that share a PostgreSQL server. */
export const layerPostgres: Layer.Layer<Signalling, never, SqlClient.SqlClient | Notifications> = Layer.effect(
  Signalling,
  make,
);
