/** Real TLS servers in the test process, scripted down to the byte, and both transports to run against them. */
import * as net from "node:net";
import * as tls from "node:tls";
import { NodeHttpsTransport } from "@wechat-refund/adapter-node-https";
import { UndiciTransport } from "@wechat-refund/adapter-undici";
import { ClientCertificate, TransportSettings } from "@wechat-refund/mutual-tls";
import { TestIdentities } from "@wechat-refund/testkit";
import { Effect } from "effect";

export const identities = TestIdentities.make();

export const adapters = [
  ["node:https", NodeHttpsTransport],
  ["undici", UndiciTransport],
] as const;

/** What reached a server. */
export interface Seen {
  readonly port: number;
  connections: number;
  /** Handshakes that resumed a session. */
  resumed: number;
  /** Whole requests, header and body, as text. */
  readonly requests: Array<string>;
  /** Bytes of requests, whole or not. */
  bytes: number;
  /** Common names of the client certificates, one a connection. */
  readonly clients: Array<string | undefined>;
  /** Host names asked for in the handshakes; `false` where none was. */
  readonly names: Array<string | false>;
  /** Connections open now. */
  readonly open: Set<net.Socket>;
}

const pair = ({ certificatePem, privateKeyPem }: TestIdentities.Identity): tls.TlsOptions => ({
  cert: certificatePem,
  key: privateKeyPem,
});

const listen = (server: net.Server, seen: Seen) =>
  Effect.acquireRelease(
    Effect.callback<Seen>((resume) => {
      server.on("connection", (socket: net.Socket) => {
        seen.connections += 1;
        seen.open.add(socket);
        socket.on("error", () => {});
        socket.on("close", () => seen.open.delete(socket));
      });
      server.listen(0, "127.0.0.1", () => {
        Object.assign(seen, { port: (server.address() as net.AddressInfo).port });
        resume(Effect.succeed(seen));
      });
    }),
    () =>
      Effect.callback<void>((resume) => {
        for (const socket of seen.open) socket.destroy();
        server.close(() => resume(Effect.void));
      }),
  );

const nothingSeen = (): Seen => ({
  port: 0,
  connections: 0,
  resumed: 0,
  requests: [],
  bytes: 0,
  clients: [],
  names: [],
  open: new Set(),
});

/** A server that does with each bare connection what it is told. */
export const serveRaw = (onConnection: (socket: net.Socket, seen: Seen) => void) => {
  const seen = nothingSeen();
  return listen(
    net.createServer((socket) => onConnection(socket, seen)),
    seen,
  );
};

const isWhole = (request: string): boolean => {
  const [head = "", body] = request.split("\r\n\r\n", 2);
  return body !== undefined && Buffer.byteLength(body) >= Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
};

export type Behaviour = (socket: tls.TLSSocket, seen: Seen) => void;

/** A TLS server that wants a client certificate and does with each secure connection what it is told. */
export const serveTls = (onSecure: Behaviour, options: tls.TlsOptions = {}) => {
  const seen = nothingSeen();
  const server = tls.createServer(
    {
      ...pair(identities.server),
      ca: identities.ca,
      requestCert: true,
      rejectUnauthorized: true,
      noDelay: true,
      ...options,
    },
    (socket) => {
      socket.on("error", () => {});
      if (socket.isSessionReused()) seen.resumed += 1;
      const { CN } = (socket.getPeerCertificate().subject ?? {}) as { readonly CN?: string };
      seen.clients.push(CN);
      seen.names.push(socket.servername ?? false);
      onSecure(socket, seen);
    },
  );
  server.on("tlsClientError", () => {});
  return listen(server, seen);
};

/** {@link serveTls} that calls `onRequest` after each whole request. */
export const serve = (onRequest: Behaviour, options: tls.TlsOptions = {}) =>
  serveTls((socket, seen) => {
    let text = "";
    socket.on("data", (chunk) => {
      seen.bytes += chunk.length;
      text += chunk.toString("latin1");
      if (!isWhole(text)) return;
      seen.requests.push(text);
      text = "";
      onRequest(socket, seen);
    });
  }, options);

export const presenting = pair;

export const okReply = "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 6\r\n\r\n<xml/>";
/** Replies and leaves the connection to the client. */
export const ok: Behaviour = (socket) => socket.write(okReply);

export const merchant = (identity: TestIdentities.Identity = identities.merchantA) =>
  ClientCertificate.fromPem({ certificate: identity.certificatePem, privateKey: identity.privateKeyPem });

export const settings = (options: TransportSettings.Options = {}) =>
  Effect.map(merchant(), (certificate) =>
    TransportSettings.make({
      certificate,
      trust: { ca: [identities.ca], replaceSystem: true },
      // A test that is about a limit sets its own; these only end what hangs.
      connectTimeout: "40 seconds",
      exchangeTimeout: "40 seconds",
      ...options,
    }),
  );

export const secretBody = "<xml><sign>5E884898DA28047151D0E56F8DC62927</sign></xml>";

export const requestTo = (port: number, address = `https://localhost:${port}/secapi/pay/refund?a=%2F&b=1`) => ({
  method: "POST" as const,
  url: address,
  headers: { "Content-Type": "text/xml; charset=utf-8" } as Readonly<Record<string, string>>,
  body: new TextEncoder().encode(secretBody),
});

/** Sets variables of the environment until the scope closes. */
export const withVariables = (variables: Readonly<Record<string, string>>) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
      Object.assign(process.env, variables);
      return before;
    }),
    (before) =>
      Effect.sync(() => {
        for (const [name, value] of before) {
          if (value === undefined) delete process.env[name];
          else process.env[name] = value;
        }
      }),
  );

/** Waits for what must come, however slow the machine is; its limit only names what a test hangs on. */
export const until = (what: string, holds: () => boolean): Effect.Effect<void> =>
  Effect.callback<void>((resume) => {
    const end = Date.now() + 45_000;
    const look = () => {
      if (holds()) resume(Effect.void);
      else if (Date.now() > end) resume(Effect.die(new Error(`never came: ${what}`)));
      else setTimeout(look, 2);
    };
    look();
  });
