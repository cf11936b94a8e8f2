/** A table for finance: UTF-8 with its mark, CRLF, and nothing in it that a spreadsheet would take for a formula, a date, or round. */
import { plain } from "./Plain.ts";

/**
 * What a spreadsheet would compute, round, or take for a date is text behind WeChat's own back-quote, as in its bills; and what begins with
 * one gets a second, so that taking one away gives back what there was.
 */
const isTaken = (cell: string): boolean =>
  /^[=+\-@＝＋－＠\t\r`]/u.test(cell) ||
  /^(?:[0-9]{12,}|0[0-9]+)$/.test(cell) ||
  /^[0-9]+(?:\.[0-9]+)?E[+-]?[0-9]+$/i.test(cell) ||
  /^[0-9]{1,4}[-/.:][0-9]{1,2}(?:[-/.:][0-9]{1,4})?$/.test(cell);

const quoted = (cell: string): string => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

/** An amount as finance reads it; other currencies than CNY as the gateway counts them. */
export const money = (fen: number, currency: string): string =>
  currency === "CNY" ? `${Math.floor(fen / 100)}.${String(fen % 100).padStart(2, "0")}` : String(fen);

/** A column of a table of values. */
export interface Column<A> {
  readonly name: string;
  readonly of: (value: A) => string | undefined;
  /** A number of ours, which no spreadsheet may take otherwise. */
  readonly amount?: true;
}

const line = (cells: ReadonlyArray<string>): string => `${cells.join(",")}\r\n`;

/** The first line, behind the mark by which a spreadsheet knows that it is UTF-8. */
export const header = <A>(columns: ReadonlyArray<Column<A>>): string =>
  `\uFEFF${line(columns.map(({ name }) => name))}`;

/** The lines of values, to follow a header. `raw`: without the back-quotes, for programs. */
export const lines = <A>(columns: ReadonlyArray<Column<A>>, values: Iterable<A>, raw = false): string =>
  Array.from(values, (value) =>
    line(
      columns.map(({ amount, of }) => {
        const cell = plain(of(value) ?? "");
        return quoted(!raw && amount === undefined && isTaken(cell) ? `\`${cell}` : cell);
      }),
    ),
  ).join("");

/** The text of a whole table. */
export const csv = <A>(columns: ReadonlyArray<Column<A>>, values: Iterable<A>, raw = false): string =>
  header(columns) + lines(columns, values, raw);
