/**
 * Do the books agree (对账)? One's own refunds against the lines of bills, matched by number.
 *
 * A bill proves that a refund exists and of what amount (申请退款金额), for its line is written when the refund starts and never changes: its
 * older status is no difference. It is not signed: nothing is overwritten by it, and every difference is settled by a signed query before
 * anything changes. One's own refund belongs to every day between its first send and its known acceptance, and is missing only where all
 * those bills have come whole.
 *
 * Pure: lines come one by one, own refunds before them or when they are looked up. What is kept is the own refunds that were given, and the
 * numbers of those that are only there.
 */
import { dayOf, days as daysBetween } from "./internal/beijing.ts";
import type { Billed } from "./internal/billRow.ts";
import type { Bad, Ending } from "./RefundBill.ts";
import {
  type Days,
  type Finding,
  type Kind,
  kinds,
  type Own,
  type Sum,
  type Theirs,
  type Total,
} from "./internal/findings.ts";
import type { Truth } from "./internal/progress.ts";

export {
  type Days,
  type Finding,
  type Kind,
  kinds,
  type Own,
  type Sum,
  type Theirs,
  type Total,
  whatToDo,
} from "./internal/findings.ts";

/** The clocks of both sides may differ by as much at midnight. */
const slack = 5 * 60_000;

/** The days of a refund by its moments, in ms since 1970. */
export const daysOf = (firstSentAt: number, acceptedAt?: number): Days => ({
  from: dayOf(firstSentAt - slack),
  ...(acceptedAt !== undefined && { to: dayOf(acceptedAt + slack) }),
});

const isThere: ReadonlySet<Truth> = new Set(["Accepted", "Succeeded", "Closed"]);
const isDenied: ReadonlySet<Truth> = new Set(["Rejected", "NotMade", "Resolved"]);

// A piece of a bill is kept in memory as long as a text that was cut out of it.
const detached = <A extends string | Theirs>(value: A): A => JSON.parse(JSON.stringify(value)) as A;

const theirsOf = (billed: Billed, date: string | undefined): Theirs => {
  const { currency, line, mchId, outRefundNo, outTradeNo, refundFee, refundId, status, subMchId, time, transactionId } =
    billed;
  return detached({
    ...(date !== undefined && { date }),
    line,
    outRefundNo,
    refundId,
    outTradeNo,
    transactionId,
    refundFee,
    currency,
    status,
    mchId,
    subMchId,
    time,
  });
};

interface Entry {
  readonly own: Own;
  /** WeChat Pay's number of the line that it was found in. */
  seen: string | undefined;
  /** Another merchant's or sub-merchant's of the same number. */
  next: Entry | undefined;
}

const mayBe = (said: string | undefined, theirs: string): boolean =>
  said === undefined || theirs === "" || said === theirs;

const isOf = ({ mchId, subMchId }: Own, billed: Pick<Billed, "mchId" | "subMchId">): boolean =>
  mayBe(mchId, billed.mchId) && mayBe(subMchId, billed.subMchId);

const isSame = (a: Own, b: Own): boolean =>
  (a.mchId === undefined || b.mchId === undefined || a.mchId === b.mchId) &&
  (a.subMchId === undefined || b.subMchId === undefined || a.subMchId === b.subMchId);

const differs = (ours: string | undefined, theirs: string): boolean =>
  ours !== undefined && ours !== "" && theirs !== "" && ours !== theirs;

/** What the books know of a currency, beside a line that has it. */
const currencyOf = ({ currency, currencyAssumed }: Own, billed: Billed): string =>
  currencyAssumed === true ? billed.currency : currency;

const emptyTotal = (currency: string) => ({
  currency,
  ours: { count: 0, amount: 0 },
  theirs: { count: 0, amount: 0 },
  kinds: Object.fromEntries(kinds.map((kind) => [kind, { count: 0, amount: 0 }])) as Record<Kind, Sum>,
  open: { count: 0, amount: 0 },
});

const add = (sum: Sum, amount: number): void => {
  sum.count++;
  sum.amount += amount;
};

export interface Options {
  /** Whether a number may be one of ours. What is not is `elsewhere`; without it, only what has no number of a merchant is. */
  readonly isOurs?: ((outRefundNo: string) => boolean) | undefined;
}

/** One reconciliation. */
export class Books {
  private readonly entries = new Map<string, Entry>();
  /** What is only there, by its numbers; and WeChat Pay's number of it. */
  private readonly strangers = new Map<string, string>();
  /** Numbers of lines that could not be read. */
  private readonly unread = new Set<string>();
  private readonly merchants = new Set<string>();
  private readonly covered = new Set<string>();
  private bills = 0;
  private partly = 0;
  private readonly sums = new Map<string, ReturnType<typeof emptyTotal>>();
  private readonly isOurs: (outRefundNo: string) => boolean;

  constructor({ isOurs = () => true }: Options = {}) {
    this.isOurs = isOurs;
  }

  /** Takes a refund of one's own; `false` where its number was given already, which two refunds cannot have. */
  own(own: Own): boolean {
    const first = this.entries.get(own.outRefundNo);
    for (let entry = first; entry !== undefined; entry = entry.next) if (isSame(entry.own, own)) return false;
    this.entries.set(own.outRefundNo, { own, seen: undefined, next: first });
    return true;
  }

  /** What to say of one that `own` did not take: the books have its number twice. */
  repeated(ours: Own): Finding {
    add(this.total(ours.currency).kinds.twice, ours.refundFee);
    return { kind: "twice", outRefundNo: ours.outRefundNo, ours, fields: [] };
  }

  private find(billed: Pick<Billed, "outRefundNo" | "mchId" | "subMchId">): Entry | undefined {
    let may: Entry | undefined;
    for (let entry = this.entries.get(billed.outRefundNo); entry !== undefined; entry = entry.next) {
      if (!isOf(entry.own, billed)) continue;
      // A line that names no sub-merchant may be any one's, and is first of all the merchant's own.
      if ((entry.own.subMchId ?? "") === billed.subMchId) return entry;
      may ??= entry;
    }
    return may;
  }

  /** Whether a line's refund was given as one's own: if not, it may be looked up and given before the line is. */
  knows(billed: Pick<Billed, "outRefundNo" | "mchId" | "subMchId">): boolean {
    return this.find(billed) !== undefined;
  }

  /** Compares a line of a bill. */
  line(billed: Billed, date?: string): Finding {
    const { mchId, refundFee } = billed;
    if (mchId !== "" && !this.merchants.has(mchId)) this.merchants.add(detached(mchId));
    const entry = this.find(billed);
    const { fields, kind } = entry === undefined ? this.stranger(billed) : this.known(entry, billed);
    const total = this.total(billed.currency);
    add(total.theirs, refundFee);
    add(total.kinds[kind], refundFee);
    if (entry !== undefined && kind !== "twice") {
      add(this.total(currencyOf(entry.own, billed)).ours, entry.own.refundFee);
    }
    if (kind === "matched") return { kind, outRefundNo: billed.outRefundNo, ours: entry?.own, fields };
    const theirs = theirsOf(billed, date);
    return { kind, outRefundNo: theirs.outRefundNo, ...(entry !== undefined && { ours: entry.own }), theirs, fields };
  }

  private stranger({ mchId, outRefundNo, refundId, subMchId }: Billed): Pick<Finding, "kind" | "fields"> {
    // Nobody but WeChat Pay numbers a refund as it does itself.
    const isUnnumbered = outRefundNo === "" || outRefundNo === refundId;
    const key = detached([outRefundNo === "" ? `#${refundId}` : outRefundNo, mchId, subMchId].join("\n"));
    const before = this.strangers.get(key);
    if (before !== undefined) return { kind: "twice", fields: before === refundId ? [] : ["refund_id"] };
    this.strangers.set(key, detached(refundId));
    return { kind: isUnnumbered || !this.isOurs(outRefundNo) ? "elsewhere" : "only-there", fields: [] };
  }

  private known(entry: Entry, billed: Billed): Pick<Finding, "kind" | "fields"> {
    const ours = entry.own;
    if (entry.seen !== undefined) {
      return { kind: "twice", fields: entry.seen === billed.refundId ? [] : ["refund_id"] };
    }
    // Mostly it is known already, and need not be kept a second time.
    entry.seen = billed.refundId === ours.refundId ? ours.refundId : detached(billed.refundId);
    const amounts = [
      ...(ours.refundFee === billed.refundFee ? [] : ["refund_fee"]),
      ...(currencyOf(ours, billed) === billed.currency ? [] : ["refund_fee_type"]),
    ];
    const against = [
      ...(isDenied.has(ours.truth) ? ["state"] : []),
      ...(differs(ours.refundId, billed.refundId) ? ["refund_id"] : []),
      ...(differs(ours.transactionId, billed.transactionId) ? ["transaction_id"] : []),
      ...(differs(ours.outTradeNo, billed.outTradeNo) ? ["out_trade_no"] : []),
    ];
    if (against.length > 0) return { kind: "contradiction", fields: [...against, ...amounts] };
    return amounts.length > 0 ? { kind: "amount-differs", fields: amounts } : { kind: "matched", fields: [] };
  }

  /** Takes a line that could not be read: whose it is, if that is known, is not missing. */
  bad({ outRefundNo }: Bad): void {
    if (outRefundNo !== undefined) this.unread.add(detached(outRefundNo));
  }

  /** A bill has ended; `"none"` where nothing was traded on its day. Without a day it is one of those that are all there is. */
  ended(ending: Pick<Ending, "unread"> | "none", date?: string): void {
    this.bills++;
    if (ending !== "none" && ending.unread !== 0) this.partly++;
    else if (date !== undefined) this.covered.add(date);
  }

  /** Own refunds that no bill had, among those that it should have. Of each, `missing` says what that means. */
  *unseen(): Generator<Own> {
    for (const first of this.entries.values()) {
      for (let entry: Entry | undefined = first; entry !== undefined; entry = entry.next) {
        if (entry.seen === undefined && !isDenied.has(entry.own.truth) && entry.own.truth !== "Recorded") {
          if (this.unread.has(entry.own.outRefundNo)) this.stayOpen(entry.own);
          else if (this.isTheirs(entry.own)) yield entry.own;
        }
      }
    }
  }

  /** A refund of another merchant than those whose bills came is not missing in them. */
  private isTheirs({ mchId }: Own): boolean {
    return mchId === undefined || this.merchants.size === 0 || this.merchants.has(mchId);
  }

  /**
   * An own refund that no bill had: `only-here` where all bills of its days have come whole, and nothing where that is not so yet. `days`
   * may be known better by now than they were.
   */
  missing(ours: Own, days: Days | undefined = ours.days): Finding | undefined {
    if (!isThere.has(ours.truth) || !this.areIn(days)) {
      this.stayOpen(ours);
      return undefined;
    }
    const total = this.total(ours.currency);
    add(total.ours, ours.refundFee);
    add(total.kinds["only-here"], ours.refundFee);
    return { kind: "only-here", outRefundNo: ours.outRefundNo, ours, fields: [] };
  }

  private areIn(days: Days | undefined): boolean {
    if (days === undefined) return this.bills > 0 && this.partly === 0;
    if (days.to === undefined) return false;
    const all = daysBetween(days.from, days.to);
    return all.length > 0 && all.every((date) => this.covered.has(date));
  }

  private stayOpen({ currency, refundFee }: Own): void {
    add(this.total(currency).open, refundFee);
  }

  private total(currency: string) {
    const found = this.sums.get(currency);
    if (found !== undefined) return found;
    const made = emptyTotal(detached(currency));
    this.sums.set(made.currency, made);
    return made;
  }

  /** By currency, in their order. */
  get totals(): ReadonlyArray<Total> {
    return [...this.sums.values()].sort((a, b) => (a.currency < b.currency ? -1 : 1));
  }
}

/** Whether the books agree: nothing was found but what matched. */
export const agree = (totals: ReadonlyArray<Total>): boolean =>
  totals.every((total) => kinds.every((kind) => kind === "matched" || total.kinds[kind].count === 0));
