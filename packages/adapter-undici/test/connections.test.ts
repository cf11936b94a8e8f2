/** Connections: fresh or pooled, given up, cut, rotated; and requests that must never become ghosts. */
import * as net from "node:net";
import { describe, expect, it } from "@effect/vitest";
import { Effect, Exit, Fiber, Scope } from "effect";
import * as Support from "./support.ts";

const { identities, requestTo, serve, settings, until } = Support;

/** Passes bytes on to `target`, those of the client only after the gate was opened: a handshake as slow as one likes. */
const slowly = (target: Support.Seen) =>
  Effect.gen(function* () {
    const waiting: Array<() => void> = [];
    const seen = yield* Support.serveRaw((client) => {
      const upstream = net.connect(target.port, "127.0.0.1");
      upstream.on("error", () => {});
      upstream.on("close", () => client.destroy());
      client.on("close", () => upstream.destroy());
      upstream.pipe(client);
      waiting.push(() => client.pipe(upstream));
    });
    return { seen, open: () => waiting.splice(0).forEach((pass) => pass()) };
  });

for (const [name, adapter] of Support.adapters) {
  describe(name, () => {
    for (const connections of ["fresh", "pooled"] as const) {
      describe(connections, () => {
        it.live("a post that was given up while it connected is not sent when the handshake goes on", () =>
          Effect.gen(function* () {
            const server = yield* serve(Support.ok);
            const slow = yield* slowly(server);
            // By address, so that no name lookup takes part of the time.
            const request = requestTo(slow.seen.port, `https://127.0.0.1:${slow.seen.port}/`);
            const hasty = yield* adapter.make(yield* settings({ connections, connectTimeout: "100 millis" }));
            const timedOut = yield* Effect.flip(hasty.send(request));
            expect([timedOut.reason._tag, timedOut.sent]).toEqual(["TimedOut", "no"]);
            yield* until("the first connection", () => slow.seen.connections === 1);
            const patient = yield* adapter.make(yield* settings({ connections }));
            const fiber = yield* Effect.forkChild(patient.send(request));
            yield* until("the second connection", () => slow.seen.connections === 2);
            yield* Fiber.interrupt(fiber);
            slow.open();
            yield* until("both connections close", () => slow.seen.open.size === 0 && server.open.size === 0);
            expect(server.bytes).toBe(0);
            // The transport is as good as before.
            const fast = yield* serve(Support.ok);
            expect((yield* patient.send(requestTo(fast.port))).status).toBe(200);
            expect(server.requests.length).toBe(0);
          }),
        );

        it.live("an interrupted post closes its connection at once", () =>
          Effect.gen(function* () {
            const server = yield* serve(() => {});
            const { send } = yield* adapter.make(yield* settings({ connections }));
            const fiber = yield* Effect.forkChild(send(requestTo(server.port)));
            yield* until("the request", () => server.requests.length === 1);
            yield* Fiber.interrupt(fiber);
            yield* until("the connection closes", () => server.open.size === 0);
            expect(server.requests.length).toBe(1);
          }),
        );

        it.live("the end of the scope ends what is under way and refuses what comes later", () =>
          Effect.gen(function* () {
            const scope = yield* Scope.make();
            const server = yield* serve(() => {});
            const stalled = yield* Support.serveRaw((socket) => socket.resume());
            const { send } = yield* adapter
              .make(yield* settings({ connections }))
              .pipe(Effect.provideService(Scope.Scope, scope));
            const sent = yield* Effect.forkChild(Effect.flip(send(requestTo(server.port))));
            const connecting = yield* Effect.forkChild(Effect.flip(send(requestTo(stalled.port))));
            yield* until("both under way", () => server.requests.length === 1 && stalled.connections === 1);
            yield* Scope.close(scope, Exit.void);
            const errors = [
              yield* Fiber.join(sent),
              yield* Fiber.join(connecting),
              yield* Effect.flip(send(requestTo(server.port))),
            ];
            expect(errors.map(({ reason, sent }) => [reason._tag, sent])).toEqual([
              ["ConnectionLost", "maybe"],
              ["Unusable", "no"],
              ["Unusable", "no"],
            ]);
            yield* until("all connections close", () => server.open.size === 0 && stalled.open.size === 0);
            expect(server.requests.length).toBe(1);
          }),
        );

        it.live(
          "a server that answers and never reads the rest is left; a pooled connection at the latest with the scope",
          () =>
            Effect.gen(function* () {
              const server = yield* Support.serveTls((socket) => {
                socket.write(Support.okReply);
                // Only what it goes on to say can tell it, for it does not listen.
                const timer = setInterval(() => socket.write("x"), 10);
                socket.on("close", () => clearInterval(timer));
              });
              const post = Effect.gen(function* () {
                const { send } = yield* adapter.make(yield* settings({ connections }));
                return yield* send({ ...requestTo(server.port), body: new Uint8Array(8_000_000) });
              });
              const reply = yield* connections === "pooled" ? Effect.scoped(post) : post;
              expect(reply.status).toBe(200);
              yield* until("the connection closes", () => server.open.size === 0);
            }),
        );

        it.live("many posts at once get each its own reply, and leave nothing behind", () =>
          Effect.gen(function* () {
            const server = yield* serve((socket, seen) => {
              const body = /\n\r\n(.*)$/s.exec(seen.requests.at(-1) ?? "")?.[1] ?? "";
              socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
            });
            const before = process.getActiveResourcesInfo().length;
            const posts = Effect.scoped(
              Effect.gen(function* () {
                const { send } = yield* adapter.make(yield* settings({ connections }));
                const numbered = (n: number) =>
                  Effect.map(send({ ...requestTo(server.port), body: Buffer.from(`body ${n}`) }), ({ body }) =>
                    expect(Buffer.from(body).toString()).toBe(`body ${n}`),
                  );
                yield* Effect.forEach(
                  Array.from({ length: 200 }, (_, n) => n),
                  numbered,
                  { concurrency: 16, discard: true },
                );
              }),
            );
            yield* posts;
            expect(server.requests.length).toBe(200);
            if (connections === "pooled") expect(server.connections).toBeLessThanOrEqual(16);
            else expect(server.connections).toBe(200);
            yield* until("the connections close", () => server.open.size === 0);
            // One timer is the test's own wait.
            yield* until("handles and timers are gone", () => process.getActiveResourcesInfo().length <= before + 1);
          }),
        );
      });
    }

    describe("fresh", () => {
      for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
        it.live(`resumes the ${version} session`, () =>
          Effect.gen(function* () {
            const server = yield* serve(Support.ok, { minVersion: version, maxVersion: version });
            const { send } = yield* adapter.make(yield* settings());
            for (let n = 0; n < 40; n += 1) yield* send(requestTo(server.port));
            expect(server.connections).toBe(40);
            expect(server.resumed).toBe(39);
            expect(new Set(server.clients)).toEqual(new Set(["1900000109"]));
          }),
        );
      }

      it.live("takes a reply that was whole before the late timer", () =>
        Effect.gen(function* () {
          const server = yield* serve((socket) => {
            socket.write(Support.okReply);
            const end = Date.now() + 700;
            while (Date.now() < end);
          });
          const { send } = yield* adapter.make(yield* settings({ exchangeTimeout: "400 millis" }));
          expect((yield* send(requestTo(server.port))).status).toBe(200);
        }),
      );
    });

    describe("pooled", () => {
      const pooled = Effect.flatMap(settings({ connections: "pooled" }), adapter.make);

      it.live("reuses a connection, and asks to", () =>
        Effect.gen(function* () {
          const server = yield* serve(Support.ok);
          const { send } = yield* pooled;
          for (let n = 0; n < 10; n += 1) expect((yield* send(requestTo(server.port))).status).toBe(200);
          expect([server.connections, server.requests.length]).toEqual([1, 10]);
          expect(server.requests[0]).toMatch(/connection: keep-alive\r\n/i);
        }),
      );

      it.live("a connection that ended while idle costs no request", () =>
        Effect.gen(function* () {
          let end = Effect.void;
          const server = yield* serve((socket) => {
            socket.write(Support.okReply);
            end = Effect.callback((resume) => void socket.once("close", () => resume(Effect.void)).destroy());
          });
          const { send } = yield* pooled;
          yield* send(requestTo(server.port));
          // On the wire now, and the client has had no turn to read it.
          yield* end;
          expect((yield* send(requestTo(server.port))).status).toBe(200);
          expect([server.connections, server.requests.length]).toEqual([2, 2]);
        }),
      );

      it.live("a connection that ends on its second request is maybe sent, and not asked again", () =>
        Effect.gen(function* () {
          const server = yield* serve((socket, { requests }) =>
            requests.length === 1 ? socket.write(Support.okReply) : socket.destroy(),
          );
          const { send } = yield* pooled;
          yield* send(requestTo(server.port));
          const error = yield* Effect.flip(send(requestTo(server.port)));
          expect([error.reason._tag, error.sent]).toEqual(["ConnectionLost", "maybe"]);
          yield* until("the connection closes", () => server.open.size === 0);
          expect([server.connections, server.requests.length]).toEqual([1, 2]);
        }),
      );

      const stray = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nstray";
      it.live("a reply nobody asked for, sent with the last one, is not the next one's", () =>
        Effect.gen(function* () {
          const server = yield* serve((socket, { requests }) =>
            socket.write(requests.length === 1 ? Support.okReply + stray : Support.okReply),
          );
          const { send } = yield* pooled;
          for (let n = 0; n < 3; n += 1) {
            expect(Buffer.from((yield* send(requestTo(server.port))).body).toString()).toBe("<xml/>");
          }
          expect([server.connections, server.requests.length]).toEqual([2, 3]);
        }),
      );

      it.live("a reply nobody asked for, sent while idle, is not the next one's", () =>
        Effect.gen(function* () {
          let idle = Effect.void;
          const server = yield* serve((socket) => {
            socket.write(Support.okReply);
            idle = Effect.callback((resume) => void socket.write(stray, () => resume(Effect.void)));
          });
          const { send } = yield* pooled;
          yield* send(requestTo(server.port));
          // Once on the wire when the next post starts, once seen long before it.
          yield* idle;
          expect(Buffer.from((yield* send(requestTo(server.port))).body).toString()).toBe("<xml/>");
          yield* idle;
          yield* until("the connection closes", () => server.open.size === 0);
          expect(Buffer.from((yield* send(requestTo(server.port))).body).toString()).toBe("<xml/>");
          expect([server.connections, server.requests.length]).toEqual([3, 3]);
        }),
      );
    });

    describe("rotation", () => {
      for (const connections of ["fresh", "pooled"] as const) {
        it.live(`${connections}: the next post is the new merchant's, the one under way ends as the old one's`, () =>
          Effect.gen(function* () {
            let reply: (() => void) | undefined;
            const server = yield* serve((socket, seen) => {
              if (seen.requests.length === 2) reply = () => socket.write(Support.okReply);
              else socket.write(Support.okReply);
            });
            const first = yield* settings({ connections });
            const { transport, rotate } = yield* adapter.makeRotating(first);
            yield* transport.send(requestTo(server.port));
            const underWay = yield* Effect.forkChild(transport.send(requestTo(server.port)));
            yield* until("the second request", () => reply !== undefined);
            const certificate = yield* Support.merchant(identities.merchantB);
            yield* rotate({ ...first, certificate });
            yield* transport.send(requestTo(server.port));
            reply?.();
            expect((yield* Fiber.join(underWay)).status).toBe(200);
            yield* transport.send(requestTo(server.port));
            expect(server.requests.length).toBe(4);
            expect(server.clients).toEqual(
              connections === "fresh"
                ? ["1900000109", "1900000109", "1900000110", "1900000110"]
                : ["1900000109", "1900000110"],
            );
            // What cannot be used is refused, and the one in place stays.
            const wrong = yield* Effect.exit(rotate({ ...first, trust: { ca: ["no PEM"], replaceSystem: true } }));
            expect(Exit.isFailure(wrong)).toBe(true);
            expect((yield* transport.send(requestTo(server.port))).status).toBe(200);
          }),
        );

        it.live(`${connections}: of 200 posts under way while certificates change, none is lost`, () =>
          Effect.gen(function* () {
            const held: Array<() => void> = [];
            let holding = true;
            const server = yield* serve((socket) => {
              const reply = () => socket.write(Support.okReply);
              if (holding) held.push(reply);
              else reply();
            });
            const first = yield* settings({ connections, exchangeTimeout: "60 seconds", connectTimeout: "60 seconds" });
            const { transport, rotate } = yield* adapter.makeRotating(first);
            const underWay = yield* Effect.forkChild(
              Effect.forEach(
                Array.from({ length: 200 }, (_, n) => n),
                () => transport.send(requestTo(server.port)),
                { concurrency: "unbounded" },
              ),
            );
            yield* until("all are with the server", () => held.length === 200);
            for (const identity of [identities.merchantB, identities.merchantA, identities.merchantB]) {
              yield* rotate({ ...first, certificate: yield* Support.merchant(identity) });
            }
            holding = false;
            for (const reply of held) reply();
            const replies = yield* Fiber.join(underWay);
            expect(replies.filter(({ status }) => status === 200).length).toBe(200);
            yield* transport.send(requestTo(server.port));
            expect(server.requests.length).toBe(201);
            expect(server.clients.at(-1)).toBe("1900000110");
          }),
        );
      }
    });
  });
}
