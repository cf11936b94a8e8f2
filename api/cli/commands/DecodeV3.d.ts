/** `decode --protocol v3`: what a reply says, and whether it is to be believed, without a request to match. */
import * as Operation from "@wechat-refund/apiv3/Operation";
import type * as PlatformKeys from "@wechat-refund/apiv3/PlatformKeys";
import type { TransportReply } from "@wechat-refund/core/Transport";
import * as Effect from "effect/Effect";
import type * as Option from "effect/Option";
import * as Result from "effect/Result";
import { type Answer } from "../Ending.ts";
import * as V3 from "../V3.ts";
declare const operations: {
    readonly refund: Operation.Operation<import("@wechat-refund/core/Refund").RefundRequest, {
        readonly appId?: string;
        readonly mchId?: string;
        readonly subAppId?: string;
        readonly subMchId?: string;
        readonly deviceInfo?: string;
        readonly transactionId: string;
        readonly outTradeNo: string;
        readonly outRefundNo: string & import("effect/Brand").Brand<"OutRefundNo">;
        readonly refundId: string;
        readonly refundChannel?: string;
        readonly refundFee: number & import("effect/Brand").Brand<"Fen">;
        readonly refundFeeType?: string;
        readonly settlementRefundFee?: number & import("effect/Brand").Brand<"Fen">;
        readonly totalFee?: number & import("effect/Brand").Brand<"Fen">;
        readonly settlementTotalFee?: number & import("effect/Brand").Brand<"Fen">;
        readonly feeType?: string;
        readonly cashFee?: number & import("effect/Brand").Brand<"Fen">;
        readonly cashFeeType?: string;
        readonly cashRefundFee?: number & import("effect/Brand").Brand<"Fen">;
        readonly cashRefundFeeType?: string;
        readonly couponRefundFee?: number & import("effect/Brand").Brand<"Fen">;
        readonly couponRefundCount?: number;
        readonly coupons: readonly {
            readonly couponType?: string;
            readonly couponRefundId?: string;
            readonly couponRefundFee?: number & import("effect/Brand").Brand<"Fen">;
            readonly couponRefundBatchId?: string;
        }[];
        readonly promotionDetail?: string;
        readonly refundStatus?: "CHANGE" | "NOTSURE" | "PROCESSING" | "REFUNDCLOSE" | "SUCCESS" | "unknown";
        readonly refundStatusText?: string;
        readonly createTime?: import("effect/DateTime").Utc;
        readonly refundSuccessTime?: import("effect/DateTime").Utc;
        readonly refundAccount?: string;
        readonly refundRecvAccount?: string;
        readonly extra: {
            readonly [x: string]: string;
        };
    }>;
    readonly query: Operation.Operation<import("@wechat-refund/core/RefundClient").RefundByNumber, {
        readonly appId?: string;
        readonly mchId?: string;
        readonly subAppId?: string;
        readonly subMchId?: string;
        readonly deviceInfo?: string;
        readonly transactionId: string;
        readonly outTradeNo: string;
        readonly totalRefundCount?: number;
        readonly refundCount: number;
        readonly totalFee?: number & import("effect/Brand").Brand<"Fen">;
        readonly settlementTotalFee?: number & import("effect/Brand").Brand<"Fen">;
        readonly feeType?: string;
        readonly cashFee?: number & import("effect/Brand").Brand<"Fen">;
        readonly cashFeeType?: string;
        readonly refundFee?: number & import("effect/Brand").Brand<"Fen">;
        readonly couponRefundFee?: number & import("effect/Brand").Brand<"Fen">;
        readonly cashRefundFee?: number & import("effect/Brand").Brand<"Fen">;
        readonly refundAccount?: string;
        readonly rate?: string;
        readonly promotionDetail?: string;
        readonly records: readonly {
            readonly outRefundNo: string & import("effect/Brand").Brand<"OutRefundNo">;
            readonly refundId: string;
            readonly refundStatusText: string;
            readonly refundStatus: "CHANGE" | "NOTSURE" | "PROCESSING" | "REFUNDCLOSE" | "SUCCESS" | "unknown";
            readonly refundFee: number & import("effect/Brand").Brand<"Fen">;
            readonly refundChannel?: string;
            readonly settlementRefundFee?: number & import("effect/Brand").Brand<"Fen">;
            readonly couponRefundFee?: number & import("effect/Brand").Brand<"Fen">;
            readonly couponRefundCount?: number;
            readonly coupons: readonly {
                readonly couponType?: string;
                readonly couponRefundId?: string;
                readonly couponRefundFee?: number & import("effect/Brand").Brand<"Fen">;
                readonly couponRefundBatchId?: string;
            }[];
            readonly refundAccount?: string;
            readonly refundRecvAccount?: string;
            readonly refundSuccessTime?: import("effect/DateTime").Utc;
            readonly createTime?: import("effect/DateTime").Utc;
        }[];
        readonly extra: {
            readonly [x: string]: string;
        };
    }>;
};
export type Kind = keyof typeof operations;
/** The reply that the input describes. */
export declare const replyOf: (fields: V3.Fields) => Result.Result<TransportReply, string>;
/** What the command says. */
export declare const answer: (kind: Kind, input: Result.Result<V3.Fields, string>, keys: PlatformKeys.PlatformKeys, now: number) => Answer;
/** Runs it. */
export declare const run: (kind: "query" | "refund", now: Option.Option<number>) => Effect.Effect<void, import("../Ending.ts").Ending, import("effect/Stdio").Stdio>;
export {};
