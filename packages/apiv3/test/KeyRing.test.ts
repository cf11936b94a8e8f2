/** The download of certificates: before the first call, once a minute for an unknown serial number, one at a time. */
import { gzipSync } from "node:zlib";
import { createPrivateKey } from "node:crypto";
import {
  ConnectionLost,
  HandshakeFailed,
  type TransportReply,
  type TransportRequest,
  TransportError,
  TimedOut,
  Unusable,
} from "@wechat-refund/core/Transport";
import { LeavesNow } from "@wechat-refund/core/Speaker";
import * as Deferred from "effect/Deferred";
import * as Effect from "effect/Effect";
import * as Fiber from "effect/Fiber";
import * as Redacted from "effect/Redacted";
import * as Result from "effect/Result";
import * as TestClock from "effect/testing/TestClock";
import { describe, expect, it } from "@effect/vitest";
import { KeyRing, Merchant } from "../src/index.ts";
import { identities, keyId, listed, now, options, reply, serialOf, unsigned } from "./support/gateway.ts";

const { publicKeys: _, ...certificateMode } = options;
const merchant = Result.getOrThrow(Merchant.make(certificateMode));
const both = Result.getOrThrow(Merchant.make(options));
const keyless = Result.getOrThrow(Merchant.make({ ...options, apiV3Key: undefined }));

const [first, second] = [identities.merchantA, identities.merchantB];
const keyOf = (identity: typeof first) => createPrivateKey(identity.privateKeyPem);
const list = (timestamp: number, by: typeof first, ...certificates: ReadonlyArray<typeof first>) =>
  reply(
    200,
    { data: certificates.map(({ certificatePem }) => listed(certificatePem)) },
    { timestamp, key: keyOf(by), serial: serialOf(by.certificatePem) },
  );

const endpoint = "https://api.mch.weixin.qq.com";
type Answer = (timestamp: number) => TransportReply | TransportError;

/** A ring over answers in turn; the last one stays. */
const ringOf = (whose: Merchant.MerchantIdentity, ...answers: ReadonlyArray<Answer>) => {
  const requests: Array<TransportRequest> = [];
  const ring = KeyRing.make(whose, {
    send: (request) =>
      Effect.suspend(() => {
        const answer = (answers[Math.min(requests.length, answers.length - 1)] as Answer)(
          Number(/timestamp="(\d+)"/.exec(request.headers["Authorization"] ?? "")?.[1]),
        );
        requests.push(request);
        return answer instanceof TransportError ? Effect.fail(answer) : Effect.succeed(answer);
      }),
  });
  return { requests, ring };
};
const good: Answer = (at) => list(at, first, first);
const broken: Answer = () => unsigned(500, { code: "SYSTEM_ERROR" });
const start = TestClock.setTime(now * 1000);

const failure = (ring: KeyRing.KeyRing) => Effect.map(Effect.flip(ring.ready(endpoint)), (error) => error);

describe("before the first call", () => {
  it.effect("the certificates are downloaded once, and verified with what they bring", () =>
    Effect.gen(function* () {
      yield* start;
      const { requests, ring } = ringOf(merchant, good);
      const held = yield* Effect.all(
        Array.from({ length: 5 }, () => ring.ready(endpoint)),
        { concurrency: 5 },
      );
      expect(requests).toHaveLength(1);
      expect(requests[0]?.url).toBe(`${endpoint}/v3/certificates`);
      for (const { keys, preferred } of held) {
        expect([...keys.keys()]).toEqual([serialOf(first.certificatePem)]);
        expect(preferred === undefined || keys.has(preferred)).toBe(true);
      }
      yield* TestClock.adjust("12 hours");
      yield* ring.ready(endpoint);
      expect(requests).toHaveLength(2);
    }),
  );
  it.effect("nothing is, for a call that leaves now or not at all", () =>
    Effect.gen(function* () {
      yield* start;
      const { requests, ring } = ringOf(merchant, good);
      const now = Effect.provideService(ring.ready(endpoint), LeavesNow, true);
      expect(yield* Effect.flip(now)).toMatchObject({ error: { sent: "no", reason: { _tag: "Unreachable" } } });
      expect(requests).toHaveLength(0);
      yield* ring.ready(endpoint);
      yield* TestClock.adjust("12 hours");
      expect((yield* now).keys.size).toBe(1);
      expect(requests).toHaveLength(1);
    }),
  );
  it.effect("nothing is, where the settings name a key", () =>
    Effect.gen(function* () {
      yield* start;
      const { requests, ring } = ringOf(both, good);
      expect((yield* ring.ready(endpoint)).preferred).toBe(keyId);
      expect(requests).toHaveLength(0);
      expect([...ring.known().keys()]).toEqual([keyId]);
    }),
  );
  it.effect.each<readonly [string, Answer, string, string]>([
    [
      "no network",
      () => new TransportError({ reason: new TimedOut({ phase: "exchange", limitMillis: 1 }) }),
      "Unreachable",
      "resend-same",
    ],
    [
      "a connection that broke",
      () => new TransportError({ reason: new ConnectionLost({ detail: "reset" }) }),
      "Unreachable",
      "resend-same",
    ],
    [
      "no trust",
      () => new TransportError({ reason: new HandshakeFailed({ detail: "trust" }) }),
      "HandshakeFailed",
      "fix-account",
    ],
    [
      "a closed transport",
      () => new TransportError({ reason: new Unusable({ detail: "closed" }) }),
      "Unusable",
      "fix-account",
    ],
    [
      "a refused signature",
      () => unsigned(401, { code: "SIGN_ERROR", message: "签名错误" }),
      "Unusable",
      "fix-account",
    ],
    [
      "no certificates",
      () => unsigned(404, { code: "RESOURCE_NOT_EXISTS", message: "无可用的平台证书" }),
      "Unusable",
      "fix-account",
    ],
    ["a server that is down", () => unsigned(502, {}), "Unreachable", "resend-same"],
    [
      "too many requests",
      () => unsigned(429, { code: "FREQUENCY_LIMITED", message: "频率超限" }),
      "Unreachable",
      "resend-same",
    ],
    ["a redirect that is signed", (at) => reply(302, {}, { timestamp: at }), "Unusable", "fix-account"],
    [
      "a list that is too long",
      () => ({ status: 200, headers: {}, body: new Uint8Array(256 * 1024 + 1) }),
      "Unusable",
      "fix-account",
    ],
    ["a list of nothing", (at) => reply(200, { data: [] }, { timestamp: at }), "Unusable", "fix-account"],
    ["an unsigned list", (at) => ({ ...list(at, first, first), headers: {} }), "Unusable", "fix-account"],
    ["a list signed by another", (at) => list(at, second, first), "Unusable", "fix-account"],
    ["an old list", (at) => list(at - 400, first, first), "Unusable", "fix-account"],
  ])("with %s nothing of a refund is sent", ([, answer, reason, advice]) =>
    Effect.gen(function* () {
      yield* start;
      const { ring } = ringOf(merchant, answer);
      const error = yield* failure(ring);
      expect(error).toMatchObject({ outcome: "not-accepted", advice, error: { reason: { _tag: reason } } });
      expect(error.message).toContain("平台证书");
      expect(ring.known().size).toBe(0);
    }),
  );
  it.effect("says how to verify without certificates", () =>
    Effect.gen(function* () {
      yield* start;
      const none = ringOf(merchant, () => unsigned(404, { code: "RESOURCE_NOT_EXISTS", message: "无可用的平台证书" }));
      expect((yield* failure(none.ring)).message).toContain("give WeChat Pay's public key (微信支付公钥)");
      const sealed = ringOf(merchant, (at) =>
        reply(200, { data: [listed(first.certificatePem, { key: "b".repeat(32) })] }, { timestamp: at }),
      );
      expect((yield* failure(sealed.ring)).message).toContain("APIv3密钥");
    }),
  );
  it.effect("is tried again six seconds after it had failed, and not before", () =>
    Effect.gen(function* () {
      yield* start;
      let requests = 0;
      const ring = KeyRing.make(merchant, {
        send: (request) => {
          const at = Number(/timestamp="(\d+)"/.exec(request.headers["Authorization"] ?? "")?.[1]);
          const answer = (requests++ === 0 ? broken : good)(at) as TransportReply;
          return requests === 1 ? Effect.delay(Effect.succeed(answer), "20 seconds") : Effect.succeed(answer);
        },
      });
      const first = yield* Effect.forkChild(failure(ring));
      yield* TestClock.adjust("20 seconds");
      yield* Fiber.join(first);
      // A call that is begun after it fails at once, and does not leave the later by another look.
      yield* TestClock.adjust("5900 millis");
      yield* failure(ring);
      expect(requests).toBe(1);
      yield* TestClock.adjust("100 millis");
      yield* ring.ready(endpoint);
      expect(requests).toBe(2);
    }),
  );
  it.effect("is unpacked, where it was packed on its way", () =>
    Effect.gen(function* () {
      yield* start;
      const packed = (pack: (body: Uint8Array) => Uint8Array) =>
        ringOf(merchant, (at) => {
          const { body, headers, status } = good(at) as TransportReply;
          return { status, headers: { ...headers, "content-encoding": "gzip" }, body: pack(body) };
        }).ring;
      expect((yield* packed(gzipSync).ready(endpoint)).keys.size).toBe(1);
      expect((yield* failure(packed((body) => body))).message).toContain("it is not what its Content-Encoding says");
    }),
  );
  it.effect("comes to its end also where nobody waits so long", () =>
    Effect.gen(function* () {
      yield* start;
      let requests = 0;
      const ring = KeyRing.make(both, {
        send: (request) => {
          requests++;
          const at = Number(/timestamp="(\d+)"/.exec(request.headers["Authorization"] ?? "")?.[1]);
          return Effect.delay(Effect.succeed(good(at) as TransportReply), "1 second");
        },
      });
      const serial = serialOf(first.certificatePem);
      for (const known of [false, true]) {
        const asked = yield* Effect.forkChild(ring.find(serial, endpoint));
        yield* TestClock.adjust("900 millis");
        yield* Fiber.interrupt(asked);
        expect(ring.known().has(serial)).toBe(known);
        yield* TestClock.adjust("100 millis");
        expect(ring.known().has(serial)).toBe(true);
      }
      expect(requests).toBe(1);
    }),
  );
  it.effect("is none when it has not ended in a minute, and is begun again", () =>
    Effect.gen(function* () {
      yield* start;
      let requests = 0;
      const ring = KeyRing.make(merchant, {
        send: () => Effect.suspend(() => (requests++, Effect.never)),
      });
      for (const n of [1, 2]) {
        const asked = yield* Effect.forkChild(failure(ring));
        yield* TestClock.adjust("1 minute");
        expect(yield* Fiber.join(asked)).toMatchObject({ advice: "resend-same", outcome: "not-accepted" });
        expect(requests).toBe(n);
        yield* TestClock.adjust("6 seconds");
      }
    }),
  );
});

it.effect("asks for newer certificates without holding up who has some", () =>
  Effect.gen(function* () {
    yield* start;
    const begun = yield* Deferred.make<void>();
    let downloads = 0;
    const ring = KeyRing.make(merchant, {
      send: (request) =>
        ++downloads === 1
          ? Effect.succeed(
              good(Number(/timestamp="(\d+)"/.exec(request.headers["Authorization"] ?? "")?.[1])) as TransportReply,
            )
          : Effect.andThen(Deferred.succeed(begun, undefined), Effect.never),
    });
    yield* ring.ready(endpoint);
    yield* TestClock.adjust("12 hours");
    const first = yield* Effect.forkChild(ring.ready(endpoint));
    yield* Deferred.await(begun);
    expect((yield* ring.ready(endpoint)).keys.size).toBe(1);
    expect(downloads).toBe(2);
    yield* Fiber.interrupt(first);
  }),
);

describe("an unknown serial number", () => {
  it.effect("is looked for once a minute, whoever asks", () =>
    Effect.gen(function* () {
      yield* start;
      const { requests, ring } = ringOf(both, good);
      const found = yield* Effect.all(
        Array.from({ length: 20 }, (__, n) => ring.find(`FORGED${n}`, endpoint)),
        { concurrency: 20 },
      );
      expect(requests).toHaveLength(1);
      // What it brought is known from then on, beside the settings' own.
      for (const keys of found)
        expect([...keys.keys()].toSorted()).toEqual([serialOf(first.certificatePem), keyId].toSorted());
      yield* TestClock.adjust("59 seconds");
      yield* ring.find("FORGED", endpoint);
      expect(requests).toHaveLength(1);
      yield* TestClock.adjust("1 second");
      yield* ring.find("FORGED", endpoint);
      expect(requests).toHaveLength(2);
      yield* TestClock.adjust("1 hour");
      yield* ring.find(keyId, endpoint);
      expect(requests).toHaveLength(2);
    }),
  );
  it.effect("is found after a rotation, and the last good set stays when a look fails", () =>
    Effect.gen(function* () {
      yield* start;
      const { ring } = ringOf(merchant, good, broken, (at) => list(at, second, first, second));
      yield* ring.ready(endpoint);
      yield* TestClock.adjust("1 minute");
      expect([...(yield* ring.find(serialOf(second.certificatePem), endpoint)).keys()]).toEqual([
        serialOf(first.certificatePem),
      ]);
      yield* TestClock.adjust("1 minute");
      expect((yield* ring.find(serialOf(second.certificatePem), endpoint)).has(serialOf(second.certificatePem))).toBe(
        true,
      );
    }),
  );
  it.effect("is not looked for where nothing could be opened", () =>
    Effect.gen(function* () {
      yield* start;
      const { requests, ring } = ringOf(keyless, good);
      expect([...(yield* ring.find("FORGED", endpoint)).keys()]).toEqual([keyId]);
      expect(requests).toHaveLength(0);
      expect((yield* ring.ready(endpoint)).preferred).toBe(keyId);
    }),
  );
});

it.effect("has its own certificates refused as the platform's", () =>
  Effect.gen(function* () {
    yield* start;
    const own = Result.getOrThrow(
      Merchant.make({
        ...certificateMode,
        serialNo: serialOf(first.certificatePem),
        privateKey: Redacted.make(first.privateKeyPem),
      }),
    );
    expect((yield* failure(ringOf(own, good).ring)).message).toContain("merchant's own");
  }),
);
