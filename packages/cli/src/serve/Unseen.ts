/** Refunds of the store that are not ended, and to which no merchant of this service sees: said when it begins, for they rest without a word. */
import { Merchants } from "@wechat-refund/core/Merchants";
import * as Refunds from "@wechat-refund/durable/Refunds";
import * as Effect from "effect/Effect";

const open: ReadonlySet<string> = new Set(["Recorded", "Unknown", "Accepted"]);

/** A line of the log for each merchant number. */
export const tell = Effect.gen(function* () {
  const { totals } = yield* Refunds.Refunds;
  const { find } = yield* Merchants;
  const counts = new Map<string, number>();
  for (const { count, mchId, subMchId, truth } of yield* totals) {
    if (!open.has(truth)) continue;
    const known = yield* Effect.option(find({ mchId, ...(subMchId !== "" && { subMchId }) }));
    if (known._tag === "Some") continue;
    const numbers = subMchId === "" ? mchId : `${mchId}/${subMchId}`;
    counts.set(numbers, (counts.get(numbers) ?? 0) + count);
  }
  for (const [numbers, count] of counts) {
    yield* Effect.logWarning(
      `${count} refunds of ${numbers} are not ended, and no merchant here has this number: configure it again, unless another service sees to them`,
    );
  }
});
