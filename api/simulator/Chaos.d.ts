import * as Schema from "effect/Schema";
import * as Fault from "./Fault.ts";
/** One draw: numbers from 0 to below 1, used in their order. */
type Draw = () => number;
declare const makers: {
    systemErrorBefore: () => {
        readonly _tag: "Refuse";
        readonly on?: "bill" | "certificates" | "query" | "refund";
        readonly status?: number;
        readonly errCode: string;
        readonly errCodeDes?: string;
        readonly accepted: boolean;
    };
    systemErrorAfter: () => {
        readonly _tag: "Refuse";
        readonly on?: "bill" | "certificates" | "query" | "refund";
        readonly status?: number;
        readonly errCode: string;
        readonly errCodeDes?: string;
        readonly accepted: boolean;
    };
    needRetry: (draw: Draw, _: number, isV3: boolean) => {
        readonly _tag: "Refuse";
        readonly on?: "bill" | "certificates" | "query" | "refund";
        readonly status?: number;
        readonly errCode: string;
        readonly errCodeDes?: string;
        readonly accepted: boolean;
    };
    frequencyLimited: (draw: Draw) => {
        readonly _tag: "Refuse";
        readonly on?: "bill" | "certificates" | "query" | "refund";
        readonly status?: number;
        readonly errCode: string;
        readonly errCodeDes?: string;
        readonly accepted: boolean;
    };
    replyLost: () => {
        readonly _tag: "LoseReply";
        readonly on?: "bill" | "certificates" | "query" | "refund";
    };
    replyLate: (draw: Draw, lateMillis: number) => {
        readonly _tag: "Delay";
        readonly on?: "bill" | "certificates" | "query" | "refund";
        readonly millis: number;
        readonly part: "reply" | "request";
    };
    replyCut: (draw: Draw) => {
        readonly _tag: "Truncate";
        readonly on?: "bill" | "certificates" | "query" | "refund";
        readonly bytes: number;
    } | {
        readonly _tag: "Cut";
        readonly on?: "bill" | "certificates" | "query" | "refund";
        readonly bytes: number;
    };
    replyMangled: (draw: Draw) => {
        readonly _tag: "Corrupt";
        readonly on?: "bill" | "certificates" | "query" | "refund";
        readonly at: number;
        readonly xor: number;
    };
    replyBadlySigned: () => {
        readonly _tag: "Missign";
        readonly on?: "bill" | "certificates" | "query" | "refund";
    };
    replyUnsigned: () => {
        readonly _tag: "Unsign";
        readonly on?: "bill" | "certificates" | "query" | "refund";
    };
    replyForAnotherRefund: () => {
        readonly _tag: "Misdirect";
        readonly on?: "bill" | "certificates" | "query" | "refund";
    };
    strayReply: () => {
        readonly _tag: "Stray";
        readonly on?: "bill" | "certificates" | "query" | "refund";
    };
    certificatePage: (_: Draw, __: number, isV3: boolean) => {
        readonly _tag: "Replace";
        readonly on?: "bill" | "certificates" | "query" | "refund";
        readonly status: number;
        readonly contentType?: string;
        readonly body: string | Uint8Array<ArrayBufferLike>;
        readonly reached: boolean;
    } | {
        readonly _tag: "Fail";
        readonly on?: "bill" | "certificates" | "query" | "refund";
        readonly returnMsg: string;
        readonly accepted: boolean;
    };
    serverErrorPage: (draw: Draw) => {
        readonly _tag: "Replace";
        readonly on?: "bill" | "certificates" | "query" | "refund";
        readonly status: number;
        readonly contentType?: string;
        readonly body: string | Uint8Array<ArrayBufferLike>;
        readonly reached: boolean;
    };
    slow: (draw: Draw, lateMillis: number) => {
        readonly _tag: "Delay";
        readonly on?: "bill" | "certificates" | "query" | "refund";
        readonly millis: number;
        readonly part: "reply" | "request";
    };
    reset: (draw: Draw) => {
        readonly _tag: "Reset";
        readonly on?: "bill" | "certificates" | "query" | "refund";
        readonly reached: boolean;
    };
    probe: () => {
        readonly _tag: "Probe";
        readonly on?: "bill" | "certificates" | "query" | "refund";
    };
};
/** A kind of random fault. */
export type Kind = keyof typeof makers;
/** Every kind, in the order of the draw. */
export declare const kinds: ReadonlyArray<Kind>;
/** Those that {@link evenly} shares a rate between: all but the probes of APIv3, which come only when they are asked for. */
export declare const usualKinds: ReadonlyArray<Kind>;
/** How often each kind comes, from 0 to 1; together at most 1. */
export declare const Rates: Schema.Struct<Record<"certificatePage" | "frequencyLimited" | "needRetry" | "probe" | "replyBadlySigned" | "replyCut" | "replyForAnotherRefund" | "replyLate" | "replyLost" | "replyMangled" | "replyUnsigned" | "reset" | "serverErrorPage" | "slow" | "strayReply" | "systemErrorAfter" | "systemErrorBefore", Schema.optionalKey<Schema.Finite>>>;
export type Rates = typeof Rates.Type;
export declare const Options: Schema.Struct<{
    /** Default: the gateway's. */
    readonly seed: Schema.optionalKey<Schema.String>;
    readonly rates: Schema.Struct<Record<"certificatePage" | "frequencyLimited" | "needRetry" | "probe" | "replyBadlySigned" | "replyCut" | "replyForAnotherRefund" | "replyLate" | "replyLost" | "replyMangled" | "replyUnsigned" | "reset" | "serverErrorPage" | "slow" | "strayReply" | "systemErrorAfter" | "systemErrorBefore", Schema.optionalKey<Schema.Finite>>>;
    /** The calls that meet faults. Default: refunds and queries. */
    readonly on: Schema.withDecodingDefaultKey<Schema.$Array<Schema.Literals<readonly ["refund", "query", "bill", "certificates"]>>, never>;
    /** The longest that `replyLate` and `slow` hold something back. Default 10 s. */
    readonly lateMillis: Schema.withDecodingDefaultKey<Schema.Int, never>;
}>;
export type Options = typeof Options.Type;
/** The rate shared evenly between the usual kinds, or those named. */
export declare const evenly: (rate: number, among?: ReadonlyArray<Kind>) => Rates;
export interface Chaos {
    readonly draw: (path: string, body: Uint8Array) => Fault.Fault | undefined;
    /** What is in force, with its seed; undefined when nothing goes wrong at random. */
    readonly options: () => (Options & {
        readonly seed: string;
    }) | undefined;
    /** Sets what goes wrong from here on, and forgets how often each number was asked for. */
    readonly set: (options: Options | undefined) => void;
    /** How many faults of each kind there have been. */
    readonly counts: () => Readonly<Partial<Record<Kind, number>>>;
}
/** Nothing goes wrong until options are set. */
export declare const make: (defaultSeed: string) => Chaos;
export {};
