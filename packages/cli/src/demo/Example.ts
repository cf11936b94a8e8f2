/** The refund that the demonstration makes: the example values of WeChat Pay's page of 2015, and a key that is an example too. */
import type { RefundRequest } from "@wechat-refund/core/Refund";

export const appId = "wx8888888888888888";
export const mchId = "1900000109";
export const otherMchId = "1900000110";
export const apiKey = "192006250b4c09247ec02edce69f6a2d";
export const wrongApiKey = "0123456789abcdef0123456789abcdef";

/** The page has the same number for the order, at WeChat Pay and at the merchant, and for the refund. */
const number = "1217752501201407033233368018";
export const outTradeNo = number;

export const request = {
  order: { transactionId: number },
  outRefundNo: number,
  totalFee: 100,
  refundFee: 100,
  refundFeeType: "CNY",
  opUserId: true,
  deviceInfo: "013467007045764",
} as const satisfies RefundRequest;
