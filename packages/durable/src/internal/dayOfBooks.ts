/** One day of one merchant number's books, from its bill to its answers. What is decided here is stored by `Reconciliations`. */
import * as Bills from "@wechat-refund/core/Bills";
import { hasV2, type Merchants, type Registered } from "@wechat-refund/core/Merchants";
import * as Reconciliation from "@wechat-refund/core/Reconciliation";
import { type NoBill, readyAt } from "@wechat-refund/core/RefundBill";
import { type InvalidRequest, isNoSuchRefund, type RefundError } from "@wechat-refund/core/RefundError";
import { recordOf, type RefundRecord } from "@wechat-refund/core/RefundQuery";
import { Transport, type TransportError } from "@wechat-refund/core/Transport";
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Result from "effect/Result";
import type { SqlError } from "effect/sql/SqlError";
import * as Books from "../Books.ts";
import * as Comparing from "../Comparing.ts";
import type * as Reconciliations from "../Reconciliations.ts";
import type { RefundStore } from "../RefundStore.ts";
import { agreement } from "./agreement.ts";
import { noted } from "./noted.ts";
import { Trust } from "./trust.ts";

type Days = ReturnType<typeof Reconciliations.make>;

export interface Around {
  readonly store: RefundStore["Service"];
  readonly merchants: Merchants["Service"];
  readonly days: Days;
  readonly isOurs: ((mchId: string, outRefundNo: string) => boolean) | undefined;
  /** Between two questions, in ms. */
  readonly betweenQuestions: number;
  /** A refund of a merchant number is due sooner than it was. */
  readonly due: (mchId: string) => Effect.Effect<void>;
  /** Days have got their positions. */
  readonly placed: Effect.Effect<void>;
  readonly at: (point: string) => Effect.Effect<void>;
}

const minute = 60_000;
const hour = 60 * minute;
const halfHour = 30 * minute;
/** The longest that a day is put off, as `Reconciliations` knows it. */
const longest = 6 * hour;
/** As many differences of a day are kept, and asked for. */
const most = 10_000;
/** A bill that does not come whole so often does not come whole. */
const reads = 6;
/** So long after it could be had a bill may be missing by mistake; and so long a difference is asked for. */
const patience = 24 * hour;

/** When a day without a bill is looked at again, and whether that concerns the merchant's other days. */
const putOff = (
  failure: NoBill | InvalidRequest | TransportError,
  attempts: number,
): { readonly millis: number; readonly everyDay?: boolean } => {
  if (failure._tag === "InvalidRequest") return { millis: longest, everyDay: true };
  if (failure._tag === "TransportError") {
    return { millis: Math.min(longest, 5 * minute * 2 ** Math.min(10, attempts - 1)), everyDay: true };
  }
  switch (failure.why) {
    case "no-permission":
    case "refused":
      return { millis: longest, everyDay: true };
    case "page":
      return { millis: halfHour, everyDay: true };
    default:
      return { millis: halfHour };
  }
};

const saysNone = ({ reason }: RefundError): boolean => isNoSuchRefund(reason);

const shown = 10;

export const make = (around: Around) => {
  const { days, merchants, store } = around;
  const { database } = store;
  const notTrusted = new Trust();

  /** Has the refund asked for now, by whoever calls for its merchant. */
  const hasten = Effect.fnUntraced(function* (own: Reconciliation.Own): Effect.fn.Return<boolean, SqlError> {
    const { mchId, outRefundNo, subMchId } = own;
    if (mchId === undefined) return false;
    const wrote = yield* store
      .update({ mchId, subMchId, outRefundNo }, (row) =>
        Effect.succeed(noted(row, notTrusted.aged(row.progress, row.progressAt, row.now), "in a bill")),
      )
      .pipe(Effect.catchTag("Damaged", ({ message }) => Effect.as(Effect.logError(message), undefined)));
    return wrote !== undefined;
  });

  /** What the day's bill says against the books, and what of it is to be kept. */
  const compare = Effect.fnUntraced(function* (
    { attempts, date, mchId }: Reconciliations.Claim,
    source: Bills.Source,
    now: number,
  ) {
    const period = { from: date, to: date };
    const { isOurs } = around;
    const books = new Reconciliation.Books({
      isOurs: isOurs === undefined ? undefined : (number) => isOurs(mchId, number),
    });
    const found = Comparing.nothing(most);
    yield* Books.take(database, books, mchId, period);
    const read = yield* Comparing.compare(
      books,
      found,
      source,
      { date, name: date },
      (lines) => Books.lookUp(database, books, mchId, lines),
      Books.isDoubted,
    );
    const marks = yield* Books.missing(database, books, found, period);
    const { totals } = books;
    const whole = Bills.isWhole(read);
    const isMissed = totals.some(({ kinds }) => kinds["only-here"].count > 0);
    const again =
      // None that day, though refunds were accepted: it may come yet.
      source === "none" && isMissed && now < readyAt(date) + patience
        ? halfHour
        : !whole && attempts < reads
          ? Math.min(longest, halfHour * 2 ** Math.min(10, attempts - 1))
          : undefined;
    return { found, marks, totals, whole, again };
  });

  const told = Effect.fnUntraced(function* (
    { date, mchId }: Reconciliations.Claim,
    { again, found, whole }: Effect.Success<ReturnType<typeof compare>>,
  ) {
    const name = `the books of ${mchId} on ${date}`;
    const alarms = found.differences.filter(({ kind }) => kind === "contradiction");
    for (const { fields, ours, outRefundNo } of alarms.slice(0, shown)) {
      yield* Effect.logError(
        `${name}: refund ${outRefundNo} is ${ours?.truth ?? "not known"} here, and the bill has it (${fields.join(", ")}): nothing is overwritten; ask, and let a person decide`,
      );
    }
    const kinds = Reconciliation.kinds.filter((kind) => found.differences.some((one) => one.kind === kind));
    const line = `${name}: ${found.lines} refunds in the bill, ${found.count} differences${kinds.length === 0 ? "" : ` (${kinds.join(", ")})`}`;
    if (again !== undefined) yield* Effect.logWarning(`${line}; the bill did not come whole, and is read again`);
    else if (whole && found.count === 0) yield* Effect.logInfo(line);
    else yield* Effect.logWarning(`${line}${whole ? "" : "; not all of the bill could be read"}`);
  });

  /**
   * Asks by the protocol that began the refund; for one that the store does not know by APIv2, and by APIv3 where that knows none. One that the
   * bill gives no number of the merchant is asked for by WeChat Pay's, which APIv2 alone can.
   */
  const query = Effect.fnUntraced(function* (
    registered: Registered,
    { outRefundNo, ours, subMchId, theirs }: Reconciliations.Difference,
    mchId: string,
  ): Effect.fn.Return<RefundRecord | undefined, RefundError> {
    const { refundId = "" } = theirs ?? {};
    const v2 = hasV2(registered)
      ? outRefundNo === ""
        ? Effect.map(registered.orders.page({ refundId }), ({ records }) =>
            records.find((one) => one.refundId === refundId),
          )
        : Effect.map(registered.orders.page({ outRefundNo }), (reply) => recordOf(reply, outRefundNo))
      : undefined;
    const v3 =
      registered.v3 === undefined || outRefundNo === ""
        ? undefined
        : Effect.map(registered.v3.client.query({ outRefundNo }), (reply) => recordOf(reply, outRefundNo));
    const row = ours === undefined ? undefined : yield* Effect.option(store.find({ mchId, subMchId, outRefundNo }));
    const protocol = row?._tag === "Some" ? row.value?.protocol : undefined;
    const calls = [...(protocol === "v3" ? [] : [v2]), ...(protocol === "v2" ? [] : [v3])].filter(
      (call) => call !== undefined,
    );
    const [first, second] = calls;
    if (first === undefined) return undefined;
    return yield* second === undefined ? first : Effect.catchIf(first, saysNone, () => second);
  });

  /** What the signed query says; nothing where it may be asked again. */
  const ask = Effect.fnUntraced(function* (
    mchId: string,
    difference: Reconciliations.Difference,
  ): Effect.fn.Return<Reconciliations.Answer | undefined> {
    const { ours, subMchId, theirs } = difference;
    const registered = yield* Effect.result(merchants.find({ mchId, ...(subMchId !== "" && { subMchId }) }));
    if (Result.isFailure(registered)) return { agreesWith: "unknown", why: registered.failure.message };
    const answered = yield* Effect.result(query(registered.success, difference, mchId));
    if (Result.isFailure(answered)) {
      if (saysNone(answered.failure)) return { agreesWith: agreement(ours, theirs, undefined) };
      const { message, reason } = answered.failure;
      // What is wrong with this client alone, and can be mended, says nothing of the difference.
      return reason._tag === "InvalidRequest" && reason.of !== "client"
        ? { agreesWith: "unknown", why: message }
        : undefined;
    }
    if (answered.success === undefined) return undefined;
    const { refundFee, refundId: id, refundStatus: status } = answered.success;
    const record = { refundId: id, status, refundFee: Number(refundFee) };
    return { agreesWith: agreement(ours, theirs, record), record };
  });

  /** Asks for what differs, one after the other, until all of it is answered; what is not now is later. */
  const settle = Effect.fnUntraced(function* (claim: Reconciliations.Claim): Effect.fn.Return<void, SqlError> {
    const isLate = claim.comparedAt !== undefined && (yield* days.now) > claim.comparedAt + patience;
    for (;;) {
      const some = yield* days.unasked(claim, 100);
      if (some.length === 0) break;
      for (const difference of some) {
        const answer =
          (yield* ask(claim.mchId, difference)) ??
          (isLate ? { agreesWith: "unknown" as const, why: "it was not answered for a day" } : undefined);
        if (answer === undefined) {
          return yield* days.later(claim, { millis: 10 * minute, said: "differences are being asked for" });
        }
        if (!(yield* days.answered(claim, difference.id, answer))) return;
        yield* Effect.sleep(around.betweenQuestions);
      }
    }
    yield* days.done(claim);
    yield* around.at("bill: done");
    yield* around.placed;
  });

  /** The bill, once, through any of the merchants of this number: through APIv2 where one has it, and through APIv3. */
  const download = Effect.fnUntraced(function* ({ date, mchId }: Reconciliations.Claim) {
    const all = merchants.all.filter(({ merchant }) => merchant.mchId === mchId);
    const ofV2 = all.find(hasV2);
    if (ofV2 !== undefined) {
      return yield* Bills.download({ date }, Bills.wholeOf(ofV2.merchant), Context.get(ofV2.services, Transport));
    }
    const [ofV3] = all.flatMap(({ v3 }) => (v3 === undefined ? [] : [v3]));
    if (ofV3 === undefined) return yield* Effect.die(`no merchant ${mchId}`);
    return yield* ofV3.speaker.bill({ date }, ofV3.transport);
  });

  /** As far as it can be brought now. */
  return Effect.fnUntraced(function* (claim: Reconciliations.Claim): Effect.fn.Return<void, SqlError> {
    if (claim.state === "asking") return yield* settle(claim);
    const got = yield* Effect.result(download(claim));
    if (Result.isFailure(got)) {
      const failure = got.failure;
      const { message: said } = failure;
      if (failure._tag === "NoBill" && failure.why === "no-such-day") return yield* days.lost(claim, said);
      const isMaking = failure._tag === "NoBill" && failure.why === "not-ready";
      // So it is said for good of a day on which nothing was traded, too (没有已成交的订单或对账单尚未生成).
      const isLate = isMaking && (yield* days.now) >= readyAt(claim.date) + patience;
      const put = isLate ? { millis: longest } : putOff(failure, claim.attempts);
      if (!isMaking || isLate) {
        yield* Effect.logWarning(`no bill of ${claim.mchId} on ${claim.date} yet: ${said}`);
      }
      return yield* days.later(claim, { ...put, said });
    }
    yield* around.at("bill: downloaded");
    const result = yield* compare(claim, got.success, yield* days.now);
    const open = result.found.differences.flatMap(({ ours }) => (ours === undefined ? [] : [ours]));
    const hastened = yield* Effect.forEach([...result.found.doubted, ...open], hasten, { concurrency: 16 });
    if (hastened.includes(true)) yield* around.due(claim.mchId);
    yield* around.at("bill: compared");
    const stored = yield* days.compared(claim, result.found, result.totals, result);
    if (stored === "another's") return;
    yield* around.at("bill: stored");
    yield* told(claim, result);
    if (result.again !== undefined) return;
    if (result.found.differences.length === 0) return yield* around.placed;
    yield* settle({ ...claim, comparedAt: undefined });
  });
};
