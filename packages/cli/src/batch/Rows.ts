/**
 * The rows of a batch file: each with the line it starts on, its fields by name, as text. CSV with a header, or one JSON object a
 * line. Which fields there are and what they must be is left to `Plan`.
 */
import { CsvError, parse } from "csv-parse/sync";
import * as Result from "effect/Result";
import * as Json from "@wechat-refund/core/Json";
import { shownField } from "../Print.ts";

/** What is wrong, and where; line 1 is the first of the file. A name that is no field's may be a secret: `field` holds what may be shown. */
export interface Issue {
  readonly line: number;
  readonly field: string;
  readonly message: string;
}

/** A row; a value that is neither text nor a number stays as it is, for the check to refuse. */
export interface Row {
  readonly line: number;
  readonly values: ReadonlyMap<string, unknown>;
}

export interface Rows {
  /** The line that names the fields, in CSV. */
  readonly header?: { readonly line: number; readonly names: ReadonlyArray<string> };
  readonly rows: ReadonlyArray<Row>;
  readonly issues: ReadonlyArray<Issue>;
}

export type Format = "csv" | "ndjson";

/** The format by the file's name, if its ending tells; what a spreadsheet program saves is refused when it is read. */
export const formatOf = (file: string): Format | undefined =>
  /\.(?:csv|xlsx?|ods)$/i.test(file) ? "csv" : /\.(?:ndjson|jsonl)$/i.test(file) ? "ndjson" : undefined;

const whole = (line: number, message: string): Rows => ({ rows: [], issues: [{ line, field: "(file)", message }] });

/** The text of the bytes; a byte-order mark is left out. */
const decode = (bytes: Uint8Array): string | undefined => {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
};

/** By the parser's codes. */
export const quoteProblems: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: "a quote is opened and not closed",
  INVALID_OPENING_QUOTE: 'a quote stands inside a value: put the value in quotes and write "" for each',
  CSV_INVALID_CLOSING_QUOTE:
    'something follows a closing quote: write "" for a quote inside a value, and a comma between columns',
};

/** Of a field: neither value is the one that counts. */
const givenTwice = "is given twice: leave one of them";

/** What a column is called that has no name to be shown. */
export const columnAt = (at: number): string => `column ${at + 1}`;

const newLine = 10;
const carriageReturn = 13;

const parseCsv = (bytes: Uint8Array): Result.Result<ReadonlyArray<readonly [number, ReadonlyArray<string>]>, Issue> => {
  try {
    const parsed = parse(bytes, {
      bom: true,
      info: true,
      skip_empty_lines: true,
      relax_column_count: true,
    }) as unknown as ReadonlyArray<{
      readonly record: ReadonlyArray<string>;
      readonly info: { readonly bytes: number };
    }>;
    let at = 0;
    let line = 1;
    const records = parsed.map(({ info, record }) => {
      // Where the record starts; the parser tells only where it ends.
      while (bytes[at] === newLine || bytes[at] === carriageReturn) if (bytes[at++] === newLine) line++;
      const start = line;
      for (; at < info.bytes; at++) if (bytes[at] === newLine) line++;
      return [start, record] as const;
    });
    return Result.succeed(records);
  } catch (error) {
    const code = error instanceof CsvError ? error.code : "unreadable";
    const lines: unknown = error instanceof CsvError ? error["lines"] : undefined;
    const message = quoteProblems[code] ?? `is not CSV (${code})`;
    return Result.fail({ line: typeof lines === "number" ? lines : 1, field: "(file)", message });
  }
};

/**
 * What is wrong with a first line whose names stand in one cell: some spreadsheet programs write tabs or semicolons between columns. The name
 * that each table has is looked for among them, so that a title is not taken for a line of names; `sep=` is Excel's own first line.
 */
export const otherwiseSeparated = (names: ReadonlyArray<string>): string | undefined => {
  const [only = ""] = names;
  const parts = only.toLowerCase().split(/[;\t|，；]/u);
  const isNames = parts.length > 1 && parts.some((part) => /^ *(?:out_refund_no|商户退款单号) *$/u.test(part));
  return names.length === 1 && (isNames || only.startsWith("sep="))
    ? "separates its columns otherwise than by commas: save it as CSV UTF-8 with commas (逗号分隔)"
    : undefined;
};

const readCsv = (bytes: Uint8Array): Rows => {
  const parsed = parseCsv(bytes);
  if (Result.isFailure(parsed)) return { rows: [], issues: [parsed.failure] };
  const [first, ...records] = parsed.success;
  if (first === undefined) return whole(1, "is empty: the first line must name the fields");
  const names = first[1].map((name) => name.trim());
  const otherwise = otherwiseSeparated(names);
  if (otherwise !== undefined) return whole(first[0], otherwise);
  const twice = new Set(names.filter((name, at) => names.indexOf(name) !== at));
  const issues: Array<Issue> = [...twice].map((name) => ({
    line: first[0],
    field: shownField(name, columnAt(names.indexOf(name))),
    message: givenTwice,
  }));
  const rows = records.map(([line, record]) => {
    if (record.length !== names.length) {
      const message = `has ${record.length} values, the first line has ${names.length} names`;
      issues.push({ line, field: "(row)", message });
    }
    // An empty value is one that is not given.
    return { line, values: new Map(names.map((name, at) => [name, record[at] || undefined])) };
  });
  return { header: { line: first[0], names }, rows, issues };
};

const readNdjson = (text: string): Rows => {
  const issues: Array<Issue> = [];
  const rows: Array<Row> = [];
  for (const [at, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const parsed = Json.parse(line);
    if (Result.isFailure(parsed) && parsed.failure._tag === "GivenTwice") {
      for (const name of parsed.failure.names) {
        issues.push({ line: at + 1, field: shownField(name), message: givenTwice });
      }
      continue;
    }
    const value = Result.isSuccess(parsed) ? parsed.success : undefined;
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      const values = new Map<string, unknown>(Object.entries(value));
      // As it is written, for the check to refuse: 100.00 may be yuan.
      for (const [name, written] of Json.unplainIntegers(line))
        if (typeof values.get(name) === "number") values.set(name, written);
      rows.push({ line: at + 1, values });
    } else issues.push({ line: at + 1, field: "(row)", message: "must be one JSON object" });
  }
  return { rows, issues };
};

/** Files of a spreadsheet program: a ZIP archive (.xlsx, .ods), or a compound document (.xls). */
const isSpreadsheet = (bytes: Uint8Array): boolean =>
  /^(?:504b0304|d0cf11e0)/.test(Buffer.from(bytes.subarray(0, 4)).toString("hex"));

/** Reads a file. Total: whatever is wrong becomes an issue. */
export const read = (bytes: Uint8Array, format: Format): Rows => {
  if (isSpreadsheet(bytes)) {
    return whole(1, "is a spreadsheet (.xlsx, .xls): save it as CSV UTF-8 (另存为 CSV UTF-8), and give that file");
  }
  const text = decode(bytes);
  if (text === undefined) {
    return whole(1, "is not UTF-8: save it as UTF-8 (in spreadsheets: CSV UTF-8), a GBK file would garble refund_desc");
  }
  const read = format === "csv" ? readCsv(bytes) : readNdjson(text);
  return read.rows.length + read.issues.length > 0 ? read : whole(1, "has no rows");
};
