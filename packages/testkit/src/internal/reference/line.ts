/** One secure connection to a host, straight or through a proxy. */
import * as net from "node:net";
import * as tls from "node:tls";
import type { TransportSettings } from "@wechat-refund/mutual-tls/TransportSettings";
import * as Redacted from "effect/Redacted";
import type { Twist } from "./twist.ts";

/** Who is told what happens on a connection. */
export interface User {
  readonly data: (chunk: Buffer) => void;
  readonly ended: (error: Error | undefined) => void;
}

export class Line {
  readonly socket: tls.TLSSocket;
  readonly host: string;
  user: User | undefined;
  /** Bytes that came while nobody asked. */
  rest: Buffer = Buffer.alloc(0);
  over = false;
  used = 0;
  keepsStray: boolean;

  constructor(socket: tls.TLSSocket, host: string, keepsStray: boolean) {
    this.socket = socket;
    this.host = host;
    this.keepsStray = keepsStray;
    let cause: Error | undefined;
    socket.on("data", (chunk: Buffer) => {
      if (this.user !== undefined) return this.user.data(chunk);
      if (this.keepsStray) this.rest = Buffer.concat([this.rest, chunk]);
      else socket.destroy();
    });
    socket.on("error", (error) => {
      cause = error;
    });
    const ended = () => {
      this.over = true;
      this.user?.ended(cause);
    };
    socket.on("end", ended);
    socket.on("close", ended);
  }
}

export interface Dial {
  readonly url: URL;
  readonly settings: TransportSettings;
  readonly context: tls.SecureContext;
  readonly twist: Twist;
  readonly sessions: Map<string, Buffer>;
  /** There is a TCP connection, to the host or to the proxy. */
  readonly reached: () => void;
  /** There is a TCP connection to the host. */
  readonly connected: () => void;
  readonly secure: (socket: tls.TLSSocket) => void;
  readonly failed: (error: Error) => void;
}

const coded = (code: string): Error => Object.assign(new Error(code), { code });
const bare = (host: string): string => host.replace(/^\[|\]$/g, "");

const verified = (socket: tls.TLSSocket, twist: Twist): boolean => {
  const code: unknown = socket.authorizationError;
  if (typeof code === "string" && twist.tolerates?.(code) !== true) return false;
  return twist.inspects?.(socket) ?? true;
};

const secureOver = (dial: Dial, tunnel: net.Socket | undefined): (() => void) => {
  const { url, twist, sessions } = dial;
  const host = bare(url.hostname);
  const session = twist.sessions === "none" ? undefined : sessions.get(url.host);
  const options: tls.ConnectionOptions = {
    host,
    port: Number(url.port || 443),
    servername: net.isIP(host) === 0 ? host : "",
    secureContext: dial.context,
    rejectUnauthorized: twist.tolerates === undefined,
    ...(tunnel && { socket: tunnel }),
    ...(session && { session }),
  };
  const socket = tls.connect(twist.connect?.(options, tunnel !== undefined) ?? options);
  let answered = false;
  const fail = (error: Error) => {
    if (answered) return;
    answered = true;
    sessions.delete(url.host);
    socket.destroy();
    dial.failed(error);
  };
  socket.setNoDelay(true);
  if (tunnel === undefined) {
    socket.once("connect", () => {
      dial.reached();
      dial.connected();
    });
  } else dial.connected();
  socket.on("session", (fresh) => sessions.set(url.host, fresh));
  socket.on("error", fail);
  socket.once("close", () => fail(coded("ECONNRESET")));
  socket.once("secureConnect", () => {
    if (answered) return;
    if (!verified(socket, twist)) return fail(coded(String(socket.authorizationError ?? "UNSPECIFIED")));
    answered = true;
    dial.secure(socket);
  });
  return () => {
    socket.destroy();
    tunnel?.destroy();
  };
};

const throughProxy = (dial: Dial, proxy: string, authorization: string | undefined): (() => void) => {
  const address = new URL(proxy);
  const authority = `${dial.url.hostname}:${dial.url.port || 443}`;
  const socket = net.connect(Number(address.port), bare(address.hostname));
  let hangUp = () => {
    socket.destroy();
  };
  let answered = false;
  const fail = () => {
    if (answered) return;
    answered = true;
    socket.destroy();
    if (dial.twist.connectsWithoutProxy === true) hangUp = secureOver(dial, undefined);
    else dial.failed(coded("ERR_PROXY_TUNNEL"));
  };
  let head = "";
  const read = (chunk: Buffer) => {
    head += chunk.toString("latin1");
    if (!head.includes("\r\n\r\n")) return;
    socket.off("data", read);
    if (!/^HTTP\/1\.\d 2\d\d /.test(head)) return fail();
    answered = true;
    hangUp = secureOver(dial, socket);
  };
  socket.on("connect", dial.reached);
  socket.on("data", read);
  socket.on("error", fail);
  socket.on("close", fail);
  socket.write(
    `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${authorization === undefined ? "" : `Proxy-Authorization: ${authorization}\r\n`}\r\n`,
  );
  return () => {
    answered = true;
    hangUp();
  };
};

/** Starts to connect; the function it returns gives up at once. */
export const connect = (dial: Dial): (() => void) => {
  const { proxy } = dial.settings;
  const url = proxy?.url ?? dial.twist.proxy?.();
  return url === undefined
    ? secureOver(dial, undefined)
    : throughProxy(dial, url, proxy?.authorization && Redacted.value(proxy.authorization));
};
