/** What each adapter says about a post that failed: "no" only where the server can have seen nothing. */
import * as net from "node:net";
import { describe, expect, it } from "@effect/vitest";
import type { TransportError, TransportReply, TransportRequest } from "@wechat-refund/core/Transport";
import { type ClientCertificate, TransportSettings } from "@wechat-refund/mutual-tls";
import { Effect, type Scope } from "effect";
import * as Support from "./support.ts";

const { identities, presenting, requestTo, serve, serveRaw } = Support;

type Failing = Effect.Effect<
  readonly [seen: Support.Seen, error: TransportError],
  ClientCertificate.CertificateError | TransportReply,
  Scope.Scope
>;

const closedPort = Effect.callback<number>((resume) => {
  const server = net.createServer().listen(0, "127.0.0.1", () => {
    const { port } = server.address() as net.AddressInfo;
    server.close(() => resume(Effect.succeed(port)));
  });
});

const never: Support.Behaviour = () => {};
const dribble: Support.Behaviour = (socket) => {
  socket.write("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
  const timer = setInterval(() => socket.write("x"), 10);
  socket.on("close", () => clearInterval(timer));
};

for (const [name, adapter] of Support.adapters) {
  for (const connections of ["fresh", "pooled"] as const) {
    const post = (
      server: Effect.Effect<Support.Seen, never, Scope.Scope>,
      options: TransportSettings.Options = {},
      change: Partial<TransportRequest> = {},
    ): Failing =>
      Effect.gen(function* () {
        const seen = yield* server;
        const settings = yield* Support.settings({ connections, ...options });
        const transport = yield* adapter.make(settings);
        const error = yield* Effect.flip(transport.send({ ...requestTo(seen.port), ...change }));
        return [seen, error] as const;
      });
    const once = (behave: Support.Behaviour, options: TransportSettings.Options = {}) => post(serve(behave), options);

    describe(`${name}, ${connections}: not sent`, () => {
      const causes: ReadonlyArray<readonly [title: string, run: () => Failing, reason: string, detail: RegExp]> = [
        [
          "the port is closed",
          () => post(Effect.map(closedPort, (port) => ({ port, requests: [], bytes: 0 }) as unknown as Support.Seen)),
          "Unreachable",
          /nothing listens.*ECONNREFUSED/,
        ],
        [
          "its caller's time was over once it was connected",
          () => post(serve(never), {}, { mayLeave: () => false }),
          "Unreachable",
          /its time to leave was over/,
        ],
        [
          "closed before the handshake",
          () => post(serveRaw((socket) => socket.end())),
          "HandshakeFailed",
          /closed before it was secure.*ECONNRESET/,
        ],
        [
          "reset in the handshake",
          () => post(serveRaw((socket) => socket.once("data", () => socket.resetAndDestroy()))),
          "HandshakeFailed",
          /closed before it was secure.*ECONNRESET/,
        ],
        [
          "plain HTTP on the TLS port",
          () => post(serveRaw((socket) => socket.write(Support.okReply))),
          "HandshakeFailed",
          /does not speak TLS on this port/,
        ],
        [
          "the handshake stalls",
          () =>
            post(
              serveRaw(() => {}),
              { connectTimeout: "100 millis" },
            ),
          "TimedOut",
          /no secure connection within 100 ms/,
        ],
        [
          "an expired server certificate",
          () => post(serve(never, presenting(identities.serverExpired))),
          "HandshakeFailed",
          /expired, or this machine's clock is wrong/,
        ],
        [
          "a server certificate of the future",
          () => post(serve(never, presenting(identities.serverNotYetValid))),
          "HandshakeFailed",
          /not valid yet, or this machine's clock is wrong/,
        ],
        [
          "a self-signed server",
          () => post(serve(never, presenting(identities.serverSelfSigned))),
          "HandshakeFailed",
          /not signed by a trusted authority.*trust\.ca/,
        ],
        [
          "a server of an unknown authority",
          () => post(serve(never, presenting(identities.serverOtherCa))),
          "HandshakeFailed",
          /not signed by a trusted authority.*trust\.ca/,
        ],
        [
          "a server with another name",
          () => post(serve(never, presenting(identities.serverWrongName))),
          "HandshakeFailed",
          /for another host name/,
        ],
        [
          "a revoked server",
          () =>
            post(serve(never), {
              trust: { ca: [identities.ca], replaceSystem: true, crl: [identities.crlPem([identities.server])] },
            }),
          "HandshakeFailed",
          /revoked/,
        ],
        [
          "a server that ends at TLS 1.1",
          () => post(serve(never, { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT:@SECLEVEL=0" })),
          "HandshakeFailed",
          /TLS 1\.2 or newer/,
        ],
        [
          "no client certificate, TLS 1.2",
          () => post(serve(never, { maxVersion: "TLSv1.2" }), { certificate: undefined }),
          "HandshakeFailed",
          /client certificate is missing or not accepted/,
        ],
        ["an http: address", () => post(serve(never), {}, { url: "http://localhost/pay" }), "Unusable", /https:/],
        ["no address at all", () => post(serve(never), {}, { url: "pay/refund" }), "Unusable", /absolute/],
        [
          "a user name in the address",
          () => post(serve(never), {}, { url: "https://user:secret@localhost/pay" }),
          "Unusable",
          /user name/,
        ],
        [
          "a path that would be changed",
          () => post(serve(never), {}, { url: "https://localhost/pay/../refund" }),
          "Unusable",
          /form they would be sent in/,
        ],
        [
          "a line break in the content type",
          () => post(serve(never), {}, { headers: { "Content-Type": "text/xml\r\nx: y" } }),
          "Unusable",
          /Content-Type holds other characters than visible ASCII/,
        ],
      ];
      for (const [title, run, reason, detail] of causes) {
        it.live(title, () =>
          Effect.gen(function* () {
            const [seen, error] = yield* run();
            expect(error.reason.message).toMatch(detail);
            expect(error.reason._tag).toBe(reason);
            expect(error.sent).toBe("no");
            expect(seen.bytes).toBe(0);
          }),
        );
      }
    });

    describe(`${name}, ${connections}: maybe sent, and once only`, () => {
      const causes: ReadonlyArray<readonly [title: string, run: () => Failing, reason: string, detail: RegExp]> = [
        [
          "reset after the request",
          () => once((_socket, seen) => seen.open.forEach((connection) => connection.resetAndDestroy())),
          "ConnectionLost",
          /closed without a word/,
        ],
        ["closed after the request", () => once((socket) => socket.end()), "ConnectionLost", /closed without a word/],
        [
          "half a status line",
          () => once((socket) => socket.end("HTTP/1.1 20")),
          "ConnectionLost",
          /ended before the whole|not valid HTTP/,
        ],
        [
          "a body cut short",
          () => once((socket) => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")),
          "ConnectionLost",
          /ended before the whole/,
        ],
        [
          "chunks cut short",
          () => once((socket) => socket.end("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhal")),
          "ConnectionLost",
          /ended before the whole/,
        ],
        [
          "a chunk size that is none",
          () => once((socket) => socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n")),
          "ConnectionLost",
          /not valid HTTP/,
        ],
        [
          "not HTTP at all",
          () => once((socket) => socket.write("SSH-2.0\r\n\r\n")),
          "ConnectionLost",
          /not valid HTTP/,
        ],
        [
          "a header too large",
          () => once((socket) => socket.write(`HTTP/1.1 200 OK\r\nX: ${"x".repeat(20_000)}\r\n\r\n`)),
          "ReplyTooLarge",
          /larger than 16384 bytes/,
        ],
        [
          "a switch of protocols",
          () => once((socket) => socket.write("HTTP/1.1 101 Up\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n")),
          "ConnectionLost",
          /./,
        ],
        [
          "five interim replies",
          () => once((socket) => socket.write(`${"HTTP/1.1 103 Early Hints\r\n\r\n".repeat(5)}${Support.okReply}`)),
          "ConnectionLost",
          /more than 4 interim/,
        ],
        ["no reply", () => once(never, { exchangeTimeout: "100 millis" }), "TimedOut", /no whole reply within 100 ms/],
        [
          "a reply that never ends",
          () => once(dribble, { exchangeTimeout: "150 millis" }),
          "TimedOut",
          /no whole reply within 150 ms/,
        ],
        ["a reply too large", () => once(dribble, { maxReplyBytes: 5 }), "ReplyTooLarge", /larger than 5 bytes/],
      ];
      for (const [title, run, reason, detail] of causes) {
        it.live(title, () =>
          Effect.gen(function* () {
            const [seen, error] = yield* run();
            expect(error.reason.message).toMatch(detail);
            expect(error.reason._tag).toBe(reason);
            expect(error.sent).toBe("maybe");
            yield* Support.until("the connection closes", () => seen.open.size === 0);
            expect(seen.requests.length).toBe(1);
            expect(seen.connections).toBe(1);
          }),
        );
      }

      it.live("a reply that was given room is larger, and takes longer, than the transport's own limits allow", () =>
        Effect.gen(function* () {
          let comes = true;
          const seen = yield* serve((socket) => {
            socket.write("HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n");
            if (comes) setTimeout(() => socket.write("x".repeat(20)), 400);
          });
          const settings = yield* Support.settings({ connections, maxReplyBytes: 5, exchangeTimeout: "200 millis" });
          const transport = yield* adapter.make(settings);
          const asked = requestTo(seen.port);
          const reply = yield* transport.send({ ...asked, room: { maxReplyBytes: 20, exchangeMillis: 20_000 } });
          expect(reply.body.byteLength).toBe(20);
          // It is room for one call, and makes none smaller.
          const tight = yield* Effect.flip(
            transport.send({ ...asked, room: { maxReplyBytes: 1, exchangeMillis: 20_000 } }),
          );
          expect(tight.reason.message).toMatch(/larger than 5 bytes/);
          comes = false;
          const without = yield* Effect.flip(transport.send(asked));
          expect(without.reason._tag).toBe("TimedOut");
        }),
      );

      it.live("no client certificate, TLS 1.3: the alert is named", () =>
        Effect.gen(function* () {
          const [, error] = yield* post(serve(never, { minVersion: "TLSv1.3" }), { certificate: undefined });
          expect(error.sent).toBe("maybe");
          expect(error.reason._tag).toBe("ConnectionLost");
          expect(error.message).toMatch(/wants a client certificate.*alert certificate_required/);
        }),
      );
    });
  }
}
