/** A reason to look at a refund now: however many there are, one look is due. */
import { isFinal, isMerchants, type MerchantCause, observe, type Progress } from "@wechat-refund/core/RefundProgress";
import type { Change, Proof, Row } from "../RefundStore.ts";

export interface Evidence {
  /** It proves that the refund was accepted. */
  readonly verified?: boolean;
  /** What is kept of it where that decides. */
  readonly proof?: () => Proof;
  /** What holds the merchant, by the store: what calls for it may be waiting for a turn, and looks at the row when that has come. */
  readonly hold?: MerchantCause | undefined;
}

/** What of a row is changed by it; nothing where it is final, or is to be looked at anyway. `aged`: its progress as of now. */
export const noted = (
  row: Row,
  aged: Progress,
  what: string,
  { hold, proof, verified = false }: Evidence = {},
): Change | undefined => {
  const seen = observe(aged, { _tag: "Noticed", verified });
  // What holds the merchant is not over by it, and its questions wait for that.
  const { block } = aged;
  const holds = block?.firm === true && isMerchants(block.cause) && seen.block === undefined;
  const progress = holds
    ? observe(seen, {
        _tag: "Held",
        cause: block.cause as MerchantCause,
        ...(block.refusal !== undefined && { refusal: block.refusal }),
      })
    : hold !== undefined && block !== undefined && seen.block === undefined && !isFinal(seen)
      ? observe(seen, { _tag: "Held", cause: hold })
      : seen;
  const decides = progress.truth !== row.progress.truth;
  const isNew = !isFinal(row.progress) && (progress.poke !== row.progress.poke || decides);
  if (!isNew) return undefined;
  return { what, quiet: true, progress, ...(decides && proof !== undefined && { proof: proof() }) };
};
