/** Days as flags of the commands that read bills. */
import { isDay } from "@wechat-refund/core/RefundBill";
import * as Flag from "effect/cli/Flag";
import * as Option from "effect/Option";

/** `2026-11-23` or `20261123`, a day that there is. */
const dayOf = (text: string): Option.Option<string> => {
  const day = text.replace(/^([0-9]{4})([0-9]{2})([0-9]{2})$/, "$1-$2-$3");
  return isDay(day) ? Option.some(day) : Option.none();
};

/** A day in Beijing. */
export const day = (name: string, description: string) =>
  Flag.String(name).pipe(
    Flag.filterMap(dayOf, () => "must be a day such as 2026-11-23"),
    Flag.withMetavar("day"),
    Flag.withDescription(description),
    Flag.optional,
  );
