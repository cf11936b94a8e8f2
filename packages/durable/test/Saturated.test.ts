/** An application that uses up all of its connections: what sees to the refunds has its own. */
import { it } from "@effect/vitest";
import { Deferred, Effect, Fiber, Layer, Redacted } from "effect";
import { SqlClient } from "effect/sql";
import { expect } from "vitest";
import { Merchants } from "@wechat-refund/core";
import { Durable, Health, Refunds } from "@wechat-refund/durable";
import { Gateway, MemoryTransport } from "@wechat-refund/simulator";
import { database, isInstalled, sayIfSkipped } from "./support/Postgres.ts";

sayIfSkipped("the application without a connection left");

const shop = { appId: "wx8888888888888888", mchId: "1900000109", apiKey: "TestKey0000000000000000000000001" };

it.live.skipIf(!isInstalled)("an application that holds all its connections stops no refund", () =>
  Effect.gen(function* () {
    const { url } = yield* database;
    const gateway = Gateway.make({
      merchants: [shop],
      orders: [{ mchId: shop.mchId, transactionId: "42", outTradeNo: "T-1", totalFee: 100, paidAt: Date.now() }],
    });
    const shops = Merchants.layer([
      {
        name: "shop",
        v2: { ...shop, apiKey: Redacted.make(shop.apiKey), transport: MemoryTransport.layer(gateway) },
      },
    ]);
    const stuck: Array<string> = [];
    const live = Durable.layerPostgres({
      url,
      maxConnections: 2,
      worker: { lease: "3 seconds" },
      health: { onStuck: (why) => Effect.sync(() => void stuck.push(why)) },
    }).pipe(Layer.provide(shops));
    yield* Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient;
      const refunds = yield* Refunds.Refunds;
      const begun = [yield* Deferred.make<void>(), yield* Deferred.make<void>()];
      const over = yield* Deferred.make<void>();
      const [first, second] = begun;
      if (first === undefined || second === undefined) return;
      const request = { order: { outTradeNo: "T-1" }, outRefundNo: "R-1", totalFee: 100, refundFee: 10 };
      const recorded = yield* Deferred.make<void>();
      const holds = [
        sql.withTransaction(Effect.andThen(Deferred.succeed(first, undefined), Deferred.await(over))),
        // It has only just recorded a refund when it begins to think.
        Effect.gen(function* () {
          yield* refunds.start("shop", request);
          yield* Deferred.succeed(recorded, undefined);
          yield* sql.withTransaction(Effect.andThen(Deferred.succeed(second, undefined), Deferred.await(over)));
        }),
      ];
      const held = yield* Effect.forkChild(Effect.all(holds, { concurrency: 2 }));
      yield* Deferred.await(first);
      yield* Deferred.await(second);
      const asked = yield* Effect.forkChild(refunds.find("shop", "R-1"));
      // Longer than a lease that nobody renews.
      yield* Effect.sleep("5 seconds");
      expect(gateway.ledger.size()).toBe(1);
      expect(yield* (yield* Health.Health).ready).toEqual({ ready: true });
      expect(stuck).toEqual([]);
      yield* Deferred.succeed(over, undefined);
      yield* Fiber.join(held);
      expect((yield* Fiber.join(asked))?.truth).toBe("Accepted");
    }).pipe(Effect.provide(live));
  }),
);
