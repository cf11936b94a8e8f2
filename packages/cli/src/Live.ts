/** A line that is written over and over on a terminal; elsewhere there is none. */
import * as CliOutput from "effect/cli/CliOutput";
import * as Effect from "effect/Effect";
import type * as Scope from "effect/Scope";
import { plain } from "./Print.ts";

/** As much of a text as fits into so many columns. */
export const fit = (text: string, limit: number): string => {
  if (CliOutput.displayWidth(text) <= limit) return text;
  let out = "";
  for (const character of text) {
    if (CliOutput.displayWidth(out + character) >= limit) break;
    out += character;
  }
  return `${out}…`;
};

/** Stands below everything else that is printed. */
export interface Live {
  readonly update: (text: string) => void;
  /** Takes the line away, so that others can be printed; the next `update` brings it back. */
  readonly clear: () => void;
  /** Whether anybody sees it. */
  readonly shown: boolean;
}

/** A live line on this stream; it goes with the scope. */
export const make = (
  stream: Pick<NodeJS.WriteStream, "isTTY" | "columns" | "write">,
): Effect.Effect<Live, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync((): Live => {
      const shown = stream.isTTY === true;
      return {
        shown,
        update: (text) => void (shown && stream.write(`\r\u001B[K${fit(plain(text), (stream.columns || 80) - 1)}`)),
        clear: () => void (shown && stream.write("\r\u001B[K")),
      };
    }),
    ({ clear }) => Effect.sync(clear),
  );
