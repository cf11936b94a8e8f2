/** A merchant moves from APIv2 to APIv3 in the middle, at a gateway that loses, delays and refuses: each refund is made once, by one protocol. */
import { X509Certificate } from "node:crypto";
import { join } from "node:path";
import { expect, it } from "@effect/vitest";
import { ApiV3 } from "@wechat-refund/apiv3";
import { Merchants, Transport } from "@wechat-refund/core";
import { Durable, Refunds } from "@wechat-refund/durable";
import { Gateway, MemoryTransport } from "@wechat-refund/simulator";
import { TestIdentities } from "@wechat-refund/testkit";
import { Context, Effect, Layer, Redacted } from "effect";
import { TestClock } from "effect/testing";
import { directory } from "./support/files.ts";
import { mchId, request, secret } from "./support/world.ts";

const { certificatePem, privateKeyPem } = TestIdentities.make({ merchantA: mchId }).merchantA;
const serialNo = new X509Certificate(certificatePem).serialNumber;
const apiV3Key = "TestApiV3Key00000000000000000001";
const appId = "wx8888888888888888";
// Platform certificates hold from the day on which they are made.
const start = Date.now();
const each = 8;

it.effect.each([1, 3])("seed %d", (seed) =>
  Effect.gen(function* () {
    yield* TestClock.setTime(start);
    const gateway = Gateway.make({
      merchants: [{ appId, mchId, apiKey: secret, v3: { serialNo, publicKey: certificatePem, apiKey: apiV3Key } }],
      orders: Array.from({ length: 2 * each }, (_, n) => ({
        mchId,
        transactionId: `42${n}`,
        outTradeNo: `T-${n}`,
        totalFee: 1000,
        paidAt: start - 86_400_000,
      })),
      course: [{ status: "SUCCESS", afterMillis: 20_000 }],
      chaos: {
        seed: `moving-${seed}`,
        rates: {
          replyLost: 0.1,
          replyCut: 0.05,
          replyMangled: 0.05,
          replyUnsigned: 0.05,
          replyBadlySigned: 0.05,
          replyForAnotherRefund: 0.05,
          systemErrorAfter: 0.1,
          systemErrorBefore: 0.1,
          needRetry: 0.05,
          frequencyLimited: 0.03,
          probe: 0.05,
        },
      },
    });
    const by = new Map<string, Set<string>>();
    const transport = (commonName: string | undefined) => {
      const inner = MemoryTransport.make(gateway, {
        clientCertificate: commonName === undefined ? "none" : { commonName },
      });
      return Layer.succeed(Transport.Transport, {
        send: (call: Transport.TransportRequest) => {
          const text = `${decodeURIComponent(call.url)} ${new TextDecoder().decode(call.body)}`;
          const number = /\b(R-\d+)\b/.exec(text)?.[1];
          if (number !== undefined)
            by.set(number, (by.get(number) ?? new Set()).add(call.url.includes("/v3/") ? "v3" : "v2"));
          return inner.send(call);
        },
      });
    };
    const key = gateway.platform.publicKey(mchId);
    const v2: Merchants.V2 = { appId, mchId, apiKey: Redacted.make(secret), transport: transport(mchId) };
    const v3 = ApiV3.block({
      mchId,
      serialNo,
      privateKey: Redacted.make(privateKeyPem),
      apiV3Key: Redacted.make(apiV3Key),
      publicKeys: key === undefined ? [] : [{ id: key.id, key: key.pem }],
      transport: transport(undefined),
    });
    const file = join(yield* directory, "refunds.db");
    const process = Effect.fnUntraced(function* (entry: Partial<Merchants.Entry>, from: number, seconds: number) {
      const layer = Durable.layerSqlite({ file, worker: { poll: "20 seconds", lease: "200 seconds" } });
      const refunds = Context.get(
        yield* Layer.build(layer.pipe(Layer.provide(Merchants.layer([{ name: "shop", ...entry }])))),
        Refunds.Refunds,
      );
      for (let n = from; n < from + each; n++) yield* refunds.start("shop", request(n));
      const numbers = Array.from({ length: from + each }, (_, n) => `R-${n}`);
      let open = numbers;
      for (let second = 0; second < seconds && open.length > 0; second++) {
        yield* TestClock.adjust("1 second");
        open = yield* Effect.filter(open, (number) =>
          Effect.map(refunds.find("shop", number), (refund) => refund?.truth !== "Succeeded"),
        );
      }
      return yield* Effect.forEach(numbers, (number) => refunds.find("shop", number));
    });
    yield* Effect.scoped(process({ v2 }, 0, 5));
    const found = yield* Effect.scoped(process({ v2, v3, protocol: "v3" }, each, 7200));
    expect(found.map((refund) => `${refund?.outRefundNo} ${refund?.protocol} ${refund?.truth}`)).toEqual(
      Array.from({ length: 2 * each }, (_, n) => `R-${n} ${n < each ? "v2" : "v3"} Succeeded`),
    );
    const rows = [...gateway.ledger.rows()];
    expect(rows).toHaveLength(2 * each);
    for (const [number, protocols] of by)
      expect([...protocols], number).toEqual([Number(number.slice(2)) < each ? "v2" : "v3"]);
  }),
);
