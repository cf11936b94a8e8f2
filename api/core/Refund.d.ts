/**
 * Apply for a refund (申请退款): what to ask, and what "accepted" says.
 *
 * A successful reply means that the gateway **accepted** the application. Whether the money went back is told by a signed query
 * reply alone (`RefundQuery`). The refund number is the idempotency key: store it with its amounts before the first call and
 * repeat exactly the same fields; a new number is a new refund.
 *
 * Fields: WeChat Pay's refund application page, and chapter 9_4 of its wiki.
 */
import * as Result from "effect/Result";
import * as Schema from "effect/Schema";
import type { Operation } from "./Operation.ts";
import type { Issue } from "./RefundError.ts";
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
declare const RequestFields: Schema.Struct<{
    readonly order: Schema.Struct<{
        readonly transactionId: Schema.optional<Schema.String>;
        readonly outTradeNo: Schema.optional<Schema.String>;
    }>;
    readonly outRefundNo: Schema.brand<Schema.String, "OutRefundNo">;
    readonly totalFee: Schema.brand<Schema.Finite, "Fen">;
    readonly refundFee: Schema.brand<Schema.Finite, "Fen">;
    readonly refundFeeType: Schema.optional<Schema.String>;
    readonly refundDesc: Schema.optional<Schema.String>;
    readonly refundAccount: Schema.optional<Schema.Literals<readonly ["REFUND_SOURCE_UNSETTLED_FUNDS", "REFUND_SOURCE_RECHARGE_FUNDS"]>>;
    readonly notifyUrl: Schema.optional<Schema.String>;
    readonly opUserId: Schema.optional<Schema.Union<readonly [Schema.String, Schema.Literal<true>]>>;
    readonly deviceInfo: Schema.optional<Schema.String>;
    readonly goodsDetail: Schema.optional<Schema.$Array<Schema.Struct<{
        readonly goodsId: Schema.String;
        readonly wxpayGoodsId: Schema.optional<Schema.String>;
        readonly goodsName: Schema.optional<Schema.String>;
        readonly refundAmount: Schema.brand<Schema.Finite, "Fen">;
        readonly refundQuantity: Schema.Finite;
        readonly price: Schema.brand<Schema.Finite, "Fen">;
    }>>>;
}>;
/** The fields of a request that has passed its checks. */
export type Checked = typeof RequestFields.Type;
/** Checks what every protocol asks of a request; `wire` of an issue is APIv2's name. */
export declare const check: (request: RefundRequest) => Result.Result<Checked, ReadonlyArray<Issue>>;
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
    /** APIv3 tells with the acceptance what has become of the refund so far; also SUCCESS, of one that was applied for again. */
    readonly refundStatus: Schema.optionalKey<Schema.Literals<readonly ["SUCCESS", "REFUNDCLOSE", "PROCESSING", "CHANGE", "NOTSURE", "unknown"]>>;
    readonly refundStatusText: Schema.optionalKey<Schema.String>;
    /** APIv3: when the refund was made. Older than the call: the number was used before, and nothing was paid by this call. */
    readonly createTime: Schema.optionalKey<Schema.decodeTo<Schema.DateTimeUtc, Schema.String, never, never>>;
    readonly refundSuccessTime: Schema.optionalKey<Schema.decodeTo<Schema.DateTimeUtc, Schema.String, never, never>>;
    readonly refundAccount: Schema.optionalKey<Schema.String>;
    readonly refundRecvAccount: Schema.optionalKey<Schema.String>;
    readonly extra: Schema.$Record<Schema.String, Schema.String>;
}>;
export type RefundAccepted = typeof RefundAccepted.Type;
/** The refund application as an operation. */
export declare const operation: Operation<RefundRequest, RefundAccepted>;
