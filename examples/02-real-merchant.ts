/**
 * A refund with a real merchant: identity, API key and certificate come from the environment and from files. It moves money.
 *
 * Needs: WECHAT_PAY_APP_ID, WECHAT_PAY_MCH_ID, WECHAT_PAY_API_KEY (the APIv2 key, API密钥), and WECHAT_PAY_P12_FILE or
 *        WECHAT_PAY_CERT_FILE with WECHAT_PAY_KEY_FILE (API证书), or their texts.
 *        WECHAT_PAY_ENDPOINT and WECHAT_PAY_CA_FILE for another gateway.
 * Run:   npx --yes pnpm@12 node examples/02-real-merchant.ts OUT_TRADE_NO OUT_REFUND_NO TOTAL_FEE REFUND_FEE
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime";
import { NodeHttpsTransport } from "@wechat-refund/adapter-node-https";
import { Merchant, RefundClient } from "@wechat-refund/core";
import { Console, Effect, Layer } from "effect";

const program = Effect.gen(function* () {
  const [outTradeNo = "", outRefundNo = "", totalFee, refundFee] = process.argv.slice(2);
  const client = yield* RefundClient.RefundClient;
  const accepted = yield* client.refund({
    order: { outTradeNo },
    outRefundNo,
    totalFee: Number(totalFee),
    refundFee: Number(refundFee),
  });
  yield* Console.log(`accepted, not yet refunded: ${accepted.refundId}`);
  const reply = yield* client.query({ outRefundNo });
  yield* Console.log(`now: ${reply.records[0]?.refundStatus}`);
}).pipe(
  // What is true after a failure, and what to do next, is part of the error.
  Effect.tapError((error) =>
    error._tag === "RefundError" ? Console.error(`${error.outcome}: ${error.advice}`) : Effect.void,
  ),
);

const client = RefundClient.layer.pipe(Layer.provide([Merchant.layerConfig, NodeHttpsTransport.layerConfig]));

program.pipe(Effect.provide(client), NodeRuntime.runMain);
