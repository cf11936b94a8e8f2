/**
 * Refunds that outlive the process, in a SQLite file: recorded together with the application's own rows, or not at all; sent by the process
 * that comes after the one that recorded them; told by events that are handled once each.
 *
 * Needs: nothing; the file is a temporary one, the gateway is the simulator.
 * Run:   npx --yes pnpm@12 node examples/14-durable-refunds.ts
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as NodeRuntime from "@effect/platform-node/NodeRuntime";
import { Merchants } from "@wechat-refund/core";
import { Durable, Events, Refunds } from "@wechat-refund/durable";
import { Gateway, MemoryTransport } from "@wechat-refund/simulator";
import { Console, Effect, Layer, Redacted, Stream } from "effect";
import { SqlClient } from "effect/sql";

const identity = { appId: "wx8888888888888888", mchId: "1900000109", apiKey: "TestKey0000000000000000000000001" };
const gateway = Gateway.make({
  merchants: [identity],
  orders: [{ mchId: identity.mchId, transactionId: "42", outTradeNo: "T-1", totalFee: 100, paidAt: Date.now() }],
  course: [{ status: "SUCCESS", afterMillis: 1 }],
});
const shops = Merchants.layer([
  {
    name: "shop",
    v2: { ...identity, apiKey: Redacted.make(identity.apiKey), transport: MemoryTransport.layer(gateway) },
  },
]);

const request = { order: { outTradeNo: "T-1" }, outRefundNo: "R-1", totalFee: 100, refundFee: 30 };

/** The order and the refund, or neither. */
const giveBack = Effect.fn("giveBack")(function* (mayFail: Effect.Effect<void, string>) {
  const sql = yield* SqlClient.SqlClient;
  const refunds = yield* Refunds.Refunds;
  return yield* sql.withTransaction(
    Effect.gen(function* () {
      yield* sql`UPDATE orders SET state = 'refunding' WHERE number = 'T-1'`;
      const refund = yield* refunds.start("shop", request);
      yield* mayFail;
      return refund;
    }),
  );
});

/** A process that takes the order in, and ends as soon as it has said so. */
const first = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient;
  const refunds = yield* Refunds.Refunds;
  yield* sql`CREATE TABLE orders (number TEXT PRIMARY KEY, state TEXT NOT NULL)`;
  yield* sql`INSERT INTO orders VALUES ('T-1', 'paid')`;
  const failed = yield* Effect.flip(giveBack(Effect.fail("out of stock, it seems")));
  const there = yield* refunds.find("shop", "R-1");
  yield* Console.log(`${String(failed)}: the refund is ${there === undefined ? "not recorded" : "recorded"}`);
  const refund = yield* giveBack(Effect.void);
  yield* Console.log(`recorded: ${refund.outRefundNo}, ${refund.truth}`);
  const other = yield* Effect.flip(refunds.start("shop", { ...request, refundFee: 40 }));
  yield* Console.log(other.message);
});

/** The one that comes after it. */
const second = Effect.gen(function* () {
  const refunds = yield* Refunds.Refunds;
  const events = yield* Events.Events;
  const accepted = yield* events.stream().pipe(
    Stream.filter(({ truth }) => truth === "Accepted"),
    Stream.take(1),
    Stream.runCollect,
  );
  yield* Console.log(`event ${accepted[0]?.position}: ${accepted[0]?.outRefundNo} is ${accepted[0]?.truth}`);
  // It would be asked for in a minute.
  yield* refunds.goOn("shop", "R-1", { by: "Ann", reason: "the customer is on the line" });
  const settled = yield* refunds.settled("shop", "R-1");
  yield* Console.log(`${settled.outRefundNo}: ${settled.truth}`);
  for (const line of yield* refunds.history("shop", "R-1")) yield* Console.log(`  ${line.seq} ${line.what}`);
});

const program = Effect.gen(function* () {
  const folder = yield* Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "refunds-"))),
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true })),
  );
  const file = join(folder, "refunds.db");
  // Without a worker it only records: what it takes in is another's to send.
  yield* Effect.provide(first, Durable.layerSqlite({ file, worker: false }).pipe(Layer.provide(shops)));
  yield* Effect.provide(second, Durable.layerSqlite({ file }).pipe(Layer.provide(shops)));
  yield* Console.log(`refunds at the gateway: ${gateway.ledger.size()}`);
});

program.pipe(Effect.scoped, NodeRuntime.runMain);
