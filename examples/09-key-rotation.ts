/**
 * A new API key (API密钥) without a gap: while both are valid, replies and notices under the old one are believed too.
 *
 * Needs: nothing; the gateway is in this process.
 * Run:   npx --yes pnpm@12 node examples/09-key-rotation.ts
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime";
import { Merchant, RefundClient, RefundNotice } from "@wechat-refund/core";
import { Replies } from "@wechat-refund/core/testing";
import { Gateway, MemoryTransport } from "@wechat-refund/simulator";
import { Console, Effect, Layer, Redacted, Result } from "effect";

const ids = { appId: "wx8888888888888888", mchId: "1900000109" };
const [oldKey, newKey] = ["TestKey0000000000000000000000001", "TestKey0000000000000000000000002"];
const request = { order: { outTradeNo: "T-1" }, outRefundNo: "R-1", totalFee: 100, refundFee: 100 };

// The gateway takes both keys and still signs with the old one.
const gateway = Gateway.make({
  merchants: [{ ...ids, apiKey: newKey, previousApiKey: oldKey, repliesSignedWith: "previousApiKey" }],
  orders: [{ mchId: ids.mchId, transactionId: "42", outTradeNo: "T-1", totalFee: 100, paidAt: Date.now() }],
});

const merchants = {
  "the new key alone": Merchant.make({ ...ids, apiKey: Redacted.make(newKey) }),
  "the new key, and the old one for a while": Merchant.make({
    ...ids,
    apiKey: Redacted.make(newKey),
    previousApiKey: Redacted.make(oldKey),
  }),
};

Effect.gen(function* () {
  // A notice sealed before the change, on its way for a while.
  const former = yield* Effect.fromResult(Merchant.make({ ...ids, apiKey: Redacted.make(oldKey) }));
  const notice = Replies.notice(former, request, "SUCCESS");
  for (const [name, made] of Object.entries(merchants)) {
    const merchant = yield* Effect.fromResult(made);
    const client = RefundClient.layer.pipe(
      Layer.provide([MemoryTransport.layer(gateway), Layer.succeed(Merchant.Merchant, merchant)]),
    );
    const refunded = yield* RefundClient.RefundClient.use((api) => api.refund(request)).pipe(
      Effect.provide(client),
      Effect.result,
    );
    yield* Console.log(
      `${name}: reply ${Result.isSuccess(refunded) ? "accepted" : refunded.failure.reason._tag}, notice ${Result.match(
        RefundNotice.open(notice, merchant),
        { onSuccess: ({ keyUsed }) => `opened with the ${keyUsed} key`, onFailure: ({ _tag }) => _tag },
      )}`,
    );
  }
}).pipe(NodeRuntime.runMain);
