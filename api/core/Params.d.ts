/**
 * The flat text fields of one message, as they are signed and sent.
 *
 * A message of the protocol is a set of named texts: no nesting, no null, no number, each name once. Everything that is
 * signed, verified, written or read passes through this one shape, so that what is verified is what is read.
 */
import * as Result from "effect/Result";
import * as Schema from "effect/Schema";
/** Fields by wire name, in the order of the message. Values are the exact texts: never trimmed, never re-formatted. */
export type Params = ReadonlyMap<string, string>;
declare const InvalidParams_base: Schema.Class<InvalidParams, Schema.TaggedStruct<"InvalidParams", {
    readonly issues: Schema.$Array<Schema.Struct<{
        readonly field: Schema.String;
        readonly message: Schema.String;
    }>>;
}>, import("effect/Cause").YieldableError>;
/** Input that is not a flat set of named texts. `issues` lists every field that is wrong. */
export declare class InvalidParams extends InvalidParams_base {
    get message(): string;
}
/** Is this a name the signature rules can carry: 1 to 64 ASCII letters, digits or `_`? */
export declare const isName: (name: string) => boolean;
/**
 * Reads a record of wire fields, such as parsed JSON. Whole numbers become their decimal text, `undefined` means absent; null,
 * booleans, fractions and anything nested are refused, with all issues listed at once.
 */
export declare const fromRecord: (record: unknown) => Result.Result<Params, InvalidParams>;
/** The fields as a plain record, for printing and for schemas. It has no prototype, so no name can reach one. */
export declare const toRecord: (params: Params) => Record<string, string>;
/**
 * The fields that take part in a signature, in its order: empty values and `sign` itself left out, names in ASCII order.
 * Comparing names by code unit is right; comparing by locale, or comparing `name=value` texts, is wrong
 * (`refund_id_1` comes before `refund_id_10`). Source: WeChat Pay's signature rules, chapter 4_3.
 */
export declare const canonical: (params: Params) => ReadonlyArray<readonly [name: string, value: string]>;
export {};
