/**
 * Drives a refund in memory: does what `RefundProgress` says, in the turns that `Pace` gives, until what became of it is known.
 *
 * There are no rules here. Every send repeats the same number and the same business fields with a fresh nonce and sign, so the gateway
 * refunds once (同一退款单号多次请求只退一笔).
 */
import * as Context from "effect/Context";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Stream from "effect/Stream";
import { type RefundAccepted, type RefundRequest } from "./Refund.ts";
import { RefundClient } from "./RefundClient.ts";
import { RefundError } from "./RefundError.ts";
import { type Block, type Cause, type Progress } from "./RefundProgress.ts";
import { type RefundQueryReply, type RefundRecord } from "./RefundQuery.ts";
/** `within`: the time, from the first begin of a call, after which `untilKnown` gives up. */
export interface Policy {
    readonly within: Duration.Input;
}
/** 24 hours. */
export declare const defaultPolicy: Policy;
/** The policy in use; provide another to change it. */
export declare const CurrentPolicy: Context.Reference<Policy>;
/**
 * What is known in the end. `Accepted`: by a reply of the application, or by a query's record. `Rejected`: certainly not accepted by any
 * attempt of this call, and no repeat changes it. `NotMade`: given up, certainly not accepted; the same request may be started again.
 * `Unknown`: given up while it may have been accepted; keep asking, never use another number. `block`: why work rested, since when (ms)
 * and the refusal that showed it; `last`: that refusal, or else the last failure.
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
    readonly _tag: "NotMade";
    readonly last?: RefundError | undefined;
    readonly block?: Block | undefined;
    readonly sends: number;
} | {
    readonly _tag: "Unknown";
    readonly last?: RefundError | undefined;
    readonly block?: Block | undefined;
    readonly sends: number;
};
/** What a program may want to hear while a refund is driven. */
export interface Heard {
    /** Told of every change of what is known, of a block (`progress.block`) as soon as it is seen. */
    readonly onProgress?: ((progress: Progress) => Effect.Effect<void>) | undefined;
}
/** `attempted`: an earlier call, perhaps of another process, may have sent this refund. It is then asked for before it is sent. */
export interface UntilKnownOptions extends Heard {
    readonly attempted?: boolean | undefined;
    /**
     * Gives up as soon as work rests until somebody acts, by any cause or by one of these: `NotMade`, or `Unknown` where an attempt may have
     * been accepted.
     */
    readonly endWhenBlocked?: boolean | ReadonlyArray<Cause> | undefined;
}
/**
 * Sends the refund until its outcome is known, or the policy's time is up.
 *
 * *Guarantees.* The request never changes: it is read once, at the start. What may have been accepted is asked for, by a query or by the
 * identical request, which is refunded once. `Rejected` needs a refusal, and no attempt that went unanswered, or a day since the last one.
 */
export declare const untilKnown: (asked: RefundRequest, options?: UntilKnownOptions | undefined) => Effect.Effect<Known, never, RefundClient>;
/** Every change of what is known of the refund, and at last how it ended, as `untilKnown` drives it. */
export declare const progress: (asked: RefundRequest, options?: Omit<UntilKnownOptions, "onProgress">) => Stream.Stream<Progress | Known, never, RefundClient>;
/** How long an accepted refund is followed, and how often it is asked for. */
export interface UntilFinalOptions extends Heard {
    /** 30 days unless told otherwise. */
    readonly within?: Duration.Input | undefined;
    /** Between two questions; unless told otherwise five times a minute, then 5, 10, 20, 30 min, 30 min … A notice comes first. */
    readonly every?: Duration.Input | undefined;
}
/**
 * Follows an accepted refund until its state is final (`SUCCESS` or `REFUNDCLOSE`) or the time is up, and gives the last record seen. It is
 * never sent from here. `CHANGE` is not final: a person must act, and it is asked for once a day.
 */
export declare const untilFinal: (asked: RefundRequest, args_1?: UntilFinalOptions | undefined) => Effect.Effect<{
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
} | undefined, never, RefundClient>;
/** As {@link UntilFinalOptions}; `onAnswer` is told of every answer. */
export interface FollowOptions extends UntilFinalOptions {
    readonly onAnswer?: ((answer: RefundQueryReply | RefundError) => Effect.Effect<void>) | undefined;
}
/** Follows a refund of which only the number is known, as `untilFinal` does; a record is believed whatever its amounts. */
export declare const follow: (outRefundNo: string, args_1?: FollowOptions | undefined) => Effect.Effect<{
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
} | undefined, never, RefundClient>;
