/** A process that is told to stop: nothing more is begun, and what is under way is waited for. */
import { it } from "@effect/vitest";
import { Effect, Exit, Fiber, Scope } from "effect";
import { TestClock } from "effect/testing";
import { expect } from "vitest";
import { is, request, world } from "./support/world.ts";

it.effect(
  "a call that is under way is waited for, and its answer is stored; what is due is left to the next process",
  () =>
    Effect.gen(function* () {
      const { open, watched } = yield* world();
      const scope = yield* Scope.make();
      const { find, refunds, until, worker } = yield* Effect.provideService(
        open({ takes: "10 seconds" }),
        Scope.Scope,
        scope,
      );
      yield* refunds.start("shop", request(1));
      yield* until("R-1", ({ calling }) => calling);
      const drained = yield* Effect.forkChild(worker.drain);
      yield* TestClock.adjust("3 seconds");
      yield* refunds.start("shop", request(2));
      yield* TestClock.adjust("3 seconds");
      expect(drained.pollUnsafe()).toBeUndefined();
      yield* TestClock.adjust("10 seconds");
      yield* Fiber.join(drained);
      expect(yield* find("R-1")).toMatchObject({ truth: "Accepted", calling: false });
      expect(yield* find("R-2")).toMatchObject({ truth: "Recorded" });
      yield* TestClock.adjust("2 minutes");
      expect(watched.calls).toEqual(["send R-1"]);
      expect(yield* worker.state).toMatchObject({ merchants: [], active: 0 });
      yield* Scope.close(scope, Exit.void);

      const next = yield* open();
      for (const number of ["R-1", "R-2"]) yield* next.until(number, is("Succeeded"));
      expect(watched.sends().map(({ number }) => number)).toEqual(["R-1", "R-2"]);
    }),
);

it.effect(
  "one that takes longer than may be waited for is given up: it is unknown, and the next process settles it",
  () =>
    Effect.gen(function* () {
      const { gateway, open, watched } = yield* world();
      const scope = yield* Scope.make();
      const first = yield* Effect.provideService(
        open({ takes: "50 seconds", worker: { drain: "5 seconds" } }),
        Scope.Scope,
        scope,
      );
      yield* first.refunds.start("shop", request(1));
      yield* first.until("R-1", ({ calling }) => calling);
      expect(watched.mayLeave?.()).toBe(true);
      const closed = yield* Effect.forkChild(Scope.close(scope, Exit.void));
      yield* TestClock.adjust("7 seconds");
      yield* Fiber.join(closed);
      expect(gateway.ledger.size()).toBe(0);
      // Also not on a connection that comes to be only now.
      expect(watched.mayLeave?.()).toBe(false);

      const { until } = yield* open();
      yield* until("R-1", is("Succeeded"));
      expect(gateway.ledger.size()).toBe(1);
      expect(watched.most).toBe(1);
      expect(watched.calls[0]).toBe("send R-1");
      expect(watched.sends().length).toBe(2);
    }),
);
