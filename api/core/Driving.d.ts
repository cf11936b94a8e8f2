/**
 * What every driver of a refund does alike, in memory or over a database: which turn a step takes in `Pace`, what an answer tells of the
 * merchant, and what is said of a block. Nothing is decided here: see `RefundProgress`.
 */
import * as Effect from "effect/Effect";
import type { Lane, Turn } from "./Pace.ts";
import { type Cause, type MerchantCause, type Observation, type Progress } from "./RefundProgress.ts";
export { orderKey } from "./internal/orders.ts";
/** What lifts a block. */
export declare const remedies: Readonly<Record<Cause, string>>;
/** A log line and a metric where a block appears, and a line where it has gone. */
export declare const tellBlock: (outRefundNo: string, before: Progress, { block, truth }: Progress) => Effect.Effect<void>;
/** The turn of a step; where nothing may be sent every step is a query. */
export declare const turnOf: (step: "Send" | "Ask" | "Question", progress: Progress, { maySend, order, outRefundNo, }: {
    readonly outRefundNo: string;
    readonly order?: string | undefined;
    readonly maySend: boolean;
}) => Turn;
/**
 * What an answer shows of the merchant is told to its lane: before it is observed, for it may end the refund's story. Not what is of one
 * order, nor what this side cannot send at all, as without the platform's keys: there is nothing to spare the gateway, and the merchant's other
 * protocol goes on.
 */
export declare const reportTo: (lane: Lane, call: "send" | "ask", observation: Observation) => void;
/** What an answer disproves of the merchant is told to its lane, once it was observed. */
export declare const succeededTo: (lane: Lane, call: "send" | "ask", { _tag }: Observation) => void;
/** What a refund that was read again must hear of what holds its merchant now. */
export declare const heard: ({ block }: Progress, held: MerchantCause | undefined) => Observation | undefined;
