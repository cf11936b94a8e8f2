/**
 * A refund through APIv3 (JSON and RSA) by the client that APIv2 has too, and a notice of each form at one address.
 *
 * Needs: nothing; the keys and a gateway of a few lines are made here. A real merchant's settings are `ApiV3.layerConfig`'s.
 * Run:   npx --yes pnpm@12 node examples/17-apiv3.ts
 */
import { createCipheriv, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import * as NodeRuntime from "@effect/platform-node/NodeRuntime";
import { ApiV3 } from "@wechat-refund/apiv3";
import { Merchants, type Refund, Transport } from "@wechat-refund/core";
import { Replies, TransportStub } from "@wechat-refund/core/testing";
import { Console, Effect, Layer, Redacted } from "effect";

const rsa = () => generateKeyPairSync("rsa", { modulusLength: 2048 });
const [merchantKey, platformKey] = [rsa(), rsa()];
const pem = (key: KeyObject) => String(key.export({ format: "pem", type: key.type === "private" ? "pkcs8" : "spki" }));
const apiV3Key = "TestApiV3Key00000000000000000001";
const publicKeyId = "PUB_KEY_ID_0000000000000000000000000000000001";

const request: Refund.RefundRequest = {
  order: { outTradeNo: "T-2026-0001" },
  outRefundNo: "R-2026-0001",
  totalFee: 100,
  refundFee: 30,
};

// What the gateway does: it signs what it says, over time, nonce and body.
const signed = (status: number, value: object) => {
  const body = Buffer.from(JSON.stringify(value));
  const timestamp = String(Math.floor(Date.now() / 1000));
  const text = Buffer.concat([Buffer.from(`${timestamp}\nnonce\n`), body, Buffer.from("\n")]);
  const headers = {
    "wechatpay-timestamp": timestamp,
    "wechatpay-nonce": "nonce",
    "wechatpay-serial": publicKeyId,
    "wechatpay-signature": sign("sha256", text, platformKey.privateKey).toString("base64"),
  };
  return { status, headers, body };
};
const refund = (status: string) => ({
  refund_id: "50300000000000000000000000001",
  out_refund_no: request.outRefundNo,
  transaction_id: "4200000000000000000000000001",
  out_trade_no: "T-2026-0001",
  status,
  amount: { total: 100, refund: 30, currency: "CNY" },
});
const gateway = Layer.succeed(Transport.Transport, {
  send: ({ method, url }: Transport.TransportRequest) =>
    Effect.succeed(
      method === "POST"
        ? signed(200, refund("PROCESSING"))
        : url.endsWith(request.outRefundNo)
          ? signed(200, refund("SUCCESS"))
          : signed(404, { code: "RESOURCE_NOT_EXISTS", message: "退款单不存在" }),
    ),
});
const sealed = (value: object) => {
  const cipher = createCipheriv("aes-256-gcm", apiV3Key, "nonce-of-12-").setAAD(Buffer.from("refund"));
  const text = Buffer.concat([cipher.update(JSON.stringify(value)), cipher.final(), cipher.getAuthTag()]);
  return {
    algorithm: "AEAD_AES_256_GCM",
    original_type: "refund",
    associated_data: "refund",
    nonce: "nonce-of-12-",
    ciphertext: text.toString("base64"),
  };
};

const v2 = {
  appId: "wx8888888888888888",
  mchId: "1900000109",
  apiKey: Redacted.make("TestKey0000000000000000000000001"),
};

// One merchant in both protocols: new refunds go through APIv3, those that APIv2 began go on there.
const merchants = Merchants.layer([
  {
    name: "shop",
    protocol: "v3",
    v2: { ...v2, transport: TransportStub.never },
    v3: ApiV3.block({
      mchId: v2.mchId,
      serialNo: "408B07E79B8269FEC3D5D3E6AB8ED163A6A380DB",
      privateKey: Redacted.make(pem(merchantKey.privateKey)),
      publicKeys: [{ id: publicKeyId, key: pem(platformKey.publicKey) }],
      apiV3Key: Redacted.make(apiV3Key),
      transport: gateway,
    }),
  },
]);

Effect.gen(function* () {
  const { get, openNotice } = yield* Merchants.Merchants;
  const shop = yield* get("shop");
  const accepted = yield* shop.client.refund(request);
  yield* Console.log(`accepted through ${shop.protocol}: ${accepted.refundId}, ${accepted.refundStatus}`);
  const record = yield* shop.client.confirm(request);
  yield* Console.log(`confirmed: ${record.refundStatus}`);
  const missing = yield* Effect.flip(shop.client.query({ outRefundNo: "R-2026-0002" }));
  yield* Console.log(missing.message);

  // The address gets both forms: what a person refunds in the merchant platform is told of in APIv2's.
  const { status: _, amount, ...numbers } = refund("");
  const inner = { mchid: v2.mchId, ...numbers, refund_status: "SUCCESS", amount };
  const posted = signed(200, {
    id: "EV-1",
    event_type: "REFUND.SUCCESS",
    resource_type: "encrypt-resource",
    resource: sealed(inner),
  });
  const ofV3 = yield* openNotice("shop", posted.body, posted.headers);
  yield* Console.log(`a notice of APIv3: ${ofV3.notice.refundStatus}, ${ofV3.notice.noticeId}`);
  const ofV2 = yield* openNotice("shop", Replies.notice({ ...v2, signType: "HMAC-SHA256" }, request, "SUCCESS"));
  yield* Console.log(`a notice of APIv2: ${ofV2.notice.refundStatus}, a hint`);
  const { "wechatpay-signature": __, ...stripped } = posted.headers;
  const refused = yield* Effect.flip(openNotice("shop", posted.body, stripped));
  yield* Console.log(`the same, its signature stripped: ${refused._tag}`);
}).pipe(Effect.provide(merchants), NodeRuntime.runMain);
