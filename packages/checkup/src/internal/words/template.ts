/** A text with holes: what it says in English, found again in a message, and what it says in Chinese. */
import type { Pair } from "./pair.ts";

/** `given` is repeated as it came; `ours` is translated where it is known; `known` must be; `theirs` are the words of others. */
export type Kind = "given" | "ours" | "known" | "theirs";

const kinds: Readonly<Record<string, Kind>> = { "": "given", "=": "ours", "!": "known", "~": "theirs" };

export interface Template {
  /** What stands before, between and after the holes: one more than there are holes. */
  readonly pieces: readonly [string, ...ReadonlyArray<string>];
  /** The holes in their order; `name` is what the Chinese calls it by. */
  readonly holes: ReadonlyArray<{ readonly kind: Kind; readonly name: string }>;
  /** How much of a message it names: of two that fit, the one that names more is the one that made it. */
  readonly weight: number;
  readonly chinese: ReadonlyArray<string>;
}

const hole = /\{([=!~]?)(\d)\}/;

export const make = ([english, chinese]: Pair): Template => {
  const parts = english.split(hole);
  const pieces = parts.filter((_, at) => at % 3 === 0);
  return {
    pieces: [pieces[0] ?? "", ...pieces.slice(1)],
    holes: pieces.slice(1).map((_, n) => ({
      kind: kinds[parts[n * 3 + 1] ?? ""] ?? "given",
      name: parts[n * 3 + 2] ?? "",
    })),
    weight: pieces.reduce((sum, { length }) => sum + length, 0),
    chinese: chinese.split(/\{(\d)\}/),
  };
};

/**
 * What stands in the holes, if the text is made by this template. Each piece is looked for once, from where the one before ended, so a
 * text costs its length and no more. A hole is never empty.
 */
export const match = (text: string, { pieces }: Template): ReadonlyArray<string> | undefined => {
  const [first] = pieces;
  const last = pieces.at(-1) ?? "";
  const end = text.length - last.length;
  if (!text.startsWith(first) || !text.endsWith(last)) return undefined;
  const found: Array<string> = [];
  let at = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const next = text.indexOf(piece, at + 1);
    if (next < 0) return undefined;
    found.push(text.slice(at, next));
    at = next + piece.length;
  }
  if (at >= end) return undefined;
  return [...found, text.slice(at, end)];
};

/** The Chinese with these texts in its holes. */
export const fill = ({ chinese, holes }: Template, texts: ReadonlyArray<string>): string =>
  chinese
    .map((part, at) => (at % 2 === 0 ? part : (texts[holes.findIndex(({ name }) => name === part)] ?? "")))
    .join("");
