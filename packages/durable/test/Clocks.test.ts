/** A wall clock that is set while refunds are under way: nothing waits for what it said before. */
import { it } from "@effect/vitest";
import { Clock, Effect } from "effect";
import { TestClock } from "effect/testing";
import { describe, expect } from "vitest";
import { observe } from "@wechat-refund/core/RefundProgress";
import { Trust } from "../src/internal/trust.ts";
import { is, mchId, request, world } from "./support/world.ts";

const hour = 3_600_000;

/** The test's clock, of which the wall may be set while the other goes on. */
const settable = Effect.map(Clock.Clock, (clock) => {
  const wall = { ahead: 0 };
  const now = (): number => clock.currentTimeMillisUnsafe() + wall.ahead;
  const set: Clock.Clock = Object.assign(Object.create(clock) as Clock.Clock, {
    currentTimeMillisUnsafe: now,
    currentTimeMillis: Effect.sync(now),
  });
  return { wall, set };
});

describe("a clock that is set back", () => {
  it.effect("an hour, between two looks at it: what was written meanwhile is due all the same", () =>
    Effect.gen(function* () {
      const { set, wall } = yield* settable;
      yield* Effect.gen(function* () {
        const { open } = yield* world();
        const { refunds, store, until } = yield* open();
        yield* refunds.start("shop", request(1));
        yield* until("R-1", is("Accepted"));
        yield* TestClock.adjust("3 seconds");
        // The worker compares the clocks with its lease, each 50 s, and with what it reads that is due.
        wall.ahead = hour;
        yield* store.update({ mchId, outRefundNo: "R-1" }, ({ progress }) =>
          Effect.succeed({ what: "notice", progress: observe(progress, { _tag: "Noticed", verified: false }) }),
        );
        wall.ahead = 0;
        const from = yield* Clock.currentTimeMillis;
        yield* until("R-1", is("Succeeded"));
        expect((yield* Clock.currentTimeMillis) - from).toBeLessThan(2 * 60_000);
      }).pipe(Effect.provideService(Clock.Clock, set));
    }),
  );
});

describe("Trust", () => {
  it("tells by how much it was set back, since it was compared or since what was written meanwhile", () => {
    const trust = new Trust();
    expect(trust.compare(1_000_000, 0, 10)).toBe(0);
    expect(trust.compare(1_010_000, 10_000, 10_010)).toBe(0);
    expect(trust.compare(1_020_000, 20_000, 20_010, 1_019_990)).toBe(0);
    // Ahead by an hour between two comparisons that know nothing of it.
    expect(trust.compare(1_030_000, 30_000, 30_010, 1_025_000 + hour)).toBe(hour - 5000);
    expect(trust.compare(1_040_000, 40_000, 40_010, 1_039_000)).toBe(0);
    // Set back between two comparisons, with nothing written.
    expect(trust.compare(1_050_000 - hour, 50_000, 50_010)).toBe(hour);
    // The first comparison of a process may find what it wrote before.
    expect(new Trust().compare(0, 0, 10, hour)).toBe(hour);
  });
});
