/** Lines for people. */
import { existsSync } from "node:fs";
import { styleText } from "node:util";
import * as Shown from "@wechat-refund/mutual-tls/Shown";
import { plain } from "@wechat-refund/checkup/Plain";
import { displayWidth } from "effect/cli/CliOutput";

export { plain } from "@wechat-refund/checkup/Plain";

/**
 * The name of a file that was given, unless what was given may be the content of one, such as a key. That there is such a file says
 * little of a bare word: the command itself may have made it.
 */
export const shownPath = (file: string, otherwise = "the file given"): string =>
  plain(Shown.path(file, /[\\/.]/.test(file) && existsSync(file)) ?? otherwise);

export { id as shownId } from "@wechat-refund/mutual-tls/Shown";

/** A refund's or an order's number, if it has the form of one and not that of an API key. */
export const shownNumber = (text: string): string =>
  /^[0-9A-Za-z_\-|*@]{1,64}$/.test(text) && !/^(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9])[0-9A-Za-z]{32}$/.test(text)
    ? text
    : "(not shown)";

/** The name of a field or a column, if it is short and in the form of one: a file of secrets has them where names should be. */
export const shownField = (name: string, otherwise = "(a field)"): string =>
  // The name of a field inside another has both.
  name.split(".").every((part) => /^[A-Za-z_][A-Za-z0-9_]{0,23}$/.test(part)) && !Shown.looksSecret(name)
    ? name
    : otherwise;

type Style = Parameters<typeof styleText>[0];

/** Text in a style; plain where standard output is not a terminal or NO_COLOR is set. */
export const styled = (style: Style, text: string): string => styleText(style, text, { stream: process.stdout });

/** An amount in fen, for CNY also in yuan. */
export const amount = (fen: number, currency = "CNY"): string =>
  currency === "CNY"
    ? `${fen} fen (${Math.floor(fen / 100)}.${String(fen % 100).padStart(2, "0")} CNY)`
    : `${fen} (${plain(currency)})`;

/** One line of a list; a style is for what the value starts with, up to the first colon. */
export type Row = readonly [name: string, value: string | undefined, style?: Style];

/** Named values, the values in one column; those that are absent or empty are left out. */
export const list = (rows: ReadonlyArray<Row>): string => {
  const given = rows.filter(([, value]) => value !== undefined && value !== "");
  const width = Math.max(...given.map(([name]) => displayWidth(name)));
  return given
    .map(([name, value = "", style]) => {
      const text = plain(value);
      return `${name}${" ".repeat(width - displayWidth(name))}  ${style === undefined ? text : text.replace(/^[^:：]*/, (start) => styled(style, start))}`;
    })
    .join("\n");
};

/** The width of the terminal; without one, no bound. */
export const columns = (): number => process.stdout.columns ?? Number.POSITIVE_INFINITY;

/**
 * A line broken so that it fits, at blanks or between Chinese characters. What follows stands under the start of the text, or,
 * where the line is a row of a table, of its last column.
 */
export const wrap = (line: string, limit: number): string => {
  if (displayWidth(line) <= limit) return line;
  const start = /^.*\S {2,}(?=\S)|^ */.exec(line)?.[0] ?? "";
  const indent = " ".repeat(Math.min(displayWidth(start), Math.floor(limit / 2)));
  const lines: Array<string> = [];
  let current = start;
  let fresh = true;
  if (displayWidth(start) > limit / 2 && start.trim() !== "") {
    lines.push(start.trimEnd());
    current = indent;
  }
  for (const piece of line
    .slice(start.length)
    .match(/ *[\p{Script=Han}，。：；、（）]| *[^\s\p{Script=Han}，。：；、（）]+/gu) ?? []) {
    const fits = displayWidth(current) + displayWidth(piece) <= limit;
    // No line starts with a closing mark.
    if (!fits && !fresh && !/^[，。：；、）]/.test(piece)) {
      lines.push(current);
      current = indent + piece.trimStart();
    } else current += piece;
    fresh = false;
  }
  return [...lines, current].join("\n");
};

/** Lines broken to the width of the terminal; as they are where there is none. */
export const fitted = (text: string): string => {
  const limit = columns();
  return Number.isFinite(limit)
    ? text
        .split("\n")
        .map((line) => wrap(line, limit))
        .join("\n")
    : text;
};
