import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import { type Entry, InvalidMerchants } from "./Merchants.ts";
import { Transport } from "./Transport.ts";
/** What is read with the file. */
export interface Options<E, R, E2, R2> {
    /** An adapter's `layerConfig`; it is built once for each block, with the block in place of the environment. */
    readonly transport: Layer.Layer<Transport, E, R>;
    /** Reads a text file, such as a key of `{ "file": … }`. */
    readonly readFile: (path: string) => Effect.Effect<string, E2, R2>;
}
/** An entry, and what its block holds that nobody has read once it was made. */
export interface FromFile<E, R> extends Entry<E | InvalidMerchants, R> {
}
/** Reads the file's text. Everything that is wrong with it is said at once; a field that nobody reads is said when its transport is built. */
export declare const read: <E, R, E2, R2>(text: string, args_1: Options<E, R, E2, R2>) => Effect.Effect<readonly FromFile<E, R>[], InvalidMerchants, R2>;
