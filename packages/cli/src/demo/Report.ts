/**
 * What the demonstration shows, and whether everything came out as it should: every expectation is held against what happened,
 * and one that does not hold is shown where it fails and counted.
 */
import { isDeepStrictEqual } from "node:util";
import { displayWidth } from "effect/cli/CliOutput";
import * as Console from "effect/Console";
import * as Effect from "effect/Effect";
import { english, type Say } from "@wechat-refund/checkup/Language";
import { plain, styled, wrap as wrapped } from "../Print.ts";

const width = 80;

/** Breaks prose so that it fits, each line indented. */
const wrap = (text: string, indent: string): string => wrapped(indent + plain(text), width);

const pad = (text: string, to: number): string => text + " ".repeat(Math.max(0, to - displayWidth(text)));

/** The demonstration's output. */
export interface Report {
  /** The language that it is told in. */
  readonly say: Say;
  readonly title: (text: string) => Effect.Effect<void>;
  readonly heading: (text: string) => Effect.Effect<void>;
  /** Prose, broken to fit. */
  readonly prose: (text: string) => Effect.Effect<void>;
  /** Prose about what was just said, further in. */
  readonly detail: (text: string) => Effect.Effect<void>;
  /** Lines as they are. */
  readonly verbatim: (lines: ReadonlyArray<string>) => Effect.Effect<void>;
  readonly table: (rows: ReadonlyArray<ReadonlyArray<string>>) => Effect.Effect<void>;
  /** Holds what happened against what should; says so only when they differ. */
  readonly expect: (what: string, actual: unknown, expected: unknown) => Effect.Effect<boolean>;
  /** How many expectations there were, and how many did not hold. */
  readonly tally: () => { readonly checked: number; readonly failed: number };
}

/** An empty report onto standard output. */
export const make = (say: Say = english): Report => {
  let checked = 0;
  let failed = 0;
  return {
    say,
    title: (text) => Console.log(styled("bold", text)),
    heading: (text) => Console.log(`\n${styled("bold", text)}`),
    prose: (text) => Console.log(wrap(text, "  ")),
    detail: (text) => Console.log(wrap(text, "    ")),
    verbatim: (lines) => Console.log(lines.map((line) => `    ${plain(line)}`).join("\n")),
    table: (rows) => {
      const [head = []] = rows;
      const widths = head.map((_, column) => Math.max(...rows.map((row) => displayWidth(row[column] ?? ""))));
      const line = (row: ReadonlyArray<string>) =>
        `  ${row.map((cell, column) => pad(cell, widths[column] ?? 0)).join("  ")}`.trimEnd();
      return Console.log(rows.map((row, n) => (n === 0 ? styled("dim", line(row)) : line(row))).join("\n"));
    },
    expect: (what, actual, expected) =>
      Effect.suspend(() => {
        checked++;
        if (isDeepStrictEqual(actual, expected)) return Effect.succeed(true);
        failed++;
        const [wanted, found] = [JSON.stringify(expected), JSON.stringify(actual)];
        const text = `  ✗ ${what}${say(`: expected ${wanted}, got ${found}`, `：应为 ${wanted}，实为 ${found}`)}`;
        return Effect.as(Console.log(styled("red", text)), false);
      }),
    tally: () => ({ checked, failed }),
  };
};
