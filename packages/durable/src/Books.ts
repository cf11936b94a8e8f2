/**
 * The refunds of a store as books: those that the bills of some days may have, any other by its number, and what is missing in the end.
 * The `Reconciler` and the command line compare by these. Only read; what a day's whole bill did not have is given to be kept.
 */
import * as Reconciliation from "@wechat-refund/core/Reconciliation";
import { type Billed, dayOf, days as daysBetween } from "@wechat-refund/core/RefundBill";
import type { Truth } from "@wechat-refund/core/RefundProgress";
import * as Effect from "effect/Effect";
import type { SqlError } from "effect/sql/SqlError";
import type { Fragment } from "effect/sql/Statement";
import { differ, type Found } from "./Comparing.ts";
import type { Database } from "./internal/database.ts";
import { numberOf, optionalNumber, type Raw } from "./internal/row.ts";

/** An own refund, and where it stands in the store; `undefined` where its row was removed since. */
export interface Stored extends Reconciliation.Own {
  readonly id: number | undefined;
  readonly isBlocked: boolean;
}

/** The bill of a day came whole and had no line of this refund, of which nobody knows yet in which bill it belongs. */
export interface Unbilled {
  readonly refund: number;
  readonly day: string;
}

/** Days in Beijing, both of them in. */
export interface Period {
  readonly from: string;
  readonly to: string;
}

const isKnown: ReadonlySet<Truth> = new Set(["Accepted", "Succeeded", "Closed"]);
/** What may be missing in a bill. */
const truths: ReadonlyArray<Truth> = ["Unknown", "Accepted", "Succeeded", "Closed"];

/** The own refund of a line is known, but not that it was accepted; or something of it is in the way. */
export const isDoubted = (own: Reconciliation.Own): boolean =>
  own.truth === "Unknown" || own.truth === "Recorded" || (own.truth === "Accepted" && (own as Stored).isBlocked);

// Of APIv2 a request need not name the order's currency, and then the row has CNY. Inside a text of the request the quotes are escaped.
const isAssumed = `CASE WHEN r.currency = 'CNY' AND r.protocol = 'v2' AND r.request NOT LIKE '%"refundFeeType":"CNY"%' THEN 1 ELSE 0 END AS currency_assumed`;
const columns = `r.id, r.mch_id, r.sub_mch_id, r.out_refund_no, r.refund_fee, r.currency, r.truth, r.block, r.owner, r.refund_id, r.order_no, r.created_at, r.updated_at, ${isAssumed}`;

/** One text of each, as a day is kept a million times. */
const interned = new Map<string, string>();
const intern = (text: string): string => {
  const known = interned.get(text);
  if (known !== undefined) return known;
  if (interned.size > 1000) interned.clear();
  interned.set(text, text);
  return text;
};

const orderOf = (order: string): Pick<Reconciliation.Own, "transactionId" | "outTradeNo"> => {
  if (order === "") return {};
  const { outTradeNo, transactionId } = JSON.parse(order) as Record<string, string | undefined>;
  return transactionId === undefined ? { outTradeNo } : { transactionId };
};

const ownOf = (raw: Raw): Stored => {
  const recorded = String(raw["truth"]) as Truth;
  // While its first send is under way, or was when its process ended, nobody knows.
  const truth = recorded === "Recorded" && raw["owner"] !== null ? "Unknown" : recorded;
  const { from, to } = Reconciliation.daysOf(
    numberOf(raw["created_at"]),
    isKnown.has(truth) ? numberOf(raw["updated_at"]) : undefined,
  );
  return {
    id: numberOf(raw["id"]),
    isBlocked: raw["block"] !== null,
    outRefundNo: String(raw["out_refund_no"]),
    refundFee: numberOf(raw["refund_fee"]),
    currency: intern(String(raw["currency"])),
    ...(numberOf(raw["currency_assumed"]) === 1 && { currencyAssumed: true }),
    truth,
    mchId: intern(String(raw["mch_id"])),
    subMchId: intern(String(raw["sub_mch_id"])),
    ...orderOf(String(raw["order_no"])),
    ...(raw["refund_id"] !== null && { refundId: String(raw["refund_id"]) }),
    // Never sent before it was recorded, nor accepted after it was last written: it is known better where that matters.
    days: { from: intern(from), ...(to !== undefined && { to: intern(to) }) },
  };
};

const isWithin = ({ from, to }: Period, days: Reconciliation.Days): boolean =>
  days.from <= to && (days.to === undefined || days.to >= from);

/** So long before the first day a refund may have been recorded that is accepted in it; older ones are found by their numbers alone. */
const before = 31 * 86_400_000;
const slack = 5 * 60_000;
const part = 10_000;
/** Rows that are recorded at a time get their numbers in another order. */
const disorder = 10_000;

const midnight = (day: string): number => Date.parse(`${day}T00:00:00+08:00`);

// In its surroundings a server looks into the indexes; a file that is only read takes no transaction.
const looking = <A, E>({ pg, transaction }: Database, run: Effect.Effect<A, E>): Effect.Effect<A, E | SqlError> =>
  pg ? transaction(run) : run;

/** Takes into the books what the bills of a period may have. */
export const take = Effect.fnUntraced(function* (
  database: Database,
  books: Reconciliation.Books,
  mchId: string,
  period: Period,
): Effect.fn.Return<void, SqlError> {
  const { sql, tables } = database;
  const first = midnight(period.from);
  const [from, until] = [first - before, midnight(period.to) + 86_400_000 + slack];
  const wanted = sql.literal(columns);
  const [start] =
    yield* sql<Raw>`SELECT id FROM ${tables.refunds} WHERE created_at >= ${from} ORDER BY created_at, id LIMIT 1`;
  if (start === undefined) return;
  const [last] = yield* sql<Raw>`SELECT MAX(id) AS id FROM ${tables.refunds}`;
  const newest = numberOf(last?.["id"]);
  for (const truth of truths) {
    const still = isKnown.has(truth) ? sql`AND r.updated_at >= ${first - slack}` : sql.literal("");
    // By parts of the index, for one statement may not look at any number of rows.
    for (let after = numberOf(start["id"]) - disorder; after < newest; after += part) {
      const raws: ReadonlyArray<Raw> = yield* looking(
        database,
        sql<Raw>`SELECT ${wanted} FROM ${tables.refunds} AS r WHERE r.mch_id = ${mchId} AND r.truth = ${truth} AND r.id > ${after} AND r.id <= ${after + part}
          AND r.created_at >= ${from} AND r.created_at < ${until} ${still}`,
      );
      for (const raw of raws) {
        const own = ownOf(raw);
        if (own.days !== undefined && isWithin(period, own.days)) books.own(own);
      }
    }
  }
});

/** Looks up the refunds of lines that the books do not have, and takes them; also those whose rows were removed. */
export const lookUp = Effect.fnUntraced(function* (
  database: Database,
  books: Reconciliation.Books,
  mchId: string,
  lines: ReadonlyArray<Billed>,
): Effect.fn.Return<void, SqlError> {
  const unknown = lines.filter((billed) => billed.outRefundNo !== "" && !books.knows(billed));
  if (unknown.length === 0) return;
  const { isOneOf, sql, table, tables } = database;
  const numbers = [...new Set(unknown.map(({ outRefundNo }) => outRefundNo))];
  const found = yield* looking(
    database,
    sql<Raw>`SELECT ${sql.literal(columns)} FROM ${tables.refunds} AS r
      WHERE r.mch_id = ${mchId} AND ${isOneOf("r.out_refund_no", numbers)}`,
  );
  for (const raw of found) books.own(ownOf(raw));
  const left = unknown.filter((billed) => !books.knows(billed)).map(({ outRefundNo }) => outRefundNo);
  if (left.length === 0) return;
  const removed =
    yield* sql<Raw>`SELECT mch_id, sub_mch_id, out_refund_no, truth, refund_fee, currency FROM ${table("refund_pruned")} AS p
      WHERE p.mch_id = ${mchId} AND ${isOneOf("p.out_refund_no", left)}`;
  for (const raw of removed) {
    const own: Stored = {
      id: undefined,
      isBlocked: false,
      outRefundNo: String(raw["out_refund_no"]),
      refundFee: numberOf(raw["refund_fee"]),
      currency: String(raw["currency"]),
      // Its request was removed with its row.
      ...(raw["currency"] === "CNY" && { currencyAssumed: true }),
      truth: String(raw["truth"]) as Truth,
      mchId,
      subMchId: String(raw["sub_mch_id"]),
    };
    books.own(own);
  }
});

const most = 500;

/** When a refund was sent and known. */
export interface Span {
  readonly firstSentAt: number;
  /** Absent while nobody knows that it was accepted. */
  readonly acceptedAt?: number | undefined;
}

/**
 * The spans of refunds by the ids of their rows. One that this store does not know whole is left out: it was attempted before it was
 * recorded, or the store was restored since; and one that was never sent.
 */
export const spans = Effect.fnUntraced(function* (
  database: Database,
  ids: ReadonlyArray<number>,
): Effect.fn.Return<ReadonlyMap<number, Span>, SqlError> {
  const { isOneOf, sql, tables } = database;
  const found = new Map<number, Span>();
  for (let at = 0; at < ids.length; at += most) {
    const raws = yield* looking(
      database,
      sql<Raw>`SELECT refund,
        MIN(CASE WHEN what = 'send: begun' THEN at END) AS begun,
        MIN(CASE WHEN truth IN ('Accepted', 'Succeeded', 'Closed') THEN at END) AS known,
        MAX(CASE WHEN what = 'restored' OR (seq = 1 AND truth <> 'Recorded') THEN 1 ELSE 0 END) AS vague
      FROM ${tables.history} WHERE ${isOneOf("refund", ids.slice(at, at + most))} GROUP BY refund`,
    );
    for (const raw of raws) {
      const firstSentAt = optionalNumber(raw["begun"]);
      const acceptedAt = optionalNumber(raw["known"]);
      if (firstSentAt === undefined || numberOf(raw["vague"]) === 1) continue;
      found.set(numberOf(raw["refund"]), { firstSentAt, ...(acceptedAt !== undefined && { acceptedAt }) });
    }
  }
  return found;
});

/** The days of these refunds whose whole bills did not have them. */
const unbilled = Effect.fnUntraced(function* (
  { isOneOf, sql, table }: Database,
  ids: ReadonlyArray<number>,
): Effect.fn.Return<ReadonlyMap<number, ReadonlySet<string>>, SqlError> {
  const known = new Map<number, Set<string>>();
  const raws = yield* sql<Raw>`SELECT refund, day FROM ${table("refund_unbilled")} WHERE ${isOneOf("refund", ids)}`;
  for (const raw of raws) {
    const id = numberOf(raw["refund"]);
    const days = known.get(id) ?? new Set();
    known.set(id, days.add(String(raw["day"])));
  }
  return known;
});

/**
 * What no bill had and should have, by the days that its history tells. One whose bills are not all in may be missing later: the days that
 * did not have it are given, and those that were kept of earlier bills count as read.
 */
export const missing = Effect.fnUntraced(function* (
  database: Database,
  books: Reconciliation.Books,
  found: Found,
  period: Period,
): Effect.fn.Return<ReadonlyArray<Unbilled>, SqlError> {
  const marks: Array<Unbilled> = [];
  let some: Array<Stored & { readonly id: number }> = [];
  const judge = Effect.fnUntraced(function* () {
    if (some.length === 0) return;
    const ids = some.map(({ id }) => id);
    const known = yield* spans(database, ids);
    const before = yield* unbilled(database, ids);
    for (const own of some) {
      const span = known.get(own.id);
      // The store does not know when it was sent first: no bill can be said to lack it.
      if (span === undefined) {
        books.missing(own, { from: dayOf(0) });
        continue;
      }
      const days = Reconciliation.daysOf(span.firstSentAt, span.acceptedAt);
      // It stands on the bills of other days.
      if (!isWithin(period, days)) continue;
      const { from, to } = days;
      const isOutside = (day: string): boolean => day < period.from || day > period.to;
      const others = to === undefined ? [] : daysBetween(from, to).filter(isOutside);
      const areIn = to !== undefined && others.every((day) => before.get(own.id)?.has(day) === true);
      const within = {
        from: from < period.from ? period.from : from,
        ...(areIn && { to: to > period.to ? period.to : to }),
      };
      const finding = books.missing(own, within);
      if (finding !== undefined) {
        differ(found, finding);
        continue;
      }
      for (const day of daysBetween(within.from, to !== undefined && to < period.to ? to : period.to)) {
        if (found.whole.has(day)) marks.push({ refund: own.id, day });
      }
    }
    some = [];
  });
  for (const own of books.unseen()) {
    const stored = own as Stored;
    if (stored.id === undefined) continue;
    some.push({ ...stored, id: stored.id });
    if (some.length === most) yield* judge();
  }
  yield* judge();
  return marks;
});

/** Keeps what a whole bill did not have. */
export const keep = Effect.fnUntraced(function* (
  { sql, table }: Database,
  marks: ReadonlyArray<Unbilled>,
): Effect.fn.Return<void, SqlError> {
  for (let at = 0; at < marks.length; at += 200) {
    const [first, ...more] = marks.slice(at, at + 200).map(({ day, refund }) => sql`(${refund}, ${day})`);
    if (first === undefined) continue;
    const values = more.reduce<Fragment>((all, one) => sql`${all}, ${one}`, first);
    yield* sql`INSERT INTO ${table("refund_unbilled")} (refund, day) VALUES ${values} ON CONFLICT DO NOTHING`;
  }
});
