/**
 * The client of a batch: each request is entered in the result file before it leaves, and each answer when it comes.
 *
 * Its calls belong to the run and not to whoever asks, so that an answer is entered though the run was stopped meanwhile. What an answer
 * proves is left to `RefundProgress`.
 */
import { RefundClient } from "@wechat-refund/core/RefundClient";
import type { RefundError } from "@wechat-refund/core/RefundError";
import { type Progress } from "@wechat-refund/core/RefundProgress";
import * as Effect from "effect/Effect";
import * as FiberSet from "effect/FiberSet";
import * as Layer from "effect/Layer";
import type { Entry, Journal, State } from "./Journal.ts";
import type { Planned } from "./Plan.ts";
import type { Waits } from "./Waits.ts";
/** Whether a request may have left that nobody has an answer to. */
export declare const mayBeSent: (entry: Entry | undefined) => boolean;
/** The word for what is known. Without money it stays a refusal that `--retry-rejected` takes up again. */
export declare const stateOf: ({ block, truth }: Pick<Progress, "block" | "truth">) => State;
/** What an entry says of a failure. */
export declare const failureOf: ({ advice, reason }: RefundError) => Partial<Entry>;
export declare const entryOf: (args_0: Planned, state: "accepted" | "closed" | "not-made" | "rejected" | "sending" | "unknown", more?: Partial<{
    readonly outRefundNo: string;
    readonly state: "accepted" | "closed" | "not-made" | "rejected" | "sending" | "unknown";
    readonly at: string;
    readonly line: number;
    readonly totalFee: number;
    readonly refundFee: number;
    readonly fingerprint: string;
    readonly refundId?: string;
    readonly reason?: string;
    readonly errCode?: string;
    readonly advice?: string;
    readonly message?: string;
}> | undefined) => Effect.Effect<{
    readonly outRefundNo: string;
    readonly state: "accepted" | "closed" | "not-made" | "rejected" | "sending" | "unknown";
    readonly at: string;
    readonly line: number;
    readonly totalFee: number;
    readonly refundFee: number;
    readonly fingerprint: string;
    readonly refundId?: string;
    readonly reason?: string;
    readonly errCode?: string;
    readonly advice?: string;
    readonly message?: string;
}, never, never>;
/** The client in context, with its calls entered. They run in `calls`; `waits` is told of each. */
export declare const layer: (journal: Journal, planned: ReadonlyMap<string, Planned>, calls: FiberSet.FiberSet<unknown, unknown>, waits: Waits) => Layer.Layer<RefundClient, never, RefundClient>;
