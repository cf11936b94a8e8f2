/** When calls leave: the limits, turns, outages, questions and held merchants of a pace, on virtual time. */
import { assert, describe, it } from "@effect/vitest";
import { Clock, Effect } from "effect";
import { TestClock } from "effect/testing";
import { Pace } from "../src/index.ts";

/** A clock whose wall reading jumps at every look: by an hour, a day, ten years, back and forth. */
const jumps = [0, 3_600_000, -3_600_000, 86_400_000, -86_400_000, 3.2e11, -3.2e11];
export const jumping = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Clock.clockWith((clock) => {
    let looks = 0;
    const wall = () => clock.currentTimeMillisUnsafe() + (jumps[looks++ % jumps.length] ?? 0);
    const nanos = () => BigInt(Math.floor(wall())) * 1_000_000n;
    return Effect.provideService(effect, Clock.Clock, {
      // The rest, which includes how tests move it.
      ...clock,
      currentTimeMillisUnsafe: wall,
      currentTimeMillis: Effect.sync(wall),
      currentTimeNanosUnsafe: nanos,
      currentTimeNanos: Effect.sync(nanos),
    });
  });

const now = Effect.map(Clock.monotonicTimeNanos, (nanos) => Number(nanos / 1_000_000n));

interface Left {
  readonly number: string;
  readonly call: "send" | "ask";
  readonly at: number;
}

/** A gateway that answers calls after a while, and everything that left. */
const gateway = (answer: (left: Left, n: number) => Pace.Ended | undefined, rtt = 0) => {
  const left: Array<Left> = [];
  const call = (lane: Pace.Lane, turn: Pace.Turn) =>
    Effect.gen(function* () {
      const permit = yield* lane.take(turn);
      const one = { number: turn.outRefundNo, call: permit.call, at: yield* now };
      left.push(one);
      const how = answer(one, left.length);
      if (how === undefined) {
        yield* Effect.sleep("20 seconds");
        permit.end("unanswered");
        return "unanswered";
      }
      if (rtt > 0) yield* Effect.sleep(rtt);
      permit.end(how);
      return how;
    });
  return { left, call };
};

const most = (times: ReadonlyArray<number>, window: number): number => {
  let found = 0;
  for (let from = 0, to = 0; to < times.length; to++) {
    while ((times[to] ?? 0) - (times[from] ?? 0) >= window) from++;
    found = Math.max(found, to - from + 1);
  }
  return found;
};

const together = <A>(effects: ReadonlyArray<Effect.Effect<A>>) =>
  Effect.forEach(effects, (effect) => Effect.forkChild(effect, { startImmediately: true }));

const sends = (count: number, order?: (n: number) => string): ReadonlyArray<Pace.Turn> =>
  Array.from({ length: count }, (_, n) => ({ calls: "send", outRefundNo: `R${n}`, order: order?.(n) }));

describe("limits", () => {
  it.effect("150 calls in any second, and none is lost", () =>
    jumping(
      Effect.gen(function* () {
        const { call, left } = gateway(() => "ok");
        const lane = Pace.make().lane("");
        yield* together(sends(500).map((turn) => call(lane, turn)));
        yield* TestClock.adjust("1 minute");
        assert.strictEqual(left.length, 500);
        assert.strictEqual(
          most(
            left.map(({ at }) => at),
            1000,
          ),
          150,
        );
        assert.strictEqual(left[499]?.at, 3000);
        assert.deepStrictEqual(
          left.map(({ number }) => number),
          sends(500).map(({ outRefundNo }) => outRefundNo),
        );
      }),
    ),
  );
});
