/** The refunds of a store as books: those that the bills of some days may have, and any other by its number. Only read. */
import type { Billed } from "@wechat-refund/core/RefundBill";
import * as Reconciliation from "@wechat-refund/core/Reconciliation";
import { dayOf } from "@wechat-refund/core/RefundBill";
import * as Books from "@wechat-refund/durable/Books";
import { RefundStore } from "@wechat-refund/durable/RefundStore";
import * as Effect from "effect/Effect";

/** An own refund, and where it stands in the store. */
interface Stored extends Reconciliation.Own {
  readonly id: number;
}

const isKnown: ReadonlySet<string> = new Set(["Accepted", "Succeeded", "Closed"]);

let lastDays: Reconciliation.Days | undefined;

/** The same days are one object: of a million refunds nearly all have the same. */
const daysOf = (from: number, to: number | undefined): Reconciliation.Days => {
  const days = Reconciliation.daysOf(from, to);
  if (lastDays?.from !== days.from || lastDays.to !== days.to) lastDays = days;
  return lastDays;
};

const ownOf = ({ createdAt, order, refundId, updatedAt, ...entry }: Books.Entry): Stored => ({
  ...entry,
  ...order,
  ...(refundId !== undefined && { refundId }),
  // Never sent before it was recorded, nor accepted after it was last written: it is known better where that matters.
  days: daysOf(createdAt, isKnown.has(entry.truth) ? updatedAt : undefined),
});

export interface Period {
  readonly from: string;
  readonly to: string;
}

const isWithin = ({ from, to }: Period, days: Reconciliation.Days | undefined): boolean =>
  days === undefined || (days.from <= to && (days.to === undefined || days.to >= from));

/** So long before the first day a refund may have been recorded that is accepted in it; older ones are found by their numbers alone. */
const before = 31 * 86_400_000;

const midnight = (day: string): number => Date.parse(`${day}T00:00:00+08:00`);

/** Takes into the books what the bills of a period may have. */
export const take = Effect.fnUntraced(function* (books: Reconciliation.Books, mchId: string, period: Period) {
  const { database } = yield* RefundStore;
  const recorded = { mchId, from: midnight(period.from) - before, until: midnight(period.to) + 2 * 86_400_000 };
  let last: Books.Entry | undefined;
  do {
    const page: ReadonlyArray<Books.Entry> = yield* Books.page(database, recorded, last);
    for (const entry of page) {
      const own = ownOf(entry);
      if (isWithin(period, own.days)) books.own(own);
    }
    last = page.at(-1);
  } while (last !== undefined);
});

/** Looks up a line's refund that the books do not have, and takes it. */
export const lookUp = Effect.fnUntraced(function* (books: Reconciliation.Books, mchId: string, billed: Billed) {
  if (billed.outRefundNo === "" || books.knows(billed)) return;
  const { database } = yield* RefundStore;
  const { outRefundNo, subMchId } = billed;
  const entry = yield* Books.find(database, { mchId, subMchId, outRefundNo });
  if (entry !== undefined) books.own(ownOf(entry));
});

/** What no bill had and should have: by the days that its history tells. */
export const missing = Effect.fnUntraced(function* (books: Reconciliation.Books, period: Period) {
  const { database } = yield* RefundStore;
  const found: Array<Reconciliation.Finding> = [];
  let some: Array<Stored> = [];
  const judge = Effect.fnUntraced(function* () {
    const spans = yield* Books.spans(
      database,
      some.map(({ id }) => id),
    );
    for (const own of some) {
      const span = spans.get(own.id);
      const days = span === undefined ? undefined : Reconciliation.daysOf(span.firstSentAt, span.acceptedAt);
      // It stands on the bills of other days.
      if (days !== undefined && !isWithin(period, days)) continue;
      const finding = books.missing(own, days ?? { from: dayOf(0) });
      if (finding !== undefined) found.push(finding);
    }
    some = [];
  });
  for (const own of books.unseen()) {
    some.push(own as Stored);
    if (some.length === 500) yield* judge();
  }
  yield* judge();
  return found;
});
