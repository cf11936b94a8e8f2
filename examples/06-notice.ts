/**
 * Refund result notices (退款结果通知) as a route: a notice wakes a query, only the query's answer moves the refund, and only forward.
 *
 * Needs: nothing; gateway, notices and the server are made here, on loopback.
 * Run:   npx --yes pnpm@12 node examples/06-notice.ts
 */
import { createServer } from "node:http";
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer";
import * as NodeRuntime from "@effect/platform-node/NodeRuntime";
import { Merchant, type Refund, RefundClient, RefundNotice, type RefundQuery } from "@wechat-refund/core";
import { Replies } from "@wechat-refund/core/testing";
import { Gateway, MemoryTransport } from "@wechat-refund/simulator";
import { Console, Context, Effect, Layer, Redacted } from "effect";
import { HttpRouter, HttpServer, HttpServerRequest, HttpServerResponse } from "effect/http";

const identity = { appId: "wx8888888888888888", mchId: "1900000109", apiKey: "TestKey0000000000000000000000001" };
const request: Refund.RefundRequest = {
  order: { outTradeNo: "T-1" },
  outRefundNo: "R-1",
  totalFee: 100,
  refundFee: 100,
};

/** Your table of refunds. A real one is a database, and `advance` an update with the old status in its condition. */
class Refunds extends Context.Service<
  Refunds,
  {
    readonly find: (
      outRefundNo: string,
    ) => { readonly request: Refund.RefundRequest; readonly final: boolean } | undefined;
    readonly advance: (outRefundNo: string, status: RefundQuery.RefundStatus) => Effect.Effect<void>;
  }
>()("shop/Refunds") {
  static readonly layer = Layer.sync(Refunds, () => {
    const order: ReadonlyArray<RefundQuery.RefundStatus> = [
      "unknown",
      "NOTSURE",
      "PROCESSING",
      "CHANGE",
      "REFUNDCLOSE",
      "SUCCESS",
    ];
    const isFinal = (status: RefundQuery.RefundStatus) => status === "SUCCESS" || status === "REFUNDCLOSE";
    const rows = new Map([[request.outRefundNo, { request, status: "PROCESSING" as RefundQuery.RefundStatus }]]);
    return {
      find: (outRefundNo) => {
        const row = rows.get(outRefundNo);
        return row && { request: row.request, final: isFinal(row.status) };
      },
      advance: Effect.fnUntraced(function* (outRefundNo, status) {
        const row = rows.get(outRefundNo);
        if (row === undefined || isFinal(row.status) || order.indexOf(status) <= order.indexOf(row.status)) return;
        rows.set(outRefundNo, { ...row, status });
        yield* Console.log(`  ${outRefundNo}: ${row.status} → ${status}`);
      }),
    };
  });
}

const receive = Effect.fn("receiveNotice")(function* (body: Uint8Array) {
  const opened = RefundNotice.open(body, yield* Merchant.Merchant);
  // What is wrong is for our own log; whoever posted it learns nothing.
  const notice = yield* Effect.fromResult(opened).pipe(Effect.tapError(({ problem }) => Console.log(`  ${problem}`)));
  const refunds = yield* Refunds;
  const refund = refunds.find(notice.outRefundNo);
  // A refund made by hand in the merchant platform also sends notices.
  if (refund === undefined) return yield* Console.log(`  ${notice.outRefundNo} is not ours: for a person to look at`);
  if (refund.final) return;
  const client = yield* RefundClient.RefundClient;
  // The notice carries no signature. What counts is the answer to our own question, held against what we stored.
  const record = yield* client.confirm(refund.request);
  yield* refunds.advance(notice.outRefundNo, record.refundStatus);
});

const answer = (body: Uint8Array) => HttpServerResponse.uint8Array(body, { contentType: "text/xml" });

const route = HttpRouter.use(
  Effect.fnUntraced(function* (router) {
    const services = yield* Effect.context<Merchant.Merchant | Refunds | RefundClient.RefundClient>();
    const handler = Effect.gen(function* () {
      const { arrayBuffer } = yield* HttpServerRequest.HttpServerRequest;
      yield* receive(new Uint8Array(yield* arrayBuffer)).pipe(Effect.provideContext(services));
      return answer(RefundNotice.acknowledge);
      // One answer for everything that went wrong: the gateway repeats the notice, and nobody else learns anything.
    }).pipe(Effect.catchCause(() => Effect.succeed(answer(RefundNotice.refuse))));
    yield* router.add("POST", "/refund-notice", handler);
  }),
);

const gateway = Gateway.make({
  merchants: [identity],
  orders: [{ mchId: identity.mchId, transactionId: "42", outTradeNo: "T-1", totalFee: 100, paidAt: Date.now() }],
  course: [{ status: "SUCCESS", afterMillis: 0 }],
});
const merchant = Merchant.layer({ ...identity, apiKey: Redacted.make(identity.apiKey) });
const client = RefundClient.layer.pipe(Layer.provide(MemoryTransport.layer(gateway)), Layer.provideMerge(merchant));
const server = NodeHttpServer.layer(createServer, { host: "127.0.0.1", port: 0 });
const app = HttpRouter.serve(route, { disableLogger: true, disableListenLog: true }).pipe(
  Layer.provideMerge([server, client, Refunds.layer]),
);

Effect.gen(function* () {
  const { refundId } = yield* RefundClient.RefundClient.use((api) => api.refund(request));
  const me = yield* Merchant.Merchant;
  const { address } = yield* HttpServer.HttpServer;
  const url = `${HttpServer.formatAddress(address)}/refund-notice`;
  const post = Effect.fnUntraced(function* (what: string, body: Uint8Array) {
    const reply = yield* Effect.promise(async () => {
      const response = await fetch(url, { method: "POST", body: new Uint8Array(body) });
      return response.text();
    });
    yield* Console.log(`${what}: ${reply.includes("SUCCESS") ? "acknowledged" : "refused"}`);
  });
  const ids = { refund_id: refundId, transaction_id: "42" };
  yield* post("not a notice", new TextEncoder().encode("<xml></xml>"));
  yield* post("a notice of APIv3", new TextEncoder().encode('{"event_type":"REFUND.SUCCESS"}'));
  yield* post("a notice of success", Replies.notice(me, request, "SUCCESS", ids));
  yield* post("the same again", Replies.notice(me, request, "SUCCESS", ids));
  yield* post("an older one, too late", Replies.notice(me, request, "CHANGE", ids));
  yield* post("somebody else's refund", Replies.notice(me, { ...request, outRefundNo: "R-9" }, "SUCCESS", ids));
}).pipe(Effect.provide(app), NodeRuntime.runMain);
