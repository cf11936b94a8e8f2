import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import { type Entry, InvalidMerchants, type Issue } from "./Merchants.ts";
import { Transport } from "./Transport.ts";
/** What is read with the file. */
export interface Options<E, R, E2, R2> {
    /** An adapter's `layerConfig`; it is built once for each block, with the block in place of the environment. */
    readonly transport: Layer.Layer<Transport, E, R>;
    /** Reads a text file, such as a key of `{ "file": … }`. */
    readonly readFile: (path: string) => Effect.Effect<string, E2, R2>;
}
/** What a file gives: the merchants that can be made, and what is wrong with the others. */
export interface Contents<E, R> {
    readonly entries: ReadonlyArray<Entry<E | InvalidMerchants, R>>;
    readonly issues: ReadonlyArray<Issue>;
}
/**
 * Reads the file's text. What is wrong with the file is among the issues, to be said with what is wrong with the merchants
 * (`Merchants.make` takes them); a field that nobody reads is said when its transport is built.
 */
export declare const read: <E, R, E2, R2>(text: string, args_1: Options<E, R, E2, R2>) => Effect.Effect<Contents<never, R>, never, R2>;
