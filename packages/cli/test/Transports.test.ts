/** One refund, from application to "the money went back", over real sockets in every combination that a merchant may have. */
import { it } from "@effect/vitest";
import { NodeHttpsTransport } from "@wechat-refund/adapter-node-https";
import { UndiciTransport } from "@wechat-refund/adapter-undici";
import { Merchant, type Refund, RefundClient } from "@wechat-refund/core";
import { ClientCertificate, TransportSettings } from "@wechat-refund/mutual-tls";
import { Gateway, Server } from "@wechat-refund/simulator";
import { TestIdentities } from "@wechat-refund/testkit";
import { Effect, Layer, Redacted } from "effect";
import { describe, expect } from "vitest";

const identity = { appId: "wx8888888888888888", mchId: "1900000109" };
const apiKey = "192006250b4c09247ec02edce69f6a2d";
const passphrase = "1900000109";
const identities = TestIdentities.make({ merchantA: identity.mchId });
const { certificatePem, pkcs12, privateKeyPem } = identities.merchantA;

const adapters = { "node:https": NodeHttpsTransport, undici: UndiciTransport };
const signTypes = ["HMAC-SHA256", "MD5"] as const;
const versions = ["TLSv1.2", "TLSv1.3"] as const;
const open = (form: TestIdentities.Pkcs12Form) =>
  ClientCertificate.fromPkcs12({ pkcs12: pkcs12(passphrase, form), passphrase, expectedOwner: identity.mchId });
const certificates = {
  PEM: ["pem", ClientCertificate.fromPem({ certificate: certificatePem, privateKey: privateKeyPem })],
  "modern PKCS#12": ["pkcs12", open("modern")],
  "3DES PKCS#12": ["pkcs12", open("3des")],
  "RC2-40 PKCS#12": ["pkcs12-legacy", open("rc2-40")],
} as const;

const request: Refund.RefundRequest = {
  order: { outTradeNo: "T-1" },
  outRefundNo: "R-1",
  totalFee: 100,
  refundFee: 30,
  refundDesc: "商品已售完 <&>",
};

for (const [adapterName, { layer }] of Object.entries(adapters)) {
  describe.each(versions)(`${adapterName} over %s`, (version) => {
    for (const [form, [opensAs, opened]] of Object.entries(certificates)) {
      for (const signType of signTypes) {
        it.live(`${form}, ${signType}`, () =>
          Effect.gen(function* () {
            const gateway = Gateway.make({
              merchants: [{ ...identity, apiKey }],
              orders: [
                { mchId: identity.mchId, transactionId: "42", outTradeNo: "T-1", totalFee: 100, paidAt: Date.now() },
              ],
              course: [{ status: "SUCCESS", afterMillis: 0 }],
            });
            const server = yield* Server.make(gateway, { identities, minVersion: version, maxVersion: version });
            const certificate = yield* opened;
            expect(certificate.form).toBe(opensAs);
            const trust = { ca: [server.caPem], replaceSystem: true };
            const client = RefundClient.layer.pipe(
              Layer.provide(layer(TransportSettings.make({ certificate, trust }))),
              Layer.provide(Merchant.layer({ ...identity, apiKey: Redacted.make(apiKey), signType })),
            );
            const { accepted, record } = yield* Effect.gen(function* () {
              const api = yield* RefundClient.RefundClient;
              return { accepted: yield* api.refund(request), record: yield* api.confirm({ ...request }) };
            }).pipe(Effect.provide(client), Effect.provideService(RefundClient.Endpoint, server.url));
            expect(record).toMatchObject({ refundId: accepted.refundId, refundFee: 30, refundStatus: "SUCCESS" });
            const seen = gateway.log.entries();
            expect(seen.map(({ clientCertificate, outcome, path }) => [path, outcome, clientCertificate])).toEqual([
              ["/secapi/pay/refund", "SUCCESS", { commonName: identity.mchId }],
              ["/pay/refundquery", "SUCCESS", { commonName: identity.mchId }],
            ]);
            // MD5 is what the absence of the field means.
            for (const { requestSigned = "" } of seen) {
              expect(/sign_type=([^&]+)/.exec(requestSigned)?.[1]).toBe(signType === "MD5" ? undefined : signType);
            }
            expect(gateway.ledger.size()).toBe(1);
          }),
        );
      }
    }
  });
}
