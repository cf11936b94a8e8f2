/** A service of the tests' own: real sockets on loopback, a SQLite store in a temporary directory, the gateway in memory. */
import { mkdtempSync, rmSync } from "node:fs";
import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Merchants } from "@wechat-refund/core";
import { Durable } from "@wechat-refund/durable";
import { Service, Tokens } from "@wechat-refund/server";
import { Gateway, MemoryTransport } from "@wechat-refund/simulator";
import { Context, Effect, Layer, Logger, Redacted, References } from "effect";

const shop = {
  name: "shop",
  mchId: "1900000109",
  appId: "wx8888888888888888",
  apiKey: "TestKey0000000000000000000000001",
};
const kiosk = {
  name: "kiosk",
  mchId: "1900000209",
  appId: "wx8888888888888888",
  apiKey: "TestKey0000000000000000000000002",
};
export const shops = [shop, kiosk] as const;

export const apiKeys = shops.map(({ apiKey }) => apiKey);

const identityOf = ({ apiKey, appId, mchId }: typeof shop) => ({ apiKey, appId, mchId });

/** Where the payer's money goes back to: marked, to be looked for where it must not be. */
export const payer = "招商银行信用卡0403";

export const gatewayOf = (orders = 50, totalFee = 100) =>
  Gateway.make({
    merchants: [identityOf(shop), identityOf(kiosk)],
    course: [{ status: "SUCCESS", afterMillis: 0 }],
    orders: shops.flatMap(({ mchId }) =>
      Array.from({ length: orders }, (_, n) => ({
        mchId,
        transactionId: `42${mchId}${n}`,
        outTradeNo: `T-${n}`,
        totalFee,
        paidAt: Date.now(),
        receivingAccount: payer,
      })),
    ),
  });

export const merchantsOf = (gateway: Gateway.Gateway, of: ReadonlyArray<typeof shop> = shops) =>
  Merchants.layer(
    of.map(({ name, ...v2 }) => ({
      name,
      v2: {
        ...v2,
        apiKey: Redacted.make(v2.apiKey),
        transport: MemoryTransport.layer(gateway, { clientCertificate: { commonName: v2.mchId } }),
      },
    })),
  );

export const directory = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "server-"))),
  (made) => Effect.sync(() => rmSync(made, { recursive: true, force: true })),
);

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** What the body is as JSON. */
  readonly body: Record<string, unknown>;
}

export interface Ask {
  readonly token?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** As JSON, unless it is text or bytes. */
  readonly body?: unknown;
}

/** One request, exactly as it is written: no client mends its path or its header fields. */
export const ask = (
  base: string,
  method: string,
  path: string,
  { body, headers = {}, token }: Ask = {},
): Promise<Reply> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(base);
    const bytes =
      body === undefined || typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body);
    const outgoing = httpRequest(
      {
        hostname: hostname.replace(/^\[|\]$/g, ""),
        port,
        path,
        method,
        headers: {
          ...(bytes !== undefined && {
            "content-type": "application/json",
            "content-length": Buffer.byteLength(bytes),
          }),
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          ...headers,
        },
        agent: false,
      },
      (incoming) => {
        let text = "";
        incoming.setEncoding("utf8");
        incoming.on("data", (chunk: string) => (text += chunk));
        incoming.on("error", reject);
        incoming.on("end", () => {
          const parsed = /^[{[]/.test(text) ? (JSON.parse(text) as Record<string, unknown>) : {};
          resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text, body: parsed });
        });
      },
    );
    outgoing.on("error", reject);
    outgoing.end(bytes);
  });

/** Bytes to a socket, and all that came back until it was closed. */
export const raw = (base: string, bytes: string): Promise<string> =>
  new Promise((resolve) => {
    const { hostname, port } = new URL(base);
    const socket = connect(Number(port), hostname);
    let text = "";
    socket.setEncoding("utf8");
    socket.on("data", (chunk: string) => (text += chunk));
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(text));
    socket.write(bytes);
  });

export interface Options {
  readonly gateway?: Gateway.Gateway | undefined;
  /** Instead of the shop and the kiosk. */
  readonly merchants?: ReturnType<typeof merchantsOf> | undefined;
  readonly service?: Partial<Service.Options> | undefined;
  readonly durable?: (Durable.Options & { readonly file?: string }) | undefined;
  /** Instead of a service that is made here. */
  readonly layer?: ReturnType<typeof Service.layer> | undefined;
}

export interface Running {
  readonly api: string;
  readonly notices: string;
  readonly gateway: Gateway.Gateway;
  readonly file: string;
  /** Where the tokens are. */
  readonly tokens: string;
  /** A new token. */
  readonly token: (options: Partial<Tokens.New>) => Effect.Effect<string, Tokens.InvalidTokens>;
  readonly services: Context.Context<Durable.Services | Merchants.Merchants>;
  /** Every line of the log so far. */
  readonly logged: ReadonlyArray<string>;
  readonly ask: (method: string, path: string, options?: Ask) => Effect.Effect<Reply>;
}

/** A service for the rest of the scope, with one token of all rights to begin with. */
export const start = Effect.fnUntraced(function* ({
  durable,
  gateway = gatewayOf(),
  layer,
  merchants = merchantsOf(gateway),
  service,
}: Options = {}) {
  const folder = yield* directory;
  const file = join(folder, "refunds.db");
  const tokens = join(folder, "tokens.json");
  const logged: Array<string> = [];
  const logger = Logger.layer([
    Logger.map(Logger.formatStructured, (line) => {
      logged.push(JSON.stringify(line));
    }),
  ]);
  let made = 0;
  const token: Running["token"] = (options) =>
    Effect.map(
      Tokens.add(tokens, {
        name: `token-${++made}`,
        merchants: ["*"],
        rights: ["read", "write", "operate"],
        ...options,
      }),
      Redacted.value,
    );
  const all = yield* token({ name: "all" });
  const store = Durable.layerSqlite({ file, ...durable }).pipe(Layer.provideMerge(merchants));
  const context = yield* Layer.build(
    (layer ?? Service.layer({ api: { port: 0 }, notices: { port: 0 }, tokens, ...service })).pipe(
      Layer.provideMerge(store),
      Layer.provide(logger),
      Layer.provide(Layer.succeed(References.MinimumLogLevel, "Debug")),
    ),
  );
  const { api, notices = "" } = Context.get(context, Service.Listening);
  const running: Running = {
    api,
    notices,
    gateway,
    file,
    tokens,
    token,
    services: context,
    logged,
    ask: (method, path, options = {}) => Effect.promise(() => ask(api, method, path, { token: all, ...options })),
  };
  return running;
});

export const refundOf = (n: number, more: object = {}) => ({
  merchant: "shop",
  order: { outTradeNo: `T-${n}` },
  outRefundNo: `R-${n}`,
  totalFee: 100,
  refundFee: 30,
  ...more,
});
