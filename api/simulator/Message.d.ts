import * as Result from "effect/Result";
/** The fields of a message in the order they were written. Values are text, never trimmed, never converted. */
export type Fields = ReadonlyMap<string, string>;
/** Why bytes are not a message; `at` counts UTF-16 units from the start. Never quotes a value. */
export interface Unreadable {
    readonly reason: string;
    readonly at: number;
}
/** Why fields cannot be written. */
export interface Unwritable {
    readonly field: string;
    readonly reason: string;
}
export type Algorithm = "MD5" | "HMAC-SHA256";
/** `"xml"` for every message on the wire, `"root"` inside a decrypted notice. */
export type Root = "xml" | "root";
/** Bytes of a message, elements in it, bytes of one value, characters of one name. */
export declare const limits: {
    readonly message: 65536;
    readonly elements: 1000;
    readonly value: 16384;
    readonly name: 64;
};
/**
 * Reads a message, or says where it stops being one. Total: never throws, one pass, no recursion.
 *
 * The language is smaller than XML on purpose: no attributes, comments, processing instructions, DTD, numeric references,
 * nesting, mixed content or repeated names, so there is nothing in it to wrap, split or expand.
 */
export declare const read: (bytes: Uint8Array, root?: Root) => Result.Result<Fields, Unreadable>;
/** Writes a message, values in CDATA, with text escapes only for a value that holds `]]>`. What it writes {@link read} reads back. */
export declare const write: (fields: Fields, root?: Root) => Result.Result<Uint8Array, Unwritable>;
/** The text that is signed, without the key: `name=value` of every non-empty field but `sign`, names in byte order, joined with `&`. */
export declare const signingText: (fields: Fields) => string;
/** The signature of a {@link signingText}: upper-case hex, 32 digits for MD5, 64 for HMAC-SHA256. */
export declare const signText: (text: string, key: string, algorithm: Algorithm) => string;
/** The signature of fields. */
export declare const sign: (fields: Fields, key: string, algorithm: Algorithm) => string;
/** Whether `sign` signs the text: exact, upper case only, in constant time. */
export declare const verifyText: (text: string, sign: string | undefined, key: string, algorithm: Algorithm) => boolean;
/** Whether the fields carry their own signature. */
export declare const verify: (fields: Fields, key: string, algorithm: Algorithm) => boolean;
