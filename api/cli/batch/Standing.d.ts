/**
 * How the refunds of a file stand while the store's worker drives them, and whether there is anything left to wait for. It is told of
 * every change and of the rows that are open; it calls nobody, and what becomes of a refund is not decided here.
 */
import { type Cause, type Truth } from "@wechat-refund/core/RefundProgress";
import type { Row } from "@wechat-refund/durable/RefundStore";
import * as States from "@wechat-refund/checkup/States";
/** What a run looks at, all of one moment: ms of a clock that is never set. */
export interface Look {
    readonly now: number;
    /** The file's rows for which a call was ever begun, and of which nothing is known. */
    readonly open: ReadonlyArray<Row>;
    /** What holds the whole merchant. */
    readonly held: Cause | undefined;
    /** Whether a person stopped its sends. */
    readonly paused: boolean;
    /** Whether the store is no longer where it was opened: who runs the same again would begin anew. */
    readonly gone: boolean;
}
/** Why a run ends although something is left to do: what a refund met, what holds the merchant, a person, or that nobody answers. */
export type Stopped = {
    readonly by: "refusal";
    readonly row: Row;
} | {
    readonly by: "held" | "paused" | "silence" | "gone";
};
/** Nothing is left to wait for. */
export interface End {
    readonly stopped?: Stopped | undefined;
}
export declare class Standing {
    private readonly stands;
    /** What is not known yet. */
    private readonly left;
    private readonly started;
    private readonly within;
    private moved;
    private resting;
    constructor(now: number, within: number);
    /** How a refund stands now, as it was recorded or as an event says. */
    set(outRefundNo: string, truth: Truth, block: Cause | undefined, now: number): void;
    has(outRefundNo: string): boolean;
    get total(): number;
    /** How many are known, and nothing is left to do about them. */
    get known(): number;
    count(state: States.State): number;
    /** Whether nothing is left to wait for. */
    end({ gone, held, now, open, paused }: Look): End | undefined;
}
