/**
 * The refunds of a store as books, to be compared with bills: what of each is compared, and when it was first sent and first known to be
 * accepted, which says on whose days' bills it stands. Only read, and no more of a row than that: a day may have a million.
 */
import type { Truth } from "@wechat-refund/core/RefundProgress";
import * as Effect from "effect/Effect";
import type { SqlError } from "effect/sql/SqlError";
import type { Fragment } from "effect/sql/Statement";
import type { Database } from "./internal/database.ts";
import { type Key, numberOf, optionalNumber, type Raw } from "./internal/row.ts";

/** A refund as it is compared. */
export interface Entry {
  /** Of its row. */
  readonly id: number;
  readonly mchId: string;
  /** `""` where there is none. */
  readonly subMchId: string;
  readonly outRefundNo: string;
  readonly order: { readonly transactionId?: string; readonly outTradeNo?: string };
  /** In fen. */
  readonly refundFee: number;
  readonly currency: string;
  readonly truth: Truth;
  readonly refundId: string | undefined;
  /** In ms since 1970 by the clock of the store, as all times here. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

const columns =
  "r.id, r.mch_id, r.sub_mch_id, r.out_refund_no, r.order_no, r.refund_fee, r.currency, r.truth, r.refund_id, r.created_at, r.updated_at";

const orderOf = (text: string): Entry["order"] => {
  // As it was written from a checked request.
  const found = /^\{"(transactionId|outTradeNo)":"([^"\\]*)"\}$/.exec(text);
  return found === null ? {} : { [String(found[1])]: String(found[2]) };
};

/** Rows as they are compared. What stands in all of them is one text: of a million rows that is a fifth of the memory. */
const entriesOf = (raws: ReadonlyArray<Raw>): ReadonlyArray<Entry> => {
  const known = new Map<string, string>();
  const one = (value: unknown): string => {
    const text = String(value);
    const same = known.get(text);
    if (same === undefined) known.set(text, text);
    return same ?? text;
  };
  return raws.map((raw) => ({
    id: numberOf(raw["id"]),
    mchId: one(raw["mch_id"]),
    subMchId: one(raw["sub_mch_id"]),
    outRefundNo: String(raw["out_refund_no"]),
    order: orderOf(String(raw["order_no"])),
    refundFee: numberOf(raw["refund_fee"]),
    currency: one(raw["currency"]),
    truth: one(raw["truth"]) as Truth,
    refundId: raw["refund_id"] === null ? undefined : String(raw["refund_id"]),
    createdAt: numberOf(raw["created_at"]),
    updatedAt: numberOf(raw["updated_at"]),
  }));
};

/** In its surroundings a server looks into the indexes; a file that is only read takes no transaction. */
const within = <A>(database: Database, run: Effect.Effect<A, SqlError>): Effect.Effect<A, SqlError> =>
  database.pg ? database.transaction(run) : run;

/** Which refunds: of a merchant number, recorded from then on and before. */
export interface Period {
  readonly mchId: string;
  readonly from: number;
  readonly until: number;
}

/** The next refunds of a period, in the order in which they were recorded, after one that was read; none where that was the last. */
export const page = (
  database: Database,
  { from, mchId, until }: Period,
  after?: Entry,
  limit = 2_000,
): Effect.Effect<ReadonlyArray<Entry>, SqlError> => {
  const { pg, sql, tables } = database;
  // So that no index of merchants is looked into for it: all that it finds would be sorted for each page.
  const merchant = sql.literal(pg ? "(r.mch_id || '')" : "+r.mch_id");
  const start: Fragment =
    after === undefined
      ? sql`r.created_at >= ${Math.floor(from)}`
      : sql`(r.created_at, r.id) > (${after.createdAt}, ${after.id})`;
  return within(
    database,
    Effect.map(
      sql<Raw>`SELECT ${sql.literal(columns)} FROM ${tables.refunds} AS r
        WHERE ${start} AND r.created_at < ${Math.floor(until)} AND ${merchant} = ${mchId} ORDER BY r.created_at, r.id LIMIT ${limit}`,
      entriesOf,
    ),
  );
};

/** One refund by its number. */
export const find = (
  database: Database,
  { mchId, outRefundNo, subMchId = "" }: Key,
): Effect.Effect<Entry | undefined, SqlError> => {
  const { sql, tables } = database;
  return within(
    database,
    Effect.map(
      sql<Raw>`SELECT ${sql.literal(columns)} FROM ${tables.refunds} AS r
        WHERE r.mch_id = ${mchId} AND r.sub_mch_id = ${subMchId} AND r.out_refund_no = ${outRefundNo}`,
      (raws) => entriesOf(raws)[0],
    ),
  );
};

/** When a refund was sent and known. */
export interface Span {
  readonly firstSentAt: number;
  /** Absent while nobody knows that it was accepted. */
  readonly acceptedAt?: number | undefined;
}

const most = 500;

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
    const raws = yield* within(
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
