/** A gateway in a few lines, with code of its own: it signs replies and notices, and seals with the APIv3 key. */
import { createCipheriv, generateKeyPairSync, type KeyObject, sign, X509Certificate } from "node:crypto";
import type { TransportReply } from "@wechat-refund/core/Transport";
import * as TestIdentities from "@wechat-refund/testkit/TestIdentities";
import * as Redacted from "effect/Redacted";
import * as Result from "effect/Result";
import { Credential, Merchant, PlatformKeys } from "../../src/index.ts";

export const now = 1_767_240_005;
export const apiV3Key = "a7cde1ZJB1kG2e7VfTs3jQzaWizur8Gb";
export const mchId = "1900000109";
export const keyId = "PUB_KEY_ID_0000000000000024101100397200000006";

export const platform = generateKeyPairSync("rsa", { modulusLength: 2048 });
export const other = generateKeyPairSync("rsa", { modulusLength: 2048 });
export const merchantKey = generateKeyPairSync("rsa", { modulusLength: 2048 });
export const pem = (key: KeyObject): string =>
  String(key.export({ format: "pem", type: key.type === "private" ? "pkcs8" : "spki" }));

export const identities = TestIdentities.make();
export const serialOf = (certificate: string): string => new X509Certificate(certificate).serialNumber.toUpperCase();

export const serialNo = "408B07E79B8269FEC3D5D3E6AB8ED163A6A380DB";
export const options: Merchant.MerchantOptions = {
  mchId,
  serialNo,
  privateKey: Redacted.make(pem(merchantKey.privateKey)),
  apiV3Key: Redacted.make(apiV3Key),
  publicKeys: [{ id: keyId, key: pem(platform.publicKey) }],
};
export const merchant = Result.getOrThrow(Merchant.make(options));
export const credential = Result.getOrThrow(Credential.make(options));
export const keys: PlatformKeys.PlatformKeys = merchant.platformKeys;

export interface Signing {
  readonly timestamp?: number | string;
  readonly nonce?: string;
  readonly serial?: string;
  readonly key?: KeyObject;
}

/** The four header fields over these bytes, in lower case as a transport hands them over. */
export const signatureOf = (
  body: Uint8Array,
  {
    key = platform.privateKey,
    nonce = "d824f2e086d3c1df967785d13fcd22ef",
    serial = keyId,
    timestamp = now,
  }: Signing = {},
): Record<string, string> => ({
  "wechatpay-timestamp": String(timestamp),
  "wechatpay-nonce": nonce,
  "wechatpay-serial": serial,
  "wechatpay-signature": sign(
    "sha256",
    Buffer.concat([Buffer.from(`${timestamp}\n${nonce}\n`), body, Buffer.from("\n")]),
    key,
  ).toString("base64"),
});

export const bytes = (value: unknown): Uint8Array =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value));

/** A signed reply. */
export const reply = (status: number, value: unknown, signing?: Signing): TransportReply => {
  const body = bytes(value);
  return { status, headers: { "content-type": "application/json", ...signatureOf(body, signing) }, body };
};

/** A reply that nobody signed. */
export const unsigned = (status: number, value: unknown): TransportReply => ({
  status,
  headers: {},
  body: bytes(value),
});

export const seal = (plain: string, { aad = "refund", key = apiV3Key, nonce = "fdasflkja484" } = {}) => {
  const cipher = createCipheriv("aes-256-gcm", Buffer.from(key), Buffer.from(nonce)).setAAD(Buffer.from(aad));
  const text = Buffer.concat([cipher.update(plain, "utf8"), cipher.final(), cipher.getAuthTag()]).toString("base64");
  return { algorithm: "AEAD_AES_256_GCM", original_type: aad, ciphertext: text, associated_data: aad, nonce };
};

/** What a refund is answered with. */
export const refund = {
  refund_id: "50300000002026010100000000001",
  out_refund_no: "R-1415701182_01",
  transaction_id: "4200000000202601010000000001",
  out_trade_no: "1415757673",
  channel: "ORIGINAL",
  user_received_account: "支付用户零钱",
  create_time: "2026-01-01T12:00:00+08:00",
  status: "PROCESSING",
  funds_account: "AVAILABLE",
  amount: {
    total: 100,
    refund: 1,
    from: [],
    payer_total: 100,
    payer_refund: 1,
    settlement_refund: 1,
    settlement_total: 100,
    discount_refund: 0,
    currency: "CNY",
    refund_fee: 0,
  },
  promotion_detail: [],
};

export const request = {
  order: { outTradeNo: "1415757673" },
  outRefundNo: "R-1415701182_01",
  totalFee: 100,
  refundFee: 1,
};

/** What a notice seals. */
export const noticed = {
  mchid: mchId,
  out_trade_no: "1415757673",
  transaction_id: "4200000000202601010000000001",
  out_refund_no: "R-1415701182_01",
  refund_id: "50300000002026010100000000001",
  refund_status: "SUCCESS",
  success_time: "2026-01-01T12:00:05+08:00",
  amount: { total: 100, refund: 1, payer_total: 100, payer_refund: 1 },
  user_received_account: "支付用户零钱",
};

export const envelope = (inner: object, more: object = {}) => ({
  id: "EV-20260101120007",
  create_time: "2026-01-01T12:00:05+08:00",
  resource_type: "encrypt-resource",
  event_type: "REFUND.SUCCESS",
  summary: "退款成功",
  resource: seal(JSON.stringify(inner)),
  ...more,
});

/** A signed callback. */
export const callback = (value: unknown, signing?: Signing) => {
  const body = bytes(value);
  return { headers: signatureOf(body, signing), body };
};

/** A certificate of the list that is downloaded. */
export const listed = (certificate: string, { key = apiV3Key, serial = serialOf(certificate) } = {}) => {
  const { original_type: _, ...sealed } = seal(certificate, { aad: "certificate", key });
  return {
    serial_no: serial,
    effective_time: "2026-01-01T00:00:00+08:00",
    expire_time: "2031-01-01T00:00:00+08:00",
    encrypt_certificate: sealed,
  };
};
