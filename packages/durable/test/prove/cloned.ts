/** Stores of any size, cloned from a few rows by SQL. */
import type { Merchants } from "@wechat-refund/core";
import { Events, Refunds, RefundStore, Signalling } from "@wechat-refund/durable";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import type * as SqlClient from "effect/sql/SqlClient";
import { requestOf, settingsOf } from "./shop.ts";

const parts = Refunds.layer().pipe(Layer.provideMerge(Layer.mergeAll(RefundStore.layer, Signalling.layer)));

/**
 * `open`: all are due to be sent. `mixed`: of a hundred 70 Succeeded, 10 Accepted, 10 Unknown of which half are blocked, 5 Recorded and
 * 5 Rejected, all of them due in a year if ever.
 */
export const cloned = (
  rows: number,
  merchants: number,
  kind: "open" | "mixed",
): Effect.Effect<void, unknown, Merchants.Merchants | SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const { start } = yield* Refunds.Refunds;
    const { database } = yield* RefundStore.RefundStore;
    const { pg, sql, table, tables } = database;
    const { history, refunds } = tables;
    yield* start("m0", requestOf(0));
    /** In parts, for a statement of a server must not take long. */
    const part = 25_000;
    const numbers = (from: number) => {
      const to = Math.min(rows - 1, from + part - 1);
      return sql.literal(
        pg
          ? `generate_series(${from}, ${to}) AS g (n)`
          : `(WITH RECURSIVE g (n) AS (SELECT ${from} UNION ALL SELECT n + 1 FROM g WHERE n < ${to}) SELECT n FROM g) AS g`,
      );
    };
    const text = (n: string) => (pg ? `${n}::text` : `CAST(${n} AS TEXT)`);
    const replaced = (column: string) =>
      sql.literal(
        `replace(replace(replace(${column}, '"R-0"', '"R-' || ${text("n")} || '"'), '"ORDER-0"', '"ORDER-' || ${text("n")} || '"'), '"refundFee":1}', '"refundFee":' || ${text("(1 + n * 7 % 1000)")} || '}')`,
      );
    const total = sql.literal("(1000 + n)");
    const request = sql`replace(${replaced("r.request")}, ${`"totalFee":1000`}, ${sql.literal(`'"totalFee":' || ${text("(1000 + n)")}`)})`;
    const truth = sql.literal(
      kind === "open"
        ? "'Recorded'"
        : "(CASE WHEN n % 100 < 70 THEN 'Succeeded' WHEN n % 100 < 80 THEN 'Accepted' WHEN n % 100 < 90 THEN 'Unknown' WHEN n % 100 < 95 THEN 'Recorded' ELSE 'Rejected' END)",
    );
    const block = sql.literal(
      kind === "open"
        ? "NULL"
        : "(CASE WHEN n % 100 BETWEEN 85 AND 89 THEN (CASE WHEN n % 200 < 100 THEN 'top-up' ELSE 'overdue' END) END)",
    );
    const dueAt = sql.literal(
      kind === "open" ? "r.due_at" : "(CASE WHEN n % 100 BETWEEN 70 AND 94 THEN r.due_at + 31536000000 END)",
    );
    const mchId = sql.literal(
      Array.from({ length: merchants }, (_, at) => `WHEN n % ${merchants} = ${at} THEN '${settingsOf(at).mchId}'`).join(
        " ",
      ),
    );
    for (let from = 1; from < rows; from += part) {
      yield* sql`INSERT INTO ${refunds} (mch_id, sub_mch_id, out_refund_no, protocol, order_no, refund_fee, total_fee, currency, request, fingerprint,
        truth, block, progress, progress_at, due_at, epoch, version, seq, created_at, updated_at)
      SELECT CASE ${mchId} END, '', 'R-' || ${sql.literal(text("n"))}, r.protocol, replace(r.order_no, 'ORDER-0', 'ORDER-' || ${sql.literal(text("n"))}),
        1 + n * 7 % 1000, ${total}, r.currency, ${request}, r.fingerprint, ${truth}, ${block},
        replace(r.progress, '"Recorded"', '"' || ${truth} || '"'), r.progress_at, ${dueAt}, 0, 0, 1, r.created_at + n, r.updated_at + n
      FROM ${refunds} AS r, ${numbers(from)} WHERE r.out_refund_no = 'R-0'`;
      yield* sql`INSERT INTO ${history} (refund, seq, at, what, truth, block, changed, position)
      SELECT id, 1, created_at, 'recorded', truth, block, ${sql.literal(pg ? "TRUE" : "1")}, id FROM ${refunds}
      WHERE id > (SELECT MAX(refund) FROM ${history})`;
    }
    yield* sql`INSERT INTO ${table("refund_totals")} (mch_id, sub_mch_id, currency, truth, block, count, amount)
      SELECT mch_id, sub_mch_id, currency, truth, COALESCE(block, ''), COUNT(*), SUM(refund_fee) FROM ${refunds} WHERE out_refund_no <> 'R-0'
      GROUP BY 1, 2, 3, 4, 5`;
    // As a server does by itself now and then; nobody does it for a file.
    if (pg) yield* sql`ANALYZE`;
    yield* Events.sequence(database);
  }).pipe(Effect.provide(parts));
