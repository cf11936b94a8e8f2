/**
 * Why a signature of APIv3 is wrong (签名错误): the five lines that had to be signed, and the mistake that gives the signature that came.
 * The one finder of causes: the gateway's page and the command line's `explain` both ask it.
 *
 * A signature cannot be undone, so texts that people sign by mistake are checked against it, one by one, with the keys there are. The one
 * that fits is no guess. Where none fits it says so.
 */
import { type KeyObject } from "node:crypto";
import * as Authorization from "./internal/finder/authorization.ts";
import type { Mistake } from "./internal/finder/words.ts";
import { type Credentials, type Signable } from "./MessageV3.ts";
export type { Mistake } from "./internal/finder/words.ts";
/** A merchant's key, and how the request named it. */
export interface MerchantKey {
    readonly mchId: string;
    readonly serialNo: string;
    readonly publicKey: KeyObject;
}
/** The mistakes that make the signature that came, and the text they signed instead. */
export interface FindingV3 {
    readonly mistakes: readonly [Mistake, ...ReadonlyArray<Mistake>];
    readonly text: string;
    readonly differsAt?: number;
}
export interface DiagnosisV3 {
    /** Whether the merchant's key signed these lines, and serial number and time are right as well. */
    readonly right: boolean;
    /** What had to be signed, line by line, each with its end. */
    readonly lines: ReadonlyArray<{
        readonly name: string;
        readonly value: string;
    }>;
    readonly text: string;
    readonly given: string;
    /** Absent where it is right, or where no known mistake fits. */
    readonly finding?: FindingV3;
    /** What is odd about the body beside its signature. */
    readonly remarks: ReadonlyArray<Mistake>;
}
/** Reads the header field `Authorization` as it was meant, and says what is wrong with its form. */
export declare const readAuthorizationAsMeant: typeof Authorization.readAsMeant;
/** What there is to judge by. */
export interface Case {
    readonly request: Omit<Signable, "timestamp" | "nonce">;
    readonly credentials: Credentials;
    /** Of the merchant that the request names, or has to name. */
    readonly own: MerchantKey;
    readonly others: ReadonlyArray<MerchantKey>;
    /** Whether the request's time was too far from the gateway's, and by how many seconds, where that is known. */
    readonly isMistimed: boolean;
    readonly secondsAway?: number;
    /** The address as far as it is known. */
    readonly url?: string;
}
/** Looks at a request's signature, its serial number and its time. */
export declare const diagnose: (given_: Case) => DiagnosisV3;
