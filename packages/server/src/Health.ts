/** How the service is: `/health` and `/ready` for probes, without a token; `/metrics` for Prometheus, with one. */
import { Health } from "@wechat-refund/durable/Health";
import { Merchants } from "@wechat-refund/core/Merchants";
import { kinds } from "@wechat-refund/core/Reconciliation";
import { Reconciler } from "@wechat-refund/durable/Reconciler";
import { Refunds } from "@wechat-refund/durable/Refunds";
import * as Effect from "effect/Effect";
import * as HttpApi from "effect/http-api/HttpApi";
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder";
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint";
import * as HttpApiGroup from "effect/http-api/HttpApiGroup";
import * as HttpApiSchema from "effect/http-api/HttpApiSchema";
import * as HttpRouter from "effect/http/HttpRouter";
import * as HttpServerResponse from "effect/http/HttpServerResponse";
import * as Layer from "effect/Layer";
import * as Metric from "effect/Metric";
import * as PrometheusMetrics from "effect/observability/PrometheusMetrics";
import * as Schema from "effect/Schema";
import { Access, Caller, Needs } from "./Access.ts";
import { names } from "./internal/views.ts";
import { Forbidden } from "./Problems.ts";
import { everyMerchant } from "./Tokens.ts";
import { Webhooks } from "./Webhooks.ts";

class Api extends HttpApi.make("wechat-refund-metrics").add(
  HttpApiGroup.make("metrics")
    .add(
      HttpApiEndpoint.get("metrics", "/metrics", {
        success: Schema.String.pipe(HttpApiSchema.asText()),
        error: Forbidden,
      }).annotate(Needs, "read"),
    )
    .middleware(Access),
) {}

const amounts = Metric.gauge("wechat_refund_refunds", {
  description: "Refunds by merchant, currency, state and block, when this was read",
});

/** The counters that are kept with the rows, as gauges; what there was and is no more is told as none. */
const totals = Effect.gen(function* () {
  const refunds = yield* Refunds;
  const { nameOf } = names((yield* Merchants).all);
  let shown = new Map<string, Readonly<Record<string, string>>>();
  return Effect.gen(function* () {
    const now = new Map<string, Readonly<Record<string, string>>>();
    for (const { block = "", count, currency, mchId, subMchId, truth } of yield* refunds.totals) {
      const labels = { merchant: nameOf({ mchId, subMchId }) ?? mchId, currency, state: truth, block };
      const key = JSON.stringify(labels);
      now.set(key, labels);
      shown.delete(key);
      yield* Metric.update(Metric.withAttributes(amounts, labels), count);
    }
    for (const labels of shown.values()) yield* Metric.update(Metric.withAttributes(amounts, labels), 0);
    shown = now;
    // A store that is away is told by /ready; the other metrics are given all the same.
  }).pipe(Effect.ignore);
});

const differences = Metric.gauge("wechat_refund_differences", {
  description:
    "Differences between the books and WeChat Pay's bills by merchant number and kind, of all days that are kept",
});
const days = Metric.gauge("wechat_refund_reconciliation_days", {
  description: "Days of the books by merchant number and state: open, whose bill could be had, and lost",
});

/** How the books stand. */
const books = Effect.gen(function* () {
  const reconciler = yield* Reconciler;
  return Effect.gen(function* () {
    for (const { kinds: found, lost, mchId, open } of yield* reconciler.standings) {
      yield* Metric.update(Metric.withAttributes(days, { mch_id: mchId, state: "open" }), open);
      yield* Metric.update(Metric.withAttributes(days, { mch_id: mchId, state: "lost" }), lost);
      for (const kind of kinds) {
        if (kind === "matched") continue;
        yield* Metric.update(Metric.withAttributes(differences, { mch_id: mchId, kind }), found.get(kind) ?? 0);
      }
    }
  }).pipe(Effect.ignore);
});

const messages = Metric.gauge("wechat_refund_webhook_messages", {
  description: "Messages by webhook and state: pending, and dead until somebody replays them",
});
const disabled = Metric.gauge("wechat_refund_webhook_disabled", {
  description: "1 where a webhook has answered with 410 and nothing is sent to it until somebody enables it",
});

/** How the webhooks stand. */
const hooks = Effect.gen(function* () {
  const webhooks = yield* Webhooks;
  return Effect.gen(function* () {
    for (const { dead, disabledAt, name, pending } of yield* webhooks.list) {
      yield* Metric.update(Metric.withAttributes(messages, { webhook: name, state: "pending" }), pending);
      yield* Metric.update(Metric.withAttributes(messages, { webhook: name, state: "dead" }), dead);
      yield* Metric.update(Metric.withAttributes(disabled, { webhook: name }), disabledAt === undefined ? 0 : 1);
    }
  }).pipe(Effect.ignore);
});

const metrics = HttpApiBuilder.group(
  Api,
  "metrics",
  Effect.fn(function* (handlers) {
    const [refunds, days, endpoints] = [yield* totals, yield* books, yield* hooks];
    const read = Effect.andThen(Effect.andThen(refunds, days), endpoints);
    return handlers.handle(
      "metrics",
      Effect.fnUntraced(function* () {
        const caller = yield* Caller;
        if (!caller.merchants.has(everyMerchant)) {
          return yield* new Forbidden({
            detail: `metrics tell of all merchants; the token ${caller.name} is not for all`,
          });
        }
        yield* read;
        return yield* PrometheusMetrics.format();
      }),
    );
  }),
);

const probes = HttpRouter.use(
  Effect.fnUntraced(function* (router) {
    const health = yield* Health;
    yield* router.add("GET", "/health", HttpServerResponse.jsonUnsafe({ live: true }));
    yield* router.add(
      "GET",
      "/ready",
      Effect.map(health.ready, (ready) => HttpServerResponse.jsonUnsafe(ready, { status: ready.ready ? 200 : 503 })),
    );
  }),
);

/** The addresses, for the methods that they take. */
export const routes = ["/health", "/ready", "/metrics"].map((path) => ({ method: "GET", path }));

export const layer = Layer.mergeAll(HttpApiBuilder.layer(Api).pipe(Layer.provide(metrics)), probes);
