import { it } from "@effect/vitest";
import { Effect, Exit, Result } from "effect";
import { TestClock } from "effect/testing";
import { describe, expect } from "vitest";
import { Chaos, type Fault, type Gateway, MemoryTransport, Message } from "@wechat-refund/simulator";
import type { Transport } from "@wechat-refund/core/Transport";
import {
  apiKey,
  body,
  type Config,
  gateway,
  now,
  paid,
  queryFields,
  queryPath,
  read,
  refundFields,
  refundPath,
} from "./client.ts";

const orders = Array.from({ length: 200 }, (_, n) => ({
  ...paid,
  transactionId: String(4_200_000 + n),
  outTradeNo: `T-${n}`,
}));
const refundOf = (n: number) => body({ ...refundFields, out_trade_no: `T-${n}`, out_refund_no: `R-${n}` });

/** What the calls of numbers in an order meet. */
const drawn = (chaos: Chaos.Chaos, numbers: ReadonlyArray<number>) =>
  new Map(numbers.map((n) => [n, chaos.draw(refundPath, refundOf(n))]));
const chaosOf = (options: NonNullable<Config["chaos"]>): Chaos.Chaos => gateway({ chaos: options }).chaos;

const numbers = orders.map((_, n) => n);

describe("faults at random", () => {
  it("come by seed, whatever the order of the calls", () => {
    const all = { seed: "a", rates: Chaos.evenly(0.5) };
    const forwards = drawn(chaosOf(all), numbers);
    const backwards = drawn(chaosOf(all), numbers.toReversed());
    expect(numbers.map((n) => backwards.get(n))).toEqual(numbers.map((n) => forwards.get(n)));
    const other = drawn(chaosOf({ ...all, seed: "b" }), numbers);
    expect(numbers.map((n) => other.get(n))).not.toEqual(numbers.map((n) => forwards.get(n)));
  });

  it("come anew for each call of one number, and again after the same options are set", () => {
    const chaos = chaosOf({ seed: "a", rates: Chaos.evenly(0.5) });
    const calls = () => Array.from({ length: 20 }, () => chaos.draw(refundPath, refundOf(1)));
    const first = calls();
    expect(new Set(first.map((fault) => fault?._tag)).size).toBeGreaterThan(3);
    chaos.set(chaos.options());
    expect(calls()).toEqual(first);
  });

  it.each(Chaos.usualKinds)("come at the rate asked for: %s", (kind) => {
    const rate = 0.3;
    const chaos = chaosOf({ rates: { [kind]: rate } });
    const many = Array.from({ length: 4_000 }, (_, n) => n);
    const met = [...drawn(chaos, many).values()].filter((fault) => fault !== undefined);
    expect(met.length / many.length).toBeGreaterThan(rate - 0.04);
    expect(met.length / many.length).toBeLessThan(rate + 0.04);
    expect(chaos.counts()).toEqual({ [kind]: met.length });
  });

  it("share a rate evenly, at most 1 in all", () => {
    expect(Object.values(Chaos.evenly(0.32)).reduce((sum, value) => sum + value, 0)).toBeCloseTo(0.32);
    expect(Object.keys(Chaos.evenly(1, ["slow", "reset"]))).toEqual(["slow", "reset"]);
    chaosOf({ rates: Chaos.evenly(1) });
    expect(() => chaosOf({ rates: { slow: 0.6, reset: 0.5 } })).toThrow(
      "chaos.rates: Expected rates of at most 1 together",
    );
    expect(() => chaosOf({ rates: { slow: -0.1 } })).toThrow("chaos.rates.slow");
  });

  it("spare the calls they are not meant for, and all of them once they are over", () => {
    const chaos = chaosOf({ rates: { replyLost: 1 }, on: ["query"] });
    expect(chaos.draw(refundPath, refundOf(1))).toBeUndefined();
    expect(chaos.draw(queryPath, body(queryFields))?._tag).toBe("LoseReply");
    expect(chaos.draw("/nowhere", body(queryFields))).toBeUndefined();
    chaos.set(undefined);
    expect([chaos.draw(queryPath, body(queryFields)), chaos.options()]).toEqual([undefined, undefined]);
  });

  it("take the gateway's seed and tell it", () => {
    expect(gateway({ seed: "s", chaos: { rates: { slow: 1 } } }).chaos.options()).toMatchObject({
      seed: "s",
      lateMillis: 10_000,
    });
  });
});

/** One refund through a transport that has met a fault, on a clock that runs by itself. */
const meet = Effect.fnUntraced(function* (to: Gateway.Gateway, transport: Transport["Service"], n = 0) {
  const url = `https://api.mch.weixin.qq.com${refundPath}`;
  const fiber = yield* Effect.forkChild(
    transport.send({ method: "POST", url, headers: { "Content-Type": "text/xml" }, body: refundOf(n) }),
  );
  yield* TestClock.adjust("10 seconds");
  const exit = yield* Effect.exit(Effect.suspend(() => fiber.pollUnsafe() ?? Exit.die("the call did not end")));
  return { exit, rows: to.ledger.size() };
});

/** What a caller can see of a reply: whether it is well signed, and whose it is. */
const seen = (
  exit: Exit.Exit<{ readonly status: number; readonly body: Uint8Array }, { readonly sent: string }>,
): string =>
  Exit.match(exit, {
    onFailure: (cause) => String(Result.getOrThrow(Result.fromOption(Exit.findErrorOption(exit), () => cause)).sent),
    onSuccess: ({ status, body }) => {
      if (status !== 200) return String(status);
      const fields = Message.read(body);
      if (Result.isFailure(fields)) return "unreadable";
      const signed = Message.verify(fields.success, apiKey, "MD5");
      const code = fields.success.get("err_code") ?? fields.success.get("out_refund_no") ?? "?";
      return `${fields.success.has("sign") ? (signed ? "signed" : "badly signed") : "unsigned"} ${code}`;
    },
  });

const expected: Readonly<
  Record<Chaos.Kind, { readonly seen: ReadonlyArray<string>; readonly rows: ReadonlyArray<number> }>
> = {
  systemErrorBefore: { seen: ["signed SYSTEMERROR"], rows: [0] },
  systemErrorAfter: { seen: ["signed SYSTEMERROR"], rows: [1] },
  needRetry: { seen: ["signed BIZERR_NEED_RETRY"], rows: [0] },
  frequencyLimited: { seen: ["signed FREQUENCY_LIMITED"], rows: [0, 1] },
  replyLost: { seen: ["maybe"], rows: [1] },
  replyLate: { seen: ["signed R-0"], rows: [1] },
  replyCut: { seen: ["maybe", "unreadable"], rows: [1] },
  // A changed byte may fall on what is signed, on the signature, or on the XML itself.
  replyMangled: { seen: ["badly signed R-0", "unreadable"], rows: [1] },
  replyBadlySigned: { seen: ["badly signed R-0"], rows: [1] },
  replyUnsigned: { seen: ["unsigned R-0"], rows: [1] },
  replyForAnotherRefund: { seen: ["signed R-1"], rows: [1] },
  strayReply: { seen: ["signed R-0"], rows: [1] },
  certificatePage: { seen: ["400"], rows: [0] },
  serverErrorPage: { seen: ["500", "502", "503", "504"], rows: [0, 1] },
  slow: { seen: ["signed R-0"], rows: [1] },
  reset: { seen: ["maybe"], rows: [0, 1] },
  // Nobody sends it to APIv2.
  probe: { seen: ["signed R-0"], rows: [1] },
};

describe("a call", () => {
  it.effect.each(Chaos.usualKinds)("that meets %s", (kind) =>
    Effect.gen(function* () {
      const all = { seen: new Set<string>(), rows: new Set<number>() };
      for (let seed = 0; seed < 40; seed++) {
        yield* TestClock.setTime(now);
        const to = gateway({ orders: orders.slice(0, 3), chaos: { seed: String(seed), rates: { [kind]: 1 } } });
        const met = yield* meet(to, MemoryTransport.make(to));
        all.seen.add(seen(met.exit));
        all.rows.add(met.rows);
      }
      expect([...all.rows].sort()).toEqual(expected[kind].rows);
      const odd = [...all.seen].filter((word) => !expected[kind].seen.includes(word));
      // Changing one byte of a name or a value makes another name or value; that much may be seen, well signed never.
      expect(odd.filter((word) => !(kind === "replyMangled" && word.startsWith("badly signed")))).toEqual([]);
      if (kind !== "replyMangled") expect([...all.seen].sort()).toEqual(expected[kind].seen);
    }),
  );

  it.effect("after a stray reply gets it instead of its own", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(now);
      const to = gateway({ orders: orders.slice(0, 4) });
      const transport = MemoryTransport.make(to);
      to.faults.push({ _tag: "Stray" });
      const replies: Array<string> = [];
      for (const n of [0, 1, 2]) replies.push(seen((yield* meet(to, transport, n)).exit));
      expect(replies).toEqual(["signed R-0", "signed R-0", "signed R-2"]);
      expect(to.ledger.size()).toBe(3);
    }),
  );

  it.effect("is told of as it was answered, with the fault's name", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(now);
      const to = gateway({ orders: orders.slice(0, 4) });
      const faults: ReadonlyArray<Fault.Fault> = [
        { _tag: "Unsign" },
        { _tag: "Truncate", bytes: 5 },
        { _tag: "LoseReply" },
      ];
      to.faults.push(...faults);
      for (const n of [0, 1, 2, 3]) yield* meet(to, MemoryTransport.make(to), n);
      const [first, second, third, fourth] = to.log.entries();
      expect([first?.fault, second?.fault, third?.fault, fourth?.fault]).toEqual([
        "Unsign",
        "Truncate",
        "LoseReply",
        undefined,
      ]);
      expect(first && "sign" in read(first.reply)).toBe(false);
      expect(second?.reply.body.length).toBe(5);
    }),
  );

  it("queue is emptied on request", () => {
    const { faults } = gateway();
    faults.push({ _tag: "Drop" });
    faults.clear();
    expect([faults.pending(), faults.take(refundPath)]).toEqual([[], undefined]);
  });
});
