import * as Schema from "effect/Schema";
import type { Operation } from "./Operation.ts";
export { Fen, FenFromText } from "./internal/fields.ts";
/** `out_refund_no` (商户退款单号): yours, unique in the merchant, 1 to 64 digits, letters and `_ - | * @`. Never made here. */
export declare const OutRefundNo: Schema.brand<Schema.String, "OutRefundNo">;
export type OutRefundNo = typeof OutRefundNo.Type;
/** The paid order, by exactly one of its two numbers: WeChat Pay's (微信订单号) or yours (商户订单号). */
export type OrderRef = {
    readonly transactionId: string;
    readonly outTradeNo?: never;
} | {
    readonly outTradeNo: string;
    readonly transactionId?: never;
};
/** One line of `detail`, for refunds of single items (单品). Amounts in fen. */
export interface GoodsDetail {
    readonly goodsId: string;
    readonly wxpayGoodsId?: string | undefined;
    readonly goodsName?: string | undefined;
    readonly refundAmount: number;
    readonly refundQuantity: number;
    readonly price: number;
}
/** What is asked. Every field is checked before anything is signed, one that is not here is an issue, and all are reported at once. */
export interface RefundRequest {
    readonly order: OrderRef;
    /** See {@link OutRefundNo}. */
    readonly outRefundNo: string;
    /** `total_fee`: the **whole order's** amount in fen, not what is left of it. */
    readonly totalFee: number;
    /** `refund_fee`: the amount of this refund in fen, at most `totalFee`. */
    readonly refundFee: number;
    /** `refund_fee_type`: ISO 4217; the payment's currency. Where it is given, the reply must speak of it. */
    readonly refundFeeType?: string | undefined;
    /** `refund_desc`: the reason shown to the user, at most 80 characters. */
    readonly refundDesc?: string | undefined;
    /** `refund_account`: only for merchants on the old fund flow (老资金流商户). */
    readonly refundAccount?: RefundAccount | undefined;
    /** `notify_url`: where the result is posted, at most 256 characters, without a query string. */
    readonly notifyUrl?: string | undefined;
    /** `op_user_id`: the operator; `true` sends the merchant number, the documented default. */
    readonly opUserId?: string | true | undefined;
    /** `device_info`: the terminal, of the 2015 form of the interface. */
    readonly deviceInfo?: string | undefined;
    /** `detail`: single items; the request then goes to `/secapi/pay/refundv2`. */
    readonly goodsDetail?: ReadonlyArray<GoodsDetail> | undefined;
}
/** Where the money of a refund comes from. */
export declare const RefundAccount: Schema.Literals<readonly ["REFUND_SOURCE_UNSETTLED_FUNDS", "REFUND_SOURCE_RECHARGE_FUNDS"]>;
export type RefundAccount = typeof RefundAccount.Type;
/** One refunded coupon (代金券): the fields `coupon_*_$n`. `CASH` is a recharge coupon, `NO_CASH` one that is not. */
export declare const Coupon: Schema.Struct<{
    readonly couponType: Schema.optionalKey<Schema.String>;
    readonly couponRefundId: Schema.optionalKey<Schema.String>;
    readonly couponRefundFee: Schema.optionalKey<Schema.decodeTo<Schema.brand<Schema.Finite, "Fen">, Schema.String, never, never>>;
    readonly couponRefundBatchId: Schema.optionalKey<Schema.String>;
}>;
export type Coupon = typeof Coupon.Type;
/**
 * The gateway accepted the application. **Not** "refunded": ask `RefundQuery` for that. Fields that WeChat Pay is known to
 * leave out are optional, amounts are in fen, ids are text. `coupons` holds the `coupon_*_$n` family, or the single
 * `coupon_refund_id` of the 2015 form; whatever is not known stands in `extra` under its wire name.
 */
export declare const RefundAccepted: Schema.Struct<{
    readonly appId: Schema.optionalKey<Schema.String>;
    readonly mchId: Schema.optionalKey<Schema.String>;
    readonly subAppId: Schema.optionalKey<Schema.String>;
    readonly subMchId: Schema.optionalKey<Schema.String>;
    readonly deviceInfo: Schema.optionalKey<Schema.String>;
    readonly transactionId: Schema.String;
    readonly outTradeNo: Schema.String;
    readonly outRefundNo: Schema.brand<Schema.String, "OutRefundNo">;
    /** WeChat Pay's refund number (微信退款单号). */
    readonly refundId: Schema.String;
    readonly refundChannel: Schema.optionalKey<Schema.String>;
    readonly refundFee: Schema.decodeTo<Schema.brand<Schema.Finite, "Fen">, Schema.String, never, never>;
    readonly refundFeeType: Schema.optionalKey<Schema.String>;
    readonly settlementRefundFee: Schema.optionalKey<Schema.decodeTo<Schema.brand<Schema.Finite, "Fen">, Schema.String, never, never>>;
    readonly totalFee: Schema.optionalKey<Schema.decodeTo<Schema.brand<Schema.Finite, "Fen">, Schema.String, never, never>>;
    readonly settlementTotalFee: Schema.optionalKey<Schema.decodeTo<Schema.brand<Schema.Finite, "Fen">, Schema.String, never, never>>;
    readonly feeType: Schema.optionalKey<Schema.String>;
    readonly cashFee: Schema.optionalKey<Schema.decodeTo<Schema.brand<Schema.Finite, "Fen">, Schema.String, never, never>>;
    readonly cashFeeType: Schema.optionalKey<Schema.String>;
    readonly cashRefundFee: Schema.optionalKey<Schema.decodeTo<Schema.brand<Schema.Finite, "Fen">, Schema.String, never, never>>;
    readonly cashRefundFeeType: Schema.optionalKey<Schema.String>;
    readonly couponRefundFee: Schema.optionalKey<Schema.decodeTo<Schema.brand<Schema.Finite, "Fen">, Schema.String, never, never>>;
    readonly couponRefundCount: Schema.optionalKey<Schema.decodeTo<Schema.Finite, Schema.String, never, never>>;
    readonly coupons: Schema.$Array<Schema.Struct<{
        readonly couponType: Schema.optionalKey<Schema.String>;
        readonly couponRefundId: Schema.optionalKey<Schema.String>;
        readonly couponRefundFee: Schema.optionalKey<Schema.decodeTo<Schema.brand<Schema.Finite, "Fen">, Schema.String, never, never>>;
        readonly couponRefundBatchId: Schema.optionalKey<Schema.String>;
    }>>;
    /** JSON text of `/secapi/pay/refundv2`. */
    readonly promotionDetail: Schema.optionalKey<Schema.String>;
    readonly extra: Schema.$Record<Schema.String, Schema.String>;
}>;
export type RefundAccepted = typeof RefundAccepted.Type;
/** The refund application as an operation. */
export declare const operation: Operation<RefundRequest, RefundAccepted>;
