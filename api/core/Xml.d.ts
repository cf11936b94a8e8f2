import * as Result from "effect/Result";
import * as Schema from "effect/Schema";
import type { Params } from "./Params.ts";
declare const XmlError_base: Schema.Class<XmlError, Schema.TaggedStruct<"XmlError", {
    readonly problem: Schema.String;
    readonly field: Schema.optionalKey<Schema.String>;
    readonly offset: Schema.optionalKey<Schema.Finite>;
}>, import("effect/Cause").YieldableError>;
/** A document outside the language, or fields that cannot be written. `offset` counts characters of the decoded text. */
export declare class XmlError extends XmlError_base {
    get message(): string;
}
/** What may be read. `root` is `xml`, or `root` inside a refund notice. */
export interface ReadOptions {
    readonly root?: "xml" | "root";
    readonly maxBytes?: number;
}
/** The largest document read unless told otherwise: 64 KiB; a query reply may have 256 KiB. */
export declare const defaultMaxBytes: number;
/** Reads a document of the language. Values come out exactly as written between the tags, with the five entities decoded. */
export declare const read: (bytes: Uint8Array, options?: ReadOptions) => Result.Result<Params, XmlError>;
/** Why a value cannot be written so that every XML reader sees the same text; `undefined` when it can. */
export declare const valueProblem: (value: string) => string | undefined;
/**
 * Writes fields as a document that `read` reads back to the same fields. Values with anything but plain ASCII go into CDATA,
 * unless they hold `]]>`: then they are escaped.
 */
export declare const write: (params: Params) => Result.Result<Uint8Array, XmlError>;
export {};
