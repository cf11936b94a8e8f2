/** What the pages say of states, acts, lines of a history and days: in two languages, beside the words that checkup has. */
import type { Say } from "@wechat-refund/checkup/Language";
import type { Kind } from "@wechat-refund/core/Reconciliation";
import type { Truth } from "@wechat-refund/core/RefundProgress";
import type { State as DayState } from "@wechat-refund/durable/Reconciliations";
import type { Action } from "../Forms.ts";
/** How a state is drawn: its colour and its sign, which says the same without one. */
export type Tone = "good" | "bad" | "wait" | "over";
/** A state that is known, with what blocks it or without. */
export declare const stateOf: (say: Say, truth: Truth, isBlocked: boolean) => {
    readonly text: string;
    readonly tone: Tone;
};
export declare const truths: (say: Say) => Readonly<Record<Truth, string>>;
/** What became of the money, in a sentence. */
export declare const outcomes: (say: Say) => Readonly<Record<Truth, string>>;
export interface ActWords {
    readonly title: string;
    /** For all of one cause. */
    readonly all: (count: string) => string;
    /** What it will do. */
    readonly does: string;
    /** What was done, once it is. */
    readonly done: string;
    /** Whether it cannot be taken back. */
    readonly isGrave: boolean;
}
export declare const acts: (say: Say) => Readonly<Record<Action, ActWords>>;
/** What helps most often first, and what cannot be taken back last. */
export declare const inOrder: (actions: ReadonlyArray<Action>) => ReadonlyArray<Action>;
/** What happened, by the history's own word. */
export declare const happened: (say: Say, what: string) => string;
export declare const days: (say: Say) => Readonly<Record<DayState, string>>;
export declare const kinds: (say: Say) => Readonly<Record<Kind, string>>;
export declare const agreements: (say: Say) => {
    ours: string;
    theirs: string;
    both: string;
    neither: string;
    unknown: string;
};
