/** The refunds of a store as books: those that the bills of some days may have, and any other by its number. Only read. */
import type { Billed } from "@wechat-refund/core/RefundBill";
import * as Reconciliation from "@wechat-refund/core/Reconciliation";
import { dayOf } from "@wechat-refund/core/RefundBill";
import * as Listing from "@wechat-refund/durable/Listing";
import { RefundStore, type Row } from "@wechat-refund/durable/RefundStore";
import * as Spans from "@wechat-refund/durable/Spans";
import * as Console from "effect/Console";
import * as Effect from "effect/Effect";
import { plain } from "../Print.ts";

/** An own refund, and where it stands in the store. */
interface Stored extends Reconciliation.Own {
  readonly id: number;
}

const isKnown: ReadonlySet<string> = new Set(["Accepted", "Succeeded", "Closed"]);

const ownOf = ({
  createdAt,
  currency,
  frozen,
  id,
  mchId,
  outRefundNo,
  progress,
  refundFee,
  refundId,
  subMchId,
  updatedAt,
}: Row): Stored => ({
  id,
  outRefundNo,
  refundFee,
  currency,
  truth: progress.truth,
  mchId,
  subMchId,
  ...frozen.asked.order,
  ...(refundId !== undefined && { refundId }),
  // Never sent before it was recorded, nor accepted after it was last written: it is known better where that matters.
  days: Reconciliation.daysOf(createdAt, isKnown.has(progress.truth) ? updatedAt : undefined),
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
  const filter = { mchId, from: midnight(period.from) - before, until: midnight(period.to) + 2 * 86_400_000 };
  let after: number | undefined;
  do {
    const page: Listing.Page = yield* Listing.list(database, filter, { after, limit: 1000 });
    for (const row of page.rows) {
      const own = ownOf(row);
      if (isWithin(period, own.days)) books.own(own);
    }
    for (const { message } of page.damaged) yield* Console.error(plain(message));
    after = page.next;
  } while (after !== undefined);
});

/** Looks up a line's refund that the books do not have, and takes it. */
export const lookUp = Effect.fnUntraced(function* (books: Reconciliation.Books, mchId: string, billed: Billed) {
  if (billed.outRefundNo === "" || books.knows(billed)) return;
  const store = yield* RefundStore;
  const row = yield* store
    .find({ mchId, subMchId: billed.subMchId, outRefundNo: billed.outRefundNo })
    .pipe(Effect.catchTag("Damaged", () => Effect.succeed(undefined)));
  if (row !== undefined) books.own(ownOf(row));
});

/** What no bill had and should have: by the days that its history tells. */
export const missing = Effect.fnUntraced(function* (books: Reconciliation.Books, period: Period) {
  const { database } = yield* RefundStore;
  const found: Array<Reconciliation.Finding> = [];
  let some: Array<Stored> = [];
  const judge = Effect.fnUntraced(function* () {
    const spans = yield* Spans.of(
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
