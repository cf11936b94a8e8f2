/** What persons may do with a refund, before, while and after it is called for. */
import { it } from "@effect/vitest";
import { Effect } from "effect";
import { TestClock } from "effect/testing";
import { describe, expect } from "vitest";
import { Fault } from "@wechat-refund/simulator";
import { is, person, request, secret, start, world } from "./support/world.ts";

it.effect("who stops a merchant's sends stands there, and who lets them go on", () =>
  Effect.gen(function* () {
    const { open } = yield* world();
    const { refunds, sql } = yield* open();
    const pauses = Effect.map(sql`SELECT by_whom, reason, ended_by, ended_reason FROM refund_pauses`, ([row]) => row);
    yield* refunds.pause("shop", person);
    yield* refunds.pause("shop", { by: "bob", reason: "as well" });
    yield* refunds.resume("shop", { by: "ann", reason: "it is mended" });
    yield* refunds.resume("shop", { by: "bob", reason: "as well" });
    expect(yield* refunds.paused).toEqual([]);
    expect(yield* pauses).toEqual({
      by_whom: "ming",
      reason: "asked by the customer",
      ended_by: "ann",
      ended_reason: "it is mended",
    });
    yield* refunds.pause("shop", { by: "bob", reason: "once more" });
    expect(yield* refunds.paused).toMatchObject([{ by: "bob", reason: "once more" }]);
    expect(yield* pauses).toMatchObject({ ended_by: null });
  }),
);

describe("an attempt that may have been made elsewhere, of a refund that is known", () => {
  const attempted = { attempted: true } as const;

  it.effect("is asked for before anything is sent, and cannot be cancelled", () =>
    Effect.gen(function* () {
      const { open, watched } = yield* world();
      const { refunds, story, until } = yield* open();
      yield* refunds.pause("shop", person);
      yield* refunds.start("shop", request(1));
      yield* refunds.start("shop", request(2));
      yield* refunds.cancel("shop", "R-2", person);
      for (const n of [1, 2]) {
        const told = yield* refunds.start("shop", request(n), attempted);
        expect(told).toMatchObject({ created: false, truth: "Unknown" });
        const before = yield* story(`R-${n}`);
        yield* refunds.start("shop", request(n), attempted);
        expect(yield* story(`R-${n}`)).toEqual(before);
        expect(yield* Effect.flip(refunds.cancel("shop", `R-${n}`, person))).toMatchObject({ _tag: "NotPermitted" });
      }
      // What was stopped by a person is asked for all the same.
      for (const n of [1, 2]) yield* until(`R-${n}`, () => watched.calls.includes(`ask R-${n}`));
      expect(watched.sends()).toEqual([]);
      yield* refunds.resume("shop", person);
      for (const n of [1, 2]) yield* until(`R-${n}`, is("Succeeded"));
      expect((yield* story("R-1")).slice(0, 2)).toEqual(["recorded", "attempted elsewhere"]);
      expect((yield* story("R-2")).slice(0, 3)).toEqual(["recorded", "cancel", "started again"]);
    }),
  );

  it.effect("is not rejected by a refusal of the send that is under way", () =>
    Effect.gen(function* () {
      const { gateway, open, watched } = yield* world();
      const { refunds, until } = yield* open({ takes: "5 seconds" });
      gateway.faults.push(Fault.Refuse({ on: "refund", errCode: "ORDERNOTEXIST", accepted: false }));
      yield* refunds.start("shop", request(1));
      yield* until("R-1", ({ calling }) => calling);
      expect(yield* refunds.start("shop", request(1), attempted)).toMatchObject({ truth: "Unknown", calling: true });
      yield* until("R-1", ({ calling }) => !calling);
      expect(yield* refunds.find("shop", "R-1")).toMatchObject({ truth: "Unknown", block: { cause: "request" } });
      expect(watched.most).toBe(1);
    }),
  );

  it.effect("is nothing new where it was accepted", () =>
    Effect.gen(function* () {
      const { open } = yield* world();
      const { refunds, until } = yield* open();
      yield* refunds.start("shop", request(1));
      const accepted = yield* until("R-1", is("Accepted"));
      // Its event may have its position by now.
      const told = yield* refunds.start("shop", request(1), attempted);
      expect({ ...told, version: 0 }).toEqual({ ...accepted, version: 0, created: false });
    }),
  );
});

describe("cancel", () => {
  it.effect("before it was sent: nothing leaves, and the same request starts it again", () =>
    Effect.gen(function* () {
      const { open, watched } = yield* world();
      const { find, refunds, story, until } = yield* open();
      yield* refunds.pause("shop", person);
      yield* refunds.start("shop", request(1));
      expect(yield* refunds.cancel("shop", "R-1", person)).toMatchObject({ truth: "NotMade", final: false });
      yield* refunds.resume("shop", person);
      yield* TestClock.adjust("10 minutes");
      expect(watched.left).toEqual([]);
      expect(yield* Effect.flip(refunds.start("shop", request(1, { refundFee: 1 })))).toMatchObject({
        _tag: "OtherRefund",
      });
      expect((yield* find("R-1")).truth).toBe("NotMade");
      yield* refunds.start("shop", request(1));
      yield* until("R-1", is("Succeeded"));
      expect((yield* story("R-1")).slice(0, 4)).toEqual(["recorded", "cancel", "started again", "send: begun"]);
      expect((yield* refunds.history("shop", "R-1"))[1]).toMatchObject({ detail: person, truth: "NotMade" });
    }),
  );

  it.effect("while it is called for: it waits for the answer, and what was accepted stays", () =>
    Effect.gen(function* () {
      const { gateway, open } = yield* world();
      const { find, refunds, until } = yield* open({ takes: "5 seconds" });
      yield* refunds.start("shop", request(1));
      yield* until("R-1", ({ calling }) => calling);
      expect(yield* refunds.cancel("shop", "R-1", person)).toMatchObject({ truth: "Recorded", calling: true });
      yield* until("R-1", is("Accepted"));
      yield* until("R-1", is("Succeeded"));

      // What certainly did not arrive is given up.
      gateway.faults.push(Fault.Drop({ on: "refund" }));
      yield* refunds.start("shop", request(2));
      yield* until("R-2", ({ calling }) => calling);
      yield* refunds.cancel("shop", "R-2", person);
      yield* until("R-2", ({ calling }) => !calling);
      expect((yield* find("R-2")).truth).toBe("NotMade");
      yield* TestClock.adjust("10 minutes");
      expect(gateway.ledger.size()).toBe(1);
    }),
  );

  it.effect("after it was sent: too late, and said so", () =>
    Effect.gen(function* () {
      const { gateway, open } = yield* world();
      const { refunds, until } = yield* open();
      yield* refunds.start("shop", request(1));
      yield* until("R-1", is("Accepted"));
      const error = yield* Effect.flip(refunds.cancel("shop", "R-1", person));
      expect(error.message).toBe(
        "refund R-1 is Accepted; it may have been sent, so it is too late to cancel it: possible are: goOn, resolve",
      );
      gateway.faults.push(Fault.LoseReply({ on: "refund" }), Fault.Drop({ on: "query" }));
      yield* refunds.start("shop", request(2));
      yield* until("R-2", is("Unknown"));
      expect(yield* Effect.flip(refunds.cancel("shop", "R-2", person))).toMatchObject({
        _tag: "NotPermitted",
        truth: "Unknown",
      });
      expect(yield* Effect.flip(refunds.cancel("shop", "R-9", person))).toMatchObject({ _tag: "UnknownRefund" });
    }),
  );

  it.effect("of what was never sent says nothing of a request that may have left", () =>
    Effect.gen(function* () {
      const { open } = yield* world();
      const { refunds } = yield* open({ worker: false });
      yield* refunds.start("shop", request(1));
      yield* refunds.cancel("shop", "R-1", person);
      expect((yield* Effect.flip(refunds.cancel("shop", "R-1", person))).message).toBe(
        "refund R-1 is NotMade: possible are: refreeze, resolve, startAgain",
      );
    }),
  );
});

describe("go on", () => {
  it.effect("asks now, and by a filter too; who said so stands in the history", () =>
    Effect.gen(function* () {
      const { gateway, open, watched } = yield* world();
      const { refunds, until } = yield* open();
      yield* refunds.start("shop", request(1));
      yield* until("R-1", is("Accepted"));
      yield* TestClock.adjust("11 seconds");
      yield* refunds.goOn("shop", "R-1", person);
      yield* TestClock.adjust(1);
      yield* until("R-1", is("Succeeded"));
      expect(watched.left.at(-1)?.at).toBeLessThan((watched.left[0]?.at ?? 0) + 30_000);

      gateway.faults.push(Fault.Refuse({ on: "refund", errCode: "NOTENOUGH", accepted: false }));
      yield* refunds.start("shop", request(2));
      yield* until("R-2", ({ block }) => block?.cause === "top-up");
      expect(yield* refunds.actOnAll("goOn", { block: ["top-up"] }, person)).toBe(1);
      expect((yield* refunds.history("shop", "R-2")).at(-1)).toMatchObject({ what: "goOn", detail: person });
    }),
  );

  it.effect("for all that a filter finds, after it was counted; those that have ended are left", () =>
    Effect.gen(function* () {
      const { open, watched } = yield* world();
      const { refunds, until } = yield* open();
      for (let n = 1; n <= 12; n++) yield* refunds.start("shop", request(n));
      for (let n = 1; n <= 12; n++) yield* until(`R-${n}`, is("Accepted"));
      yield* refunds.resolve("shop", "R-12", person);
      yield* TestClock.adjust("15 seconds");
      const filter = { truth: ["Accepted" as const] };
      expect(yield* refunds.count(filter)).toEqual([{ currency: "CNY", count: 11, amount: 1100 }]);
      expect(yield* refunds.actOnAll("goOn", {}, person)).toBe(11);
      // By now some are over, and nothing is done with those.
      yield* refunds.actOnAll("goOn", {}, person);
      yield* TestClock.adjust("10 seconds");
      expect(yield* refunds.count({ truth: ["Succeeded"] })).toEqual([{ currency: "CNY", count: 11, amount: 1100 }]);
      // Once each, however often it was said.
      expect(watched.left.filter(({ call }) => call === "ask").length).toBe(11);
    }),
  );
});

describe("an act on all that a filter finds", () => {
  it.effect("is done to those that permit it, and stands in the history of each", () =>
    Effect.gen(function* () {
      const { gateway, open } = yield* world();
      const { refunds, store, until } = yield* open();
      for (let n = 0; n < 8; n++) {
        gateway.faults.push(Fault.Refuse({ on: "refund", errCode: "NOTENOUGH", accepted: false }));
      }
      yield* refunds.start("shop", request(1));
      yield* until("R-1", ({ block }) => block?.cause === "top-up");
      for (let n = 2; n <= 4; n++) yield* refunds.start("shop", request(n));
      for (let n = 2; n <= 4; n++) yield* until(`R-${n}`, ({ block }) => block?.cause === "top-up");
      const filter = { block: ["top-up" as const] };
      expect(yield* refunds.actOnAll("startAgain", filter, person)).toBe(0);
      expect(yield* refunds.actOnAll("cancel", filter, person)).toBe(4);
      expect(yield* refunds.actOnAll("cancel", filter, person)).toBe(0);
      expect(yield* refunds.count({ truth: ["NotMade"] })).toEqual([{ currency: "CNY", count: 4, amount: 400 }]);
      // What is started again shows at once what holds its merchant.
      expect(yield* refunds.actOnAll("startAgain", { truth: ["NotMade"] }, person)).toBe(4);
      expect((yield* refunds.find("shop", "R-4"))?.block?.cause).toBe("top-up");
      // What somebody else did meanwhile is not counted.
      const update = store.update;
      let isFirst = true;
      Object.assign(store, {
        update: (...asked: Parameters<typeof update>) =>
          Effect.suspend(() => {
            if (!isFirst) return update(...asked);
            isFirst = false;
            return Effect.andThen(refunds.cancel("shop", "R-4", person), update(...asked));
          }),
      });
      expect(yield* refunds.actOnAll("cancel", filter, person)).toBe(3);
      Object.assign(store, { update });
      expect(yield* refunds.actOnAll("startAgain", { truth: ["NotMade"] }, person)).toBe(4);
      // What goes on meanwhile is none of those that were shown.
      isFirst = true;
      Object.assign(store, {
        update: (...asked: Parameters<typeof update>) =>
          Effect.suspend(() => {
            if (!isFirst) return update(...asked);
            isFirst = false;
            const lifted = update(asked[0], ({ progress: { block: _block, ...progress } }) =>
              Effect.succeed({ what: "goes on", progress }),
            );
            return Effect.andThen(lifted, update(...asked));
          }),
      });
      expect(yield* refunds.actOnAll("resolve", filter, person, { most: 2 })).toBe(2);
      Object.assign(store, { update });
      const states = yield* Effect.forEach([4, 3, 2, 1], (n) => refunds.find("shop", `R-${n}`));
      expect(states.map((refund) => refund?.truth)).toEqual(["Recorded", "Resolved", "Resolved", "Recorded"]);
      expect(yield* refunds.actOnAll("resolve", {}, person)).toBe(2);
      expect((yield* refunds.history("shop", "R-2")).slice(-3)).toMatchObject(
        ["cancel", "startAgain", "resolve"].map((what) => ({ what, detail: person })),
      );
    }),
  );
});

describe("resolve and start again", () => {
  it.effect("a resolved refund is never sent, whatever comes", () =>
    Effect.gen(function* () {
      const { open, watched } = yield* world();
      const { events, refunds, sql, story, until } = yield* open({ takes: "5 seconds" });
      yield* refunds.start("shop", request(1));
      yield* until("R-1", ({ calling }) => calling);
      const resolved = yield* refunds.resolve("shop", "R-1", person);
      expect(resolved).toMatchObject({ truth: "Resolved", final: true });
      yield* TestClock.adjust("1 hour");
      // The answer of the call that was under way changes nothing, and is kept: whoever paid otherwise must learn of it.
      const after = yield* until("R-1", () => true);
      expect(after).toMatchObject({ truth: "Resolved", final: true, calling: false, refundId: expect.any(String) });
      expect(yield* story("R-1")).toEqual(["recorded", "send: begun", "resolve", "send: accepted"]);
      expect(yield* sql`SELECT call FROM refund_proofs`).toEqual([{ call: "send" }]);
      expect(watched.calls).toEqual(["send R-1"]);
      expect(yield* refunds.start("shop", request(1))).toMatchObject({ truth: "Resolved" });
      expect((yield* events.after(0)).at(-1)).toMatchObject({ truth: "Resolved", detail: person });
    }),
  );

  it.effect("a refund that was given up is started again by a person", () =>
    Effect.gen(function* () {
      const { open } = yield* world();
      const { refunds, until } = yield* open();
      yield* refunds.pause("shop", person);
      yield* refunds.start("shop", request(1));
      expect(yield* Effect.flip(refunds.startAgain("shop", "R-1", person))).toMatchObject({ act: "startAgain" });
      yield* refunds.cancel("shop", "R-1", person);
      expect(yield* refunds.startAgain("shop", "R-1", person)).toMatchObject({ truth: "Recorded" });
      yield* refunds.resume("shop", person);
      yield* until("R-1", is("Succeeded"));
    }),
  );
});

describe("what is frozen", () => {
  it.effect("is sent as it was recorded, until a person freezes it anew with the mended configuration", () =>
    Effect.gen(function* () {
      const { gateway, open } = yield* world({
        merchants: [{ appId: "wx9999999999999999", mchId: "1900000109", apiKey: secret }],
        orders: [{ mchId: "1900000109", transactionId: "421", outTradeNo: "T-1", totalFee: 1000, paidAt: start }],
      });
      const knows = ["shop"] as const;
      const sent = (field: string) =>
        gateway.log
          .entries()
          .map(
            ({ request }) =>
              new RegExp(`<${field}>(?:<!\\[CDATA\\[)?([^<\\]]+)`).exec(new TextDecoder().decode(request))?.[1],
          );
      const notify = (path: string) => () => ({ notifyUrl: `https://shop.example/${path}` });
      yield* Effect.scoped(
        Effect.gen(function* () {
          const { refunds, until } = yield* open({ knows, appId: "wx8888888888888888", defaults: notify("old") });
          yield* refunds.start("shop", request(1));
          yield* until("R-1", ({ block }) => block?.cause === "account");
        }),
      );
      expect(new Set(sent("appid"))).toEqual(new Set(["wx8888888888888888"]));
      const { refunds, until } = yield* open({ knows, appId: "wx9999999999999999", defaults: notify("new") });
      const calls = gateway.log.total();
      yield* TestClock.adjust("61 minutes");
      expect(gateway.log.total()).toBeGreaterThan(calls);
      expect(new Set(sent("appid"))).toEqual(new Set(["wx8888888888888888"]));
      // The setting that changed makes no other refund of it.
      expect(yield* refunds.start("shop", request(1))).toMatchObject({
        request: { notifyUrl: "https://shop.example/old" },
      });
      expect(yield* refunds.refreeze("shop", "R-1", person)).toMatchObject({
        request: { notifyUrl: "https://shop.example/new" },
      });
      yield* until("R-1", is("Succeeded"));
      expect(sent("appid").at(-1)).toBe("wx9999999999999999");
      expect(sent("notify_url").findLast((url) => url !== undefined)).toBe("https://shop.example/new");
      expect(yield* Effect.flip(refunds.refreeze("shop", "R-1", person))).toMatchObject({ _tag: "NotPermitted" });
    }),
  );
});
