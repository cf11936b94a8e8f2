/**
 * A day's bill of refunds (下载交易账单, bill_type REFUND) as text in a table, read by the names of its columns: their order and number
 * changed over the years. Amounts are in yuan there and in fen here. A bill is not signed.
 */
import * as Result from "effect/Result";

/** A refund as the day's bill has it: as it stood then. `columns` are all cells, by the header's names. */
export interface BilledRefund {
  readonly transactionId: string;
  readonly outTradeNo: string;
  readonly refundId: string;
  readonly outRefundNo: string;
  /** What was asked for, in fen; the settled amount where the bill's form knows no other. */
  readonly refundFee: number;
  readonly currency: string;
  readonly status: string;
  readonly columns: Readonly<Record<string, string>>;
}

export interface Bill {
  readonly refunds: ReadonlyArray<BilledRefund>;
  readonly summary: Readonly<Record<string, string>>;
}

const required = ["微信订单号", "商户订单号", "微信退款单号", "商户退款单号", "退款金额", "退款状态"] as const;
const asked = "申请退款金额";
const total = "总交易单数";

/** Every cell but a header's starts with a back-quote; what a merchant wrote has its commas and line ends escaped. */
const cellsOf = (line: string): ReadonlyArray<string> => line.replace(/^`/, "").split(",`");

const named = (names: ReadonlyArray<string>, cells: ReadonlyArray<string>): Readonly<Record<string, string>> =>
  Object.fromEntries(names.map((name, at) => [name, cells[at] ?? ""]));

const fenOf = (yuan: string): number | undefined => {
  const found = /^([0-9]{1,13})(?:\.([0-9]{1,2})0*)?$/.exec(yuan);
  return found === null ? undefined : Number(found[1]) * 100 + Number((found[2] ?? "").padEnd(2, "0"));
};

/** Reads a bill, or says what is wrong with it. A bill that does not end with its own count is cut off. */
export const read = (bytes: Uint8Array): Result.Result<Bill, string> => {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return Result.fail("the bill is not UTF-8");
  }
  const [header = "", ...lines] = text.split(/\r?\n/).filter((line) => line !== "");
  const names = header.split(",");
  const missing = required.filter((name) => !names.includes(name));
  if (missing.length > 0) return Result.fail(`the bill has no column ${missing.join(", ")}`);
  const summaryAt = lines.findIndex((line) => line.startsWith(total));
  const summary = named((lines[summaryAt] ?? "").split(","), cellsOf(lines[summaryAt + 1] ?? ""));
  const rows = lines.slice(0, Math.max(summaryAt, 0));
  // The count is known to come as 45.0, too.
  if (summaryAt < 0 || Number(summary[total]) !== rows.length) return Result.fail("the bill is cut off");
  const refunds: Array<BilledRefund> = [];
  for (const [at, row] of rows.entries()) {
    const cells = cellsOf(row);
    const columns = named(names, cells);
    const refundFee = fenOf(columns[asked] ?? columns["退款金额"] ?? "");
    if (cells.length !== names.length || refundFee === undefined) {
      return Result.fail(`line ${at + 2} of the bill cannot be read`);
    }
    refunds.push({
      transactionId: columns["微信订单号"] ?? "",
      outTradeNo: columns["商户订单号"] ?? "",
      refundId: columns["微信退款单号"] ?? "",
      outRefundNo: columns["商户退款单号"] ?? "",
      refundFee,
      currency: columns["货币种类"] || "CNY",
      status: columns["退款状态"] ?? "",
      columns,
    });
  }
  return Result.succeed({ refunds, summary });
};
