/**
 * Every field of a reply and of a notice that this library reads: our name, the wire's, and its duty.
 *
 * `proves`: which refund a message speaks of, how much, and what became of it; the message is refused when such a field cannot be
 * read. `informs`: all the rest; what cannot be read is left out of the typed result and stays in `extra` as it came. Whether a
 * field may be absent says the schema of its message. docs/fields.md is made from these tables.
 */

export type Duty = "proves" | "informs";

export interface Field {
  readonly wire: string;
  readonly duty: Duty;
}

/** Fields by our names. */
export type Table = Readonly<Record<string, Field>>;

const proves = (wire: string): Field => ({ wire, duty: "proves" });
const informs = (wire: string): Field => ({ wire, duty: "informs" });

/** Whose reply it is, and of which order; compared with what was asked. */
const party = {
  appId: proves("appid"),
  mchId: proves("mch_id"),
  subAppId: proves("sub_appid"),
  subMchId: proves("sub_mch_id"),
  transactionId: proves("transaction_id"),
  outTradeNo: proves("out_trade_no"),
};

/** The reply of the refund application. */
export const accepted = {
  ...party,
  deviceInfo: informs("device_info"),
  outRefundNo: proves("out_refund_no"),
  refundId: proves("refund_id"),
  refundChannel: informs("refund_channel"),
  refundFee: proves("refund_fee"),
  refundFeeType: informs("refund_fee_type"),
  settlementRefundFee: informs("settlement_refund_fee"),
  totalFee: proves("total_fee"),
  settlementTotalFee: informs("settlement_total_fee"),
  feeType: proves("fee_type"),
  cashFee: informs("cash_fee"),
  cashFeeType: informs("cash_fee_type"),
  cashRefundFee: informs("cash_refund_fee"),
  cashRefundFeeType: informs("cash_refund_fee_type"),
  couponRefundFee: informs("coupon_refund_fee"),
  couponRefundCount: informs("coupon_refund_count"),
  couponRefundId: informs("coupon_refund_id"),
  promotionDetail: informs("promotion_detail"),
} satisfies Table;

/** One coupon: `name_$n` in the reply of an application, `name_$n_$m` in a query's record. */
export const coupon = {
  couponType: informs("coupon_type"),
  couponRefundId: informs("coupon_refund_id"),
  couponRefundFee: informs("coupon_refund_fee"),
  couponRefundBatchId: informs("coupon_refund_batch_id"),
} satisfies Table;

/** The reply of the refund query, beside its records. */
export const queried = {
  ...party,
  deviceInfo: informs("device_info"),
  totalRefundCount: informs("total_refund_count"),
  refundCount: proves("refund_count"),
  totalFee: proves("total_fee"),
  settlementTotalFee: informs("settlement_total_fee"),
  feeType: informs("fee_type"),
  cashFee: informs("cash_fee"),
  cashFeeType: informs("cash_fee_type"),
  // The sum of the records', each of which proves its own.
  refundFee: informs("refund_fee"),
  couponRefundFee: informs("coupon_refund_fee"),
  cashRefundFee: informs("cash_refund_fee"),
  refundAccount: informs("refund_account"),
  rate: informs("rate"),
  promotionDetail: informs("promotion_detail"),
} satisfies Table;

/** One record of a query: `name_$n`. */
export const record = {
  outRefundNo: proves("out_refund_no"),
  refundId: proves("refund_id"),
  refundStatusText: proves("refund_status"),
  refundFee: proves("refund_fee"),
  refundChannel: informs("refund_channel"),
  settlementRefundFee: informs("settlement_refund_fee"),
  couponRefundFee: informs("coupon_refund_fee"),
  couponRefundCount: informs("coupon_refund_count"),
  refundAccount: informs("refund_account"),
  refundRecvAccount: informs("refund_recv_accout"),
  refundSuccessTime: informs("refund_success_time"),
} satisfies Table;

/** What `req_info` of a notice holds. */
export const notice = {
  transactionId: proves("transaction_id"),
  outTradeNo: proves("out_trade_no"),
  refundId: proves("refund_id"),
  outRefundNo: proves("out_refund_no"),
  totalFee: proves("total_fee"),
  settlementTotalFee: informs("settlement_total_fee"),
  refundFee: proves("refund_fee"),
  settlementRefundFee: informs("settlement_refund_fee"),
  cashRefundFee: informs("cash_refund_fee"),
  refundStatusText: proves("refund_status"),
  successTime: informs("success_time"),
  refundRecvAccount: informs("refund_recv_accout"),
  refundAccount: informs("refund_account"),
  refundRequestSource: informs("refund_request_source"),
} satisfies Table;
