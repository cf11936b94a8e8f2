/** What a reconciliation compares, and the words for what it finds. Nothing is compared here: see `Reconciliation`. */
import type { Billed } from "./billRow.ts";
import type { Truth } from "./progress.ts";

/**
 * `matched`: both have it, of one amount. `amount-differs`: both have it, of two. `only-there`: WeChat Pay counts one that the books do not
 * know. `only-here`: the books know one that WeChat Pay does not count. `twice`: a number, or a line, that was there already. `elsewhere`:
 * made in the merchant platform (商户平台) or by another system. `contradiction`: the books say that there is none, or another one, and theirs has it.
 */
export type Kind = "matched" | "amount-differs" | "only-there" | "only-here" | "twice" | "elsewhere" | "contradiction";

export const kinds: ReadonlyArray<Kind> = [
  "matched",
  "amount-differs",
  "only-there",
  "only-here",
  "twice",
  "elsewhere",
  "contradiction",
];

/** What to do about it, in a sentence. */
export const whatToDo: Readonly<Record<Kind, string>> = {
  matched: "nothing",
  "amount-differs": "ask for it by a signed query, and book what that says; never send it again under another number",
  "only-there":
    "ask for it by its number: if the books lost it, record it as attempted before; if it was made elsewhere, book it as that",
  "only-here":
    "ask for it by a signed query: where there is no such refund, it goes on under the same number and fields, never under another",
  twice:
    "ask for it by a signed query: with one refund_id the line only stands twice, with two the money went back twice",
  elsewhere: "book it: it was made in the merchant platform (商户平台) or by another system of the merchant",
  contradiction:
    "an alarm: ask for it by a signed query, and let a person decide; the books stay as they are, and nothing is paid otherwise meanwhile",
};

/** The days in Beijing between a refund's first send and its known acceptance; `to` is absent while nobody knows. */
export interface Days {
  readonly from: string;
  readonly to?: string | undefined;
}

/** A refund of one's own. */
export interface Own {
  readonly outRefundNo: string;
  /** In fen. */
  readonly refundFee: number;
  readonly currency: string;
  /** Nobody named that currency: the gateway takes the order's, whatever it is, and the bill says which. */
  readonly currencyAssumed?: boolean | undefined;
  readonly truth: Truth;
  /** Absent where the books do not say whose it is; `""` as the sub-merchant's is the merchant's own. */
  readonly mchId?: string | undefined;
  readonly subMchId?: string | undefined;
  readonly refundId?: string | undefined;
  readonly transactionId?: string | undefined;
  readonly outTradeNo?: string | undefined;
  /** Absent: it belongs to the bills that are given. */
  readonly days?: Days | undefined;
}

/** A bill's line as it is kept and shown: what was compared, and nothing of the payer. */
export type Theirs = Omit<Billed, "columns" | "settlementRefundFee"> & {
  /** The day of the bill, where it was named. */
  readonly date?: string | undefined;
};

export interface Finding {
  readonly kind: Kind;
  readonly outRefundNo: string;
  readonly ours?: Own | undefined;
  readonly theirs?: Theirs | undefined;
  /** The fields that differ, by their wire names; `state` where the books say that there is none. */
  readonly fields: ReadonlyArray<string>;
}

export interface Sum {
  count: number;
  /** In fen. */
  amount: number;
}

/** How many and how much, of one currency. */
export interface Total {
  readonly currency: string;
  /** Of one's own, those that were found or missed; of the bills, all lines that are refunds. */
  readonly ours: Readonly<Sum>;
  readonly theirs: Readonly<Sum>;
  readonly kinds: Readonly<Record<Kind, Readonly<Sum>>>;
  /** Own refunds of which nobody can say yet: a bill of their days is not there, or not whole, or it is not known whether they were accepted. */
  readonly open: Readonly<Sum>;
}
