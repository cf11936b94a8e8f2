/** Whom a signed answer agrees with about a difference. Pure. */
import type { Own, Theirs } from "@wechat-refund/core/Reconciliation";
import type { Truth } from "@wechat-refund/core/RefundProgress";
import type { Agreement } from "../Reconciliations.ts";

/** What a signed query said of the refund. */
export interface Record {
  readonly refundId: string;
  readonly refundFee: number;
}

interface Said {
  readonly refundFee: number;
  readonly refundId?: string | undefined;
}

const denied: ReadonlySet<Truth> = new Set(["Rejected", "NotMade", "Resolved", "Recorded"]);

const holds = (said: Said | undefined, record: Record | undefined): boolean => {
  if (said === undefined || record === undefined) return said === undefined && record === undefined;
  const { refundFee, refundId = "" } = said;
  return refundFee === record.refundFee && (refundId === "" || refundId === record.refundId);
};

/** `record` is `undefined` where there is no such refund. */
export const agreement = (
  ours: Own | undefined,
  theirs: Theirs | undefined,
  record: Record | undefined,
): Exclude<Agreement, "unknown"> => {
  const [we, they] = [
    holds(ours === undefined || denied.has(ours.truth) ? undefined : ours, record),
    holds(theirs, record),
  ];
  if (we) return they ? "both" : "ours";
  return they ? "theirs" : "neither";
};
