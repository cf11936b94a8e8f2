import { RefundStore, type Row } from "@wechat-refund/durable/RefundStore";
import * as Effect from "effect/Effect";
/** Rows that cannot be read are told on standard error, and left out. */
export declare const all: (filter: {
    readonly mchId?: string | undefined;
    readonly subMchId?: string | undefined;
    readonly whose?: readonly {
        readonly mchId: string;
        readonly subMchId: string;
    }[] | undefined;
    readonly truth?: readonly ("Accepted" | "Blocked" | "Closed" | "NotMade" | "Recorded" | "Rejected" | "Resolved" | "Sending" | "Succeeded" | "Unknown" | "Unsent")[] | undefined;
    readonly block?: "any" | readonly ("account" | "certificate" | "change" | "denied" | "key" | "other-refund" | "overdue" | "request" | "top-up" | "withheld")[] | undefined;
    readonly begun?: boolean | undefined;
    readonly transactionId?: string | undefined;
    readonly outTradeNo?: string | undefined;
    readonly outRefundNo?: string | undefined;
    readonly prefix?: string | undefined;
    readonly transactionIdPrefix?: string | undefined;
    readonly outTradeNoPrefix?: string | undefined;
    readonly from?: number | undefined;
    readonly until?: number | undefined;
}) => Effect.Effect<Row[], import("effect/sql/SqlError").SqlError, RefundStore>;
