/**
 * A month of refunds at the gateway and in books that are not always right, and what reconciling all of its bills finds. What must be found
 * follows from how each refund was made: nothing else may be, and nothing of it may be left out.
 */
import { BillText, Reconciliation, RefundBill } from "@wechat-refund/core";
import { Effect, Redacted, Result, Stream } from "effect";
import { apiKey, appId, gateway, mchId } from "./client.ts";

const day = 86_400_000;
const hour = 3_600_000;
/** Midnight in Beijing. */
const start = Date.UTC(2026, 1, 28, 16);
const monthDays = 31;
/** Of the gateway: nothing that is begun within is sent before its end. */
const outages = [
  { from: start + 6.5 * day, to: start + 6.5 * day + 6 * hour },
  { from: start + 20 * day - 2 * hour, to: start + 20 * day + 3 * hour },
];
const missingDay = RefundBill.dayOf(start + 12 * day);

const seeded = (seed: number): ((bound: number) => number) => {
  let state = seed >>> 0 || 1;
  return (bound) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % bound;
  };
};

type Story =
  | "accepted"
  | "late to be known"
  | "given up"
  | "rejected"
  | "never arrived"
  | "arrived unknown"
  | "elsewhere"
  | "another amount"
  | "lost by the books"
  | "only in the books"
  | "paid otherwise";

/** How often of a thousand, and what must be found of it in the end. */
const stories: ReadonlyArray<readonly [Story, number, Reconciliation.Kind | "open" | undefined]> = [
  ["late to be known", 50, undefined],
  ["given up", 20, undefined],
  ["rejected", 20, undefined],
  ["never arrived", 20, "open"],
  ["arrived unknown", 10, undefined],
  ["elsewhere", 10, "elsewhere"],
  ["another amount", 3, "amount-differs"],
  ["lost by the books", 3, "only-there"],
  ["only in the books", 3, "only-here"],
  ["paid otherwise", 3, "contradiction"],
  ["accepted", 858, undefined],
];

const isThere: ReadonlySet<Story> = new Set([
  "accepted",
  "late to be known",
  "arrived unknown",
  "another amount",
  "lost by the books",
  "paid otherwise",
]);

interface Made {
  readonly outRefundNo: string;
  readonly expected: Reconciliation.Kind | "open" | undefined;
  readonly own: Reconciliation.Own | undefined;
  /** The day of its line, where it has one. */
  readonly date: string | undefined;
}

const storyOf = (draw: number) => {
  let rest = draw;
  const found = stories.find(([, share]) => (rest -= share) < 0);
  return found ?? (["accepted", 0, undefined] as const);
};

/** A month of so many refunds. */
export const make = (seed: number, count: number) => {
  const random = seeded(seed);
  const to = gateway({
    logLimit: 0,
    orders: Array.from({ length: count }, (_, n) => ({
      mchId,
      transactionId: `42${n}`,
      outTradeNo: `T-${n}`,
      totalFee: 100_000,
      paidAt: start - hour,
    })),
  });
  const kept = { refundAccount: "REFUND_SOURCE_UNSETTLED_FUNDS", notifyUrl: undefined, goods: [] } as const;
  const made = [...to.ledger.orders()].map((order, n): Made => {
    const [story, , expected] = storyOf(random(1000));
    const recorded = start + random(monthDays * day);
    const outage = outages.find(({ from, to: end }) => recorded >= from && recorded < end);
    const sent = outage === undefined ? recorded + random(10_000) : outage.to + random(hour);
    const arrived = sent + random(2_000);
    const known = arrived + (story === "late to be known" ? random(36 * hour) : random(5_000));
    const refundFee = 1 + random(100_000);
    if (story === "elsewhere") {
      const { outRefundNo } = to.ledger.enterElsewhere({ order, refundFee, now: arrived });
      return { outRefundNo, expected, own: undefined, date: RefundBill.dayOf(arrived) };
    }
    const outRefundNo = `R-${n}`;
    if (isThere.has(story)) to.ledger.enter({ ...kept, order, outRefundNo, refundFee, now: arrived });
    const truth =
      story === "given up"
        ? "NotMade"
        : story === "rejected"
          ? "Rejected"
          : story === "paid otherwise"
            ? "Resolved"
            : story === "never arrived" || story === "arrived unknown"
              ? "Unknown"
              : random(2) === 0
                ? "Succeeded"
                : "Accepted";
    const own: Reconciliation.Own = {
      outRefundNo,
      refundFee: story === "another amount" ? refundFee + 1 : refundFee,
      currency: "CNY",
      truth,
      mchId,
      subMchId: "",
      outTradeNo: order.outTradeNo,
      days: Reconciliation.daysOf(sent, truth === "Unknown" ? undefined : known),
    };
    return {
      outRefundNo,
      expected,
      own: story === "lost by the books" ? undefined : own,
      date: isThere.has(story) ? RefundBill.dayOf(arrived) : undefined,
    };
  });
  return { to, made };
};

const merchant = { appId, mchId, apiKey: Redacted.make(apiKey), signType: "MD5" } as const;

/** Reads the bills of these days into books with all own refunds, and tells what was found of each number. */
const reconcile = async ({ made, to }: ReturnType<typeof make>, dates: ReadonlyArray<string>) => {
  const books = new Reconciliation.Books({ isOurs: (number) => number.startsWith("R-") });
  for (const { own } of made) if (own !== undefined) books.own(own);
  const found = new Map<string, string>();
  const note = (outRefundNo: string, kind: string): void => {
    found.set(outRefundNo, found.has(outRefundNo) ? `${found.get(outRefundNo)}, ${kind}` : kind);
  };
  for (const date of dates) {
    const context = { merchant, nonce: "n", endpoint: "https://simulator" };
    const { body, url } = Result.getOrThrow(RefundBill.prepare({ date }, context));
    const now = RefundBill.readyAt(date);
    const reply = to.handle({ path: new URL(url).pathname, body, clientCertificate: "none", now });
    const answer = RefundBill.interpret({ date }, { status: reply.status, start: reply.body.subarray(0, 65_536) }, now);
    if (Result.isFailure(answer)) {
      if (answer.failure.why !== "none") throw answer.failure;
      books.ended("none", date);
      continue;
    }
    const reader = new RefundBill.BillReader();
    const take = (entries: ReadonlyArray<RefundBill.Entry>): void => {
      for (const entry of entries) {
        if (entry._tag === "Bad") throw new Error(entry.bad.problem);
        const { kind } = books.line(entry.refund, date);
        if (kind !== "matched") note(entry.refund.outRefundNo, kind);
      }
    };
    await Effect.runPromise(
      Stream.runForEach(BillText.stream([reply.body]), (text) => Effect.sync(() => take(reader.push(text)))),
    );
    const { ending, entries } = reader.end();
    take(entries);
    if (ending.problems.length > 0) throw new Error(ending.problems[0]?.message);
    books.ended(ending, date);
  }
  for (const own of books.unseen()) note(own.outRefundNo, books.missing(own)?.kind ?? "open");
  return found;
};

/** What was found and should not have been, or the other way round. */
const wrong = (
  made: ReadonlyArray<Made>,
  found: ReadonlyMap<string, string>,
  expectedOf: (one: Made) => string | undefined,
) =>
  made.flatMap((one) => {
    const expected = expectedOf(one);
    const actual = found.get(one.outRefundNo);
    return actual === expected
      ? []
      : [`${one.outRefundNo}: ${actual ?? "nothing"} instead of ${expected ?? "nothing"}`];
  });

const isOnMissingDay = ({ date, own }: Made): boolean => {
  if (date !== undefined) return date === missingDay;
  return own?.days?.to !== undefined && RefundBill.days(own.days.from, own.days.to).includes(missingDay);
};

/** What is not there is not wrong while a bill of its days is missing; what is there and was not seen waits for its bill. */
const whileMissing = (one: Made): string | undefined => {
  if (!isOnMissingDay(one)) return one.expected;
  if (one.own === undefined) return undefined;
  return one.own.truth === "Rejected" || one.own.truth === "NotMade" || one.own.truth === "Resolved"
    ? undefined
    : "open";
};

/** The month with a day's bill missing, and with all of them. */
export const run = async (seed: number, count: number) => {
  const month = make(seed, count);
  // What was known late belongs to bills of the month after.
  const dates = RefundBill.days(RefundBill.dayOf(start - day), RefundBill.dayOf(start + (monthDays + 3) * day));
  const without = await reconcile(
    month,
    dates.filter((date) => date !== missingDay),
  );
  const whole = await reconcile(month, dates);
  const kinds: Record<string, number> = {};
  for (const kind of whole.values()) kinds[kind] = (kinds[kind] ?? 0) + 1;
  return {
    kinds,
    wrong: [...wrong(month.made, without, whileMissing), ...wrong(month.made, whole, ({ expected }) => expected)],
    /** Numbers that no refund of the month has. */
    invented: [...whole.keys()].filter((number) => !month.made.some(({ outRefundNo }) => outRefundNo === number)),
  };
};
