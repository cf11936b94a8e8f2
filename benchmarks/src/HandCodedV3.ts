/**
 * The practical limit over APIv3: signing, verifying and reading by hand for this one exchange.
 *
 * It does what a careful engineer would keep: the four fields of the signature must be there and of the key that was asked for, the time
 * within five minutes, the reply of this refund, amounts whole numbers.
 */
import { type KeyObject, sign, verify } from "node:crypto";
import { type Ask, merchant, pathV3, platformKeyId } from "./Story.ts";

/** The text of a request that is signed. */
export const requestText = (timestamp: string, nonce: string, body: string): Buffer =>
  Buffer.from(`POST\n${pathV3}\n${timestamp}\n${nonce}\n${body}\n`);

/** The bytes of a reply that are signed. */
export const replyText = (timestamp: string, nonce: string, body: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`${timestamp}\n${nonce}\n`), body, Buffer.from("\n")]);

const seconds = (): number => Math.floor(Date.now() / 1000);

export const prepare = (ask: Ask, nonce: string, key: KeyObject, serialNo: string) => {
  const timestamp = String(seconds());
  const body = JSON.stringify({
    transaction_id: ask.transactionId,
    out_refund_no: ask.outRefundNo,
    reason: ask.refundDesc,
    notify_url: ask.notifyUrl,
    amount: { refund: ask.refundFee, total: ask.totalFee, currency: "CNY" },
  });
  const signature = sign("sha256", requestText(timestamp, nonce, body), key).toString("base64");
  return {
    body: Buffer.from(body),
    headers: {
      Accept: "application/json",
      Authorization: `WECHATPAY2-SHA256-RSA2048 mchid="${merchant.mchId}",nonce_str="${nonce}",signature="${signature}",timestamp="${timestamp}",serial_no="${serialNo}"`,
      "Content-Type": "application/json",
      "User-Agent": "hand-coded",
      "Wechatpay-Serial": platformKeyId,
    },
  };
};

interface Reply {
  readonly refund_id: string;
  readonly out_refund_no: string;
  readonly transaction_id: string;
  readonly out_trade_no: string;
  readonly channel: string;
  readonly status: string;
  readonly create_time: string;
  readonly amount: {
    readonly total: number;
    readonly refund: number;
    readonly payer_total: number;
    readonly payer_refund: number;
    readonly discount_refund: number;
  };
  readonly promotion_detail?: ReadonlyArray<{
    readonly promotion_id: string;
    readonly type: string;
    readonly refund_amount: number;
  }>;
}

const amount = (value: unknown): number => {
  if (typeof value !== "number" || !Number.isSafeInteger(value)) throw new Error("not an amount");
  return value;
};

export const interpret = (ask: Ask, headers: Readonly<Record<string, unknown>>, body: Buffer, key: KeyObject) => {
  const timestamp = headers["wechatpay-timestamp"];
  const nonce = headers["wechatpay-nonce"];
  const signature = headers["wechatpay-signature"];
  if (typeof timestamp !== "string" || typeof nonce !== "string" || typeof signature !== "string") {
    throw new Error("not signed");
  }
  if (headers["wechatpay-serial"] !== platformKeyId) throw new Error("signed with an unknown key");
  if (!verify("sha256", replyText(timestamp, nonce, body), key, Buffer.from(signature, "base64"))) {
    throw new Error("wrong signature");
  }
  if (!(Math.abs(seconds() - Number(timestamp)) < 300)) throw new Error("signed at another time");
  const reply = JSON.parse(body.toString()) as Reply;
  if (
    reply.out_refund_no !== ask.outRefundNo ||
    reply.transaction_id !== ask.transactionId ||
    reply.amount.refund !== ask.refundFee ||
    reply.amount.total !== ask.totalFee
  ) {
    throw new Error("another refund");
  }
  return {
    outTradeNo: reply.out_trade_no,
    transactionId: reply.transaction_id,
    outRefundNo: reply.out_refund_no,
    refundId: reply.refund_id,
    refundChannel: reply.channel,
    status: reply.status,
    createTime: new Date(reply.create_time),
    refundFee: amount(reply.amount.refund),
    totalFee: amount(reply.amount.total),
    cashFee: amount(reply.amount.payer_total),
    cashRefundFee: amount(reply.amount.payer_refund),
    couponRefundFee: amount(reply.amount.discount_refund),
    coupons: (reply.promotion_detail ?? []).map(({ promotion_id: id, refund_amount: fee, type }) => ({
      type,
      id,
      fee: amount(fee),
    })),
  };
};
