/** What a front of the store is answered: whether a refund is new, and the refunds of those it may see alone. */
import { join } from "node:path";
import { it } from "@effect/vitest";
import { Merchant, Merchants } from "@wechat-refund/core";
import { Durable, Events, Frozen, Refunds } from "@wechat-refund/durable";
import { Gateway, MemoryTransport } from "@wechat-refund/simulator";
import { Effect, Layer, Redacted, Result } from "effect";
import { expect } from "vitest";
import { directory } from "./support/files.ts";
import { database, isInstalled, sayIfSkipped } from "./support/Postgres.ts";

sayIfSkipped("sums beyond what a number of PostgreSQL holds");

const merchantOf = (mchId: string) => ({
  appId: "wx8888888888888888",
  mchId,
  apiKey: `TestKey000000000000000${mchId}`,
});
const first = merchantOf("1900000109");
const merchants = [first, merchantOf("1900000209"), merchantOf("1900000309")] as const;
const gateway = Gateway.make({ merchants, orders: [] });
const shops = Merchants.layer(
  merchants.map(({ apiKey, ...rest }) => ({
    name: rest.mchId,
    v2: { ...rest, apiKey: Redacted.make(apiKey), transport: MemoryTransport.layer(gateway) },
  })),
);
const request = { order: { outTradeNo: "T-1" }, outRefundNo: "R-1", totalFee: 100, refundFee: 30 };

it("answers whatever is asked: what is no refund is an issue", () => {
  const { apiKey, ...identity } = first;
  const merchant = Result.getOrThrow(Merchant.make({ ...identity, apiKey: Redacted.make(apiKey) }));
  let deep: unknown = 1;
  for (let n = 0; n < 200_000; n++) deep = [deep];
  for (const wrong of [
    undefined,
    null,
    [],
    { ...request, goodsDetail: [null] },
    { ...request, goodsDetail: ["x"] },
    { ...request, refundFee: deep },
    { ...request, order: null },
  ]) {
    const frozen = Frozen.freeze(wrong as never, merchant, { notifyUrl: "https://shop.example/notices" });
    expect(frozen).toMatchObject({ failure: { _tag: "InvalidRequest" } });
  }
  const frozen = Frozen.freeze({ ...request, refundDesc: undefined, opUserId: true }, merchant, {
    notifyUrl: "https://a.example/",
  });
  expect(Result.getOrThrow(frozen)).toEqual({
    v: 1,
    appId: "wx8888888888888888",
    notifyUrl: "https://a.example/",
    asked: { ...request, opUserId: "1900000109" },
  });
});

it.live("says whether a refund was recorded just now, and lists those of some merchants", () =>
  Effect.gen(function* () {
    const file = join(yield* directory, "refunds.db");
    const store = Durable.layerSqlite({ file, worker: false }).pipe(Layer.provide(shops));
    yield* Effect.gen(function* () {
      const refunds = yield* Refunds.Refunds;
      for (const { mchId } of merchants) {
        expect(yield* refunds.start(mchId, request)).toMatchObject({ created: true });
        expect(yield* refunds.start(mchId, request)).toMatchObject({ created: false, mchId });
      }
      yield* refunds.cancel("1900000109", "R-1", { by: "Ann", reason: "a mistake" });
      // What was given up is started again, and was there.
      expect(yield* refunds.start("1900000109", request)).toMatchObject({ created: false, truth: "Recorded" });
      const of = (...numbers: ReadonlyArray<string>) =>
        Effect.map(refunds.list({ whose: numbers.map((mchId) => ({ mchId, subMchId: "" })) }), (page) =>
          page.refunds.map(({ mchId }) => mchId),
        );
      expect(yield* of("1900000109", "1900000309")).toEqual(["1900000309", "1900000109"]);
      expect(yield* of()).toEqual([]);
      expect(yield* refunds.list({ whose: [{ mchId: "1900000109", subMchId: "1" }] })).toMatchObject({ refunds: [] });
    }).pipe(Effect.provide(store));
  }),
);

/** More than a thousand of the largest amount add up to more than 2^63. */
const most = Number.MAX_SAFE_INTEGER;
const many = 1100;

const sums = Effect.gen(function* () {
  const refunds = yield* Refunds.Refunds;
  const events = yield* Events.Events;
  const largest = { ...request, totalFee: most, refundFee: most };
  yield* Effect.forEach(
    Array.from({ length: many }, (_, n) => `R-${n}`),
    (outRefundNo) => refunds.start("1900000109", { ...largest, outRefundNo }),
    { concurrency: 50, discard: true },
  );
  while ((yield* events.newest) < many) yield* Effect.sleep(20);
  const [total] = yield* refunds.totals;
  const [counted] = yield* refunds.count({});
  for (const sum of [total, counted]) {
    expect(sum?.count).toBe(many);
    expect((sum?.amount ?? 0) / (many * most)).toBeCloseTo(1, 10);
  }
  // What comes after goes on to be told.
  yield* refunds.start("1900000209", request);
  while ((yield* events.newest) < many + 1) yield* Effect.sleep(20);
  expect((yield* refunds.totals).find(({ mchId }) => mchId === "1900000209")).toMatchObject({ count: 1, amount: 30 });
});

it.live("adds up amounts beyond any number of the database, and tells of what comes after: SQLite", () =>
  Effect.gen(function* () {
    const file = join(yield* directory, "refunds.db");
    yield* Effect.provide(sums, Durable.layerSqlite({ file, worker: false }).pipe(Layer.provide(shops)));
  }),
);

it.live.skipIf(!isInstalled)("adds up amounts beyond any number of the database: PostgreSQL", () =>
  Effect.gen(function* () {
    const { url } = yield* database;
    yield* Effect.provide(sums, Durable.layerPostgres({ url, worker: false }).pipe(Layer.provide(shops)));
  }),
);
