/**
 * A refund service: HTTP API with OpenAPI page, notice callback, health, configuration from the environment, OTLP traces,
 * graceful shutdown. Refunds are stored before they are sent and followed until they are known, then until they are final.
 *
 * Needs: the environment of 02-real-merchant.ts; PORT and OTEL_EXPORTER_OTLP_ENDPOINT if wanted.
 * Run:   npx --yes pnpm@12 node examples/11-refund-service.ts
 */
import { createServer } from "node:http";
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer";
import * as NodeRuntime from "@effect/platform-node/NodeRuntime";
import { NodeHttpsTransport } from "@wechat-refund/adapter-node-https";
import { Failover, Pace, Merchant, Refund, RefundClient, RefundNotice, Resend } from "@wechat-refund/core";
import { Config, Context, Duration, Effect, FiberSet, Layer, Option, Schema } from "effect";
import { FetchHttpClient, HttpRouter, HttpServerRequest, HttpServerResponse } from "effect/http";
import {
  HttpApi,
  HttpApiBuilder,
  HttpApiEndpoint,
  HttpApiGroup,
  HttpApiScalar,
  HttpApiSchema,
  OpenApi,
} from "effect/http-api";
import { OtlpSerialization, OtlpTracer } from "effect/observability";

/** `recorded`: stored, its outcome not known yet. `rejected` and `closed` gave no money back, `refunded` did. */
const State = Schema.Literals(["recorded", "accepted", "rejected", "refunded", "closed"]);
type State = typeof State.Type;

class NewRefund extends Schema.Class<NewRefund>("shop/NewRefund")({
  outTradeNo: Schema.String,
  outRefundNo: Refund.OutRefundNo,
  totalFee: Refund.Fen,
  refundFee: Refund.Fen,
  reason: Schema.optionalKey(Schema.String),
}) {}

class RefundView extends Schema.Class<RefundView>("shop/RefundView")({
  outRefundNo: Refund.OutRefundNo,
  state: State,
  detail: Schema.optionalKey(Schema.String),
}) {}

class OtherRefund extends Schema.TaggedError<OtherRefund>()(
  "OtherRefund",
  { outRefundNo: Schema.String },
  { httpApiStatus: 409 },
) {
  override get message(): string {
    return `${this.outRefundNo} is already used for a refund with other fields`;
  }
}

class NoSuchRefund extends Schema.TaggedError<NoSuchRefund>()(
  "NoSuchRefund",
  { outRefundNo: Schema.String },
  { httpApiStatus: 404 },
) {}

export class Api extends HttpApi.make("refunds")
  .add(
    HttpApiGroup.make("refunds", { topLevel: true })
      .add(
        HttpApiEndpoint.post("create", "/refunds", {
          payload: NewRefund,
          success: RefundView.pipe(HttpApiSchema.status(202)),
          error: OtherRefund,
        }),
      )
      .add(
        HttpApiEndpoint.get("find", "/refunds/:outRefundNo", {
          params: { outRefundNo: Schema.String },
          success: RefundView,
          error: NoSuchRefund,
        }),
      )
      .add(HttpApiEndpoint.get("health", "/health", { success: HttpApiSchema.NoContent })),
  )
  .annotateMerge(OpenApi.annotations({ title: "Refunds" })) {}

interface Row {
  readonly request: Refund.RefundRequest;
  state: State;
  detail: string | undefined;
}

const isFinal = (state: State): boolean => state === "rejected" || state === "refunded" || state === "closed";

/** Your refunds. The map stands for a table: insert before the first send, update only what is not final. */
export class Refunds extends Context.Service<
  Refunds,
  {
    readonly start: (request: Refund.RefundRequest) => Effect.Effect<Row, OtherRefund>;
    readonly find: (outRefundNo: string) => Row | undefined;
    readonly wake: (outRefundNo: string) => Effect.Effect<void>;
  }
>()("shop/Refunds") {
  static readonly layer = Layer.effect(
    Refunds,
    Effect.gen(function* () {
      const client = yield* RefundClient.RefundClient;
      const table = new Map<string, Row>();
      // Work goes on when the caller hangs up, and ends with the service.
      const run = yield* FiberSet.makeRuntime<RefundClient.RefundClient>();

      const advance = (row: Row, state: State, detail?: string): void => {
        if (isFinal(row.state)) return;
        row.state = state;
        row.detail = detail;
      };
      const lookUp = Effect.fnUntraced(function* (row: Row) {
        const { refundStatus } = yield* client.confirm(row.request);
        if (refundStatus === "SUCCESS") advance(row, "refunded");
        else if (refundStatus === "REFUNDCLOSE") advance(row, "closed");
        else
          advance(
            row,
            "accepted",
            refundStatus === "CHANGE"
              ? "a person must act in the merchant platform"
              : refundStatus === "NOTSURE"
                ? "not determined: the identical request must be sent again"
                : undefined,
          );
      });
      /** `attempted` is true for rows found in the table at start: an earlier process may have sent them. */
      const follow = Effect.fn("Refunds.follow")(function* (row: Row, attempted: boolean) {
        const known = yield* Resend.untilKnown(row.request, { attempted });
        if (known._tag === "Rejected") return advance(row, "rejected", known.error.message);
        // Not made, or not known: open until a person has looked at what blocks it, or the process starts again.
        if (known._tag !== "Accepted") return advance(row, "recorded", known.last?.message);
        advance(row, "accepted");
        yield* Resend.untilFinal(row.request);
        yield* Effect.ignore(lookUp(row));
      });

      return {
        find: (outRefundNo) => table.get(outRefundNo),
        start: Effect.fn("Refunds.start")(function* (request) {
          const existing = table.get(request.outRefundNo);
          if (existing !== undefined) {
            return JSON.stringify(existing.request) === JSON.stringify(request)
              ? existing
              : yield* new OtherRefund({ outRefundNo: request.outRefundNo });
          }
          const row: Row = { request, state: "recorded", detail: undefined };
          table.set(request.outRefundNo, row);
          run(follow(row, false));
          // Most refunds are known within a moment; nobody waits longer than that.
          yield* Effect.sleep("20 millis").pipe(
            Effect.repeat({ until: () => row.state !== "recorded" }),
            Effect.timeoutOption("2 seconds"),
          );
          return row;
        }),
        wake: Effect.fn("Refunds.wake")(function* (outRefundNo) {
          const row = table.get(outRefundNo);
          if (row === undefined || isFinal(row.state)) return;
          yield* Effect.ignore(lookUp(row));
        }),
      };
    }),
  );
}

const view = (row: Row): RefundView =>
  new RefundView({
    outRefundNo: Refund.OutRefundNo.make(row.request.outRefundNo),
    state: row.state,
    ...(row.detail !== undefined && { detail: row.detail }),
  });

const Handlers = HttpApiBuilder.group(
  Api,
  "refunds",
  Effect.fn(function* (handlers) {
    const refunds = yield* Refunds;
    return handlers.handleAll({
      create: ({ payload: { outRefundNo, outTradeNo, reason, refundFee, totalFee } }) =>
        Effect.map(
          refunds.start({
            order: { outTradeNo },
            outRefundNo,
            totalFee,
            refundFee,
            ...(reason !== undefined && { refundDesc: reason }),
          }),
          view,
        ),
      find: ({ params: { outRefundNo } }) => {
        const row = refunds.find(outRefundNo);
        return row === undefined ? Effect.fail(new NoSuchRefund({ outRefundNo })) : Effect.succeed(view(row));
      },
      health: () => Effect.void,
    });
  }),
);

const answer = (body: Uint8Array) => HttpServerResponse.uint8Array(body, { contentType: "text/xml" });

const NoticeRoute = HttpRouter.use(
  Effect.fnUntraced(function* (router) {
    const refunds = yield* Refunds;
    const merchant = yield* Merchant.Merchant;
    yield* router.add(
      "POST",
      "/wechat/refund-notice",
      Effect.gen(function* () {
        const { arrayBuffer } = yield* HttpServerRequest.HttpServerRequest;
        const body = new Uint8Array(yield* arrayBuffer);
        const notice = yield* Effect.fromResult(RefundNotice.open(body, merchant));
        yield* refunds.wake(notice.outRefundNo);
        return answer(RefundNotice.acknowledge);
        // One answer for everything that went wrong.
      }).pipe(Effect.catchCause(() => Effect.succeed(answer(RefundNotice.refuse)))),
    );
  }),
);

/** The whole HTTP application over any refund client: the tests put another transport under it. */
export const routes = Layer.mergeAll(
  HttpApiBuilder.layer(Api, { openapiPath: "/openapi.json" }).pipe(Layer.provide(Handlers)),
  HttpApiScalar.layer(Api, { path: "/docs" }),
  NoticeRoute,
).pipe(Layer.provide(Refunds.layer));

/** The real client: the gateway's limits kept by its pace, the backup host used while the main one cannot be reached. */
export const client = Pace.layer().pipe(
  Layer.provide(RefundClient.layer),
  Layer.provide(Failover.layer().pipe(Layer.provide(NodeHttpsTransport.layerConfig))),
  Layer.provideMerge(Merchant.layerConfig),
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

const server = Layer.unwrap(
  Effect.map(Config.Port("PORT").pipe(Config.withDefault(3000)), (port) =>
    NodeHttpServer.layer(createServer, { host: "127.0.0.1", port, gracefulShutdownTimeout: "10 seconds" }),
  ),
);

if (import.meta.main) {
  // SIGTERM and SIGINT close the layers in order: the server first, then the work under way, then the connections.
  Layer.launch(HttpRouter.serve(routes).pipe(Layer.provide([server, client]), Layer.provide(tracing))).pipe(
    NodeRuntime.runMain,
  );
}
