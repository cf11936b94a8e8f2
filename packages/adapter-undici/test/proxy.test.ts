/** Through a proxy: only one that was set, and nothing of the request before the tunnel is secure. */
import * as net from "node:net";
import { describe, expect, it } from "@effect/vitest";
import { Effect, Redacted } from "effect";
import * as Support from "./support.ts";

const { requestTo, serve, settings } = Support;

/** A proxy that opens tunnels to the loopback interface for whoever brings `authorization`. */
const proxy = (answer: (head: string) => string) => {
  const heads: Array<string> = [];
  return Effect.map(
    Support.serveRaw((client) => {
      client.once("data", (chunk) => {
        const head = chunk.toString("latin1");
        heads.push(head);
        const reply = answer(head);
        client.write(`HTTP/1.1 ${reply}\r\n\r\n`);
        if (!reply.startsWith("200")) return;
        const upstream = net.connect(Number(/^CONNECT [^ ]+:(\d+) /.exec(head)?.[1]), "127.0.0.1");
        upstream.on("error", () => client.destroy());
        client.on("close", () => upstream.destroy());
        upstream.on("close", () => client.destroy());
        client.pipe(upstream).pipe(client);
      });
    }),
    (seen) => ({ seen, heads, url: `http://127.0.0.1:${seen.port}` }),
  );
};

for (const [name, adapter] of Support.adapters) {
  for (const connections of ["fresh", "pooled"] as const) {
    describe(`${name}, ${connections}`, () => {
      it.live("tunnels, with the credentials of the settings, and resumes sessions through it", () =>
        Effect.gen(function* () {
          const server = yield* serve(Support.ok);
          const through = yield* proxy((head) =>
            head.includes("Proxy-Authorization: Basic dXNlcjpzZWNyZXQ=\r\n") ? "200 Go" : "407 Who",
          );
          const options = {
            connections,
            proxy: { url: through.url, authorization: Redacted.make("Basic dXNlcjpzZWNyZXQ=") },
          };
          const { send } = yield* adapter.make(yield* settings(options));
          for (let n = 0; n < 3; n += 1) expect((yield* send(requestTo(server.port))).status).toBe(200);
          expect(server.requests.length).toBe(3);
          expect([server.connections, server.resumed]).toEqual(connections === "fresh" ? [3, 2] : [1, 0]);
          expect(through.heads[0]).toMatch(new RegExp(`^CONNECT localhost:${server.port} HTTP/1.1\r\n`));
          expect(through.heads.join("")).not.toContain("refund");
          const stranger = yield* serve(Support.ok, Support.presenting(Support.identities.serverWrongName));
          const error = yield* Effect.flip(send(requestTo(stranger.port)));
          expect([error.reason._tag, error.sent, stranger.bytes]).toEqual(["HandshakeFailed", "no", 0]);
        }),
      );

      const refusals: ReadonlyArray<readonly [answer: string, reason: string, says: RegExp]> = [
        ["407 Proxy Authentication Required", "Unreachable", /proxy wants other credentials/],
        ["502 Bad Gateway", "Unreachable", /did not open a tunnel/],
        ["200 Go\r\n\r\nHTTP/1.1 200 OK", "Unreachable", /did not open a tunnel/],
      ];
      for (const [answer, reason, says] of refusals) {
        it.live(`a proxy that answers ${JSON.stringify(answer)} is not sent`, () =>
          Effect.gen(function* () {
            const server = yield* serve(Support.ok);
            const through = yield* proxy(() => answer);
            const { send } = yield* adapter.make(yield* settings({ connections, proxy: { url: through.url } }));
            const error = yield* Effect.flip(send(requestTo(server.port)));
            expect([error.reason._tag, error.sent]).toEqual([reason, "no"]);
            expect(error.message).toMatch(says);
            expect(server.bytes).toBe(0);
          }),
        );
      }

      it.live("a proxy that is silent, or not there, is not sent", () =>
        Effect.gen(function* () {
          const silent = yield* Support.serveRaw((socket) => socket.resume());
          const options = { connections, connectTimeout: "100 millis" as const };
          const first = yield* adapter.make(
            yield* settings({ ...options, proxy: { url: `http://127.0.0.1:${silent.port}` } }),
          );
          const timedOut = yield* Effect.flip(first.send(requestTo(1)));
          expect([timedOut.reason._tag, timedOut.sent]).toEqual(["TimedOut", "no"]);
          yield* Support.until("the connection closes", () => silent.open.size === 0);
          const second = yield* adapter.make(yield* settings({ ...options, proxy: { url: "http://127.0.0.1:1" } }));
          const absent = yield* Effect.flip(second.send(requestTo(1)));
          expect([absent.reason._tag, absent.sent]).toEqual(["Unreachable", "no"]);
          expect(absent.message).toMatch(/proxy itself cannot be reached/);
        }),
      );
    });
  }
}
