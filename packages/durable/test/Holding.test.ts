/** What stands still while the others go on: a merchant without money, a paused one, one that nobody knows, a damaged row. */
import { it } from "@effect/vitest";
import { Clock, Effect, Logger } from "effect";
import { TestClock } from "effect/testing";
import { describe, expect } from "vitest";
import { Fault } from "@wechat-refund/simulator";
import { is, mchId, person, request, start, world } from "./support/world.ts";

const upTo = (count: number): ReadonlyArray<number> => Array.from({ length: count }, (_, n) => n + 1);

describe("a merchant without money (余额不足)", () => {
  it.effect("is held after one refusal: one refund probes for all twenty, and its success lifts all", () =>
    Effect.gen(function* () {
      const { gateway, open, watched } = yield* world({ money: 0 });
      yield* Effect.scoped(
        Effect.gen(function* () {
          const { find, refunds, sql, until } = yield* open();
          yield* refunds.start("shop", request(0));
          yield* until("R-0", ({ block }) => block !== undefined);
          for (const n of upTo(20)) yield* refunds.start("shop", request(n));
          yield* refunds.start("other", request(1));
          yield* until("R-1", is("Accepted"), "other");
          yield* until("R-20", ({ block }) => block !== undefined);
          yield* TestClock.adjust("10 minutes");
          expect(yield* refunds.count({ mchId, block: ["top-up"] })).toEqual([
            { currency: "CNY", count: 21, amount: 2100 },
          ]);
          expect(watched.sends().filter(({ number }) => number !== "R-1").length).toBe(1);
          expect((yield* find("R-20")).truth).toBe("Recorded");
          // What is started again shows it at once.
          yield* refunds.cancel("shop", "R-20", person);
          expect(yield* refunds.startAgain("shop", "R-20", person)).toMatchObject({ block: { cause: "top-up" } });
          yield* refunds.cancel("shop", "R-20", person);
          expect(yield* refunds.start("shop", request(20))).toMatchObject({ block: { cause: "top-up" } });
          expect((yield* sql`SELECT mch_id, cause FROM refund_holds`).map((row) => ({ ...row }))).toEqual([
            { mch_id: mchId, cause: "top-up" },
          ]);
        }),
      );
      // The next process knows that it is held, and does not try each of them.
      const { refunds, sql } = yield* open();
      const before = watched.sends().length;
      yield* TestClock.adjust("5 minutes");
      expect(watched.sends().length).toBeLessThanOrEqual(before + 1);
      gateway.ledger.topUp(mchId, 1_000_000);
      yield* TestClock.adjust("65 minutes");
      expect(yield* refunds.count({ mchId, truth: ["Accepted", "Succeeded"] })).toEqual([
        { currency: "CNY", count: 21, amount: 2100 },
      ]);
      expect(yield* sql`SELECT * FROM refund_holds`).toEqual([]);
      expect(gateway.ledger.size()).toBe(22);
    }),
  );
});

describe("a refund that is refused for itself each time, while the merchant's others are accepted", () => {
  it.effect("shows why it waits for its hour", () =>
    Effect.gen(function* () {
      const { gateway, open, watched } = yield* world();
      yield* Effect.scoped(
        Effect.gen(function* () {
          // Frozen with the app of a configuration that has been mended since.
          const { refunds } = yield* open({ appId: "wx0000000000000000", worker: false });
          yield* refunds.start("shop", request(0));
        }),
      );
      const { find, refunds, sql, until } = yield* open();
      for (const n of upTo(20)) {
        yield* refunds.start("shop", request(n));
        yield* until(`R-${n}`, is("Accepted"));
      }
      yield* TestClock.adjust("1 minute");
      const sends = watched.sends("R-0").length;
      expect(sends).toBeGreaterThanOrEqual(16);
      const block = { cause: "account", refusal: { errCode: "APPID_NOT_EXIST" } };
      expect(yield* find("R-0")).toMatchObject({ truth: "Recorded", block });
      yield* TestClock.adjust("50 minutes");
      expect(yield* find("R-0")).toMatchObject({ truth: "Recorded", block });
      expect(watched.sends("R-0").length).toBe(sends);
      // What holds the merchant anew and is lifted again is not its business: many that wait so must not all be written each time.
      const writtenAt = Effect.map(
        sql`SELECT progress_at AS at FROM refunds WHERE out_refund_no = 'R-0'`,
        ([row]) => row?.["at"],
      );
      const before = yield* writtenAt;
      gateway.faults.push(Fault.Refuse({ on: "refund", errCode: "APPID_NOT_EXIST", accepted: false }));
      for (const n of [21, 22]) yield* refunds.start("shop", request(n));
      for (const n of [21, 22]) yield* until(`R-${n}`, is("Accepted"));
      yield* TestClock.adjust("30 seconds");
      expect(yield* find("R-0")).toMatchObject({ block });
      expect(yield* writtenAt).toBe(before);
    }),
  );
});

describe("a merchant that a person paused", () => {
  it.effect("sends nothing, and what was sent is asked for all the same; resumed it goes on", () =>
    Effect.gen(function* () {
      const { open, watched } = yield* world();
      const { find, refunds, until } = yield* open();
      yield* refunds.start("shop", request(1));
      yield* until("R-1", is("Accepted"));
      yield* refunds.pause("shop", person);
      yield* refunds.pause("shop", { by: "li", reason: "twice" });
      expect(yield* refunds.paused).toEqual([{ mchId, subMchId: "", ...person, since: expect.any(Number) }]);
      yield* refunds.start("shop", request(2));
      yield* refunds.start("other", request(3));
      yield* until("R-3", is("Accepted"), "other");
      yield* until("R-1", is("Succeeded"));
      yield* TestClock.adjust("10 minutes");
      expect(watched.sends("R-2")).toEqual([]);
      expect((yield* find("R-2")).truth).toBe("Recorded");
      yield* refunds.resume("shop", person);
      yield* TestClock.adjust("1 second");
      expect((yield* find("R-2")).truth).toBe("Accepted");
      expect(yield* refunds.paused).toEqual([]);
    }),
  );
});

describe("what cannot be driven here", () => {
  it.effect("refunds of a merchant that this process does not know wait for one that does, and hold up nobody", () =>
    Effect.gen(function* () {
      const { open, watched } = yield* world();
      const errors: Array<unknown> = [];
      const heard = Logger.layer([
        Logger.make(({ logLevel, message }) => void (logLevel === "Error" && errors.push(...[message].flat()))),
      ]);
      yield* Effect.scoped(
        Effect.gen(function* () {
          const { refunds } = yield* open({ worker: false });
          yield* refunds.start("other", request(1));
          for (let n = 1; n <= 70; n++)
            yield* refunds.start("north", request(2, { outRefundNo: `N-${n}`, refundFee: 10 }));
        }),
      );
      yield* Effect.scoped(
        Effect.gen(function* () {
          // Of the provider it knows another sub-merchant.
          const { refunds, until } = yield* open({ knows: ["shop", "south"] });
          yield* refunds.start("shop", request(3));
          yield* refunds.start("south", request(4));
          yield* until("R-3", is("Accepted"));
          yield* until("R-4", is("Accepted"), "south");
          yield* TestClock.adjust("10 minutes");
          expect((yield* refunds.list({ prefix: "N-", truth: ["Recorded"] })).refunds.length).toBe(70);
          expect(yield* Effect.flip(refunds.start("other", request(5)))).toMatchObject({ _tag: "UnknownMerchant" });
          expect(
            watched
              .sends()
              .map(({ number }) => number)
              .sort(),
          ).toEqual(["R-3", "R-4"]);
          expect(errors).toEqual([
            expect.stringMatching(
              /^this process knows no merchant \d+\/1900000301, and its refunds wait for one that does;/,
            ),
          ]);
        }).pipe(Effect.provide(heard)),
      );
      // What was never put off is sent as soon as the lease is free.
      const { until } = yield* open();
      const before = yield* Clock.currentTimeMillis;
      yield* until("R-1", is("Accepted"), "other");
      yield* until("N-1", is("Accepted"), "north");
      expect((yield* Clock.currentTimeMillis) - before).toBeLessThan(60_000);
    }),
  );

  it.effect("a row that cannot be read is left alone, and the others go on", () =>
    Effect.gen(function* () {
      const { open, watched } = yield* world();
      yield* Effect.scoped(
        Effect.gen(function* () {
          const { refunds, sql } = yield* open({ worker: false });
          for (const n of upTo(4)) yield* refunds.start("shop", request(n));
          yield* sql`UPDATE refunds SET progress = '{"v":2,"truth":"Recorded"}' WHERE out_refund_no = 'R-2'`;
          yield* sql`UPDATE refunds SET request = 'no' WHERE out_refund_no = 'R-3'`;
        }),
      );
      const { refunds, sql, until } = yield* open();
      // All but when they are looked at next.
      const left = sql`SELECT id, request, progress, truth, block, epoch, version, seq, owner FROM refunds
        WHERE out_refund_no IN ('R-2', 'R-3') ORDER BY id`;
      const before = yield* left;
      for (const n of [1, 4]) yield* until(`R-${n}`, is("Succeeded"));
      expect(
        watched
          .sends()
          .map(({ number }) => number)
          .sort(),
      ).toEqual(["R-1", "R-4"]);
      expect(yield* left).toEqual(before);
      expect(yield* Effect.flip(refunds.find("shop", "R-2"))).toMatchObject({ _tag: "Damaged", part: "progress" });
      expect(yield* Effect.flip(refunds.cancel("shop", "R-3", person))).toMatchObject({
        _tag: "Damaged",
        part: "request",
      });
      expect((yield* refunds.list()).refunds.map(({ outRefundNo }) => outRefundNo)).toEqual(["R-4", "R-1"]);
    }),
  );

  it.effect("a row that a hand made another refund's is left alone, whatever it says", () =>
    Effect.gen(function* () {
      const { gateway, open, watched } = yield* world();
      yield* Effect.scoped(
        Effect.gen(function* () {
          const { refunds, sql } = yield* open({ worker: false });
          for (const n of upTo(5)) yield* refunds.start("shop", request(n));
          // To have it sent under a number that was not used, of another amount, or through what its merchant has now.
          yield* sql`UPDATE refunds SET request = replace(request, '"R-1"', '"R-1b"') WHERE out_refund_no = 'R-1'`;
          yield* sql`UPDATE refunds SET out_refund_no = 'R-2b' WHERE out_refund_no = 'R-2'`;
          yield* sql`UPDATE refunds SET request = replace(request, '"refundFee":100', '"refundFee":900') WHERE out_refund_no = 'R-3'`;
          yield* sql`UPDATE refunds SET protocol = 'v3' WHERE out_refund_no = 'R-4'`;
        }),
      );
      const { refunds, until } = yield* open();
      yield* until("R-5", is("Succeeded"));
      expect(watched.sends().map(({ number }) => number)).toEqual(["R-5"]);
      expect(gateway.ledger.size()).toBe(1);
      for (const [number, part] of [
        ["R-1", "request"],
        ["R-2b", "request"],
        ["R-3", "request"],
        ["R-4", "protocol"],
      ] as const)
        expect(yield* Effect.flip(refunds.find("shop", number))).toMatchObject({ _tag: "Damaged", part });
    }),
  );

  it.effect("many that a hand changed at once keep none waiting that come after them", () =>
    Effect.gen(function* () {
      const { open, watched } = yield* world();
      yield* Effect.scoped(
        Effect.gen(function* () {
          const { refunds, sql } = yield* open({ worker: false });
          for (const n of upTo(300)) yield* refunds.start("shop", request(n));
          // As after its merchant has moved.
          yield* sql`UPDATE refunds SET protocol = 'v3'`;
          yield* refunds.start("shop", request(0));
        }),
      );
      yield* Effect.provide(
        Effect.gen(function* () {
          const { until } = yield* open();
          yield* until("R-0", is("Accepted"));
          // Less than one pause between two looks.
          expect((yield* Clock.currentTimeMillis) - start).toBeLessThan(20_000);
          expect(watched.calls).toEqual(["send R-0"]);
        }),
        Logger.layer([]),
      );
    }),
  );
});

describe("due refunds that the store does not give", () => {
  it.effect("make the process not ready, though the store answers all else", () =>
    Effect.gen(function* () {
      const { open } = yield* world();
      const { health, refunds, sql, until } = yield* open({ worker: { poll: "1 second", lease: "10 seconds" } });
      yield* refunds.start("shop", request(1));
      yield* until("R-1", is("Accepted"));
      expect(yield* health.ready).toEqual({ ready: true });
      // As an index that is damaged: only who needs it meets it.
      yield* sql`ALTER TABLE refunds RENAME COLUMN fingerprint TO gone`;
      yield* TestClock.adjust("30 seconds");
      expect(yield* health.ready).toMatchObject({ ready: false });
      yield* sql`ALTER TABLE refunds RENAME COLUMN gone TO fingerprint`;
      yield* TestClock.adjust("3 seconds");
      expect(yield* health.ready).toEqual({ ready: true });
      yield* until("R-1", is("Succeeded"));
    }),
  );
});

describe("whose refund it is", () => {
  it.effect("two sub-merchants have the same number each for itself", () =>
    Effect.gen(function* () {
      const { gateway, open } = yield* world();
      const { refunds, until } = yield* open();
      yield* refunds.start("north", request(1, { refundFee: 1 }));
      yield* refunds.start("south", request(1, { refundFee: 2 }));
      yield* until("R-1", is("Succeeded"), "north");
      yield* until("R-1", is("Succeeded"), "south");
      expect([...gateway.ledger.rows()].map(({ order, refundFee }) => [order.subMchId, refundFee]).sort()).toEqual([
        ["1900000301", 1],
        ["1900000302", 2],
      ]);
    }),
  );

  it.effect("three partial refunds of one order leave a minute apart", () =>
    Effect.gen(function* () {
      const { gateway, open, watched } = yield* world({ spacingMillis: 60_000 });
      const { refunds, until } = yield* open();
      for (const n of upTo(3)) yield* refunds.start("shop", request(n, { order: { outTradeNo: "T-1" } }));
      yield* refunds.start("shop", request(4));
      for (const n of upTo(4)) yield* until(`R-${n}`, is("Succeeded"));
      const of = (number: string) => watched.sends(number).map(({ at }) => at - start);
      const times = upTo(3)
        .flatMap((n) => of(`R-${n}`))
        .sort((a, b) => a - b);
      expect(times.length).toBe(3);
      times.slice(1).forEach((time, at) => expect(time - (times[at] ?? 0)).toBeGreaterThanOrEqual(60_000));
      expect(times[2]).toBeLessThan(180_000);
      expect(of("R-4")[0]).toBeLessThan(2000);
      expect(gateway.log.entries().filter(({ outcome }) => outcome === "FREQUENCY_LIMITED")).toEqual([]);
    }),
  );
});
