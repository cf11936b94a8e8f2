/** How those that wait are woken. */
import * as Context from "effect/Context";
import * as Deferred from "effect/Deferred";
import * as Effect from "effect/Effect";
import * as Fiber from "effect/Fiber";

/** Something that happens now and then, for whoever waits for the next time. */
export const signal = () => {
  let next = Deferred.makeUnsafe<void>();
  return {
    wait: Effect.suspend(() => Deferred.await(next)),
    now: () => {
      const happened = next;
      next = Deferred.makeUnsafe<void>();
      Deferred.doneUnsafe(happened, Effect.void);
    },
  };
};

/** Calls `tick` at a time: by a fiber of whoever waits, so that it sleeps on their clock and only while somebody waits. */
export const makeAlarm = (read: () => number) => {
  let surroundings: Context.Context<never> = Context.empty();
  let at = Infinity;
  let sleeping: Fiber.Fiber<void> | undefined;
  return (time: number | undefined, tick: () => void): void => {
    if (time !== undefined && at <= time) return;
    sleeping?.interruptUnsafe();
    sleeping = undefined;
    at = Infinity;
    if (time === undefined || time === Infinity) return;
    at = time;
    surroundings = Fiber.getCurrent()?.context ?? surroundings;
    sleeping = Effect.runForkWith(surroundings)(
      Effect.andThen(
        Effect.sleep(Math.max(1, time - read())),
        Effect.sync(() => {
          sleeping = undefined;
          at = Infinity;
          tick();
        }),
      ),
    );
  };
};
