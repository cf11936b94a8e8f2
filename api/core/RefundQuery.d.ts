import * as Schema from "effect/Schema";
import type { Operation } from "./Operation.ts";
export { RefundStatus, statusOf } from "./internal/statuses.ts";
/**
 * Which refunds: by exactly one of four numbers. `outRefundNo` and `refundId` name one refund; `outTradeNo` and
 * `transactionId` name all refunds of an order, ten a page.
 */
export type RefundRef = {
    readonly outRefundNo: string;
    readonly refundId?: never;
    readonly outTradeNo?: never;
    readonly transactionId?: never;
} | {
    readonly refundId: string;
    readonly outRefundNo?: never;
    readonly outTradeNo?: never;
    readonly transactionId?: never;
} | {
    readonly outTradeNo: string;
    readonly outRefundNo?: never;
    readonly refundId?: never;
    readonly transactionId?: never;
} | {
    readonly transactionId: string;
    readonly outRefundNo?: never;
    readonly refundId?: never;
    readonly outTradeNo?: never;
};
/** What is asked. `offset` is the index of the first record wanted, from 0, when an order has more than ten refunds. */
export type RefundQueryRequest = RefundRef & {
    readonly offset?: number | undefined;
};
/** One refund of a reply. Amounts in fen. `refundRecvAccount` is the wire's `refund_recv_accout_$n` (sic). */
export declare const RefundRecord: Schema.Struct<{
    readonly outRefundNo: Schema.brand<Schema.String, "OutRefundNo">;
    readonly refundId: Schema.String;
    readonly refundStatusText: Schema.String;
    readonly refundStatus: Schema.Literals<readonly ["SUCCESS", "REFUNDCLOSE", "PROCESSING", "CHANGE", "NOTSURE", "unknown"]>;
    readonly refundFee: Schema.decodeTo<Schema.brand<Schema.Finite, "Fen">, Schema.String, never, never>;
    readonly refundChannel: Schema.optionalKey<Schema.String>;
    readonly settlementRefundFee: Schema.optionalKey<Schema.decodeTo<Schema.brand<Schema.Finite, "Fen">, Schema.String, never, never>>;
    readonly couponRefundFee: Schema.optionalKey<Schema.decodeTo<Schema.brand<Schema.Finite, "Fen">, Schema.String, never, never>>;
    readonly couponRefundCount: Schema.optionalKey<Schema.decodeTo<Schema.Finite, Schema.String, never, never>>;
    readonly coupons: Schema.$Array<Schema.Struct<{
        readonly couponType: Schema.optionalKey<Schema.String>;
        readonly couponRefundId: Schema.optionalKey<Schema.String>;
        readonly couponRefundFee: Schema.optionalKey<Schema.decodeTo<Schema.brand<Schema.Finite, "Fen">, Schema.String, never, never>>;
        readonly couponRefundBatchId: Schema.optionalKey<Schema.String>;
    }>>;
    readonly refundAccount: Schema.optionalKey<Schema.String>;
    readonly refundRecvAccount: Schema.optionalKey<Schema.String>;
    /** When the money arrived; only with SUCCESS, and even then WeChat Pay may leave it out. */
    readonly refundSuccessTime: Schema.optionalKey<Schema.decodeTo<Schema.DateTimeUtc, Schema.String, never, never>>;
    /** APIv3: when the refund was made. */
    readonly createTime: Schema.optionalKey<Schema.decodeTo<Schema.DateTimeUtc, Schema.String, never, never>>;
}>;
export type RefundRecord = typeof RefundRecord.Type;
/**
 * A reply: the order and one record for each refund in it. `refundCount` is the number of records **in this reply**;
 * `totalRefundCount`, where WeChat Pay gives it, the number of the order's refunds.
 */
export declare const RefundQueryReply: Schema.Struct<{
    readonly appId: Schema.optionalKey<Schema.String>;
    readonly mchId: Schema.optionalKey<Schema.String>;
    readonly subAppId: Schema.optionalKey<Schema.String>;
    readonly subMchId: Schema.optionalKey<Schema.String>;
    readonly deviceInfo: Schema.optionalKey<Schema.String>;
    readonly transactionId: Schema.String;
    readonly outTradeNo: Schema.String;
    readonly totalRefundCount: Schema.optionalKey<Schema.decodeTo<Schema.Finite, Schema.String, never, never>>;
    readonly refundCount: Schema.decodeTo<Schema.Finite, Schema.String, never, never>;
    readonly totalFee: Schema.optionalKey<Schema.decodeTo<Schema.brand<Schema.Finite, "Fen">, Schema.String, never, never>>;
    readonly settlementTotalFee: Schema.optionalKey<Schema.decodeTo<Schema.brand<Schema.Finite, "Fen">, Schema.String, never, never>>;
    readonly feeType: Schema.optionalKey<Schema.String>;
    readonly cashFee: Schema.optionalKey<Schema.decodeTo<Schema.brand<Schema.Finite, "Fen">, Schema.String, never, never>>;
    readonly cashFeeType: Schema.optionalKey<Schema.String>;
    readonly refundFee: Schema.optionalKey<Schema.decodeTo<Schema.brand<Schema.Finite, "Fen">, Schema.String, never, never>>;
    readonly couponRefundFee: Schema.optionalKey<Schema.decodeTo<Schema.brand<Schema.Finite, "Fen">, Schema.String, never, never>>;
    readonly cashRefundFee: Schema.optionalKey<Schema.decodeTo<Schema.brand<Schema.Finite, "Fen">, Schema.String, never, never>>;
    readonly refundAccount: Schema.optionalKey<Schema.String>;
    readonly rate: Schema.optionalKey<Schema.String>;
    /** JSON text of `/pay/refundqueryv2`. */
    readonly promotionDetail: Schema.optionalKey<Schema.String>;
    readonly records: Schema.$Array<Schema.Struct<{
        readonly outRefundNo: Schema.brand<Schema.String, "OutRefundNo">;
        readonly refundId: Schema.String;
        readonly refundStatusText: Schema.String;
        readonly refundStatus: Schema.Literals<readonly ["SUCCESS", "REFUNDCLOSE", "PROCESSING", "CHANGE", "NOTSURE", "unknown"]>;
        readonly refundFee: Schema.decodeTo<Schema.brand<Schema.Finite, "Fen">, Schema.String, never, never>;
        readonly refundChannel: Schema.optionalKey<Schema.String>;
        readonly settlementRefundFee: Schema.optionalKey<Schema.decodeTo<Schema.brand<Schema.Finite, "Fen">, Schema.String, never, never>>;
        readonly couponRefundFee: Schema.optionalKey<Schema.decodeTo<Schema.brand<Schema.Finite, "Fen">, Schema.String, never, never>>;
        readonly couponRefundCount: Schema.optionalKey<Schema.decodeTo<Schema.Finite, Schema.String, never, never>>;
        readonly coupons: Schema.$Array<Schema.Struct<{
            readonly couponType: Schema.optionalKey<Schema.String>;
            readonly couponRefundId: Schema.optionalKey<Schema.String>;
            readonly couponRefundFee: Schema.optionalKey<Schema.decodeTo<Schema.brand<Schema.Finite, "Fen">, Schema.String, never, never>>;
            readonly couponRefundBatchId: Schema.optionalKey<Schema.String>;
        }>>;
        readonly refundAccount: Schema.optionalKey<Schema.String>;
        readonly refundRecvAccount: Schema.optionalKey<Schema.String>;
        /** When the money arrived; only with SUCCESS, and even then WeChat Pay may leave it out. */
        readonly refundSuccessTime: Schema.optionalKey<Schema.decodeTo<Schema.DateTimeUtc, Schema.String, never, never>>;
        /** APIv3: when the refund was made. */
        readonly createTime: Schema.optionalKey<Schema.decodeTo<Schema.DateTimeUtc, Schema.String, never, never>>;
    }>>;
    readonly extra: Schema.$Record<Schema.String, Schema.String>;
}>;
export type RefundQueryReply = typeof RefundQueryReply.Type;
/** The one record of a reply that has this refund number. */
export declare const recordOf: (reply: RefundQueryReply, outRefundNo: string) => RefundRecord | undefined;
/** The refund query as an operation. */
export declare const operation: Operation<RefundQueryRequest, RefundQueryReply>;
