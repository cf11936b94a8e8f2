/** What a service exports of its own, as the READMEs compose it, without a type written by hand. */
import { NodeHttpsTransport } from "@wechat-refund/adapter-node-https";
import { UndiciTransport } from "@wechat-refund/adapter-undici";
import { ApiV3 } from "@wechat-refund/apiv3";
import { Merchant, Merchants, RefundClient } from "@wechat-refund/core";
import { Durable } from "@wechat-refund/durable";
import { Effect, Layer } from "effect";

export const live = RefundClient.layer.pipe(Layer.provide([Merchant.layerConfig, UndiciTransport.layerConfig]));
export const short = RefundClient.layerConfig(NodeHttpsTransport.layerConfig);
export const merged = RefundClient.layer.pipe(
  Layer.provideMerge(Layer.mergeAll(Merchant.layerConfig, NodeHttpsTransport.layerConfig)),
);
export const rotating = (options: Parameters<typeof UndiciTransport.layerRotating>[0]) =>
  NodeHttpsTransport.layerRotating(options);
export const handle = Effect.fn("handle")(function* (settings: UndiciTransport.TransportSettings) {
  return yield* UndiciTransport.makeRotating(settings);
});
export const program = Effect.provide(
  RefundClient.RefundClient.use((client) => client.query({ outRefundNo: "R-1" })),
  live,
);
export const others = { ApiV3, Durable, Merchants };
