/** An event as the store keeps it: a line of a refund's history, beside its refund. */
import type { Block } from "@wechat-refund/core/RefundProgress";
import type * as Schema from "effect/Schema";
import type { Event } from "../Events.ts";
import { numberOf, type Raw } from "./row.ts";

/** Of a line `h` and its refund `r`. */
export const columns =
  "h.position, h.seq, h.at, h.truth, h.block, h.from_truth, h.from_block, h.what, h.detail, r.mch_id, r.sub_mch_id, r.out_refund_no, r.refund_fee, r.currency";

/**
 * What stands beside a line; where it cannot be read, that it is damaged. The line itself is read without it: one that nobody could read would
 * stand before all that come after it, of every merchant.
 */
export const detailOf = (raw: Raw): { readonly detail?: Readonly<Record<string, Schema.Json>> } => {
  if (raw["detail"] === null) return {};
  try {
    return { detail: JSON.parse(String(raw["detail"])) as Record<string, Schema.Json> };
  } catch {
    return { detail: { damaged: true } };
  }
};

export const eventOf = (raw: Raw): Event => ({
  position: numberOf(raw["position"]),
  seq: numberOf(raw["seq"]),
  at: numberOf(raw["at"]),
  mchId: String(raw["mch_id"]),
  ...(raw["sub_mch_id"] !== "" && { subMchId: String(raw["sub_mch_id"]) }),
  outRefundNo: String(raw["out_refund_no"]),
  refundFee: numberOf(raw["refund_fee"]),
  currency: String(raw["currency"]),
  truth: String(raw["truth"]),
  ...(raw["from_truth"] !== null && { fromTruth: String(raw["from_truth"]) }),
  ...(raw["block"] !== null && { block: raw["block"] as Block["cause"] }),
  ...(raw["from_block"] !== null && { fromBlock: raw["from_block"] as Block["cause"] }),
  what: String(raw["what"]),
  ...detailOf(raw),
});
