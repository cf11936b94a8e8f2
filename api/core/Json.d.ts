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
