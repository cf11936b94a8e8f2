/** Standard input as bytes. */
import * as Console from "effect/Console";
import * as Effect from "effect/Effect";
import * as Stdio from "effect/Stdio";
import * as Language from "./Language.ts";
import * as Stream from "effect/Stream";

/**
 * All of standard input, or, when there is more than `limit`, its first bytes up to just above it: enough for the reader to see
 * that it is too much. Where a person would type it, says so first. An input that cannot be read counts as empty.
 */
export const read = Effect.fnUntraced(function* (
  limit: number,
  what: string,
): Effect.fn.Return<Uint8Array, never, Stdio.Stdio> {
  const { stdin, stdinIsTerminal } = yield* Stdio.Stdio;
  if (yield* stdinIsTerminal) {
    const words = yield* Language.words;
    yield* Console.error(words(`Reading ${what} from standard input; Ctrl-D ends it.`));
  }
  const chunks: Array<Uint8Array> = [];
  let size = 0;
  yield* Stream.runForEachWhile(stdin, (chunk) =>
    Effect.sync(() => {
      chunks.push(chunk);
      size += chunk.length;
      return size <= limit;
    }),
  ).pipe(Effect.ignore);
  return Buffer.concat(chunks).subarray(0, limit + 1);
});
