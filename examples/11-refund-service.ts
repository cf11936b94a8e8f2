/**
 * A refund service for programs in any language: HTTP API with its OpenAPI document, notices on a listener of their own, tokens, health,
 * metrics, traces. Refunds are stored before they are acknowledged, and followed until they are final, after a restart as well.
 *
 * Needs: the environment of 02-real-merchant.ts; WECHAT_REFUND_DATABASE (sqlite:refunds.db unless given), TOKENS (a file of tokens; without
 *        one only this machine is served), PORT, NOTICE_PORT and OTEL_EXPORTER_OTLP_ENDPOINT if wanted.
 * Run:   npx --yes pnpm@12 node examples/11-refund-service.ts
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime";
import { NodeHttpsTransport } from "@wechat-refund/adapter-node-https";
import { Failover, Merchants } from "@wechat-refund/core";
import { Durable } from "@wechat-refund/durable";
import { Service } from "@wechat-refund/server";
import { Config, ConfigProvider, Duration, Effect, Layer, Option } from "effect";
import { FetchHttpClient } from "effect/http";
import { OtlpSerialization, OtlpTracer } from "effect/observability";

/** The one merchant of WECHAT_PAY_*, as `shop`; the backup host is used while the main one cannot be reached. */
const merchants = Merchants.layerConfig(Failover.layer().pipe(Layer.provide(NodeHttpsTransport.layerConfig)), {
  name: "shop",
});

/** The refunds, and the worker that sees to them. */
const store = Durable.layerConfig().pipe(
  Layer.provide(ConfigProvider.layerAdd(ConfigProvider.fromUnknown({ WECHAT_REFUND_DATABASE: "sqlite:refunds.db" }))),
);

/** What listens. Notices are the only part that WeChat Pay must reach; put a proxy with a certificate before them. */
const service = Layer.unwrap(
  Effect.gen(function* () {
    return Service.layer({
      api: { port: yield* Config.Int("PORT").pipe(Config.withDefault(3000)) },
      notices: { port: yield* Config.Int("NOTICE_PORT").pipe(Config.withDefault(3001)) },
      tokens: yield* Config.String("TOKENS").pipe(Config.withDefault("none")),
    });
  }),
);

const announced = Layer.effectDiscard(
  Effect.flatMap(Service.Listening, ({ api, notices }) => Effect.logInfo(`API at ${api}, notices at ${notices}`)),
);

/** Spans of every call, with outcome and reason, to a collector; none without one. Nothing of them goes to WeChat Pay. */
const tracing = Layer.unwrap(
  Effect.map(Config.option(Config.String("OTEL_EXPORTER_OTLP_ENDPOINT")), (url) =>
    Option.isNone(url)
      ? Layer.empty
      : OtlpTracer.layer({
          url: `${url.value}/v1/traces`,
          resource: { serviceName: "refunds" },
          exportInterval: Duration.seconds(1),
        }).pipe(Layer.provide(OtlpSerialization.layerJson), Layer.provide(FetchHttpClient.layer)),
  ),
);

// SIGTERM and SIGINT close the layers in order: the listeners first, then the calls under way, then the store.
Layer.launch(
  announced.pipe(Layer.provide(service), Layer.provide(store), Layer.provide(merchants), Layer.provide(tracing)),
).pipe(NodeRuntime.runMain);
