/**
 * A service provider (服务商) refunds for its sub-merchants (特约商户): one client for each, over one transport.
 *
 * Needs: nothing; the gateway is in this process.
 * Run:   npx --yes pnpm@12 node examples/07-service-provider.ts
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime";
import { Merchant, RefundClient } from "@wechat-refund/core";
import { Gateway, MemoryTransport } from "@wechat-refund/simulator";
import { Console, Effect, Layer, Redacted } from "effect";

const provider = { appId: "wx8888888888888888", mchId: "1900000109", apiKey: "TestKey0000000000000000000000001" };
const subMchIds = ["1900000201", "1900000202"];

const gateway = Gateway.make({
  merchants: [{ ...provider, subMerchants: subMchIds.map((subMchId) => ({ subMchId })) }],
  // Order numbers are unique inside a sub-merchant only.
  orders: subMchIds.map((subMchId, n) => {
    const order = { transactionId: `42${n}`, outTradeNo: "T-1", totalFee: 100, paidAt: Date.now() };
    return { mchId: provider.mchId, subMchId, ...order };
  }),
});
// Certificate and API key are the provider's, so the transport is the same for all.
const transport = MemoryTransport.layer(gateway);

const clientOf = (subMchId: string) =>
  RefundClient.layer.pipe(
    Layer.provide([transport, Merchant.layer({ ...provider, apiKey: Redacted.make(provider.apiKey), subMchId })]),
  );

Effect.forEach(
  [...subMchIds, "1900000999"],
  Effect.fnUntraced(function* (subMchId) {
    const refund = { order: { outTradeNo: "T-1" }, outRefundNo: "R-1", totalFee: 100, refundFee: 100 };
    const result = yield* RefundClient.RefundClient.use((client) => client.refund(refund)).pipe(
      Effect.provide(clientOf(subMchId)),
      Effect.result,
    );
    const said = result._tag === "Success" ? `accepted as ${result.success.refundId}` : result.failure.message;
    yield* Console.log(`${subMchId}: ${said}`);
  }),
).pipe(NodeRuntime.runMain);
