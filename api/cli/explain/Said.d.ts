/** What the finder of causes found, in lines for people and as JSON: never a name that is none. */
import type { Mistake } from "@wechat-refund/simulator/Diagnosis";
import type { Say } from "@wechat-refund/checkup/Language";
export type { Mistake } from "@wechat-refund/simulator/Diagnosis";
/** The mistakes without these names, where they are none that may be shown. */
export declare const nameless: (mistakes: ReadonlyArray<Mistake>, names: Iterable<string>) => ReadonlyArray<Mistake>;
/** One line for each. */
export declare const lines: (say: Say, mistakes: ReadonlyArray<Mistake>) => ReadonlyArray<string>;
/** Each remedy once. */
export declare const remedies: (say: Say, mistakes: ReadonlyArray<Mistake>) => ReadonlyArray<readonly [string, string]>;
/** For programs, in English. */
export declare const json: (mistakes: ReadonlyArray<Mistake>) => {
    kind: string;
    says: string;
    remedy: string;
}[];
/** Where two texts first differ; undefined where one of them is not known, or they do not. */
export declare const difference: (expected: string, signed: string | undefined) => number | undefined;
/** The text from a little before the difference on, so that it fits a line. */
export declare const around: (text: string, at: number) => string;
