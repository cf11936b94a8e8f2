/** When the merchants' API certificates expire, as the transports of this process tell it. */
import { hasV2, type Registered } from "@wechat-refund/core/Merchants";
import * as Effect from "effect/Effect";
import * as Metric from "effect/Metric";
import { beijing } from "./Shown.ts";

/** A gauge of `@wechat-refund/mutual-tls`: seconds since 1970, by the certificate's owner, which is the merchant number. */
const gauge = "wechat_refund_certificate_expires_timestamp_seconds";

/** When they expire, in ms since 1970, by merchant number. */
export const expiries: Effect.Effect<ReadonlyMap<string, number>> = Effect.map(
  Metric.snapshot,
  (all) =>
    new Map(
      all.flatMap((metric) => {
        if (metric.id !== gauge || metric.type !== "Gauge") return [];
        const owner = metric.attributes?.["owner"];
        return owner === undefined ? [] : [[owner, Number(metric.state.value) * 1000] as const];
      }),
    ),
);

/** An API certificate is to be renewed from then on. */
export const warning = 30 * 86_400_000;

/** Those of the merchants that expire soon, or have. */
export const expiring = Effect.fnUntraced(function* (seen: ReadonlyArray<Registered>, now: number) {
  const known = yield* expiries;
  return seen.flatMap((registered) => {
    const at = hasV2(registered) ? known.get(registered.merchant.mchId) : undefined;
    return at === undefined || at - now > warning ? [] : [{ name: registered.name, date: beijing(at).slice(0, 10) }];
  });
});
