/** The client against the gateway of this repository, which reads, signs and seals with code of its own. */
import { X509Certificate } from "node:crypto";
import * as Merchants from "@wechat-refund/core/Merchants";
import { Transport } from "@wechat-refund/core/Transport";
import { Fault, Gateway, type GatewayConfig, MemoryTransport } from "@wechat-refund/simulator";
import * as TestIdentities from "@wechat-refund/testkit/TestIdentities";
import * as Clock from "effect/Clock";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as Redacted from "effect/Redacted";
import * as Result from "effect/Result";
import * as TestClock from "effect/testing/TestClock";
import { describe, expect, it } from "@effect/vitest";
import { ApiV3, Credential, type Merchant, TradeBill } from "../src/index.ts";

const mchId = "1900000109";
const { certificatePem, privateKeyPem } = TestIdentities.make({ merchantA: mchId }).merchantA;
const serialNo = new X509Certificate(certificatePem).serialNumber;
const apiV3Key = "TestApiV3Key00000000000000000001";
const v2 = { appId: "wx8888888888888888", mchId, apiKey: "TestKey0000000000000000000000001" };
// Its platform certificates hold from the day on which they are made.
const start = Date.now();

const gatewayOf = (v3: object = {}, config: Partial<typeof GatewayConfig.Config.Encoded> = {}) =>
  Gateway.make({
    merchants: [{ ...v2, v3: { serialNo, publicKey: certificatePem, apiKey: apiV3Key, ...v3 } }],
    orders: [{ mchId, transactionId: "4200", outTradeNo: "T-1", totalFee: 100, paidAt: start - 86_400_000 }],
    course: [{ status: "SUCCESS", afterMillis: 1000 }],
    ...config,
  });

const shopOf = (
  gateway: Gateway.Gateway,
  mode: "public-key" | "certificate",
  more: Partial<Merchant.MerchantOptions> = {},
) => {
  const calls: Array<string> = [];
  const inner = MemoryTransport.make(gateway, { clientCertificate: "none" });
  const transport = Layer.succeed(Transport, {
    send: (request) => {
      calls.push(`${request.method} ${new URL(request.url).pathname}`);
      return inner.send(request);
    },
  });
  const key = gateway.platform.publicKey(mchId);
  const options: Merchant.MerchantOptions = {
    mchId,
    serialNo,
    privateKey: Redacted.make(privateKeyPem),
    certificate: certificatePem,
    apiV3Key: Redacted.make(apiV3Key),
    ...(mode === "public-key" && key !== undefined && { publicKeys: [{ id: key.id, key: key.pem }] }),
    ...more,
  };
  const made = Merchants.make(
    [
      {
        name: "shop",
        v2: { ...v2, apiKey: Redacted.make(v2.apiKey), transport },
        v3: ApiV3.block({ ...options, transport }),
        protocol: "v3",
      },
    ],
    { pace: false },
  ).pipe(Effect.scoped);
  return { calls, made, transport, options };
};

const request = {
  order: { outTradeNo: "T-1" },
  outRefundNo: "R|1",
  totalFee: 100,
  refundFee: 30,
  notifyUrl: "https://shop.example/notices",
};
const begin = TestClock.setTime(start);

describe.each(["public-key", "certificate"] as const)("verified by %s", (mode) => {
  it.effect("refunds once, confirms, and says what is refused", () =>
    Effect.gen(function* () {
      yield* begin;
      const gateway = gatewayOf();
      const { calls, made } = shopOf(gateway, mode);
      const { get } = yield* made;
      const { client } = yield* get("shop");
      const accepted = yield* client.refund(request);
      expect(accepted).toMatchObject({ outRefundNo: "R|1", refundFee: 30, refundStatus: "PROCESSING" });
      expect((yield* client.refund(request)).refundId).toBe(accepted.refundId);
      yield* TestClock.adjust("2 seconds");
      expect((yield* client.confirm(request)).refundStatus).toBe("SUCCESS");
      expect(gateway.ledger.size()).toBe(1);
      expect(calls[0]).toBe(mode === "certificate" ? "GET /v3/certificates" : "POST /v3/refund/domestic/refunds");
      const refusals = [
        client.refund({ ...request, refundFee: 20 }),
        client.refund({ ...request, outRefundNo: "R-2", refundFee: 90 }),
        client.refund({ ...request, outRefundNo: "R-3", order: { outTradeNo: "T-9" } }),
        client.query({ outRefundNo: "R-9" }),
      ];
      const said = yield* Effect.forEach(refusals, (one) =>
        Effect.flip(one as Effect.Effect<unknown, Effect.Error<(typeof refusals)[0]>>),
      );
      expect(
        said.map(({ advice, outcome, reason }) =>
          [reason._tag === "Rejected" && reason.errCode, outcome, advice].join(" "),
        ),
      ).toEqual([
        "INVALID_REQUEST not-by-this-call query-first",
        "INVALID_REQUEST not-by-this-call query-first",
        "RESOURCE_NOT_EXISTS not-by-this-call query-first",
        "RESOURCE_NOT_EXISTS unknown resend-same",
      ]);
    }),
  );
  it.effect("opens the notice of a refund, and that of APIv2 at the same address", () =>
    Effect.gen(function* () {
      yield* begin;
      const gateway = gatewayOf();
      const { made } = shopOf(gateway, mode);
      const { get, openNotice } = yield* made;
      const { client } = yield* get("shop");
      yield* client.refund(request);
      const { notifyUrl: _, ...silent } = request;
      yield* TestClock.adjust("10 seconds");
      const [delivery, ...others] = gateway.notices.take(yield* Clock.currentTimeMillis);
      expect(others).toEqual([]);
      const { notice } = yield* openNotice("shop", delivery?.body ?? new Uint8Array(0), delivery?.headers);
      expect(notice).toMatchObject({ outRefundNo: "R|1", refundStatus: "SUCCESS", refundFee: 30 });
      expect(notice.noticeId).toBeDefined();
      expect(silent).not.toHaveProperty("notifyUrl");
      const forged = { ...delivery?.headers, "Wechatpay-Nonce": "0".repeat(32) };
      expect((yield* Effect.flip(openNotice("shop", delivery?.body ?? new Uint8Array(0), forged)))._tag).toBe(
        "BadNotice",
      );
    }),
  );
  it.effect("believes no probe, and the same asked again", () =>
    Effect.gen(function* () {
      yield* begin;
      const gateway = gatewayOf();
      const { made } = shopOf(gateway, mode);
      const { client } = yield* Effect.flatMap(made, ({ get }) => get("shop"));
      yield* client.refund(request);
      gateway.faults.push(Fault.Probe({}));
      expect((yield* Effect.flip(client.refund(request))).reason).toMatchObject({ problem: "probe" });
      expect((yield* client.refund(request)).outRefundNo).toBe("R|1");
      expect(gateway.ledger.size()).toBe(1);
    }),
  );
});

it.effect("follows a rotation of the platform certificates", () =>
  Effect.gen(function* () {
    yield* begin;
    const gateway = gatewayOf({ platform: "certificate" });
    const { calls, made } = shopOf(gateway, "certificate");
    const { client } = yield* Effect.flatMap(made, ({ get }) => get("shop"));
    yield* client.refund(request);
    gateway.platform.rotate(mchId, yield* Clock.currentTimeMillis, { announcedMillis: 0, graceMillis: 0 });
    yield* TestClock.adjust("61 seconds");
    expect((yield* client.refund(request)).outRefundNo).toBe("R|1");
    expect(calls.filter((call) => call === "GET /v3/certificates")).toHaveLength(2);
  }),
);

it.effect("downloads a bill whose digest holds", () =>
  Effect.gen(function* () {
    yield* begin;
    const gateway = gatewayOf();
    const { made, options } = shopOf(gateway, "public-key");
    const { client } = yield* Effect.flatMap(made, ({ get }) => get("shop"));
    yield* client.refund(request);
    yield* TestClock.adjust("2 days");
    const transport = MemoryTransport.make(gateway, { clientCertificate: "none" });
    const key = gateway.platform.publicKey(mchId);
    const now = Math.floor((yield* Clock.currentTimeMillis) / 1000);
    const credential = Result.getOrThrow(Credential.make(options));
    const context = {
      credential,
      nonce: "n".repeat(32),
      timestamp: now,
      endpoint: "https://api.mch.weixin.qq.com",
      platformKeyId: key?.id,
    };
    const billDate = new Date(start + 8 * 3_600_000).toISOString().slice(0, 10);
    const told = yield* transport.send(Result.getOrThrow(TradeBill.prepare({ billDate, billType: "REFUND" }, context)));
    const keys = (shopOf(gateway, "public-key").options.publicKeys ?? []).length;
    expect(keys).toBe(1);
    const { platformKeys } = Result.getOrThrow(
      (yield* Effect.promise(() => import("../src/Merchant.ts"))).make(options),
    );
    const link = Result.getOrThrow(TradeBill.interpret(told, { keys: platformKeys, now }));
    const posted = yield* transport.send(
      Result.getOrThrow(TradeBill.prepareDownload(link, { ...context, nonce: "m".repeat(32) })),
    );
    const file = Result.getOrThrow(
      Result.flatMap(TradeBill.interpretDownload(posted), (bytes) => TradeBill.verifyFile(bytes, link)),
    );
    expect(new TextDecoder().decode(file)).toContain("R|1");
  }),
);
