import { it } from "@effect/vitest";
import { Effect, Fiber } from "effect";
import { TestClock } from "effect/testing";
import { describe, expect } from "vitest";
import { Fault, type Gateway, MemoryTransport } from "@wechat-refund/simulator";
import { Transport, type TransportError, type TransportReply } from "@wechat-refund/core/Transport";
import {
  appId,
  body,
  codeOf,
  type Fields,
  gateway,
  mchId,
  now,
  otherMchId,
  queryFields,
  queryPath,
  read,
  refundFields,
  refundPath,
  textOf,
} from "./client.ts";

const headers = { "Content-Type": "text/xml" };

const post = (path: string, fields: Fields) =>
  Effect.flatMap(Transport, (transport) =>
    transport.send({ method: "POST", url: `https://api.mch.weixin.qq.com${path}`, headers, body: body(fields) }),
  );
const refund = (fields: Fields = {}) => post(refundPath, { ...refundFields, ...fields });
const query = (fields: Fields = {}) => post(queryPath, { ...queryFields, ...fields });
const code = (reply: TransportReply) => codeOf({ ...reply, contentType: reply.headers["content-type"] ?? "" });

const against = <A, E>(
  to: Gateway.Gateway,
  effect: Effect.Effect<A, E, Transport>,
  options?: MemoryTransport.Options,
): Effect.Effect<A, E> => Effect.provide(effect, MemoryTransport.layer(to, options));

const failure = <A>(effect: Effect.Effect<A, TransportError, Transport>) =>
  Effect.map(Effect.flip(effect), ({ sent, reason }) => [reason._tag, sent]);

describe("a transport in memory", () => {
  it.effect("tells the whole story on the test's clock", () =>
    against(
      gateway(),
      Effect.gen(function* () {
        yield* TestClock.setTime(now);
        const accepted = yield* refund();
        expect([accepted.status, accepted.headers["content-type"], code(accepted)]).toEqual([
          200,
          "text/plain",
          "SUCCESS",
        ]);
        expect(read(yield* query())["refund_status_0"]).toBe("PROCESSING");
        yield* TestClock.adjust("5 seconds");
        expect(read(yield* query())).toMatchObject({
          refund_status_0: "SUCCESS",
          refund_success_time_0: "2026-01-01 12:00:05",
          refund_id_0: read(accepted)["refund_id"],
        });
      }),
    ),
  );

  it.effect("says nothing to a missing or foreign certificate where it is told so, and answers a query", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(now);
      const silent = gateway({ badCertificate: "silence" });
      for (const [clientCertificate, said] of [
        ["none", "no-certificate"],
        ["refused", "certificate"],
      ] as const) {
        const { reason, sent } = yield* against(silent, Effect.flip(refund()), { clientCertificate });
        expect([reason._tag, sent]).toEqual(["ConnectionLost", "maybe"]);
        expect(reason).toMatchObject({ silent: said });
        expect(code(yield* against(silent, query(), { clientCertificate }))).toBe("REFUNDNOTEXIST");
      }
      expect(silent.ledger.size()).toBe(0);
      expect(code(yield* against(silent, refund()))).toBe("SUCCESS");
    }),
  );

  it.effect("shows the first merchant's certificate, or the one it is given", () =>
    Effect.gen(function* () {
      const to = gateway({
        merchants: [
          { appId, mchId, apiKey: "TestKey0000000000000000000000001" },
          { appId, mchId: otherMchId, apiKey: "TestKey0000000000000000000000002" },
        ],
      });
      const codes = yield* Effect.forEach(
        [undefined, { commonName: otherMchId }, "none", "refused"] as const,
        (clientCertificate) =>
          Effect.map(against(to, refund(), clientCertificate === undefined ? {} : { clientCertificate }), code),
      );
      expect(codes).toEqual([
        "SUCCESS",
        "CERT_ERROR",
        "400 400 No required SSL certificate was sent",
        "400 400 The SSL certificate error",
      ]);
    }),
  );

  it.effect("answers a GET as the server does", () =>
    against(
      gateway(),
      Effect.gen(function* () {
        const { send } = yield* Transport;
        const get = (path: string) => send({ method: "GET", url: `https://api.mch.weixin.qq.com${path}`, headers });
        expect(code(yield* get(refundPath))).toBe("FAIL 请使用post方法");
        expect(code(yield* get("/nowhere"))).toBe("404 404 Not Found");
      }),
    ),
  );

  it.effect("cannot post to an address that is none", () =>
    against(
      gateway(),
      Effect.gen(function* () {
        const { send } = yield* Transport;
        for (const url of ["/secapi/pay/refund", "http://127.0.0.1/secapi/pay/refund", ""]) {
          expect(yield* failure(send({ method: "POST", url, headers, body: body(refundFields) })), url).toEqual([
            "Unusable",
            "no",
          ]);
        }
      }),
    ),
  );
});

const afterFault = (fault: Fault.Fault) => {
  const to = gateway();
  to.faults.push(fault);
  return to;
};

describe("faults", () => {
  it.effect("drop a request before the gateway hears it", () => {
    const to = afterFault(Fault.Drop({}));
    return against(
      to,
      Effect.gen(function* () {
        expect(yield* failure(refund())).toEqual(["Unreachable", "no"]);
        expect([to.ledger.size(), to.log.total()]).toEqual([0, 0]);
        expect(code(yield* refund())).toBe("SUCCESS");
      }),
    );
  });

  it.effect("lose the reply of an accepted refund", () => {
    const to = afterFault(Fault.LoseReply({}));
    return against(
      to,
      Effect.gen(function* () {
        expect(yield* failure(refund())).toEqual(["ConnectionLost", "maybe"]);
        expect(to.ledger.size()).toBe(1);
        expect(code(yield* refund())).toBe("SUCCESS");
        expect(to.ledger.size()).toBe(1);
      }),
    );
  });

  it.effect("hold a reply back after acceptance", () => {
    const to = afterFault(Fault.Delay({ millis: 10_000, part: "reply" }));
    return against(
      to,
      Effect.gen(function* () {
        const fiber = yield* Effect.forkChild(refund());
        yield* TestClock.adjust("9999 millis");
        expect([fiber.pollUnsafe(), to.ledger.size()]).toEqual([undefined, 1]);
        yield* TestClock.adjust("1 millis");
        expect(code(yield* Fiber.join(fiber))).toBe("SUCCESS");
      }),
    );
  });

  it.effect("hold a request back, and forget it when the caller gives up", () => {
    const to = afterFault(Fault.Delay({ millis: 10_000, part: "request" }));
    return against(
      to,
      Effect.gen(function* () {
        const fiber = yield* Effect.forkChild(refund());
        yield* TestClock.adjust("9999 millis");
        expect(to.ledger.size()).toBe(0);
        yield* Fiber.interrupt(fiber);
        yield* TestClock.adjust("1 minute");
        expect(to.log.total()).toBe(0);
      }),
    );
  });

  it.effect.each([true, false])("replace a reply, the gateway reached: %s", (reached) => {
    const to = afterFault(Fault.Replace({ status: 502, body: "<html>502</html>", reached }));
    return against(
      to,
      Effect.gen(function* () {
        const reply = yield* refund();
        expect([reply.status, reply.headers["content-type"], textOf(reply)]).toEqual([
          502,
          "text/html",
          "<html>502</html>",
        ]);
        expect(to.ledger.size()).toBe(reached ? 1 : 0);
      }),
    );
  });

  it.effect("mangle and cut replies", () => {
    const to = gateway();
    to.faults.push(
      Fault.Mangle({ find: "<refund_fee><![CDATA[30]]>", put: "<refund_fee><![CDATA[$&0]]>" }),
      Fault.Truncate({ bytes: 20 }),
    );
    return against(
      to,
      Effect.gen(function* () {
        expect(read(yield* refund())["refund_fee"]).toBe("$&0");
        expect(textOf(yield* refund())).toBe("<xml><return_code><!");
        expect(code(yield* refund())).toBe("SUCCESS");
      }),
    );
  });

  it.effect("refuse, before or after acceptance", () => {
    const to = gateway();
    to.faults.push(
      Fault.Refuse({ errCode: "NOAUTH", errCodeDes: "异常IP请求不予受理", accepted: false }),
      Fault.Refuse({ errCode: "SYSTEMERROR", accepted: true }),
    );
    return against(
      to,
      Effect.gen(function* () {
        expect(read(yield* refund())).toMatchObject({ err_code: "NOAUTH", err_code_des: "异常IP请求不予受理" });
        expect(to.ledger.size()).toBe(0);
        expect(code(yield* refund())).toBe("SYSTEMERROR");
        expect(to.ledger.size()).toBe(1);
      }),
    );
  });

  it.effect("wait for the call they are meant for", () => {
    const to = gateway();
    to.faults.push(Fault.Drop({ on: "query" }), Fault.LoseReply({ on: "refund" }), Fault.Drop({}));
    return against(
      to,
      Effect.gen(function* () {
        expect(yield* failure(refund())).toEqual(["ConnectionLost", "maybe"]);
        expect(yield* failure(refund())).toEqual(["Unreachable", "no"]);
        expect(code(yield* refund())).toBe("SUCCESS");
        expect(to.faults.pending()).toEqual([Fault.Drop({ on: "query" })]);
        expect(yield* failure(query())).toEqual(["Unreachable", "no"]);
        expect(to.faults.pending()).toEqual([]);
      }),
    );
  });
});
