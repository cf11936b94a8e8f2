/**
 * Why a signature is wrong (签名错误): the text that had to be signed, step by step, and the mistake that gives the signature
 * that came.
 *
 * It tries the mistakes people make, one by one and then two together, and names the first that fits: then it is not a guess.
 * Where none fits it says so. Keys are named by whose they are; none is ever repeated.
 */
import type { DiagnosisV3 } from "./DiagnosisV3.ts";
import { type KnownKey, type Mistake } from "./internal/suspects.ts";
import { type Algorithm, type Fields } from "./Message.ts";
export type { KnownKey, Mistake } from "./internal/suspects.ts";
/** A field on its way into the text: in it, or left out, and why. */
export interface Step {
    readonly name: string;
    readonly value: string;
    readonly leftOut?: "the signature itself" | "empty";
}
/** The mistakes that make the signature that came, and the text they signed instead. */
export interface Finding {
    readonly mistakes: readonly [Mistake, ...ReadonlyArray<Mistake>];
    /** What was signed, without the key. */
    readonly text: string;
    /** Where it first differs from the right text, in UTF-16 units; absent where the text is right. */
    readonly differsAt?: number;
}
export interface Diagnosis {
    /** Whether it is signed with the merchant's key as it must be. */
    readonly right: boolean;
    readonly algorithm: Algorithm;
    /** Every field in the order of the document. */
    readonly steps: ReadonlyArray<Step>;
    /** What had to be signed, without the key. */
    readonly text: string;
    /** The signature that was expected, and the one that came. */
    readonly expected: string;
    readonly given: string | undefined;
    /** Absent where it is right, or where no known mistake fits. */
    readonly finding?: Finding;
}
/** Looks at a request's signature. `valid` are the merchant's keys, the current first; `others` any that may have been taken. */
export declare const diagnose: (fields: Fields, valid: readonly [KnownKey, ...ReadonlyArray<KnownKey>], others: ReadonlyArray<KnownKey>) => Diagnosis;
/** What can be said of a request: it may not be readable, or name a merchant that is not there. */
export type Explanation = {
    readonly _tag: "Unreadable";
    readonly reason: string;
    readonly at: number;
} | {
    readonly _tag: "UnknownMerchant";
    readonly mchId: string | undefined;
} | {
    readonly _tag: "Signed";
    readonly diagnosis: Diagnosis;
} | {
    readonly _tag: "SignedV3";
    readonly diagnosis: DiagnosisV3;
};
