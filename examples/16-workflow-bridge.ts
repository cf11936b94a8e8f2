/**
 * A workflow of Effect that takes part in a durable refund: it starts the refund in an activity and sleeps on a deferred, which the refund's
 * last event completes. The truth stays in the store of refunds; the workflow only waits for it.
 *
 * Needs: nothing; store, engine and gateway are in memory.
 * Run:   npx --yes pnpm@12 node examples/16-workflow-bridge.ts
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as NodeRuntime from "@effect/platform-node/NodeRuntime";
import { Merchants } from "@wechat-refund/core";
import { Durable, Events, Refunds } from "@wechat-refund/durable";
import { Gateway, MemoryTransport } from "@wechat-refund/simulator";
import { Console, Effect, Fiber, Layer, Redacted, Schema } from "effect";
import { Activity, DurableDeferred, Workflow, WorkflowEngine } from "effect/workflow";

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

const Return = Workflow.make("Return", {
  payload: { order: Schema.String, outRefundNo: Schema.String },
  success: Schema.String,
  idempotencyKey: ({ outRefundNo }) => outRefundNo,
});

/** How the refund ended. */
const Ended = DurableDeferred.make("ended", { success: Schema.String });

const returning = Return.toLayer(
  Effect.fnUntraced(function* ({ order, outRefundNo }) {
    // The number is the key: run again, the activity gives the same refund.
    yield* Activity.make({
      name: "start",
      execute: Effect.gen(function* () {
        const refunds = yield* Refunds.Refunds;
        yield* Effect.orDie(
          refunds.start("shop", { order: { outTradeNo: order }, outRefundNo, totalFee: 100, refundFee: 100 }),
        );
      }),
    });
    const truth = yield* DurableDeferred.await(Ended);
    yield* Console.log(`the workflow goes on: ${outRefundNo} is ${truth}`);
    return truth;
  }),
);

/** What ends the wait. `NotMade`, given up by a person, may be started again; nobody waits for that. */
const ends: ReadonlySet<string> = new Set(["Succeeded", "Closed", "Rejected", "Resolved", "NotMade"]);

/** The bridge: a consumer of events. An event that comes twice completes a deferred that is complete. */
const bridge = Effect.gen(function* () {
  const events = yield* Events.Events;
  yield* events.consume("workflows", ({ outRefundNo, truth }) =>
    Effect.gen(function* () {
      if (!ends.has(truth)) return;
      const payload = { order: "", outRefundNo };
      const token = yield* DurableDeferred.tokenFromPayload(Ended, { workflow: Return, payload });
      yield* DurableDeferred.succeed(Ended, { token, value: truth });
    }),
  );
});

const program = Effect.gen(function* () {
  yield* Effect.forkChild(bridge);
  const running = yield* Effect.forkChild(Return.execute({ order: "T-1", outRefundNo: "R-1" }));
  const refunds = yield* Refunds.Refunds;
  while ((yield* refunds.find("shop", "R-1"))?.truth !== "Accepted") yield* Effect.sleep("20 millis");
  yield* Console.log("accepted; the workflow sleeps");
  yield* refunds.goOn("shop", "R-1", { by: "Ann", reason: "to be asked for now, and not in a minute" });
  yield* Console.log(`the workflow ended with ${yield* Fiber.join(running)}`);
});

const main = Effect.gen(function* () {
  const folder = yield* Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "refunds-"))),
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true })),
  );
  const store = Durable.layerSqlite({ file: join(folder, "refunds.db") }).pipe(Layer.provide(shops));
  yield* Effect.provide(
    program,
    returning.pipe(Layer.provideMerge(WorkflowEngine.layerMemory), Layer.provideMerge(store)),
  );
});

main.pipe(Effect.scoped, NodeRuntime.runMain);
