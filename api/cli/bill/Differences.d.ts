/** What a reconciliation found, for programs, for people and for finance. Nothing is compared here: see `Reconciliation`. */
import { type Finding, type Kind, type Total } from "@wechat-refund/core/Reconciliation";
import type { Say } from "@wechat-refund/checkup/Language";
/** What to do about a kind. */
export declare const advice: (say: Say, kind: Kind) => string;
/** A difference for programs: both sides, which fields differ by their wire names, and what to do. */
export declare const valueOf: ({ fields, kind, ours, outRefundNo, theirs }: Finding) => {
    kind: Kind;
    outRefundNo: string;
    fields: readonly string[];
    ours?: {
        state: "accepted" | "blocked" | "closed" | "not-made" | "rejected" | "resolved" | "succeeded" | "unknown" | "unsent";
        refundFee: number;
        currency: string;
        mchId?: string;
        subMchId?: string;
        refundId?: string;
        transactionId?: string;
        outTradeNo?: string;
    };
    theirs?: import("@wechat-refund/core/Reconciliation").Theirs;
    whatToDo: string;
};
/** A difference on one line. */
export declare const line: (say: Say, { fields, kind, ours, outRefundNo, theirs }: Finding) => string;
/** What to do about each kind that was found. */
export declare const advices: (say: Say, findings: ReadonlyArray<Finding>) => ReadonlyArray<string>;
/** How many and how much, by currency. */
export declare const totals: (say: Say, all: ReadonlyArray<Total>) => ReadonlyArray<string>;
/** A table for finance. */
export declare const csv: (say: Say, findings: ReadonlyArray<Finding>) => string;
