/**
 * A listener on Node: what it takes and for how long it waits, TLS, and who may speak to it.
 *
 * Beyond this machine nothing is served in the clear: either with a certificate, or to a proxy that has one and whose address is known.
 */
import {
  createServer as createHttp,
  type IncomingMessage,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from "node:http";
import { createServer as createHttps } from "node:https";
import type { Duplex } from "node:stream";
import { createSecureContext } from "node:tls";
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer";
import * as Effect from "effect/Effect";
import * as HttpMiddleware from "effect/http/HttpMiddleware";
import * as HttpRouter from "effect/http/HttpRouter";
import * as HttpServerRequest from "effect/http/HttpServerRequest";
import * as HttpServerRespondable from "effect/http/HttpServerRespondable";
import * as Layer from "effect/Layer";
import * as IpNetwork from "effect/net/IpNetwork";
import * as NetAddress from "effect/net/NetAddress";
import * as Option from "effect/Option";
import * as Redacted from "effect/Redacted";
import * as Result from "effect/Result";
import * as Schema from "effect/Schema";
import { onOneLine } from "@wechat-refund/core/Printed";
import { Misdirected } from "./Problems.ts";

// What the listener's layer provides besides, so that its type can be named without a dependency on platform-node.
export type { NodeServices } from "@effect/platform-node/NodeServices";

export interface Options {
  readonly port: number;
  /** `127.0.0.1` unless told otherwise. */
  readonly host?: string | undefined;
  /** PEM texts. */
  readonly tls?: { readonly certificate: string; readonly key: Redacted.Redacted } | undefined;
  /** Networks (CIDR) of the proxies that may speak to this listener in the clear, and whose `X-Forwarded-For` is believed. */
  readonly behindProxy?: ReadonlyArray<string> | undefined;
  /** How long answers that are under way are waited for at the end; 10 s. */
  readonly drain?: number | undefined;
}

/** What is wrong with a listener's settings, all of it at once; nothing listens. */
export class InvalidListener extends onOneLine(
  Schema.TaggedError<InvalidListener>("@wechat-refund/server/InvalidListener")("InvalidListener", {
    issues: Schema.Array(Schema.Struct({ field: Schema.String, message: Schema.String })),
  }),
) {
  override get message(): string {
    return this.issues.map(({ field, message }) => `${field} ${message}`).join("; ");
  }
}

const defaultHost = "127.0.0.1";

/** Whether only this machine reaches what listens there. */
export const isLoopback = (host: string = defaultHost): boolean => {
  if (host === "localhost") return true;
  const ip = Result.getOrUndefined(NetAddress.ipFromString(host));
  return ip !== undefined && NetAddress.isLoopback(NetAddress.toCanonical(ip));
};

const networksOf = (behindProxy: ReadonlyArray<string>) =>
  Result.all(
    behindProxy.map((text) =>
      IpNetwork.fromString(text.includes("/") ? text : `${text}/${text.includes(":") ? 128 : 32}`),
    ),
  );

const isUsable = ({ certificate, key }: NonNullable<Options["tls"]>): boolean => {
  try {
    createSecureContext({ cert: certificate, key: Redacted.value(key) });
    return true;
  } catch {
    // What OpenSSL says may hold parts of what it was given.
    return false;
  }
};

/** What is wrong with them. */
export const issuesOf = ({ behindProxy = [], host, port, tls }: Options): InvalidListener["issues"] => {
  const issues: Array<InvalidListener["issues"][number]> = [];
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    issues.push({ field: "port", message: "must be from 0 to 65535" });
  for (const text of behindProxy) {
    if (Result.isFailure(networksOf([text]))) {
      issues.push({
        field: "behindProxy",
        message: "must be networks such as 10.0.0.0/8; the bits after the prefix are 0",
      });
    }
  }
  if (tls !== undefined && !isUsable(tls)) {
    issues.push({
      field: "tls",
      message:
        "has a certificate and a key that cannot be used together; both are PEM texts, and the key has no passphrase",
    });
  }
  if (tls === undefined && behindProxy.length === 0 && !isLoopback(host)) {
    issues.push({
      field: "host",
      message:
        "reaches beyond this machine, where tokens must not be sent in the clear: give tls, or behindProxy where a proxy has the certificate",
    });
  }
  return issues;
};

const limits: ServerOptions = {
  maxHeaderSize: 16 * 1024,
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 1000,
  keepAliveTimeout: 65_000,
  requireHostHeader: true,
  insecureHTTPParser: false,
};
/** A client that takes nothing of its answer, or waits for events and is gone, is let go after so many ms without a byte. */
const idle = 75_000;
const connections = 2000;

const refusals: Readonly<Record<string, readonly [number, string, string]>> = {
  HPE_HEADER_OVERFLOW: [431, "Request Header Fields Too Large", "the header fields are larger than 16 KiB"],
  ERR_HTTP_REQUEST_TIMEOUT: [408, "Request Timeout", "the request did not come whole in time"],
};

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** What is being answered on each connection. */
const exchanges = new WeakMap<Duplex, Set<Exchange>>();

const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
  const under = exchanges.get(request.socket) ?? new Set();
  exchanges.set(request.socket, under);
  const one = { request, response };
  under.add(one);
  response.once("close", () => under.delete(one));
};

/** The connections that end after an answer that is under way: each piece that still comes on them is no HTTP, and says nothing new. */
const ending = new WeakSet<Duplex>();

/** What is answered to what is no HTTP, where a socket can still be written. */
const onClientError = (error: Error, socket: Duplex): void => {
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  if (code === "ECONNRESET" || !socket.writable) return void socket.destroy();
  if (ending.has(socket)) return;
  // What came whole before is being done: a refusal written now would be read as its answer. It has its own, and the connection ends.
  const whole = [...(exchanges.get(socket) ?? [])].filter(({ request }) => request.complete);
  if (whole.length > 0) {
    ending.add(socket);
    let left = whole.length;
    for (const { response } of whole) response.once("close", () => void (--left === 0 && socket.end()));
    return;
  }
  const [status, title, detail] = refusals[code] ?? [400, "Bad Request", "this is no HTTP request"];
  const body = JSON.stringify({ type: "/problems/unreadable", status, title, detail, code: "unreadable" });
  socket.end(
    `HTTP/1.1 ${status} ${title}\r\nconnection: close\r\ncontent-type: application/problem+json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
};

const serverOf = (tls: Options["tls"]): Server => {
  const server =
    tls === undefined
      ? createHttp(limits)
      : createHttps({
          ...limits,
          cert: tls.certificate,
          key: Redacted.value(tls.key),
          minVersion: "TLSv1.2",
          handshakeTimeout: 10_000,
        });
  server.maxConnections = connections;
  server.setTimeout(idle);
  server.on("request", onRequest);
  server.on("clientError", onClientError);
  // Before a connection is secret there is nothing to answer in, and nothing else ends it: no time-out of HTTP counts yet.
  server.on("tlsClientError", (_, socket) => void socket.destroy());
  return server;
};

/** The listener. */
export const layer = (options: Options) => {
  const { drain = 10_000, host = defaultHost, port, tls } = options;
  const issues = issuesOf(options);
  return Layer.unwrap(
    Effect.gen(function* () {
      if (issues.length > 0) return yield* new InvalidListener({ issues });
      return NodeHttpServer.layer(() => serverOf(tls), { host, port, gracefulShutdownTimeout: drain });
    }),
  );
};

const unguarded: ReadonlySet<string> = new Set(["/health", "/ready"]);

/** Believes the proxies' `X-Forwarded-For`, and refuses who comes past them. Probes may come from anywhere. */
export const layerProxies = ({ behindProxy = [], tls }: Pick<Options, "behindProxy" | "tls">) => {
  const networks = Result.getOrElse(networksOf(behindProxy), () => []);
  if (networks.length === 0) return Layer.empty;
  const isProxy = (address: NetAddress.IpAddress): boolean =>
    networks.some((network) => IpNetwork.contains(network, NetAddress.toCanonical(address)));
  const believed = HttpMiddleware.xForwardedHeaders({ trustedProxies: isProxy });
  return HttpRouter.use((router) =>
    router.addGlobalMiddleware((effect) =>
      Effect.gen(function* () {
        const { remoteAddress, url } = yield* HttpServerRequest.HttpServerRequest;
        const peer = Option.getOrUndefined(remoteAddress);
        const ip = peer === undefined ? undefined : Result.getOrUndefined(NetAddress.ipFromString(peer));
        const isKnown = ip !== undefined && (isProxy(ip) || isLoopback(peer));
        if (tls === undefined && !isKnown && !unguarded.has(url)) {
          return yield* HttpServerRespondable.toResponse(
            new Misdirected({ detail: "this service is reached through its proxy" }),
          );
        }
        return yield* believed(effect);
      }),
    ),
  );
};
