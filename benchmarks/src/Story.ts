/**
 * What is refunded, by whom, and the one right answer: the same for every client.
 *
 * Every refund has a number of its own, and the answer repeats it in a refund id made from it, so that no client can pass with
 * somebody else's answer.
 */
export type SignType = "HMAC-SHA256" | "MD5";

/** How a row signs: with one of APIv2's types, or with RSA, which is APIv3. */
export type Scheme = SignType | "RSA";

export const merchant = {
  appId: "wx8888888888888888",
  mchId: "1900000109",
  apiKey: "TestKey0000000000000000000000001",
} as const;

export const path = "/secapi/pay/refund";
export const pathV3 = "/v3/refund/domestic/refunds";

/** The id of the public key that replies of APIv3 are verified with. */
export const platformKeyId = "PUB_KEY_ID_0119000001092026112600000000000001";

/** How many coupons the gateway's answers have. */
export const coupons = 2;

/** How many fields an answer has beside those of its coupons: the usual ones, or with those that WeChat Pay adds at times. */
export type ReplyFields = 18 | 28;

export interface Ask {
  readonly transactionId: string;
  readonly outRefundNo: string;
  readonly totalFee: number;
  readonly refundFee: number;
  readonly refundDesc: string;
  readonly notifyUrl: string;
}

/** The n-th refund of a run. */
export const ask = (n: number): Ask => ({
  transactionId: `42000000002026${String(n).padStart(14, "0")}`,
  outRefundNo: `R-2026-${String(n).padStart(10, "0")}`,
  totalFee: 10_000 + (n % 97),
  refundFee: 100 + (n % 89),
  refundDesc: "商品已退货 <7 天",
  notifyUrl: "https://shop.example/refunds/notice",
});

/** The wire's names, for clients that take fields. */
export const fields = (n: number) => {
  const { notifyUrl, outRefundNo, refundDesc, refundFee, totalFee, transactionId } = ask(n);
  return {
    transaction_id: transactionId,
    out_refund_no: outRefundNo,
    total_fee: String(totalFee),
    refund_fee: String(refundFee),
    refund_desc: refundDesc,
    notify_url: notifyUrl,
  };
};

export const refundIdOf = (outRefundNo: string): string => `50${outRefundNo.slice(2).replace("-", "")}`;

/** What a client must have read from the answer. */
export interface Told {
  readonly outRefundNo: string | undefined;
  readonly refundId: string | undefined;
  readonly refundFee: number | string | undefined;
  readonly totalFee: number | string | undefined;
}

/** Throws unless this is the answer to the n-th refund. */
export const check = (n: number, told: Told): void => {
  const { outRefundNo, refundFee, totalFee } = ask(n);
  if (
    told.outRefundNo !== outRefundNo ||
    told.refundId !== refundIdOf(outRefundNo) ||
    Number(told.refundFee) !== refundFee ||
    Number(told.totalFee) !== totalFee
  ) {
    throw new Error(`a wrong answer to refund ${n}: ${JSON.stringify(told)}`);
  }
};
