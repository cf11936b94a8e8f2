import { assert, describe, it } from "@effect/vitest";
import { Effect, Fiber, Layer, Logger, Metric, Stream } from "effect";
import { TestClock } from "effect/testing";
import { Merchant, OrderRefunds, Pace, type Refund, RefundClient, RefundNotice, type Transport } from "../src/index.ts";
import { Replies, TransportStub } from "../src/testing/index.ts";
import { merchantWith, request } from "./support/story.ts";

const merchant = merchantWith();
const clientOver = (transport: Layer.Layer<Transport.Transport>) =>
  RefundClient.layer.pipe(Layer.provide([Layer.orDie(Merchant.layer(merchant)), transport]));
const ordersOver = (transport: Layer.Layer<Transport.Transport>) =>
  OrderRefunds.layer.pipe(Layer.provide([Layer.orDie(Merchant.layer(merchant)), transport]));
const over = (answers: ReadonlyArray<TransportStub.Answer>) => clientOver(TransportStub.sequence(answers));

/** A page of an order's refunds: numbers `R{from}` to `R{to - 1}`. */
const page = (from: number, to: number, total?: number) => {
  const fields: Record<string, string> = {
    result_code: "SUCCESS",
    transaction_id: "4200000000202601010000000001",
    out_trade_no: "1415757673",
    total_fee: "1000",
    cash_fee: "1000",
    refund_count: String(to - from),
    ...(total !== undefined && { total_refund_count: String(total) }),
  };
  for (let n = from; n < to; n++) {
    fields[`out_refund_no_${n - from}`] = `R${n}`;
    fields[`refund_id_${n - from}`] = `W${n}`;
    fields[`refund_fee_${n - from}`] = "1";
    fields[`refund_status_${n - from}`] = "SUCCESS";
  }
  return Replies.signed(merchant, fields);
};

describe("OrderRefunds", () => {
  const cases: ReadonlyArray<[string, ReadonlyArray<TransportStub.Answer>, number, number]> = [
    ["one page, no total", [page(0, 3)], 3, 1],
    ["three pages by the total", [page(0, 10, 25), page(10, 20, 25), page(20, 25, 25)], 25, 3],
    ["pages of another size: refund_count is the truth", [page(0, 11, 13), page(11, 13, 13)], 13, 2],
    ["no total: on while pages are full", [page(0, 10), page(10, 20), page(20, 21)], 21, 3],
    [
      "no total, a full last page, then PARAM_ERROR",
      [page(0, 10), Replies.rejected(merchant, "PARAM_ERROR", "offset")],
      10,
      2,
    ],
    ["a page that repeats ends it", [page(0, 10), page(0, 10)], 10, 2],
    ["an empty page ends it", [page(0, 10), page(10, 10)], 10, 2],
    ["a total that only one page tells holds for all", [page(0, 10, 25), page(10, 17), page(17, 25)], 25, 3],
    ["no refunds at all", [page(0, 0, 0)], 0, 1],
  ];
  for (const [name, answers, records, posts] of cases) {
    it.effect(name, () => {
      const recorder = TransportStub.recorder(TransportStub.sequence(answers));
      return Effect.gen(function* () {
        const orders = yield* OrderRefunds.OrderRefunds;
        const all = yield* Stream.runCollect(orders.all({ outTradeNo: "1415757673" }));
        assert.deepStrictEqual(
          all.map(({ outRefundNo }) => String(outRefundNo)),
          Array.from({ length: records }, (_, n) => `R${n}`),
        );
        assert.strictEqual(recorder.posts.length, posts);
      }).pipe(Effect.provide(ordersOver(recorder.layer)));
    });
  }

  it.effect("a refusal before all that the total tells of is an error, and no end", () =>
    Effect.gen(function* () {
      const orders = yield* OrderRefunds.OrderRefunds;
      const error = yield* Effect.flip(Stream.runCollect(orders.all({ outTradeNo: "1415757673" })));
      assert.strictEqual(error.reason._tag, "Rejected");
    }).pipe(
      Effect.provide(
        ordersOver(
          TransportStub.sequence([page(0, 10, 36), page(10, 20, 36), Replies.rejected(merchant, "PARAM_ERROR", "20")]),
        ),
      ),
    ),
  );

  for (const [name, last] of [
    ["a page that repeats", page(0, 10, 30)],
    ["an empty page", page(10, 10, 30)],
    ["an empty page without the total", page(10, 10)],
  ] as const) {
    it.effect(`${name} before all that the total tells of is an error, and no end`, () =>
      Effect.gen(function* () {
        const orders = yield* OrderRefunds.OrderRefunds;
        const error = yield* Effect.flip(Stream.runCollect(orders.all({ outTradeNo: "1415757673" })));
        assert.deepInclude(error.reason, { _tag: "MalformedReply", field: "total_refund_count" });
      }).pipe(Effect.provide(ordersOver(TransportStub.sequence([page(0, 10, 30), last])))),
    );
  }

  it.effect("a refusal of the first page is an error", () =>
    Effect.gen(function* () {
      const orders = yield* OrderRefunds.OrderRefunds;
      const error = yield* Effect.flip(Stream.runCollect(orders.all({ outTradeNo: "1" })));
      assert.strictEqual(error.reason._tag, "Rejected");
    }).pipe(Effect.provide(ordersOver(TransportStub.reply(Replies.rejected(merchant, "PARAM_ERROR", ""))))),
  );
});

describe("confirm", () => {
  const confirm = (expected: RefundClient.Expected, answer: TransportStub.Answer) =>
    RefundClient.RefundClient.use((client) => client.confirm(expected)).pipe(Effect.provide(over([answer])));

  it.effect("turns a notice into a fact", () =>
    Effect.gen(function* () {
      const notice = yield* Effect.fromResult(
        RefundNotice.open(Replies.notice(merchant, request, "SUCCESS"), merchant),
      );
      const record = yield* confirm(notice, Replies.queried(merchant, request, "SUCCESS"));
      assert.strictEqual(record.refundStatus, "SUCCESS");
    }),
  );

  it.effect("believes the query, not the notice", () =>
    Effect.gen(function* () {
      const notice = yield* Effect.fromResult(
        RefundNotice.open(Replies.notice(merchant, request, "SUCCESS"), merchant),
      );
      const record = yield* confirm(notice, Replies.queried(merchant, request, "PROCESSING"));
      assert.strictEqual(record.refundStatus, "PROCESSING");
    }),
  );

  it.effect("tells of a status that nobody knows, and concludes nothing from it", () =>
    Effect.gen(function* () {
      const lines: Array<unknown> = [];
      const heard = Logger.layer([Logger.make(({ message }) => void lines.push(...[message].flat()))]);
      const answer = Replies.queried(merchant, request, "SUCCESS", { refund_status_0: "REFUNDED" });
      const record = yield* Effect.provide(confirm(request, answer), heard);
      assert.strictEqual(record.refundStatus, "unknown");
      assert.deepStrictEqual(lines, [
        `refund ${request.outRefundNo} has a status that is not documented, REFUNDED: look at it in the merchant platform (商户平台)`,
      ]);
    }),
  );

  const others: ReadonlyArray<[string, Record<string, string>]> = [
    ["refund_fee", { refund_fee_0: "2" }],
    ["total_fee", { total_fee: "101" }],
    ["out_trade_no", { out_trade_no: "2" }],
    ["refund_id", { refund_id_0: "5" }],
    ["out_refund_no_0", { out_refund_no_0: "R-2" }],
  ];
  for (const [field, more] of others) {
    it.effect(`refuses another ${field}`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(
          confirm({ ...request, refundId: Replies.refundId }, Replies.queried(merchant, request, "SUCCESS", more)),
        );
        assert.deepInclude(error.reason, { problem: "mismatch", field });
      }),
    );
  }
});

describe("interruption", () => {
  const interruptedAfter = (transport: Layer.Layer<Transport.Transport>, nonce?: Effect.Effect<string>) =>
    Effect.gen(function* () {
      const told: Array<unknown> = [];
      const call = RefundClient.RefundClient.use((client) => client.refund(request)).pipe(
        Effect.provide(clientOver(transport)),
        Effect.provideService(RefundClient.Interrupted, ({ outcome, outRefundNo }) =>
          Effect.sync(() => void told.push([outRefundNo, outcome])),
        ),
        nonce === undefined ? (effect) => effect : Effect.provideService(RefundClient.Nonce, nonce),
      );
      const fiber = yield* Effect.forkChild(call);
      yield* TestClock.adjust("1 second");
      yield* Fiber.interrupt(fiber);
      return told;
    });

  it.effect("of a call that may have been sent is told as unknown", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* interruptedAfter(TransportStub.never), [[request.outRefundNo, "unknown"]]);
    }),
  );

  it.effect("is told where the transport breaks over it, too", () =>
    Effect.gen(function* () {
      const breaking = Effect.onInterrupt(Effect.never, () => Effect.die("it cannot be closed"));
      const told = yield* interruptedAfter(TransportStub.reply(() => breaking));
      assert.deepStrictEqual(told, [[request.outRefundNo, "unknown"]]);
    }),
  );

  it.effect("of a call that waits for its turn is told to nobody, and nothing was sent", () =>
    Effect.gen(function* () {
      const told: Array<unknown> = [];
      const { layer, posts } = TransportStub.recorder(TransportStub.reply(Replies.accepted(merchant, request)));
      const paced = Pace.make({ perSecond: 1 }).refundClient(
        yield* RefundClient.RefundClient.pipe(Effect.provide(clientOver(layer))),
      );
      yield* paced.refund(request);
      const waiting = yield* Effect.forkChild(
        Effect.provideService(paced.refund(request), RefundClient.Interrupted, (ended) =>
          Effect.sync(() => void told.push(ended)),
        ),
      );
      yield* TestClock.adjust("500 millis");
      yield* Fiber.interrupt(waiting);
      assert.deepStrictEqual([told.length, posts.length], [0, 1]);
    }),
  );

  it.effect("of a query is told as unknown, begun or not", () =>
    Effect.gen(function* () {
      const told: Array<unknown> = [];
      for (const nonce of [Effect.never, Effect.succeed("n")]) {
        const fiber = yield* Effect.forkChild(
          RefundClient.RefundClient.use((client) => client.query({ outRefundNo: "R-1" })).pipe(
            Effect.provide(clientOver(TransportStub.never)),
            Effect.provideService(RefundClient.Interrupted, ({ outcome }) =>
              Effect.sync(() => void told.push(outcome)),
            ),
            Effect.provideService(RefundClient.Nonce, nonce),
          ),
        );
        yield* TestClock.adjust("1 second");
        yield* Fiber.interrupt(fiber);
      }
      assert.deepStrictEqual(told, ["unknown", "unknown"]);
    }),
  );

  it.effect("of a call that was not begun is told as not accepted", () =>
    Effect.gen(function* () {
      const told = yield* interruptedAfter(TransportStub.sequence([]), Effect.never);
      assert.deepStrictEqual(told, [[request.outRefundNo, "not-accepted"]]);
    }),
  );
});

describe("observability", () => {
  it.effect("counts calls by operation, outcome and reason", () =>
    Effect.gen(function* () {
      const client = yield* RefundClient.RefundClient;
      yield* client.refund(request);
      yield* Effect.exit(client.refund(request));
      yield* Effect.exit(client.refund({ ...request, refundFee: 0 } as Refund.RefundRequest));
      const counts = (yield* Metric.snapshot)
        .filter(({ id }) => id === "wechat_refund_calls")
        .map(({ attributes, state }) => [
          attributes?.["outcome"],
          attributes?.["reason"],
          (state as { count: number }).count,
        ]);
      assert.deepInclude(counts, ["ok", "none", 1]);
      assert.deepInclude(counts, ["unknown", "Rejected", 1]);
      assert.deepInclude(counts, ["not-accepted", "InvalidRequest", 1]);
    }).pipe(
      Effect.provide(over([Replies.accepted(merchant, request), Replies.rejected(merchant, "SYSTEMERROR", "")])),
      Effect.provideService(Metric.MetricRegistry, new Map()),
    ),
  );
});
