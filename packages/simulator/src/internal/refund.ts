/** `/secapi/pay/refund` and, for single items, `refundv2`: which refunds are accepted. Success means accepted; the money moves later. */
import type { RefundAccount, Row } from "../Ledger.ts";
import { accept } from "./acceptance.ts";
import { callback } from "./callback.ts";
import { couponAmounts, orderAmounts, settlementAmount } from "./amounts.ts";
import {
  amount,
  checkAny,
  checkFields,
  checkParty,
  common,
  currency,
  digits,
  type FieldRule,
  invalidTransactionId,
  merchantNumber,
  oneOf,
} from "./checks.ts";
import { obstacles } from "./obstacles.ts";
import { type Goods, promotionDetail, readDetail } from "./singleItems.ts";
import { answered, type Endpoint, unsigned, type Verdict } from "./verdict.ts";

const unsettled: RefundAccount = "REFUND_SOURCE_UNSETTLED_FUNDS";
const recharge: RefundAccount = "REFUND_SOURCE_RECHARGE_FUNDS";

const rules: ReadonlyArray<FieldRule> = [
  ...common,
  { name: "transaction_id", max: 32 },
  { name: "out_trade_no", max: 32, accepts: merchantNumber },
  { name: "out_refund_no", required: true, max: 64, accepts: merchantNumber },
  { name: "total_fee", required: true, max: 16, accepts: amount },
  { name: "refund_fee", required: true, max: 16, accepts: amount },
  { name: "refund_fee_type", max: 8, accepts: currency },
  { name: "refund_desc", max: 80 },
  { name: "refund_account", max: 30, accepts: oneOf(unsettled, recharge) },
  { name: "notify_url", max: 256, accepts: callback },
  { name: "op_user_id", max: 32 },
];

const rulesV2: ReadonlyArray<FieldRule> = [
  ...rules,
  { name: "detail", max: 6_000, accepts: (detail) => readDetail(detail) !== undefined },
];

const noGoods: ReadonlyArray<Goods> = [];

const accepted = (row: Row, repeated: boolean, singleItems: boolean): Verdict =>
  answered(
    new Map([
      ["transaction_id", row.order.transactionId],
      ["out_trade_no", row.order.outTradeNo],
      ["out_refund_no", row.outRefundNo],
      ["refund_id", row.refundId],
      ["refund_channel", ""],
      ["refund_fee", String(row.refundFee)],
      ...settlementAmount(row, ""),
      ...orderAmounts(row.order),
      ["cash_refund_fee", String(row.cashRefundFee)],
      ...couponAmounts(row.coupons, ""),
      ...(singleItems ? ([["promotion_detail", promotionDetail(row)]] as const) : []),
    ]),
    repeated,
  );

const makeEndpoint = (singleItems: boolean): Endpoint => ({
  certificate: true,
  judge: (world, { merchant, fields, now }) => {
    const wrong =
      checkFields(fields, singleItems ? rulesV2 : rules) ??
      checkParty(merchant, fields) ??
      checkAny(fields, "transaction_id", "out_trade_no");
    if (wrong !== undefined) return wrong;
    const given = (name: string): string | undefined => fields.get(name) || undefined;
    const transactionId = given("transaction_id");
    if (transactionId !== undefined && !digits(transactionId)) return invalidTransactionId;
    const totalFee = Number(fields.get("total_fee"));
    const refundFee = Number(fields.get("refund_fee"));
    if (refundFee > totalFee) return unsigned("invalid refund_fee");
    const decision = accept(world, {
      protocol: "v2",
      merchant,
      subMchId: given("sub_mch_id"),
      transactionId,
      outTradeNo: given("out_trade_no"),
      outRefundNo: fields.get("out_refund_no") ?? "",
      totalFee,
      refundFee,
      currency: given("refund_fee_type"),
      account: given("refund_account") as RefundAccount | undefined,
      notifyUrl: given("notify_url"),
      goods: (singleItems && readDetail(given("detail") ?? "")) || noGoods,
      now,
    });
    return typeof decision === "string"
      ? obstacles[decision].v2
      : accepted(decision.row, decision.repeated, singleItems);
  },
});

export const endpoint = makeEndpoint(false);
export const endpointV2 = makeEndpoint(true);
