/**
 * Replies as the gateway signs them, for tests of a service: what it would answer to this request of this merchant.
 */
import * as Effect from "effect/Effect";
import * as Redacted from "effect/Redacted";
import * as Result from "effect/Result";
import { encryptNotice } from "../internal/crypto.ts";
import type { MerchantIdentity } from "../Merchant.ts";
import type { RefundRequest } from "../Refund.ts";
import type { RefundStatus } from "../RefundQuery.ts";
import { sign } from "../Signature.ts";
import type { TransportReply } from "../Transport.ts";
import { write } from "../Xml.ts";

type Fields = Readonly<Record<string, string>>;

/** Any fields as a reply: HTTP 200, XML, unsigned. */
export const unsigned = (fields: Fields): TransportReply => ({
  status: 200,
  headers: { "content-type": "text/plain" },
  body: Result.getOrThrow(write(new Map(Object.entries(fields)))),
});

/** Any fields as a reply with the merchant's identity, signed as the gateway signs for this merchant. */
export const signed = (merchant: MerchantIdentity, fields: Fields): TransportReply => {
  const params = new Map<string, string>([
    ["return_code", "SUCCESS"],
    ["return_msg", "OK"],
    ["appid", merchant.appId],
    ["mch_id", merchant.mchId],
    ...(merchant.subAppId === undefined ? [] : [["sub_appid", merchant.subAppId] as const]),
    ...(merchant.subMchId === undefined ? [] : [["sub_mch_id", merchant.subMchId] as const]),
    ["nonce_str", "5K8264ILTKCH16CQ2502SI8ZNMTM67VS"],
    ...Object.entries(fields),
  ]);
  return unsigned({
    ...Object.fromEntries(params),
    sign: Result.getOrThrow(sign(params, merchant.apiKey, merchant.signType)),
  });
};

const order = (request: RefundRequest): Fields => ({
  transaction_id: request.order.transactionId ?? "4200000000202601010000000001",
  out_trade_no: request.order.outTradeNo ?? "1415757673",
});

/** WeChat Pay's number for a refund of these stories. */
export const refundId = "50300000002026010100000000001";

/** The application was accepted. */
export const accepted = (merchant: MerchantIdentity, request: RefundRequest, more: Fields = {}): TransportReply =>
  signed(merchant, {
    result_code: "SUCCESS",
    ...order(request),
    out_refund_no: request.outRefundNo,
    refund_id: refundId,
    refund_channel: "",
    refund_fee: String(request.refundFee),
    total_fee: String(request.totalFee),
    cash_fee: String(request.totalFee),
    cash_refund_fee: String(request.refundFee),
    coupon_refund_fee: "0",
    coupon_refund_count: "0",
    ...more,
  });

/** The business layer refused: `result_code` FAIL with this `err_code`, signed. */
export const rejected = (merchant: MerchantIdentity, errCode: string, errCodeDes: string): TransportReply =>
  signed(merchant, { result_code: "FAIL", err_code: errCode, err_code_des: errCodeDes });

/** The protocol layer refused: `return_code` FAIL, which is never signed. */
export const protocolRejected = (returnMsg: string): TransportReply =>
  unsigned({ return_code: "FAIL", return_msg: returnMsg });

/** A query found the refund in this state. */
export const queried = (
  merchant: MerchantIdentity,
  request: RefundRequest,
  status: Exclude<RefundStatus, "unknown">,
  more: Fields = {},
): TransportReply =>
  signed(merchant, {
    result_code: "SUCCESS",
    ...order(request),
    total_fee: String(request.totalFee),
    cash_fee: String(request.totalFee),
    refund_fee: String(request.refundFee),
    refund_count: "1",
    out_refund_no_0: request.outRefundNo,
    refund_id_0: refundId,
    refund_channel_0: "ORIGINAL",
    refund_fee_0: String(request.refundFee),
    refund_status_0: status,
    refund_account_0: "REFUND_SOURCE_UNSETTLED_FUNDS",
    refund_recv_accout_0: "支付用户零钱",
    ...(status === "SUCCESS" && { refund_success_time_0: "2026-01-01 12:00:05" }),
    ...more,
  });

/** A notice of a refund as the gateway posts it: the body of the callback, sealed with the merchant's key. */
export const notice = (
  merchant: MerchantIdentity,
  request: RefundRequest,
  status: "SUCCESS" | "CHANGE" | "REFUNDCLOSE",
  more: Fields = {},
): Uint8Array => {
  const { transaction_id = "", out_trade_no = "" } = order(request);
  const inner = {
    out_refund_no: request.outRefundNo,
    out_trade_no,
    refund_account: "REFUND_SOURCE_RECHARGE_FUNDS",
    refund_fee: String(request.refundFee),
    refund_id: refundId,
    refund_recv_accout: "支付用户零钱",
    refund_request_source: "API",
    refund_status: status,
    settlement_refund_fee: String(request.refundFee),
    settlement_total_fee: String(request.totalFee),
    ...(status === "SUCCESS" && { success_time: "2026-01-01 12:00:05" }),
    total_fee: String(request.totalFee),
    transaction_id,
    ...more,
  };
  const plain = new TextDecoder().decode(Result.getOrThrow(write(new Map(Object.entries(inner)))));
  const root = plain.replace(/^<xml>/, "<root>").replace(/<\/xml>$/, "</root>");
  return unsigned({
    return_code: "SUCCESS",
    appid: merchant.appId,
    mch_id: merchant.mchId,
    ...(merchant.subAppId !== undefined && { sub_appid: merchant.subAppId }),
    ...(merchant.subMchId !== undefined && { sub_mch_id: merchant.subMchId }),
    nonce_str: "1ee38e38b04990449808688cf3a763b7",
    req_info: encryptNotice(root, Redacted.value(merchant.apiKey)),
  }).body;
};

/** The same reply, later: for time limits and races under a test clock. */
export const after = (
  delay: Parameters<typeof Effect.delay>[1],
  answer: TransportReply,
): Effect.Effect<TransportReply> => Effect.delay(Effect.succeed(answer), delay);
