/** A refund as APIv3 tells of it: what apply and query answer alike. */
import type { Merchant } from "../../GatewayConfig.ts";
import { payment, type Row, settlement, stateAt, type Status } from "../../Ledger.ts";
import { couponTotal } from "../amounts.ts";
import * as Beijing from "../beijing.ts";

const statuses = {
  PROCESSING: "PROCESSING",
  NOTSURE: "PROCESSING",
  SUCCESS: "SUCCESS",
  REFUNDCLOSE: "CLOSED",
  CHANGE: "ABNORMAL",
} as const satisfies Readonly<Record<Status, string>>;

/** A status of the ledger in the words of APIv3, which does not know `NOTSURE`. */
export const statusOf = (status: Status): (typeof statuses)[Status] => statuses[status];

const promotions = ({ coupons, goods, order }: Row): ReadonlyArray<object> =>
  coupons.map(({ id, type, fee }) => ({
    amount: order.coupons.find((coupon) => coupon.id === id)?.fee ?? fee,
    ...(goods.length > 0 && {
      goods_detail: goods.map(({ goods_id, price, refund_amount, refund_quantity }) => ({
        merchant_goods_id: goods_id,
        refund_amount,
        refund_quantity,
        unit_price: price,
      })),
    }),
    promotion_id: id,
    refund_amount: fee,
    scope: goods.length > 0 ? "SINGLE" : "GLOBAL",
    type: type === "NO_CASH" ? "NOCASH" : "CASH",
  }));

/** `settled`: whether the time of success is told; a reply of apply that said SUCCESS was seen without it. */
export const record = (row: Row, feeRate: number, now: number, settled: boolean): object => {
  const { order } = row;
  const { status, since } = stateAt(row, now);
  return {
    amount: {
      currency: order.feeType,
      discount_refund: couponTotal(row.coupons),
      from: [],
      payer_refund: row.cashRefundFee,
      payer_total: payment(order).cash,
      refund: row.refundFee,
      refund_fee: Math.round(row.settlementRefundFee * feeRate),
      settlement_refund: row.settlementRefundFee,
      settlement_total: settlement(order.totalFee, order.coupons),
      total: order.totalFee,
    },
    channel: "ORIGINAL",
    create_time: Beijing.rfc3339(row.acceptedAt),
    funds_account: row.refundAccount === "REFUND_SOURCE_UNSETTLED_FUNDS" ? "UNSETTLED" : "AVAILABLE",
    out_refund_no: row.outRefundNo,
    out_trade_no: order.outTradeNo,
    promotion_detail: promotions(row),
    refund_id: row.refundId,
    status: statusOf(status),
    ...(settled && status === "SUCCESS" && { success_time: Beijing.rfc3339(since) }),
    transaction_id: order.transactionId,
    user_received_account: order.receivingAccount,
  };
};

/** What a notice seals: fewer members than a reply, and `refund_status` where that has `status`. */
export const announced = (row: Row, merchant: Merchant, status: Status, since: number): object => {
  const { order } = row;
  return {
    ...(order.subMchId === undefined
      ? { mchid: merchant.mchId }
      : { sp_mchid: merchant.mchId, sub_mchid: order.subMchId }),
    out_trade_no: order.outTradeNo,
    transaction_id: order.transactionId,
    out_refund_no: row.outRefundNo,
    refund_id: row.refundId,
    refund_status: statusOf(status),
    ...(status === "SUCCESS" && { success_time: Beijing.rfc3339(since) }),
    amount: {
      total: order.totalFee,
      refund: row.refundFee,
      payer_total: payment(order).cash,
      payer_refund: row.cashRefundFee,
    },
    user_received_account: order.receivingAccount,
  };
};
