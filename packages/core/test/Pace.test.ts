/** When calls leave: the limits, turns, outages, questions and held merchants of a pace, on virtual time whose wall clock jumps. */
import { readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { assert, describe, it } from "@effect/vitest";
import { Effect, Fiber, Layer } from "effect";
import { TestClock } from "effect/testing";
import { Merchant, Pace, RefundClient, RefundError, Transport } from "../src/index.ts";
import { Replies, TransportStub } from "../src/testing/index.ts";
import { gateway, jumping, most, now, sends, together } from "./support/paced.ts";
import { merchantWith, request } from "./support/story.ts";

const test = (name: string, program: () => Generator<Effect.Effect<unknown, unknown>, unknown, never>) =>
  it.effect(name, () => jumping(Effect.gen(program)));

const at = (left: ReadonlyArray<{ readonly at: number }>) => left.map((one) => one.at);
const seconds = (left: ReadonlyArray<{ readonly at: number }>) => left.map((one) => one.at / 1000);
const numbers = (left: ReadonlyArray<{ readonly number: string }>) => left.map(({ number }) => number);

describe("calls a second", () => {
  test("150 in any second, in the order in which they came, and none is lost", function* () {
    const { call, left } = gateway(() => "ok");
    const lane = Pace.make().lane("");
    yield* together(sends(500).map((turn) => call(lane, turn)));
    yield* TestClock.adjust("1 minute");
    assert.strictEqual(most(at(left), 1000), 150);
    assert.strictEqual(left[499]?.at, 3000);
    assert.deepStrictEqual(
      numbers(left),
      sends(500).map(({ outRefundNo }) => outRefundNo),
    );
  });

  test("who gives up gives the turn to the next at once", function* () {
    const { call, left } = gateway(() => "ok");
    const lane = Pace.make({ perSecond: 1 }).lane("");
    const fibers = yield* together(sends(5).map((turn) => call(lane, turn)));
    for (const fiber of fibers.slice(1, 4)) yield* Fiber.interrupt(fiber);
    yield* TestClock.adjust("1 second");
    assert.deepStrictEqual(numbers(left), ["R0", "R4"]);
  });

  test("whoever gives up at any moment, all turns are used by those who stay", function* () {
    const lane = Pace.make({ perSecond: 10 }).lane("");
    const left: Array<number> = [];
    const taken = new Set<number>();
    const use = (n: number) =>
      Effect.uninterruptibleMask((restore) =>
        Effect.flatMap(restore(lane.take({ calls: "ask", outRefundNo: `R${n}` })), (permit) =>
          Effect.map(now, (time) => {
            left.push(time);
            taken.add(n);
            permit.end("ok");
          }),
        ),
      );
    const fibers = yield* together(Array.from({ length: 500 }, (_, n) => use(n)));
    for (let n = 0; n < 500; n += 2) {
      const fiber = fibers[n];
      if (fiber !== undefined) yield* Effect.forkChild(Effect.andThen(Effect.sleep(n * 50), Fiber.interrupt(fiber)));
    }
    yield* TestClock.adjust("1 minute");
    for (let n = 1; n < 500; n += 2) assert.isTrue(taken.has(n));
    // Ten in each second, from the first to the last.
    for (let n = 0; n + 10 < left.length; n++) assert.strictEqual((left[n + 10] ?? 0) - (left[n] ?? 0), 1000);
  });

  test("when all have given up, the next to come is not forgotten", function* () {
    const { call, left } = gateway(() => "ok");
    const lane = Pace.make({ perSecond: 1 }).lane("");
    for (const fiber of yield* together(sends(3).map((turn) => call(lane, turn)))) yield* Fiber.interrupt(fiber);
    yield* together([call(lane, { calls: "ask", outRefundNo: "late" })]);
    assert.strictEqual(left.length, 1);
    yield* TestClock.adjust("1 second");
    assert.deepStrictEqual(numbers(left), ["R0", "late"]);
  });

  test("what was never made takes no turn", function* () {
    const { call, left } = gateway((_, n) => (n < 100 ? "not-made" : "ok"));
    const lane = Pace.make({ perSecond: 1 }).lane("");
    yield* together(sends(100, () => "A").map((turn) => call(lane, turn)));
    assert.strictEqual(left.length, 100);
  });

  test("a call ends once", function* () {
    const lane = Pace.make({ perSecond: 1 }).lane("");
    const { call, left } = gateway(() => "ok");
    const permit = yield* lane.take({ calls: "ask", outRefundNo: "R" });
    permit.end("ok");
    permit.end("not-made");
    permit.end("limited");
    yield* together([call(lane, { calls: "ask", outRefundNo: "R" })]);
    assert.strictEqual(left.length, 0);
    yield* TestClock.adjust("1 second");
    assert.strictEqual(left.length, 1);
  });

  test("after a rate code nothing leaves for 60 to 70 s", function* () {
    const { call, left } = gateway((_, n) => (n === 1 ? "limited" : "ok"));
    const pace = Pace.make();
    yield* call(pace.lane("a"), { calls: "ask", outRefundNo: "R" });
    yield* together([call(pace.lane("b"), { calls: "send", outRefundNo: "R" })]);
    yield* TestClock.adjust("59999 millis");
    assert.strictEqual(left.length, 1);
    yield* TestClock.adjust("10 seconds");
    assert.strictEqual(left.length, 2);
  });

  test("numbers that limit nothing are refused", function* () {
    yield* Effect.void;
    for (const perSecond of [0, -1, 1.5, NaN, Infinity]) {
      assert.throws(() => Pace.make({ perSecond }), /^perSecond must be a whole number of calls, at least 1$/);
      assert.throws(() => Pace.make({ failingPerSecond: perSecond }), /^failingPerSecond must be/);
    }
  });
});

describe("the minute between refunds of an order", () => {
  const send = (outRefundNo: string, order = "A"): Pace.Turn => ({ calls: "send", outRefundNo, order });

  test("is kept for different refunds; a repeat may go at once; others do not wait", function* () {
    const { call, left } = gateway(() => "ok");
    const lane = Pace.make().lane("");
    yield* together([send("R0"), send("R0"), send("R1"), send("R2"), send("R3", "B")].map((turn) => call(lane, turn)));
    yield* TestClock.adjust("10 minutes");
    assert.deepStrictEqual(numbers(left), ["R0", "R0", "R3", "R1", "R2"]);
    assert.deepStrictEqual(seconds(left), [0, 0, 0, 60, 120]);
  });

  test("counts from when a refund left, not from when it asked", function* () {
    const { call, left } = gateway(() => "ok");
    const lane = Pace.make({ perSecond: 1 }).lane("");
    yield* together([...sends(100), send("A1"), send("A2")].map((turn) => call(lane, turn)));
    yield* TestClock.adjust("10 minutes");
    assert.deepStrictEqual(seconds(left).slice(100), [100, 160]);
  });

  test("a repeat of a refund behind another one of its order waits for nobody", function* () {
    const { call, left } = gateway(() => "failed");
    const lane = Pace.make().lane("");
    yield* together([send("A1"), send("A2")].map((turn) => call(lane, turn)));
    yield* TestClock.adjust("30 seconds");
    yield* together([call(lane, send("A1"))]);
    yield* TestClock.adjust("10 minutes");
    assert.deepStrictEqual(numbers(left), ["A1", "A1", "A2"]);
    // A minute after the repeat, which is another refund for the one that waited.
    assert.deepStrictEqual(seconds(left), [0, 30, 90]);
  });

  for (const how of ["not-sent", "unusable"] as const) {
    test(`is given back by a refund that was ${how}, and by who gives up`, function* () {
      const { call, left } = gateway((_, n) => (n === 1 ? how : "ok"), 10);
      const lane = Pace.make().lane("");
      const fibers = yield* together(["A1", "A2", "A3", "A4"].map((number) => call(lane, send(number))));
      yield* TestClock.adjust("1 second");
      assert.deepStrictEqual(numbers(left), ["A1", "A2"]);
      for (const fiber of fibers.slice(2, 3)) yield* Fiber.interrupt(fiber);
      yield* TestClock.adjust("61 seconds");
      assert.deepStrictEqual(numbers(left), ["A1", "A2", "A4"]);
      assert.deepStrictEqual(at(left), [0, 10, 60_010]);
    });
  }

  test("is of one sub-merchant's order", function* () {
    const { call, left } = gateway(() => "ok");
    const pace = Pace.make();
    yield* together([call(pace.lane("a"), send("R1")), call(pace.lane("b"), send("R2"))]);
    assert.strictEqual(left.length, 2);
  });

  test("an order that waits holds up nobody else", function* () {
    const { call, left } = gateway(() => "ok");
    const lane = Pace.make({ perSecond: 2 }).lane("");
    const other = Array.from({ length: 6 }, (_, n) => send(`X${n}`, `X${n}`));
    yield* together([send("A1"), send("A2"), ...other].map((turn) => call(lane, turn)));
    yield* TestClock.adjust("4 seconds");
    assert.strictEqual(left.length, 7);
  });
});

describe("failing calls", () => {
  for (const rtt of [0, 200, 1900]) {
    test(`600 at once fail at most 6 in a second, answered after ${rtt} ms`, function* () {
      const failures: Array<number> = [];
      const lane = Pace.make().lane("");
      const { call } = gateway(() => "failed", rtt);
      const ask = (turn: Pace.Turn) =>
        Effect.andThen(
          call(lane, turn),
          Effect.map(now, (time) => failures.push(time)),
        );
      yield* together(sends(600).map(ask));
      yield* TestClock.adjust("10 minutes");
      assert.strictEqual(failures.length, 600);
      assert.isAtMost(most(failures, 1000), 6);
    });
  }

  test("once calls that never failed begin to, what was in flight fails, and then 6 in a second", function* () {
    const failures: Array<number> = [];
    let broken = false;
    const lane = Pace.make().lane("");
    const { call, left } = gateway(() => (broken ? "failed" : "ok"), 200);
    const ask = (turn: Pace.Turn) =>
      Effect.flatMap(call(lane, turn), (how) =>
        Effect.map(now, (time) => void (how === "failed" && failures.push(time))),
      );
    yield* together(sends(2000).map(ask));
    yield* TestClock.adjust("6 seconds");
    assert.isAbove(left.length, 500);
    broken = true;
    yield* TestClock.adjust("10 minutes");
    assert.strictEqual(left.length, 2000);
    const [first = 0] = failures;
    assert.isAtMost(failures.filter((time) => time < first + 1000).length, 150);
    assert.isAtMost(
      most(
        failures.filter((time) => time >= first + 1000),
        1000,
      ),
      6,
    );
  });

  test("a part is held two seconds for who does not answer, not for his whole time", function* () {
    const { call, left } = gateway((_, n) => (n <= 6 ? undefined : "ok"));
    const lane = Pace.make().lane("");
    yield* together(sends(7).map((turn) => call(lane, turn)));
    yield* TestClock.adjust("1999 millis");
    assert.strictEqual(left.length, 6);
    yield* TestClock.adjust(1);
    assert.strictEqual(left.length, 7);
  });

  test("calls that fail hold up none of a kind that does not", function* () {
    const { call, left } = gateway(({ call }) => (call === "ask" ? "failed" : "ok"), 100);
    const lane = Pace.make().lane("");
    // It is known of sends that they do not fail.
    yield* together(sends(200).map((turn) => call(lane, turn)));
    yield* TestClock.adjust("10 seconds");
    yield* together(Array.from({ length: 1000 }, (_, n) => call(lane, { calls: "ask", outRefundNo: `Q${n}` })));
    yield* TestClock.adjust("10 seconds");
    const before = left.length;
    yield* together(sends(300).map((turn) => call(lane, turn)));
    yield* TestClock.adjust("5 seconds");
    assert.isAtLeast(left.slice(before).filter(({ call }) => call === "send").length, 290);
    // And the other way round.
    assert.isAtLeast(left.slice(before).filter(({ call }) => call === "ask").length, 10);
  });
});

describe("turns", () => {
  test("lanes take turns, however many wait in one of them", function* () {
    const { call, left } = gateway(() => "ok");
    const pace = Pace.make({ perSecond: 2 });
    yield* together(sends(100).map((turn) => call(pace.lane("a"), turn)));
    yield* together(["B1", "B2", "B3"].map((outRefundNo) => call(pace.lane("b"), { calls: "ask", outRefundNo })));
    yield* TestClock.adjust("3 seconds");
    assert.deepStrictEqual(numbers(left), ["R0", "R1", "R2", "B1", "R3", "B2", "R4", "B3"]);
  });

  test("the same name is the same lane", function* () {
    yield* Effect.void;
    const pace = Pace.make();
    assert.strictEqual(pace.lane("a"), pace.lane("a"));
    assert.notStrictEqual(pace.lane("a"), pace.lane("b"));
  });
});

describe("an outage", () => {
  for (const silent of ["unanswered", "not-sent", undefined] as const) {
    test(`in which everything is ${silent ?? "without any end"}: single probes leave, and the first answer ends it`, function* () {
      let down = true;
      const { call, left } = gateway(() => (down ? silent : "ok"));
      const lane = Pace.make().lane("");
      let recovered: number | undefined;
      yield* together([Effect.flatMap(lane.recovered, () => Effect.map(now, (time) => (recovered = time)))]);
      yield* together(sends(1000).map((turn) => call(lane, turn)));
      yield* TestClock.adjust("1 minute");
      const known = left.findIndex(({ at }, n) => n > 0 && at - (left[n - 1]?.at ?? 0) >= 4000);
      assert.isAtMost(known, 80);
      // A probe each ten seconds, though none of them has ended.
      const probes = left.slice(known).map(({ at }, n) => at - (left[known + n - 1]?.at ?? 0));
      assert.deepStrictEqual(probes.slice(0, 3), [4000, 8000, 10_000]);
      assert.isUndefined(recovered);
      const before = left.length;
      down = false;
      yield* TestClock.adjust("10 seconds");
      assert.isDefined(recovered);
      yield* TestClock.adjust("10 seconds");
      assert.strictEqual(left.length, 1000);
      assert.isAtMost(most(at(left.slice(before)), 1000), 150);
    });
  }

  test("one call at a time that is not sent waits longer and longer, and never for more than ten seconds", function* () {
    const { call, left } = gateway(() => "not-sent");
    const lane = Pace.make().lane("");
    const again = Effect.gen(function* () {
      for (;;) yield* call(lane, { calls: "send", outRefundNo: "R" });
    });
    yield* together([again]);
    yield* TestClock.adjust("10 minutes");
    const pauses = at(left).map((time, n) => time - (at(left)[n - 1] ?? 0));
    assert.isAtMost(left.length, 110);
    assert.strictEqual(Math.max(...pauses), 10_000);
  });

  test("is seen after ten seconds, where little is asked", function* () {
    const { call, left } = gateway(() => "not-sent", 1500);
    const lane = Pace.make().lane("");
    const again = Effect.gen(function* () {
      for (;;) yield* call(lane, { calls: "send", outRefundNo: "R" });
    });
    yield* together([again]);
    yield* TestClock.adjust("2 minutes");
    assert.deepStrictEqual(seconds(left).slice(0, 13), [0, 1.5, 3, 4.5, 6, 7.5, 9, 10.5, 13, 14.5, 16.5, 20.5, 28.5]);
  });

  for (const how of ["not-made", "unusable"] as const) {
    test(`a probe that is ${how} is the next one's`, function* () {
      const { call, left } = gateway(() => how);
      const lane = Pace.make().lane("");
      for (let n = 0; n < 32; n++) (yield* lane.take({ calls: "send", outRefundNo: "R" })).end("not-sent");
      yield* together(sends(5).map((turn) => call(lane, turn)));
      yield* TestClock.adjust("1 second");
      assert.strictEqual(left.length, 5);
    });
  }

  test("is not what this side cannot send: the calls of another protocol go on", function* () {
    const { call, left } = gateway(({ call }) => (call === "send" ? "unusable" : "ok"));
    const lane = Pace.make().lane("");
    for (let n = 0; n < 12; n++) {
      yield* together(sends(8).map((turn) => call(lane, turn)));
      yield* TestClock.adjust("1 second");
    }
    yield* together([call(lane, { calls: "ask", outRefundNo: "Q" })]);
    assert.strictEqual(left.length, 97);
  });
});

describe("a question", () => {
  const question = (n: number): Pace.Turn => ({ calls: "question", outRefundNo: `R${n}`, order: `O${n}` });
  for (const [what, askFails, sendFails, way] of [
    ["none arrived", true, false, "send"],
    ["all arrived", false, false, "ask"],
    ["all arrived, and a repeat is a business error", false, true, "ask"],
  ] as const) {
    test(`takes the way that works: ${what}`, function* () {
      const { call, left } = gateway(({ call }) => ((call === "ask" ? askFails : sendFails) ? "failed" : "ok"), 200);
      const lane = Pace.make().lane("");
      yield* together(Array.from({ length: 1000 }, (_, n) => call(lane, question(n))));
      yield* TestClock.adjust("20 seconds");
      assert.strictEqual(left.length, 1000);
      assert.isAtMost(left.filter(({ call }) => call !== way).length, askFails || sendFails ? 30 : 100);
    });
  }

  test("turns to the other way when its own begins to fail", function* () {
    const { call, left } = gateway(({ call }, n) => ((call === "ask") === n > 500 ? "failed" : "ok"), 200);
    const lane = Pace.make().lane("");
    yield* together(Array.from({ length: 1000 }, (_, n) => call(lane, question(n))));
    yield* TestClock.adjust("2 minutes");
    assert.strictEqual(left.length, 1000);
    const late = left.slice(700);
    assert.isAtLeast(late.filter(({ call }) => call === "send").length, 250);
  });

  test("is a query where another refund of the order has just left, and waits for nobody", function* () {
    const { call, left } = gateway(({ call }) => (call === "ask" ? "failed" : "ok"));
    const lane = Pace.make().lane("");
    // Identical requests are known to fail more rarely.
    for (let n = 0; n < 5; n++) yield* call(lane, question(n));
    yield* call(lane, { calls: "send", outRefundNo: "A1", order: "A" });
    const before = left.length;
    yield* call(lane, { calls: "question", outRefundNo: "A2", order: "A" });
    yield* call(lane, { calls: "question", outRefundNo: "A1", order: "A" });
    assert.deepStrictEqual(
      left.slice(before).map(({ call }) => call),
      ["ask", "send"],
    );
  });

  test("asked by the identical request, it keeps the order's minute for others", function* () {
    const { call, left } = gateway(({ call }) => (call === "ask" ? "failed" : "ok"));
    const lane = Pace.make().lane("");
    for (let n = 0; n < 5; n++) yield* call(lane, { calls: "question", outRefundNo: "A1", order: "A" });
    assert.strictEqual(left[left.length - 1]?.call, "send");
    yield* together([call(lane, { calls: "send", outRefundNo: "A2", order: "A" })]);
    yield* TestClock.adjust("59 seconds");
    assert.strictEqual(left.length, 5);
    yield* TestClock.adjust("1 second");
    assert.strictEqual(left.length, 6);
  });
});

describe("a merchant that is held", () => {
  test("by a signed cause: a send an hour and four queries leave, for all; others do not wait", function* () {
    const { call, left } = gateway(() => "failed");
    const pace = Pace.make();
    const lane = pace.lane("a");
    lane.report("top-up", "NOTENOUGH", true, "ask");
    assert.deepStrictEqual(lane.held(), { cause: "top-up", message: "NOTENOUGH", sinceMillis: 0 });
    assert.isUndefined(pace.lane("b").held());
    yield* together(sends(20).map((turn) => call(lane, turn)));
    yield* together(Array.from({ length: 20 }, (_, n) => call(lane, { calls: "question", outRefundNo: `Q${n}` })));
    yield* TestClock.adjust("179 minutes");
    assert.strictEqual(lane.held()?.sinceMillis, 179 * 60_000);
    const by = (way: string) => left.filter(({ call }) => call === way).map((one) => one.at);
    assert.isAtMost(most(by("send"), 3_600_000), 1);
    assert.isAtMost(most(by("ask"), 3_600_000), 4);
    assert.strictEqual(by("send").length, 3);
    assert.strictEqual(by("ask").length, 12);
    const other = yield* call(pace.lane("b"), { calls: "send", outRefundNo: "B" });
    assert.strictEqual(other, "failed");
  });

  test("and mended, as a person says: one send sees for all, ten seconds after the last, then later each time it was not", function* () {
    let isMended = false;
    const { call, left } = gateway(() => (isMended ? "ok" : "failed"));
    const lane = Pace.make().lane("a");
    lane.report("top-up", "NOTENOUGH", true, "send");
    yield* together(sends(40).map((turn) => call(lane, turn)));
    assert.strictEqual(left.length, 1);
    // However often and by however many it is said.
    for (let n = 0; n < 520; n++) {
      lane.wish();
      yield* TestClock.adjust("10 seconds");
    }
    assert.deepStrictEqual(seconds(left), [0, 10, 30, 70, 150, 310, 630, 1270, 2550, 5110]);
    isMended = true;
    lane.succeeded("send");
    yield* TestClock.adjust("1 minute");
    assert.strictEqual(left.length, 40);
    // Held anew, the wait is as short as at first.
    isMended = false;
    const from = yield* now;
    lane.report("top-up", "NOTENOUGH", true, "send");
    yield* together(sends(5).map((turn) => call(lane, turn)));
    lane.wish();
    yield* TestClock.adjust("11 seconds");
    assert.deepStrictEqual(
      at(left)
        .filter((time) => time >= from)
        .map((time) => time - from),
      [0, 10_000],
    );
  });

  test("and a send that was wished for and given back was none", function* () {
    const lane = Pace.make().lane("a");
    lane.report("top-up", "NOTENOUGH", true, "send");
    const turn = { calls: "send", outRefundNo: "R" } as const;
    (yield* lane.take(turn)).end("failed");
    lane.wish();
    const first = yield* Effect.forkChild(lane.reserve(turn), { startImmediately: true });
    yield* TestClock.adjust("10 seconds");
    const reserved = yield* Fiber.join(first);
    // Somebody else says so as well, before it is known that it does not leave.
    lane.wish();
    reserved.giveBack();
    const second = yield* Effect.forkChild(lane.reserve(turn), { startImmediately: true });
    yield* TestClock.adjust(1);
    (yield* Fiber.join(second)).leave().end("ok");
    assert.strictEqual(yield* now, 10_001);
  });

  test("keeps nothing of the limits from the others", function* () {
    const { call, left } = gateway(({ call }) => (call === "ask" ? "failed" : "ok"), 100);
    const pace = Pace.make();
    const lane = pace.lane("a");
    // It is known of sends that they hardly ever fail, so a part of the failing calls would be left for them.
    yield* together(sends(200).map((turn) => call(lane, turn)));
    yield* TestClock.adjust("10 seconds");
    lane.report("top-up", "NOTENOUGH", true, "ask");
    yield* together(sends(1000).map((turn) => call(lane, turn)));
    const before = left.length;
    yield* together(
      Array.from({ length: 100 }, (_, n) => call(pace.lane("b"), { calls: "ask", outRefundNo: `Q${n}` })),
    );
    yield* TestClock.adjust("11 seconds");
    assert.isAtLeast(left.length - before, 55);
  });

  test("when the cause is lifted all go on, in order", function* () {
    const { call, left } = gateway(() => "ok");
    const lane = Pace.make({ perSecond: 1 }).lane("");
    lane.report("top-up", "NOTENOUGH", true, "ask");
    yield* together(sends(5).map((turn) => call(lane, turn)));
    yield* TestClock.adjust("10 minutes");
    assert.deepStrictEqual(numbers(left), ["R0"]);
    lane.succeeded("send");
    assert.isUndefined(lane.held());
    yield* TestClock.adjust("10 seconds");
    assert.deepStrictEqual(numbers(left), ["R0", "R1", "R2", "R3", "R4"]);
  });

  test("by what nobody signed, only when it has lasted ten minutes while other calls succeeded", function* () {
    const lane = Pace.make().lane("");
    const report = Effect.fnUntraced(function* (minutes: number, others: boolean) {
      for (let minute = 0; minute < minutes; minute++) {
        lane.report("account", "NOAUTH", false, "send");
        if (others) lane.succeeded("ask");
        assert.isUndefined(lane.held());
        yield* TestClock.adjust("1 minute");
      }
    });
    // Where nothing succeeds it is an outage.
    yield* report(30, false);
    // Where it was not said for so long it begins anew.
    yield* TestClock.adjust("10 minutes");
    yield* report(10, true);
    lane.report("account", "NOAUTH", false, "send");
    assert.strictEqual(lane.held()?.cause, "account");
    assert.strictEqual(lane.held()?.sinceMillis, 600_000);
  });

  test("what a send showed of key or account is not lifted by a query", function* () {
    yield* Effect.void;
    const lane = Pace.make().lane("");
    lane.report("key", "SIGNERROR", true, "send");
    lane.succeeded("ask");
    assert.strictEqual(lane.held()?.cause, "key");
    lane.succeeded("send");
    assert.isUndefined(lane.held());
  });

  test("a query lifts key and account, never certificate and top-up; an accepted send lifts all", function* () {
    yield* Effect.void;
    for (const cause of ["key", "account", "certificate", "top-up"] as const) {
      const lane = Pace.make().lane("");
      lane.report(cause, "why", true, "ask");
      lane.succeeded("ask");
      assert.strictEqual(lane.held()?.cause, cause === "key" || cause === "account" ? undefined : cause);
      lane.succeeded("send");
      assert.isUndefined(lane.held());
    }
  });

  test("what waits is told when a cause appears, changes and is lifted", function* () {
    const lane = Pace.make().lane("");
    const seen: Array<string | undefined> = [];
    yield* Effect.forkChild(
      Effect.forever(
        Effect.andThen(
          lane.changed,
          Effect.sync(() => seen.push(lane.held()?.cause)),
        ),
      ),
      {
        startImmediately: true,
      },
    );
    for (const act of [
      () => lane.report("key", "SIGNERROR", true, "ask"),
      () => lane.report("key", "SIGNERROR", true, "ask"),
      () => lane.report("top-up", "NOTENOUGH", true, "ask"),
      () => lane.succeeded("ask"),
      () => lane.succeeded("send"),
    ]) {
      act();
      yield* Effect.yieldNow;
    }
    assert.deepStrictEqual(seen, ["key", "top-up", undefined]);
  });

  test("a probe that was never made is given back", function* () {
    const { call, left } = gateway((_, n) => (n === 1 ? "not-made" : "failed"));
    const lane = Pace.make().lane("");
    lane.report("top-up", "NOTENOUGH", true, "ask");
    yield* together(sends(3).map((turn) => call(lane, turn)));
    assert.strictEqual(left.length, 2);
  });
});

describe("clients", () => {
  const merchant = merchantWith();
  const over = (transport: Layer.Layer<Transport.Transport>) =>
    RefundClient.layer.pipe(Layer.provide([Layer.orDie(Merchant.layer(merchant)), transport]));
  const replies = (...answers: ReadonlyArray<TransportStub.Answer>) => over(TransportStub.sequence(answers));

  it.effect("wait for their turn, say how they ended, and lift what a success lifts", () =>
    Effect.gen(function* () {
      const pace = Pace.make({ perSecond: 1 });
      const client = pace.refundClient(yield* RefundClient.RefundClient, "s");
      const lane = pace.lane("s");
      yield* client.refund(request);
      lane.report("account", "NOAUTH", true, "ask");
      const fiber = yield* Effect.forkChild(client.query({ outRefundNo: request.outRefundNo }), {
        startImmediately: true,
      });
      assert.isUndefined(fiber.pollUnsafe());
      yield* TestClock.adjust("1 second");
      yield* Fiber.join(fiber);
      assert.isUndefined(lane.held());
      yield* TestClock.adjust("1 second");
      // A rate code of a direct call holds up everybody.
      yield* Effect.flip(client.confirm(request));
      const late = yield* Effect.forkChild(client.confirm(request), { startImmediately: true });
      yield* TestClock.adjust("59 seconds");
      assert.isUndefined(late.pollUnsafe());
      yield* TestClock.adjust("11 seconds");
      yield* Fiber.join(late);
    }).pipe(
      Effect.provide(
        replies(
          Replies.accepted(merchant, request),
          Replies.queried(merchant, request, "SUCCESS"),
          Replies.rejected(merchant, "FREQUENCY_LIMITED", ""),
          Replies.queried(merchant, request, "SUCCESS"),
        ),
      ),
    ),
  );

  it.effect("are known with their lane and without it; one without gets a lane of its own", () =>
    Effect.gen(function* () {
      const bare = yield* RefundClient.RefundClient;
      const pace = Pace.make();
      const paced = pace.refundClient(bare, "s");
      assert.strictEqual(Pace.of(paced).lane, pace.lane("s"));
      assert.strictEqual(Pace.of(paced).client, bare);
      assert.strictEqual(Pace.of(bare).client, bare);
      assert.strictEqual(Pace.of(bare).lane, Pace.of(bare).lane);
      const layered = yield* RefundClient.RefundClient.pipe(Effect.provide(Pace.layer()));
      assert.notStrictEqual(Pace.of(layered).client, layered);
    }).pipe(Effect.provide(replies())),
  );

  it.effect("a request that our own check refuses takes no turn, whatever it is", () =>
    Effect.gen(function* () {
      const client = Pace.make({ perSecond: 1 }).refundClient(yield* RefundClient.RefundClient);
      for (const order of [null, { outTradeNo: 1n }, { outTradeNo: "" }]) {
        const error = yield* Effect.flip(client.refund({ ...request, order: order as never }));
        assert.strictEqual(error.reason._tag, "InvalidRequest");
      }
      for (const asked of [null, undefined, 3]) {
        assert.strictEqual((yield* Effect.flip(client.refund(asked as never))).reason._tag, "InvalidRequest");
        assert.strictEqual((yield* Effect.flip(client.query(asked as never))).reason._tag, "InvalidRequest");
      }
      yield* client.refund(request);
    }).pipe(Effect.provide(replies(Replies.accepted(merchant, request)))),
  );

  it("say how a call ended by its error", () => {
    const ended = (reason: RefundError.Reason) =>
      Pace.endedOf(new RefundError.RefundError({ operation: "refund", reason }));
    const failed = (reason: Transport.Reason) =>
      ended(new RefundError.TransportFailed({ error: new Transport.TransportError({ reason }) }));
    const rejected = (errCode: string) => ended(new RefundError.Rejected({ operation: "refund", errCode }));
    assert.deepStrictEqual(
      [
        ended(new RefundError.InvalidRequest({ issues: [] })),
        failed(new Transport.Unreachable({ detail: "" })),
        failed(new Transport.TimedOut({ phase: "connect", limitMillis: 1 })),
        failed(new Transport.TimedOut({ phase: "exchange", limitMillis: 1 })),
        failed(new Transport.ConnectionLost({ detail: "" })),
        failed(new Transport.Unusable({ detail: "" })),
      ],
      ["not-made", "not-sent", "not-sent", "unanswered", "unanswered", "unusable"],
    );
    assert.deepStrictEqual(
      [502, 200, 302, 403, 429].map((status) => ended(new RefundError.GatewayRefused({ status }))),
      ["unanswered", "unanswered", "unanswered", "failed", "limited"],
    );
    assert.deepStrictEqual(
      [
        ended(new RefundError.GatewayRefused({ status: 200, page: "certificate-missing" })),
        ended(new RefundError.MalformedReply({ problem: "" })),
        ended(new RefundError.UntrustedReply({ problem: "wrong-sign" })),
        ended(new RefundError.UntrustedReply({ problem: "mismatch" })),
        ended(new RefundError.ProtocolRejected({ returnMsg: "" })),
      ],
      ["failed", "unanswered", "unanswered", "failed", "failed"],
    );
    assert.deepStrictEqual(["FREQUENCY_LIMITED", "INVALID_REQ_TOO_MUCH", "SYSTEMERROR", "NOTENOUGH"].map(rejected), [
      "limited",
      "limited",
      "failed",
      "failed",
    ]);
  });
});

describe("docs/pace.md", () => {
  /** The function of the page, as a program without modules has it. */
  const inTurn = (() => {
    const page = readFileSync(new URL("../../../docs/pace.md", import.meta.url), "utf8");
    const [, fence = ""] = /## Taking turns oneself[^]*?```ts\n([^]*?)```/.exec(page) ?? [];
    const code = stripTypeScriptTypes(fence)
      .replaceAll(/^import .*$/gm, "")
      .replaceAll("export ", "");
    // oxlint-disable-next-line no-implied-eval
    return new Function("Pace", "Effect", `${code}; return inTurn;`)(Pace, Effect) as (
      client: RefundClient.RefundClient["Service"],
      outRefundNo: string,
    ) => Effect.Effect<unknown, RefundError.RefundError>;
  })();

  test("what is asked for in a turn of one's own and is not there is an answer, and makes no outage", function* () {
    const merchant = merchantWith();
    const none = TransportStub.reply(Replies.rejected(merchant, "REFUNDNOTEXIST", ""));
    const asking = RefundClient.layer.pipe(Layer.provide([Merchant.layer(merchant), none]));
    const client = Pace.make().refundClient(yield* RefundClient.RefundClient.pipe(Effect.provide(asking)));
    const asked = (n: number) => Effect.exit(inTurn(client, `R${n}`));
    yield* together(Array.from({ length: 60 }, (_, n) => asked(n)));
    yield* TestClock.adjust("11 seconds");
    const last = yield* Effect.forkChild(asked(60));
    yield* TestClock.adjust("1 millis");
    assert.isDefined(last.pollUnsafe());
  });
});
