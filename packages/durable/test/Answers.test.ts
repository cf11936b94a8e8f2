/** What a front of the store is answered: whether a refund is new, and the refunds of those it may see alone. */
import { join } from "node:path";
import { it } from "@effect/vitest";
import { Merchant, Merchants } from "@wechat-refund/core";
import { Durable, Frozen, Refunds } from "@wechat-refund/durable";
import { Gateway, MemoryTransport } from "@wechat-refund/simulator";
import { Effect, Layer, Redacted, Result } from "effect";
import { expect } from "vitest";
import { directory } from "./support/files.ts";

const merchants = ["1900000109", "1900000209", "1900000309"].map((mchId, n) => ({
  appId: "wx8888888888888888",
  mchId,
  apiKey: `TestKey000000000000000000000000${n}`,
}));
const gateway = Gateway.make({ merchants, orders: [] });
const shops = Merchants.layer(
  merchants.map(({ apiKey, ...rest }) => ({
    name: rest.mchId,
    v2: { ...rest, apiKey: Redacted.make(apiKey), transport: MemoryTransport.layer(gateway) },
  })),
);
const request = { order: { outTradeNo: "T-1" }, outRefundNo: "R-1", totalFee: 100, refundFee: 30 };

it("answers whatever is asked: what is no refund is an issue", () => {
  const [{ apiKey, ...identity }] = merchants as [(typeof merchants)[number]];
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
