/**
 * For what a run waits, and for whom, so that the line on how far it is can say so: read from the rows of the store, as they stand. It
 * decides nothing.
 */
import type { Cause } from "@wechat-refund/core/RefundProgress";
import type { Row } from "@wechat-refund/durable/RefundStore";
import type { Say } from "@wechat-refund/checkup/Language";
/** What is waited for: somebody's act, an answer, fewer calls, or the minute between refunds of an order. */
export type For = Cause | "answer" | "limit" | "order";
export interface Wait {
    readonly for: For;
    readonly outRefundNo: string;
    /** How many others wait for the same. */
    readonly more: number;
}
/** What these rows wait for now. `held`: what holds the whole merchant. `ofOrder`: those that wait for the minute of their order. */
export declare const of: (rows: ReadonlyArray<Row>, held?: For, ofOrder?: ReadonlyArray<Row>) => Wait | undefined;
/** A wait in words. */
export declare const show: (say: Say, wait: Wait) => string;
