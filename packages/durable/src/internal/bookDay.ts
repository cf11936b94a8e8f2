/** A day of the books, and a difference found in it, as a row holds them. */
import type { Finding, Kind, Total } from "@wechat-refund/core/Reconciliation";
import { numberOf, optionalNumber, type Raw } from "./row.ts";

/**
 * `waiting` for its bill; `asking` the gateway about what differs; `done`; `lost`: the gateway has no bill of it any more, or says that it
 * never had one.
 */
export type State = "waiting" | "asking" | "done" | "lost";

/** A day of a merchant number. Times are ms since 1970 by the store's clock. */
export interface Day {
  readonly mchId: string;
  /** In Beijing. */
  readonly date: string;
  readonly state: State;
  readonly attempts: number;
  /** When it is looked at next. */
  readonly dueAt?: number | undefined;
  /** Why there is no result yet, or none any more. */
  readonly said?: string | undefined;
  /** Whether all of the bill could be read. */
  readonly whole?: boolean | undefined;
  /** Refunds in the bill. */
  readonly lines?: number | undefined;
  /** How many and how much of each kind, by currency. */
  readonly totals: ReadonlyArray<Total>;
  readonly problems: ReadonlyArray<{ readonly line?: number; readonly problem: string }>;
  /** How many differences were found; the first ten thousand are kept. */
  readonly differences: number;
  readonly kept: number;
  readonly comparedAt?: number | undefined;
  readonly doneAt?: number | undefined;
  /** Where it stands among all days that are done. */
  readonly position?: number | undefined;
}

/** Whom a signed query agrees with about a refund; `unknown`: it could not be asked for. */
export type Agreement = "ours" | "theirs" | "both" | "neither" | "unknown";

/** What a signed query said: the record, or that there is none. */
export interface Answer {
  readonly agreesWith: Agreement;
  readonly record?: { readonly refundId: string; readonly status: string; readonly refundFee: number } | undefined;
  /** Why it was not asked for. */
  readonly why?: string | undefined;
}

export interface Difference {
  readonly id: number;
  readonly kind: Kind;
  readonly outRefundNo: string;
  readonly subMchId: string;
  readonly fields: ReadonlyArray<string>;
  readonly ours?: Finding["ours"];
  readonly theirs?: Finding["theirs"];
  /** Absent until it was asked for. */
  readonly answer?: Answer | undefined;
  readonly askedAt?: number | undefined;
}

export const columns =
  "mch_id, day, state, attempts, due_at, said, whole, lines, totals, problems, differences, kept, compared_at, done_at, position";

const textOf = (value: unknown): string | undefined => (value === null ? undefined : String(value));
const listOf = <A>(value: unknown): ReadonlyArray<A> =>
  value === null ? [] : (JSON.parse(String(value)) as ReadonlyArray<A>);

export const dayFrom = (raw: Raw): Day => {
  const optional = (name: string) => optionalNumber(raw[name]);
  return {
    mchId: String(raw["mch_id"]),
    date: String(raw["day"]),
    state: String(raw["state"]) as State,
    attempts: numberOf(raw["attempts"]),
    dueAt: optional("due_at"),
    said: textOf(raw["said"]),
    whole: raw["whole"] === null ? undefined : raw["whole"] === true || raw["whole"] === 1 || raw["whole"] === 1n,
    lines: optional("lines"),
    totals: listOf(raw["totals"]),
    problems: listOf(raw["problems"]),
    differences: numberOf(raw["differences"]),
    kept: numberOf(raw["kept"]),
    comparedAt: optional("compared_at"),
    doneAt: optional("done_at"),
    position: optional("position"),
  };
};

export const differenceFrom = (raw: Raw): Difference => {
  const agreesWith = textOf(raw["agrees_with"]) as Agreement | undefined;
  const record = raw["record"] === null ? {} : (JSON.parse(String(raw["record"])) as Omit<Answer, "agreesWith">);
  return {
    id: numberOf(raw["id"]),
    kind: String(raw["kind"]) as Kind,
    outRefundNo: String(raw["out_refund_no"]),
    subMchId: String(raw["sub_mch_id"]),
    fields: listOf(raw["fields"]),
    ...(raw["ours"] !== null && { ours: JSON.parse(String(raw["ours"])) as Finding["ours"] }),
    ...(raw["theirs"] !== null && { theirs: JSON.parse(String(raw["theirs"])) as Finding["theirs"] }),
    ...(agreesWith !== undefined && { answer: { agreesWith, ...record } }),
    askedAt: optionalNumber(raw["asked_at"]),
  };
};
