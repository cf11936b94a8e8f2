/** The gateway's answer to a refund over APIv3, as WeChat Pay writes one, and the fields that sign it. */
import { type KeyObject, randomBytes, sign } from "node:crypto";
import * as HandCodedV3 from "./HandCodedV3.ts";
import { platformKeyId, refundIdOf } from "./Story.ts";

export interface Asked {
  readonly transaction_id: string;
  readonly out_refund_no: string;
  readonly amount: { readonly refund: number; readonly total: number };
}

export const accepted = ({ amount: { refund, total }, out_refund_no, transaction_id }: Asked, coupons: number) =>
  Buffer.from(
    JSON.stringify({
      amount: {
        currency: "CNY",
        discount_refund: coupons,
        from: [],
        payer_refund: refund,
        payer_total: total,
        refund,
        refund_fee: 0,
        settlement_refund: refund,
        settlement_total: total,
        total,
      },
      channel: "ORIGINAL",
      create_time: "2026-11-26T16:55:39+08:00",
      funds_account: "AVAILABLE",
      out_refund_no,
      out_trade_no: `T-${transaction_id}`,
      promotion_detail: Array.from({ length: coupons }, (_, n) => ({
        amount: 1,
        promotion_id: String(10_000_000 + n),
        refund_amount: 1,
        scope: "GLOBAL",
        type: "CASH",
      })),
      refund_id: refundIdOf(out_refund_no),
      status: "PROCESSING",
      transaction_id,
      user_received_account: "支付用户零钱",
    }),
  );

/** Header lines, each ended. */
export const signed = (body: Buffer, key: KeyObject): string => {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const nonce = randomBytes(16).toString("hex");
  const signature = sign("sha256", HandCodedV3.replyText(timestamp, nonce, body), key).toString("base64");
  return `Wechatpay-Nonce: ${nonce}\r\nWechatpay-Serial: ${platformKeyId}\r\nWechatpay-Signature: ${signature}\r\nWechatpay-Timestamp: ${timestamp}\r\n`;
};
