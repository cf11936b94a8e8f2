import type { Billed } from "./internal/billRow.ts";
import type { Bad, Ending } from "./RefundBill.ts";
import { type Days, type Finding, type Own, type Total } from "./internal/findings.ts";
export { type Days, type Finding, type Kind, kinds, type Own, type Sum, type Theirs, type Total, whatToDo, } from "./internal/findings.ts";
/** The days of a refund by its moments, in ms since 1970. */
export declare const daysOf: (firstSentAt: number, acceptedAt?: number) => Days;
export interface Options {
    /** Whether a number may be one of ours. What is not is `elsewhere`; without it, only what has no number of a merchant is. */
    readonly isOurs?: ((outRefundNo: string) => boolean) | undefined;
}
/** One reconciliation. */
export declare class Books {
    private readonly entries;
    /** What is only there, by its numbers; and WeChat Pay's number of it. */
    private readonly strangers;
    /** Numbers of lines that could not be read. */
    private readonly unread;
    private readonly merchants;
    private readonly covered;
    private bills;
    private partly;
    private readonly sums;
    private readonly isOurs;
    constructor({ isOurs }?: Options);
    /** Takes a refund of one's own; `false` where its number was given already, which two refunds cannot have. */
    own(own: Own): boolean;
    /** What to say of one that `own` did not take: the books have its number twice. */
    repeated(ours: Own): Finding;
    private find;
    /** Whether a line's refund was given as one's own: if not, it may be looked up and given before the line is. */
    knows(billed: Pick<Billed, "outRefundNo" | "mchId" | "subMchId">): boolean;
    /** Compares a line of a bill. */
    line(billed: Billed, date?: string): Finding;
    private stranger;
    private known;
    /** Takes a line that could not be read: whose it is, if that is known, is not missing. */
    bad({ outRefundNo }: Bad): void;
    /** A bill has ended; `"none"` where nothing was traded on its day. Without a day it is one of those that are all there is. */
    ended(ending: Pick<Ending, "unread"> | "none", date?: string): void;
    /** Own refunds that no bill had, among those that it should have. Of each, `missing` says what that means. */
    unseen(): Generator<Own>;
    /** A refund of another merchant than those whose bills came is not missing in them. */
    private isTheirs;
    /**
     * An own refund that no bill had: `only-here` where all bills of its days have come whole, and nothing where that is not so yet. `days`
     * may be known better by now than they were.
     */
    missing(ours: Own, days?: Days | undefined): Finding | undefined;
    private areIn;
    private stayOpen;
    private total;
    /** By currency, in their order. */
    get totals(): ReadonlyArray<Total>;
}
/** Whether the books agree: nothing was found but what matched. */
export declare const agree: (totals: ReadonlyArray<Total>) => boolean;
