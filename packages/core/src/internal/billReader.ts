/**
 * Reads a bill as it comes: text in, in whatever pieces, refunds out, and at the end whether that was all of it.
 *
 * *Guarantees.* What is kept is one line and a few sums, however long the bill; the time is linear in its length. Nothing throws.
 */
import { countOf, fenOf, looseCells, namesOf } from "./billCells.ts";
import { ambiguous, type Bad, type Billed, type Columns, columnsOf, isHeader, lacking, rowOf } from "./billRow.ts";

/** What a piece of the bill held: refunds and bad lines in their order. */
export type Entry = { readonly _tag: "Refund"; readonly refund: Billed } | { readonly _tag: "Bad"; readonly bad: Bad };

/** What is wrong with a bill as a whole. */
export interface BillProblem {
  /**
   * `not-a-bill`: no header was found. `no-refunds-in-it`: its columns cannot tell refunds, as in a bill of payments. `cut-off`: it does not
   * end with its summary. `count-differs`, `amount-differs`: the summary says another number of lines, or another sum. `unreadable-summary`.
   */
  readonly kind:
    | "not-a-bill"
    | "no-refunds-in-it"
    | "cut-off"
    | "count-differs"
    | "amount-differs"
    | "unreadable-summary";
  readonly message: string;
}

/** What there is to say of a bill when it has been read. */
export interface Ending {
  /** How many lines it has, header, summary and empty ones with them. */
  readonly lines: number;
  /** How many of them are refunds, something else such as payments, and none that can be read. */
  readonly refunds: number;
  readonly others: number;
  readonly bad: number;
  /**
   * How many refunds may stand in it that were not read and of which not even the number is known; without a whole summary nobody knows.
   * Zero: a number that was not met is not in this bill.
   */
  readonly unread: number | undefined;
  /** By its own names. */
  readonly summary: Readonly<Record<string, string>>;
  readonly problems: ReadonlyArray<BillProblem>;
}

/** Longer than any line of a bill: of the merchant's texts the longest has 128 characters. */
const longestLine = 65_536;
/** So many lines may stand before the header, such as a title that somebody wrote. */
const beforeHeader = 20;
const empty = /^[\s,`"\uFEFF]*$/;
const byteOrderMark = "\uFEFF";

const sums = {
  asked: ["申请退款总金额"],
  settled: ["退款总金额", "总退款金额"],
} as const;
const counted = "总交易单数";

/** A summary's header: every name says 总, total, and none of a row does. */
const isSummary = (names: ReadonlyArray<string>): boolean =>
  names.length >= 2 && names.every((name) => name.includes("总"));

const inYuan = (fen: bigint): string => {
  const digits = String(fen).padStart(3, "0");
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
};

/** A reader of one bill. It is given the text in order, and then told that there is no more. */
export class BillReader {
  private state: "header" | "table" | "totals" | "after" | "stopped" = "header";
  private columns: Columns = columnsOf([]);
  private parts: Array<string> = [];
  private partsLength = 0;
  private line = 0;
  private refunds = 0;
  private others = 0;
  private bad = 0;
  /** Bad lines of the table of which the refund's number is known. */
  private named = 0;
  /** Lines after the summary, which counts none of them, of what looks like another bill that was joined to this one. */
  private joined = 0;
  private readonly sum = { asked: 0n, settled: 0n };
  private currency: string | undefined;
  private mixed = false;
  private totals: ReadonlyArray<string> = [];
  private values: ReadonlyArray<string> | undefined;
  private readonly problems: Array<BillProblem> = [];

  /** Reads a piece of the text. */
  push(text: string): ReadonlyArray<Entry> {
    const entries: Array<Entry> = [];
    let from = 0;
    for (let end = text.indexOf("\n"); end !== -1; end = text.indexOf("\n", from)) {
      this.keep(text.slice(from, end));
      this.finish(entries);
      from = end + 1;
    }
    if (from < text.length) this.keep(text.slice(from));
    return entries;
  }

  /** There is no more: what the last line held, and what there is to say of all. */
  end(): { readonly entries: ReadonlyArray<Entry>; readonly ending: Ending } {
    const entries: Array<Entry> = [];
    if (this.parts.length > 0) this.finish(entries);
    this.judge();
    const { bad, line: lines, others, problems, refunds } = this;
    const summary = Object.fromEntries(this.totals.map((name, at) => [name, this.values?.[at] ?? ""]));
    return { entries, ending: { lines, refunds, others, bad, unread: this.unread(), summary, problems } };
  }

  private keep(part: string): void {
    if (part === "") {
      if (this.parts.length === 0) this.parts.push(part);
      return;
    }
    // Of a line that is too long anyway its length is all that matters.
    if (this.partsLength <= longestLine) this.parts.push(part);
    else this.parts.length = 1;
    this.partsLength += part.length;
  }

  private finish(entries: Array<Entry>): void {
    const tooLong = this.partsLength > longestLine;
    const [first = "", ...more] = this.parts;
    const whole = tooLong ? "" : more.length === 0 ? first : this.parts.join("");
    this.parts = [];
    this.partsLength = 0;
    this.line++;
    if (this.state === "stopped") return;
    if (tooLong) return this.reject(entries, `is longer than ${longestLine} characters`);
    this.read(whole.endsWith("\r") ? whole.slice(0, -1) : whole, entries);
  }

  private read(text: string, entries: Array<Entry>): void {
    // A refund's line, as nearly all are.
    if (this.state === "table" && text.startsWith("`") && !text.startsWith("`总")) return this.readRow(text, entries);
    if (empty.test(text)) return;
    switch (this.state) {
      case "header":
        return this.readHeader(text, entries);
      case "table": {
        const names = text.includes("总") ? namesOf(text) : [];
        if (!isSummary(names)) return this.readRow(text, entries);
        this.totals = names;
        this.state = "totals";
        return;
      }
      case "totals":
        this.values = looseCells(text).map((cell) => cell.trim());
        this.state = "after";
        return;
      default:
        if (this.joined > 0 || text.startsWith("`") || isHeader(namesOf(text))) this.joined++;
        return this.reject(entries, "stands after the summary");
    }
  }

  private readHeader(text: string, entries: Array<Entry>): void {
    const names = namesOf(text.startsWith(byteOrderMark) ? text.slice(1) : text);
    if (!isHeader(names)) {
      this.reject(entries, "stands before the header");
      if (this.bad >= beforeHeader || text.trimStart().startsWith("<")) this.stop();
      return;
    }
    this.columns = columnsOf(names);
    this.state = "table";
    const missing = lacking(this.columns);
    const twice = ambiguous(this.columns);
    if (missing.length + twice.length === 0) return;
    this.state = "stopped";
    this.problems.push({
      kind: "no-refunds-in-it",
      message: `its refunds cannot be told: ${[
        ...(missing.length === 0 ? [] : [`it has no column ${missing.join(", ")}`]),
        ...(twice.length === 0 ? [] : [`it has two columns ${twice.join(", ")}`]),
      ].join(", ")}; take the bill of type ALL or REFUND as it was downloaded`,
    });
  }

  private stop(): void {
    this.state = "stopped";
    this.problems.push({
      kind: "not-a-bill",
      message: "it is no bill: no line names the columns, such as 商户退款单号 and 退款金额",
    });
  }

  private readRow(text: string, entries: Array<Entry>): void {
    const read = rowOf(this.columns, text, this.line);
    switch (read._tag) {
      case "Refund": {
        const { refund } = read;
        this.refunds++;
        this.sum.asked += BigInt(refund.refundFee);
        this.sum.settled += BigInt(refund.settlementRefundFee ?? 0);
        this.currency ??= refund.currency;
        if (refund.currency !== this.currency) this.mixed = true;
        entries.push(read);
        return;
      }
      case "Payment":
        this.others++;
        return;
      case "Bad":
        if (read.outRefundNo !== undefined) this.named++;
        return this.reject(entries, read.problem, read.outRefundNo);
    }
  }

  private reject(entries: Array<Entry>, problem: string, outRefundNo?: string): void {
    this.bad++;
    entries.push({
      _tag: "Bad",
      bad: { line: this.line, problem, ...(outRefundNo !== undefined && { outRefundNo }) },
    });
  }

  private valueOf(names: ReadonlyArray<string>): { readonly name: string; readonly text: string } | undefined {
    const at = this.totals.findIndex((name) => names.includes(name));
    const text = this.values?.[at];
    return text === undefined ? undefined : { name: this.totals[at] as string, text };
  }

  /** How many lines the summary counts; nothing where it does not say. */
  private count(): number | undefined {
    const said = this.valueOf([counted]);
    return said === undefined ? undefined : countOf(said.text);
  }

  private unread(): number | undefined {
    if (this.problems.some(({ kind }) => kind !== "amount-differs" && kind !== "count-differs")) return undefined;
    const own = this.refunds + this.others;
    const missing = this.count() ?? own + this.bad - this.joined;
    return Math.max(0, missing - own - this.named) + this.joined;
  }

  private judge(): void {
    if (this.state === "header") this.stop();
    if (this.state === "stopped") return;
    const { problems, values = [] } = this;
    if (this.state !== "after" || values.length < this.totals.length) {
      problems.push({
        kind: "cut-off",
        message: "it is cut off: its summary (总交易单数 …) is not all there; download it again",
      });
      return;
    }
    const rows = this.refunds + this.others;
    const count = this.count();
    if (this.valueOf([counted]) !== undefined && count === undefined) {
      problems.push({ kind: "unreadable-summary", message: `its summary cannot be read: ${counted} is not a number` });
    }
    if (count !== undefined && (count < rows || count > rows + this.bad)) {
      const least = this.bad === 0 ? String(rows) : `${rows} to ${rows + this.bad}`;
      problems.push({
        kind: "count-differs",
        message: `its summary counts ${count} lines (${counted}), and it has ${least}; download it again`,
      });
    }
    // With a line missing, or amounts in several currencies, the sums say nothing.
    if ((count ?? rows) !== rows || this.mixed) return;
    for (const [what, names] of Object.entries(sums) as ReadonlyArray<["asked" | "settled", ReadonlyArray<string>]>) {
      const said = this.valueOf(names);
      if (said === undefined || this.columns.at[what] === -1) continue;
      const { name } = said;
      const fen = fenOf(said.text);
      if (fen === undefined) {
        problems.push({ kind: "unreadable-summary", message: `its summary cannot be read: ${name} is not an amount` });
        continue;
      }
      const sum = this.sum[what];
      // A sum of what went out was seen below zero.
      if (BigInt(Math.abs(fen)) !== sum) {
        problems.push({
          kind: "amount-differs",
          message: `its summary says ${inYuan(BigInt(Math.abs(fen)))} (${name}), and its refunds add up to ${inYuan(sum)}`,
        });
      }
    }
  }
}
