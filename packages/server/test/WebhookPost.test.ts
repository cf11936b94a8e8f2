/** One POST to receivers that are down, slow, moved, or say one thing and do another; over real sockets. */
import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTls } from "node:tls";
import type { AddressInfo } from "node:net";
import { it } from "@effect/vitest";
import { TestIdentities } from "@wechat-refund/testkit";
import { Effect, Fiber } from "effect";
import { describe, expect } from "vitest";
import { networkOf } from "../src/internal/webhooks/addresses.ts";
import { type Options, post } from "../src/internal/webhooks/post.ts";

const loopback = { networks: ["127.0.0.1"].flatMap((text) => networkOf(text) ?? []), host: false };
const nothing = { networks: [], host: false };

interface Receiver {
  readonly port: number;
  /** Bytes that came, by connection. */
  readonly got: ReadonlyArray<string>;
  readonly open: () => number;
}

interface ReceiverOptions {
  readonly early?: boolean;
  readonly host?: string;
  readonly port?: number;
  readonly tls?: { readonly cert: string; readonly key: string };
}

/** Sockets that do what they are told once a request is whole, or at once with `early`. */
const receiver = (
  does: (socket: Socket) => void,
  { early = false, host = "127.0.0.1", port = 0, tls }: ReceiverOptions = {},
) =>
  Effect.acquireRelease(
    Effect.callback<Receiver & { readonly server: Server; readonly sockets: Set<Socket> }>((resume) => {
      const got: Array<string> = [];
      const sockets = new Set<Socket>();
      const accept = (socket: Socket): void => {
        sockets.add(socket);
        const at = got.push("") - 1;
        let isDone = false;
        socket.on("error", () => undefined);
        socket.on("close", () => sockets.delete(socket));
        const act = (): void => {
          if (isDone) return;
          isDone = true;
          does(socket);
        };
        if (early) act();
        socket.on("data", (chunk: Buffer) => {
          got[at] += chunk.toString();
          if (got[at]?.includes("\r\n\r\n")) act();
        });
      };
      const server = tls === undefined ? createServer(accept) : createTls(tls, accept);
      server.on("tlsClientError", () => undefined);
      server.listen(port, host, () =>
        resume(
          Effect.succeed({
            server,
            sockets,
            got,
            port: (server.address() as AddressInfo).port,
            open: () => sockets.size,
          }),
        ),
      );
    }),
    ({ server, sockets }) =>
      Effect.sync(() => {
        for (const socket of sockets) socket.destroy();
        server.close();
      }),
  );

const head = (status: string, ...fields: ReadonlyArray<string>): string =>
  ["HTTP/1.1 " + status, ...fields, "", ""].join("\r\n");

const to = (url: string, options: Options = {}, allow = loopback) =>
  post({ url: new URL(url), allow }, { "webhook-id": "msg_1" }, '{"type":"ping"}', options);

const ok = (socket: Socket): void => void socket.end(head("200 OK", "content-length: 0"));

describe("a message is delivered", () => {
  it.live("whole, once, over a connection of its own", () =>
    Effect.gen(function* () {
      const { got, port } = yield* receiver((socket) => socket.write(head("204 No Content")));
      for (let n = 0; n < 2; n++) {
        expect(yield* to(`http://127.0.0.1:${port}/refunds?tenant=7`)).toEqual({
          answer: { _tag: "Answered", status: 204 },
          status: 204,
        });
      }
      expect(got).toHaveLength(2);
      const [request = ""] = got;
      expect(request).toMatch(/^POST \/refunds\?tenant=7 HTTP\/1\.1\r\n/);
      expect(request).toContain("content-type: application/json");
      expect(request).toContain("webhook-id: msg_1");
      expect(request.endsWith('\r\n\r\n{"type":"ping"}')).toBe(true);
    }),
  );

  const lies: Readonly<Record<string, (socket: Socket) => void>> = {
    "closes before the body that it announced": (socket) => void socket.end(head("200 OK", "content-length: 100")),
    "resets the connection after its status": (socket) =>
      void socket.write(head("200 OK", "content-length: 100"), () => socket.resetAndDestroy()),
    "never ends its body": (socket) =>
      void socket.write(`${head("200 OK", "transfer-encoding: chunked")}5\r\nhello\r\n`),
  };
  for (const [what, does] of Object.entries(lies)) {
    it.live(`where the receiver says so and ${what}`, () =>
      Effect.gen(function* () {
        const { port } = yield* receiver(does);
        expect((yield* to(`http://127.0.0.1:${port}/`)).status).toBe(200);
      }),
    );
  }

  it.live("without a huge answer being read, and without waiting for one that drips", () =>
    Effect.gen(function* () {
      let sent = 0;
      const flood = yield* receiver((socket) => {
        socket.write(head("200 OK", "content-length: 1000000000"));
        const piece = Buffer.alloc(64 * 1024);
        const more = (): void => {
          while (!socket.destroyed && socket.write(piece)) sent += piece.length;
          if (!socket.destroyed) socket.once("drain", more);
        };
        more();
      });
      expect((yield* to(`http://127.0.0.1:${flood.port}/`)).status).toBe(200);
      yield* Effect.promise(() => expect.poll(flood.open, { timeout: 30_000 }).toBe(0));
      // What stood in the buffers of two sockets, and not what was announced.
      expect(sent).toBeLessThan(50_000_000);

      const drip = yield* receiver((socket) => {
        socket.write(head("200 OK", "content-length: 100000"));
        const timer = setInterval(() => socket.write("."), 20);
        socket.on("close", () => clearInterval(timer));
      });
      expect((yield* to(`http://127.0.0.1:${drip.port}/`)).status).toBe(200);
      yield* Effect.promise(() => expect.poll(drip.open, { timeout: 30_000 }).toBe(0));
    }),
  );
});

describe("a message is not delivered, and it is said why", () => {
  it.live("where the receiver is down, or ends without an answer", () =>
    Effect.gen(function* () {
      const gone = yield* Effect.scoped(Effect.map(receiver(ok), ({ port }) => port));
      expect(yield* to(`http://127.0.0.1:${gone}/`)).toEqual({
        answer: { _tag: "Silent" },
        said: "it could not be reached, or did not answer by HTTP (ECONNREFUSED)",
      });
      const closes = yield* receiver((socket) => void socket.destroy(), { early: true });
      expect((yield* to(`http://127.0.0.1:${closes.port}/`)).said).toMatch(/\(ECONNRESET\)|\(EPIPE\)/);
      const speaks = yield* receiver((socket) => void socket.end("SSH-2.0-OpenSSH_9.9\r\n"));
      expect((yield* to(`http://127.0.0.1:${speaks.port}/`)).said).toMatch(/\(HPE_[A-Z_]+\)/);
      const huge = yield* receiver((socket) => void socket.write(head("200 OK", `x: ${"a".repeat(20_000)}`)));
      expect((yield* to(`http://127.0.0.1:${huge.port}/`)).said).toContain("HPE_HEADER_OVERFLOW");
    }),
  );

  it.live("where it does not answer in time, whole connection or by drops", () =>
    Effect.gen(function* () {
      const silent = yield* receiver(() => undefined);
      const late = { answer: { _tag: "Silent" }, said: "it did not answer within 0.4 s" };
      expect(yield* to(`http://127.0.0.1:${silent.port}/`, { limit: 400 })).toEqual(late);
      const drips = yield* receiver((socket) => {
        const bytes = head("200 OK", `x-slow: ${"a".repeat(4000)}`);
        let at = 0;
        const timer = setInterval(() => socket.write(bytes[at++] ?? ""), 5);
        socket.on("close", () => clearInterval(timer));
      });
      expect(yield* to(`http://127.0.0.1:${drips.port}/`, { limit: 400 })).toEqual(late);
      const informs = yield* receiver((socket) => {
        const timer = setInterval(() => socket.write(head("103 Early Hints")), 5);
        socket.on("close", () => clearInterval(timer));
      });
      expect(yield* to(`http://127.0.0.1:${informs.port}/`, { limit: 400 })).toEqual(late);
      for (const { open } of [silent, drips, informs]) {
        yield* Effect.promise(() => expect.poll(open, { timeout: 30_000 }).toBe(0));
      }
      // Nor is a resolver waited for.
      expect(
        yield* to("https://erp.example/", { limit: 100, resolve: () => new Promise(() => undefined) }),
      ).toMatchObject({
        said: "it did not answer within 0.1 s",
      });
    }),
  );

  it.live("where it is interrupted: nothing of it stays", () =>
    Effect.gen(function* () {
      const silent = yield* receiver(() => undefined);
      const running = yield* Effect.forkChild(to(`http://127.0.0.1:${silent.port}/`));
      yield* Effect.promise(() => expect.poll(silent.open, { timeout: 30_000 }).toBe(1));
      yield* Fiber.interrupt(running);
      yield* Effect.promise(() => expect.poll(silent.open, { timeout: 30_000 }).toBe(0));
    }),
  );

  it.live("where it redirects: nobody else is called", () =>
    Effect.gen(function* () {
      const elsewhere = yield* receiver(ok);
      for (const status of ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"]) {
        const moved = yield* receiver(
          (socket) =>
            void socket.end(head(status, `location: http://127.0.0.1:${elsewhere.port}/`, "content-length: 0")),
        );
        const found = yield* to(`http://127.0.0.1:${moved.port}/`);
        expect(found.answer).toEqual({ _tag: "Answered", status: Number(status.slice(0, 3)) });
        expect(found.said).toContain("redirects are not followed");
      }
      expect(elsewhere.got).toEqual([]);
    }),
  );

  it.live("where it says when to come back, as seconds or as a date", () =>
    Effect.gen(function* () {
      const asks = (value: string) =>
        Effect.scoped(
          Effect.gen(function* () {
            const { port } = yield* receiver(
              (socket) => void socket.end(head("503 Busy", `retry-after: ${value}`, "content-length: 0")),
            );
            const { answer } = yield* to(`http://127.0.0.1:${port}/`);
            return answer._tag === "Answered" ? answer.retryAfter : "silent";
          }),
        );
      expect(yield* asks("120")).toBe(120_000);
      expect(yield* asks("soon")).toBeUndefined();
      expect(yield* asks("-1")).not.toBe(-1000);
      expect(yield* asks(new Date(Date.now() - 60_000).toUTCString())).toBe(0);
      const later = Number(yield* asks(new Date(Date.now() + 3_600_000).toUTCString()));
      expect(Math.abs(later - 3_600_000)).toBeLessThan(60_000);
    }),
  );

  it.live("where its certificate is nobody's, another host's, or over; and it is where it is right", () =>
    Effect.gen(function* () {
      const { ca, server, serverExpired, serverOtherCa, serverWrongName } = TestIdentities.make();
      const at = (identity: typeof server) =>
        Effect.scoped(
          Effect.gen(function* () {
            const tls = { cert: identity.certificatePem, key: identity.privateKeyPem };
            const { got, port } = yield* receiver((socket) => void socket.end(head("200 OK", "content-length: 0")), {
              tls,
            });
            const found = yield* to(`https://localhost:${port}/`, {
              ca: [ca],
              resolve: () => Promise.resolve([{ address: "127.0.0.1", family: 4 }]),
            });
            return { ...found, sent: got.join("") };
          }),
        );
      expect(yield* at(server)).toMatchObject({ status: 200, sent: expect.stringContaining("Host: localhost") });
      for (const wrong of [serverOtherCa, serverExpired, serverWrongName]) {
        expect(yield* at(wrong)).toMatchObject({ answer: { _tag: "Silent" }, sent: "" });
      }
    }),
  );
});

describe("an address that is not public", () => {
  const refused = { answer: { _tag: "Silent" }, said: expect.stringContaining("its address is not public") };

  it.live("is connected to by none of its names, and nothing reaches it", () =>
    Effect.gen(function* () {
      const inside = yield* receiver(ok);
      const hosts = [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "localhost",
        "LOCALHOST",
      ];
      for (const host of hosts) {
        for (const scheme of ["http", "https"]) {
          expect([host, yield* to(`${scheme}://${host}:${inside.port}/`, {}, nothing)]).toEqual([host, refused]);
        }
      }
      expect(inside.got).toEqual([]);
    }),
  );

  it.live("is not connected to where a name comes to stand for it after it was looked at", () =>
    Effect.gen(function* () {
      const good = yield* receiver(ok);
      const inside = yield* receiver(ok, { host: "127.0.0.2", port: good.port });
      let asked = 0;
      // What an attacker's server answers: an address that may be reached first, then another.
      const resolve = () => Promise.resolve([{ address: ++asked === 1 ? "127.0.0.1" : "127.0.0.2", family: 4 }]);
      const url = `http://rebinding.example:${good.port}/`;
      expect((yield* to(url, { resolve })).status).toBe(200);
      // The connection asked once, and went where that answer was looked at.
      expect(asked).toBe(1);
      expect(yield* to(url, { resolve })).toEqual(refused);
      expect(asked).toBe(2);
      expect(good.got).toHaveLength(1);
      expect(inside.got).toEqual([]);
    }),
  );

  it.live("is left out of a name's addresses", () =>
    Effect.gen(function* () {
      const inside = yield* receiver(ok);
      const resolve = () =>
        Promise.resolve([
          { address: "10.0.0.1", family: 4 },
          { address: "127.0.0.1", family: 4 },
        ]);
      expect((yield* to(`http://erp.internal:${inside.port}/`, { resolve })).status).toBe(200);
      expect(yield* to(`http://erp.internal:${inside.port}/`, { resolve }, nothing)).toEqual(refused);
      expect((yield* to(`http://erp.internal:${inside.port}/`, { resolve: () => Promise.resolve([]) })).said).toContain(
        "its address is not public",
      );
      expect(
        (yield* to("http://erp.internal/", {
          resolve: () => Promise.reject(Object.assign(new Error(), { code: "ENOTFOUND" })),
        })).said,
      ).toContain("(ENOTFOUND)");
    }),
  );
});
