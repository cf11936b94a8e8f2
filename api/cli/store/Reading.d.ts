import { RefundStore, type Row } from "@wechat-refund/durable/RefundStore";
import type { Say } from "@wechat-refund/checkup/Language";
import * as Effect from "effect/Effect";
import { Ending } from "../Ending.ts";
/** Tells of rows that cannot be read, and ends the command with 1 where there are some: what it has printed is not all. */
export declare const endUnread: (say: Say, unread: readonly import("@wechat-refund/durable/RefundStore").Damaged[]) => Effect.Effect<undefined, Ending, never>;
/** Rows that cannot be read are no part of them, and stand beside. */
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
}) => Effect.Effect<{
    rows: Row[];
    unread: import("@wechat-refund/durable/RefundStore").Damaged[];
}, import("effect/sql/SqlError").SqlError, RefundStore>;
