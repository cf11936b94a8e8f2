/**
 * The life of one refund, decided in one place: what is known of its money, why work on it rests, and what to do next.
 *
 * A pure fold. `observe` takes what happened, `next` says what to do about it; whoever drives a refund (`Resend` in memory, a worker over a
 * database, a command) does what `next` says and observes what came of it, and has no rules of its own. A value of it can be stored and
 * read again. How an answer of the gateway is observed stands in `internal/observed.ts`.
 *
 * Rules. The begin of a call is observed before its first byte. After an attempt that may have been accepted comes a question: a query,
 * or the identical request, which the gateway refunds once (同一退款单号多次请求只退一笔). A refund is final only by a signed, matching
 * record, by a refusal while no attempt went unanswered, or a day after the last one that did. Accepted is never taken back.
 */
import type { Observation } from "./internal/observed.ts";
import type { RefundStatus } from "./internal/statuses.ts";
import { type Progress } from "./internal/progress.ts";
export { type MerchantCause, type Observation, ofAsk, ofSend, Refusal } from "./internal/observed.ts";
export { type Act, Block, Cause, isFinal, isMerchants, permitted, Progress, Truth } from "./internal/progress.ts";
export { next, type Step } from "./internal/nextStep.ts";
/** How much is known at the start. */
export interface Start {
    /** An attempt may have been made that this history does not know, as after a restored backup: it is asked for before it is sent. */
    readonly attempted?: boolean | undefined;
    /** It was accepted, as somebody proved before: it is only asked for. */
    readonly accepted?: boolean | undefined;
    /**
     * It was given up, and an attempt may have been made all the same, as by who started it again after the backup that was restored: it is
     * only asked for, until it is started again. A day and a question make it `NotMade` once more.
     */
    readonly withheld?: boolean | undefined;
}
/** A refund of which nothing was begun, unless `start` says otherwise. */
export declare const initial: (outRefundNo: string, { accepted, attempted, withheld }?: Start) => Progress;
/**
 * Whether a notice's or a bill's word for the refund is against what was concluded: that money goes back which here was not accepted, was
 * closed, or was settled otherwise by a person. Nothing follows from it by itself, for it may prove nothing; whoever sees it raises the alarm.
 */
export declare const contradicts: ({ truth }: Progress, status: RefundStatus) => boolean;
/** What is known after an observation. Total: what cannot be, such as an answer that nobody waits for, changes nothing. */
export declare const observe: (progress: Progress, observation: Observation) => Progress;
