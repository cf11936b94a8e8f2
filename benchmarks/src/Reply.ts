/** The gateway's answer to a refund, as WeChat Pay writes one: 18 fields, or 28, and three for each coupon, in CDATA. */
import * as HandCoded from "./HandCoded.ts";
import { merchant, type ReplyFields, refundIdOf, type SignType } from "./Story.ts";

/** Seen beside the usual ones: of a payment with coupons that are not cash, of single items, of the sandbox and of older merchants. */
const more: ReadonlyArray<readonly [string, string]> = [
  ["device_info", "POS-0017"],
  ["err_code", ""],
  ["err_code_des", ""],
  ["err_msg", "OK"],
  ["fee_type", "CNY"],
  ["cash_fee_type", "CNY"],
  ["refund_fee_type", "CNY"],
  ["settlement_total_fee", "9876"],
  ["settlement_refund_fee", "98"],
  [
    "promotion_detail",
    '{"promotion_detail":[{"promotion_id":"109519","scope":"SINGLE","type":"DISCOUNT","refund_amount":2}]}',
  ],
];

export const accepted = (
  asked: ReadonlyMap<string, string>,
  signType: SignType,
  coupons: number,
  replyFields: ReplyFields = 18,
): ReadonlyArray<readonly [string, string]> => {
  const text = (name: string): string => asked.get(name) ?? "";
  const fields: Array<readonly [string, string]> = [
    ["return_code", "SUCCESS"],
    ["return_msg", "OK"],
    ["appid", merchant.appId],
    ["mch_id", merchant.mchId],
    ["nonce_str", "5K8264ILTKCH16CQ2502SI8ZNMTM67VS"],
    ["result_code", "SUCCESS"],
    ["transaction_id", text("transaction_id")],
    ["out_trade_no", `T-${text("transaction_id")}`],
    ["out_refund_no", text("out_refund_no")],
    ["refund_id", refundIdOf(text("out_refund_no"))],
    ["refund_channel", ""],
    ["refund_fee", text("refund_fee")],
    ["coupon_refund_fee", String(coupons)],
    ["total_fee", text("total_fee")],
    ["cash_fee", text("total_fee")],
    ["coupon_refund_count", String(coupons)],
    ["cash_refund_fee", text("refund_fee")],
  ];
  if (replyFields === 28) fields.push(...more);
  for (let n = 0; n < coupons; n++) {
    fields.push(
      [`coupon_type_${n}`, "CASH"],
      [`coupon_refund_id_${n}`, `${10_000_000 + n}`],
      [`coupon_refund_fee_${n}`, "1"],
    );
  }
  fields.push(["sign", HandCoded.digest(HandCoded.toSign(fields), signType)]);
  return fields;
};

export const write = (fields: ReadonlyArray<readonly [string, string]>): Buffer =>
  Buffer.from(`<xml>${fields.map(([name, value]) => `<${name}><![CDATA[${value}]]></${name}>\n`).join("")}</xml>`);
