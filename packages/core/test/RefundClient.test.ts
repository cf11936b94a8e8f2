import { assert, describe, it } from "@effect/vitest";
import { ConfigProvider, Effect, Exit, Fiber, Layer, Redacted, Result } from "effect";
import { TestClock } from "effect/testing";
import {
  Merchant,
  Operation,
  Pipeline,
  Refund,
  RefundClient,
  RefundError,
  RefundQuery,
  Transport,
} from "../src/index.ts";
import { Replies, TransportStub } from "../src/testing/index.ts";
import { apiKey, merchantWith, request } from "./support/story.ts";

const merchant = merchantWith();
const merchantLayer = Merchant.layer(merchant);
const clientOver = (transport: Layer.Layer<Transport.Transport>) =>
  RefundClient.layer.pipe(Layer.provide([merchantLayer, transport]));

const reset = new Transport.TransportError({ reason: new Transport.ConnectionLost({ detail: "reset" }) });
const refused = new Transport.TransportError({ reason: new Transport.Unreachable({ detail: "refused" }) });

describe("RefundClient", () => {
  it.effect("refunds with one post and reads what was accepted", () => {
    const recorder = TransportStub.recorder(TransportStub.reply(Replies.accepted(merchant, request)));
    return Effect.gen(function* () {
      const client = yield* RefundClient.RefundClient;
      const accepted = yield* client.refund(request);
      assert.strictEqual(accepted.refundId, Replies.refundId);
      assert.strictEqual(recorder.posts.length, 1);
      assert.strictEqual(recorder.posts[0]?.request.url, "https://api.mch.weixin.qq.com/secapi/pay/refund");
    }).pipe(Effect.provide(clientOver(recorder.layer)));
  });

  it.effect("makes a fresh nonce and sign for each call, and nothing else changes", () => {
    const recorder = TransportStub.recorder(TransportStub.reply(Replies.accepted(merchant, request)));
    return Effect.gen(function* () {
      const client = yield* RefundClient.RefundClient;
      yield* client.refund(request);
      yield* client.refund(request);
      const [first, second] = recorder.posts.map(({ request: post }) =>
        Object.fromEntries(
          Result.getOrThrow(Operation.decode({ status: 200, headers: {}, body: post.body ?? new Uint8Array() })),
        ),
      );
      assert.match(first?.["nonce_str"] ?? "", /^[0-9a-f]{32}$/);
      assert.notStrictEqual(first?.["nonce_str"], second?.["nonce_str"]);
      assert.deepStrictEqual({ ...first, nonce_str: "", sign: "" }, { ...second, nonce_str: "", sign: "" });
    }).pipe(Effect.provide(clientOver(recorder.layer)));
  });

  it.effect("uses the endpoint and the nonce that are provided", () => {
    const recorder = TransportStub.recorder(TransportStub.reply(Replies.accepted(merchant, request)));
    return Effect.gen(function* () {
      const client = yield* RefundClient.RefundClient;
      yield* client
        .refund(request)
        .pipe(
          Effect.provideService(RefundClient.Endpoint, "https://127.0.0.1:1"),
          Effect.provideService(RefundClient.Nonce, Effect.succeed("fixed")),
        );
      const [post] = recorder.posts;
      assert.strictEqual(post?.request.url, "https://127.0.0.1:1/secapi/pay/refund");
      assert.include(new TextDecoder().decode(post?.request.body), "<nonce_str>fixed</nonce_str>");
    }).pipe(Effect.provide(clientOver(recorder.layer)));
  });

  it.effect("posts nothing when the request is wrong", () => {
    const recorder = TransportStub.recorder(TransportStub.sequence([]));
    return Effect.gen(function* () {
      const client = yield* RefundClient.RefundClient;
      const error = yield* Effect.flip(client.refund({ ...request, refundFee: 101 }));
      assert.strictEqual(error.reason._tag, "InvalidRequest");
      assert.strictEqual(recorder.posts.length, 0);
    }).pipe(Effect.provide(clientOver(recorder.layer)));
  });

  for (const [error, outcome, advice] of [
    [reset, "unknown", "resend-same"],
    [refused, "not-accepted", "resend-same"],
    [
      new Transport.TransportError({ reason: new Transport.HandshakeFailed({ detail: "expired" }) }),
      "not-accepted",
      "fix-account",
    ],
    [
      new Transport.TransportError({ reason: new Transport.TimedOut({ phase: "connect", limitMillis: 1 }) }),
      "not-accepted",
      "resend-same",
    ],
    [
      new Transport.TransportError({ reason: new Transport.TimedOut({ phase: "exchange", limitMillis: 1 }) }),
      "unknown",
      "resend-same",
    ],
    [
      new Transport.TransportError({
        reason: new Transport.ConnectionLost({
          detail: "x",
          cause: { name: "Error", code: "ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED" },
        }),
      }),
      "unknown",
      "fix-account",
    ],
  ] as const) {
    it.effect(`takes ${error.message} as ${outcome}, ${advice}, and posts once`, () => {
      const recorder = TransportStub.recorder(TransportStub.failing(error));
      return Effect.gen(function* () {
        const client = yield* RefundClient.RefundClient;
        const failure = yield* Effect.flip(client.refund(request));
        assert.deepStrictEqual([failure.outcome, failure.advice], [outcome, advice]);
        assert.strictEqual(recorder.posts.length, 1);
        const query = yield* Effect.flip(client.query({ outRefundNo: request.outRefundNo }));
        assert.strictEqual(query.outcome, "unknown");
      }).pipe(Effect.provide(clientOver(recorder.layer)));
    });
  }

  it.effect("lets one reason be handled by its name", () =>
    Effect.gen(function* () {
      const client = yield* RefundClient.RefundClient;
      const handled = yield* client
        .refund(request)
        .pipe(Effect.catchReason("RefundError", "Rejected", (reason) => Effect.succeed(reason.errCode)));
      assert.strictEqual(handled, "NOTENOUGH");
    }).pipe(
      Effect.provide(clientOver(TransportStub.reply(Replies.rejected(merchant, "NOTENOUGH", "基本账户余额不足")))),
    ),
  );

  it.effect("follows a refund to SUCCESS", () =>
    Effect.gen(function* () {
      const client = yield* RefundClient.RefundClient;
      yield* client.refund(request);
      const statuses = [];
      for (let n = 0; n < 2; n++) {
        const reply = yield* client.query({ outRefundNo: request.outRefundNo });
        statuses.push(RefundQuery.recordOf(reply, request.outRefundNo)?.refundStatus);
      }
      assert.deepStrictEqual(statuses, ["PROCESSING", "SUCCESS"]);
    }).pipe(
      Effect.provide(
        clientOver(
          TransportStub.sequence([
            Replies.accepted(merchant, request),
            Replies.queried(merchant, request, "PROCESSING"),
            Replies.queried(merchant, request, "SUCCESS"),
          ]),
        ),
      ),
    ),
  );

  it.effect("ends when interrupted, and when its transport is silent a time limit of the caller works", () =>
    Effect.gen(function* () {
      const client = yield* RefundClient.RefundClient;
      const fiber = yield* Effect.forkChild(client.refund(request).pipe(Effect.timeoutOption("1 minute")));
      yield* TestClock.adjust("1 minute");
      assert.strictEqual((yield* Fiber.join(fiber))._tag, "None");
    }).pipe(Effect.provide(clientOver(TransportStub.never))),
  );

  it.effect("dies loudly on a post that the stub has not planned", () =>
    Effect.gen(function* () {
      const client = yield* RefundClient.RefundClient;
      const exit = yield* Effect.exit(client.refund(request));
      assert.isTrue(Exit.hasDies(exit));
    }).pipe(Effect.provide(clientOver(TransportStub.sequence([])))),
  );
});

describe("Pipeline", () => {
  it.effect("gives each stage on its own", () =>
    Effect.gen(function* () {
      const params = yield* Pipeline.encode(Refund.operation, request);
      assert.isFalse(params.has("sign"));
      const signed = yield* Pipeline.sign(params);
      assert.match(signed.get("sign") ?? "", /^[0-9A-F]{64}$/);
      const post = yield* Pipeline.serialize(Refund.operation, request, signed);
      const reply = yield* Pipeline.send(post);
      const fields = yield* Pipeline.decode(Refund.operation, reply);
      const accepted = yield* Pipeline.validate(Refund.operation, request, fields);
      assert.strictEqual(accepted.outRefundNo, request.outRefundNo);
      const wrong = yield* Effect.flip(
        Pipeline.validate(Refund.operation, request, new Map([...fields, ["refund_fee", "2"]])),
      );
      assert.strictEqual(wrong._tag, "UntrustedReply");
    }).pipe(Effect.provide([merchantLayer, TransportStub.reply(Replies.accepted(merchant, request))])),
  );
});

describe("Merchant.layerConfig", () => {
  const withEnv = (env: Record<string, string>) =>
    Merchant.Merchant.use(Effect.succeed).pipe(
      Effect.provide(Merchant.layerConfig),
      Effect.provide(ConfigProvider.layer(ConfigProvider.fromEnv({ env }))),
    );
  const env = { WECHAT_PAY_APP_ID: "wx1", WECHAT_PAY_MCH_ID: "1900000109", WECHAT_PAY_API_KEY: apiKey };

  it.effect("reads the environment", () =>
    Effect.gen(function* () {
      const read = yield* withEnv({ ...env, WECHAT_PAY_SIGN_TYPE: "MD5", WECHAT_PAY_SUB_MCH_ID: "2" });
      assert.strictEqual(Redacted.value(read.apiKey), apiKey);
      assert.deepStrictEqual([read.appId, read.mchId, read.signType, read.subMchId], ["wx1", "1900000109", "MD5", "2"]);
      assert.strictEqual((yield* withEnv(env)).signType, "HMAC-SHA256");
    }),
  );

  it.effect("names what is missing or wrong, without the secret", () =>
    Effect.gen(function* () {
      const { WECHAT_PAY_API_KEY: _, ...missing } = env;
      assert.include(String(yield* Effect.flip(withEnv(missing))), "WECHAT_PAY_API_KEY is not set");
      assert.strictEqual(
        (yield* Effect.flip(withEnv({ WECHAT_PAY_MCH_ID: " " }))).message,
        "WECHAT_PAY_APP_ID is not set; WECHAT_PAY_MCH_ID is not set; WECHAT_PAY_API_KEY is not set",
      );
      const wrong = yield* Effect.flip(withEnv({ ...env, WECHAT_PAY_API_KEY: "hunter2hunter2" }));
      assert.include(String(wrong), "apiKey");
      assert.notInclude(String(wrong), "hunter2");
      assert.include(
        String(yield* Effect.flip(withEnv({ ...env, WECHAT_PAY_SIGN_TYPE: "md5" }))),
        "WECHAT_PAY_SIGN_TYPE",
      );
    }),
  );
});

describe("RefundError", () => {
  it("is one line, whatever the gateway wrote", () => {
    const error = new RefundError.RefundError({
      operation: "refund",
      outRefundNo: "R-1",
      reason: new RefundError.Rejected({
        operation: "refund",
        errCode: "X\nY",
        errCodeDes: `a\r\nb\u2028${"c".repeat(1000)}`,
      }),
    });
    assert.notMatch(error.message, /[\r\n\u2028]/);
    assert.isBelow(error.message.length, 320);
  });
});
