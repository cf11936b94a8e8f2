/**
 * Things that go wrong once, on the next call they fit: plain data in a queue, taken by whatever carries the calls.
 *
 * A call meets at most one fault. What the gateway says wrongly, it says the same in memory and over TLS; what becomes of the
 * connection is the carrier's to say: in memory a lost one is a `TransportError`, over TLS a closed socket.
 */
import * as Schema from "effect/Schema";
/** What is asked of the gateway. */
export type Kind = "refund" | "query" | "bill" | "certificates";
/** What a path asks for, if the gateway has it. */
export declare const kindOf: (path: string) => Kind | undefined;
/** Whether a path is one of APIv3. */
export declare const isV3: (path: string) => boolean;
/** The call a fault waits for; without it, the next of any kind. */
export declare const On: Schema.Literals<readonly ["refund", "query", "bill", "certificates"]>;
export type On = typeof On.Type;
/** Everything that can go wrong with one call. */
export declare const Fault: Schema.Union<readonly [Schema.TaggedStruct<"Drop", {
    on: Schema.optionalKey<Schema.Literals<readonly ["refund", "query", "bill", "certificates"]>>;
}>, Schema.TaggedStruct<"LoseReply", {
    on: Schema.optionalKey<Schema.Literals<readonly ["refund", "query", "bill", "certificates"]>>;
}>, Schema.TaggedStruct<"Reset", {
    readonly on: Schema.optionalKey<Schema.Literals<readonly ["refund", "query", "bill", "certificates"]>>;
    readonly reached: Schema.Boolean;
}>, Schema.TaggedStruct<"Delay", {
    readonly on: Schema.optionalKey<Schema.Literals<readonly ["refund", "query", "bill", "certificates"]>>;
    readonly millis: Schema.Int;
    readonly part: Schema.Literals<readonly ["request", "reply"]>;
}>, Schema.TaggedStruct<"Replace", {
    readonly on: Schema.optionalKey<Schema.Literals<readonly ["refund", "query", "bill", "certificates"]>>;
    readonly status: Schema.Int;
    readonly contentType: Schema.optionalKey<Schema.String>;
    readonly body: Schema.Union<readonly [Schema.String, Schema.Uint8Array]>;
    readonly reached: Schema.Boolean;
}>, Schema.TaggedStruct<"Mangle", {
    readonly on: Schema.optionalKey<Schema.Literals<readonly ["refund", "query", "bill", "certificates"]>>;
    readonly find: Schema.String;
    readonly put: Schema.String;
}>, Schema.TaggedStruct<"Corrupt", {
    readonly on: Schema.optionalKey<Schema.Literals<readonly ["refund", "query", "bill", "certificates"]>>;
    readonly at: Schema.Finite;
    readonly xor: Schema.Int;
}>, Schema.TaggedStruct<"Truncate", {
    readonly on: Schema.optionalKey<Schema.Literals<readonly ["refund", "query", "bill", "certificates"]>>;
    readonly bytes: Schema.Int;
}>, Schema.TaggedStruct<"Cut", {
    readonly on: Schema.optionalKey<Schema.Literals<readonly ["refund", "query", "bill", "certificates"]>>;
    readonly bytes: Schema.Int;
}>, Schema.TaggedStruct<"Unsign", {
    on: Schema.optionalKey<Schema.Literals<readonly ["refund", "query", "bill", "certificates"]>>;
}>, Schema.TaggedStruct<"Missign", {
    on: Schema.optionalKey<Schema.Literals<readonly ["refund", "query", "bill", "certificates"]>>;
}>, Schema.TaggedStruct<"Probe", {
    on: Schema.optionalKey<Schema.Literals<readonly ["refund", "query", "bill", "certificates"]>>;
}>, Schema.TaggedStruct<"Misdate", {
    readonly on: Schema.optionalKey<Schema.Literals<readonly ["refund", "query", "bill", "certificates"]>>;
    readonly millis: Schema.Int;
}>, Schema.TaggedStruct<"Deflate", {
    on: Schema.optionalKey<Schema.Literals<readonly ["refund", "query", "bill", "certificates"]>>;
}>, Schema.TaggedStruct<"Misdirect", {
    on: Schema.optionalKey<Schema.Literals<readonly ["refund", "query", "bill", "certificates"]>>;
}>, Schema.TaggedStruct<"Stray", {
    on: Schema.optionalKey<Schema.Literals<readonly ["refund", "query", "bill", "certificates"]>>;
}>, Schema.TaggedStruct<"Refuse", {
    readonly on: Schema.optionalKey<Schema.Literals<readonly ["refund", "query", "bill", "certificates"]>>;
    readonly status: Schema.optionalKey<Schema.Int>;
    readonly errCode: Schema.String;
    readonly errCodeDes: Schema.optionalKey<Schema.String>;
    readonly accepted: Schema.Boolean;
}>, Schema.TaggedStruct<"Fail", {
    readonly on: Schema.optionalKey<Schema.Literals<readonly ["refund", "query", "bill", "certificates"]>>;
    readonly returnMsg: Schema.String;
    readonly accepted: Schema.Boolean;
}>]>;
export type Fault = typeof Fault.Type;
export declare const Drop: (fields: Omit<{
    readonly _tag: "Drop";
    readonly on?: "bill" | "certificates" | "query" | "refund";
}, "_tag">) => {
    readonly _tag: "Drop";
    readonly on?: "bill" | "certificates" | "query" | "refund";
};
export declare const LoseReply: (fields: Omit<{
    readonly _tag: "LoseReply";
    readonly on?: "bill" | "certificates" | "query" | "refund";
}, "_tag">) => {
    readonly _tag: "LoseReply";
    readonly on?: "bill" | "certificates" | "query" | "refund";
};
export declare const Reset: (fields: Omit<{
    readonly _tag: "Reset";
    readonly on?: "bill" | "certificates" | "query" | "refund";
    readonly reached: boolean;
}, "_tag">) => {
    readonly _tag: "Reset";
    readonly on?: "bill" | "certificates" | "query" | "refund";
    readonly reached: boolean;
};
export declare const Delay: (fields: Omit<{
    readonly _tag: "Delay";
    readonly on?: "bill" | "certificates" | "query" | "refund";
    readonly millis: number;
    readonly part: "reply" | "request";
}, "_tag">) => {
    readonly _tag: "Delay";
    readonly on?: "bill" | "certificates" | "query" | "refund";
    readonly millis: number;
    readonly part: "reply" | "request";
};
export declare const Replace: (fields: Omit<{
    readonly _tag: "Replace";
    readonly on?: "bill" | "certificates" | "query" | "refund";
    readonly status: number;
    readonly contentType?: string;
    readonly body: string | Uint8Array<ArrayBufferLike>;
    readonly reached: boolean;
}, "_tag">) => {
    readonly _tag: "Replace";
    readonly on?: "bill" | "certificates" | "query" | "refund";
    readonly status: number;
    readonly contentType?: string;
    readonly body: string | Uint8Array<ArrayBufferLike>;
    readonly reached: boolean;
};
export declare const Mangle: (fields: Omit<{
    readonly _tag: "Mangle";
    readonly on?: "bill" | "certificates" | "query" | "refund";
    readonly find: string;
    readonly put: string;
}, "_tag">) => {
    readonly _tag: "Mangle";
    readonly on?: "bill" | "certificates" | "query" | "refund";
    readonly find: string;
    readonly put: string;
};
export declare const Corrupt: (fields: Omit<{
    readonly _tag: "Corrupt";
    readonly on?: "bill" | "certificates" | "query" | "refund";
    readonly at: number;
    readonly xor: number;
}, "_tag">) => {
    readonly _tag: "Corrupt";
    readonly on?: "bill" | "certificates" | "query" | "refund";
    readonly at: number;
    readonly xor: number;
};
export declare const Truncate: (fields: Omit<{
    readonly _tag: "Truncate";
    readonly on?: "bill" | "certificates" | "query" | "refund";
    readonly bytes: number;
}, "_tag">) => {
    readonly _tag: "Truncate";
    readonly on?: "bill" | "certificates" | "query" | "refund";
    readonly bytes: number;
};
export declare const Cut: (fields: Omit<{
    readonly _tag: "Cut";
    readonly on?: "bill" | "certificates" | "query" | "refund";
    readonly bytes: number;
}, "_tag">) => {
    readonly _tag: "Cut";
    readonly on?: "bill" | "certificates" | "query" | "refund";
    readonly bytes: number;
};
export declare const Unsign: (fields: Omit<{
    readonly _tag: "Unsign";
    readonly on?: "bill" | "certificates" | "query" | "refund";
}, "_tag">) => {
    readonly _tag: "Unsign";
    readonly on?: "bill" | "certificates" | "query" | "refund";
};
export declare const Missign: (fields: Omit<{
    readonly _tag: "Missign";
    readonly on?: "bill" | "certificates" | "query" | "refund";
}, "_tag">) => {
    readonly _tag: "Missign";
    readonly on?: "bill" | "certificates" | "query" | "refund";
};
export declare const Probe: (fields: Omit<{
    readonly _tag: "Probe";
    readonly on?: "bill" | "certificates" | "query" | "refund";
}, "_tag">) => {
    readonly _tag: "Probe";
    readonly on?: "bill" | "certificates" | "query" | "refund";
};
export declare const Misdate: (fields: Omit<{
    readonly _tag: "Misdate";
    readonly on?: "bill" | "certificates" | "query" | "refund";
    readonly millis: number;
}, "_tag">) => {
    readonly _tag: "Misdate";
    readonly on?: "bill" | "certificates" | "query" | "refund";
    readonly millis: number;
};
export declare const Deflate: (fields: Omit<{
    readonly _tag: "Deflate";
    readonly on?: "bill" | "certificates" | "query" | "refund";
}, "_tag">) => {
    readonly _tag: "Deflate";
    readonly on?: "bill" | "certificates" | "query" | "refund";
};
export declare const Misdirect: (fields: Omit<{
    readonly _tag: "Misdirect";
    readonly on?: "bill" | "certificates" | "query" | "refund";
}, "_tag">) => {
    readonly _tag: "Misdirect";
    readonly on?: "bill" | "certificates" | "query" | "refund";
};
export declare const Stray: (fields: Omit<{
    readonly _tag: "Stray";
    readonly on?: "bill" | "certificates" | "query" | "refund";
}, "_tag">) => {
    readonly _tag: "Stray";
    readonly on?: "bill" | "certificates" | "query" | "refund";
};
export declare const Refuse: (fields: Omit<{
    readonly _tag: "Refuse";
    readonly on?: "bill" | "certificates" | "query" | "refund";
    readonly status?: number;
    readonly errCode: string;
    readonly errCodeDes?: string;
    readonly accepted: boolean;
}, "_tag">) => {
    readonly _tag: "Refuse";
    readonly on?: "bill" | "certificates" | "query" | "refund";
    readonly status?: number;
    readonly errCode: string;
    readonly errCodeDes?: string;
    readonly accepted: boolean;
};
export declare const Fail: (fields: Omit<{
    readonly _tag: "Fail";
    readonly on?: "bill" | "certificates" | "query" | "refund";
    readonly returnMsg: string;
    readonly accepted: boolean;
}, "_tag">) => {
    readonly _tag: "Fail";
    readonly on?: "bill" | "certificates" | "query" | "refund";
    readonly returnMsg: string;
    readonly accepted: boolean;
};
/** A queue of faults; the first that fits a call is taken out by it. */
export interface Faults {
    readonly push: (...faults: ReadonlyArray<Fault>) => void;
    readonly take: (path: string) => Fault | undefined;
    readonly pending: () => ReadonlyArray<Fault>;
    /** Forgets what has not been met. */
    readonly clear: () => void;
}
/** An empty queue. */
export declare const queue: () => Faults;
