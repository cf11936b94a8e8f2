/** Two services on one PostgreSQL deliver between them: each message at least once, none by both at a time, also when one of them ends. */
import { it } from "@effect/vitest";
import { Durable, RefundStore } from "@wechat-refund/durable";
import { Service, Webhooks } from "@wechat-refund/server";
import { Context, Effect, Exit, Layer, Logger, Scope } from "effect";
import { expect } from "vitest";
import * as Postgres from "../../durable/test/support/Postgres.ts";
import { hooksFile, newSecret, receiver } from "./support/receiver.ts";
import { ask, gatewayOf, merchantsOf, refundOf } from "./support/service.ts";

Postgres.sayIfSkipped("webhooks of two services over PostgreSQL");

const count = 60;

it.live.skipIf(!Postgres.isInstalled)("two services share what is to be delivered, and one goes on alone", () =>
  Effect.gen(function* () {
    const cluster = yield* Postgres.own();
    const url = cluster.url(yield* Effect.promise(() => cluster.createDatabase()));
    const secret = newSecret();
    const erp = yield* receiver(secret);
    const underWay = new Set<string>();
    const both: Array<string> = [];
    erp.answer = async ({ id }) => {
      if (underWay.has(id)) both.push(id);
      underWay.add(id);
      await new Promise((resolve) => setTimeout(resolve, 20));
      underWay.delete(id);
      return { status: 200 };
    };
    const hooks = yield* hooksFile([{ name: "erp", url: erp.url, secret, types: ["refund.recorded"] }]);
    const gateway = gatewayOf();
    const service = Effect.gen(function* () {
      const scope = yield* Scope.make();
      yield* Effect.addFinalizer(() => Scope.close(scope, Exit.void));
      const context = yield* Layer.build(
        Service.layer({ api: { port: 0 }, tokens: "none", webhooks: { file: hooks.file } }).pipe(
          Layer.provideMerge(Durable.layerPostgres({ url, worker: false })),
          Layer.provide(merchantsOf(gateway)),
          Layer.provide(Logger.layer([])),
        ),
      ).pipe(Scope.provide(scope));
      return { scope, context, api: Context.get(context, Service.Listening).api };
    });
    const first = yield* service;
    const second = yield* service;
    const post = (n: number) =>
      Effect.promise(() => ask(n % 2 === 0 ? first.api : second.api, "POST", "/v1/refunds", { body: refundOf(n) }));
    yield* Effect.forEach(
      Array.from({ length: count }, (_, n) => n + 1),
      post,
      { concurrency: 8 },
    );
    const numbers = () => new Set(erp.got.map(({ data }) => data["outRefundNo"]));
    yield* Effect.promise(() => expect.poll(() => numbers().size, { timeout: 50_000 }).toBe(count));
    expect(both).toEqual([]);
    expect(erp.got.every(({ by }) => by === secret)).toBe(true);
    // Nobody ended, so each came once.
    expect(erp.got.length).toBe(count);

    // The server goes away while messages are under way, and what came of those cannot be stored.
    const before = erp.got.length;
    for (let n = count + 1; n <= count + 10; n++) yield* post(n);
    yield* Effect.promise(() => expect.poll(() => erp.got.length, { timeout: 50_000 }).toBeGreaterThan(before));
    yield* Effect.promise(() => cluster.restart("immediate"));
    yield* Effect.promise(() => expect.poll(() => numbers().size, { timeout: 50_000 }).toBe(count + 10));

    yield* Scope.close(first.scope, Exit.void);
    for (let n = count + 11; n <= count + 20; n++) {
      yield* Effect.promise(() => ask(second.api, "POST", "/v1/refunds", { body: refundOf(n) }));
    }
    yield* Effect.promise(() => expect.poll(() => numbers().size, { timeout: 50_000 }).toBe(count + 20));
    const webhooks = Context.get(second.context, Webhooks.Webhooks);
    yield* Effect.promise(() =>
      expect
        .poll(() => Effect.runPromise(webhooks.list), { timeout: 30_000 })
        .toMatchObject([{ name: "erp", pending: 0, dead: 0 }]),
    );
    const { database } = Context.get(second.context, RefundStore.RefundStore);
    expect(yield* database.sql`SELECT COUNT(*) AS n FROM ${database.table("refund_deliveries")}`.values).toEqual([
      [BigInt(count + 20)],
    ]);
  }),
);
