/**
 * The gateway behind a real HTTPS server on loopback, with mutual TLS the way the real front does it: a certificate is asked
 * for and never insisted on, and each path decides what a missing or foreign one means.
 *
 * Duties: TLS, HTTP/1.1 with keep-alive, a bounded body, and an end with its scope that leaves no socket open. The time is that
 * of Effect's `Clock`, so a test can supply its own.
 */
import { createServer } from "node:https";
import type { IncomingMessage, ServerResponse } from "node:http";
import { isIPv6, type Socket } from "node:net";
import type { SecureVersion, TLSSocket } from "node:tls";
import * as Cause from "effect/Cause";
import * as Effect from "effect/Effect";
import * as FiberSet from "effect/FiberSet";
import * as Option from "effect/Option";
import type * as Scope from "effect/Scope";
import * as TestIdentities from "@wechat-refund/testkit/TestIdentities";
import type { ClientCertificate, Reply } from "./Call.ts";
import type { Gateway } from "./Gateway.ts";
import { type Carried, carry, type NoReply } from "./internal/carry.ts";
import { type CannotListen, listen } from "./internal/listen.ts";
import { limits } from "./Message.ts";

export { CannotListen } from "./internal/listen.ts";

export interface Options {
  /** The authority, the server and the merchants. Default: made now, for the gateway's first two merchants. */
  readonly identities?: TestIdentities.TestIdentities;
  /** Default: a free one. */
  readonly port?: number;
  /** Default `127.0.0.1`. */
  readonly host?: string;
  /** Default TLS 1.2. */
  readonly minVersion?: SecureVersion;
  /** Default TLS 1.3. */
  readonly maxVersion?: SecureVersion;
}

/** A running server. */
export interface Running {
  /** `https://` and the address, without a path or a final slash. */
  readonly url: string;
  readonly port: number;
  /** The authority to trust. */
  readonly caPem: string;
  /** The client certificate of the gateway's first merchant. */
  readonly merchantCertificate: TestIdentities.Identity;
  readonly identities: TestIdentities.TestIdentities;
}

/** A certificate counts only if it is there: a resumed TLS 1.3 session without one calls itself authorized too. */
const certificateOf = (socket: TLSSocket): ClientCertificate => {
  const { subject } = socket.getPeerCertificate();
  if (subject === undefined) return "none";
  const commonName: unknown = subject.CN;
  return socket.authorized && typeof commonName === "string" ? { commonName } : "refused";
};

/** The whole body, of which only one byte more than the gateway reads is kept: enough for it to say that it is too much. */
const readBody = (request: IncomingMessage): Effect.Effect<Uint8Array, "lost"> =>
  Effect.callback((resume) => {
    const chunks: Array<Buffer> = [];
    let room = limits.message + 1;
    request.on("data", (chunk: Buffer) => {
      if (room > 0) chunks.push(chunk.subarray(0, room));
      room -= chunk.length;
    });
    request.on("end", () => resume(Effect.succeed(new Uint8Array(Buffer.concat(chunks)))));
    request.on("close", () => resume(Effect.fail("lost")));
  });

const headersOf = ({ contentType, body, headers }: Reply): Record<string, string | number> => ({
  server: "nginx",
  "content-type": contentType,
  "content-length": body.length,
  ...headers,
});

/** Also what came twice, which Node leaves out of some. */
const headersOfRequest = ({ headersDistinct }: IncomingMessage): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(headersDistinct).map(([name, values = []]) => [name, values.join(", ")]));

/** A reply as bytes that nobody asked for. */
const writeStray = (socket: Socket, reply: Reply): void => {
  const headers = Object.entries(headersOf(reply)).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`HTTP/1.1 ${reply.status} OK\r\n${headers.join("")}\r\n`);
  socket.write(reply.body);
};

const answer = (response: ServerResponse, socket: Socket, { reply, cut }: Carried): void => {
  response.writeHead(reply.status, headersOf(reply));
  if (cut !== undefined) {
    response.flushHeaders();
    response.write(reply.body.subarray(0, cut), () => socket.destroy());
    return;
  }
  response.end(reply.body);
};

/** Starts a server; it ends with the scope. */
export const make = Effect.fnUntraced(function* (
  gateway: Gateway,
  options: Options = {},
): Effect.fn.Return<Running, CannotListen, Scope.Scope> {
  const host = options.host ?? "127.0.0.1";
  const [merchantA, merchantB] = gateway.merchantNumbers;
  const identities =
    options.identities ??
    TestIdentities.make({ merchantA, ...(merchantB !== undefined && { merchantB }), hosts: ["localhost", host] });
  const certificates = new WeakMap<Socket, ClientCertificate>();
  // A TLS socket cannot be reset, only the one below it; the two share the client's address.
  const sockets = new Map<string, Socket>();
  // A second copy is sent when the connection's next request comes: clients drop what comes while they wait for nothing.
  const strays = new WeakMap<Socket, Reply>();
  const source = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress} ${remotePort}`;
  const hangUp = (socket: Socket, why: NoReply): void => {
    if (why === "reset") sockets.get(source(socket))?.resetAndDestroy();
    else socket.destroy();
  };
  const run = yield* FiberSet.makeRuntime<never, void, never>();

  const server = createServer(
    {
      cert: identities.server.certificatePem,
      key: identities.server.privateKeyPem,
      ca: identities.ca,
      requestCert: true,
      rejectUnauthorized: false,
      minVersion: options.minVersion ?? "TLSv1.2",
      maxVersion: options.maxVersion ?? "TLSv1.3",
      keepAliveTimeout: 65_000,
      requestTimeout: 30_000,
    },
    (request, response) => {
      const { socket, method = "", url: target = "" } = request;
      const [path = ""] = target.split("?", 1);
      const headers = headersOfRequest(request);
      const { remoteAddress = "" } = socket;
      const stray = strays.get(socket);
      if (stray !== undefined) writeStray(socket, stray);
      strays.delete(socket);
      const clientCertificate = certificates.get(socket) ?? "none";
      const served = run(
        Effect.matchCause(
          Effect.flatMap(readBody(request), (body) =>
            carry(gateway, { method, path, target, headers, body, clientCertificate, remoteAddress }),
          ),
          {
            onSuccess: (carried) => {
              answer(response, socket, carried);
              if (carried.twice === true) strays.set(socket, carried.reply);
            },
            onFailure: (cause) =>
              hangUp(
                socket,
                Option.getOrElse(Cause.findErrorOption(cause), () => "lost" as const),
              ),
          },
        ),
      );
      // Whoever hangs up while a fault holds the request back was never heard.
      response.on("close", () => served.interruptUnsafe());
    },
  );
  server.on("secureConnection", (socket) => certificates.set(socket, certificateOf(socket)));
  server.on("connection", (socket: Socket) => {
    const key = source(socket);
    sockets.set(key, socket);
    socket.on("close", () => sockets.delete(key));
  });

  const port = yield* Effect.acquireRelease(listen(server, host, options.port ?? 0), () =>
    Effect.callback<void>((resume) => {
      server.close(() => resume(Effect.void));
      for (const socket of sockets.values()) socket.destroy();
    }),
  );
  return {
    url: `https://${isIPv6(host) ? `[${host}]` : host}:${port}`,
    port,
    caPem: identities.ca,
    merchantCertificate: identities.merchantA,
    identities,
  };
});
