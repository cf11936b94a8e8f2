/** A table of anybody's own refunds (CSV), read as it comes: columns by wire names, or those of `batch export --csv` in either language. */
import { createReadStream } from "node:fs";
import type { Own } from "@wechat-refund/core/Reconciliation";
import type { Truth } from "@wechat-refund/core/RefundProgress";
import { CsvError, parse } from "csv-parse";
import * as Effect from "effect/Effect";
import * as Result from "effect/Result";
import { rounded } from "../batch/Plan.ts";
import { type Issue, otherwiseSeparated, quoteProblems } from "../batch/Rows.ts";

/** The columns, by all their names. An amount is in fen where its column is the wire's, and in yuan where it is finance's. */
const names = {
  outRefundNo: ["out_refund_no", "商户退款单号"],
  fen: ["refund_fee"],
  yuan: ["refund_amount", "退款金额"],
  currency: ["refund_fee_type", "fee_type", "currency", "货币种类"],
  state: ["state", "truth", "refund_status", "status", "退款状态"],
  mchId: ["mch_id", "mchid", "商户号"],
  subMchId: ["sub_mch_id", "sub_mchid", "子商户号", "特约商户号"],
  refundId: ["refund_id", "微信退款单号"],
  transactionId: ["transaction_id", "微信订单号"],
  outTradeNo: ["out_trade_no", "商户订单号"],
} as const;
type Column = keyof typeof names;

/** What the books say of it, in our words, the wire's, or those of `RefundProgress`. */
const truths: ReadonlyMap<string, Truth> = new Map([
  ["", "Accepted"],
  ["accepted", "Accepted"],
  ["processing", "Accepted"],
  ["change", "Accepted"],
  ["abnormal", "Accepted"],
  ["succeeded", "Succeeded"],
  ["success", "Succeeded"],
  ["closed", "Closed"],
  ["refundclose", "Closed"],
  ["fail", "Closed"],
  ["unknown", "Unknown"],
  ["notsure", "Unknown"],
  ["recorded", "Recorded"],
  ["unsent", "Recorded"],
  ["blocked", "Recorded"],
  ["rejected", "Rejected"],
  ["notmade", "NotMade"],
  ["resolved", "Resolved"],
]);

export const states = [...truths.keys()].filter((word) => word !== "");

const yuanOf = (text: string): number | undefined => {
  const found = /^([0-9]{1,13})(?:\.([0-9]{1,2})0*)?$/.exec(text);
  return found === null ? undefined : Number(found[1]) * 100 + Number((found[2] ?? "").padEnd(2, "0"));
};
const fenOf = (text: string): number | undefined =>
  /^[0-9]+$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : undefined;

/** The amount of a row in fen. Of two columns one may be left empty. */
const amountOf = (
  fen: string | undefined,
  yuan: string | undefined,
  ofYuan: (text: string) => number | undefined,
): Result.Result<number, Omit<Issue, "line">> => {
  const wrong = (field: string, message: string) => Result.fail({ field, message });
  const inYuan = ofYuan(yuan ?? "");
  const wrongYuan = wrong("refund_amount", "must be an amount in yuan of at most two decimals, such as 1.00");
  if (fen === undefined || (fen === "" && (yuan ?? "") !== "")) {
    return inYuan === undefined ? wrongYuan : Result.succeed(inYuan);
  }
  const inFen = fenOf(fen);
  if (inFen === undefined) {
    return wrong(
      "refund_fee",
      /^[0-9]+$/.test(fen)
        ? `must be at most ${Number.MAX_SAFE_INTEGER}`
        : "must be a whole number of fen (分): 1.00 yuan is 100",
    );
  }
  if ((yuan ?? "") === "" || inYuan === inFen) return Result.succeed(inFen);
  return inYuan === undefined
    ? wrongYuan
    : wrong("refund_amount", "is another amount than refund_fee: leave one of the columns");
};

/** What is wrong with a row, or the refund in it. */
const rowOf = (
  at: Readonly<Partial<Record<Column, number>>>,
  cells: ReadonlyArray<string>,
  line: number,
): Result.Result<Own, Issue> => {
  const given = (column: Column): string => {
    const index = at[column];
    // A back-quote keeps a spreadsheet from rounding a number, as in WeChat's bills.
    return index === undefined ? "" : (cells[index] ?? "").trim().replace(/^`/, "");
  };
  const issue = (field: string, message: string) => Result.fail({ line, field, message });
  const outRefundNo = given("outRefundNo");
  if (outRefundNo === "") return issue("out_refund_no", "is missing");
  if (rounded.test(outRefundNo)) {
    return issue("out_refund_no", "was rounded by a spreadsheet: format the column as text and fill it again");
  }
  const currency = given("currency") || "CNY";
  const refundFee = amountOf(
    at.fen === undefined ? undefined : given("fen"),
    at.yuan === undefined ? undefined : given("yuan"),
    currency === "CNY" ? yuanOf : fenOf,
  );
  if (Result.isFailure(refundFee)) return issue(refundFee.failure.field, refundFee.failure.message);
  const truth = truths.get(given("state").toLowerCase().replaceAll(/[-_ ]/g, ""));
  if (truth === undefined) return issue("state", `must be one of ${states.join(", ")}`);
  const optional = (column: "refundId" | "transactionId" | "outTradeNo") =>
    given(column) === "" ? {} : { [column]: given(column) };
  return Result.succeed({
    outRefundNo,
    refundFee: refundFee.success,
    currency,
    truth,
    ...(given("mchId") !== "" && { mchId: given("mchId") }),
    ...(given("subMchId") !== "" && { subMchId: given("subMchId") }),
    ...optional("refundId"),
    ...optional("transactionId"),
    ...optional("outTradeNo"),
  });
};

const header = (
  cells: ReadonlyArray<string>,
  line: number,
): Result.Result<Readonly<Partial<Record<Column, number>>>, Issue> => {
  const otherwise = otherwiseSeparated(cells.map((cell) => cell.trim()));
  if (otherwise !== undefined) return Result.fail({ line, field: "(file)", message: otherwise });
  const at: Partial<Record<Column, number>> = {};
  for (const [column, all] of Object.entries(names) as ReadonlyArray<[Column, ReadonlyArray<string>]>) {
    const found = cells.flatMap((cell, index) => (all.includes(cell.trim().toLowerCase()) ? [index] : []));
    const [first] = found;
    if (first === undefined) continue;
    if (found.length > 1)
      return Result.fail({ line, field: all[0] as string, message: "stands in two columns: leave one of them" });
    at[column] = first;
  }
  const missing = (field: string) =>
    Result.fail({
      line,
      field,
      message: "has no column: the first line must name the columns, such as out_refund_no,refund_fee,state",
    });
  if (at.outRefundNo === undefined) return missing("out_refund_no");
  return at.fen === undefined && at.yuan === undefined ? missing("refund_fee") : Result.succeed(at);
};

const most = 100;
/** No row is so long: a file without a line end, or a device without an end such as /dev/zero, would fill the memory. */
const longest = 1024 * 1024;

interface Parsed {
  readonly record: ReadonlyArray<string>;
  readonly info: { readonly lines: number };
}

/** The records of a file, one after the other; a promise for each would take most of the time. `take` says when it has enough. */
const records = (file: string, take: (record: ReadonlyArray<string>, line: number) => boolean): Promise<void> =>
  new Promise((resolve, reject) => {
    const source = createReadStream(file);
    const parser = parse({
      bom: true,
      info: true,
      skip_empty_lines: true,
      relax_column_count: true,
      max_record_size: longest,
    });
    const end = (cause?: unknown): void => {
      source.destroy();
      parser.destroy();
      if (cause === undefined) resolve();
      else reject(cause as Error);
    };
    source.on("error", end);
    parser.on("error", end);
    parser.on("end", () => end());
    parser.on("readable", () => {
      for (;;) {
        const parsed = parser.read() as Parsed | null;
        if (parsed === null) return;
        if (!take(parsed.record, parsed.info.lines)) return end();
      }
    });
    source.pipe(parser);
  });

/** Gives each refund of a table to `take`. What is wrong with the table is a list of issues. */
export const read = (file: string, take: (own: Own) => void): Effect.Effect<ReadonlyArray<Issue>> =>
  Effect.promise(async () => {
    const issues: Array<Issue> = [];
    let at: Readonly<Partial<Record<Column, number>>> | undefined;
    try {
      await records(file, (record, line) => {
        if (at === undefined) {
          const found = header(record, line);
          if (Result.isSuccess(found)) at = found.success;
          else issues.push(found.failure);
          return Result.isSuccess(found);
        }
        const own = rowOf(at, record, line);
        if (Result.isFailure(own)) issues.push(own.failure);
        else take(own.success);
        return issues.length < most;
      });
      if (at === undefined && issues.length === 0) {
        issues.push({ line: 1, field: "(file)", message: "is empty: the first line must name the columns" });
      }
    } catch (cause) {
      const code = cause instanceof Error && "code" in cause ? String(cause.code) : "unreadable";
      const lines = cause instanceof CsvError ? Number(cause["lines"]) : 1;
      issues.push({
        line: Number.isSafeInteger(lines) ? lines : 1,
        field: "(file)",
        message:
          cause instanceof CsvError ? (quoteProblems[code] ?? `is not CSV (${code})`) : `cannot be read (${code})`,
      });
    }
    return issues;
  });
