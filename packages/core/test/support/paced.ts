/** Calls within a pace, on virtual time: a clock whose wall reading jumps, and a gateway that answers as it is told. */
import { Clock, Effect } from "effect";
import type { Pace } from "../../src/index.ts";

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

export const now = Effect.map(Clock.monotonicTimeNanos, (nanos) => Number(nanos / 1_000_000n));

/** A call that left. */
export interface Left {
  readonly number: string;
  readonly call: "send" | "ask";
  readonly at: number;
}

/** A gateway that answers calls after a while, and everything that left. */
export const gateway = (answer: (left: Left, n: number) => Pace.Ended | undefined, rtt = 0) => {
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

/** The most that fall into any window of so many milliseconds. */
export const most = (times: ReadonlyArray<number>, window: number): number => {
  let found = 0;
  for (let from = 0, to = 0; to < times.length; to++) {
    while ((times[to] ?? 0) - (times[from] ?? 0) >= window) from++;
    found = Math.max(found, to - from + 1);
  }
  return found;
};

export const together = <A>(effects: ReadonlyArray<Effect.Effect<A>>) =>
  Effect.forEach(effects, (effect) => Effect.forkChild(effect, { startImmediately: true }));

export const sends = (count: number, order?: (n: number) => string): ReadonlyArray<Pace.Turn> =>
  Array.from({ length: count }, (_, n) => ({ calls: "send", outRefundNo: `R${n}`, order: order?.(n) }));
