/** Notices of APIv3 at the same listener: each form is answered in its own. */
import { X509Certificate } from "node:crypto";
import { it } from "@effect/vitest";
import { ApiV3 } from "@wechat-refund/apiv3";
import { Merchant, Merchants, RefundNotice } from "@wechat-refund/core";
import { Replies } from "@wechat-refund/core/testing";
import { Gateway, MemoryTransport } from "@wechat-refund/simulator";
import { TestIdentities } from "@wechat-refund/testkit";
import { Effect, Redacted, Result } from "effect";
import { expect } from "vitest";
import { ask as request, refundOf, shops, start } from "./support/service.ts";

const [{ apiKey, appId, mchId }] = shops;
const { certificatePem, privateKeyPem } = TestIdentities.make({ merchantA: mchId }).merchantA;
const serialNo = new X509Certificate(certificatePem).serialNumber;
const apiV3Key = "TestApiV3Key00000000000000000001";

const gatewayOf = () =>
  Gateway.make({
    merchants: [{ appId, mchId, apiKey, v3: { serialNo, publicKey: certificatePem, apiKey: apiV3Key } }],
    course: [{ status: "SUCCESS", afterMillis: 0 }],
    orders: [1, 2].map((n) => ({
      mchId,
      transactionId: `42${n}`,
      outTradeNo: `T-${n}`,
      totalFee: 100,
      paidAt: Date.now(),
    })),
  });

const merchantsOf = (gateway: Gateway.Gateway) => {
  const transport = MemoryTransport.layer(gateway, { clientCertificate: { commonName: mchId } });
  const key = gateway.platform.publicKey(mchId);
  return Merchants.layer([
    {
      name: "shop",
      protocol: "v3",
      v2: { appId, mchId, apiKey: Redacted.make(apiKey), transport },
      v3: ApiV3.block({
        mchId,
        serialNo,
        privateKey: Redacted.make(privateKeyPem),
        apiV3Key: Redacted.make(apiV3Key),
        publicKeys: key === undefined ? [] : [{ id: key.id, key: key.pem }],
        transport,
      }),
    },
  ]);
};

it.live("are acknowledged with no body, and refused with a status", () =>
  Effect.gen(function* () {
    const gateway = gatewayOf();
    const { ask, notices } = yield* start({ gateway, merchants: merchantsOf(gateway) });
    const { merchant: _, ...asked } = refundOf(1);
    const made = yield* ask("POST", "/v1/refunds", {
      body: { ...refundOf(1), notifyUrl: "https://shop.example/notices/shop" },
    });
    expect(made.status).toBe(202);
    const state = Effect.map(ask("GET", "/v1/refunds/shop/R-1"), ({ body }) => body["state"]);
    while ((yield* state) !== "Accepted") yield* Effect.sleep(20);
    const post = (body: Uint8Array | string, headers: Readonly<Record<string, string>> = {}) =>
      Effect.promise(() => request(notices, "POST", "/notices/shop", { body, headers }));
    const [delivery] = gateway.notices.take(Date.now() + 10_000);
    const { body = new Uint8Array(0), headers = {} } = delivery ?? {};
    expect(body[0]).toBe(0x7b);
    const stale = yield* post(body, { ...headers, "Wechatpay-Timestamp": "1767240005" });
    expect(stale).toMatchObject({ status: 400, body: { code: "FAIL" } });
    expect(yield* post(body)).toMatchObject({ status: 400 });
    expect(yield* post(new Uint8Array(64 * 1024 + 1), headers)).toMatchObject({ status: 400 });
    const noticed = yield* post(body, headers);
    expect(noticed).toMatchObject({ status: 204, text: "" });
    while ((yield* state) !== "Succeeded") yield* Effect.sleep(20);
    // Of a refund in the merchant platform, in APIv2's form.
    const identity = Result.getOrThrow(Merchant.make({ appId, mchId, apiKey: Redacted.make(apiKey) }));
    const ofV2 = yield* post(Replies.notice(identity, asked, "SUCCESS"), { "content-type": "text/xml" });
    expect(ofV2).toMatchObject({ status: 200, text: new TextDecoder().decode(RefundNotice.acknowledge) });
    expect(yield* post("<xml></xml>")).toMatchObject({
      status: 200,
      text: new TextDecoder().decode(RefundNotice.refuse),
    });
  }),
);
