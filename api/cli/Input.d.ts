import * as Effect from "effect/Effect";
import * as Stdio from "effect/Stdio";
/**
 * All of standard input, or, when there is more than `limit`, its first bytes up to just above it: enough for the reader to see
 * that it is too much. Where a person would type it, says so first. An input that cannot be read counts as empty.
 */
export declare const read: (limit: number, what: string) => Effect.Effect<Uint8Array<ArrayBufferLike>, never, Stdio.Stdio>;
