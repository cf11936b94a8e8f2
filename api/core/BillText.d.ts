/**
 * The text of a bill from its bytes: unpacked where they are packed, and decoded.
 *
 * *Guarantees.* A stream of pieces, whatever the size of the bill: only a few of them are in memory. What a packed body becomes has a limit
 * of its own, for a small one can become any size.
 *
 * Bytes that are no text become U+FFFD: shop names are known to be cut in the middle of a character, and that spoils no amount. A bill that
 * somebody has saved in GBK is read as that.
 */
import * as Schema from "effect/Schema";
import * as Stream from "effect/Stream";
declare const BillBodyError_base: Schema.Class<BillBodyError, Schema.TaggedStruct<"BillBodyError", {
    /** `too-large`: longer than the limit. `damaged`: the packed body is cut off or was changed. `source`: the bytes could not be had. */
    readonly kind: Schema.Literals<readonly ["too-large", "damaged", "source"]>;
    readonly limit: Schema.optionalKey<Schema.Finite>;
    readonly code: Schema.optionalKey<Schema.String>;
}>, import("effect/Cause").YieldableError>;
/** The body cannot be read to its end. */
export declare class BillBodyError extends BillBodyError_base {
    get message(): string;
}
/** What a bill may become: 2 GiB, some four million lines. */
export declare const defaultMaxBytes: number;
type Bytes = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
/** The text of a body in pieces. Whether it is packed is told by its first bytes. */
export declare const stream: (source: Bytes, { maxBytes }?: {
    readonly maxBytes?: number | undefined;
}) => Stream.Stream<string, BillBodyError>;
export {};
