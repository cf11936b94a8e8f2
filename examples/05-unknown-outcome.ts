/**
 * Outcome unknown: a reply is lost, the gateway stumbles, and the refund is still made exactly once.
 *
 * Needs: nothing; the gateway is in this process and loses replies as told.
 * Run:   npx --yes pnpm@12 node examples/05-unknown-outcome.ts
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime";
import { Merchant, type Refund, RefundClient, Resend } from "@wechat-refund/core";
import { Fault, Gateway, MemoryTransport } from "@wechat-refund/simulator";
import { Console, Effect, Layer, Redacted, References, Schedule } from "effect";

const identity = { appId: "wx8888888888888888", mchId: "1900000109", apiKey: "TestKey0000000000000000000000001" };
const order = { mchId: identity.mchId, transactionId: "42", outTradeNo: "T-1", totalFee: 100, paidAt: Date.now() };
const gateway = Gateway.make({ merchants: [identity], orders: [order] });

const client = RefundClient.layer.pipe(
  Layer.provide([
    MemoryTransport.layer(gateway),
    Merchant.layer({ ...identity, apiKey: Redacted.make(identity.apiKey) }),
  ]),
);

// The default policy waits seconds to minutes between its steps, for a day; an example should not.
const often = Schedule.spaced("20 millis");
const policy = { notSent: often, unknown: often, rateLimited: often, within: "5 seconds" } as const;

const tell = Effect.fnUntraced(function* (story: string, outRefundNo: string, ...faults: Array<Fault.Fault>) {
  gateway.faults.push(...faults);
  const request: Refund.RefundRequest = { order: { outTradeNo: "T-1" }, outRefundNo, totalFee: 100, refundFee: 10 };
  const known = yield* Resend.untilKnown(request);
  const rows = [...gateway.ledger.rows()].filter((row) => row.outRefundNo === outRefundNo).length;
  yield* Console.log(`${story}: ${known._tag} after ${known.sends} sends, refunds at the gateway: ${rows}`);
});

Effect.gen(function* () {
  yield* tell("reply lost", "R-1", Fault.LoseReply({ on: "refund" }));
  yield* tell("never arrived, twice", "R-2", Fault.Drop({}), Fault.Drop({}));
  yield* tell(
    "SYSTEMERROR though accepted, and a query that fails too",
    "R-3",
    Fault.Refuse({ on: "refund", errCode: "SYSTEMERROR", accepted: true }),
    Fault.LoseReply({ on: "query" }),
  );
  yield* tell("SYSTEMERROR and not accepted", "R-4", Fault.Refuse({ errCode: "SYSTEMERROR", accepted: false }));
  yield* tell(
    "a proxy's page instead of the reply",
    "R-5",
    Fault.Replace({ status: 502, body: "<html>", reached: true }),
  );
  yield* tell("no money left", "R-6", Fault.Refuse({ errCode: "NOTENOUGH", accepted: false }));
}).pipe(
  Effect.provide(client),
  Effect.provideService(Resend.CurrentPolicy, policy),
  // Every failed call is logged, with its number and outcome; here the summary is enough.
  Effect.provideService(References.MinimumLogLevel, "Error"),
  NodeRuntime.runMain,
);
