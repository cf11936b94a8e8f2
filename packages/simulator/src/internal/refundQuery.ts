/** `/pay/refundquery` and, for single items, `refundqueryv2`: what has become of the refunds of an order, or of one. */
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
import { promotionDetail } from "./singleItems.ts";
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
/** Orders paid longer ago than a year and a half are found by their transaction id only. */
const ageLimit = 1.5 * 365 * 86_400_000;
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

interface Found {
  readonly order: Order;
  readonly rows: ReadonlyArray<Row>;
  /** The number of the order's refunds, said only where the order was asked about. */
  readonly total?: number;
  readonly now: number;
  readonly singleItems: boolean;
}

const found = ({ order, rows, total, now, singleItems }: Found) =>
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
      ...(singleItems ? rows.map((row) => ["promotion_detail", promotionDetail(row)] as const) : []),
    ]),
  );

const makeEndpoint = (singleItems: boolean): Endpoint => ({
  certificate: false,
  judge: ({ config, ledger }, { merchant, fields, now }) => {
    const wrong =
      checkFields(fields, rules) ??
      checkParty(merchant, fields) ??
      (singleItems
        ? checkAny(fields, "refund_id", "out_refund_no")
        : checkAny(fields, "refund_id", "out_refund_no", "transaction_id", "out_trade_no"));
    if (wrong !== undefined) return wrong;
    const given = (name: string): string | undefined => fields.get(name) || undefined;
    const party = { mchId: merchant.mchId, subMchId: given("sub_mch_id") };
    const transactionId = given("transaction_id");
    const isOutOfReach = (order: Order): boolean =>
      now - order.paidAt > ageLimit && order.transactionId !== transactionId;

    const refundId = given("refund_id");
    const outRefundNo = given("out_refund_no");
    if (refundId !== undefined || outRefundNo !== undefined) {
      const row = ledger.findRow(party, { refundId, outRefundNo });
      if (row === undefined || isOutOfReach(row.order)) return notFound;
      return found({ order: row.order, rows: [row], now, singleItems });
    }

    if (transactionId !== undefined && !digits(transactionId)) return invalidTransactionId;
    const order = ledger.findOrder(party, { transactionId, outTradeNo: given("out_trade_no") });
    if (order === undefined || isOutOfReach(order)) return notFound;
    const rows = ledger.rowsOf(order);
    if (rows.length === 0) return notFound;
    if (rows.length > (config.queryByOrderUpTo ?? rows.length)) {
      return refused("PARAM_ERROR", `订单部分退款超过${config.queryByOrderUpTo}次，请使用退款单号查询`);
    }
    const offset = Number(given("offset") ?? "0");
    if (offset >= rows.length) return refused("PARAM_ERROR", "参数offset超过total_refund_count");
    return found({ order, rows: rows.slice(offset, offset + pageSize), total: rows.length, now, singleItems });
  },
});

export const endpoint = makeEndpoint(false);
export const endpointV2 = makeEndpoint(true);
