/**
 * One refund and one query, set up by the environment as a service is: `refund.mjs ORDER`. Where another adapter, a bundle or another run
 * time is tried, it is this program.
 */
import { NodeHttpsTransport } from "@wechat-refund/adapter-node-https";
import { Merchant, RefundClient } from "@wechat-refund/core";
import { Effect, Layer } from "effect";

const client = RefundClient.layer.pipe(Layer.provide([Merchant.layerConfig, NodeHttpsTransport.layerConfig]));
const number = process.argv.at(-1);
const request = { order: { outTradeNo: `T-${number}` }, outRefundNo: `R-${number}`, totalFee: 100, refundFee: 30 };

const program = Effect.gen(function* () {
  const { confirm, refund } = yield* RefundClient.RefundClient;
  const accepted = yield* refund(request);
  const record = yield* confirm(request);
  return `${accepted.refundFee} fen of ${accepted.totalFee}, ${record.refundStatus}`;
});

Effect.runPromise(Effect.provide(program, client)).then(console.log, (error) => {
  console.log(`${error.name}: ${error.message}`);
  process.exitCode = 1;
});
