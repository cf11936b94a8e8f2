import { describe, expect, it } from "vitest";
import * as Reconciliation from "../src/Reconciliation.ts";
import * as RefundBill from "../src/RefundBill.ts";
import { type Random, randomBill, seeded } from "./support/randomBills.ts";

const billed = (changes: Partial<RefundBill.Billed> = {}): RefundBill.Billed => ({
  line: 2,
  outRefundNo: "R-1",
  refundId: "50300001",
  outTradeNo: "T-1",
  transactionId: "42",
  refundFee: 123,
  settlementRefundFee: 100,
  currency: "CNY",
  status: "PROCESSING",
  mchId: "1900000109",
  subMchId: "",
  time: "2026-11-23 01:02:03",
  columns: { 用户标识: "oUpF8" },
  ...changes,
});
const own = (changes: Partial<Reconciliation.Own> = {}): Reconciliation.Own => ({
  outRefundNo: "R-1",
  refundFee: 123,
  currency: "CNY",
  truth: "Succeeded",
  ...changes,
});
const whole = { unread: 0 };
const kindOf = (ours: Reconciliation.Own | undefined, theirs: RefundBill.Billed) => {
  const books = new Reconciliation.Books();
  if (ours !== undefined) books.own(ours);
  const { fields, kind } = books.line(theirs);
  return [kind, ...fields];
};

describe("a line of a bill", () => {
  it.each<[string, Partial<Reconciliation.Own>, Partial<RefundBill.Billed>, ReadonlyArray<string>]>([
    ["of the same amount", {}, {}, ["matched"]],
    ["with an older status", { truth: "Closed" }, { status: "PROCESSING" }, ["matched"]],
    ["of one that is not known to be accepted", { truth: "Unknown" }, {}, ["matched"]],
    ["of one that waits to be sent", { truth: "Recorded" }, {}, ["matched"]],
    ["of another amount", {}, { refundFee: 124 }, ["amount-differs", "refund_fee"]],
    ["of another currency", {}, { currency: "USD" }, ["amount-differs", "refund_fee_type"]],
    ["of the order's currency, where the books name none", { currencyAssumed: true }, { currency: "USD" }, ["matched"]],
    ["of one that was rejected", { truth: "Rejected" }, {}, ["contradiction", "state"]],
    ["of one that was not made", { truth: "NotMade" }, {}, ["contradiction", "state"]],
    ["of one that a person ended", { truth: "Resolved" }, { refundFee: 1 }, ["contradiction", "state", "refund_fee"]],
    ["of another refund_id", { refundId: "1" }, {}, ["contradiction", "refund_id"]],
    ["of another order", { transactionId: "43" }, {}, ["contradiction", "transaction_id"]],
    ["of another order of ours", { outTradeNo: "T-2" }, {}, ["contradiction", "out_trade_no"]],
    ["of a form without the order", { outTradeNo: "T-1", transactionId: "43" }, { transactionId: "" }, ["matched"]],
    ["of a book that has it empty", { transactionId: "" }, {}, ["matched"]],
    ["of the merchant and the sub-merchant", { mchId: "1900000109", subMchId: "" }, {}, ["matched"]],
    ["of another merchant", { mchId: "1900000110" }, {}, ["only-there"]],
    ["of another sub-merchant", { subMchId: "1" }, { subMchId: "2" }, ["only-there"]],
    ["of a form without a sub-merchant", { subMchId: "1" }, { subMchId: "" }, ["matched"]],
    ["of a form without a merchant", { mchId: "1" }, { mchId: "" }, ["matched"]],
  ])("%s", (_, ours, theirs, expected) => {
    expect(kindOf(own(ours), billed(theirs))).toEqual(expected);
  });

  it("that nobody knows is only there, or was made elsewhere", () => {
    expect(kindOf(undefined, billed())).toEqual(["only-there"]);
    expect(kindOf(undefined, billed({ outRefundNo: "" }))).toEqual(["elsewhere"]);
    expect(kindOf(undefined, billed({ outRefundNo: "50300001" }))).toEqual(["elsewhere"]);
    const books = new Reconciliation.Books({ isOurs: (number) => number.startsWith("R-") });
    expect(books.line(billed()).kind).toBe("only-there");
    expect(books.line(billed({ outRefundNo: "1253894801" })).kind).toBe("elsewhere");
  });

  it("that was there already comes twice, with one refund_id or two", () => {
    const books = new Reconciliation.Books();
    books.own(own());
    expect(books.line(billed()).kind).toBe("matched");
    expect(books.line(billed())).toMatchObject({ kind: "twice", fields: [], ours: { outRefundNo: "R-1" } });
    expect(books.line(billed({ refundId: "2" }))).toMatchObject({ kind: "twice", fields: ["refund_id"] });
    const stranger = { outRefundNo: "R-2" };
    expect(books.line(billed(stranger)).kind).toBe("only-there");
    expect(books.line(billed(stranger))).toMatchObject({ kind: "twice", fields: [] });
    expect(books.line(billed({ ...stranger, refundId: "2" })).fields).toEqual(["refund_id"]);
    expect(books.line(billed({ ...stranger, subMchId: "1" })).kind).toBe("only-there");
  });

  it("comes twice, too, where the books have its number twice", () => {
    const books = new Reconciliation.Books();
    expect([books.own(own()), books.own(own())]).toEqual([true, false]);
    expect(books.repeated(own())).toEqual({ kind: "twice", outRefundNo: "R-1", ours: own(), fields: [] });
    expect(books.totals[0]?.kinds.twice).toEqual({ count: 1, amount: 123 });
  });

  it("is found among the sub-merchants that use the same number", () => {
    const books = new Reconciliation.Books();
    const subs = ["1", "2", ""].map((subMchId) => own({ subMchId, refundFee: 100 + Number(subMchId) }));
    expect(subs.map((sub) => books.own(sub))).toEqual([true, true, true]);
    expect(books.own(own({ subMchId: "2" }))).toBe(false);
    expect(books.own(own())).toBe(false);
    expect(books.own(own({ mchId: "1", subMchId: "2" }))).toBe(false);
    const merchants = ["1", "2", "2", undefined].map((mchId) => books.own(own({ outRefundNo: "R-2", mchId })));
    expect(merchants).toEqual([true, true, false, false]);
    expect(books.line(billed({ subMchId: "1", refundFee: 101 })).kind).toBe("matched");
    expect(books.line(billed({ subMchId: "2", refundFee: 101 })).kind).toBe("amount-differs");
    expect([books.knows(billed({ subMchId: "2" })), books.knows(billed({ subMchId: "3" }))]).toEqual([true, false]);
  });

  it("is told with both sides, and nothing of the payer", () => {
    const books = new Reconciliation.Books();
    books.own(own());
    const finding = books.line(billed({ refundFee: 5 }), "2026-11-23");
    expect(finding).toEqual({
      kind: "amount-differs",
      outRefundNo: "R-1",
      ours: own(),
      theirs: {
        date: "2026-11-23",
        line: 2,
        outRefundNo: "R-1",
        refundId: "50300001",
        outTradeNo: "T-1",
        transactionId: "42",
        refundFee: 5,
        currency: "CNY",
        status: "PROCESSING",
        mchId: "1900000109",
        subMchId: "",
        time: "2026-11-23 01:02:03",
      },
      fields: ["refund_fee"],
    });
    expect(Reconciliation.kinds.every((kind) => Reconciliation.whatToDo[kind].length > 5)).toBe(true);
  });
});

/** What is said of one own refund that no line had. */
const missing = (
  ours: Reconciliation.Own,
  bills: ReadonlyArray<readonly [Parameters<Reconciliation.Books["ended"]>[0], string?]>,
): string | undefined => {
  const books = new Reconciliation.Books();
  books.own(ours);
  for (const [ending, date] of bills) books.ended(ending, date);
  return [...books.unseen()].map((one) => books.missing(one)?.kind ?? "open")[0];
};

describe("an own refund that no bill has", () => {
  const days = { from: "2026-11-23", to: "2026-11-24" };
  const both = [
    [whole, "2026-11-23"],
    ["none", "2026-11-24"],
  ] as const;

  it.each<[string, Partial<Reconciliation.Own>, Parameters<typeof missing>[1], string | undefined]>([
    ["is only here", {}, [[whole]], "only-here"],
    ["is only here where nothing was traded", {}, [["none"]], "only-here"],
    ["stays open without a bill", {}, [], "open"],
    ["stays open where one is cut off", {}, [[whole], [{ unread: undefined }]], "open"],
    ["stays open where a line of one cannot be read", {}, [[{ unread: 1 }]], "open"],
    ["is only here after all bills of its days", { days }, both, "only-here"],
    ["stays open before", { days }, both.slice(0, 1), "open"],
    ["stays open where one of them is cut off", { days }, [...both.slice(1), [{ unread: 1 }, "2026-11-23"]], "open"],
    ["stays open while nobody knows since when", { days: { from: "2026-11-23" } }, both, "open"],
    ["stays open with days that are none", { days: { from: "2026-11-23", to: "" } }, both, "open"],
    ["stays open where it may not have been accepted", { truth: "Unknown" }, [[whole]], "open"],
    ["is as it should be: closed, but there", { truth: "Closed" }, [[whole]], "only-here"],
    ["is as it should be: rejected", { truth: "Rejected" }, [[whole]], undefined],
    ["is as it should be: not made", { truth: "NotMade" }, [[whole]], undefined],
    ["is as it should be: resolved", { truth: "Resolved" }, [[whole]], undefined],
    ["is as it should be: not sent", { truth: "Recorded" }, [[whole]], undefined],
  ])("%s", (_, changes, bills, expected) => {
    expect(missing(own(changes), bills)).toBe(expected);
  });

  it("may turn out to belong to fewer days", () => {
    const books = new Reconciliation.Books();
    const ours = own({ days: { from: "2026-11-20", to: "2026-11-24" } });
    books.own(ours);
    books.ended(whole, "2026-11-23");
    expect(books.missing(ours)).toBeUndefined();
    expect(books.missing(ours, { from: "2026-11-23", to: "2026-11-23" })?.kind).toBe("only-here");
  });

  it("is not missing where a line of its number cannot be read", () => {
    const books = new Reconciliation.Books();
    books.own(own());
    books.own(own({ outRefundNo: "R-2" }));
    books.bad({ line: 3, problem: "x", outRefundNo: "R-1" });
    books.bad({ line: 4, problem: "x" });
    books.ended(whole);
    expect([...books.unseen()].map(({ outRefundNo }) => outRefundNo)).toEqual(["R-2"]);
    expect(books.totals[0]?.open).toEqual({ count: 1, amount: 123 });
  });

  it("is not missing in the bills of another merchant", () => {
    const books = new Reconciliation.Books();
    books.own(own({ mchId: "1900000110" }));
    books.own(own({ outRefundNo: "R-2", mchId: "1900000109" }));
    books.own(own({ outRefundNo: "R-3" }));
    books.line(billed({ outRefundNo: "R-9" }));
    expect([...books.unseen()].map(({ outRefundNo }) => outRefundNo)).toEqual(["R-2", "R-3"]);
  });

  it("belongs to the days in Beijing from its first send to its acceptance, and to those beside them at midnight", () => {
    const at = (time: string) => Date.parse(`${time}+08:00`);
    expect(Reconciliation.daysOf(at("2026-11-23T12:00:00"), at("2026-11-23T12:00:01"))).toEqual({
      from: "2026-11-23",
      to: "2026-11-23",
    });
    expect(Reconciliation.daysOf(at("2026-11-23T00:04:00"), at("2026-11-23T23:56:00"))).toEqual({
      from: "2026-11-22",
      to: "2026-11-24",
    });
    expect(Reconciliation.daysOf(at("2026-11-23T12:00:00"))).toEqual({ from: "2026-11-23" });
  });
});

describe("the totals", () => {
  it("are by currency", () => {
    const books = new Reconciliation.Books();
    for (const [n, currency] of ["USD", "CNY", "CNY", "CNY"].entries()) {
      books.own(own({ outRefundNo: `R-${n}`, currency, refundFee: 100 + n }));
    }
    books.line(billed({ outRefundNo: "R-0", currency: "USD", refundFee: 100 }));
    books.line(billed({ outRefundNo: "R-1", refundFee: 1 }));
    books.line(billed({ outRefundNo: "R-1", refundFee: 1 }));
    books.line(billed({ outRefundNo: "R-9", refundFee: 7 }));
    books.ended(whole);
    for (const ours of books.unseen()) books.missing(ours);
    books.line(billed({ outRefundNo: "R-10", currency: "EUR" }));
    const [cny, eur, usd] = books.totals;
    expect(eur?.currency).toBe("EUR");
    expect(cny).toEqual({
      currency: "CNY",
      ours: { count: 3, amount: 306 },
      theirs: { count: 3, amount: 9 },
      kinds: {
        matched: { count: 0, amount: 0 },
        "amount-differs": { count: 1, amount: 1 },
        "only-there": { count: 1, amount: 7 },
        "only-here": { count: 2, amount: 205 },
        twice: { count: 1, amount: 1 },
        elsewhere: { count: 0, amount: 0 },
        contradiction: { count: 0, amount: 0 },
      },
      open: { count: 0, amount: 0 },
    });
    expect([usd?.currency, usd?.kinds.matched.count]).toEqual(["USD", 1]);
    expect([Reconciliation.agree(books.totals), Reconciliation.agree([])]).toEqual([false, true]);
    expect(Reconciliation.agree(books.totals.slice(2))).toBe(true);
  });
});

/** Own refunds that are as a random bill has them, and what is found when both are compared. */
const ownOf = (bill: ReturnType<typeof randomBill>): Array<Reconciliation.Own> =>
  bill.refunds.map(({ asked, outRefundNo, outTradeNo, refundId }) => ({
    outRefundNo,
    refundFee: asked,
    currency: "CNY",
    truth: "Succeeded",
    outTradeNo,
    refundId,
    transactionId: undefined,
  }));
const differences = (ours: ReadonlyArray<Reconciliation.Own>, text: string): Array<string> => {
  const books = new Reconciliation.Books();
  for (const one of ours) books.own(one);
  const { ending, entries } = RefundBill.read(text);
  const found: Array<string> = [];
  for (const entry of entries) if (entry._tag === "Refund") found.push(books.line(entry.refund, undefined).kind);
  books.ended(ending);
  for (const one of books.unseen()) found.push(books.missing(one)?.kind ?? "open");
  return found.filter((kind) => kind !== "matched");
};

describe("any set of refunds", () => {
  const distinct = (random: Random) => {
    for (;;) {
      const bill = randomBill(random);
      const numbers = new Set(bill.refunds.map(({ outRefundNo }) => outRefundNo));
      if (bill.refunds.length > 0 && numbers.size === bill.refunds.length) return bill;
    }
  };

  it("agrees with its bill in every form, and with one change has exactly one difference of the right kind", () => {
    for (let seed = 0; seed < 1_000; seed++) {
      const random = seeded(seed);
      const bill = distinct(random);
      const ours = ownOf(bill);
      const at = random(ours.length);
      const one = ours[at] as Reconciliation.Own;
      const changed = (change: Partial<Reconciliation.Own>) => ours.with(at, { ...one, ...change });
      const found = (books: ReadonlyArray<Reconciliation.Own>) => differences(books, bill.text);
      expect(found(ours), `bill ${seed}`).toEqual([]);
      expect(found(changed({ refundFee: one.refundFee + 1 })), `bill ${seed}`).toEqual(["amount-differs"]);
      expect(found(changed({ currency: "USD" })), `bill ${seed}`).toEqual(["amount-differs"]);
      expect(found(changed({ truth: "Rejected" })), `bill ${seed}`).toEqual(["contradiction"]);
      expect(found(changed({ refundId: "1" })), `bill ${seed}`).toEqual(["contradiction"]);
      expect(found(changed({ outTradeNo: "T-x" })), `bill ${seed}`).toEqual(["contradiction"]);
      expect(found(ours.toSpliced(at, 1)), `bill ${seed}`).toEqual(["only-there"]);
      expect(found([...ours, { ...one, outRefundNo: "R-x" }]), `bill ${seed}`).toEqual(["only-here"]);
      expect(found([...ours, { ...one, outRefundNo: "R-x", truth: "NotMade" }]), `bill ${seed}`).toEqual([]);
    }
  });
});
