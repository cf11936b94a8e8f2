/**
 * Refund result notices (退款结果通知): open the bytes of a callback.
 *
 * A notice is a **hint**, never a fact. It is encrypted without integrity (AES-256-ECB), carries no signature, no time and no
 * nonce: whoever holds old notices can splice new ones from their blocks, and old ones can be repeated. Use it to wake a query:
 * `RefundClient.confirm` turns the hint into a fact. Answer `acknowledge` only after the hint is stored or acted on.
 *
 * Everything that is not a good notice gives one and the same error and should get one and the same answer (`refuse`), so that
 * nobody learns from it where decryption failed.
 *
 * Source: chapter 9_16 of WeChat Pay's wiki.
 */
import * as Redacted from "effect/Redacted";
import * as Result from "effect/Result";
import * as Schema from "effect/Schema";
import { decryptNotice } from "./internal/crypto.ts";
import { BeijingTime, decodeReply, FenFromText, FenText, Names, sort } from "./internal/fields.ts";
import type { MerchantIdentity } from "./Merchant.ts";
import type { Params } from "./Params.ts";
import { RefundStatus, statusOf } from "./RefundQuery.ts";
import type { Keys } from "./Signature.ts";
import { read } from "./Xml.ts";

/** The bytes are not a refund notice for this merchant. There is one error for every cause, on purpose. */
export class BadNotice extends Schema.TaggedError<BadNotice>("@wechat-refund/core/RefundNotice/BadNotice")(
  "BadNotice",
  {},
) {
  override get message(): string {
    return "not a refund notice for this merchant; if notices of real refunds end here, check the API key (API密钥), appid and mch_id";
  }
}

/**
 * What a notice says. Amounts in fen. `refundRequestSource` is `API` for refunds made through an interface, APIv3 included, and
 * `VENDOR_PLATFORM` for those made by hand in the merchant platform: their numbers may not be yours. `keyUsed` tells whether
 * the current or the previous API key opened it.
 */
export const RefundNotice = Schema.Struct({
  transactionId: Schema.String,
  outTradeNo: Schema.String,
  refundId: Schema.String,
  outRefundNo: Schema.String.pipe(Schema.brand("OutRefundNo")),
  totalFee: FenFromText,
  settlementTotalFee: Schema.optionalKey(FenText),
  refundFee: FenFromText,
  settlementRefundFee: Schema.optionalKey(FenText),
  cashRefundFee: Schema.optionalKey(FenText),
  refundStatus: RefundStatus,
  refundStatusText: Schema.String,
  successTime: Schema.optionalKey(BeijingTime),
  refundRecvAccount: Schema.optionalKey(Schema.String),
  refundAccount: Schema.optionalKey(Schema.String),
  refundRequestSource: Schema.optionalKey(Schema.String),
  /** Provider mode: the sub-merchant as the unencrypted envelope names it. */
  subAppId: Schema.optionalKey(Schema.String),
  subMchId: Schema.optionalKey(Schema.String),
  keyUsed: Schema.Literals(["current", "previous"]),
  extra: Schema.Record(Schema.String, Schema.String),
});
export type RefundNotice = typeof RefundNotice.Type;

const names = new Names({
  transactionId: "transaction_id",
  outTradeNo: "out_trade_no",
  refundId: "refund_id",
  outRefundNo: "out_refund_no",
  totalFee: "total_fee",
  settlementTotalFee: "settlement_total_fee",
  refundFee: "refund_fee",
  settlementRefundFee: "settlement_refund_fee",
  cashRefundFee: "cash_refund_fee",
  refundStatusText: "refund_status",
  successTime: "success_time",
  refundRecvAccount: "refund_recv_accout",
  refundAccount: "refund_account",
  refundRequestSource: "refund_request_source",
});

const decodeNotice = decodeReply(RefundNotice);

const base64 = /^(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Decrypts one `req_info` with one key and reads its plain text, whose root is `<root>`; `undefined` for anything else. */
export const unseal = (reqInfo: string, apiKey: Redacted.Redacted<string>): Params | undefined => {
  const secret = Redacted.value(apiKey);
  if (secret === "" || !base64.test(reqInfo)) return undefined;
  const plain = decryptNotice(reqInfo, secret);
  const params = plain === undefined ? undefined : read(plain, { root: "root" });
  return params !== undefined && Result.isSuccess(params) ? params.success : undefined;
};

const fieldsOf = (reqInfo: string, keys: Keys) => {
  // Both keys are tried before anything is said: a wrong key may decrypt to bytes with valid padding.
  const current = unseal(reqInfo, keys.apiKey);
  const previous = keys.previousApiKey === undefined ? undefined : unseal(reqInfo, keys.previousApiKey);
  if (current !== undefined) return { inner: current, keyUsed: "current" };
  return previous === undefined ? undefined : { inner: previous, keyUsed: "previous" };
};

/** Opens the raw body of a callback, at most 64 KiB. Only the decrypted fields count, never what stands beside `req_info`. */
export const open = (
  body: Uint8Array,
  merchant: Pick<MerchantIdentity, "appId" | "mchId" | "apiKey" | "previousApiKey">,
): Result.Result<RefundNotice, BadNotice> => {
  const bad = Result.fail(new BadNotice());
  const outer = read(body);
  if (Result.isFailure(outer)) return bad;
  const params = outer.success;
  if (
    params.get("return_code") !== "SUCCESS" ||
    params.get("appid") !== merchant.appId ||
    params.get("mch_id") !== merchant.mchId
  ) {
    return bad;
  }
  const unsealed = fieldsOf(params.get("req_info") ?? "", merchant);
  if (unsealed === undefined) return bad;
  const { extra, flat } = sort(unsealed.inner, names);
  const [subAppId, subMchId] = [params.get("sub_appid"), params.get("sub_mch_id")];
  const notice = decodeNotice(
    {
      ...flat,
      refundStatus: statusOf(flat["refundStatusText"]),
      ...(subAppId && { subAppId }),
      ...(subMchId && { subMchId }),
      keyUsed: unsealed.keyUsed,
      extra,
    },
    names,
  );
  return Result.mapError(notice, () => new BadNotice());
};

const answer = (code: string, msg: string): Uint8Array<ArrayBuffer> =>
  new TextEncoder().encode(
    `<xml><return_code><![CDATA[${code}]]></return_code><return_msg><![CDATA[${msg}]]></return_msg></xml>`,
  );

/** The answer that ends the gateway's repeats. Give it, with HTTP 200, once the notice is stored or acted on. */
export const acknowledge: Uint8Array<ArrayBuffer> = answer("SUCCESS", "OK");

/** The answer that asks for the notice again, for notices that are bad and for times when they cannot be stored. */
export const refuse: Uint8Array<ArrayBuffer> = answer("FAIL", "FAIL");
