/** One reconciliation from its two sides: bills read one after the other, each line against the books. Nothing is stored or changed here. */
import * as Bills from "@wechat-refund/core/Bills";
import type * as Reconciliation from "@wechat-refund/core/Reconciliation";
import type { Billed } from "@wechat-refund/core/RefundBill";
import * as Effect from "effect/Effect";
/** What a reconciliation found so far. */
export interface Found {
    readonly differences: Array<Reconciliation.Finding>;
    /** How many there are of which only the first {@link Found.most} are kept. */
    count: number;
    readonly most: number;
    /** Own refunds that stand in a bill, and of which the books do not know as much, or say that something is in the way. */
    readonly doubted: Array<Reconciliation.Own>;
    /** Lines that cannot be read, and what is wrong with whole bills, each with the bill's name; the first hundred of a bill's lines. */
    readonly complaints: Array<{
        readonly bill: string;
        readonly line?: number;
        readonly problem: string;
    }>;
    /** The days whose bills came whole: what was not met there is not in them. */
    readonly whole: Set<string>;
    /** Refunds in the bills. */
    lines: number;
    /** A bill that is none of refunds. */
    isWrong: boolean;
}
export declare const nothing: (most?: number) => Found;
/** Takes a difference. */
export declare const differ: (found: Found, finding: Reconciliation.Finding) => void;
/** Asked of some lines before they are compared, such as to look their refunds up. */
export type Before<E, R> = (billed: ReadonlyArray<Billed>) => Effect.Effect<void, E, R> | undefined;
/** Reads a bill into the books. `isDoubted`: whether a refund that was found as it should be is to be asked for all the same. */
export declare const compare: <E, R>(books: Reconciliation.Books, found: Found, source: Bills.Source, args_3: {
    readonly name: string;
    readonly date?: string | undefined;
}, before: Before<E, R>, isDoubted?: ((own: Reconciliation.Own) => boolean) | undefined) => Effect.Effect<Bills.Read, E, R>;
