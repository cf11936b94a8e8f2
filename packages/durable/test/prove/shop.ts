/** Merchants whose gateway is a function: it accepts, and finds every refund successful. Signed, so that the client does all its work. */
import { Merchant, Merchants, type Pace, Transport } from "@wechat-refund/core";
import { Replies } from "@wechat-refund/core/testing";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as Redacted from "effect/Redacted";
import * as Result from "effect/Result";
import { refundOf } from "../../../simulator/test/prove/refunds.ts";

const numberPattern = /<out_refund_no>(?:<!\[CDATA\[)?R-(\d+)/;

export const settingsOf = (at: number) => ({
  mchId: `${1_900_000_101 + at}`,
  appId: "wx8888888888888888",
  apiKey: Redacted.make(`192006250b4c09247ec02edce69f6a${10 + at}`),
});

export const requestOf = (n: number) => {
  const { outRefundNo, outTradeNo, refundFee, totalFee } = refundOf(n);
  return { order: { outTradeNo }, outRefundNo, totalFee, refundFee };
};

/** `called` is told of each call; where `isAway` the gateway cannot be reached, and no call gets there. */
export const merchants = (
  count: number,
  pace: Pace.Options,
  called: (call: "send" | "ask", n: number) => void = () => {},
  isAway: () => boolean = () => false,
) =>
  Merchants.layer(
    Array.from({ length: count }, (_, at) => {
      const identity = Result.getOrThrow(Merchant.make(settingsOf(at)));
      const transport = Layer.succeed(Transport.Transport, {
        send: ({ body, url }) =>
          Effect.gen(function* () {
            if (isAway()) {
              return yield* new Transport.TransportError({
                reason: new Transport.Unreachable({ detail: "an outage" }),
              });
            }
            const n = Number(numberPattern.exec(new TextDecoder().decode(body))?.[1]);
            const call = url.endsWith("/refund") ? "send" : "ask";
            called(call, n);
            const request = requestOf(n);
            return call === "send"
              ? Replies.accepted(identity, request)
              : Replies.queried(identity, request, "SUCCESS");
          }),
      });
      return { name: `m${at}`, v2: { ...settingsOf(at), transport } };
    }),
    { pace },
  );
