/** A store with very many refunds in it, as they would be after months: written at once, and not one by one. */
import { Refunds, RefundStore } from "@wechat-refund/durable";
import { Context, Effect } from "effect";
import { order } from "./world.ts";

type Services = Context.Context<Refunds.Refunds | RefundStore.RefundStore>;

const part = 20_000;

/** Refunds `M-0000001` … of the shop, each of an order of its own; one in a hundred is blocked, the others succeeded. */
export const fill = Effect.fnUntraced(function* (services: Services, count: number) {
  const refunds = Context.get(services, Refunds.Refunds);
  const { database } = Context.get(services, RefundStore.RefundStore);
  const { pg, sql, table, tables, transaction } = database;
  yield* refunds.start("shop", order(0, { outRefundNo: "TEMPLATE", merchant: undefined }) as never);
  const padded = sql.literal(pg ? "lpad(n::text, 7, '0')" : "printf('%07d', n)");
  const isBlocked = sql.literal("n % 100 = 0");
  const replaced = sql.literal(
    pg
      ? `replace(replace(request, 'TEMPLATE', 'M-' || lpad(n::text, 7, '0')), '"T-0"', '"ORD-' || lpad(n::text, 7, '0') || '"')`
      : `replace(replace(request, 'TEMPLATE', 'M-' || printf('%07d', n)), '"T-0"', '"ORD-' || printf('%07d', n) || '"')`,
  );
  const block = '{"cause":"top-up","firm":true,"by":"send","since":60000}';
  const progress = sql.literal(
    pg
      ? `CASE WHEN n % 100 = 0 THEN (progress::jsonb || '{"truth":"Recorded","block":${block}}'::jsonb)::text ELSE (progress::jsonb || '{"truth":"Succeeded"}'::jsonb)::text END`
      : `CASE WHEN n % 100 = 0 THEN json_set(progress, '$.block', json('${block}')) ELSE json_set(progress, '$.truth', 'Succeeded') END`,
  );
  const number = (n: number): string => `M-${String(n).padStart(7, "0")}`;
  // No statement may take longer than a store allows.
  for (let from = 1; from <= count; from += part) {
    const to = Math.min(count, from + part - 1);
    const numbers = pg
      ? sql`(SELECT g AS n FROM generate_series(${from}::int, ${to}::int) AS g)`
      : sql`(WITH RECURSIVE s (n) AS (SELECT ${from} UNION ALL SELECT n + 1 FROM s WHERE n < ${to}) SELECT n FROM s)`;
    yield* transaction(
      sql`INSERT INTO ${tables.refunds} (mch_id, sub_mch_id, out_refund_no, protocol, order_no, refund_fee, total_fee, currency, request, fingerprint, truth, block, progress, progress_at, due_at, created_at, updated_at)
        SELECT mch_id, sub_mch_id, 'M-' || ${padded}, protocol, '{"outTradeNo":"ORD-' || ${padded} || '"}', refund_fee, total_fee, currency, ${replaced}, fingerprint,
          CASE WHEN ${isBlocked} THEN 'Recorded' ELSE 'Succeeded' END, CASE WHEN ${isBlocked} THEN 'top-up' ELSE NULL END, ${progress}, progress_at, NULL,
          created_at - (${sql.literal(String(count))} - n) * 1000, updated_at
        FROM ${tables.refunds} AS t CROSS JOIN ${numbers} AS s WHERE t.out_refund_no = 'TEMPLATE'`,
    );
    yield* transaction(
      sql`INSERT INTO ${tables.history} (refund, seq, at, what, truth, block, changed, position)
        SELECT id, 1, created_at, 'recorded', truth, block, ${pg ? true : 1}, 100 + id FROM ${tables.refunds}
        WHERE out_refund_no >= ${number(from)} AND out_refund_no <= ${number(to)}`,
    );
  }
  for (const [truth, cause] of [
    ["Succeeded", ""],
    ["Recorded", "top-up"],
  ] as const) {
    const refunds = cause === "" ? count - Math.floor(count / 100) : Math.floor(count / 100);
    yield* sql`INSERT INTO ${table("refund_totals")} (mch_id, sub_mch_id, currency, truth, block, count, amount)
      VALUES ('1900000109', '', 'CNY', ${truth}, ${cause}, ${refunds}, ${refunds * 3300})`;
  }
  if (pg) yield* sql`ANALYZE`;
});
