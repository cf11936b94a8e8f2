/** Time that only goes on, in whole milliseconds from some moment: what lasts is measured on it. */
import * as Clock from "effect/Clock";
import * as Effect from "effect/Effect";

/** Reads it from where no effect can be run. */
export const reader: Effect.Effect<() => number> = Clock.clockWith((clock) =>
  Effect.succeed(() => Number(clock.monotonicTimeNanosUnsafe() / 1_000_000n)),
);

export const monotonic: Effect.Effect<number> = Clock.clockWith((clock) =>
  Effect.sync(() => Number(clock.monotonicTimeNanosUnsafe() / 1_000_000n)),
);
