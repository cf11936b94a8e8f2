/** What goes out and what comes back: every byte of it. */
import { gzipSync } from "node:zlib";
import { inspect } from "node:util";
import { describe, expect, it } from "@effect/vitest";
import { Effect } from "effect";
import * as Support from "./support.ts";

const { identities, presenting, requestTo, serve } = Support;

for (const [name, adapter] of Support.adapters) {
  const transport = Effect.flatMap(Support.settings(), adapter.make);

  describe(name, () => {
    for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
      it.live(`posts over ${version} with the merchant's certificate, and nothing but what it was asked for`, () =>
        Effect.gen(function* () {
          const seen = yield* serve(Support.ok, { minVersion: version, maxVersion: version });
          const reply = yield* (yield* transport)
            .send(requestTo(seen.port))
            .pipe(Effect.withSpan("a span of the caller"));
          expect(reply.status).toBe(200);
          expect(reply.headers).toEqual({ "content-type": "text/xml", "content-length": "6" });
          expect(Buffer.from(reply.body).toString()).toBe("<xml/>");
          expect(seen.clients).toEqual(["1900000109"]);
          expect(seen.requests.length).toBe(1);
          const [head = "", body] = (seen.requests[0] ?? "").split("\r\n\r\n");
          const [line, ...fields] = head.split("\r\n");
          expect(line).toBe("POST /secapi/pay/refund?a=%2F&b=1 HTTP/1.1");
          expect(fields.map((field) => field.replace(/^[^:]+/, (name) => name.toLowerCase())).sort()).toEqual([
            "accept-encoding: identity",
            "connection: close",
            `content-length: ${Support.secretBody.length}`,
            "content-type: text/xml; charset=utf-8",
            `host: localhost:${seen.port}`,
            "user-agent: wechat-refund",
          ]);
          expect(body).toBe(Support.secretBody);
        }),
      );
    }

    it.live("reads every field of a reply, however many there are", () =>
      Effect.gen(function* () {
        const fields = Array.from({ length: 1500 }, (_, n) => `x${n}:1`);
        const seen = yield* serve((socket) =>
          socket.write(`HTTP/1.1 200 OK\r\n${fields.join("\r\n")}\r\nLast: 1\r\nContent-Length: 0\r\n\r\n`),
        );
        const { headers } = yield* (yield* transport).send(requestTo(seen.port));
        expect(Object.keys(headers)).toHaveLength(1502);
        expect(headers["last"]).toBe("1");
      }),
    );

    it.live("makes a GET with the fields it was given, and reads those of the reply", () =>
      Effect.gen(function* () {
        const seen = yield* serve((socket) =>
          socket.write(
            Buffer.from("HTTP/1.1 204 No\r\nX-A: \xe9 \r\nSet-Cookie: a\r\nx-a: 2\r\nSET-COOKIE: b\r\n\r\n", "latin1"),
          ),
        );
        const headers = { Authorization: 'SCHEME a="1",b="/+="', "user-agent": "a shop", Accept: "*/*" };
        const reply = yield* (yield* transport).send({
          method: "GET",
          url: `https://localhost:${seen.port}/r/%7C@*?a=`,
          headers,
        });
        expect(reply).toEqual({
          status: 204,
          headers: { "x-a": "\xe9, 2", "set-cookie": "a, b" },
          body: Buffer.alloc(0),
        });
        const [line, ...fields] = (seen.requests[0] ?? "").split("\r\n");
        expect(line).toBe("GET /r/%7C@*?a= HTTP/1.1");
        expect(
          fields.map((field) => field.replace(/^(host|connection):/i, (name) => name.toLowerCase())).sort(),
        ).toEqual([
          "",
          "",
          "Accept-Encoding: identity",
          "Accept: */*",
          'Authorization: SCHEME a="1",b="/+="',
          "connection: close",
          `host: localhost:${seen.port}`,
          "user-agent: a shop",
        ]);
      }),
    );

    it.live("reaches a server by its address, whose certificate is checked for it", () =>
      Effect.gen(function* () {
        const seen = yield* serve(Support.ok);
        const { send } = yield* transport;
        expect((yield* send(requestTo(seen.port, `https://127.0.0.1:${seen.port}`))).status).toBe(200);
        yield* send(requestTo(seen.port, `https://localhost:${seen.port}/`));
        expect(seen.names).toEqual([false, "localhost"]);
        expect(seen.requests[0]).toMatch(/^POST \/ HTTP\/1\.1\r\n/);
        const stranger = yield* serve(Support.ok, presenting(identities.serverWrongName));
        const error = yield* Effect.flip(send(requestTo(stranger.port, `https://127.0.0.1:${stranger.port}/`)));
        expect([error.reason._tag, error.sent]).toEqual(["HandshakeFailed", "no"]);
      }),
    );

    it.live("returns every status, and follows none", () =>
      Effect.gen(function* () {
        const other = yield* serve(Support.ok);
        const statuses = [204, 302, 307, 400, 404, 429, 500, 503];
        let next = 0;
        const seen = yield* serve((socket) => {
          const status = statuses[next++] ?? 500;
          const length = status === 204 ? "" : "Content-Length: 2\r\n";
          socket.write(
            `HTTP/1.1 ${status} S\r\nLocation: https://localhost:${other.port}/\r\n${length}\r\n${length && "no"}`,
          );
        });
        const { send } = yield* transport;
        for (const status of statuses) {
          const reply = yield* send(requestTo(seen.port));
          expect([reply.status, Buffer.from(reply.body).toString()]).toEqual([status, status === 204 ? "" : "no"]);
        }
        expect(seen.requests.length).toBe(statuses.length);
        expect(other.connections).toBe(0);
      }),
    );

    it.live("leaves the bytes of a reply as they are: gzip, chunks, four interim replies, what follows it", () =>
      Effect.gen(function* () {
        const packed = gzipSync("<xml/>");
        const seen = yield* serve((socket) => {
          socket.write("HTTP/1.1 103 Early Hints\r\n\r\n".repeat(4));
          socket.write(`HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n`);
          for (const byte of packed) {
            socket.write("1\r\n");
            socket.write(Buffer.of(byte));
            socket.write("\r\n");
          }
          socket.write("0\r\n\r\nand more");
        });
        const reply = yield* (yield* transport).send(requestTo(seen.port));
        expect(Buffer.from(reply.body)).toEqual(packed);
        expect(reply.headers).toEqual({ "content-encoding": "gzip", "transfer-encoding": "chunked" });
      }),
    );

    it.live("sends an empty body, and a body of any bytes", () =>
      Effect.gen(function* () {
        const seen = yield* serve(Support.ok);
        const { send } = yield* transport;
        yield* send({ ...requestTo(seen.port), body: new Uint8Array(0) });
        const bytes = Uint8Array.from({ length: 4096 }, (_, at) => at % 256);
        yield* send({ ...requestTo(seen.port), body: bytes.subarray(1) });
        expect(seen.requests[0]).toMatch(/content-length: 0\r\n/i);
        expect(seen.requests[1]?.endsWith(Buffer.from(bytes.subarray(1)).toString("latin1"))).toBe(true);
      }),
    );

    it.live(`${name === "undici" ? "loses the connection to" : "passes over"} a "100 Continue" nobody asked for`, () =>
      Effect.gen(function* () {
        const seen = yield* serve((socket) => socket.write(`HTTP/1.1 100 Continue\r\n\r\n${Support.okReply}`));
        const { send } = yield* transport;
        const outcome = yield* Effect.match(send(requestTo(seen.port)), {
          onFailure: ({ reason, sent }) => `${reason._tag} ${sent}`,
          onSuccess: ({ status }) => String(status),
        });
        expect(outcome).toBe(name === "undici" ? "ConnectionLost maybe" : "200");
        expect(seen.requests.length).toBe(1);
      }),
    );

    it.live("takes a reply that came before the body was read", () =>
      Effect.gen(function* () {
        const seen = yield* Support.serveTls((socket) => {
          socket.write("HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno", () => socket.resume());
        });
        const reply = yield* (yield* transport).send({ ...requestTo(seen.port), body: new Uint8Array(8_000_000) });
        expect([reply.status, Buffer.from(reply.body).toString()]).toEqual([413, "no"]);
        yield* Support.until("the connection closes", () => seen.open.size === 0);
      }),
    );

    it.live("takes no orders from the environment", () =>
      Effect.gen(function* () {
        const proxy = yield* Support.serveRaw(() => {});
        const address = `http://127.0.0.1:${proxy.port}`;
        yield* Support.withVariables({
          NODE_TLS_REJECT_UNAUTHORIZED: "0",
          NODE_USE_ENV_PROXY: "1",
          HTTPS_PROXY: address,
          https_proxy: address,
        });
        const right = yield* serve(Support.ok);
        const wrong = yield* serve(Support.ok, presenting(identities.serverSelfSigned));
        const { send } = yield* transport;
        expect((yield* send(requestTo(right.port))).status).toBe(200);
        const error = yield* Effect.flip(send(requestTo(wrong.port)));
        expect([error.reason._tag, error.sent, wrong.bytes]).toEqual(["HandshakeFailed", "no", 0]);
        expect(proxy.connections).toBe(0);
      }),
    );

    it.live("shows no key, certificate or body in anything that is printed", () =>
      Effect.gen(function* () {
        const service = yield* transport;
        const closing = yield* serve((socket) => socket.end());
        const untrusted = yield* serve(Support.ok, presenting(identities.serverSelfSigned));
        const errors = [
          yield* Effect.flip(service.send(requestTo(closing.port))),
          yield* Effect.flip(service.send(requestTo(untrusted.port))),
          yield* Effect.flip(
            service.send({ ...requestTo(closing.port), headers: { Authorization: `${Support.secretBody}\n` } }),
          ),
        ];
        const key = identities.merchantA.privateKeyPem.split("\n")[1] ?? "";
        expect(key.length).toBeGreaterThan(40);
        for (const value of [service, ...errors]) {
          const shown = [
            inspect(value, { depth: Infinity, showHidden: true, getters: true }),
            JSON.stringify(value),
            String(value),
            value instanceof Error ? String(value.stack) : "",
          ].join("\n");
          for (const secret of [key, "BEGIN CERTIFICATE", "BEGIN PRIVATE KEY", "5E884898DA28047151D0E56F8DC62927"]) {
            expect(shown).not.toContain(secret);
          }
        }
      }),
    );
  });
}
