/**
 * What a batch file asks for: a refund for each row, checked as the client checks it and against the other rows. Nothing of it is
 * sent while one row is bad.
 */
import { encode } from "@wechat-refund/apiv3/Operation";
import { operation as operationV3 } from "@wechat-refund/apiv3/Refund";
import type { MerchantIdentity } from "@wechat-refund/core/Merchant";
import type { Protocol } from "@wechat-refund/core/Merchants";
import * as Operation from "@wechat-refund/core/Operation";
import { operation, type RefundRequest } from "@wechat-refund/core/Refund";
import { InvalidRequest, type Reason } from "@wechat-refund/core/RefundError";
import * as Redacted from "effect/Redacted";
import * as Result from "effect/Result";
import { nearest } from "@wechat-refund/core/Suggest";
import { shownField } from "../Print.ts";
import { columnAt, type Issue, type Row, type Rows } from "./Rows.ts";

/** A refund of the file. */
export interface Planned {
  readonly line: number;
  readonly request: RefundRequest;
}

export interface Plan {
  readonly refunds: ReadonlyArray<Planned>;
  readonly issues: ReadonlyArray<Issue>;
}

/** The columns, by their wire names; the names of the library are understood too. */
const columns = {
  transaction_id: "transactionId",
  out_trade_no: "outTradeNo",
  out_refund_no: "outRefundNo",
  total_fee: "totalFee",
  refund_fee: "refundFee",
  refund_fee_type: "refundFeeType",
  refund_desc: "refundDesc",
  refund_account: "refundAccount",
  notify_url: "notifyUrl",
  op_user_id: "opUserId",
  device_info: "deviceInfo",
} as const;

type Wire = keyof typeof columns;

const wireNames = new Map<string, Wire>(
  (Object.keys(columns) as Array<Wire>).flatMap((wire) => [
    [wire, wire],
    [columns[wire], wire],
  ]),
);

const amounts: ReadonlySet<Wire> = new Set(["total_fee", "refund_fee"]);
const digits = /^[1-9][0-9]{0,15}$/;
/** What spreadsheets make of a long number. */
export const rounded = /^[0-9](?:\.[0-9]+)?E\+?[0-9]+$/i;

/** Only the checks are wanted, and of the merchant they need no more than that there is one. */
const context: Operation.PrepareContext = {
  endpoint: Operation.mainEndpoint,
  nonce: "0",
  merchant: {
    appId: "wx",
    mchId: "1",
    // One that no field can hold.
    apiKey: Redacted.make("\0".repeat(32)),
    signType: "HMAC-SHA256",
  } satisfies MerchantIdentity,
};

interface Fields {
  readonly fields: ReadonlyMap<Wire, string | number>;
  readonly issues: ReadonlyArray<Issue>;
}

const unknownField = (name: string): string => {
  const meant = nearest(name, Object.keys(columns));
  return `is no field of a refund: ${meant === undefined ? `leave it out, or correct it to one of ${Object.keys(columns).join(", ")}` : `did you mean ${meant}?`}`;
};

const underBothNames = "is given twice, under both of its names: leave one of them";

const fieldsOf = ({ line, values }: Row, declared: ReadonlySet<string>): Fields => {
  const fields = new Map<Wire, string | number>();
  const issues: Array<Issue> = [];
  // Of a column all is said once, with the line that names it.
  for (const [name, value] of values) {
    const wire = wireNames.get(name);
    const issue = (message: string) => void issues.push({ line, field: wire ?? shownField(name), message });
    if (wire === undefined) {
      if (!declared.has(name)) issue(unknownField(name));
    } else if (value === undefined || value === null) continue;
    else if (fields.has(wire)) {
      if (!declared.has(name)) issue(underBothNames);
    } else if (typeof value === "string" && rounded.test(value))
      issue("was rounded by a spreadsheet: format the column as text and fill it again");
    else if (!amounts.has(wire)) {
      if (typeof value === "string") fields.set(wire, value);
      else issue("must be a text: a number would be rounded");
    } else if (typeof value === "string" && /^[1-9][0-9]{16,}$/.test(value)) {
      issue(`must be at most ${Number.MAX_SAFE_INTEGER}`);
    } else if (typeof value === "string" && !digits.test(value)) {
      issue("must be a whole number of fen (分) in plain digits, at least 1: 1.00 yuan is 100");
    } else if (typeof value === "string" || typeof value === "number") fields.set(wire, Number(value));
    else issue("must be a number");
  }
  return { fields, issues };
};

const requestOf = (fields: Fields["fields"]): RefundRequest => {
  const { outTradeNo, transactionId, ...rest } = Object.fromEntries(
    [...fields].map(([wire, value]) => [columns[wire], value]),
  );
  // What is missing or wrong is found by the operation's own check.
  return {
    order: { ...(transactionId !== undefined && { transactionId }), ...(outTradeNo !== undefined && { outTradeNo }) },
    ...rest,
  } as unknown as RefundRequest;
};

const columnOf = new Map<string, Wire>((Object.keys(columns) as Array<Wire>).map((wire) => [columns[wire], wire]));

/** APIv3 calls some fields otherwise, and the file calls them as it does. */
const reasonOfV3 = (request: RefundRequest): Reason | undefined => {
  const encoded = encode(operationV3, request, { mchId: "1" });
  if (Result.isSuccess(encoded)) return undefined;
  const issues = encoded.failure.issues.map(({ field, message, wire }) => ({
    field,
    wire: columnOf.get(field.replace(/^order\./, "")) ?? wire,
    message,
  }));
  return new InvalidRequest({ issues });
};

const issuesOf = (
  line: number,
  request: RefundRequest,
  known: ReadonlySet<string>,
  protocol: Protocol,
): ReadonlyArray<Issue> => {
  const prepared = Operation.prepare(operation, request, context);
  const reason =
    protocol === "v3" ? reasonOfV3(request) : Result.isFailure(prepared) ? prepared.failure.reason : undefined;
  if (reason === undefined) return [];
  return reason._tag !== "InvalidRequest"
    ? [{ line, field: "(row)", message: reason.message }]
    : reason.issues
        .filter(
          ({ wire }) =>
            !known.has(wire) && !(wire === "order" && (known.has("transaction_id") || known.has("out_trade_no"))),
        )
        .map(({ message, wire }) => ({
          line,
          field: wire,
          message: message.startsWith("Expected") || message.startsWith("Missing") ? "is missing" : message,
        }));
};

/** The order of a refund: by one number or the other, which may be the same order. */
export const orderOf = ({ order: { outTradeNo, transactionId } }: RefundRequest): string =>
  transactionId === undefined ? `out_trade_no ${outTradeNo}` : `transaction_id ${transactionId}`;

/** Numbers that are used twice. */
const duplicates = (numbers: ReadonlyArray<readonly [line: number, number: unknown]>): ReadonlyArray<Issue> => {
  const first = new Map<unknown, number>();
  return numbers.flatMap(([line, number]) => {
    const before = first.get(number);
    if (before === undefined) first.set(number, line);
    return before === undefined || number === undefined
      ? []
      : [{ line, field: "out_refund_no", message: `is the number of line ${before}: each refund needs its own` }];
  });
};

/** What the refunds of one order make wrong together. */
const excesses = (refunds: ReadonlyArray<Planned>): ReadonlyArray<Issue> => {
  const issues: Array<Issue> = [];
  const orders = new Map<string, { readonly line: number; readonly totalFee: number; sum: number }>();
  for (const { line, request } of refunds) {
    const { refundFee, totalFee } = request;
    const order = orders.get(orderOf(request)) ?? { line, totalFee, sum: 0 };
    orders.set(orderOf(request), order);
    order.sum += refundFee;
    if (totalFee !== order.totalFee) {
      const message = `differs from line ${order.line}, which is of the same order: it is the whole order's amount`;
      issues.push({ line, field: "total_fee", message });
    } else if (order.sum > totalFee) {
      const message = `makes the refunds of this order ${order.sum} fen in all, more than its total_fee of ${totalFee}`;
      issues.push({ line, field: "refund_fee", message });
    }
  }
  return issues;
};

/** The later refunds of an order after the first ones of all orders: they have to wait for each other. */
const spread = (refunds: ReadonlyArray<Planned>): ReadonlyArray<Planned> => {
  const seen = new Map<string, number>();
  return refunds
    .map((planned) => {
      const order = orderOf(planned.request);
      const nth = seen.get(order) ?? 0;
      seen.set(order, nth + 1);
      return { nth, planned };
    })
    .sort((a, b) => a.nth - b.nth)
    .map(({ planned }) => planned);
};

/** Makes the plan. `refunds` is complete only without issues. */
export const make = ({ header, issues, rows }: Rows, protocol: Protocol = "v2"): Plan => {
  const names = header?.names ?? [];
  const wrong: Array<Issue> = [...issues];
  for (const [at, name] of names.entries()) {
    const wire = wireNames.get(name);
    const field = wire ?? shownField(name, columnAt(at));
    const issue = (message: string) => wrong.push({ line: header?.line ?? 1, field, message });
    if (wire === undefined) issue(unknownField(name));
    else if (names.findIndex((other) => other !== name && wireNames.get(other) === wire) > at) issue(underBothNames);
  }
  const refunds: Array<Planned> = [];
  const numbers: Array<readonly [number, unknown]> = [];
  const declared = new Set(names);
  for (const row of rows) {
    const { fields, issues } = fieldsOf(row, declared);
    const request = requestOf(fields);
    const found = [...issues, ...issuesOf(row.line, request, new Set(issues.map(({ field }) => field)), protocol)];
    wrong.push(...found);
    numbers.push([row.line, fields.get("out_refund_no")]);
    if (found.length === 0) refunds.push({ line: row.line, request });
  }
  wrong.push(...duplicates(numbers), ...excesses(refunds));
  return { refunds: spread(refunds), issues: wrong.sort((a, b) => a.line - b.line) };
};
