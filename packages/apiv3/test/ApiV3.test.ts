/** The client: that it sends what it should, believes what it may, and tells what it knows. */
import { createPrivateKey } from "node:crypto";
import { RefundClient } from "@wechat-refund/core/RefundClient";
import * as Core from "@wechat-refund/core/RefundClient";
import * as Merchants from "@wechat-refund/core/Merchants";
import { TransportStub } from "@wechat-refund/core/testing";
import {
  ConnectionLost,
  Transport,
  type TransportReply,
  TransportError,
  type TransportRequest,
  Unreachable,
} from "@wechat-refund/core/Transport";
import * as ConfigProvider from "effect/ConfigProvider";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as Metric from "effect/Metric";
import * as Result from "effect/Result";
import * as TestClock from "effect/testing/TestClock";
import { describe, expect, it } from "@effect/vitest";
import { ApiV3, Merchant } from "../src/index.ts";
import {
  apiV3Key,
  callback,
  envelope,
  identities,
  keyId,
  listed,
  mchId,
  merchantKey,
  noticed,
  now,
  options,
  other,
  pem,
  platform,
  refund,
  reply,
  request,
  serialNo,
  serialOf,
  unsigned,
} from "./support/gateway.ts";

type Answer = (request: TransportRequest) => TransportReply | Effect.Effect<TransportReply, TransportError>;

/** Runs with a client over answers in turn. */
const withClient = <A, E>(
  program: (client: RefundClient["Service"], sent: ReadonlyArray<TransportRequest>) => Effect.Effect<A, E>,
  answers: ReadonlyArray<Answer>,
  merchant: Merchant.MerchantOptions = options,
) => {
  const sent: Array<TransportRequest> = [];
  const transport = TransportStub.sequence(answers.map((answer) => (request) => (sent.push(request), answer(request))));
  return TestClock.setTime(now * 1000).pipe(
    Effect.andThen(RefundClient.use((client) => program(client, sent))),
    Effect.provide(ApiV3.layer.pipe(Layer.provide([Merchant.layer(merchant), transport]))),
  );
};
const signed =
  (value: unknown, status = 200): Answer =>
  () =>
    reply(status, value);

describe("a refund", () => {
  it.effect("is accepted, with the status that the reply tells", () =>
    withClient(
      (client, sent) =>
        Effect.gen(function* () {
          const accepted = yield* client.refund(request);
          expect(accepted).toMatchObject({ refundStatus: "PROCESSING", refundId: refund.refund_id });
          expect(sent).toHaveLength(1);
          expect(sent[0]?.headers["Wechatpay-Serial"]).toBe(keyId);
          expect(sent[0]?.headers["Authorization"]).toContain(`mchid="${mchId}"`);
        }),
      [signed(refund)],
    ),
  );
  it.effect("sends no APIv3 key in a field, nested or not", () =>
    withClient(
      (client, sent) =>
        Effect.gen(function* () {
          for (const more of [{ refundDesc: `a ${apiV3Key}` }, { order: { outTradeNo: apiV3Key } }]) {
            const error = yield* Effect.flip(client.refund({ ...request, ...more }));
            expect(error.message).toMatch(/(refundDesc|order) holds the APIv3 key \(APIv3密钥\)/);
            expect(error.message).not.toContain(apiV3Key);
          }
          expect(sent).toEqual([]);
          // Nor is it stored.
          const speaker = ApiV3.speakerOf(Result.getOrThrow(Merchant.make(options)), { send: () => Effect.never });
          expect(Result.isFailure(speaker.check({ ...request, refundDesc: apiV3Key }))).toBe(true);
        }),
      [],
    ),
  );
  it.effect("fails as the domain's errors do", () =>
    withClient(
      (client) =>
        Effect.gen(function* () {
          const errors = yield* Effect.all(Array.from({ length: 5 }, () => Effect.flip(client.refund(request))));
          expect(
            errors.map(({ advice, operation, outcome, outRefundNo, reason }) =>
              [operation, outRefundNo, reason._tag, outcome, advice].join(" "),
            ),
          ).toEqual([
            "refund R-1415701182_01 Rejected not-accepted top-up-then-resend-same",
            "refund R-1415701182_01 GatewayRefused not-accepted fix-account",
            "refund R-1415701182_01 UntrustedReply unknown query-first",
            "refund R-1415701182_01 TransportFailed not-accepted resend-same",
            "refund R-1415701182_01 TransportFailed unknown resend-same",
          ]);
          const invalid = yield* Effect.flip(client.refund({ ...request, refundFee: 101 }));
          expect(invalid.reason._tag).toBe("InvalidRequest");
        }),
      [
        signed({ code: "NOT_ENOUGH", message: "基本账户余额不足" }, 403),
        () => unsigned(401, { code: "SIGN_ERROR" }),
        () => unsigned(200, refund),
        () => Effect.fail(new TransportError({ reason: new Unreachable({ detail: "x" }) })),
        // A client certificate that is missing closes no connection of this protocol.
        () =>
          Effect.fail(
            new TransportError({
              reason: new ConnectionLost({ detail: "closed", silent: "no-certificate", cause: { name: "Error" } }),
            }),
          ),
      ],
    ),
  );
  it.effect("keeps the words of a connection that broke", () =>
    withClient(
      (client) =>
        Effect.gen(function* () {
          for (const expected of ["plainly", "silently"])
            expect((yield* Effect.flip(client.refund(request))).message).toContain(expected);
        }),
      [
        () => Effect.fail(new TransportError({ reason: new ConnectionLost({ detail: "plainly" }) })),
        () =>
          Effect.fail(
            new TransportError({ reason: new ConnectionLost({ detail: "silently", silent: "certificate" }) }),
          ),
      ],
    ),
  );
  it.effect("is not sent while no reply could be believed", () =>
    withClient(
      (client, sent) =>
        Effect.gen(function* () {
          const error = yield* Effect.flip(client.refund(request));
          expect([error.outcome, error.advice]).toEqual(["not-accepted", "fix-account"]);
          expect(sent.map(({ method }) => method)).toEqual(["GET"]);
          expect((yield* Effect.flip(client.refund({} as never))).reason._tag).toBe("InvalidRequest");
          expect(sent).toHaveLength(1);
        }),
      [() => unsigned(404, { code: "RESOURCE_NOT_EXISTS" })],
      { ...options, publicKeys: undefined },
    ),
  );
  it.effect("is not sent with a nonce that cannot be signed", () =>
    withClient(
      (client, sent) =>
        Effect.gen(function* () {
          const error = yield* Effect.flip(client.refund(request));
          expect(error.reason._tag).toBe("InvalidRequest");
          expect(sent).toHaveLength(0);
        }).pipe(Effect.provideService(Core.Nonce, Effect.succeed('"'))),
      [],
    ),
  );
  it.effect("is not sent where two addresses differ", () =>
    withClient(
      (client, sent) =>
        Effect.gen(function* () {
          expect((yield* Effect.flip(client.refund(request))).reason._tag).toBe("InvalidRequest");
          expect(sent).toHaveLength(0);
        }).pipe(Effect.provideService(Core.Endpoint, "https://two.example")),
      [],
      { ...options, endpoint: "https://one.example" },
    ),
  );
});

describe("a reply that is signed with an unknown key", () => {
  const { certificatePem, privateKeyPem } = identities.merchantA;
  const serial = serialOf(certificatePem);
  const key = createPrivateKey(privateKeyPem);
  it.effect("is believed once its certificate was downloaded", () =>
    withClient(
      (client, sent) =>
        Effect.gen(function* () {
          expect((yield* client.refund(request)).refundId).toBe(refund.refund_id);
          expect(sent.map(({ method }) => method)).toEqual(["POST", "GET"]);
        }),
      [
        () => reply(200, refund, { serial, key }),
        () => reply(200, { data: [listed(certificatePem)] }, { serial, key }),
      ],
    ),
  );
  it.effect("is unknown where that brings nothing, and the refund is not sent again", () =>
    withClient(
      (client, sent) =>
        Effect.gen(function* () {
          const error = yield* Effect.flip(client.refund(request));
          expect(error).toMatchObject({ outcome: "unknown", reason: { problem: "unknown-key", serial: "FORGED" } });
          expect(sent.map(({ method }) => method)).toEqual(["POST", "GET"]);
        }),
      [() => reply(200, refund, { serial: "FORGED", key: other.privateKey }), () => unsigned(500, "")],
    ),
  );
});

describe("a query", () => {
  it.effect("is confirmed where number, amounts and order are the expected ones", () =>
    withClient(
      (client) =>
        Effect.gen(function* () {
          const record = yield* client.confirm(request);
          expect(record).toMatchObject({ refundStatus: "SUCCESS", outRefundNo: request.outRefundNo });
          const reply = yield* client.query({ outRefundNo: request.outRefundNo });
          expect(reply).toMatchObject({ refundCount: 1, totalFee: 100, outTradeNo: refund.out_trade_no });
          const another = yield* Effect.flip(client.confirm({ ...request, refundFee: 2 }));
          expect(another).toMatchObject({ outcome: "unknown", reason: { problem: "mismatch", field: "refund_fee" } });
          const missing = yield* Effect.flip(client.confirm(request));
          expect(missing).toMatchObject({
            advice: "resend-same",
            reason: { errCode: "RESOURCE_NOT_EXISTS", status: 404 },
          });
        }),
      [
        signed({ ...refund, status: "SUCCESS" }),
        signed({ ...refund, status: "SUCCESS" }),
        signed({ ...refund, status: "SUCCESS" }),
        signed({ code: "RESOURCE_NOT_EXISTS", message: "退款单不存在" }, 404),
      ],
    ),
  );
});

it.effect("refuses a probe and counts it", () =>
  withClient(
    (client) =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(client.query({ outRefundNo: request.outRefundNo }));
        expect(error.reason).toMatchObject({ problem: "probe" });
        yield* ApiV3.countProbe("notice");
        const found = (yield* Metric.snapshot).filter(({ id }) => id === "wechat_refund_probes");
        expect(found.map(({ attributes }) => attributes?.["of"]).toSorted()).toEqual(["notice", "reply"]);
      }),
    [
      () => {
        const { headers, ...rest } = reply(200, refund);
        return { ...rest, headers: { ...headers, "wechatpay-signature": "WECHATPAY/SIGNTEST/xxx" } };
      },
    ],
  ),
);

it("is made from the environment, for a sub-merchant too", async () => {
  const env = {
    WECHAT_PAY_MCH_ID: mchId,
    WECHAT_PAY_SUB_MCH_ID: "1900000200",
    WECHAT_PAY_V3_SERIAL_NO: serialNo,
    WECHAT_PAY_V3_PRIVATE_KEY: pem(merchantKey.privateKey),
    WECHAT_PAY_V3_PUBLIC_KEY: pem(platform.publicKey),
    WECHAT_PAY_V3_PUBLIC_KEY_ID: keyId,
  };
  const sent: Array<TransportRequest> = [];
  const transport = Layer.succeed(Transport, {
    send: (request: TransportRequest) => {
      sent.push(request);
      return Effect.succeed(reply(200, refund, { timestamp: Math.floor(Date.now() / 1000) }));
    },
  });
  const accepted = await Effect.runPromise(
    RefundClient.use((client) => Effect.result(client.refund(request))).pipe(
      Effect.provide(ApiV3.layerConfig(transport)),
      Effect.provide(ConfigProvider.layer(ConfigProvider.fromEnv({ env }))),
    ),
  );
  expect(Result.isSuccess(accepted)).toBe(true);
  expect(Buffer.from(sent[0]?.body ?? []).toString()).toContain('"sub_mchid":"1900000200"');
  expect(noticed.mchid).toBe(mchId);
});

describe("the block of an entry", () => {
  const { certificatePem, privateKeyPem } = identities.merchantA;
  const serial = serialOf(certificatePem);
  const key = createPrivateKey(privateKeyPem);
  const over = (answers: ReadonlyArray<Answer>, merchant: object = {}) =>
    Merchants.make([
      { name: "shop", v3: ApiV3.block({ ...options, ...merchant, transport: TransportStub.sequence(answers) }) },
    ]).pipe(Effect.scoped, Effect.tap(TestClock.setTime(now * 1000)));
  it.effect("refunds, and opens notices with the keys that all of it knows", () =>
    Effect.gen(function* () {
      const { all, openNotice } = yield* over([
        signed(refund),
        () => reply(200, { data: [listed(certificatePem)] }, { serial, key }),
        () => reply(200, refund, { serial, key }),
      ]);
      const [shop] = all;
      expect((yield* (shop as Merchants.Registered).client.refund(request)).refundId).toBe(refund.refund_id);
      const plain = callback(envelope(noticed));
      expect((yield* openNotice("shop", plain.body, plain.headers)).notice.noticeId).toBe("EV-20260101120007");
      const rotated = callback(envelope(noticed), { serial, key });
      expect((yield* openNotice("shop", rotated.body, rotated.headers)).notice.refundStatus).toBe("SUCCESS");
      // No second look: the key is known by now.
      expect((yield* (shop as Merchants.Registered).client.refund(request)).refundId).toBe(refund.refund_id);
      const problem = (given: { readonly body: Uint8Array; readonly headers: Record<string, string> }) =>
        Effect.map(
          Effect.flip(openNotice("shop", given.body, given.headers)),
          (error) => "problem" in error && error.problem,
        );
      expect(yield* problem(callback(envelope(noticed), { serial: "FORGED" }))).toBe("unknown-key");
      expect(
        yield* problem({ ...plain, headers: { ...plain.headers, "wechatpay-signature": "WECHATPAY/SIGNTEST/x" } }),
      ).toBe("probe");
      expect(yield* problem({ body: plain.body, headers: {} })).toBe("unsigned");
    }),
  );
  it.effect("gets its keys before a call, and says what a call would where it cannot", () =>
    Effect.gen(function* () {
      const { publicKeys: _, ...certificates } = options;
      const paths: Array<string> = [];
      const answers = [
        () => reply(500, {}),
        () => reply(200, { data: [listed(certificatePem)] }, { serial, key }),
        () => reply(200, refund, { serial, key }),
      ];
      const transport: Transport["Service"] = {
        send: ({ url }) =>
          Effect.sync(() => (answers[paths.push(new URL(url).pathname) - 1] ?? (() => reply(404, {})))()),
      };
      const { make } = ApiV3.block({ ...certificates, transport: Layer.succeed(Transport, transport) });
      const { client, ready = Effect.die("it is not there") } = Result.getOrThrow(make(transport, undefined));
      yield* TestClock.setTime(now * 1000);
      expect(yield* Effect.flip(ready)).toMatchObject({ error: { sent: "no", reason: { _tag: "Unreachable" } } });
      yield* TestClock.adjust("6 seconds");
      yield* ready;
      yield* ready;
      expect(paths).toEqual(["/v3/certificates", "/v3/certificates"]);
      expect((yield* client(transport).refund(request)).refundId).toBe(refund.refund_id);
      expect(paths).toHaveLength(3);
    }),
  );
  it.effect("opens nothing without the APIv3 key", () =>
    Effect.gen(function* () {
      const { all, openNotice } = yield* over([], { apiV3Key: undefined, endpoint: "https://two.example" });
      const plain = callback(envelope(noticed));
      expect(yield* Effect.flip(openNotice("shop", plain.body, plain.headers))).toMatchObject({
        problem: "unreadable",
      });
      expect(all[0]?.merchant).toEqual({ mchId, endpoint: "https://two.example" });
      const speaker = Merchants.speakerOf(all[0] as Merchants.Registered, "v3");
      expect(speaker !== undefined && "check" in speaker && Result.isFailure(speaker.check({} as never))).toBe(true);
      expect(speaker !== undefined && "check" in speaker && Result.isSuccess(speaker.check(request))).toBe(true);
    }),
  );
  it.effect("says what is wrong with it", () =>
    Effect.gen(function* () {
      const wrong = yield* Effect.flip(over([], { serialNo: "0" }));
      expect(wrong.issues.map(({ field }) => field)).toEqual(["v3.serialNo"]);
      const two = over([], { endpoint: "https://two.example" }).pipe(
        Effect.provideService(Core.Endpoint, "https://one.example"),
        Effect.flip,
      );
      expect((yield* two).issues.map(({ field }) => field)).toEqual(["v3.endpoint"]);
    }),
  );
});
