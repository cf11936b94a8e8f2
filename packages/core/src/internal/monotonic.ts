/**
 * Time that only goes on: what lasts is measured on it, never on a clock that somebody can set.
 *
 * Whole milliseconds from an origin of their own. In production the machine's monotonic clock; virtual under a `TestClock`.
 */
import * as Clock from "effect/Clock";
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Fiber from "effect/Fiber";

const perMilli = 1_000_000n;

const millisOf = (clock: Clock.Clock): number => Number(clock.monotonicTimeNanosUnsafe() / perMilli);

/** Milliseconds since some moment: only differences mean anything. */
export const now: Effect.Effect<number> = Clock.clockWith((clock) => Effect.sync(() => millisOf(clock)));

/**
 * The same for plain functions: read on the clock of the fiber that runs, or else on the one read last. Clocks of different origin go on
 * from where the others were, and none goes back.
 */
export const reader = (): (() => number) => {
  const origins = new WeakMap<Clock.Clock, number>();
  let clock: Clock.Clock | undefined;
  let origin = 0;
  let last = 0;
  return () => {
    const current = Fiber.getCurrent()?.getRef(Clock.Clock) ?? clock ?? Context.get(Context.empty(), Clock.Clock);
    const millis = millisOf(current);
    if (current !== clock) {
      clock = current;
      origin = origins.get(current) ?? millis - last;
      origins.set(current, origin);
    }
    last = Math.max(last, millis - origin);
    return last;
  };
};
