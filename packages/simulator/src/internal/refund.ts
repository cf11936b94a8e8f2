/** `/secapi/pay/refund` and, for single items, `refundv2`: which refunds are accepted. Success means accepted; the money moves later. */
import type { Merchant } from "../GatewayConfig.ts";
import type { RefundAccount, Row } from "../Ledger.ts";
import type { Fields } from "../Message.ts";
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
import { type Goods, promotionDetail, readDetail } from "./singleItems.ts";
import { answered, type Endpoint, refused, unsigned, type Verdict } from "./verdict.ts";

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

const day = 86_400_000;
/** An order can be refunded for a year, in at most 50 parts; after a month it counts as old. */
const limits = { age: 365 * day, parts: 50, old: 30 * day } as const;

const noGoods: ReadonlyArray<Goods> = [];
const mismatch = refused("REFUND_FEE_MISMATCH", "The same out_refund_no Refund amount should be consistent");
const fullyRefunded = refused("ERROR", "订单已全额退款");

/** New-flow merchants have one account whatever they ask for; old-flow merchants choose, unsettled money by default. */
const accountOf = (merchant: Merchant, fields: Fields): RefundAccount => {
  const flow = merchant.funds?.flow;
  const asked = fields.get("refund_account");
  if (flow !== "new" && asked === unsettled) return unsettled;
  return flow === "old" && asked !== recharge ? unsettled : recharge;
};

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
  judge: ({ config, ledger, limiter, entered }, { merchant, fields, now }) => {
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

    const party = { mchId: merchant.mchId, subMchId: given("sub_mch_id") };
    const order = ledger.findOrder(party, { transactionId, outTradeNo: given("out_trade_no") });
    if (order === undefined) return refused("ORDERNOTEXIST", "订单不存在");
    const outRefundNo = fields.get("out_refund_no") ?? "";
    const refunded = ledger.refunded(order, now);

    // The number decides first: what was accepted under it is answered for, whatever has become of the order since.
    const known = ledger.findRow(party, { outRefundNo });
    if (known !== undefined) {
      if (known.order !== order) return refused("INVALID_REQUEST", "out_refund_no已用于其他订单");
      if (known.refundFee !== refundFee || order.totalFee !== totalFee) return mismatch;
      if (config.replay === "same-success") return accepted(known, true, singleItems);
      return refunded === order.totalFee ? fullyRefunded : refused("INVALID_REQUEST", "商户退款单号已存在");
    }

    if (order.totalFee !== totalFee) return mismatch;
    if ((given("refund_fee_type") ?? order.feeType) !== order.feeType) {
      return refused("PARAM_ERROR", "参数refund_fee_type与订单币种不一致");
    }
    if (now - order.paidAt > limits.age) return refused("TRADE_OVERDUE", "订单已经超过退款期限");
    if (now < (order.readyAt ?? now)) return refused("ORDER_NOT_READY", "订单处理中，请稍后重试");
    if (order.userAbnormal) {
      return refused("USER_ACCOUNT_ABNORMAL", "用户账户异常或已注销，不能原路退回，请使用其他方式进行退款。");
    }
    if (refunded === order.totalFee) return fullyRefunded;
    if (refunded + refundFee > order.totalFee) return refused("REFUND_FEE_INVALID", "累计退款金额大于支付金额");
    const siblings = ledger.rowsOf(order);
    if (siblings.length >= limits.parts) return refused("INVALID_REQUEST", `订单部分退款次数超过${limits.parts}次`);
    const last = siblings.at(-1);
    if (last !== undefined && now - last.acceptedAt < config.spacingMillis) {
      return refused("FREQUENCY_LIMITED", "同一订单多次退款间隔过短，请稍后重试");
    }

    const limited = now - order.paidAt > limits.old ? limiter.admitOldOrder(merchant.mchId, now) : undefined;
    if (limited !== undefined) return limited;

    const refundAccount = accountOf(merchant, fields);
    const funds = ledger.funds(merchant.mchId, now);
    if (funds !== undefined) {
      const fromUnsettled = refundAccount === unsettled;
      if ((fromUnsettled ? funds.unsettled : funds.available) < ledger.cost(order, refundFee, now)) {
        return refused(
          "NOTENOUGH",
          fromUnsettled ? "交易未结算资金不足，请使用可用余额退款" : "基本账户余额不足，请充值后重新发起",
        );
      }
    }
    const notifyUrl = given("notify_url") ?? merchant.notifyUrl;
    const goods = (singleItems && readDetail(given("detail") ?? "")) || noGoods;
    const entry = { order, outRefundNo, refundFee, refundAccount, notifyUrl, goods, now };
    const row = ledger.enter(entry);
    entered(row);
    return accepted(row, false, singleItems);
  },
});

export const endpoint = makeEndpoint(false);
export const endpointV2 = makeEndpoint(true);
