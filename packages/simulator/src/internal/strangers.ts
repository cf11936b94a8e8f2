/** What reaches a refund's address and is no refund notice: a payment's (支付结果通知), or one as APIv3 posts it. */
import * as Result from "effect/Result";
import type { Merchant, Order } from "../GatewayConfig.ts";
import * as Message from "../Message.ts";
import * as Beijing from "./beijing.ts";

export interface Stranger {
  readonly contentType: string;
  readonly body: Uint8Array;
}

/** The notice of the order's payment, signed. */
export const ofPayment = (merchant: Merchant, order: Order, nonce: string, key: string): Stranger => {
  const fields = new Map([
    ["return_code", "SUCCESS"],
    ["result_code", "SUCCESS"],
    ["appid", merchant.appId],
    ["mch_id", merchant.mchId],
    ["nonce_str", nonce],
    ["openid", order.openId],
    ["trade_type", order.tradeType],
    ["bank_type", "OTHERS"],
    ["total_fee", String(order.totalFee)],
    ["cash_fee", String(order.totalFee)],
    ["transaction_id", order.transactionId],
    ["out_trade_no", order.outTradeNo],
    ["time_end", Beijing.time(order.paidAt).replaceAll(/\D/g, "")],
  ]);
  fields.set("sign", Message.sign(fields, key, "MD5"));
  const body = Result.getOrThrowWith(
    Message.write(fields),
    ({ field, reason }) => new Error(`the gateway's own notice cannot be written: ${field} ${reason}`),
  );
  return { contentType: "text/xml", body };
};

/** A refund's notice in the form of APIv3. */
export const ofApiV3 = (id: string, at: number): Stranger => ({
  contentType: "application/json",
  body: new TextEncoder().encode(
    JSON.stringify({
      id,
      create_time: `${Beijing.time(at).replace(" ", "T")}+08:00`,
      event_type: "REFUND.SUCCESS",
      resource_type: "encrypt-resource",
      summary: "退款成功",
      resource: {
        algorithm: "AEAD_AES_256_GCM",
        original_type: "refund",
        ciphertext: "",
        associated_data: "refund",
        nonce: "",
      },
    }),
  ),
});
