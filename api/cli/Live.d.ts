import * as Effect from "effect/Effect";
import type * as Scope from "effect/Scope";
/** As much of a text as fits into so many columns. */
export declare const fit: (text: string, limit: number) => string;
/** Stands below everything else that is printed. */
export interface Live {
    readonly update: (text: string) => void;
    /** Takes the line away, so that others can be printed; the next `update` brings it back. */
    readonly clear: () => void;
    /** Whether anybody sees it. */
    readonly shown: boolean;
}
/** A live line on this stream; it goes with the scope. */
export declare const make: (stream: Pick<NodeJS.WriteStream, "isTTY" | "columns" | "write">) => Effect.Effect<Live, never, Scope.Scope>;
