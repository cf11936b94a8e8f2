/** Two processes over one PostgreSQL: who calls for whom, and what happens when one of them gets no time any more. */
import { it } from "@effect/vitest";
import { Clock, Context, Effect, Layer, References } from "effect";
import { describe, expect } from "vitest";
import { Durable, Refunds, Worker } from "@wechat-refund/durable";
import { database, isInstalled, sayIfSkipped } from "./support/Postgres.ts";
import { stoppable } from "./support/stoppable.ts";
import { gatewayOf, merchantsOf, request, Watched } from "./support/world.ts";

sayIfSkipped("two workers over one PostgreSQL");

const lease = 4000;
const upTo = (count: number) => Array.from({ length: count }, (_, n) => n + 1);

/** Looks again and again; how many milliseconds it took. */
const until = Effect.fnUntraced(function* (is: Effect.Effect<boolean, unknown>, what: string) {
  const since = performance.now();
  while (!(yield* is)) {
    if (performance.now() - since > 40_000) return yield* Effect.die(`not after 40 s: ${what}`);
    yield* Effect.sleep(20);
  }
  return performance.now() - since;
});

describe.skipIf(!isInstalled)("two workers", () => {
  it.live(
    "share the merchants; what one of them leaves open the other takes over, asks for, and nobody calls twice at a time",
    () =>
      Effect.gen(function* () {
        const { url } = yield* database;
        const gateway = gatewayOf({ course: [] });
        const watched = new Watched();
        const open = Effect.fnUntraced(function* (owner: string, clock: Clock.Clock) {
          const context = yield* Layer.build(
            // Told by nobody: it looks by itself, on its own clock.
            Durable.layerPostgres({ url, listens: false, worker: { owner, lease, poll: "200 millis" } }).pipe(
              Layer.provide(merchantsOf(watched, gateway, { takes: "700 millis" })),
            ),
          ).pipe(Effect.provideService(Clock.Clock, clock), Effect.provideService(References.MinimumLogLevel, "None"));
          return { refunds: Context.get(context, Refunds.Refunds), worker: Context.get(context, Worker.Worker) };
        });
        const time = stoppable();
        const [a, b] = [yield* open("a", time.clock), yield* open("b", stoppable().clock)];
        // What has no time does not end either.
        yield* Effect.addFinalizer(() => Effect.sync(time.goOn));
        const holds = ({ worker }: typeof a) => Effect.map(worker.state, ({ merchants }) => merchants);
        const start = (first: number, last: number) =>
          Effect.forEach(
            upTo(last).slice(first - 1),
            (n) =>
              Effect.forEach(["shop", "other", "south"], (name) =>
                b.refunds.start(name, request(n, { outRefundNo: `${name}-${n}` })),
              ),
            { concurrency: 4, discard: true },
          );
        const accepted = Effect.map(b.refunds.count({ truth: ["Accepted"] }), ([found]) => found?.count ?? 0);

        yield* start(1, 4);
        yield* until(
          Effect.map(accepted, (count) => count === 12),
          "all are accepted",
        );
        yield* until(
          Effect.map(
            Effect.all([holds(a), holds(b)]),
            ([one, other]) => one.length > 0 && other.length > 0 && one.length + other.length === 3,
          ),
          "both hold merchants",
        );
        const lost = yield* holds(a);
        const whose: Readonly<Record<string, string>> = {
          1900000109: "shop",
          1900000110: "other",
          1900000209: "south",
        };
        const itsCalls = () =>
          watched.flying.filter((number) => lost.some((mchId) => number.startsWith(whose[mchId] ?? "?")));
        yield* Effect.forkScoped(start(5, 8));
        yield* until(
          Effect.sync(() => itsCalls().length > 0),
          "calls of it are under way",
        );
        time.stop();
        // What it had asked of the database is answered yet; then it stands still.
        yield* Effect.sleep(500);
        const left = itsCalls();
        watched.forget(left);
        expect(left.length).toBeGreaterThan(0);

        const took = yield* until(
          Effect.map(holds(b), ({ length }) => length === 3),
          "the other has all",
        );
        // At the default lease of 10 s this is 15 s.
        expect(took).toBeLessThan(lease * 1.5 + 2000);
        yield* until(
          Effect.map(accepted, (count) => count === 24),
          "all are accepted",
        );
        expect(gateway.ledger.size()).toBe(24);
        expect(watched.most).toBe(1);
        for (const number of left) {
          const [name = ""] = number.split("-");
          const lines = yield* b.refunds.history(name, number);
          const doubt = lines.findIndex(({ truth }) => truth === "Unknown");
          // Its call was under way: nobody knows, so the next call is a question, and only then may it be sent again.
          expect([number, lines[doubt - 1]?.what, lines[doubt]?.what]).toEqual([
            number,
            "send: begun",
            expect.stringMatching(/^(?:taken up again|(?:ask|send): begun)$/),
          ]);
          expect(lines.at(-1)?.truth).toBe("Accepted");
        }

        // It gets time again: its answers come, and change nothing.
        const before = yield* b.refunds.list();
        time.goOn();
        yield* until(
          Effect.map(a.worker.state, ({ active }) => active === 0),
          "its calls have ended",
        );
        expect(yield* b.refunds.list()).toEqual(before);
        expect(gateway.ledger.size()).toBe(24);
      }),
  );
});
