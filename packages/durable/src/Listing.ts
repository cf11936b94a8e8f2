/** What a store is asked by people: which refunds, in pages that go on where the last one ended, and how many and how much in all. */
import { Cause, Truth } from "@wechat-refund/core/RefundProgress";
import * as Effect from "effect/Effect";
import * as Result from "effect/Result";
import * as Schema from "effect/Schema";
import type { SqlError } from "effect/sql/SqlError";
import type { Fragment } from "effect/sql/Statement";
import type { Database } from "./internal/database.ts";
import { type Damaged, numberOf, type Raw, type Row, rowOf } from "./internal/row.ts";
import { columns } from "./RefundStore.ts";

/** Which refunds. Everything that is given must hold; of a list one. */
export const Filter = Schema.Struct({
  mchId: Schema.optional(Schema.String),
  /** `""` for refunds of the merchant itself. */
  subMchId: Schema.optional(Schema.String),
  /** Of one of these merchants, `subMchId` being `""` for the merchant itself; of none where the list is empty. */
  whose: Schema.optional(Schema.Array(Schema.Struct({ mchId: Schema.String, subMchId: Schema.String }))),
  truth: Schema.optional(Schema.Array(Truth)),
  /** Blocked by one of these; `any` by whatever cause. */
  block: Schema.optional(Schema.Union([Schema.Literal("any"), Schema.Array(Cause)])),
  /** Whether a call of it was ever begun. */
  begun: Schema.optional(Schema.Boolean),
  transactionId: Schema.optional(Schema.String),
  outTradeNo: Schema.optional(Schema.String),
  outRefundNo: Schema.optional(Schema.String),
  /** How the number begins. */
  prefix: Schema.optional(Schema.String),
  /** Recorded from then on, and before: milliseconds since 1970. */
  from: Schema.optional(Schema.Number),
  until: Schema.optional(Schema.Number),
});
export type Filter = typeof Filter.Type;

export interface Page {
  readonly rows: ReadonlyArray<Row>;
  /** Give it as `after` for the next page; absent where this is the last. */
  readonly next?: number | undefined;
  readonly damaged: ReadonlyArray<Damaged>;
}

/** How many refunds, and of how much in fen, are in a state. */
export interface Total {
  readonly mchId: string;
  readonly subMchId: string;
  readonly currency: string;
  readonly truth: Truth;
  readonly block: Cause | undefined;
  readonly count: number;
  readonly amount: number;
}

/** The first text after all that begin so, in the order of code points, which is that of their bytes; nothing where there is none. */
const beyond = (prefix: string): string | undefined => {
  const points = Array.from(prefix, (sign) => sign.codePointAt(0) ?? 0);
  const at = points.findLastIndex((point) => point < 0x10ffff);
  const point = points[at];
  if (point === undefined) return undefined;
  // Half of a pair is no sign, and no database takes it.
  return String.fromCodePoint(...points.slice(0, at), point === 0xd7ff ? 0xe000 : point + 1);
};

const where = ({ pg, sql }: Database, filter: Filter): Fragment => {
  const { begun, block, from, mchId, outRefundNo, outTradeNo, prefix, subMchId, transactionId, truth, until, whose } =
    filter;
  const clauses: Array<Fragment> = [];
  if (mchId !== undefined) clauses.push(sql`r.mch_id = ${mchId}`);
  if (subMchId !== undefined) clauses.push(sql`r.sub_mch_id = ${subMchId}`);
  if (whose !== undefined) {
    const each = whose.map((of) => sql`(r.mch_id = ${of.mchId} AND r.sub_mch_id = ${of.subMchId})`);
    clauses.push(each.length === 0 ? sql.literal("1 = 0") : sql.or(each));
  }
  if (truth !== undefined) clauses.push(sql.in("r.truth", truth));
  if (block === "any") clauses.push(sql`r.block IS NOT NULL`);
  else if (block !== undefined) clauses.push(sql.in("r.block", block));
  if (begun !== undefined) clauses.push(sql.literal(begun ? "r.epoch > 0" : "r.epoch = 0"));
  if (transactionId !== undefined) clauses.push(sql`r.order_no = ${JSON.stringify({ transactionId })}`);
  if (outTradeNo !== undefined) clauses.push(sql`r.order_no = ${JSON.stringify({ outTradeNo })}`);
  if (outRefundNo !== undefined) clauses.push(sql`r.out_refund_no = ${outRefundNo}`);
  if (prefix !== undefined && prefix !== "") {
    const end = beyond(prefix);
    clauses.push(sql`r.out_refund_no >= ${prefix}`);
    if (end !== undefined) clauses.push(sql`r.out_refund_no < ${end}`);
  }
  if (from !== undefined) clauses.push(sql`r.created_at >= ${Math.floor(from)}`);
  if (until !== undefined) clauses.push(sql`r.created_at < ${Math.floor(until)}`);
  return clauses.length === 0 ? sql.literal(pg ? "TRUE" : "1") : sql.and(clauses);
};

/** The newest first. A page has at most `limit` rows, 100 unless told otherwise. */
export const list = Effect.fnUntraced(function* (
  database: Database,
  filter: Filter,
  { after, limit = 100 }: { readonly after?: number | undefined; readonly limit?: number | undefined } = {},
): Effect.fn.Return<Page, SqlError> {
  const { now: clock, sql, tables } = database;
  const now = yield* clock;
  const most = Math.min(1000, Math.max(1, Math.floor(limit)));
  const before = after === undefined ? sql.literal("") : sql`AND r.id < ${after}`;
  const raws = yield* sql<Raw>`SELECT ${sql.literal(columns)}, ${now} AS now FROM ${tables.refunds} AS r
    WHERE ${where(database, filter)} ${before} ORDER BY r.id DESC LIMIT ${most + 1}`;
  const page = raws.slice(0, most);
  const read = page.map(rowOf);
  const last = page.at(-1);
  return {
    rows: read.flatMap((result) => (Result.isSuccess(result) ? [result.success] : [])),
    damaged: read.flatMap((result) => (Result.isFailure(result) ? [result.failure] : [])),
    ...(raws.length > most && last !== undefined && { next: numberOf(last["id"]) }),
  };
});

const totalOf = (raw: Raw): Total => ({
  mchId: String(raw["mch_id"]),
  subMchId: String(raw["sub_mch_id"]),
  currency: String(raw["currency"]),
  truth: String(raw["truth"]) as Truth,
  block: raw["block"] === "" || raw["block"] === null ? undefined : (String(raw["block"]) as Cause),
  count: numberOf(raw["count"]),
  amount: numberOf(raw["amount"]),
});

/** Adds amounts up where the sum may be beyond a BIGINT: SQLite's SUM fails there, and PostgreSQL's does not. Exact up to 2^53−1. */
const sumOf = ({ pg, sql }: Database): Fragment => sql.literal(pg ? "SUM" : "TOTAL");

/**
 * By merchant, currency, truth and block: what was folded up, and what has changed since, in one look at the store. It costs the same
 * however many refunds there are.
 */
export const totals = (database: Database): Effect.Effect<ReadonlyArray<Total>, SqlError> => {
  const { sql, table, tables } = database;
  const { history, refunds } = tables;
  const sum = sumOf(database);
  const open = sql`${history} AS h JOIN ${refunds} AS r ON r.id = h.refund WHERE h.changed AND h.position IS NULL`;
  return Effect.map(
    sql<Raw>`SELECT mch_id, sub_mch_id, currency, truth, block, SUM(count) AS count, ${sum}(amount) AS amount FROM (
        SELECT mch_id, sub_mch_id, currency, truth, block, count, amount FROM ${table("refund_totals")}
        UNION ALL SELECT r.mch_id, r.sub_mch_id, r.currency, h.truth, COALESCE(h.block, ''), 1, r.refund_fee FROM ${open}
        UNION ALL SELECT r.mch_id, r.sub_mch_id, r.currency, h.from_truth, COALESCE(h.from_block, ''), -1, -r.refund_fee FROM ${open}
          AND h.from_truth IS NOT NULL
      ) AS t GROUP BY mch_id, sub_mch_id, currency, truth, block HAVING SUM(count) <> 0 ORDER BY 1, 2, 3, 4, 5`,
    (raws) => raws.map(totalOf),
  );
};

/** How many refunds a filter finds, and of how much, by currency: counted row by row, to be shown before an act on all of them. */
export const count = (
  database: Database,
  filter: Filter,
): Effect.Effect<
  ReadonlyArray<{ readonly currency: string; readonly count: number; readonly amount: number }>,
  SqlError
> => {
  const { sql, tables } = database;
  return Effect.map(
    sql<Raw>`SELECT r.currency, COUNT(*) AS count, ${sumOf(database)}(r.refund_fee) AS amount FROM ${tables.refunds} AS r
      WHERE ${where(database, filter)} GROUP BY r.currency ORDER BY r.currency`,
    (raws) =>
      raws.map((raw) => ({
        currency: String(raw["currency"]),
        count: numberOf(raw["count"]),
        amount: numberOf(raw["amount"]),
      })),
  );
};
