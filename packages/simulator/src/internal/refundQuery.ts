/** `/pay/refundquery`: what has become of the refunds of an order, or of one. */
import type { Order } from "../GatewayConfig.ts";
import { type Row, stateAt } from "../Ledger.ts";
import { couponAmounts, couponTotal, orderAmounts, settlementAmount } from "./amounts.ts";
import * as Beijing from "./beijing.ts";
import {
  checkAny,
  checkFields,
  checkParty,
  common,
  digits,
  type FieldRule,
  index,
  invalidTransactionId,
  merchantNumber,
} from "./checks.ts";
import { answered, type Endpoint, refused } from "./verdict.ts";

const rules: ReadonlyArray<FieldRule> = [
  ...common,
  { name: "refund_id", max: 32 },
  { name: "out_refund_no", max: 64, accepts: merchantNumber },
  { name: "transaction_id", max: 32 },
  { name: "out_trade_no", max: 32, accepts: merchantNumber },
  { name: "offset", max: 10, accepts: index },
];

const pageSize = 10;
const notFound = refused("REFUNDNOTEXIST", "not exist");

const record = (row: Row, n: number, now: number): ReadonlyArray<readonly [string, string]> => {
  const { status, since } = stateAt(row, now);
  return [
    [`out_refund_no_${n}`, row.outRefundNo],
    [`refund_id_${n}`, row.refundId],
    [`refund_channel_${n}`, "ORIGINAL"],
    [`refund_fee_${n}`, String(row.refundFee)],
    ...settlementAmount(row, `_${n}`),
    ...(row.coupons.length > 0 ? couponAmounts(row.coupons, `_${n}`) : []),
    [`refund_status_${n}`, status],
    [`refund_account_${n}`, row.refundAccount],
    [`refund_recv_accout_${n}`, row.order.receivingAccount],
    ...(status === "SUCCESS" ? ([[`refund_success_time_${n}`, Beijing.time(since)]] as const) : []),
  ];
};

const sum = (rows: ReadonlyArray<Row>, amount: (row: Row) => number): string =>
  String(rows.reduce((total, row) => total + amount(row), 0));

/** `total` is the number of the order's refunds, said only where the order was asked about. */
const found = (order: Order, rows: ReadonlyArray<Row>, total: number | undefined, now: number) =>
  answered(
    new Map([
      ["transaction_id", order.transactionId],
      ["out_trade_no", order.outTradeNo],
      ...(total === undefined ? [] : ([["total_refund_count", String(total)]] as const)),
      ...orderAmounts(order),
      ["refund_fee", sum(rows, (row) => row.refundFee)],
      ["cash_refund_fee", sum(rows, (row) => row.cashRefundFee)],
      ["coupon_refund_fee", sum(rows, (row) => couponTotal(row.coupons))],
      ["refund_count", String(rows.length)],
      ...rows.flatMap((row, n) => record(row, n, now)),
    ]),
  );

export const endpoint: Endpoint = {
  certificate: false,
  judge: ({ ledger }, { merchant, fields, now }) => {
    const wrong =
      checkFields(fields, rules) ??
      checkParty(merchant, fields) ??
      checkAny(fields, "refund_id", "out_refund_no", "transaction_id", "out_trade_no");
    if (wrong !== undefined) return wrong;
    const given = (name: string): string | undefined => fields.get(name) || undefined;
    const party = { mchId: merchant.mchId, subMchId: given("sub_mch_id") };

    const refundId = given("refund_id");
    const outRefundNo = given("out_refund_no");
    if (refundId !== undefined || outRefundNo !== undefined) {
      const row = ledger.findRow(party, { refundId, outRefundNo });
      return row === undefined ? notFound : found(row.order, [row], undefined, now);
    }

    const transactionId = given("transaction_id");
    if (transactionId !== undefined && !digits(transactionId)) return invalidTransactionId;
    const order = ledger.findOrder(party, { transactionId, outTradeNo: given("out_trade_no") });
    if (order === undefined) return notFound;
    const rows = ledger.rowsOf(order);
    if (rows.length === 0) return notFound;
    const offset = Number(given("offset") ?? "0");
    if (offset >= rows.length) return refused("PARAM_ERROR", "参数offset超过total_refund_count");
    return found(order, rows.slice(offset, offset + pageSize), rows.length, now);
  },
};
