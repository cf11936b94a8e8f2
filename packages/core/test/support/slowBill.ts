/**
 * A bill read a second time by other means: the whole text at once, sign by sign, amounts as digits. Slow, and independent of the reader
 * that it is compared with; what both should see is written down in docs/bills.md.
 */
import type { Billed } from "../../src/RefundBill.ts";

export interface Slow {
  readonly refunds: ReadonlyArray<Billed>;
  readonly bad: ReadonlyArray<{ readonly line: number; readonly outRefundNo?: string | undefined }>;
  readonly others: number;
  readonly kinds: ReadonlyArray<string>;
  readonly unread: number | undefined;
}

/** One sign after the other: quotes as CSV has them, and then no back-quote. */
const loose = (line: string): Array<string> => {
  const cells: Array<string> = [];
  let cell = "";
  let state: "start" | "plain" | "quoted" | "closed" = "start";
  const finish = () => {
    cells.push(cell.startsWith("`") ? cell.slice(1) : cell);
    cell = "";
    state = "start";
  };
  const signs = line.split("");
  for (let at = 0; at < signs.length; at++) {
    const sign = signs[at] as string;
    if (state === "quoted") {
      if (sign !== '"') cell += sign;
      else if (signs[at + 1] === '"') {
        cell += '"';
        at++;
      } else state = "closed";
    } else if (sign === ",") finish();
    else if (state === "start" && sign === '"') state = "quoted";
    else {
      cell += sign;
      if (state === "start") state = "plain";
    }
  }
  finish();
  return cells;
};

const rowCells = (line: string, width: number): Array<string> | undefined => {
  const marked = line.split(",`");
  if (line.startsWith("`") && marked.length === width) return [(marked[0] as string).slice(1), ...marked.slice(1)];
  const cells = loose(line);
  while (cells.length > width && cells.at(-1) === "") cells.pop();
  return cells.length === width ? cells : undefined;
};

const fen = (text: string): bigint | undefined => {
  const found = /^(-?)([0-9]+)(\.[0-9]*)?$/.exec(text.trim());
  if (found === null) return undefined;
  const whole = (found[2] as string).replace(/^0+(?=.)/, "");
  const decimals = (found[3] ?? "").slice(1).replace(/0+$/, "");
  if (whole.length > 13 || decimals.length > 2) return undefined;
  return BigInt(`${found[1]}${whole}${decimals.padEnd(2, "0")}`);
};

const present = (text = ""): string => (text.trim() === "0" ? "" : text.trim());

const read29 = [
  "商户退款单号",
  "微信退款单号",
  "商户订单号",
  "微信订单号",
  "申请退款金额",
  "退款金额",
  "货币种类",
  "退款状态",
  "交易状态",
  "商户号",
  "特约商户号",
  "子商户号",
  "退款申请时间",
  "交易时间",
];

export const slowRead = (text: string): Slow => {
  const lines = text.split("\n").map((line) => line.replace(/\r$/, ""));
  if (text.endsWith("\n") || text === "") lines.pop();
  const refunds: Array<Billed> = [];
  const bad: Array<{ line: number; outRefundNo?: string }> = [];
  const kinds: Array<string> = [];
  let others = 0;
  const isEmpty = (line: string) =>
    [...line].every((sign) => sign.trim() === "" || sign === "," || sign === "`" || sign === '"');
  const nameCells = (line: string): Array<string> => {
    const names = loose(line.split("，").join(",")).map((name) => name.trim());
    while (names.at(-1) === "") names.pop();
    return names;
  };
  let headerAt = -1;
  for (const [at, line] of lines.entries()) {
    if (line.length <= 65_536 && isEmpty(line)) continue;
    if (
      line.length <= 65_536 &&
      nameCells(line.replace(/^\uFEFF/, "")).filter((name) => read29.includes(name)).length >= 2
    ) {
      headerAt = at;
      break;
    }
    bad.push({ line: at + 1 });
    if (bad.length >= 20 || line.trimStart().startsWith("<")) break;
  }
  if (headerAt === -1) return { refunds, bad, others, kinds: ["not-a-bill"], unread: undefined };
  const names = nameCells((lines[headerAt] as string).replace(/^\uFEFF/, ""));
  const has = (name: string) => names.includes(name);
  if (
    !has("商户退款单号") ||
    (!has("申请退款金额") && !has("退款金额")) ||
    read29.some((name) => names.filter((one) => one === name).length > 1)
  ) {
    return { refunds, bad, others, kinds: ["no-refunds-in-it"], unread: undefined };
  }
  let totals: Array<string> | undefined;
  let values: Array<string> | undefined;
  let named = 0;
  let joined = 0;
  for (const [at, line] of [...lines.entries()].slice(headerAt + 1)) {
    const number = at + 1;
    if (line.length > 65_536) {
      bad.push({ line: number });
      continue;
    }
    const isMarked = totals === undefined && line.startsWith("`") && line[1] !== "总";
    if (!isMarked && isEmpty(line)) continue;
    if (values !== undefined) {
      const isOfBill = line.startsWith("`") || nameCells(line).filter((name) => read29.includes(name)).length >= 2;
      if (joined > 0 || isOfBill) joined++;
      bad.push({ line: number });
      continue;
    }
    if (totals !== undefined) {
      values = loose(line).map((cell) => cell.trim());
      continue;
    }
    const maybe = isMarked ? [] : nameCells(line);
    if (maybe.length > 1 && maybe.every((name) => name.includes("总"))) {
      totals = maybe;
      continue;
    }
    const cells = rowCells(line, names.length);
    if (cells === undefined) {
      bad.push({ line: number });
      continue;
    }
    const columns: Record<string, string> = {};
    for (const [n, name] of names.entries()) if (!(name in columns)) columns[name] = cells[n] as string;
    const outRefundNo = present(columns["商户退款单号"]);
    const refundId = present(columns["微信退款单号"]);
    const status = present(columns["退款状态"]);
    if (outRefundNo + refundId === "") {
      const trade = present(columns["交易状态"]);
      if (trade === "REFUND" || (trade === "" && status !== "")) bad.push({ line: number });
      else others++;
      continue;
    }
    const settled = columns["退款金额"] === undefined ? 0n : fen(columns["退款金额"]);
    const asked = fen(columns["申请退款金额"] ?? columns["退款金额"] ?? "");
    if (
      (outRefundNo + refundId).includes("\uFFFD") ||
      asked === undefined ||
      settled === undefined ||
      asked < 0n ||
      settled < 0n
    ) {
      const isKnown = outRefundNo !== "" && !outRefundNo.includes("\uFFFD");
      if (isKnown) named++;
      bad.push({ line: number, ...(isKnown && { outRefundNo }) });
      continue;
    }
    const time = (columns["退款申请时间"] ?? columns["交易时间"] ?? "").trim().split("：").join(":");
    refunds.push({
      line: number,
      outRefundNo,
      refundId,
      outTradeNo: present(columns["商户订单号"]),
      transactionId: present(columns["微信订单号"]),
      refundFee: Number(asked),
      settlementRefundFee: has("退款金额") ? Number(settled) : undefined,
      currency: present(columns["货币种类"]) === "" ? "CNY" : present(columns["货币种类"]),
      status,
      mchId: present(columns["商户号"]),
      subMchId: present(columns["特约商户号"] ?? columns["子商户号"]),
      time: /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(time) ? time : "",
      columns,
    });
  }
  if (totals === undefined || values === undefined || values.length < totals.length) {
    return { refunds, bad, others, kinds: ["cut-off"], unread: undefined };
  }
  const said = (...of: ReadonlyArray<string>): string | undefined => {
    const at = (totals ?? []).findIndex((name) => of.includes(name));
    return at === -1 ? undefined : values?.[at];
  };
  const rows = refunds.length + others;
  const text45 = said("总交易单数");
  const isCount =
    text45 !== undefined &&
    /^[0-9]+(\.0*)?$/.test(text45) &&
    /^[0-9]{1,15}(?![0-9])/.test(text45.replace(/^0+(?=[0-9])/, ""));
  const count = isCount ? Number(text45) : undefined;
  if (text45 !== undefined && count === undefined) kinds.push("unreadable-summary");
  if (count !== undefined && (count < rows || count > rows + bad.length)) kinds.push("count-differs");
  if ((count === undefined || count === rows) && new Set(refunds.map(({ currency }) => currency)).size < 2) {
    for (const [column, ...of] of [
      ["申请退款金额", "申请退款总金额"],
      ["退款金额", "退款总金额", "总退款金额"],
    ] as const) {
      const total = said(...of);
      if (total === undefined || !has(column)) continue;
      const amount = fen(total);
      const sum = refunds.reduce((all, { columns }) => all + (fen(columns[column] ?? "") ?? 0n), 0n);
      if (amount === undefined) kinds.push("unreadable-summary");
      else if (amount !== sum && amount !== -sum) kinds.push("amount-differs");
    }
  }
  const unread = kinds.includes("unreadable-summary")
    ? undefined
    : Math.max(0, (count ?? rows + bad.length - joined) - rows - named) + joined;
  return { refunds, bad, others, kinds, unread };
};
