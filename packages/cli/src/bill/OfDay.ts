/** The bill of a day: from the gateway, by the protocol that the command speaks; and whether one on disk is of its day. */
import type { Merchant } from "@wechat-refund/core/Merchant";
import { type Billed, type BillRequest, dayOf } from "@wechat-refund/core/RefundBill";
import type { Transport } from "@wechat-refund/core/Transport";
import * as Effect from "effect/Effect";
import type * as Result from "effect/Result";
import * as Call from "../Call.ts";
import * as Source from "./Source.ts";

/** `whole`: of all sub-merchants, where the merchant of the environment is one of a provider. */
export const download = (
  request: BillRequest,
  options: { readonly whole?: boolean } = {},
): Effect.Effect<Result.Result<Source.Source, Source.NoSource>, never, Merchant | Transport> =>
  Effect.flatMap(Call.OfV3, (ofV3) =>
    ofV3 === undefined
      ? Source.download(request, options)
      : Effect.flatMap(
          Effect.promise(() => import("./DownloadV3.ts")),
          (v3) => v3.download(ofV3, request, options),
        ),
  );

/** Around midnight a refund may stand in the bill of the day beside its own. */
const leeway = 300_000;

const applied = "退款申请时间";

/**
 * Looks whether a bill that is said to be of a day has a line of it. Without a line that tells when its refund was applied for nobody knows:
 * what the time of a trade (交易时间) is in a bill of everything is not documented.
 */
export const watching = (date: string | undefined) => {
  let isOfIt = date === undefined;
  let other: string | undefined;
  return {
    see: ({ columns, time }: Pick<Billed, "columns" | "time">): void => {
      if (isOfIt || time === "" || columns[applied] === undefined) return;
      const at = Date.parse(time.replace(" ", "T").concat("+08:00"));
      if (Number.isNaN(at)) return;
      isOfIt = dayOf(at - leeway) === date || dayOf(at + leeway) === date;
      other ??= time.slice(0, 10);
    },
    /** Another day, of which it is. */
    other: (): string | undefined => (isOfIt ? undefined : other),
  };
};
