/**
 * What people look at beside the refunds themselves: since when refunds are blocked, what holds their merchants, what proves how one stands,
 * and what the bills have of it. Only read.
 */
import type { Cause, MerchantCause, Truth } from "@wechat-refund/core/RefundProgress";
import * as Effect from "effect/Effect";
import * as Result from "effect/Result";
import type { SqlError } from "effect/sql/SqlError";
import type { Database } from "./internal/database.ts";
import { type Key, numberOf, type Raw, rowOf } from "./internal/row.ts";
import { type Difference, differenceFrom } from "./internal/bookDay.ts";
import { type Refund, refundOf } from "./Refunds.ts";
import { columns, told } from "./RefundStore.ts";

/** Refunds of a merchant that one cause blocks, in one state. */
export interface Blocked {
  readonly mchId: string;
  readonly subMchId: string;
  readonly truth: Truth;
  readonly block: Cause;
}

/** The one of them that was recorded first, and since when it is blocked, in ms since 1970. */
export const firstOf = (
  { names, now, sql, tables }: Database,
  { block, mchId, subMchId, truth }: Blocked,
): Effect.Effect<{ readonly refund: Refund; readonly since: number } | undefined, SqlError> =>
  Effect.gen(function* () {
    const [raw] =
      yield* sql<Raw>`SELECT ${sql.literal(`${columns}, ${told({ names })}`)}, ${yield* now} AS now FROM ${tables.refunds} AS r
      WHERE r.mch_id = ${mchId} AND r.sub_mch_id = ${subMchId} AND r.block = ${block} AND r.truth = ${truth} ORDER BY r.id LIMIT 1`;
    if (raw === undefined) return undefined;
    const row = rowOf(raw);
    if (Result.isFailure(row)) return undefined;
    const { progress, progressAt } = row.success;
    return { refund: refundOf(row.success), since: progressAt - (progress.block?.since ?? 0) };
  });

/** What holds a merchant, or a sub-merchant of it, whichever process calls for it. */
export interface Held {
  readonly mchId: string;
  readonly subMchId: string;
  readonly cause: MerchantCause;
  /** What the gateway said. */
  readonly message: string;
  /** In ms since 1970. */
  readonly since: number;
}

export const held = ({ sql, table }: Database): Effect.Effect<ReadonlyArray<Held>, SqlError> =>
  Effect.map(sql<Raw>`SELECT mch_id, sub_mch_id, cause, message, since FROM ${table("refund_holds")}`, (raws) =>
    raws.map((raw) => ({
      mchId: String(raw["mch_id"]),
      subMchId: String(raw["sub_mch_id"]),
      cause: String(raw["cause"]) as MerchantCause,
      message: String(raw["message"]),
      since: numberOf(raw["since"]),
    })),
  );

/** A signed reply, or a notice of APIv3, that decided something of a refund; what is kept of it is for a dispute, and not for a page. */
export interface Kept {
  readonly at: number;
  readonly call: string;
  /** SHA-256 of what came. */
  readonly digest: string;
}

export const proofs = (
  { sql, table, tables }: Database,
  { mchId, outRefundNo, subMchId = "" }: Key,
): Effect.Effect<ReadonlyArray<Kept>, SqlError> =>
  Effect.map(
    sql<Raw>`SELECT p.at, p.call, p.digest FROM ${table("refund_proofs")} AS p JOIN ${tables.refunds} AS r ON r.id = p.refund
      WHERE r.mch_id = ${mchId} AND r.sub_mch_id = ${subMchId} AND r.out_refund_no = ${outRefundNo} ORDER BY p.id`,
    (raws) =>
      raws.map((raw) => ({ at: numberOf(raw["at"]), call: String(raw["call"]), digest: String(raw["digest"]) })),
  );

/** What the bills of all days that are kept have otherwise than the books about a refund. */
export const differences = (
  { sql, table }: Database,
  { mchId, outRefundNo, subMchId = "" }: Key,
): Effect.Effect<ReadonlyArray<Difference & { readonly date: string }>, SqlError> =>
  Effect.map(
    sql<Raw>`SELECT id, day, kind, out_refund_no, sub_mch_id, fields, ours, theirs, agrees_with, record, asked_at FROM ${table("refund_differences")}
      WHERE out_refund_no = ${outRefundNo} AND mch_id = ${mchId} AND sub_mch_id = ${subMchId} ORDER BY day, id LIMIT 100`,
    (raws) => raws.map((raw) => ({ ...differenceFrom(raw), date: String(raw["day"]) })),
  );
