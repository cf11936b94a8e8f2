/** The books of a merchant that has APIv3 alone, against the simulator's bill. */
import { join } from "node:path";
import { it } from "@effect/vitest";
import { Context, Effect, Layer } from "effect";
import { TestClock } from "effect/testing";
import { expect } from "vitest";
import { Merchants } from "@wechat-refund/core";
import { Durable, Reconciler, Refunds } from "@wechat-refund/durable";
import { Fault, Gateway, MemoryTransport } from "@wechat-refund/simulator";
import { blockAtGateway, blockOf, type Speech } from "./life/speech.ts";
import { directory } from "./support/files.ts";

const mchId = "1900000109";
const speech: Speech = {
  first: "v3",
  later: "v3",
  hasV2: false,
  platform: "certificate",
  namesKey: false,
  notices: "v3",
};
const start = Date.UTC(2026, 0, 5, 2);
const day = "2026-01-05";
const breath = Effect.promise(() => new Promise((resolve) => setImmediate(resolve)));

it.effect("compares its days with the bill that APIv3 gives, and asks about what differs through APIv3", () =>
  Effect.gen(function* () {
    yield* TestClock.setTime(start);
    const order = (n: number) => ({
      mchId,
      transactionId: `42${n}`,
      outTradeNo: `T-${n}`,
      totalFee: 1000,
      paidAt: start - 1000,
    });
    const gateway = Gateway.make({
      merchants: [
        {
          appId: "wx8888888888888888",
          mchId,
          apiKey: "TestKey0000000000000000000000001",
          v3: blockAtGateway(mchId, speech),
        },
      ],
      orders: [order(1), order(2)],
    });
    const transport = MemoryTransport.make(gateway, {});
    const shop = Merchants.layer([{ name: "shop", v3: blockOf(mchId, speech, undefined, transport) }]);
    const file = join(yield* directory, "refunds.db");
    const process = (options: Omit<Durable.Options, "store">) =>
      Layer.build(Layer.provide(Durable.layerSqlite({ file, ...options }), shop));
    const pass = Effect.fnUntraced(function* (minutes: number) {
      for (let minute = 0; minute < minutes; minute++) {
        yield* TestClock.adjust("1 minute");
        for (let n = 0; n < 3; n++) yield* breath;
      }
    });
    yield* Effect.gen(function* () {
      const worker = { poll: "20 seconds", lease: "200 seconds" } as const;
      const refunds = Context.get(yield* process({ worker }), Refunds.Refunds);
      const request = { order: { outTradeNo: "T-1" }, outRefundNo: "R-1", totalFee: 1000, refundFee: 100 };
      yield* refunds.start("shop", request);
      yield* pass(3);
      expect(yield* refunds.find("shop", "R-1")).toMatchObject({ truth: "Succeeded", protocol: "v3" });
    }).pipe(Effect.scoped);
    const { ledger } = gateway;
    ledger.enterElsewhere({
      order: ledger.findOrder({ mchId }, { outTradeNo: "T-2" }) ?? expect.fail(),
      refundFee: 7,
      now: start + 1000,
    });
    // The bill is not there at first, and then is not the one that the signed reply meant.
    yield* TestClock.setTime(Date.parse("2026-01-06T09:58:00+08:00"));
    gateway.faults.push(Fault.Corrupt({ on: "bill", at: 0.9, xor: 1 }));
    const reconciler = Context.get(yield* process({ worker: false, reconciler: {} }), Reconciler.Reconciler);
    yield* pass(240);
    expect(yield* reconciler.find(mchId, day)).toMatchObject({ state: "done", lines: 2, whole: true, differences: 1 });
    const [difference] = yield* reconciler.differences({ mchId, date: day });
    expect(difference).toMatchObject({
      kind: "only-there",
      answer: { agreesWith: "theirs", record: { refundFee: 7 } },
    });
  }),
);
