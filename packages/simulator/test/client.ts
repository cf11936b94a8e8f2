/** Requests as a merchant would send them, written and signed with the simulator's own `Message`, which the vectors check. */
import { Result } from "effect";
import { Gateway, type GatewayConfig, Message } from "@wechat-refund/simulator";

export const now = Date.UTC(2026, 0, 1, 4);
export const day = 86_400_000;
export const appId = "wx8888888888888888";
export const mchId = "1900000109";
export const otherMchId = "1900000110";
export const apiKey = "TestKey0000000000000000000000001";
export const otherKey = "TestKey0000000000000000000000002";

export const paid = {
  mchId,
  transactionId: "4200000000202601010000000001",
  outTradeNo: "T-1",
  totalFee: 100,
  paidAt: now - day,
} satisfies typeof GatewayConfig.Order.Encoded;

export type Config = typeof GatewayConfig.Config.Encoded;

/** A gateway with one merchant and one paid order of 1 yuan, unless told otherwise. */
export const gateway = (config: Partial<Config> = {}): Gateway.Gateway =>
  Gateway.make({ merchants: [{ appId, mchId, apiKey }], orders: [paid], ...config });

export type Fields = Readonly<Record<string, string | undefined>>;

export const refundFields = {
  appid: appId,
  mch_id: mchId,
  nonce_str: "5K8264ILTKCH16CQ2502SI8ZNMTM67VS",
  out_trade_no: paid.outTradeNo,
  out_refund_no: "R-1",
  total_fee: "100",
  refund_fee: "30",
};

export const queryFields = { appid: appId, mch_id: mchId, nonce_str: "n", out_refund_no: "R-1" };

/** The fields, without those set to undefined, signed with the algorithm they name. */
export const signed = (fields: Fields, key = apiKey): Message.Fields => {
  const message = new Map(
    Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  if (!("sign" in fields)) {
    message.set("sign", Message.sign(message, key, message.get("sign_type") === "HMAC-SHA256" ? "HMAC-SHA256" : "MD5"));
  }
  return message;
};

export const body = (fields: Fields, key?: string): Uint8Array => Result.getOrThrow(Message.write(signed(fields, key)));

export const refundPath = "/secapi/pay/refund";
export const queryPath = "/pay/refundquery";

export type Options = Partial<Gateway.Call> & { readonly key?: string };

const post = (to: Gateway.Gateway, path: string, fields: Fields, { key, ...call }: Options) =>
  to.handle({ path, body: body(fields, key), clientCertificate: { commonName: mchId }, now, ...call });

export const refund = (to: Gateway.Gateway, fields: Fields = {}, options: Options = {}): Gateway.Reply =>
  post(to, refundPath, { ...refundFields, ...fields }, options);

export const query = (to: Gateway.Gateway, fields: Fields = {}, options: Options = {}): Gateway.Reply =>
  post(to, queryPath, { ...queryFields, ...fields }, { clientCertificate: "none", ...options });

export const textOf = (reply: { readonly body: Uint8Array }): string => new TextDecoder().decode(reply.body);

/** The fields of a reply as a record. */
export const read = (reply: { readonly body: Uint8Array }): Readonly<Record<string, string>> =>
  Object.fromEntries(Result.getOrThrow(Message.read(reply.body)));

/** The code of a reply: `SUCCESS`, an `err_code`, the text of an unsigned failure, or a page's status and title. */
export const codeOf = (reply: Omit<Gateway.Reply, "headers">): string => {
  if (reply.status !== 200) return `${reply.status} ${/<title>(.*)<\/title>/.exec(textOf(reply))?.[1] ?? ""}`;
  const fields = read(reply);
  if (fields["return_code"] !== "SUCCESS") return `FAIL ${fields["return_msg"] ?? ""}`;
  return fields["result_code"] === "SUCCESS" ? "SUCCESS" : (fields["err_code"] ?? "");
};
