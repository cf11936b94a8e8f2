/** The queue of a pace by itself: what a call that was granted, and has not left, gives back. */
import { assert, describe, it } from "@effect/vitest";
import { Gate, type World } from "../src/internal/gate.ts";
import { Lane, type Waiter } from "../src/internal/waiter.ts";
import type { Ended, Turn } from "../src/Pace.ts";

const make = (limits = {}) => {
  let time = 0;
  let armed: number | undefined;
  const world: World = {
    now: () => time,
    random: () => 0.5,
    arm: (at) => (armed = at),
    recovered: () => undefined,
  };
  const gate = new Gate({ perSecond: 150, failingPerSecond: 6, spacing: 60_000, ...limits }, world);
  const granted: Array<string> = [];
  const enter = (lane: Lane, turn: Partial<Turn> & { readonly outRefundNo: string }) =>
    gate.enter(lane, { calls: "send", ...turn }, () => granted.push(turn.outRefundNo));
  const advance = (to: number) => {
    time = to;
    gate.pump();
  };
  return { gate, granted, enter, advance, armed: () => armed };
};

describe("a call that was granted and did not leave", () => {
  it("gives back its place among the calls of the second", () => {
    const { enter, gate, granted } = make({ perSecond: 1 });
    const lane = new Lane();
    const first = enter(lane, { outRefundNo: "1" });
    enter(lane, { outRefundNo: "2" });
    assert.deepStrictEqual(granted, ["1"]);
    gate.leave(first);
    assert.deepStrictEqual(granted, ["1", "2"]);
  });

  it("gives back its part of the failing calls", () => {
    const { enter, gate, granted } = make({ failingPerSecond: 1 });
    const lane = new Lane();
    const first = enter(lane, { outRefundNo: "1" });
    enter(lane, { outRefundNo: "2" });
    assert.deepStrictEqual(granted, ["1"]);
    gate.leave(first);
    gate.leave(first);
    assert.deepStrictEqual(granted, ["1", "2"]);
  });

  it("gives back its order", () => {
    const { enter, gate, granted } = make();
    const lane = new Lane();
    const first = enter(lane, { outRefundNo: "1", order: "A" });
    enter(lane, { outRefundNo: "2", order: "A" });
    assert.deepStrictEqual(granted, ["1"]);
    gate.leave(first);
    assert.deepStrictEqual(granted, ["1", "2"]);
  });

  it("gives back the probe of a merchant that is held", () => {
    const { enter, gate, granted } = make();
    const lane = new Lane();
    lane.causes.report("top-up", "", true, "send", 0);
    const first = enter(lane, { outRefundNo: "1" });
    enter(lane, { outRefundNo: "2" });
    assert.deepStrictEqual(granted, ["1"]);
    gate.leave(first);
    assert.deepStrictEqual(granted, ["1", "2"]);
  });

  it("counts from when it leaves", () => {
    const { advance, armed, enter, gate, granted } = make({ perSecond: 1 });
    const lane = new Lane();
    const first = enter(lane, { outRefundNo: "1" });
    enter(lane, { outRefundNo: "2" });
    advance(5000);
    assert.deepStrictEqual(granted, ["1"]);
    gate.begin(first);
    assert.strictEqual(armed(), 6000);
    advance(5999);
    assert.deepStrictEqual(granted, ["1"]);
    advance(6000);
    assert.deepStrictEqual(granted, ["1", "2"]);
  });
});

describe("an order that is kept for a refund", () => {
  it("goes to the next one when that gives up", () => {
    const { advance, enter, gate, granted } = make({ perSecond: 1 });
    const lane = new Lane();
    gate.begin(enter(lane, { outRefundNo: "A1", order: "A" }));
    const second = enter(lane, { outRefundNo: "A2", order: "A" });
    enter(lane, { outRefundNo: "A3", order: "A" });
    advance(1000);
    const busy = enter(lane, { outRefundNo: "X" });
    advance(59_999);
    // Others keep the second busy while the order comes free.
    gate.begin(busy);
    advance(60_000);
    assert.deepStrictEqual(granted, ["A1", "X"]);
    gate.leave(second);
    advance(61_000);
    assert.deepStrictEqual(granted, ["A1", "X", "A3"]);
  });

  it("waits again where a repeat of another refund left before it", () => {
    const { advance, enter, gate, granted } = make({ failingPerSecond: 3 });
    const lane = new Lane();
    const done = (turn: Parameters<typeof enter>[1], how: Ended) => {
      const waiter = enter(lane, turn);
      gate.begin(waiter);
      gate.end(waiter, how);
    };
    for (let n = 0; n < 100; n++) done({ outRefundNo: "Q", calls: "ask", kind: "again" }, "ok");
    done({ outRefundNo: "A1", order: "A" }, "ok");
    advance(59_000);
    enter(lane, { outRefundNo: "A2", order: "A" });
    const [first, second, third] = ["X1", "X2", "X3"].map((outRefundNo) => enter(lane, { outRefundNo }));
    if (first === undefined || second === undefined || third === undefined) return assert.fail();
    gate.begin(first);
    gate.begin(second);
    gate.begin(third);
    advance(60_000);
    // Its kind hardly ever fails, so it may pass those that may.
    const again = enter(lane, { outRefundNo: "A1", order: "A", kind: "again" });
    gate.end(first, "not-sent");
    gate.begin(again);
    gate.end(again, "ok");
    gate.end(second, "not-sent");
    gate.end(third, "not-sent");
    assert.deepStrictEqual(granted.slice(100), ["A1", "X1", "X2", "X3", "A1"]);
    advance(119_999);
    assert.strictEqual(granted.length, 105);
    advance(120_000);
    assert.deepStrictEqual(granted.slice(105), ["A2"]);
  });
});

it("nothing is kept of what has been", () => {
  const { advance, armed, enter, gate } = make({ perSecond: 1_000_000 });
  const lane = new Lane();
  for (let n = 0; n < 1000; n++) {
    const waiter = enter(lane, { outRefundNo: `R${n}`, order: `O${n}` });
    gate.begin(waiter);
    gate.end(waiter, "ok");
  }
  assert.strictEqual(lane.orders.size, 1000);
  advance(60_000);
  assert.strictEqual(lane.orders.size, 0);
  assert.isUndefined(armed());
});

/** One run of whatever may happen, moved only by the times for which the gate asks; what it did is checked at each step. */
const chaos = (seed: number) => {
  let state = seed;
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
  const pick = <A>(...from: readonly [A, ...ReadonlyArray<A>]): A =>
    from[Math.floor(random() * from.length)] ?? from[0];
  let now = 0;
  let wake: number | undefined;
  const perSecond = pick(1, 3, 20);
  const world: World = { now: () => now, random, arm: (at) => (wake = at), recovered: () => undefined };
  const gate = new Gate({ perSecond, failingPerSecond: pick(1, 2, 3, 6), spacing: pick(0, 5000, 60_000) }, world);
  const lanes = [new Lane(), new Lane(), new Lane()] as const;
  const waiting = new Set<Waiter>();
  const granted = new Set<Waiter>();
  const begun = new Set<Waiter>();
  const left: Array<number> = [];
  const enter = () => {
    const order = pick(undefined, "A", "B");
    const turn: Turn = {
      calls: pick<Turn["calls"]>("send", "ask", "question"),
      outRefundNo: `R${Math.floor(random() * 5)}`,
      ...(order !== undefined && { order }),
      ...(random() < 0.3 && { kind: pick("x", "y") }),
    };
    const waiter = gate.enter(pick(...lanes), turn, (one) => granted.add(one));
    waiting.add(waiter);
  };
  const begin = (waiter: Waiter) => {
    gate.begin(waiter);
    granted.delete(waiter);
    waiting.delete(waiter);
    begun.add(waiter);
    left.push(now);
    assert.isAtMost(left.filter((at) => at > now - 1000).length, perSecond);
  };
  const one = <A>(from: Set<A>): A | undefined => [...from][Math.floor(random() * from.size)];
  const end = (waiter: Waiter, how: Ended) => {
    begun.delete(waiter);
    gate.end(waiter, how);
    // What was never made was never there.
    if (how === "not-made") left.splice(left.lastIndexOf(waiter.at), 1);
  };
  const move = (by: number) => {
    const to = now + by;
    let guard = 0;
    while (wake !== undefined && wake <= to) {
      if (++guard > 10000) throw new Error(`seed ${seed} now ${now} wake ${wake} to ${to}`);
      now = Math.max(now + 1, wake);
      wake = undefined;
      gate.pump();
    }
    now = Math.max(now, to);
  };
  for (let step = 0; step < 150; step++) {
    const what = random();
    if (what < 0.35) enter();
    else if (what < 0.45) {
      const waiter = one(waiting);
      if (waiter !== undefined) {
        gate.leave(waiter);
        waiting.delete(waiter);
        granted.delete(waiter);
      }
    } else if (what < 0.65) {
      const waiter = one(granted);
      if (waiter !== undefined) begin(waiter);
    } else if (what < 0.85) {
      const waiter = one(begun);
      if (waiter !== undefined)
        end(waiter, pick<Ended>("ok", "ok", "failed", "unanswered", "not-sent", "unusable", "not-made", "limited"));
    } else if (what < 0.9) {
      const lane = pick(...lanes);
      const changed =
        random() < 0.5 ? lane.causes.report("top-up", "", true, "send", now) : lane.causes.succeeded("send");
      if (changed) gate.wake(lane);
    } else move(Math.floor(random() * 5000));
  }
  // Everything is well again: everybody comes to leave.
  for (const lane of lanes) if (lane.causes.succeeded("send")) gate.wake(lane);
  for (let turns = 0; waiting.size > 0 && turns < 5000; turns++) {
    for (const waiter of granted) begin(waiter);
    for (const waiter of begun) end(waiter, "ok");
    // Those that were granted, and have not left, are waited for.
    if (waiting.size > 0 && granted.size + begun.size === 0) {
      assert.isBelow(wake ?? Infinity, Infinity, `seed ${seed}: somebody waits and nobody looks`);
      move(Math.max(1, (wake ?? now) - now));
    }
  }
  assert.strictEqual(waiting.size, 0, `seed ${seed}: somebody is forgotten`);
  move(200_000);
  gate.pump();
  for (const lane of lanes) assert.strictEqual(lane.orders.size, 0, `seed ${seed}: an order is kept`);
};

it("whatever happens, the calls of a second are kept, nobody is forgotten, and nothing is left behind", () => {
  for (let seed = 1; seed <= 500; seed++) chaos(seed);
});
