import * as Effect from "effect/Effect";
/** Who is at the terminal, for the histories of refunds. */
export declare const atTerminal: Effect.Effect<string>;
