/**
 * A running gateway's control interface and inspector page: HTTP on loopback, JSON.
 *
 * For the machine it runs on and nobody else: it listens on a loopback address only, and answers no page of another origin, nor
 * one that reached it under another name.
 */
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { isIPv6 } from "node:net";
import * as Clock from "effect/Clock";
import * as Effect from "effect/Effect";
import type * as Scope from "effect/Scope";
import type { Gateway } from "./Gateway.ts";
import { InvalidConfig } from "./GatewayConfig.ts";
import { type CannotListen, listen } from "./internal/listen.ts";
import * as OpenApi from "./internal/openApi.ts";
import { type Asked, type Route, routes } from "./internal/routes.ts";
import type { Connection } from "./internal/views.ts";
import { isLoopback } from "./NoticePoster.ts";

export type { Connection } from "./internal/views.ts";

export interface Options {
  /** Default: a free one. */
  readonly port?: number;
  /** A loopback address. Default `127.0.0.1`. */
  readonly host?: "127.0.0.1" | "::1" | "localhost";
  /** How clients reach the gateway, for the page to show; asked whenever the page asks. Default: not known. */
  readonly connection?: () => Connection | undefined;
}

export interface Running {
  /** `http://` and the address, without a path or a final slash: the inspector's page. */
  readonly url: string;
  readonly port: number;
}

interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string | Uint8Array;
}

const json = (status: number, value: unknown): Answer => ({
  status,
  contentType: "application/json; charset=utf-8",
  body: JSON.stringify(value),
});
const no = (status: number, ...issues: ReadonlyArray<string>): Answer => json(status, { issues });

const file = (name: string, type: string): (() => Answer) => {
  let body: Uint8Array | undefined;
  return () => {
    body ??= readFileSync(new URL(`../inspector/${name}`, import.meta.url));
    return { status: 200, contentType: `${type}; charset=utf-8`, body };
  };
};

const pages: ReadonlyMap<string, () => Answer> = new Map([
  ["/", file("index.html", "text/html")],
  ["/inspector.css", file("inspector.css", "text/css")],
  ...["inspector", "words", "dom", "steering", "rows", "signing", "details", "lists"].map(
    (name) => [`/${name}.js`, file(`${name}.js`, "text/javascript")] as const,
  ),
  ["/docs", () => ({ status: 200, contentType: "text/html; charset=utf-8", body: OpenApi.page() })],
  ["/openapi.json", () => ({ status: 200, contentType: "application/json; charset=utf-8", body: OpenApi.document() })],
]);

const compiled = routes.map((route) => ({
  route,
  pattern: new RegExp(`^${route.path.replaceAll(/\{\w+\}/g, "([^/]+)")}$`),
}));

/** The text of a part of a path, if it is one. */
const decoded = (part: string): string | undefined => {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
};

const find = (method: string, path: string): { readonly route: Route; readonly param: string } | Answer => {
  const here = compiled.flatMap(({ route, pattern }) => {
    const match = pattern.exec(path);
    const param = match === null ? undefined : decoded(match[1] ?? "");
    return param === undefined ? [] : [{ route, param }];
  });
  if (here.length === 0) return no(404, `path: there is no ${path}; see /openapi.json`);
  const methods = here.map(({ route }) => route.method).join(", ");
  return here.find(({ route }) => route.method === method) ?? no(405, `method: ${path} takes ${methods}`);
};

/** A page elsewhere must not steer a gateway through its reader's browser. */
const isForeign = ({ headers: { host = "", origin } }: IncomingMessage): boolean => {
  const here = URL.parse(`http://${host}`);
  return here === null || !isLoopback(here) || (origin !== undefined && origin !== here.origin);
};

const mostBody = 16_000_000;

const readBody = async (request: IncomingMessage): Promise<unknown> => {
  const chunks: Array<Buffer> = [];
  let room = mostBody;
  for await (const chunk of request) {
    room -= chunk.length;
    if (room < 0) throw new InvalidConfig({ issues: [`body: more than ${mostBody} bytes`] });
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch {
    throw new InvalidConfig({ issues: ["body: not JSON"] });
  }
};

/** What an answer is made of, beside what was asked. */
type Of = () => Pick<Asked, "gateway" | "instance" | "connection" | "now">;

const answerTo = async (of: Of, request: IncomingMessage): Promise<Answer> => {
  if (isForeign(request)) return no(403, "host: this interface is for pages and programs of this machine");
  const method = request.method ?? "";
  const url = URL.parse(request.url ?? "", "http://localhost");
  if (url === null) return no(400, "path: not an address");
  const page = pages.get(url.pathname);
  if (page !== undefined) return method === "GET" ? page() : no(405, `method: ${url.pathname} takes GET`);
  const found = find(method, url.pathname);
  if (!("route" in found)) return found;
  const { route, param } = found;
  if (route.input !== undefined && !/^application\/json\b/.test(request.headers["content-type"] ?? "")) {
    return no(415, "content-type: application/json");
  }
  const body = route.input === undefined ? undefined : await readBody(request);
  const output = route.run({ ...of(), param, query: url.searchParams, body });
  return output === undefined ? no(404, `${route.path}: there is no ${param}`) : json(200, output);
};

const failed = (error: unknown): Answer =>
  error instanceof InvalidConfig ? no(400, ...error.issues) : no(500, error instanceof Error ? error.name : "Error");

const security = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'self'; img-src data:; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
};

const send = (response: ServerResponse, { status, contentType, body }: Answer): void => {
  response.writeHead(status, { ...security, "content-type": contentType, "content-length": Buffer.byteLength(body) });
  response.end(body);
};

/** Starts the interface; it ends with the scope. */
export const make = Effect.fnUntraced(function* (
  gateway: Gateway,
  options: Options = {},
): Effect.fn.Return<Running, CannotListen, Scope.Scope> {
  const host = options.host ?? "127.0.0.1";
  const clock = yield* Clock.Clock;
  const instance = randomUUID();
  const of: Of = () => ({
    gateway,
    instance,
    connection: options.connection?.(),
    now: gateway.clock.at(clock.currentTimeMillisUnsafe()),
  });
  const server = createServer((request, response) => {
    answerTo(of, request).then(
      (answer) => send(response, answer),
      (error: unknown) => send(response, failed(error)),
    );
  });
  const port = yield* Effect.acquireRelease(listen(server, host, options.port ?? 0), () =>
    Effect.callback<void>((resume) => {
      server.close(() => resume(Effect.void));
      server.closeAllConnections();
    }),
  );
  return { url: `http://${isIPv6(host) ? `[${host}]` : host}:${port}`, port };
});
