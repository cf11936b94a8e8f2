/**
 * `node million.ts make|ask sqlite:FILE|postgres://… ROWS`: how long a store of that size takes to answer a person. Prints the median of
 * each question as JSON, in ms. What is listed is compared with what a look at every row finds.
 */
import { type Listing, Migrations, Postgres, Refunds, RefundStore, Signalling, Sqlite } from "@wechat-refund/durable";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as Logger from "effect/Logger";
import * as Redacted from "effect/Redacted";
import { cloned } from "./cloned.ts";
import { merchants, requestOf, settingsOf } from "./shop.ts";

const [what = "make", address = "", many = "1000000"] = process.argv.slice(2);
const rows = Number(many);
const file = address.startsWith("sqlite:") ? address.slice("sqlite:".length) : undefined;
const client = file === undefined ? Postgres.layer({ url: Redacted.make(address) }) : Sqlite.layer({ file });
const shops = 5;
const { mchId } = settingsOf(3);
const middle = Math.floor(rows / 2);

const filters = (from: number): Readonly<Record<string, Listing.Filter>> => ({
  all: {},
  merchant: { mchId },
  "sub-merchant": { mchId, subMchId: "" },
  "no such sub-merchant": { mchId, subMchId: "1900000999" },
  "truth, many": { truth: ["Succeeded"] },
  "truth, few": { truth: ["Recorded"] },
  "truth, none": { truth: ["Resolved"] },
  truths: { truth: ["Recorded", "Unknown", "Accepted"] },
  "merchant and truth": { mchId, truth: ["Unknown"] },
  "merchant and truth, none": { mchId, truth: ["Closed"] },
  "merchant and truths": { mchId, truth: ["Recorded", "Unknown", "Accepted"] },
  "block, any": { block: "any" },
  block: { block: ["top-up"] },
  "block, none": { block: ["denied"] },
  "merchant and block": { mchId, block: "any" },
  order: { outTradeNo: `ORDER-${middle}` },
  "order by transaction, none": { transactionId: "4200000000000000000" },
  number: { outRefundNo: `R-${middle}` },
  "prefix, few": { prefix: `R-${middle}` },
  "prefix, many": { prefix: "R-1" },
  "prefix, all": { prefix: "R-" },
  "prefix, none": { prefix: "X-" },
  "merchant and prefix, few": { mchId, prefix: `R-${middle + 3}` },
  "merchant and prefix, many": { mchId, prefix: "R-1" },
  "merchant, sub-merchant and prefix, many": { mchId, subMchId: "", prefix: "R-1" },
  "truth and prefix, many": { truth: ["Succeeded"], prefix: "R-1" },
  "truth, few, and prefix, many": { truth: ["Recorded"], prefix: "R-1" },
  "truth, none, and prefix, many": { truth: ["Resolved"], prefix: "R-1" },
  "block and prefix, many": { block: "any", prefix: "R-1" },
  "time and prefix, many": { from: from + middle, until: from + middle + 3_600, prefix: "R-" },
  "time and another prefix": { from: from + middle, until: from + middle + 3_600, prefix: "R-1" },
  "time, long ago": { until: from + 1000 },
  "time, an hour in the middle": { from: from + middle, until: from + middle + 3_600 },
  "time, of late": { from: from + rows - 1000 },
  "time and truth": { from: from + middle, until: from + middle + 3_600, truth: ["Rejected"] },
  "time and merchant": { mchId, from: from + middle, until: from + middle + 3_600 },
});

const make = Effect.andThen(Migrations.migrate("the store"), cloned(rows, shops, "mixed")).pipe(
  Effect.provide(Layer.mergeAll(merchants(shops, {}), client)),
  Effect.as({ rows }),
);

interface Plain {
  readonly id: unknown;
  readonly mch_id: string;
  readonly sub_mch_id: string;
  readonly out_refund_no: string;
  readonly order_no: string;
  readonly truth: string;
  readonly block: string | null;
  readonly created_at: unknown;
}

const isIn =
  ({
    block,
    from,
    mchId,
    outRefundNo,
    outTradeNo,
    prefix = "",
    subMchId,
    transactionId,
    truth,
    until,
  }: Listing.Filter) =>
  (row: Plain): boolean =>
    (mchId === undefined || row.mch_id === mchId) &&
    (subMchId === undefined || row.sub_mch_id === subMchId) &&
    (truth === undefined || (truth as ReadonlyArray<string>).includes(row.truth)) &&
    (block === undefined ||
      (row.block !== null && (block === "any" || (block as ReadonlyArray<string>).includes(row.block)))) &&
    (outRefundNo === undefined || row.out_refund_no === outRefundNo) &&
    (outTradeNo === undefined || row.order_no === JSON.stringify({ outTradeNo })) &&
    (transactionId === undefined || row.order_no === JSON.stringify({ transactionId })) &&
    row.out_refund_no.startsWith(prefix) &&
    (from === undefined || Number(row.created_at) >= from) &&
    (until === undefined || Number(row.created_at) < until);

const ask = Effect.gen(function* () {
  const refunds = yield* Refunds.Refunds;
  const { database } = yield* RefundStore.RefundStore;
  const { sql, tables } = database;
  const [first] = yield* sql<{ at: unknown }>`SELECT MIN(created_at) AS at FROM ${tables.refunds}`;
  const median = Effect.fnUntraced(function* (run: Effect.Effect<unknown, unknown>) {
    const times: Array<number> = [];
    for (let turn = 0; turn < 7; turn++) {
      const from = performance.now();
      yield* run;
      times.push(performance.now() - from);
    }
    return Math.round((times.toSorted((a, b) => a - b)[3] ?? 0) * 10) / 10;
  });
  const figures: Record<string, number> = {};
  const rows =
    yield* sql<Plain>`SELECT id, mch_id, sub_mch_id, out_refund_no, order_no, truth, block, created_at FROM ${tables.refunds}`;
  const newest = rows.toSorted((a, b) => Number(b.id) - Number(a.id));
  for (const [name, filter] of Object.entries(filters(Number(first?.at)))) {
    const expected = newest
      .filter(isIn(filter))
      .map((row) => row.out_refund_no)
      .toSorted(filter.prefix === undefined ? () => 0 : (a, b) => (a < b ? 1 : -1));
    let after: string | undefined;
    for (const at of [0, 100, 200, 300]) {
      const page = yield* refunds.list(filter, { after });
      const found = page.refunds.map(({ outRefundNo }) => outRefundNo);
      if (
        found.join() !== expected.slice(at, at + 100).join() ||
        (page.next !== undefined) !== expected.length > at + 100
      ) {
        return yield* Effect.die(`${name}: not what is in the store, from ${at} on`);
      }
      if (page.next === undefined) break;
      after = page.next;
    }
    figures[name] = yield* median(refunds.list(filter));
    figures[`${name}, the next page`] = yield* Effect.flatMap(refunds.list(filter), ({ next }) =>
      next === undefined ? Effect.succeed(0) : median(refunds.list(filter, { after: next })),
    );
  }
  figures["find"] = yield* median(refunds.find("m0", requestOf(5 * Math.floor(middle / 5)).outRefundNo));
  figures["find none"] = yield* median(refunds.find("m0", "R-none"));
  figures["totals"] = yield* median(refunds.totals);
  return figures;
}).pipe(
  Effect.provide(
    Refunds.layer().pipe(
      Layer.provideMerge(Layer.mergeAll(RefundStore.layer, Signalling.layer)),
      Layer.provideMerge(Layer.mergeAll(merchants(shops, {}), client)),
    ),
  ),
);

const program = Effect.suspend((): Effect.Effect<object, unknown> => (what === "make" ? make : ask));
console.log(JSON.stringify(await Effect.runPromise(Effect.scoped(Effect.provide(program, Logger.layer([]))))));
process.exit(0);
