/**
 * One verified TLS connection: asks for it, checks who answers, remembers the session for the next one.
 *
 * Nothing of a request passes through here, so whatever fails before the callback has its socket proves that nothing was sent.
 * The server is always verified, whatever the environment says. A resumed session is one that was verified when it was made; a
 * dialer keeps its sessions to itself, because a session carries the identity and the trust it was made with.
 */
import type { Socket } from "node:net";
import * as tls from "node:tls";
import type { Proxy } from "../TransportSettings.ts";
import type { Target } from "./target.ts";
import * as Tunnel from "./tunnel.ts";

/** Hears once how it went. */
export type Callback = (error: Error | null, socket: tls.TLSSocket | undefined) => void;

export interface Dialer {
  /** Starts to connect; the function it returns gives up at once. The callback is never called before this returns. */
  readonly dial: (target: Target, callback: Callback) => () => void;
  /** The next connection to the target makes a session of its own. */
  readonly forget: (target: Target) => void;
}

/** Sessions are small and hosts are few; the limit only keeps a mistake from growing without end. */
const maxSessions = 256;

/** What went wrong with a connection, by itself: one is lost with one error. */
const errors = new WeakMap<Socket, Error>();

/**
 * Why the connection ended, if it knows. A client may report only that it ended where the connection knows why, as with the alert
 * of a refused certificate.
 */
export const errorOf = (socket: Socket): Error | undefined => errors.get(socket);

const closedEarly = (): Error => Object.assign(new Error("closed before secure"), { code: "ECONNRESET" });

/** A dialer that presents the certificate in `context` and trusts what it trusts. */
export const make = (context: tls.SecureContext, proxy: Proxy | undefined): Dialer => {
  const sessions = new Map<string, Buffer>();

  const secure = (target: Target, callback: Callback, tunnel?: Socket): (() => void) => {
    const session = sessions.get(target.host);
    const socket = tls.connect({
      host: target.hostname,
      port: target.port,
      servername: target.servername,
      secureContext: context,
      ALPNProtocols: ["http/1.1"],
      rejectUnauthorized: true,
      ...(tunnel && { socket: tunnel }),
      ...(session && { session }),
    });
    (tunnel ?? socket).setNoDelay(true);
    let answered = false;
    const fail = (error: Error) => {
      if (answered) return;
      answered = true;
      sessions.delete(target.host);
      callback(error, undefined);
    };
    // Stays for the socket's life: an error that nobody listens for would end the process.
    socket.on("error", (error) => {
      if (!errors.has(socket)) errors.set(socket, error);
      fail(error);
    });
    socket.once("close", () => {
      tunnel?.destroy();
      fail(closedEarly());
    });
    socket.on("session", (fresh) => {
      if (sessions.size >= maxSessions) sessions.clear();
      sessions.set(target.host, fresh);
    });
    socket.once("secureConnect", () => {
      answered = true;
      callback(null, socket);
    });
    return () => {
      socket.destroy();
    };
  };

  const throughTunnel = (proxy: Proxy, target: Target, callback: Callback): (() => void) => {
    let hangUp = Tunnel.open(proxy, target, (error, tunnel) => {
      if (tunnel === undefined) callback(error, undefined);
      else hangUp = secure(target, callback, tunnel);
    });
    return () => hangUp();
  };

  return {
    dial: proxy === undefined ? secure : (target, callback) => throughTunnel(proxy, target, callback),
    forget: (target) => sessions.delete(target.host),
  };
};
