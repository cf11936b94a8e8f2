import * as Context from "effect/Context";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Schedule from "effect/Schedule";
import { type RefundAccepted, type RefundRequest } from "./Refund.ts";
import { RefundClient } from "./RefundClient.ts";
import type { RefundError } from "./RefundError.ts";
import type { RefundRecord } from "./RefundQuery.ts";
/** After "not sent": at once, then full jitter up to min(30 s, 0.5 s · 2ⁿ); five in all. */
export declare const notSent: Schedule.Schedule<unknown>;
/** Between an unknown outcome and the next question: 1 s, 3 s, 10 s, then full jitter up to 5 min, without an end of its own. */
export declare const unknown: Schedule.Schedule<unknown>;
/** After a rate code: 60 s, and up to 10 s more. */
export declare const rateLimited: Schedule.Schedule<unknown>;
/** For asking after acceptance: five times a minute apart, then 5, 10, 20, 30 min, 30 min …, for 30 days. A notice comes first. */
export declare const polling: Schedule.Schedule<unknown>;
/** The schedules of `untilKnown` and its end: `within` is the time after which it gives up with `Unknown`. */
export interface Policy {
    readonly notSent: Schedule.Schedule<unknown>;
    readonly unknown: Schedule.Schedule<unknown>;
    readonly rateLimited: Schedule.Schedule<unknown>;
    readonly within: Duration.Input;
}
/** The schedules above, for 24 hours. */
export declare const defaultPolicy: Policy;
/** The policy in use; provide another to change it. */
export declare const CurrentPolicy: Context.Reference<Policy>;
/**
 * What is known in the end. `Accepted`: by a reply of the application, or by a query's record. `Rejected`: certainly not
 * accepted by any attempt of this call. `Unknown`: the time was up; the number is still open, so keep asking, never use another.
 */
export type Known = {
    readonly _tag: "Accepted";
    readonly by: RefundAccepted | RefundRecord;
    readonly sends: number;
} | {
    readonly _tag: "Rejected";
    readonly error: RefundError;
    readonly sends: number;
} | {
    readonly _tag: "Unknown";
    readonly last: RefundError;
    readonly sends: number;
};
/**
 * A shared allowance for calls that repeat others, so that an outage is not met by everybody at once: `spend` answers whether
 * there is enough and takes it, `earn` gives back.
 */
export interface Budget {
    readonly spend: (tokens: number) => Effect.Effect<boolean>;
    readonly earn: (tokens: number) => Effect.Effect<void>;
}
/** What repeating costs, and what a clean success gives back. */
export declare const costs: {
    readonly resend: 5;
    readonly query: 1;
    readonly success: 1;
};
/** A bucket of tokens, full at first, that also fills by one each minute, so that no refund is stuck for ever. */
export declare const makeBudget: (capacity?: number) => Budget;
/** The budget that `untilKnown` spends from; by default each client, and so each merchant, has one of 100 tokens. */
export declare const CurrentBudget: Context.Reference<Budget | undefined>;
/** `attempted`: an earlier call, perhaps of another process, may have sent this refund. It is then asked for before it is sent. */
export interface UntilKnownOptions {
    readonly attempted?: boolean | undefined;
}
/**
 * Sends the refund until its outcome is known, or the policy's time is up.
 *
 * *Guarantees.* The request never changes: it is read once, at the start. After an attempt that may have been sent, a query comes first; only its
 * `REFUNDNOTEXIST` leads to another send. `Rejected` needs a refusal and no earlier attempt that may have been accepted: after
 * one, a record under the number (also of an "already refunded" refusal) is `Accepted`.
 */
export declare const untilKnown: (asked: RefundRequest, options?: UntilKnownOptions | undefined) => Effect.Effect<Known, never, RefundClient>;
/**
 * Follows an accepted refund until its state is final (`SUCCESS` or `REFUNDCLOSE`) or the schedule ends, and gives the last
 * record seen. `CHANGE` is not final: a person must act, and polling goes on slowly. Nor is `NOTSURE`, which only the identical request
 * moves on: nothing is sent from here. A query that fails is asked again.
 */
export declare const untilFinal: (asked: RefundRequest, schedule?: Schedule.Schedule<unknown, unknown, never, never> | undefined) => Effect.Effect<{
    readonly outRefundNo: string & import("effect/Brand").Brand<"OutRefundNo">;
    readonly refundId: string;
    readonly refundStatus: "CHANGE" | "NOTSURE" | "PROCESSING" | "REFUNDCLOSE" | "SUCCESS" | "unknown";
    readonly refundStatusText: string;
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
} | undefined, never, RefundClient>;
