/** Lines for people. */
import { styleText } from "node:util";

// What a terminal would obey, and what would make two lines of one.
// oxlint-disable-next-line no-control-regex
const control = /[\u0000-\u001F\u007F-\u009F\u2028\u2029]+/g;

/** Text that came from outside, on one line and without control characters. */
export const plain = (text: string): string => text.replace(control, " ");

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
  const width = Math.max(...given.map(([name]) => name.length));
  return given
    .map(([name, value = "", style]) => {
      const text = plain(value);
      return `${name.padEnd(width)}  ${style === undefined ? text : text.replace(/^[^:]*/, (start) => styled(style, start))}`;
    })
    .join("\n");
};
