/** A reason to look at a refund now: however many there are, one look is due. */
import { isFinal, observe, type Progress } from "@wechat-refund/core/RefundProgress";
import type { Change, Row } from "../RefundStore.ts";

/** What of a row is changed by it; nothing where it is final, or is to be looked at anyway. `aged`: its progress as of now; `verified`: it proves that the refund was accepted. */
export const noted = (row: Row, aged: Progress, what: string, verified = false): Change | undefined => {
  const progress = observe(aged, { _tag: "Noticed", verified });
  const isNew =
    !isFinal(row.progress) && (progress.poke !== row.progress.poke || progress.truth !== row.progress.truth);
  return isNew ? { what, quiet: true, progress } : undefined;
};
