/**
 * Outcome unknown: a reply is lost, the gateway stumbles, and the refund is still made exactly once.
 *
 * Needs: nothing; the gateway is in this process and loses replies as told.
 * Run:   npx --yes pnpm@12 node examples/05-unknown-outcome.ts
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime";
import { Merchant, type Refund, RefundClient, Resend } from "@wechat-refund/core";
import { Fault, Gateway, MemoryTransport } from "@wechat-refund/simulator";
import { Console, Effect, Layer, Redacted, References } from "effect";

const identity = { appId: "wx8888888888888888", mchId: "1900000109", apiKey: "TestKey0000000000000000000000001" };
const orders = [1, 2, 3, 4, 5, 6].map((n) => ({
  mchId: identity.mchId,
  transactionId: `${n}`,
  outTradeNo: `T-${n}`,
  totalFee: 100,
  paidAt: Date.now(),
}));
const gateway = Gateway.make({ merchants: [identity], orders });

const client = RefundClient.layer.pipe(
  Layer.provide([
    MemoryTransport.layer(gateway),
    Merchant.layer({ ...identity, apiKey: Redacted.make(identity.apiKey) }),
  ]),
);

// It gives up at once where a person must act, as without money; the default goes on slowly for a day.
const options = { endWhenBlocked: true } as const;

const tell = Effect.fnUntraced(function* (story: string, n: number, ...faults: Array<Fault.Fault>) {
  gateway.faults.push(...faults);
  const outRefundNo = `R-${n}`;
  const order = { outTradeNo: `T-${n}` };
  const request: Refund.RefundRequest = { order, outRefundNo, totalFee: 100, refundFee: 10 };
  const known = yield* Resend.untilKnown(request, options);
  const rows = [...gateway.ledger.rows()].filter((row) => row.outRefundNo === outRefundNo).length;
  yield* Console.log(`${story}: ${known._tag} after ${known.sends} sends, refunds at the gateway: ${rows}`);
});

Effect.gen(function* () {
  yield* tell("reply lost", 1, Fault.LoseReply({ on: "refund" }));
  yield* tell("never arrived, twice", 2, Fault.Drop({}), Fault.Drop({}));
  yield* tell(
    "SYSTEMERROR though accepted, and a query that fails too",
    3,
    Fault.Refuse({ on: "refund", errCode: "SYSTEMERROR", accepted: true }),
    Fault.LoseReply({ on: "query" }),
  );
  yield* tell("SYSTEMERROR and not accepted", 4, Fault.Refuse({ errCode: "SYSTEMERROR", accepted: false }));
  yield* tell("a proxy's page instead of the reply", 5, Fault.Replace({ status: 502, body: "<html>", reached: true }));
  yield* tell("no money left", 6, Fault.Refuse({ errCode: "NOTENOUGH", accepted: false }));
}).pipe(
  Effect.provide(client),
  // Every failed call is logged, with its number and outcome; here the summary is enough.
  Effect.provideService(References.MinimumLogLevel, "Error"),
  NodeRuntime.runMain,
);
