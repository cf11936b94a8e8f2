/** Standard output for what is longer than memory should hold: whoever writes waits until it is taken. */
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
/**
 * Writes bytes; done when they may be used again. Whoever reads no more is no failure: the command still has its exit code to give.
 * `Console` never waits, so what a slow reader has not taken would stay in memory, and `Stdio` does not say when bytes are free.
 */
export declare const Output: Context.Reference<(bytes: Uint8Array) => Effect.Effect<void>>;
