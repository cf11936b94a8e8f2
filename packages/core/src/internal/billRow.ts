/** A bill's columns by the names of its header, and a line of them as a refund. */
import { cellsOf, fenOf, given } from "./billCells.ts";

/** A refund as the day's bill has it: it exists, and of this amount. What it says of its state was so at the end of that day. */
export interface Billed {
  /** Its line in the bill, from 1. */
  readonly line: number;
  /** `""` where the bill names none. */
  readonly outRefundNo: string;
  readonly refundId: string;
  readonly outTradeNo: string;
  readonly transactionId: string;
  /** 申请退款金额, in fen: what was asked for; 退款金额 where the bill's form knows no other. */
  readonly refundFee: number;
  /** 退款金额, in fen: what of it was settled in money. */
  readonly settlementRefundFee: number | undefined;
  readonly currency: string;
  /** 退款状态: SUCCESS, PROCESSING, FAIL, CHANGE. */
  readonly status: string;
  /** 商户号: in provider mode (服务商) the provider's. */
  readonly mchId: string;
  /** `""` where there is none. */
  readonly subMchId: string;
  /** 退款申请时间, or 交易时间 where there is none, in Beijing: `2026-11-23 01:02:03`; `""` where it is no time. */
  readonly time: string;
  /** Every cell as it stands, by the header's names. */
  readonly columns: Readonly<Record<string, string>>;
}

/** A line that cannot be read. */
export interface Bad {
  readonly line: number;
  readonly problem: string;
  /** Whose refund it is, where that much can be read. */
  readonly outRefundNo?: string;
}

/** What a line is. */
export type Read =
  | { readonly _tag: "Refund"; readonly refund: Billed }
  | { readonly _tag: "Payment" }
  | { readonly _tag: "Bad"; readonly problem: string; readonly outRefundNo?: string };

/** The columns that are read, by all their names, the newest first. */
const wanted = {
  outRefundNo: ["商户退款单号"],
  refundId: ["微信退款单号"],
  outTradeNo: ["商户订单号"],
  transactionId: ["微信订单号"],
  asked: ["申请退款金额"],
  settled: ["退款金额"],
  currency: ["货币种类"],
  status: ["退款状态"],
  trade: ["交易状态"],
  mchId: ["商户号"],
  subMchId: ["特约商户号", "子商户号"],
  applied: ["退款申请时间"],
  traded: ["交易时间"],
} as const;

type Column = keyof typeof wanted;

const all = Object.entries(wanted) as ReadonlyArray<[Column, ReadonlyArray<string>]>;
const familiar: ReadonlySet<string> = new Set(all.flatMap(([, names]) => names));

export interface Columns {
  readonly names: ReadonlyArray<string>;
  /** Where each name stands first. No column of a bill is called `__proto__`, and to set that would set no field. */
  readonly first: ReadonlyArray<number>;
  /** Every name with an empty cell. */
  readonly blank: Readonly<Record<string, string>>;
  /** Where a column stands; -1 where it does not. */
  readonly at: Readonly<Record<Column, number>>;
}

/** Is this a bill's header? Two names that a bill has are enough. */
export const isHeader = (names: ReadonlyArray<string>): boolean =>
  names.filter((name) => familiar.has(name)).length >= 2;

export const columnsOf = (names: ReadonlyArray<string>): Columns => {
  const place = (candidates: ReadonlyArray<string>): number => {
    const found = candidates.find((name) => names.includes(name));
    return found === undefined ? -1 : names.indexOf(found);
  };
  const first = [...names.keys()].filter(
    (at) => names[at] !== "__proto__" && names.indexOf(names[at] as string) === at,
  );
  return {
    names,
    first,
    blank: Object.fromEntries(first.map((at) => [names[at], ""])),
    at: Object.fromEntries(all.map(([column, candidates]) => [column, place(candidates)])) as Columns["at"],
  };
};

/** What a header lacks without which no refund can be told from another. */
export const lacking = ({ at }: Columns): ReadonlyArray<string> => [
  ...(at.outRefundNo === -1 ? wanted.outRefundNo : []),
  ...(at.asked === -1 && at.settled === -1 ? [...wanted.asked, ...wanted.settled] : []),
];

/** Names that stand twice although they are read: nobody knows which of the two counts. */
export const ambiguous = ({ names }: Columns): ReadonlyArray<string> => [
  ...new Set(names.filter((name, at) => familiar.has(name) && names.indexOf(name) !== at)),
];

const recordOf = ({ blank, first, names }: Columns, cells: ReadonlyArray<string>): Readonly<Record<string, string>> => {
  // Copied and filled in, which takes half as long as to add name after name.
  const record: Record<string, string> = { ...blank };
  for (const at of first) record[names[at] as string] = cells[at] as string;
  return record;
};

const moment = /^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}$/;

const timeOf = (cell: string): string => {
  const text = cell.trim().replaceAll("：", ":");
  return moment.test(text) ? text : "";
};

const replaced = "\uFFFD";

/** What spreadsheets make of a long number. One's own may look so without a point; WeChat Pay's are digits. */
const isRounded = (outRefundNo: string, refundId: string): boolean =>
  /^[0-9]\.[0-9]+E\+?[0-9]+$/i.test(outRefundNo) || /^[0-9](?:\.[0-9]+)?E\+?[0-9]+$/i.test(refundId);

/** Reads a line of the table. */
export const rowOf = (columns: Columns, text: string, line: number): Read => {
  const { at, names } = columns;
  const cells = cellsOf(text, names.length);
  if (typeof cells === "number") {
    return { _tag: "Bad", problem: `has ${cells} cells, the header names ${names.length} columns` };
  }
  const outRefundNo = given(cells[at.outRefundNo]);
  const refundId = given(cells[at.refundId]);
  const status = given(cells[at.status]);
  if (outRefundNo === "" && refundId === "") {
    const trade = given(cells[at.trade]);
    // What was reversed (REVOKED) has a state of its own, and no number.
    return trade === "REFUND" || (trade === "" && status !== "")
      ? { _tag: "Bad", problem: "is a refund without its numbers (商户退款单号, 微信退款单号)" }
      : { _tag: "Payment" };
  }
  const bad = (problem: string): Read => ({
    _tag: "Bad",
    problem,
    ...(outRefundNo !== "" && !outRefundNo.includes(replaced) && { outRefundNo }),
  });
  if (isRounded(outRefundNo, refundId)) {
    return { _tag: "Bad", problem: "holds a number that a spreadsheet has rounded (商户退款单号, 微信退款单号)" };
  }
  if (outRefundNo.includes(replaced) || refundId.includes(replaced)) {
    return bad("holds bytes that are no text in a number (商户退款单号, 微信退款单号)");
  }
  const settled = at.settled === -1 ? undefined : fenOf(cells[at.settled] as string);
  const refundFee = at.asked === -1 ? settled : fenOf(cells[at.asked] as string);
  const amount = at.asked === -1 ? "退款金额" : "申请退款金额";
  if (refundFee === undefined) return bad(`${amount} is not an amount in yuan of whole fen`);
  if (at.settled !== -1 && settled === undefined) return bad("退款金额 is not an amount in yuan of whole fen");
  if (refundFee < 0 || (settled ?? 0) < 0) return bad(`${refundFee < 0 ? amount : "退款金额"} is below zero`);
  return {
    _tag: "Refund",
    refund: {
      line,
      outRefundNo,
      refundId,
      outTradeNo: given(cells[at.outTradeNo]),
      transactionId: given(cells[at.transactionId]),
      refundFee,
      settlementRefundFee: settled,
      currency: given(cells[at.currency]) || "CNY",
      status,
      mchId: given(cells[at.mchId]),
      subMchId: given(cells[at.subMchId]),
      time: timeOf(cells[at.applied === -1 ? at.traded : at.applied] ?? ""),
      columns: recordOf(columns, cells),
    },
  };
};
