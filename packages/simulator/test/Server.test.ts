import { once } from "node:events";
import { connect as connectTcp } from "node:net";
import { connect as connectTls } from "node:tls";
import { it } from "@effect/vitest";
import { Effect, Exit, Fiber, Scope } from "effect";
import { TestClock } from "effect/testing";
import { describe, expect } from "vitest";
import { Fault, type Gateway, Server } from "@wechat-refund/simulator";
import { TestIdentities } from "@wechat-refund/testkit";
import {
  apiKey,
  appId,
  body,
  codeOf,
  type Fields,
  gateway,
  mchId,
  now,
  otherMchId,
  paid,
  queryFields,
  queryPath,
  read,
  refundFields,
  refundPath,
  textOf,
} from "./client.ts";
import vectors from "./data/vectors.json" with { type: "json" };
import { agent, send, until } from "./wire.ts";

const identities = TestIdentities.make({ merchantA: mchId, merchantB: otherMchId });
const start = (to: Gateway.Gateway = gateway(), options: Server.Options = {}) =>
  Server.make(to, { identities, ...options });
const refundBody = (fields: Fields = {}) => body({ ...refundFields, ...fields });
const refund = { path: refundPath, body: refundBody() };
const query = { path: queryPath, body: body(queryFields) };
/** Real time is far from the fixtures' year, so orders are paid now. */
const today = () => gateway({ orders: [{ ...paid, paidAt: Date.now() }] });

describe.each(["TLSv1.2", "TLSv1.3"] as const)("over %s", (version) => {
  const tls = { minVersion: version, maxVersion: version } as const;

  it.live("serves the certificate's owner and turns the others away", () =>
    Effect.gen(function* () {
      const server = yield* start(today(), tls);
      const codes: Record<string, string> = {};
      for (const name of ["merchantA", "merchantB", "stranger", "merchantExpired", "merchantEc"] as const) {
        codes[name] = codeOf(yield* send(server, { ...refund, agent: agent(server, identities[name]) }));
      }
      codes["none"] = codeOf(yield* send(server, { ...refund, agent: agent(server) }));
      expect(codes).toEqual({
        merchantA: "SUCCESS",
        merchantB: "CERT_ERROR",
        stranger: "400 400 The SSL certificate error",
        merchantExpired: "400 400 The SSL certificate error",
        merchantEc: "SUCCESS",
        none: "400 400 No required SSL certificate was sent",
      });
    }),
  );

  it.live("closes without a word over a certificate that is missing or foreign, where it is told so", () =>
    Effect.gen(function* () {
      const to = gateway({ orders: [{ ...paid, paidAt: Date.now() }], badCertificate: "silence" });
      const server = yield* start(to, tls);
      for (const identity of [undefined, identities.stranger, identities.merchantExpired]) {
        const refused = send(server, { ...refund, agent: agent(server, identity) });
        expect(yield* Effect.flip(refused)).toBe("ECONNRESET");
        expect(codeOf(yield* send(server, { ...query, agent: agent(server, identity) }))).toBe("REFUNDNOTEXIST");
      }
      expect(codeOf(yield* send(server, { ...refund, agent: agent(server, identities.merchantA) }))).toBe("SUCCESS");
      expect(to.ledger.size()).toBe(1);
    }),
  );

  it.live("answers queries without a certificate", () =>
    Effect.gen(function* () {
      const server = yield* start(today(), tls);
      expect(codeOf(yield* send(server, { ...query, agent: agent(server) }))).toBe("REFUNDNOTEXIST");
    }),
  );

  it.live("knows the certificate again on a resumed session, and its absence too", () =>
    Effect.gen(function* () {
      const server = yield* start(today(), tls);
      for (const [identity, code] of [
        [identities.merchantA, "SUCCESS"],
        [undefined, "400 400 No required SSL certificate was sent"],
        [identities.stranger, "400 400 The SSL certificate error"],
      ] as const) {
        const sessions = agent(server, identity, { keepAlive: false });
        expect(codeOf(yield* send(server, { ...refund, agent: sessions }))).toBe(code);
        let resumed = false;
        sessions.on("keylog", (_, socket) => socket.once("secureConnect", () => (resumed = socket.isSessionReused())));
        expect(codeOf(yield* send(server, { ...refund, agent: sessions }))).toBe(code);
        expect(resumed).toBe(true);
      }
    }),
  );

  it.live("speaks that version only", () =>
    Effect.gen(function* () {
      const server = yield* start(today(), tls);
      const other = version === "TLSv1.2" ? "TLSv1.3" : "TLSv1.2";
      const refused = agent(server, undefined, { minVersion: other, maxVersion: other });
      expect(yield* Effect.flip(send(server, { ...query, agent: refused }))).toMatch(/PROTOCOL|EPROTO/);
    }),
  );
});

describe("the server", () => {
  it.live("sends the recorded pages, byte for byte", () =>
    Effect.gen(function* () {
      const server = yield* start();
      const recorded = vectors.vectors.find(({ id }) => id === "html-issue-ssl-certificate-error")?.xml;
      const foreign = yield* send(server, { ...refund, agent: agent(server, identities.stranger) });
      const missing = yield* send(server, { ...refund, agent: agent(server) });
      expect([foreign.contentType, foreign.headers.server]).toEqual(["text/html", "nginx"]);
      expect(textOf(foreign)).toBe(recorded);
      expect(textOf(missing)).toBe(
        recorded?.replaceAll("The SSL certificate error", "No required SSL certificate was sent"),
      );
    }),
  );

  it.live("keeps connections alive, one identity each", () =>
    Effect.gen(function* () {
      const server = yield* start(today());
      const kept = agent(server, identities.merchantA, { keepAlive: true });
      yield* Effect.addFinalizer(() => Effect.sync(() => kept.destroy()));
      const replies = yield* Effect.forEach([1, 2, 3], () => send(server, { ...refund, agent: kept }));
      expect(replies.map(({ reusedSocket }) => reusedSocket)).toEqual([false, true, true]);
      expect(replies.map(codeOf)).toEqual(["SUCCESS", "SUCCESS", "SUCCESS"]);
    }),
  );

  it.live("reads no more than it must of a body", () =>
    Effect.gen(function* () {
      const to = today();
      const server = yield* start(to);
      const merchant = agent(server, identities.merchantA);
      const reply = yield* send(server, { path: refundPath, body: new Uint8Array(5_000_000), agent: merchant });
      expect(codeOf(reply)).toBe("413 413 Request Entity Too Large");
      expect(to.log.entries()[0]?.request.length).toBe(65_537);
    }),
  );

  it.live("passes method and path on, without a query", () =>
    Effect.gen(function* () {
      const server = yield* start(today());
      const merchant = agent(server, identities.merchantA);
      const codes = yield* Effect.forEach(
        [
          { ...refund, method: "PUT" },
          { ...refund, path: `${refundPath}?a=1` },
          { ...refund, path: "/" },
        ],
        (options) => Effect.map(send(server, { ...options, agent: merchant }), codeOf),
      );
      expect(codes).toEqual(["FAIL 请使用post方法", "SUCCESS", "404 404 Not Found"]);
    }),
  );

  it.live("outlives clients that do not speak TLS, stop half-way, or hang up", () =>
    Effect.gen(function* () {
      const to = today();
      const server = yield* start(to);
      const plain = connectTcp(server.port, "127.0.0.1");
      plain.end("GET / HTTP/1.1\r\n\r\n");
      plain.on("error", () => undefined);
      plain.resume();
      yield* Effect.promise(() => once(plain, "close"));
      const half = connectTls({ port: server.port, ca: server.caPem });
      half.on("error", () => undefined);
      yield* Effect.promise(() => once(half, "secureConnect"));
      half.write(`POST ${queryPath} HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n<xml>`);
      half.end();
      half.resume();
      yield* Effect.promise(() => once(half, "close"));
      expect(codeOf(yield* send(server, { ...refund, agent: agent(server, identities.merchantA) }))).toBe("SUCCESS");
      expect(to.log.total()).toBe(1);
    }),
  );

  it.live("ends with its scope, open connections and half handshakes included", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make();
      const server = yield* Scope.provide(start(today()), scope);
      const kept = agent(server, identities.merchantA, { keepAlive: true });
      yield* send(server, { ...refund, agent: kept });
      const silent = connectTcp(server.port, "127.0.0.1");
      yield* Effect.promise(() => once(silent, "connect"));
      const closed = once(silent, "close");
      silent.on("error", () => undefined);
      yield* Scope.close(scope, Exit.void);
      yield* Effect.promise(() => closed);
      expect(yield* Effect.flip(send(server, { ...query, agent: agent(server) }))).toBe("ECONNREFUSED");
      kept.destroy();
    }),
  );

  it.live("says which port is taken", () =>
    Effect.gen(function* () {
      const { port } = yield* start();
      const error = yield* Effect.flip(start(gateway(), { port }));
      expect(error).toMatchObject({ _tag: "CannotListen", port, code: "EADDRINUSE" });
      expect(error.message).toContain(`127.0.0.1 port ${port}`);
    }),
  );

  it.live("makes identities for the gateway's merchants when it is given none", () =>
    Effect.gen(function* () {
      const server = yield* Server.make(today(), { host: "::1" });
      expect(server.url).toBe(`https://[::1]:${server.port}`);
      const reply = yield* send(server, { ...refund, agent: agent(server, server.merchantCertificate) });
      expect(codeOf(reply)).toBe("SUCCESS");
    }),
  );
});

describe("faults on the wire", () => {
  it.live("close the connection, before or after the gateway acted", () =>
    Effect.gen(function* () {
      const to = today();
      const server = yield* start(to);
      const merchant = agent(server, identities.merchantA);
      to.faults.push(Fault.Drop({}), Fault.LoseReply({}));
      expect(yield* Effect.flip(send(server, { ...refund, agent: merchant }))).toBe("ECONNRESET");
      expect(to.ledger.size()).toBe(0);
      expect(yield* Effect.flip(send(server, { ...refund, agent: merchant }))).toBe("ECONNRESET");
      expect(to.ledger.size()).toBe(1);
      expect(codeOf(yield* send(server, { ...refund, agent: merchant }))).toBe("SUCCESS");
      expect(to.ledger.size()).toBe(1);
    }),
  );

  it.effect("hold a request back, and forget it when the client hangs up", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(now);
      const to = gateway();
      const server = yield* start(to);
      const merchant = agent(server, identities.merchantA);
      to.faults.push(Fault.Delay({ millis: 10_000, part: "request" }));
      const fiber = yield* Effect.forkChild(send(server, { ...refund, agent: merchant }));
      yield* TestClock.withLive(until(() => to.faults.pending().length === 0));
      yield* Fiber.interrupt(fiber);
      // A handshake and an exchange later the server has long seen it.
      yield* send(server, { ...query, agent: agent(server) });
      yield* TestClock.adjust("1 minute");
      expect(codeOf(yield* send(server, { ...query, agent: agent(server) }))).toBe("REFUNDNOTEXIST");
      expect([to.ledger.size(), to.log.total()]).toEqual([0, 2]);
    }),
  );

  it.effect("replace, mangle and cut replies", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(now);
      const to = gateway();
      const server = yield* start(to);
      const merchant = agent(server, identities.merchantA);
      to.faults.push(
        Fault.Replace({ status: 502, body: "502", reached: true }),
        Fault.Mangle({ find: "[30]", put: "[31]" }),
        Fault.Truncate({ bytes: 5 }),
      );
      const replies = yield* Effect.forEach([1, 2, 3], () => send(server, { ...refund, agent: merchant }));
      expect([replies[0]?.status, replies[2] && textOf(replies[2])]).toEqual([502, "<xml>"]);
      expect(replies[1] && read(replies[1])["refund_fee"]).toBe("31");
    }),
  );

  it.live("cut a reply short of its length", () =>
    Effect.gen(function* () {
      const to = today();
      const server = yield* start(to);
      const merchant = agent(server, identities.merchantA);
      for (const bytes of [0, 10]) {
        to.faults.push(Fault.Cut({ bytes }));
        expect(yield* Effect.flip(send(server, { ...refund, agent: merchant }))).toBe("ECONNRESET");
      }
      expect([to.ledger.size(), to.log.total()]).toEqual([1, 2]);
    }),
  );

  it.live("reset the connection, before or after the gateway acted", () =>
    Effect.gen(function* () {
      const to = today();
      const server = yield* start(to);
      for (const reached of [false, true]) {
        to.faults.push(Fault.Reset({ reached }));
        const socket = connectTls({
          port: server.port,
          ca: server.caPem,
          cert: identities.merchantA.certificatePem,
          key: identities.merchantA.privateKeyPem,
        });
        const failed = once(socket, "error");
        socket.write(
          `POST ${refundPath} HTTP/1.1\r\nhost: x\r\ncontent-length: ${refund.body.length}\r\n\r\n${textOf(refund)}`,
        );
        // An end of the stream would be no error: only a reset is.
        expect(yield* Effect.promise(() => failed)).toMatchObject([{ code: "ECONNRESET", syscall: "read" }]);
        expect(to.ledger.size()).toBe(reached ? 1 : 0);
      }
    }),
  );

  it.live("send a reply twice, so that the next request on the connection gets the first one's", () =>
    Effect.gen(function* () {
      const to = today();
      const server = yield* start(to);
      const kept = agent(server, identities.merchantA, { keepAlive: true, maxSockets: 1 });
      yield* Effect.addFinalizer(() => Effect.sync(() => kept.destroy()));
      to.faults.push(Fault.Stray({}));
      const parts = ["R-1", "R-2"].map((out_refund_no) => refundBody({ out_refund_no, refund_fee: "1" }));
      const replies = yield* Effect.forEach(parts, (body) => send(server, { ...refund, body, agent: kept }));
      expect(replies.map((reply) => read(reply)["out_refund_no"])).toEqual(["R-1", "R-1"]);
      expect(replies.map(({ reusedSocket }) => reusedSocket)).toEqual([false, true]);
      yield* until(() => to.ledger.size() === 2);
    }),
  );

  it.live("come at random over the wire as in memory", () =>
    Effect.gen(function* () {
      const to = gateway({ orders: [{ ...paid, paidAt: Date.now() }], chaos: { rates: { replyUnsigned: 1 } } });
      const server = yield* start(to);
      const reply = yield* send(server, { ...refund, agent: agent(server, identities.merchantA) });
      expect(read(reply)).not.toHaveProperty("sign");
    }),
  );

  it.live("tell the caller's address, by which it may be refused", () =>
    Effect.gen(function* () {
      const merchant = { appId, mchId, apiKey, allowedAddresses: ["127.0.0.2"] };
      const to = gateway({ merchants: [merchant], orders: [{ ...paid, paidAt: Date.now() }] });
      const server = yield* start(to);
      const client = agent(server, identities.merchantA);
      expect(codeOf(yield* send(server, { ...refund, agent: client }))).toBe("NOAUTH");
      expect(codeOf(yield* send(server, { ...refund, localAddress: "127.0.0.2", agent: client }))).toBe("SUCCESS");
    }),
  );
});
