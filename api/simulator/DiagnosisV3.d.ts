/**
 * Why a signature of APIv3 is wrong (签名错误): the five lines that had to be signed, and the mistake that gives the signature that came.
 *
 * A signature cannot be undone, so texts that people sign by mistake are checked against it, one by one, with the keys there are. The one
 * that fits is no guess. Where none fits it says so.
 */
import { type KeyObject } from "node:crypto";
import type { Mistake } from "./internal/suspects.ts";
import { type Credentials, type Signable } from "./MessageV3.ts";
/** A merchant's key, and how the request named it. */
export interface MerchantKey {
    readonly mchId: string;
    readonly serialNo: string;
    readonly publicKey: KeyObject;
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
    readonly finding?: {
        readonly mistake: Mistake;
        readonly text: string;
        readonly differsAt?: number;
    };
}
/** What there is to judge by. */
export interface Case {
    readonly request: Omit<Signable, "timestamp" | "nonce">;
    readonly credentials: Credentials;
    /** Of the merchant that the request names. */
    readonly own: MerchantKey;
    readonly others: ReadonlyArray<MerchantKey>;
    /** Whether the request's time was too far from the gateway's. */
    readonly isMistimed: boolean;
}
/** Looks at a request's signature, its serial number and its time. */
export declare const diagnose: ({ credentials, isMistimed, own, others, request }: Case) => DiagnosisV3;
