/**
 * A refund over real mutual TLS, followed until the money went back, at a gateway on this machine.
 *
 * Needs: nothing; gateway, certificates and the paid order are made here.
 * Run:   npx --yes pnpm@12 node examples/01-refund-simulator.ts
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime";
import { NodeHttpsTransport } from "@wechat-refund/adapter-node-https";
import { Merchant, type Refund, RefundClient, Resend } from "@wechat-refund/core";
import { ClientCertificate, TransportSettings } from "@wechat-refund/mutual-tls";
import { Gateway, Server } from "@wechat-refund/simulator";
import { Console, Effect, Layer, Redacted } from "effect";

const identity = { appId: "wx8888888888888888", mchId: "1900000109", apiKey: "TestKey0000000000000000000000001" };

// Your refund number: stored with the amounts before the first call, and the same in every repeat.
const request: Refund.RefundRequest = {
  order: { outTradeNo: "T-2026-0001" },
  outRefundNo: "R-2026-0001",
  totalFee: 100,
  refundFee: 30,
  refundDesc: "商品已售完",
};

// The service. It knows the client, and neither transport nor gateway.
const refundAndFollow = Effect.gen(function* () {
  const client = yield* RefundClient.RefundClient;
  const accepted = yield* client.refund(request);
  yield* Console.log(`accepted: ${accepted.refundId}, ${accepted.refundFee} fen of ${accepted.totalFee}`);
  const record = yield* Resend.untilFinal(request, { every: "100 millis", within: "5 seconds" });
  yield* Console.log(`${record?.refundStatus ?? "still open"}: ${record?.refundRecvAccount ?? "?"}`);
});

const program = Effect.gen(function* () {
  const gateway = Gateway.make({
    merchants: [identity],
    orders: [
      { mchId: identity.mchId, transactionId: "42", outTradeNo: "T-2026-0001", totalFee: 100, paidAt: Date.now() },
    ],
    course: [{ status: "SUCCESS", afterMillis: 250 }],
  });
  const { url, caPem, merchantCertificate } = yield* Server.make(gateway);
  const certificate = yield* ClientCertificate.fromPem({
    certificate: merchantCertificate.certificatePem,
    privateKey: merchantCertificate.privateKeyPem,
    expectedOwner: identity.mchId,
  });
  const client = RefundClient.layer.pipe(
    Layer.provide(NodeHttpsTransport.layer(TransportSettings.make({ certificate, trust: { ca: [caPem] } }))),
    Layer.provide(Merchant.layer({ ...identity, apiKey: Redacted.make(identity.apiKey) })),
  );
  yield* refundAndFollow.pipe(Effect.provide(client), Effect.provideService(RefundClient.Endpoint, url));
});

program.pipe(Effect.scoped, NodeRuntime.runMain);
