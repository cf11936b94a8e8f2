/** What docs/observability.md says is seen of a call: its spans, its log line and the level of it. */
import { assert, describe, it } from "@effect/vitest";
import { Effect, Fiber, Layer, Logger, References, Tracer } from "effect";
import { TestClock } from "effect/testing";
import { Merchant, RefundClient, Resend, Transport } from "../src/index.ts";
import { Replies, TransportStub } from "../src/testing/index.ts";
import { merchantWith, request } from "./support/story.ts";

const merchant = merchantWith();

/** What a program leaves behind: `LEVEL text` and annotations of each log line, name, kind and attributes of each span. */
const left = Effect.fnUntraced(function* (
  answers: ReadonlyArray<TransportStub.Answer>,
  program: Effect.Effect<unknown, unknown, RefundClient.RefundClient>,
) {
  const lines: Array<{ readonly said: string; readonly annotations: unknown }> = [];
  const spans: Array<Tracer.Span> = [];
  const logger = Logger.map(Logger.formatStructured, ({ annotations, level, message }) => {
    lines.push({ said: `${level} ${String(message)}`, annotations });
  });
  const tracer = Tracer.make({
    span: (options) => {
      const span = new Tracer.NativeSpan(options);
      spans.push(span);
      return span;
    },
  });
  const client = RefundClient.layer.pipe(
    Layer.provide([
      Merchant.layer(merchant),
      answers.length === 0 ? TransportStub.never : TransportStub.sequence(answers),
    ]),
  );
  const watch = Layer.mergeAll(
    Logger.layer([logger]),
    Layer.succeed(References.MinimumLogLevel, "All"),
    Layer.succeed(Tracer.Tracer, tracer),
  );
  const fiber = yield* Effect.forkChild(program.pipe(Effect.exit, Effect.provide(client), Effect.provide(watch)));
  yield* TestClock.adjust("2 seconds");
  yield* Fiber.interrupt(fiber);
  return {
    lines,
    spans: spans.map(({ attributes, kind, name }) => ({ name, kind, ...Object.fromEntries(attributes) })),
  };
});

const refund = RefundClient.RefundClient.use((client) => client.refund(request));
const lost = new Transport.TransportError({ reason: new Transport.ConnectionLost({ detail: "reset" }) });
const unsigned = Replies.unsigned({ return_code: "SUCCESS", result_code: "SUCCESS" });
const accepted = Replies.accepted(merchant, request);

describe("a call leaves", () => {
  const rows: ReadonlyArray<[string, ReadonlyArray<TransportStub.Answer>, string, string, string]> = [
    ["that went well", [accepted], "DEBUG refund ok", "ok", "none"],
    [
      "that was not accepted",
      [Replies.rejected(merchant, "NOTENOUGH", "")],
      "INFO Rejected:",
      "not-accepted",
      "Rejected",
    ],
    ["whose reply is lost", [lost], "WARN TransportFailed:", "unknown", "TransportFailed"],
    ["whose reply proves nothing", [unsigned], "ERROR UntrustedReply:", "unknown", "UntrustedReply"],
    ["that is interrupted", [], "WARN refund R-1415701182_01 ended by Interrupted: it may", "unknown", "Interrupted"],
  ];
  for (const [name, answers, said, outcome, reason] of rows) {
    it.effect(`one line and one span: ${name}`, () =>
      Effect.gen(function* () {
        const { lines, spans } = yield* left(answers, refund);
        const attributes = {
          "wechat.operation": "refund",
          "wechat.out_refund_no": request.outRefundNo,
          "wechat.host": "https://api.mch.weixin.qq.com",
          "wechat.merchant": merchant.mchId,
          "wechat.outcome": outcome,
          "wechat.reason": reason,
        };
        assert.strictEqual(lines.length, 1);
        assert.isTrue(lines[0]?.said.startsWith(said), lines[0]?.said);
        assert.deepStrictEqual(lines[0]?.annotations, attributes);
        const { "wechat.duration_ms": duration, ...span } = { "wechat.duration_ms": undefined, ...spans[0] };
        assert.deepStrictEqual<unknown>([span], [{ name: "RefundClient.refund", kind: "client", ...attributes }]);
        assert.strictEqual(duration, reason === "Interrupted" ? 2000 : 0);
        assert.strictEqual(spans.length, 1);
      }),
    );
  }

  it.effect("a story's spans: its own, and those of its calls", () =>
    Effect.gen(function* () {
      const { spans } = yield* left([lost, Replies.queried(merchant, request, "SUCCESS")], Resend.untilKnown(request));
      assert.sameMembers(
        spans.map(({ kind, name }) => `${name} ${kind}`),
        ["Resend.untilKnown internal", "RefundClient.refund client", "RefundClient.refundquery client"],
      );
    }),
  );

  it.effect("an alarm for what confirm finds by itself", () =>
    Effect.gen(function* () {
      const other = Replies.queried(merchant, { ...request, refundFee: 2 }, "SUCCESS");
      const confirm = RefundClient.RefundClient.use((client) => Effect.flip(client.confirm(request)));
      const { lines } = yield* left([other], confirm);
      assert.deepStrictEqual(
        lines.map(({ said }) => said),
        [
          "DEBUG refundquery ok",
          "ERROR UntrustedReply: refundquery R-1415701182_01: the reply speaks of another refund_fee: expected 1, received 2 [query-first]",
        ],
      );
    }),
  );
});
