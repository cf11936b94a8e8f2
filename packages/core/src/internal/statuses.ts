/** The states of a refund, and their names on the wire of APIv2. Exported by `RefundQuery`. */
import * as Schema from "effect/Schema";

/**
 * The state of one refund. `SUCCESS`: the money went back. `REFUNDCLOSE` (until 2017 `FAIL`): closed, nothing went back.
 * `PROCESSING`: not decided. `CHANGE`: it could not go back the original way, a human must act in the merchant platform; not
 * final. `NOTSURE` (未确定, until 2015): not determined; the identical request, sent again under the same number, moves it on. `unknown`: a
 * status outside these; `refundStatusText` has it.
 */
export const RefundStatus = Schema.Literals(["SUCCESS", "REFUNDCLOSE", "PROCESSING", "CHANGE", "NOTSURE", "unknown"]);
export type RefundStatus = typeof RefundStatus.Type;

const statuses: ReadonlyMap<string, RefundStatus> = new Map([
  ["SUCCESS", "SUCCESS"],
  ["REFUNDCLOSE", "REFUNDCLOSE"],
  ["FAIL", "REFUNDCLOSE"],
  ["PROCESSING", "PROCESSING"],
  ["CHANGE", "CHANGE"],
  ["NOTSURE", "NOTSURE"],
]);

/** The status that a text of the wire stands for; an absent one stays absent. */
export const statusOf = (text: string | undefined): RefundStatus | undefined =>
  text === undefined ? undefined : (statuses.get(text) ?? "unknown");
