/**
 * A day's payments and refunds as the table a bill is: a header, a line for each, and a summary. Amounts are in yuan, every cell
 * but a header's starts with a back-quote.
 */
import type { BillForm, Bills, Coupon, Merchant, Order } from "../GatewayConfig.ts";
import { type Row, settlement, stateAt } from "../Ledger.ts";
import * as Beijing from "./beijing.ts";

/** A line of a bill; `row` is there when it is a refund. */
export interface Line {
  readonly order: Order;
  readonly row?: Row;
}

export type BillType = "ALL" | "SUCCESS" | "REFUND" | "RECHARGE_REFUND";

export interface Bill {
  readonly type: BillType;
  readonly form: BillForm;
  readonly bills: Bills;
  readonly merchant: Merchant;
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
const amounts = ({ bills: { feeRate }, form }: Bill, { order, row }: Line) => {
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
  /** An amount in yuan, which is written with more or fewer decimals. */
  readonly amount?: true;
  readonly cell: (line: Line, amounts: Amounts, bill: Bill) => string;
}

const named = (current: string, old = current, redPacket = old): Column["names"] => ({ current, old, redPacket });
const refunds: ReadonlyArray<BillType> = ["ALL", "REFUND", "RECHARGE_REFUND"];
const refundsAlone: ReadonlyArray<BillType> = ["REFUND", "RECHARGE_REFUND"];

const columns: ReadonlyArray<Column> = [
  {
    names: named("交易时间"),
    // Seen are both: the payment's time in an early bill of refunds, the refund's own elsewhere.
    cell: ({ order, row }, _, { form, type }) =>
      Beijing.time(
        row === undefined || (refundsAlone.includes(type) && form !== "current") ? order.paidAt : row.acceptedAt,
      ),
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
  { names: named("应结订单金额", "总金额"), amount: true, cell: (_, { paid }) => yuan(paid) },
  {
    names: named("代金券金额", "代金券或立减优惠金额", "企业红包金额"),
    amount: true,
    cell: (_, { coupons }) => yuan(coupons),
  },
  {
    names: named("退款申请时间"),
    only: refundsAlone,
    cell: ({ row }) => (row === undefined ? "" : Beijing.time(row.acceptedAt)),
  },
  {
    names: named("退款成功时间"),
    only: refundsAlone,
    cell: ({ row }, _, { end }) => {
      const state = row && stateAt(row, end);
      return state?.status === "SUCCESS" ? Beijing.time(state.since) : "";
    },
  },
  { names: named("微信退款单号"), only: refunds, cell: ({ row }) => row?.refundId ?? "0" },
  { names: named("商户退款单号"), only: refunds, cell: ({ row }) => row?.outRefundNo ?? "0" },
  { names: named("退款金额"), only: refunds, amount: true, cell: (_, { returned }) => yuan(returned) },
  {
    names: named("充值券退款金额", "代金券或立减优惠退款金额", "企业红包退款金额"),
    only: refunds,
    amount: true,
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
  { names: named("手续费"), only: ["ALL", "SUCCESS", "REFUND"], cell: (_, { commission }) => fee(commission) },
  { names: named("返还手续费"), only: ["RECHARGE_REFUND"], cell: (_, { commission }) => fee(commission) },
  { names: named("费率"), cell: (_, __, { bills: { feeRate } }) => `${(feeRate * 100).toFixed(2)}%` },
  { names: { current: "订单金额" }, amount: true, cell: (_, { total }) => yuan(total) },
  { names: { current: "申请退款金额" }, only: refunds, amount: true, cell: (_, { asked }) => yuan(asked) },
  { names: { current: "费率备注" }, only: ["ALL", "SUCCESS", "REFUND"], cell: () => "" },
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

const decimals = {
  two: (yuan: string) => yuan,
  least: (yuan: string) => yuan.replace(/0$/, ""),
  five: (yuan: string) => `${yuan}000`,
} as const;

/** The lines of the table, from the header to the summary's values. */
export const table = (bill: Bill): ReadonlyArray<string> => {
  const { bills, form, type, lines } = bill;
  const inForm = columns.filter(({ names, only }) => names[form] !== undefined && (only?.includes(type) ?? true));
  const shown = bills.reversed ? inForm.toReversed() : inForm;
  const written = decimals[bills.decimals];
  const time = (cell: string): string => (bills.fullWidth ? cell.replaceAll(":", "：") : cell);
  const counted = lines.map((line) => ({ line, amounts: amounts(bill, line) }));
  const sum = (amount: (amounts: Amounts) => number): string =>
    yuan(counted.reduce((total, { amounts }) => total + amount(amounts), 0));
  const totals = [
    bills.countDecimals ? `${lines.length}.0` : String(lines.length),
    written(sum(({ paid }) => paid)),
    written(sum(({ returned }) => returned)),
    written(sum(({ returnedCoupons }) => returnedCoupons)),
    `${sum(({ commission }) => commission)}000`,
    written(sum(({ total }) => total)),
    written(sum(({ asked }) => asked)),
  ];
  const summary = summaries[form];
  const header = shown.map(({ names }) => names[form]).join(",");
  return [
    bills.fullWidth ? header.replace(",退款类型,退款状态", "，退款类型，退款状态") : header,
    ...counted.map(({ line, amounts }) =>
      quoted(
        shown.map(({ amount, cell, names }) => {
          const text = cell(line, amounts, bill);
          return amount ? written(text) : names[form]?.endsWith("时间") ? time(text) : text;
        }),
      ),
    ),
    summary.join(","),
    quoted(totals.slice(0, summary.length)),
  ];
};
