/** A request is read once: what becomes of the caller's object later changes nothing that is sent, asked or compared. */
import { assert, describe, it } from "@effect/vitest";
import { Effect, Fiber, Layer, Result } from "effect";
import { TestClock } from "effect/testing";
import {
  Pace,
  Merchant,
  Operation,
  type Params,
  Refund,
  RefundClient,
  RefundQuery,
  Resend,
  Transport,
} from "../src/index.ts";
import { Replies, TransportStub } from "../src/testing/index.ts";
import { merchantWith, request } from "./support/story.ts";

const merchant = merchantWith();
const lost = new Transport.TransportError({ reason: new Transport.ConnectionLost({ detail: "reset" }) });

/** Refund numbers and amounts of what was posted, by address. */
const story = (answers: ReadonlyArray<TransportStub.Answer>) => {
  const recorder = TransportStub.recorder(TransportStub.sequence(answers));
  const layer = RefundClient.layer.pipe(Layer.provide([Layer.orDie(Merchant.layer(merchant)), recorder.layer]));
  const seen = () =>
    recorder.posts.map(({ request: { body = new Uint8Array(), url } }) => {
      const fields: Params.Params = Result.getOrThrow(Operation.decode({ status: 200, headers: {}, body }));
      return [url.replace(/.*\//, ""), fields.get("out_refund_no"), fields.get("refund_fee")];
    });
  return { layer, seen };
};

class Row implements Refund.RefundRequest {
  get order() {
    return request.order;
  }
  get outRefundNo() {
    return request.outRefundNo;
  }
  get totalFee() {
    return request.totalFee;
  }
  get refundFee() {
    return request.refundFee;
  }
}

describe("a request that changes while it is under way", () => {
  it.effect("is sent and asked for as it was", () => {
    const { layer, seen } = story([
      lost,
      Replies.rejected(merchant, "REFUNDNOTEXIST", "not exist"),
      Replies.accepted(merchant, request),
    ]);
    return Effect.gen(function* () {
      const row = { ...request };
      const fiber = yield* Effect.forkChild(Resend.untilKnown(row), { startImmediately: true });
      row.outRefundNo = "R-2";
      row.refundFee = 31;
      yield* TestClock.adjust("1 minute");
      assert.strictEqual((yield* Fiber.join(fiber))._tag, "Accepted");
      assert.deepStrictEqual(seen(), [
        ["refund", request.outRefundNo, "1"],
        ["refundquery", request.outRefundNo, undefined],
        ["refund", request.outRefundNo, "1"],
      ]);
    }).pipe(Effect.provide(layer));
  });

  it.effect("is compared with its reply as it was", () => {
    const row = { ...request };
    const other = { ...request, outRefundNo: "R-2", refundFee: 99 };
    const { layer } = story([
      () => {
        Object.assign(row, other);
        return Replies.accepted(merchant, other);
      },
    ]);
    return Effect.gen(function* () {
      const error = yield* Effect.flip(RefundClient.RefundClient.use((client) => client.refund(row)));
      assert.strictEqual(error.reason._tag, "UntrustedReply");
      assert.strictEqual(error.outRefundNo, request.outRefundNo);
    }).pipe(Effect.provide(layer));
  });

  it.effect("is sent as it was when it began to wait for its turn", () => {
    const second = { ...request, outRefundNo: "R-2" };
    const { layer, seen } = story([Replies.accepted(merchant, request), Replies.accepted(merchant, second)]);
    return Effect.gen(function* () {
      const client = yield* RefundClient.RefundClient;
      const row = { ...second };
      yield* client.refund(request);
      const fiber = yield* Effect.forkChild(client.refund(row), { startImmediately: true });
      row.refundFee = 31;
      yield* TestClock.adjust("1 minute");
      yield* Fiber.join(fiber);
      assert.deepStrictEqual(seen()[1], ["refund", "R-2", String(second.refundFee)]);
    }).pipe(Effect.provide(Pace.layer().pipe(Layer.provide(layer))));
  });

  it.effect("is confirmed as it was", () => {
    const row = { ...request, order: { ...request.order } };
    const other = { ...request, refundFee: request.refundFee + 1 };
    const { layer } = story([
      () => {
        Object.assign(row, other);
        return Replies.queried(merchant, other, "SUCCESS");
      },
    ]);
    return Effect.gen(function* () {
      const error = yield* Effect.flip(RefundClient.RefundClient.use((client) => client.confirm(row)));
      assert.strictEqual(error.reason._tag, "UntrustedReply");
    }).pipe(Effect.provide(layer));
  });

  it.effect("gives one number, though it would give another each time", () => {
    let n = 0;
    const row = {
      ...request,
      get outRefundNo() {
        return `R-${++n}`;
      },
    };
    const { layer, seen } = story([lost, Replies.queried(merchant, { ...request, outRefundNo: "R-1" }, "SUCCESS")]);
    return Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(Resend.untilKnown(row), { startImmediately: true });
      yield* TestClock.adjust("1 minute");
      assert.strictEqual((yield* Fiber.join(fiber))._tag, "Accepted");
      assert.deepStrictEqual(
        seen().map(([, number]) => number),
        ["R-1", "R-1"],
      );
    }).pipe(Effect.provide(layer));
  });

  for (const [what, row] of [
    ["of a class with getters", new Row()],
    ["whose fields are inherited", Object.create(request) as Refund.RefundRequest],
    ["that is frozen", Object.freeze({ ...request })],
  ] as const) {
    it.effect(`is asked for too, ${what}`, () => {
      const { layer, seen } = story([lost, Replies.queried(merchant, request, "SUCCESS")]);
      return Effect.gen(function* () {
        const fiber = yield* Effect.forkChild(
          Effect.andThen(Resend.untilKnown(row), (known) => Effect.succeed(known._tag)),
          { startImmediately: true },
        );
        yield* TestClock.adjust("1 minute");
        assert.strictEqual(yield* Fiber.join(fiber), "Accepted");
        assert.deepStrictEqual(
          seen().map(([operation, number]) => [operation, number]),
          [
            ["refund", request.outRefundNo],
            ["refundquery", request.outRefundNo],
          ],
        );
      }).pipe(Effect.provide(layer));
    });
  }
});

describe("a copy", () => {
  const messages = (asked: unknown): string => {
    const params = Refund.operation.encode(Refund.operation.copy(asked as Refund.RefundRequest), merchant);
    return Result.isFailure(params) ? params.failure.map(({ field, message }) => `${field} ${message}`).join("; ") : "";
  };

  it("has what the request has, deep down, and nothing of the request's own objects", () => {
    const full = {
      ...request,
      order: { transactionId: "42" },
      goodsDetail: [{ goodsId: "a", refundAmount: 1, refundQuantity: 1, price: 1 }],
    };
    const copy = Refund.operation.copy(full);
    assert.deepStrictEqual(JSON.parse(JSON.stringify(copy)), full);
    assert.notStrictEqual(copy.order, full.order);
    assert.notStrictEqual(copy.goodsDetail[0], full.goodsDetail[0]);
    assert.deepStrictEqual({ ...RefundQuery.operation.copy({ outRefundNo: "R-1" }) }, { outRefundNo: "R-1" });
  });

  it("of what is no request is refused by the check, not thrown", () => {
    const { proxy, revoke } = Proxy.revocable({ ...request }, {});
    revoke();
    const throwing = {
      ...request,
      get refundFee(): number {
        throw new Error("not loaded");
      },
    };
    for (const asked of [
      undefined,
      null,
      3,
      "R-1",
      [],
      proxy,
      { ...request, order: null },
      { ...request, goodsDetail: 3 },
    ]) {
      assert.notStrictEqual(messages(asked), "", String(asked === proxy ? "revoked" : asked));
    }
    assert.match(messages(throwing), /^refundFee Expected/);
    const { proxy: goods, revoke: end } = Proxy.revocable([], {});
    end();
    // Without its items it would be another refund.
    assert.match(messages({ ...request, goodsDetail: goods }), /^goodsDetail Expected/);
  });

  it("still shows the fields that a request does not have", () => {
    assert.match(messages({ ...request, refundfee: 1 }), /refundfee is no field of a refund: did you mean refundFee\?/);
    assert.match(messages(JSON.parse(`{"__proto__":1}`)), /__proto__ is no field/);
    assert.match(
      messages({ ...request, order: { ...request.order, outTradeNO: "1" } }),
      /order\.outTradeNO is no field of .*did you mean/,
    );
  });
});
