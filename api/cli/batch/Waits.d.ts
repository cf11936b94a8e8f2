import type { RefundRequest } from "@wechat-refund/core/Refund";
import type { RefundError } from "@wechat-refund/core/RefundError";
import { type Cause, type Progress } from "@wechat-refund/core/RefundProgress";
import type { Say } from "../Language.ts";
/** What is waited for: somebody's act, an answer, fewer calls, or the minute between refunds of an order. */
export type For = Cause | "answer" | "limit" | "order";
export interface Wait {
    readonly for: For;
    readonly outRefundNo: string;
    /** How many others wait for the same. */
    readonly more: number;
}
export declare class Waits {
    private readonly driven;
    private readonly lastOf;
    private held;
    /** How many were left, whatever became of them. */
    done: number;
    begun(request: RefundRequest): void;
    left(outRefundNo: string): void;
    called(outRefundNo: string, call: "send" | "ask", now: number): void;
    answered(outRefundNo: string, call: "send" | "ask", error: RefundError | undefined): void;
    /** Told of every change of what is known of a refund. */
    known(outRefundNo: string, { block }: Pick<Progress, "block">): void;
    /** What is waited for now: what needs a person comes first, what passes by itself last. */
    now(millis: number): Wait | undefined;
    private forWhat;
}
/** A wait in words. */
export declare const show: (say: Say, wait: Wait) => string;
