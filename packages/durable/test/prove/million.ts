/**
 * `node million.ts make|ask sqlite:FILE|postgres://… ROWS`: how long a store of that size takes to answer a person. Prints the median of
 * each question as JSON, in ms.
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
  for (const [name, filter] of Object.entries(filters(Number(first?.at)))) {
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
