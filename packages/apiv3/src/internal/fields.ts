/**
 * The members of a refund's reply, as the domain's texts: our name, the path, what it is, and its duty. `proves`: the reply is refused
 * when it cannot be read. `informs`: all the rest; what cannot be read, and what is not known, stays in `extra` as it came.
 */
import { BeijingTime, FenText } from "@wechat-refund/core/Protocol";
import { MalformedReply } from "@wechat-refund/core/RefundError";
import type { RefundStatus } from "@wechat-refund/core/RefundQuery";
import * as Result from "effect/Result";
import * as Schema from "effect/Schema";
import { at, isRecord, type Record as Json } from "./json.ts";

export type Kind = "text" | "fen" | "time";

export interface Field {
  readonly path: string;
  readonly kind: Kind;
  readonly duty: "proves" | "informs";
}

export type Table = Readonly<{ [ours: string]: Field }>;

const proves = (path: string, kind: Kind = "text"): Field => ({ path, kind, duty: "proves" });
const informs = (path: string, kind: Kind = "text"): Field => ({ path, kind, duty: "informs" });

/** The one object that apply and query answer with. */
export const refund = {
  transactionId: proves("transaction_id"),
  outTradeNo: proves("out_trade_no"),
  outRefundNo: proves("out_refund_no"),
  refundId: proves("refund_id"),
  refundStatusText: proves("status"),
  refundFee: proves("amount.refund", "fen"),
  totalFee: proves("amount.total", "fen"),
  refundChannel: informs("channel"),
  refundRecvAccount: informs("user_received_account"),
  refundAccount: informs("funds_account"),
  createTime: informs("create_time", "time"),
  refundSuccessTime: informs("success_time", "time"),
  cashFee: informs("amount.payer_total", "fen"),
  cashRefundFee: informs("amount.payer_refund", "fen"),
  settlementTotalFee: informs("amount.settlement_total", "fen"),
  settlementRefundFee: informs("amount.settlement_refund", "fen"),
  couponRefundFee: informs("amount.discount_refund", "fen"),
  feeType: informs("amount.currency"),
} satisfies Table;

/** The sealed part of a notice. Its status is `refund_status`, and not `status`. */
export const notice = {
  transactionId: proves("transaction_id"),
  outTradeNo: proves("out_trade_no"),
  outRefundNo: proves("out_refund_no"),
  refundId: proves("refund_id"),
  refundStatusText: proves("refund_status"),
  refundFee: proves("amount.refund", "fen"),
  totalFee: proves("amount.total", "fen"),
  successTime: informs("success_time", "time"),
  refundRecvAccount: informs("user_received_account"),
  cashRefundFee: informs("amount.payer_refund", "fen"),
} satisfies Table;

const readers = { fen: Schema.decodeUnknownResult(FenText), time: Schema.decodeUnknownResult(BeijingTime) };

/** The text that a member stands for: amounts are numbers in JSON, and nothing else is one. */
const textOf = (value: unknown, kind: Kind): string | undefined => {
  if (kind === "fen") {
    const text = typeof value === "number" ? String(value) : undefined;
    return text !== undefined && Result.isSuccess(readers.fen(text)) ? text : undefined;
  }
  if (typeof value !== "string" || value === "") return undefined;
  return kind === "text" || Result.isSuccess(readers.time(value)) ? value : undefined;
};

const isNothing = (value: unknown): boolean =>
  value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);

type Texts = { [name: string]: string };

export interface Read {
  readonly texts: Readonly<Texts>;
  readonly extra: Readonly<Texts>;
}

/** What is neither known nor empty, by path, two levels deep; a text as it is, everything else as JSON. */
const rest = (json: Json, known: ReadonlySet<string>, extra: Texts, prefix = ""): void => {
  for (const [name, value] of Object.entries(json)) {
    const path = `${prefix}${name}`;
    if (isNothing(value) || known.has(path)) continue;
    if (prefix === "" && isRecord(value)) rest(value, known, extra, `${path}.`);
    else extra[path] = typeof value === "string" ? value : JSON.stringify(value);
  }
};

/** Reads a JSON object by a table. `apart` are members that the caller reads itself. */
export const read = (
  json: Json,
  table: Table,
  apart: ReadonlyArray<string> = [],
): Result.Result<Read, MalformedReply> => {
  const texts: Texts = {};
  const known = new Set<string>(apart);
  for (const [ours, { duty, kind, path }] of Object.entries(table)) {
    const value = at(json, path);
    const text = textOf(value, kind);
    if (text !== undefined) {
      texts[ours] = text;
      known.add(path);
    } else if (duty === "proves") {
      const problem = isNothing(value)
        ? "is missing"
        : kind === "fen"
          ? "is not a whole number of fen"
          : "is not a text";
      return Result.fail(new MalformedReply({ field: path, problem: `${path} ${problem}` }));
    }
  }
  const extra: Texts = {};
  rest(json, known, extra);
  return Result.succeed({ texts, extra });
};

const statuses: ReadonlyMap<string, RefundStatus> = new Map([
  ["SUCCESS", "SUCCESS"],
  ["CLOSED", "REFUNDCLOSE"],
  ["PROCESSING", "PROCESSING"],
  ["ABNORMAL", "CHANGE"],
]);

/** The domain's status for one of the wire. */
export const statusOf = (text: unknown): RefundStatus => statuses.get(String(text)) ?? "unknown";

const couponTypes: ReadonlyMap<string, string> = new Map([["NOCASH", "NO_CASH"]]);

/** The coupons (代金券) of a refund, in the domain's words; the whole list stands in `promotionDetail`. */
export const couponsOf = (
  json: Json,
): { readonly coupons: ReadonlyArray<Texts>; readonly promotionDetail?: string } => {
  const list = at(json, "promotion_detail");
  if (!Array.isArray(list) || list.length === 0) return { coupons: [] };
  const coupons = list.filter(isRecord).map((entry): Texts => {
    const [type, id, fee] = [
      textOf(entry["type"], "text"),
      textOf(entry["promotion_id"], "text"),
      textOf(entry["refund_amount"], "fen"),
    ];
    return {
      ...(type !== undefined && { couponType: couponTypes.get(type) ?? type }),
      ...(id !== undefined && { couponRefundId: id }),
      ...(fee !== undefined && { couponRefundFee: fee }),
    };
  });
  return { coupons, promotionDetail: JSON.stringify(list) };
};

/** Decodes by a schema of the domain what was read by a table; what it refuses makes the reply malformed. */
export const decoder = <S extends Schema.ConstraintDecoder<unknown>>(schema: S) => {
  const decode = Schema.decodeUnknownResult(schema);
  return (values: unknown): Result.Result<S["Type"], MalformedReply> =>
    Result.mapError(decode(values), () => new MalformedReply({ problem: "an amount is not one of a refund" }));
};
