/**
 * Why a signature is wrong (签名错误): the text that had to be signed, step by step, and the mistake that gives the signature
 * that came. The one finder of causes: the gateway's page and the command line's `explain` both ask it.
 *
 * It tries the mistakes people make, one by one and then two together, and names the first that fits: then it is not a guess.
 * Where none fits it says so. Keys are named by whose they are; none is ever repeated. What is odd about a message beside its
 * signature is said as well: a right signature does not make `NaN` a number.
 */
import type { DiagnosisV3 } from "./DiagnosisV3.ts";
import { type KnownKey } from "./internal/finder/keys.ts";
import { type Finding } from "./internal/finder/search.ts";
import { type Mistake } from "./internal/finder/words.ts";
import { type Algorithm, type Fields } from "./Message.ts";
export type { KnownKey } from "./internal/finder/keys.ts";
export type { Finding } from "./internal/finder/search.ts";
export { oddities } from "./internal/finder/values.ts";
export type { Mistake } from "./internal/finder/words.ts";
/** A field on its way into the text: in it, or left out, and why. */
export interface Step {
    readonly name: string;
    readonly value: string;
    readonly leftOut?: "the signature itself" | "empty";
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
    /** What is odd about it beside its signature. */
    readonly remarks: ReadonlyArray<Mistake>;
}
/** What is known beside the message. */
export interface Context {
    /** The merchant's settings under their wire names: what may have been signed in place of what was sent. */
    readonly known?: Fields;
    /** What signs a message that does not say. Default: MD5; a reply is signed as its request was, so either is right for it. */
    readonly otherwise?: Algorithm | undefined;
}
/** Looks at a message's signature. `valid` are the merchant's keys, the current first; `others` any that may have been taken. */
export declare const diagnose: (fields: Fields, valid: readonly [KnownKey, ...ReadonlyArray<KnownKey>], others: ReadonlyArray<KnownKey>, { known, otherwise }?: Context) => Diagnosis;
/** What can be told of bytes that are no message, or an odd one. */
export interface Inspection {
    /** What was meant; the likelier first, and nothing where nobody can tell. */
    readonly fields: Fields | undefined;
    /** Wrong with the message itself. */
    readonly mistakes: ReadonlyArray<Mistake>;
    /** Wrong only with how it was given to be looked at. */
    readonly remarks: ReadonlyArray<Mistake>;
}
/** Reads what was meant. Of a field that is given twice it takes the one that was signed, as far as `valid` keys tell. */
export declare const inspect: (bytes: Uint8Array, valid?: ReadonlyArray<KnownKey>) => Inspection;
/** What can be said of a request: it may not be readable, or name a merchant that is not there. */
export type Explanation = {
    readonly _tag: "Unreadable";
    readonly reason: string;
    readonly at: number;
    readonly remarks: ReadonlyArray<Mistake>;
} | {
    readonly _tag: "UnknownMerchant";
    readonly mchId: string | undefined;
    readonly remarks: ReadonlyArray<Mistake>;
} | {
    readonly _tag: "Signed";
    readonly diagnosis: Diagnosis;
} | {
    readonly _tag: "SignedV3";
    readonly diagnosis: DiagnosisV3;
};
