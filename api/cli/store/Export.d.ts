import type { Row } from "@wechat-refund/durable/RefundStore";
import * as Effect from "effect/Effect";
import { type Say } from "@wechat-refund/checkup/Language";
declare const NotWritten_base: new <A extends Record<string, any> = {}>(args: import("effect/Types").VoidIfEmpty<{ readonly [P in keyof A as P extends "_tag" ? never : P]: A[P]; }>) => import("effect/Cause").YieldableError & {
    readonly _tag: "ExportNotWritten";
} & Readonly<A>;
/** A file that must not be written, and what to do. */
export declare class NotWritten extends NotWritten_base<{
    readonly message: string;
}> {
}
/** What is told of a refund; amounts are fen. */
export declare const valueOf: ({ createdAt, currency, frozen: { asked: { order, totalFee }, }, mchId, outRefundNo, progress, refundFee, refundId, subMchId, updatedAt, }: Row) => {
    transactionId: string;
    outRefundNo: string;
    state: "accepted" | "blocked" | "closed" | "not-made" | "rejected" | "resolved" | "succeeded" | "unknown" | "unsent";
    block?: "account" | "certificate" | "change" | "denied" | "key" | "other-refund" | "overdue" | "request" | "top-up" | "withheld";
    mchId: string;
    subMchId?: string;
    totalFee: number;
    refundFee: number;
    currency: string;
    refundId?: string;
    reason?: string;
    errCode?: string;
    advice?: string;
    message?: string;
    resolved?: {
        readonly by: string;
        readonly reason: string;
    };
    recordedAt: string;
    updatedAt: string;
} | {
    outTradeNo: string;
    outRefundNo: string;
    state: "accepted" | "blocked" | "closed" | "not-made" | "rejected" | "resolved" | "succeeded" | "unknown" | "unsent";
    block?: "account" | "certificate" | "change" | "denied" | "key" | "other-refund" | "overdue" | "request" | "top-up" | "withheld";
    mchId: string;
    subMchId?: string;
    totalFee: number;
    refundFee: number;
    currency: string;
    refundId?: string;
    reason?: string;
    errCode?: string;
    advice?: string;
    message?: string;
    resolved?: {
        readonly by: string;
        readonly reason: string;
    };
    recordedAt: string;
    updatedAt: string;
};
/** The lines of the refunds, as text that ends with a line end. */
export declare const ndjson: (rows: ReadonlyArray<Row>) => string;
/** A table. `raw`: without the back-quotes, for programs. */
export declare const csv: (say: Say, rows: ReadonlyArray<Row>, raw?: boolean) => string;
/** Fails where a file could not be written now: before anything is done that is to be told in it. */
export declare const check: (file: string, as: "csv" | "ndjson") => Effect.Effect<void, NotWritten>;
/** Writes a file, or leaves it as it is: what is there is never half of one. */
export declare const write: (file: string, as: "csv" | "ndjson", text: string) => Effect.Effect<void, NotWritten>;
export {};
