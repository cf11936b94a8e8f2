/**
 * A day's payments and refunds as the table a bill is: a header, a line for each, and a summary. Amounts are in yuan, every cell
 * but a header's starts with a back-quote.
 */
import type { BillForm, Coupon, Merchant, Order } from "../GatewayConfig.ts";
import { type Row, settlement, stateAt } from "../Ledger.ts";
import * as Beijing from "./beijing.ts";

/** A line of a bill; `row` is there when it is a refund. */
export interface Line {
  readonly order: Order;
  readonly row?: Row;
}

export type BillType = "ALL" | "SUCCESS" | "REFUND";

export interface Bill {
  readonly type: BillType;
  readonly form: BillForm;
  readonly merchant: Merchant;
  /** The merchant's commission, a fraction. */
  readonly feeRate: number;
  /** The end of the bill's day: a refund's line says what had become of it by then, and never changes. */
  readonly end: number;
  readonly lines: ReadonlyArray<Line>;
}

const yuan = (fen: number): string => {
  const digits = String(Math.abs(fen)).padStart(3, "0");
  return `${fen < 0 ? "-" : ""}${digits.slice(0, -2)}.${digits.slice(-2)}`;
};
const sumOf = (coupons: ReadonlyArray<Coupon>, all: boolean): number =>
  coupons.reduce((sum, { type, fee }) => (all || type === "CASH" ? sum + fee : sum), 0);
const merchantText = (text = ""): string => text.replaceAll(",", String.raw`\ `).replaceAll("\n", String.raw`\n`);
const statuses = {
  PROCESSING: "PROCESSING",
  SUCCESS: "SUCCESS",
  REFUNDCLOSE: "FAIL",
  CHANGE: "CHANGE",
  NOTSURE: "PROCESSING",
} as const;

/** The amounts of a line in fen, as its form counts them: the early ones know no settlement, and every coupon is one. */
const amounts = ({ form, feeRate }: Bill, { order, row }: Line) => {
  const early = form !== "current";
  const worth = (fen: number, coupons: ReadonlyArray<Coupon>): number => (early ? fen : settlement(fen, coupons));
  const worthless = { paid: 0, coupons: 0, total: 0, returned: 0, returnedCoupons: 0, asked: 0 };
  if (row === undefined) {
    return {
      ...worthless,
      paid: worth(order.totalFee, order.coupons),
      coupons: sumOf(order.coupons, early),
      total: order.totalFee,
      commission: Math.round(settlement(order.totalFee, order.coupons) * feeRate),
    };
  }
  return {
    ...worthless,
    returned: worth(row.refundFee, row.coupons),
    returnedCoupons: sumOf(row.coupons, early),
    asked: row.refundFee,
    commission: -Math.round(row.settlementRefundFee * feeRate),
  };
};
type Amounts = ReturnType<typeof amounts>;

const fee = (commission: number): string => `${yuan(commission)}000`;

interface Column {
  /** Its name in each form; a form without the column has none. */
  readonly names: Readonly<Partial<Record<BillForm, string>>>;
  /** The bills that have it; without one, all. */
  readonly only?: ReadonlyArray<BillType>;
  readonly cell: (line: Line, amounts: Amounts, bill: Bill) => string;
}

const named = (current: string, old = current, redPacket = old): Column["names"] => ({ current, old, redPacket });
const refunds: ReadonlyArray<BillType> = ["ALL", "REFUND"];

const columns: ReadonlyArray<Column> = [
  {
    names: named("交易时间"),
    // Seen are both: the payment's time in an early bill of refunds, the refund's own elsewhere.
    cell: ({ order, row }, _, { form, type }) =>
      Beijing.time(row === undefined || (type === "REFUND" && form !== "current") ? order.paidAt : row.acceptedAt),
  },
  { names: named("公众账号ID"), cell: (_, __, { merchant }) => merchant.appId },
  { names: named("商户号"), cell: ({ order }) => order.mchId },
  { names: named("特约商户号", "子商户号"), cell: ({ order }) => order.subMchId ?? "0" },
  { names: named("设备号"), cell: () => "" },
  { names: named("微信订单号"), cell: ({ order }) => order.transactionId },
  { names: named("商户订单号"), cell: ({ order }) => order.outTradeNo },
  { names: named("用户标识"), cell: ({ order }) => order.openId },
  { names: named("交易类型"), cell: ({ order }) => order.tradeType },
  { names: named("交易状态"), cell: ({ row }) => (row === undefined ? "SUCCESS" : "REFUND") },
  { names: named("付款银行"), cell: () => "OTHERS" },
  { names: named("货币种类"), cell: ({ order }) => order.feeType },
  { names: named("应结订单金额", "总金额"), cell: (_, { paid }) => yuan(paid) },
  { names: named("代金券金额", "代金券或立减优惠金额", "企业红包金额"), cell: (_, { coupons }) => yuan(coupons) },
  {
    names: named("退款申请时间"),
    only: ["REFUND"],
    cell: ({ row }) => (row === undefined ? "" : Beijing.time(row.acceptedAt)),
  },
  {
    names: named("退款成功时间"),
    only: ["REFUND"],
    cell: ({ row }, _, { end }) => {
      const state = row && stateAt(row, end);
      return state?.status === "SUCCESS" ? Beijing.time(state.since) : "";
    },
  },
  { names: named("微信退款单号"), only: refunds, cell: ({ row }) => row?.refundId ?? "0" },
  { names: named("商户退款单号"), only: refunds, cell: ({ row }) => row?.outRefundNo ?? "0" },
  { names: named("退款金额"), only: refunds, cell: (_, { returned }) => yuan(returned) },
  {
    names: named("充值券退款金额", "代金券或立减优惠退款金额", "企业红包退款金额"),
    only: refunds,
    cell: (_, { returnedCoupons }) => yuan(returnedCoupons),
  },
  { names: named("退款类型"), only: refunds, cell: ({ row }) => (row === undefined ? "" : "ORIGINAL") },
  {
    names: named("退款状态"),
    only: refunds,
    cell: ({ row }, _, { end }) => (row === undefined ? "" : statuses[stateAt(row, end).status]),
  },
  { names: named("商品名称"), cell: ({ order }) => merchantText(order.body) },
  { names: named("商户数据包"), cell: ({ order }) => merchantText(order.attach) },
  { names: named("手续费"), cell: (_, { commission }) => fee(commission) },
  { names: named("费率"), cell: (_, __, { feeRate }) => `${(feeRate * 100).toFixed(2)}%` },
  { names: { current: "订单金额" }, cell: (_, { total }) => yuan(total) },
  { names: { current: "申请退款金额" }, only: refunds, cell: (_, { asked }) => yuan(asked) },
  { names: { current: "费率备注" }, cell: () => "" },
];

const summaries: Readonly<Record<BillForm, ReadonlyArray<string>>> = {
  current: [
    "总交易单数",
    "应结订单总金额",
    "退款总金额",
    "充值券退款总金额",
    "手续费总金额",
    "订单总金额",
    "申请退款总金额",
  ],
  old: ["总交易单数", "总交易额", "总退款金额", "总代金券或立减优惠退款金额", "手续费总金额"],
  redPacket: ["总交易单数", "总交易额", "总退款金额", "总企业红包退款金额", "手续费总金额"],
};

const quoted = (cells: ReadonlyArray<string>): string => cells.map((cell) => `\`${cell}`).join(",");

/** The lines of the table, from the header to the summary's values. */
export const table = (bill: Bill): ReadonlyArray<string> => {
  const { form, type, lines } = bill;
  const shown = columns.filter(({ names, only }) => names[form] !== undefined && (only?.includes(type) ?? true));
  const counted = lines.map((line) => ({ line, amounts: amounts(bill, line) }));
  const sum = (amount: (amounts: Amounts) => number): number =>
    counted.reduce((total, { amounts }) => total + amount(amounts), 0);
  const totals = [
    String(lines.length),
    yuan(sum(({ paid }) => paid)),
    yuan(sum(({ returned }) => returned)),
    yuan(sum(({ returnedCoupons }) => returnedCoupons)),
    fee(sum(({ commission }) => commission)),
    yuan(sum(({ total }) => total)),
    yuan(sum(({ asked }) => asked)),
  ];
  const summary = summaries[form];
  return [
    shown.map(({ names }) => names[form]).join(","),
    ...counted.map(({ line, amounts }) => quoted(shown.map(({ cell }) => cell(line, amounts, bill)))),
    summary.join(","),
    quoted(totals.slice(0, summary.length)),
  ];
};
