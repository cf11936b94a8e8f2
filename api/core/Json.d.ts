/**
 * JSON from outside: what `JSON.parse` takes, less every object that names a field twice. `JSON.parse` keeps the last of the two and
 * says nothing, so that what a person read first and what is done would differ.
 */
import * as Result from "effect/Result";
/** Why a text is not taken: it stops being JSON here, where that is known, or these fields are given twice. */
export type Problem = {
    readonly _tag: "NotJson";
    readonly position: number | undefined;
} | {
    readonly _tag: "GivenTwice";
    readonly names: ReadonlyArray<string>;
};
/** The value of a JSON text. */
export declare const parse: (json: string) => Result.Result<unknown, Problem>;
/**
 * The whole numbers of a JSON text that are written with a point or an exponent, by the names of their fields: `JSON.parse` takes `100.00`,
 * which somebody may have meant as yuan, for 100. The text must be JSON.
 */
export declare const unplainIntegers: (json: string) => ReadonlyMap<string, string>;
