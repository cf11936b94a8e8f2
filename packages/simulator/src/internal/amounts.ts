/** The amount fields that refund and query replies share. */
import type { Coupon, Order } from "../GatewayConfig.ts";
import { payment, type Row, settlement } from "../Ledger.ts";

type Entries = ReadonlyArray<readonly [name: string, value: string]>;

const hasNoCash = (order: Order): boolean => order.coupons.some(({ type }) => type === "NO_CASH");

/** The order's own amounts; the settlement total only where a coupon that was never money makes it differ. */
export const orderAmounts = (order: Order): Entries => [
  ["total_fee", String(order.totalFee)],
  ...(hasNoCash(order) ? ([["settlement_total_fee", String(settlement(order.totalFee, order.coupons))]] as const) : []),
  ["fee_type", order.feeType],
  ["cash_fee", String(payment(order).cash)],
  ["cash_fee_type", order.feeType],
];

/** A refund's settlement amount, under the same condition. */
export const settlementAmount = (row: Row, suffix: string): Entries =>
  hasNoCash(row.order) ? [[`settlement_refund_fee${suffix}`, String(row.settlementRefundFee)]] : [];

/** Total, count and the coupons themselves: `coupon_refund_id_0` after an empty suffix, `coupon_refund_id_3_0` after `_3`. */
export const couponAmounts = (coupons: ReadonlyArray<Coupon>, suffix: string): Entries => [
  [`coupon_refund_fee${suffix}`, String(couponTotal(coupons))],
  [`coupon_refund_count${suffix}`, String(coupons.length)],
  ...coupons.flatMap(({ id, type, fee }, n): Entries => [
    [`coupon_type${suffix}_${n}`, type],
    [`coupon_refund_id${suffix}_${n}`, id],
    [`coupon_refund_fee${suffix}_${n}`, String(fee)],
  ]),
];

export const couponTotal = (coupons: ReadonlyArray<Coupon>): number => coupons.reduce((sum, { fee }) => sum + fee, 0);
