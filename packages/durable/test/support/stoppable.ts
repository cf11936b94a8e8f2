/** A clock that can be stopped, and with it every fiber that waits on it: as a process that gets no time any more. */
import { Clock, Duration, Effect } from "effect";

export const stoppable = () => {
  let stopped = false;
  let held: Array<() => void> = [];
  const real = Effect.runSync(Clock.clockWith(Effect.succeed));
  const clock: Clock.Clock = {
    currentTimeMillisUnsafe: () => real.currentTimeMillisUnsafe(),
    currentTimeMillis: real.currentTimeMillis,
    currentTimeNanosUnsafe: () => real.currentTimeNanosUnsafe(),
    currentTimeNanos: real.currentTimeNanos,
    monotonicTimeNanosUnsafe: () => real.monotonicTimeNanosUnsafe(),
    monotonicTimeNanos: real.monotonicTimeNanos,
    sleep: (duration) => {
      const millis = Duration.toMillis(duration);
      if (millis === Infinity) return Effect.never;
      return Effect.callback<void>((resume) => {
        const wake = () => resume(Effect.void);
        const timer = setTimeout(() => (stopped ? void held.push(wake) : wake()), millis);
        return Effect.sync(() => {
          clearTimeout(timer);
          held = held.filter((one) => one !== wake);
        });
      });
    },
  };
  return {
    clock,
    stop: () => void (stopped = true),
    /** What would have woken meanwhile wakes now. */
    goOn: () => {
      stopped = false;
      for (const wake of held.splice(0)) wake();
    },
  };
};
