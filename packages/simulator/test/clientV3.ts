/** Requests of APIv3 as a merchant would send them, signed and checked with `node:crypto` alone. */
import { createDecipheriv, createPublicKey, sign, verify, X509Certificate } from "node:crypto";
import type { Gateway, GatewayConfig, Notices } from "@wechat-refund/simulator";
import { TestIdentities } from "@wechat-refund/testkit";
import { apiKey, appId, type Config, gateway, mchId, now, otherKey, otherMchId, paid } from "./client.ts";

export const identities = TestIdentities.make({ merchantA: mchId, merchantB: otherMchId });
export const apiV3Key = "TestApiV3Key00000000000000000001";
export const otherApiV3Key = "TestApiV3Key00000000000000000002";

const serialOf = ({ certificatePem }: TestIdentities.Identity): string =>
  new X509Certificate(certificatePem).serialNumber;

export const serialNo = serialOf(identities.merchantA);
export const otherSerialNo = serialOf(identities.merchantB);

export type V3 = typeof GatewayConfig.MerchantV3.Encoded;

/** The merchant's v3 block. */
export const v3 = (more: Partial<V3> = {}): V3 => ({
  serialNo,
  publicKey: identities.merchantA.certificatePem,
  apiKey: apiV3Key,
  ...more,
});

export const merchant = (more: Partial<V3> = {}) => ({ appId, mchId, apiKey, v3: v3(more) });
export const otherMerchant = (more: Partial<V3> = {}) => ({
  appId,
  mchId: otherMchId,
  apiKey: otherKey,
  v3: v3({
    serialNo: otherSerialNo,
    publicKey: identities.merchantB.certificatePem,
    apiKey: otherApiV3Key,
    ...more,
  }),
});

/** A gateway whose merchant has APIv3 beside APIv2, and one paid order of 1 yuan. */
export const gatewayV3 = (config: Partial<Config> = {}, more: Partial<V3> = {}): Gateway.Gateway =>
  gateway({ merchants: [merchant(more)], ...config });

export const refundsPath = "/v3/refund/domestic/refunds";

/** What a request says, and what is wrong with it. */
export interface Request {
  readonly method?: "GET" | "POST";
  readonly target: string;
  readonly body?: string;
  readonly mchId?: string;
  readonly serialNo?: string;
  readonly privateKey?: string;
  /** In seconds. */
  readonly timestamp?: number;
  readonly nonce?: string;
  /** The text that is signed in place of the right one. */
  readonly text?: (right: string) => string;
  readonly authorization?: string;
  /** Beside the usual, or in their place; undefined leaves one out. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly now?: number;
  readonly fault?: NonNullable<Gateway.Call["fault"]>;
  readonly remoteAddress?: string;
}

/** The headers of a request, its signature among them. */
export const headersOf = (request: Request): Readonly<Record<string, string>> => {
  const { method = "GET", target, body = "", nonce = "593BEC0C930BF1AFEB40B4A08C8FB242", headers = {} } = request;
  const timestamp = request.timestamp ?? Math.floor((request.now ?? now) / 1_000);
  const right = `${method}\n${target}\n${timestamp}\n${nonce}\n${body}\n`;
  const text = request.text?.(right) ?? right;
  const key = request.privateKey ?? identities.merchantA.privateKeyPem;
  const signature = sign("sha256", Buffer.from(text), key).toString("base64");
  const authorization =
    request.authorization ??
    `WECHATPAY2-SHA256-RSA2048 mchid="${request.mchId ?? mchId}",nonce_str="${nonce}",signature="${signature}",timestamp="${timestamp}",serial_no="${request.serialNo ?? serialNo}"`;
  const all = {
    accept: "application/json",
    "user-agent": "test",
    authorization,
    ...(body !== "" && { "content-type": "application/json" }),
    ...headers,
  };
  return Object.fromEntries(
    Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
};

export const send = (to: Gateway.Gateway, request: Request): Gateway.Reply => {
  const { method = "GET", target, body = "", fault, remoteAddress } = request;
  const [path = ""] = target.split("?", 1);
  return to.handle({
    method,
    path,
    target,
    headers: headersOf(request),
    body: new TextEncoder().encode(body),
    clientCertificate: "none",
    now: request.now ?? now,
    ...(fault !== undefined && { fault }),
    ...(remoteAddress !== undefined && { remoteAddress }),
  });
};

export const refundBody = {
  out_trade_no: paid.outTradeNo,
  out_refund_no: "R-1",
  reason: "商品已售完",
  notify_url: "http://127.0.0.1:9/refunds",
  amount: { refund: 30, total: 100, currency: "CNY" },
};

export const refund = (to: Gateway.Gateway, body: object = {}, more: Partial<Request> = {}): Gateway.Reply =>
  send(to, { method: "POST", target: refundsPath, body: JSON.stringify({ ...refundBody, ...body }), ...more });

export const query = (to: Gateway.Gateway, outRefundNo = "R-1", more: Partial<Request> = {}): Gateway.Reply =>
  send(to, { target: `${refundsPath}/${encodeURIComponent(outRefundNo)}`, ...more });

export const json = ({ body }: { readonly body: Uint8Array }): Readonly<Record<string, unknown>> =>
  JSON.parse(new TextDecoder().decode(body)) as Readonly<Record<string, unknown>>;

/** The status and the code, if there is one. */
export const codeOf = (reply: Gateway.Reply): string =>
  reply.body.length === 0 ? String(reply.status) : `${reply.status} ${String(json(reply)["code"] ?? "")}`.trim();

/** The keys a merchant has to verify with, by id. */
export const keysOf = (to: Gateway.Gateway, of = mchId, at = now): ReadonlyMap<string, string> => {
  const publicKey = to.platform.publicKey(of);
  return new Map([
    ...(publicKey === undefined ? [] : [[publicKey.id, publicKey.pem] as const]),
    ...to.platform.certificates(of, at).map(({ pem, serialNo }) => [serialNo, pem] as const),
  ]);
};

/** `signed` and by which kind of key, `unsigned`, or what is wrong with the signature. */
export const seal = (
  to: Gateway.Gateway,
  { body, headers = {} }: Pick<Notices.Delivery, "body" | "headers">,
  of = mchId,
  at = now,
): string => {
  const id = headers["Wechatpay-Serial"];
  const signature = headers["Wechatpay-Signature"];
  if (id === undefined || signature === undefined) return "unsigned";
  const pem = keysOf(to, of, at).get(id);
  if (pem === undefined) return "signed with an unknown key";
  const text = `${headers["Wechatpay-Timestamp"]}\n${headers["Wechatpay-Nonce"]}\n${Buffer.from(body).toString()}\n`;
  const isRight = verify("sha256", Buffer.from(text), createPublicKey(pem), Buffer.from(signature, "base64"));
  return `${isRight ? "signed" : "badly signed"} by ${id.startsWith("PUB_KEY_ID_") ? "public key" : "certificate"}`;
};

interface Sealed {
  readonly ciphertext: string;
  readonly nonce: string;
  readonly associated_data: string;
}

/** What was sealed under the APIv3 key. */
export const unseal = ({ ciphertext, nonce, associated_data }: Sealed, key = apiV3Key): string => {
  const bytes = Buffer.from(ciphertext, "base64");
  const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: 16 })
    .setAAD(Buffer.from(associated_data))
    .setAuthTag(bytes.subarray(-16));
  return Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]).toString();
};
