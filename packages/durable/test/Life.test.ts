/** The life of a stored refund, from being recorded to its end, over the simulator's gateway. */
import { createHash } from "node:crypto";
import { it } from "@effect/vitest";
import { Effect, Fiber, Logger } from "effect";
import { TestClock } from "effect/testing";
import { describe, expect } from "vitest";
import { Looking, RefundStore, StoreCheck } from "@wechat-refund/durable";
import { Fault } from "@wechat-refund/simulator";
import { is, mchId, payer, person, request, secret, start, world } from "./support/world.ts";

describe("a refund that is recorded", () => {
  it.effect("is sent once, accepted, and asked for until it has succeeded", () =>
    Effect.gen(function* () {
      const { open, watched } = yield* world();
      const { events, find, refunds, story, until } = yield* open();
      expect(yield* refunds.start("shop", request(1))).toMatchObject({ truth: "Recorded", final: false });
      const accepted = yield* until("R-1", is("Accepted"));
      expect(accepted).toMatchObject({ calling: false, refundId: expect.stringMatching(/^\d+$/) });
      const settled = yield* Effect.forkChild(refunds.settled("shop", "R-1"));
      yield* until("R-1", is("Succeeded"));
      expect(watched.calls).toEqual(["send R-1", "ask R-1"]);
      expect((watched.left[1]?.at ?? 0) - start).toBeGreaterThanOrEqual(60_000);
      expect(yield* story("R-1")).toEqual(["recorded", "send: begun", "send: accepted", "ask: found"]);
      expect(yield* find("R-1")).toMatchObject({ final: true, refundId: accepted.refundId });
      yield* TestClock.adjust("1 second");
      expect(yield* Fiber.join(settled)).toMatchObject({ truth: "Succeeded" });
      expect((yield* events.after(0)).map(({ fromTruth, truth }) => [fromTruth, truth])).toEqual([
        [undefined, "Recorded"],
        ["Recorded", "Accepted"],
        ["Accepted", "Succeeded"],
      ]);
      yield* TestClock.adjust("2 hours");
      expect(watched.left.length).toBe(2);
    }),
  );

  it.effect("has not succeeded where the record under its number has another refund_id than was accepted", () =>
    Effect.gen(function* () {
      const { open } = yield* world();
      const { find, refunds, sql, until } = yield* open();
      yield* refunds.start("shop", request(1));
      const { refundId = "" } = yield* until("R-1", is("Accepted"));
      // As it was accepted, by what is stored; what the gateway then says is of another one.
      yield* sql`UPDATE refunds SET refund_id = '5000'`;
      const foreign = yield* until("R-1", ({ block }) => block !== undefined);
      expect(foreign).toMatchObject({ truth: "Accepted", block: { cause: "other-refund" }, refundId: "5000" });
      expect(foreign.block?.refusal?.message).toContain(`refund_id: expected 5000, received ${refundId}`);
      yield* sql`UPDATE refunds SET refund_id = ${refundId}`;
      yield* refunds.goOn("shop", "R-1", { by: "ops", reason: "look again" });
      yield* until("R-1", is("Succeeded"));
      expect(yield* find("R-1")).toMatchObject({ final: true, refundId });
    }),
  );

  it.effect("stays the one that was accepted first where its repetition is accepted as another", () =>
    Effect.gen(function* () {
      const errors: Array<unknown> = [];
      const heard = Logger.layer([
        Logger.make(({ logLevel, message }) => void (logLevel === "Error" && errors.push(...[message].flat()))),
      ]);
      // Not sure (未确定), so that the identical request is sent once more.
      const { open, watched } = yield* world({ course: [{ status: "NOTSURE", afterMillis: 1000 }] });
      const { find, refunds, sql, until } = yield* Effect.provide(open(), heard);
      yield* refunds.start("shop", request(1));
      const { refundId = "" } = yield* until("R-1", is("Accepted"));
      yield* refunds.pause("shop", person);
      yield* TestClock.adjust("2 minutes");
      expect(watched.calls).toEqual(["send R-1", "ask R-1"]);
      yield* sql`UPDATE refunds SET refund_id = '5000'`;
      yield* refunds.resume("shop", person);
      for (let seconds = 0; watched.sends().length < 2 && seconds < 120; seconds++) yield* TestClock.adjust("1 second");
      yield* TestClock.adjust("1 second");
      expect(yield* find("R-1")).toMatchObject({ truth: "Accepted", refundId: "5000" });
      expect(errors).toEqual([
        `refund R-1 was accepted as 5000, and its repetition as ${refundId}: see that the money does not go twice`,
      ]);
      expect(yield* until("R-1", ({ block }) => block !== undefined)).toMatchObject({
        block: { cause: "other-refund" },
        refundId: "5000",
      });
    }),
  );

  it.effect("keeps nobody waiting who waits for its end, and it is cancelled", () =>
    Effect.gen(function* () {
      const { open } = yield* world();
      const { refunds } = yield* open();
      yield* refunds.pause("shop", person);
      yield* refunds.start("shop", request(1));
      const settled = yield* Effect.forkChild(refunds.settled("shop", "R-1"));
      yield* refunds.cancel("shop", "R-1", person);
      yield* TestClock.adjust("1 second");
      expect(settled.pollUnsafe()).toBeDefined();
      expect(yield* Fiber.join(settled)).toMatchObject({ truth: "NotMade", final: false });
    }),
  );

  it.effect("is asked for at once when a notice comes, however many come", () =>
    Effect.gen(function* () {
      const { deliver, open, watched } = yield* world();
      const { find, refunds, until } = yield* open();
      yield* refunds.start("shop", request(1, { notifyUrl: "https://shop.example/notices" }));
      yield* until("R-1", is("Accepted"));
      yield* TestClock.adjust("12 seconds");
      expect(yield* deliver(refunds, 3)).toEqual(["noted", "noted", "noted"]);
      yield* TestClock.adjust(1);
      expect(yield* find("R-1")).toMatchObject({ truth: "Succeeded" });
      expect(watched.calls).toEqual(["send R-1", "ask R-1"]);
      yield* TestClock.adjust("1 minute");
      expect(yield* deliver(refunds)).toEqual(["final"]);
    }),
  );

  it.effect("a notice of money that here was settled otherwise is an alarm, told once", () =>
    Effect.gen(function* () {
      const errors: Array<unknown> = [];
      const heard = Logger.layer([
        Logger.make(({ logLevel, message }) => void (logLevel === "Error" && errors.push(...[message].flat()))),
      ]);
      const { deliver, open } = yield* world();
      const { find, refunds, until } = yield* open();
      yield* refunds.start("shop", request(1, { notifyUrl: "https://shop.example/notices" }));
      yield* until("R-1", is("Accepted"));
      yield* refunds.resolve("shop", "R-1", { by: "ops", reason: "paid in cash" });
      yield* TestClock.adjust("12 seconds");
      expect(yield* Effect.provide(deliver(refunds, 3), heard)).toEqual(Array(3).fill("contradiction"));
      expect(errors).toEqual([
        "refund R-1 is Resolved here, and a notice says SUCCESS of 100 fen: nothing is overwritten; ask by a signed query, and see that the money does not go twice",
      ]);
      expect(yield* find("R-1")).toMatchObject({ truth: "Resolved", final: true });
      const history = yield* refunds.history("shop", "R-1");
      expect(history.filter(({ what }) => what.startsWith("notice"))).toMatchObject([
        { what: "notice: contradicts", truth: "Resolved", detail: { status: "SUCCESS", refundFee: 100 } },
      ]);
    }),
  );

  it.effect("a notice of another refund_id than was accepted is an alarm, told once, and is asked about", () =>
    Effect.gen(function* () {
      const errors: Array<unknown> = [];
      const heard = Logger.layer([
        Logger.make(({ logLevel, message }) => void (logLevel === "Error" && errors.push(...[message].flat()))),
      ]);
      const { deliver, open, watched } = yield* world();
      const { find, refunds, sql, until } = yield* open();
      yield* refunds.start("shop", request(1, { notifyUrl: "https://shop.example/notices" }));
      const { refundId = "" } = yield* until("R-1", is("Accepted"));
      yield* sql`UPDATE refunds SET refund_id = '5000'`;
      yield* TestClock.adjust("12 seconds");
      expect(yield* Effect.provide(deliver(refunds, 3), heard)).toEqual(Array(3).fill("contradiction"));
      expect(errors).toEqual([
        `refund R-1 was accepted as 5000, and a notice says SUCCESS of 100 fen for ${refundId}: nothing is overwritten; ask by a signed query, and see that the money does not go twice`,
      ]);
      yield* TestClock.adjust("21 seconds");
      expect(watched.calls).toEqual(["send R-1", "ask R-1"]);
      expect(yield* find("R-1")).toMatchObject({ truth: "Accepted", block: { cause: "other-refund" } });
    }),
  );

  it.effect("a notice for nobody is told apart, and one that cannot be opened is refused", () =>
    Effect.gen(function* () {
      const { gateway, open } = yield* world();
      const { refunds, until } = yield* open();
      yield* refunds.start("shop", request(1, { notifyUrl: "https://shop.example/notices" }));
      yield* until("R-1", is("Accepted"));
      yield* TestClock.adjust("10 seconds");
      // The same notice, at a store that knows of no such refund.
      const elsewhere = yield* world();
      const process = yield* elsewhere.open();
      const [delivery] = gateway.notices.take(start + 20_000);
      if (delivery === undefined) throw new Error("no notice");
      expect(yield* process.refunds.notice({ merchant: "shop", body: delivery.body })).toBe("not-ours");
      expect(yield* Effect.flip(refunds.notice({ merchant: "other", body: delivery.body }))).toMatchObject({
        _tag: "BadNotice",
      });
      expect(yield* Effect.flip(refunds.notice({ merchant: "shop", body: new Uint8Array(9) }))).toMatchObject({
        _tag: "BadNotice",
      });
    }),
  );

  it.effect("a lost reply is a question, and no second refund", () =>
    Effect.gen(function* () {
      const { gateway, open, watched } = yield* world();
      const { refunds, story, until } = yield* open();
      gateway.faults.push(Fault.LoseReply({ on: "refund" }));
      yield* refunds.start("shop", request(1));
      yield* until("R-1", is("Unknown"));
      expect((yield* story("R-1")).slice(0, 3)).toEqual(["recorded", "send: begun", "send: no answer"]);
      yield* until("R-1", is("Succeeded"));
      expect(watched.left.length).toBeLessThanOrEqual(4);
      expect(gateway.ledger.size()).toBe(1);
    }),
  );

  it.effect("SYSTEMERROR for a refund that was accepted, and for one that was not", () =>
    Effect.gen(function* () {
      const { gateway, open } = yield* world();
      const { refunds, until } = yield* open();
      for (const accepted of [true, false]) {
        const n = accepted ? 1 : 2;
        gateway.faults.push(Fault.Refuse({ on: "refund", errCode: "SYSTEMERROR", accepted }));
        yield* refunds.start("shop", request(n));
        yield* until(`R-${n}`, is("Unknown"));
        yield* until(`R-${n}`, is("Succeeded"));
        expect(gateway.ledger.size()).toBe(n);
      }
    }),
  );

  it.effect("a refusal that no repeat changes ends it, with the proof", () =>
    Effect.gen(function* () {
      const { gateway, open, watched } = yield* world();
      const { find, refunds, sql, until } = yield* open();
      gateway.faults.push(Fault.Refuse({ on: "refund", errCode: "USER_ACCOUNT_ABNORMAL", accepted: false }));
      yield* refunds.start("shop", request(1));
      const ended = yield* until("R-1", ({ final }) => final);
      expect(ended).toMatchObject({ truth: "Rejected", final: true });
      expect(watched.calls).toEqual(["send R-1"]);
      expect((yield* sql`SELECT call FROM refund_proofs`).map(({ call }) => call)).toEqual(["send"]);
      expect((yield* refunds.history("shop", "R-1")).at(-1)?.detail).toMatchObject({
        refusal: { errCode: "USER_ACCOUNT_ABNORMAL" },
      });
      expect((yield* find("R-1")).permitted.size).toBe(0);
    }),
  );

  it.effect("goes on in the next process where the last one left it", () =>
    Effect.gen(function* () {
      const { gateway, open, watched } = yield* world();
      yield* Effect.scoped(
        Effect.gen(function* () {
          const { refunds } = yield* open({ worker: false });
          for (const n of [1, 2]) yield* refunds.start("shop", request(n));
          yield* TestClock.adjust("1 minute");
          expect(watched.left).toEqual([]);
        }),
      );
      yield* Effect.scoped(
        Effect.gen(function* () {
          const { until } = yield* open();
          for (const n of [1, 2]) yield* until(`R-${n}`, is("Accepted"));
        }),
      );
      const { until } = yield* open();
      for (const n of [1, 2]) yield* until(`R-${n}`, is("Succeeded"));
      expect(gateway.ledger.size()).toBe(2);
      expect(watched.sends().length).toBe(2);
    }),
  );
});

describe("what is kept", () => {
  it.effect("the signed replies that changed what is known, as they came, with their digest", () =>
    Effect.gen(function* () {
      const { gateway, open } = yield* world();
      const { refunds, sql, until } = yield* open();
      yield* refunds.start("shop", request(1));
      yield* until("R-1", is("Succeeded"));
      const proofs = yield* sql<
        Record<string, unknown>
      >`SELECT call, digest, headers, body, at FROM refund_proofs ORDER BY id`;
      const replies = gateway.log.entries().map(({ reply }) => Buffer.from(reply.body));
      expect(proofs.map(({ call }) => call)).toEqual(["send", "ask"]);
      proofs.forEach(({ body, digest, headers }, at) => {
        const reply = replies[at];
        if (reply === undefined || !(body instanceof Uint8Array)) throw new Error("no reply");
        expect(Buffer.from(body)).toEqual(reply);
        expect(digest).toBe(createHash("sha256").update(reply).digest("hex"));
        expect(JSON.parse(String(headers))).toMatchObject({ "content-type": expect.any(String) });
      });
      expect(Buffer.from(proofs[1]?.["body"] as Uint8Array).toString()).toContain("SUCCESS");
    }),
  );

  it.effect("of a refund whose row was deleted by hand, is no other's, and stops none", () =>
    Effect.gen(function* () {
      const { open } = yield* world();
      const { refunds, sql, store, until } = yield* open();
      for (const n of [1, 2]) yield* refunds.start("shop", request(n));
      yield* until("R-2", is("Succeeded"));
      // As the command sqlite3 does, which holds to no reference unless it is told to.
      yield* sql`PRAGMA foreign_keys = OFF`;
      yield* sql`DELETE FROM refunds WHERE out_refund_no = 'R-2'`;
      yield* sql`PRAGMA foreign_keys = ON`;
      expect(yield* refunds.start("shop", request(3))).toMatchObject({ created: true });
      expect(yield* refunds.start("shop", request(2))).toMatchObject({ created: true });
      expect(yield* refunds.history("shop", "R-3")).toHaveLength(1);
      expect(yield* Looking.proofs(store.database, { mchId, outRefundNo: "R-3" })).toEqual([]);
      yield* until("R-3", is("Succeeded"));
      const { findings } = yield* Effect.provideService(StoreCheck.check, RefundStore.RefundStore, store);
      expect(findings).toContainEqual({
        rule: "each line of a history and each proof is a refund's",
        refunds: ["row 2"],
        count: 1,
      });
    }),
  );

  it.effect("no secret in any table, and the payer's account in the proofs alone", () =>
    Effect.gen(function* () {
      const { gateway, open } = yield* world();
      const { refunds, sql, until } = yield* open();
      // Everything that has words of others in it.
      gateway.faults.push(
        Fault.Missign({ on: "refund" }),
        Fault.Fail({ on: "refund", returnMsg: "签名错误", accepted: false }),
        Fault.Replace({ on: "refund", status: 502, body: "<html>bad gateway</html>", reached: false }),
      );
      for (const n of [1, 2, 3, 4]) yield* refunds.start("shop", request(n));
      for (const n of [1, 2, 3, 4]) yield* until(`R-${n}`, is("Succeeded"));
      const tables = yield* sql<{ name: string }>`SELECT name FROM sqlite_schema WHERE type = 'table'`;
      expect(tables.length).toBeGreaterThanOrEqual(10);
      const found: Record<string, string> = {};
      for (const { name } of tables) {
        const rows = yield* sql`SELECT * FROM ${sql.literal(name)}`;
        found[name] = JSON.stringify(rows, (_, value: unknown) =>
          value instanceof Uint8Array ? Buffer.from(value).toString() : value,
        );
        for (const form of [secret, Buffer.from(secret).toString("hex"), Buffer.from(secret).toString("base64")]) {
          expect([name, found[name].includes(form)]).toEqual([name, false]);
        }
      }
      expect(Object.keys(found).filter((name) => found[name]?.includes(payer))).toEqual(["refund_proofs"]);
      expect(found["refunds"]).toContain("R-4");
    }),
  );
});
