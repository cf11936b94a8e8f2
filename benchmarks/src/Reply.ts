/** The gateway's answer to a refund, as WeChat Pay writes one: 18 fields and three for each coupon, in CDATA. */
import * as HandCoded from "./HandCoded.ts";
import { merchant, refundIdOf, type SignType } from "./Story.ts";

export const accepted = (
  asked: ReadonlyMap<string, string>,
  signType: SignType,
  coupons: number,
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
