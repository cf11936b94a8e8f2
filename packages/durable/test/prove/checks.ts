/** What must be true in the end, whatever was done: the store, the gateway's account and what the parent was told, side by side. */
import { Postgres, RefundStore, Sqlite, StoreCheck } from "@wechat-refund/durable";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as Redacted from "effect/Redacted";
import type { LedgerRow, Seen } from "../../../simulator/test/prove/gateway.ts";
import { refundOf } from "../../../simulator/test/prove/refunds.ts";
import type { Go } from "./child.ts";
import type { Told } from "./fleet.ts";

interface Row {
  readonly outRefundNo: string;
  readonly truth: string;
  readonly block: string | null;
  readonly refundId: string | null;
  readonly createdAt: number;
}

/** The store's rows, and what its own check finds. */
const read = Effect.gen(function* () {
  const { database } = yield* RefundStore.RefundStore;
  const { sql, tables } = database;
  const raws = yield* sql<
    Record<string, unknown>
  >`SELECT out_refund_no, truth, block, refund_id, created_at FROM ${tables.refunds}`;
  const rows = raws.map((raw): Row => ({
    outRefundNo: String(raw["out_refund_no"]),
    truth: String(raw["truth"]),
    block: raw["block"] as string | null,
    refundId: raw["refund_id"] as string | null,
    createdAt: Number(raw["created_at"]),
  }));
  const { findings } = yield* StoreCheck.check;
  return { rows, findings };
});

export const client = (store: Go["store"]) =>
  "file" in store ? Sqlite.layer({ file: store.file }) : Postgres.layer({ url: Redacted.make(store.url) });

export interface Found {
  readonly rows: number;
  readonly blocked: number;
  readonly sends: number;
  readonly asks: number;
  readonly wrong: ReadonlyArray<string>;
}

const orderOf = new Map<string, number>();
const indexOf = (outRefundNo: string): number => {
  const known = orderOf.get(outRefundNo) ?? Number(outRefundNo.slice(2));
  orderOf.set(outRefundNo, known);
  return known;
};

/** Compares. Nobody works on the store meanwhile. */
export const check = async (
  store: Go["store"],
  told: Told,
  ledger: ReadonlyArray<LedgerRow>,
  seen: ReadonlyArray<Seen>,
): Promise<Found> => {
  const { findings, rows } = await Effect.runPromise(
    Effect.scoped(Effect.provide(read, Layer.provide(RefundStore.layer, client(store)))),
  );
  const wrong: Array<string> = [...told.wrong];
  for (const { count, refunds, rule } of findings) wrong.push(`${rule}: not so for ${count}: ${refunds.join(", ")}`);
  const stored = new Map(rows.map((row) => [row.outRefundNo, row]));
  const made = new Map<string, LedgerRow>();
  const orders = new Map<string, string>();
  for (const row of ledger) {
    const { outRefundNo, outTradeNo, refundFee } = row;
    if (made.has(outRefundNo)) wrong.push(`${outRefundNo}: twice in the ledger`);
    if (orders.has(outTradeNo)) wrong.push(`${outTradeNo}: refunded as ${orders.get(outTradeNo)} and ${outRefundNo}`);
    made.set(outRefundNo, row);
    orders.set(outTradeNo, outRefundNo);
    const asked = refundOf(indexOf(outRefundNo));
    if (asked.refundFee !== refundFee || asked.outTradeNo !== outTradeNo) wrong.push(`${outRefundNo}: another refund`);
    if (!stored.has(outRefundNo)) wrong.push(`${outRefundNo}: at the gateway and not in the store`);
  }
  for (const number of told.acknowledged) {
    const row = stored.get(number);
    if (row === undefined) wrong.push(`${number}: acknowledged and lost`);
    else if (row.truth !== "Succeeded" && row.block === null)
      wrong.push(`${number}: ${row.truth}, and nobody knows why`);
  }
  for (const { block, outRefundNo, refundId, truth } of rows) {
    const row = made.get(outRefundNo);
    if ((truth === "Succeeded" || truth === "Accepted") && row === undefined) {
      wrong.push(`${outRefundNo}: ${truth}, and the gateway knows nothing`);
    }
    if ((truth === "Rejected" || truth === "NotMade") && row !== undefined) {
      wrong.push(`${outRefundNo}: ${truth}, and the gateway has it`);
    }
    if (truth === "Closed") wrong.push(`${outRefundNo}: closed, and nobody closed it`);
    if (refundId !== null && refundId !== row?.refundId) wrong.push(`${outRefundNo}: another refund_id`);
    const event = told.truths.get(outRefundNo);
    if (event?.truth !== truth) wrong.push(`${outRefundNo}: ${truth} (${block}), the events end with ${event?.truth}`);
  }
  let [sends, asks] = [0, 0];
  for (const one of seen) {
    sends += one.sends;
    asks += one.asks;
    if (one.forms.length > 1) wrong.push(`${one.outRefundNo}: sent with other fields: ${one.forms.join(" ")}`);
    for (const calls of one.overlaps) wrong.push(`${one.outRefundNo}: two calls at a time: ${calls}`);
    const row = stored.get(one.outRefundNo);
    if (row !== undefined && one.firstAt < row.createdAt)
      wrong.push(`${one.outRefundNo}: called for before it was stored`);
  }
  const blocked = rows.filter(({ block }) => block !== null).length;
  return { rows: rows.length, blocked, sends, asks, wrong };
};
