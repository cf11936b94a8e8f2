/** What `RefundClient.confirm` compares, as it is at one moment. */
import { copyOf } from "./copy.ts";

const orderFields: ReadonlySet<string> = new Set(["transactionId", "outTradeNo"]);
const fields: ReadonlySet<string> = new Set([
  "outRefundNo",
  "refundFee",
  "totalFee",
  "refundId",
  "order",
  ...orderFields,
]);

/** The caller's object may change until the answer comes. */
export const copyExpected = <A>(expected: A): A =>
  copyOf(expected, fields, { order: (order) => copyOf(order, orderFields) });
