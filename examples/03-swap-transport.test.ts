/**
 * A service of your own, tested without a network: the transport is swapped for one that answers as the test says.
 *
 * Needs: nothing.
 * Run:   npx --yes pnpm@12 exec vitest run examples/03-swap-transport
 */
import { expect, it } from "@effect/vitest";
import { Merchant, type Refund, RefundClient, Transport } from "@wechat-refund/core";
import { Replies, TransportStub } from "@wechat-refund/core/testing";
import { Context, Effect, Layer, Redacted, Result } from "effect";

/** What the shop shows its customer. */
type Shown = "refund under way" | "refund not possible" | "we are checking";

class Returns extends Context.Service<
  Returns,
  { readonly takeBack: (order: string, fen: number) => Effect.Effect<Shown> }
>()("shop/Returns") {
  static readonly layer = Layer.effect(
    Returns,
    Effect.gen(function* () {
      const client = yield* RefundClient.RefundClient;
      const takeBack = Effect.fn("Returns.takeBack")(function* (order: string, fen: number) {
        const refund = client.refund(requestOf(order, fen));
        return yield* refund.pipe(
          Effect.as<Shown>("refund under way"),
          // Only "not accepted" may be told as a no. Everything else may still become a refund.
          Effect.catch(({ outcome }) =>
            Effect.succeed<Shown>(outcome === "not-accepted" ? "refund not possible" : "we are checking"),
          ),
        );
      });
      return { takeBack };
    }),
  );
}

const requestOf = (order: string, fen: number): Refund.RefundRequest => ({
  order: { outTradeNo: order },
  outRefundNo: `${order}-1`,
  totalFee: fen,
  refundFee: fen,
});

const merchant = Result.getOrThrow(
  Merchant.make({
    appId: "wx8888888888888888",
    mchId: "1900000109",
    apiKey: Redacted.make("TestKey0000000000000000000000001"),
  }),
);

const shownWhen = (answer: TransportStub.Answer) => {
  const stub = TransportStub.recorder(TransportStub.reply(answer));
  const layer = Returns.layer.pipe(
    Layer.provide(RefundClient.layer),
    Layer.provide([stub.layer, Layer.succeed(Merchant.Merchant, merchant)]),
  );
  return Effect.gen(function* () {
    const shown = yield* Returns.use((returns) => returns.takeBack("T-1", 100)).pipe(Effect.provide(layer));
    return { shown, posts: stub.posts.length };
  });
};

it.effect("accepted", () =>
  Effect.gen(function* () {
    const answer = Replies.accepted(merchant, requestOf("T-1", 100));
    expect(yield* shownWhen(answer)).toEqual({ shown: "refund under way", posts: 1 });
  }),
);

it.effect("the reply is lost: it may have been accepted", () =>
  Effect.gen(function* () {
    const reason = new Transport.ConnectionLost({ detail: "the connection ended before the whole reply was read" });
    const answer = new Transport.TransportError({ reason });
    expect(yield* shownWhen(answer)).toEqual({ shown: "we are checking", posts: 1 });
  }),
);

it.effect("rejected for good", () =>
  Effect.gen(function* () {
    const answer = Replies.rejected(merchant, "TRADE_OVERDUE", "订单已经超过退款期限");
    expect(yield* shownWhen(answer)).toEqual({ shown: "refund not possible", posts: 1 });
  }),
);

it.effect("rejected with a code that leaves it open", () =>
  Effect.gen(function* () {
    const answer = Replies.rejected(merchant, "SYSTEMERROR", "系统错误");
    expect(yield* shownWhen(answer)).toEqual({ shown: "we are checking", posts: 1 });
  }),
);
