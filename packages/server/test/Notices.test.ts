/** Notices on a listener of their own: real ones make a look due, forged ones cost nothing that lasts. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { it } from "@effect/vitest";
import { Merchant, RefundNotice } from "@wechat-refund/core";
import { Replies } from "@wechat-refund/core/testing";
import { Refunds } from "@wechat-refund/durable";
import { Context, Effect, Redacted, Result } from "effect";
import { SqlClient } from "effect/sql";
import { expect } from "vitest";
import { ask as request, refundOf, shops, start } from "./support/service.ts";

const [shop, kiosk] = shops.map(({ apiKey, appId, mchId }) =>
  Result.getOrThrow(Merchant.make({ appId, mchId, apiKey: Redacted.make(apiKey) })),
) as [Merchant.MerchantIdentity, Merchant.MerchantIdentity];

const good = new TextDecoder().decode(RefundNotice.acknowledge);
const bad = new TextDecoder().decode(RefundNotice.refuse);
const asked = (n: number) => {
  const { merchant: _, ...rest } = refundOf(n);
  return rest;
};

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** What is really held. */
const heap = (): number => {
  collect();
  return process.memoryUsage().heapUsed;
};

const post = (base: string, path: string, body: Uint8Array | string, headers: Readonly<Record<string, string>> = {}) =>
  Effect.promise(() => request(base, "POST", path, { body, headers: { "content-type": "text/xml", ...headers } }));

it.live("acknowledges once a look at the refund is due, and what is not ours", () =>
  Effect.gen(function* () {
    const { ask, notices } = yield* start();
    yield* ask("POST", "/v1/refunds", { body: refundOf(1) });
    const state = Effect.map(ask("GET", "/v1/refunds/shop/R-1"), ({ body }) => body["state"]);
    while ((yield* state) !== "Accepted") yield* Effect.sleep(20);
    const noticed = yield* post(notices, "/notices/shop", Replies.notice(shop, asked(1), "SUCCESS"));
    expect(noticed).toMatchObject({ status: 200, text: good, headers: { "content-type": "text/xml" } });
    // Without it the question would come a minute later.
    while ((yield* state) !== "Succeeded") yield* Effect.sleep(20);
    expect((yield* post(notices, "/notices/shop", Replies.notice(shop, asked(1), "REFUNDCLOSE"))).text).toBe(good);
    expect(yield* state).toBe("Succeeded");
    expect((yield* post(notices, "/notices/shop", Replies.notice(shop, asked(9), "SUCCESS"))).text).toBe(good);
  }),
);

it.live("answers everything else alike, and has nothing else at this listener", () =>
  Effect.gen(function* () {
    const { api, notices } = yield* start({ durable: { worker: false } });
    const real = Replies.notice(shop, asked(1), "SUCCESS");
    for (const [path, body] of [
      ["/notices/kiosk", real],
      ["/notices/shop", Replies.notice(kiosk, asked(1), "SUCCESS")],
      ["/notices/nobody", real],
      ["/notices/shop", "<xml></xml>"],
      ["/notices/shop", "{}"],
      ["/notices/shop", ""],
      ["/notices/shop", new Uint8Array(64 * 1024 + 1)],
      ["/notices/shop", new Uint8Array(5 * 1024 * 1024)],
    ] as const) {
      expect(yield* post(notices, path, body), path).toMatchObject({ status: 200, text: bad });
    }
    for (const path of ["/v1/refunds", "/metrics", "/health", "/openapi.json", "/notices", "/notices/shop/x"]) {
      const missing = yield* Effect.promise(() => request(notices, "GET", path));
      expect(missing, path).toMatchObject({ status: 404, body: { detail: "there is nothing at this address" } });
    }
    expect((yield* Effect.promise(() => request(notices, "GET", "/notices/shop"))).status).toBe(405);
    expect((yield* post(api, "/notices/shop", real)).status).toBe(404);
  }),
);

it.live("asks for a notice again while the store is away", () =>
  Effect.gen(function* () {
    const { ask, notices, services } = yield* start({ durable: { worker: false } });
    yield* ask("POST", "/v1/refunds", { body: refundOf(1) });
    const sql = Context.get(services, SqlClient.SqlClient);
    const notice = Replies.notice(shop, asked(1), "SUCCESS");
    yield* sql`ALTER TABLE refunds RENAME TO away`;
    expect((yield* post(notices, "/notices/shop", notice)).text).toBe(bad);
    yield* sql`ALTER TABLE away RENAME TO refunds`;
    // A store that says nothing is not waited for.
    const held = yield* Effect.forkChild(sql.withTransaction(Effect.sleep("1 minute")));
    yield* Effect.sleep(50);
    expect((yield* post(notices, "/notices/shop", notice)).text).toBe(bad);
    expect(held.pollUnsafe()).toBeUndefined();
    held.interruptUnsafe();
    while ((yield* post(notices, "/notices/shop", notice)).text !== good) yield* Effect.sleep(50);
  }),
);

it.live(
  "lets a flood of forged ones grow nothing and ask nothing",
  () =>
    Effect.gen(function* () {
      const { ask, gateway, logged, notices, services } = yield* start();
      yield* ask("POST", "/v1/refunds", { body: refundOf(1) });
      const refunds = Context.get(services, Refunds.Refunds);
      const accepted = Effect.map(refunds.find("shop", "R-1"), (refund) => refund?.truth === "Accepted");
      while (!(yield* accepted)) yield* Effect.sleep(20);
      const before = yield* refunds.find("shop", "R-1");
      const calls = gateway.log.entries().length;
      const lines = logged.length;
      const forged = Replies.notice({ ...shop, apiKey: kiosk.apiKey }, asked(1), "SUCCESS");
      // Gives no more than what was answered otherwise, so that only the service keeps something.
      const burst = Effect.fnUntraced(function* (count: number) {
        const answers = yield* Effect.forEach(
          Array.from({ length: count }, (_, n) => n),
          (n) =>
            post(
              notices,
              n % 10 === 9 ? `/notices/x${n}` : "/notices/shop",
              n % 3 === 0 ? new Uint8Array(2000).fill(65) : forged,
            ),
          {
            concurrency: 32,
          },
        );
        return answers.map(({ text }) => text).filter((text) => text !== bad);
      });
      yield* burst(300);
      const start_ = heap();
      expect(yield* burst(1000)).toEqual([]);
      yield* Effect.sleep(10);
      expect(heap() - start_).toBeLessThan(1_200_000);
      const after = yield* refunds.find("shop", "R-1");
      expect(after).toMatchObject({ truth: "Accepted", dueAt: before?.dueAt });
      expect(gateway.log.entries().length).toBe(calls);
      expect(logged.length - lines).toBeLessThan(5);
      // Real ones that are repeated make one look due, and the pace one question.
      yield* Effect.sleep(1100);
      const real = Replies.notice(shop, asked(1), "CHANGE");
      yield* Effect.forEach(Array.from({ length: 300 }), () => post(notices, "/notices/shop", real), {
        concurrency: 32,
      });
      yield* Effect.sleep(500);
      expect(gateway.log.entries().length - calls).toBeLessThanOrEqual(1);
      const { text } = yield* ask("GET", "/metrics");
      expect(text).toMatch(/wechat_refund_notices\{result="unreadable"\} \d+/);
      expect(text).toMatch(/wechat_refund_notices_refused\{why="no-merchant"\} \d+/);
    }),
  120_000,
);
