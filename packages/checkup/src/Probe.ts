/**
 * A look at a host as the transports would reach it: its name, a secure connection, and its clock. Nothing of a merchant is sent but
 * what the handshake shows.
 */
import dns from "node:dns";
import type { ClientRequest } from "node:http";
import https from "node:https";
import type { SecureContext, TLSSocket } from "node:tls";
import { summarize } from "@wechat-refund/core/Transport";
import * as Connection from "@wechat-refund/mutual-tls/Connection";
import { classify } from "@wechat-refund/mutual-tls/Failure";
import type { Proxy } from "@wechat-refund/mutual-tls/TransportSettings";
import * as Effect from "effect/Effect";

/** What a host shows of itself. */
export interface Host {
  readonly protocol: string;
  readonly issuer: string;
  /** How far its clock is ahead of ours, in milliseconds; absent where it does not tell. */
  readonly aheadMillis?: number;
}

const seconds = 5;

/** The addresses of a name. */
export const resolve = (hostname: string): Effect.Effect<ReadonlyArray<string>, string> =>
  Effect.callback<ReadonlyArray<string>, string>((resume) => {
    dns.lookup(hostname, { all: true }, (error, found) => {
      if (error === null) resume(Effect.succeed(found.map(({ address }) => address)));
      else resume(Effect.fail(classify("before-secure", error).message));
    });
  }).pipe(
    Effect.timeoutOrElse({
      duration: `${seconds} seconds`,
      orElse: () => Effect.fail("the name server does not answer: check this machine's DNS"),
    }),
  );

const shown = (socket: TLSSocket, date: string | undefined, sent: number): Host => {
  const at = Date.parse(date ?? "");
  const issuer: unknown = socket.getPeerCertificate().issuer?.O ?? socket.getPeerCertificate().issuer?.CN;
  // The header has whole seconds, and stands for some moment between question and answer.
  const ahead = at + 500 - (sent + Date.now()) / 2;
  return {
    protocol: socket.getProtocol() ?? "TLS",
    issuer: typeof issuer === "string" ? issuer : "?",
    ...(Number.isFinite(ahead) && { aheadMillis: ahead }),
  };
};

/** Connects, as the transports do, and asks for the host's time. */
export const connect = (
  endpoint: string,
  secureContext: SecureContext,
  proxy: Proxy | undefined,
): Effect.Effect<Host, string> =>
  Effect.callback<Host, string>((resume) => {
    let request: ClientRequest | undefined;
    let socket: TLSSocket | undefined;
    const sent = Date.now();
    const fail = (error: Error): void => {
      clearTimeout(timer);
      const reason = classify(socket === undefined ? "before-secure" : "after-secure", error);
      // A host that closes on a question it does not know has shown itself all the same.
      if (socket !== undefined && summarize(error).code === "ECONNRESET") {
        resume(Effect.succeed({ protocol: socket.getProtocol() ?? "TLS", issuer: "?" }));
      } else resume(Effect.fail(`${reason._tag}: ${reason.message}`));
    };
    const ask = (secure: TLSSocket): void => {
      socket = secure;
      request = https.request(endpoint, { method: "HEAD", createConnection: () => secure });
      request.on("response", (response) => {
        clearTimeout(timer);
        response.resume();
        resume(Effect.succeed(shown(secure, response.headers.date, sent)));
        secure.end();
      });
      request.on("error", fail);
      request.end();
    };
    const hangUp = Connection.open(endpoint, secureContext, proxy, (error, secure) => {
      if (secure === undefined) fail(error ?? new Error("no connection"));
      else ask(secure);
    });
    const end = (): void => {
      clearTimeout(timer);
      hangUp();
      request?.destroy();
      socket?.destroy();
    };
    const timer = setTimeout(() => {
      fail(Object.assign(new Error("timeout"), { code: "ETIMEDOUT" }));
      end();
    }, seconds * 1000);
    return Effect.sync(end);
  });
