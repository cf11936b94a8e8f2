/**
 * What the gateway did and what its bill says, read by the whole client: two codecs that share no code. Any refunds, in every form of a bill,
 * packed or not, are the same refunds again; and books that are as the ledger is agree with it.
 */
import { BillText, Reconciliation, RefundBill } from "@wechat-refund/core";
import { Effect, Redacted, Result, Stream } from "effect";
import { TestClock } from "effect/testing";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Fault, type GatewayConfig, Ledger, MemoryTransport } from "../src/index.ts";
import * as Month from "./month.ts";
import { apiKey, appId, day, gateway, mchId, now, paid } from "./client.ts";

const merchant = { appId, mchId, apiKey: Redacted.make(apiKey), signType: "MD5" } as const;
const date = "2026-01-01";
const later = Date.UTC(2026, 0, 2, 2);

type Refunds = ReadonlyArray<{ readonly fee: number; readonly elsewhere: boolean; readonly afterMillis: number }>;

const refundsOf = fc.array(
  fc.record({
    fee: fc.integer({ min: 1, max: 100_000 }),
    elsewhere: fc.boolean(),
    afterMillis: fc.integer({ min: 0, max: 11 * 3_600_000 }),
  }),
  { minLength: 1, maxLength: 12 },
);
const billsOf: fc.Arbitrary<Required<(typeof GatewayConfig.Bills)["Encoded"]>> = fc.record({
  form: fc.constantFrom("current", "old", "redPacket"),
  feeRate: fc.constant(0.006),
  byteOrderMark: fc.boolean(),
  lineEnd: fc.constantFrom("CRLF", "LF"),
  decimals: fc.constantFrom("two", "least", "five"),
  fullWidth: fc.boolean(),
  countDecimals: fc.boolean(),
  reversed: fc.boolean(),
  rechargeRefunds: fc.constant(true),
  readyAfterMillis: fc.constant(9 * 3_600_000),
});

const traded = (refunds: Refunds, bills: (typeof GatewayConfig.Bills)["Encoded"] = {}) => {
  const to = gateway({
    bills,
    orders: refunds.map((_, n) => ({
      ...paid,
      outTradeNo: `T-${n}`,
      transactionId: `42${n}`,
      totalFee: 100_000,
      paidAt: now - (n % 2) * day,
      body: "茶,糖\n和盐",
    })),
  });
  const orders = [...to.ledger.orders()];
  for (const [n, { afterMillis, elsewhere, fee }] of refunds.entries()) {
    const order = orders[n] ?? expect.fail();
    const at = now + afterMillis;
    if (elsewhere) to.ledger.enterElsewhere({ order, refundFee: fee, now: at });
    else {
      const kept = { refundAccount: "REFUND_SOURCE_UNSETTLED_FUNDS", notifyUrl: undefined, goods: [] } as const;
      to.ledger.enter({ order, outRefundNo: `R-${n}`, refundFee: fee, ...kept, now: at });
    }
  }
  return to;
};

type Gateway = ReturnType<typeof gateway>;

const download = (to: Gateway, request: Omit<RefundBill.BillRequest, "date">, at = later) => {
  const context = { merchant, nonce: "n", endpoint: "https://simulator" };
  const { body, url } = Result.getOrThrow(RefundBill.prepare({ date, ...request }, context));
  const reply = to.handle({ path: new URL(url).pathname, body, clientCertificate: "none", now: at });
  return { reply, found: RefundBill.interpret({ date }, { status: reply.status, start: reply.body }, at) };
};

const read = async (to: Gateway, request: Omit<RefundBill.BillRequest, "date">) => {
  const { found, reply } = download(to, request);
  expect(Result.getOrThrow(found)).toBe(request.packed === false ? "plain" : "gzip");
  return RefundBill.read(await Effect.runPromise(Stream.mkString(BillText.stream([reply.body]))));
};

const rowsOf = (to: Gateway) =>
  [...to.ledger.rows()]
    .toSorted((a, b) => a.acceptedAt - b.acceptedAt)
    .map(({ order, outRefundNo, refundFee, refundId }) => ({
      outRefundNo,
      refundId,
      refundFee,
      outTradeNo: order.outTradeNo,
      transactionId: order.transactionId,
      mchId: order.mchId,
      currency: "CNY",
    }));

const own = (to: Gateway): Array<Reconciliation.Own> =>
  rowsOf(to)
    .filter(({ outRefundNo }) => outRefundNo.startsWith("R-"))
    .map((row) => ({ ...row, truth: "Succeeded", days: Reconciliation.daysOf(now, now + 11 * 3_600_000) }));

const compare = async (to: Gateway, ours: ReadonlyArray<Reconciliation.Own>) => {
  const books = new Reconciliation.Books({ isOurs: (number) => number.startsWith("R-") });
  for (const one of ours) books.own(one);
  const { ending, entries } = await read(to, {});
  const found = entries.flatMap((entry) => (entry._tag === "Refund" ? [books.line(entry.refund, date).kind] : []));
  books.ended(ending, date);
  return [...found, ...[...books.unseen()].map((one) => books.missing(one)?.kind ?? "open")]
    .filter((kind) => kind !== "matched")
    .toSorted();
};

describe("a bill and the books", () => {
  it("of any refunds, in every form and packing, has the same refunds", async () => {
    await fc.assert(
      fc.asyncProperty(refundsOf, billsOf, fc.boolean(), async (refunds, bills, packed) => {
        const to = traded(refunds, bills);
        for (const type of RefundBill.BillType.literals) {
          const { ending, entries } = await read(to, { type, packed });
          expect(entries.flatMap((entry) => (entry._tag === "Refund" ? [entry.refund] : []))).toMatchObject(rowsOf(to));
          expect(ending).toMatchObject({ bad: 0, unread: 0, problems: [] });
          expect(ending.others).toBe(type === "ALL" ? refunds.filter((_, n) => n % 2 === 0).length : 0);
        }
      }),
      { numRuns: 100 },
    );
  });

  it("agree, but for what was made elsewhere, and with one change differ once, in the right kind", async () => {
    await fc.assert(
      fc.asyncProperty(refundsOf, billsOf, fc.nat(), async (refunds, bills, at) => {
        const to = traded(refunds, bills);
        const ours = own(to);
        const elsewhere = rowsOf(to)
          .filter(({ outRefundNo }) => !outRefundNo.startsWith("R-"))
          .map(() => "elsewhere");
        expect(await compare(to, ours)).toEqual(elsewhere);
        const one = ours[at % Math.max(1, ours.length)];
        if (one === undefined) return;
        const rest = ours.filter((other) => other !== one);
        const differences = async (...changed: ReadonlyArray<Reconciliation.Own>) =>
          (await compare(to, [...rest, ...changed])).filter((kind) => kind !== "elsewhere");
        expect(await differences({ ...one, refundFee: one.refundFee + 1 })).toEqual(["amount-differs"]);
        expect(await differences({ ...one, truth: "Resolved" })).toEqual(["contradiction"]);
        expect(await differences()).toEqual(["only-there"]);
        expect(await differences(one, { ...one, outRefundNo: "R-x" })).toEqual(["only-here"]);
        // Whose bills are not all in is not missing.
        const days = { from: "2025-12-31", to: date };
        expect(await differences(one, { ...one, outRefundNo: "R-x", days })).toEqual(["open"]);
      }),
      { numRuns: 50 },
    );
  });

  it("know a bill that comes late, and one for a day without trades", () => {
    const to = traded([{ fee: 1, elsewhere: false, afterMillis: 0 }], { readyAfterMillis: 11 * 3_600_000 });
    const whyOf = (at: number) =>
      Result.match(download(to, {}, at).found, { onSuccess: String, onFailure: ({ why }) => why });
    expect(whyOf(later)).toBe("not-ready");
    expect(whyOf(later + 3_600_000)).toBe("gzip");
    const none = gateway();
    const { found } = download(none, {});
    expect(Result.getOrThrow(Result.flip(found)).why).toBe("none");
  });

  it("know a bill that was changed or cut off on its way", async () => {
    const refunds = [100, 200, 300].map((fee, n) => ({ fee, elsewhere: false, afterMillis: n }));
    const to = traded(refunds);
    // Faults are met on the way, by whoever carries a call.
    const transport = MemoryTransport.make(to);
    const carried = async (fault: Fault.Fault, packed = true) => {
      to.faults.push(fault);
      const context = { merchant, nonce: "n", endpoint: "https://simulator" };
      const post = Result.getOrThrow(RefundBill.prepare({ date, packed }, context));
      const sent = Effect.andThen(TestClock.setTime(later), transport.send(post));
      const { body } = await Effect.runPromise(Effect.provide(sent, TestClock.layer()));
      const { ending } = RefundBill.read(await Effect.runPromise(Stream.mkString(BillText.stream([body]))));
      return [ending.unread, ...ending.problems.map(({ kind }) => kind)];
    };
    const amount = Fault.Mangle({ on: "bill", find: "`2.00,`\r\n", put: "`2.50,`\r\n" });
    expect(await carried(amount)).toEqual([0, "amount-differs"]);
    const count = Fault.Mangle({ on: "bill", find: "`3,", put: "`4," });
    expect(await carried(count)).toEqual([1, "count-differs"]);
    expect(await carried(Fault.Truncate({ on: "bill", bytes: 900 }), false)).toEqual([undefined, "cut-off"]);
    const [row] = to.ledger.rows();
    expect(row && Ledger.stateAt(row, later).status).toBe("SUCCESS");
  });

  it("of a month, with a day's bill missing and then all of them, have every difference and no false one", async () => {
    const { invented, kinds, wrong } = await Month.run(7, 3_000);
    expect(wrong).toEqual([]);
    expect(invented).toEqual([]);
    expect(Object.keys(kinds).toSorted()).toEqual([
      "amount-differs",
      "contradiction",
      "elsewhere",
      "only-here",
      "only-there",
      "open",
    ]);
  });
});
