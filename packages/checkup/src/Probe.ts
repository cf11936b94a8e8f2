/**
 * A look at a host as the transports would reach it: its name, a secure connection, and its clock. Nothing of a merchant is sent but
 * what the handshake shows.
 */
import dns from "node:dns";
import https from "node:https";
import type { SecureContext, TLSSocket } from "node:tls";
import { summarize } from "@wechat-refund/core/Transport";
import { classify } from "@wechat-refund/mutual-tls/Failure";
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
export const connect = (endpoint: string, secureContext: SecureContext): Effect.Effect<Host, string> =>
  Effect.callback<Host, string>((resume) => {
    let socket: TLSSocket | undefined;
    const sent = Date.now();
    const request = https.request(endpoint, {
      method: "HEAD",
      agent: new https.Agent({ keepAlive: false, secureContext, rejectUnauthorized: true }),
      timeout: seconds * 1000,
    });
    request.on("socket", (connecting) => {
      // Written before, a question would hide the TLS library's own word for what went wrong.
      connecting.on("secureConnect", () => {
        socket = connecting as TLSSocket;
        request.end();
      });
    });
    request.on("response", (response) => {
      response.resume();
      if (socket !== undefined) resume(Effect.succeed(shown(socket, response.headers.date, sent)));
    });
    request.on("timeout", () => request.destroy(Object.assign(new Error("timeout"), { code: "ETIMEDOUT" })));
    request.on("error", (error) => {
      const reason = classify(socket === undefined ? "before-secure" : "after-secure", error);
      // A host that closes on a question it does not know has shown itself all the same.
      if (socket !== undefined && summarize(error).code === "ECONNRESET") {
        resume(Effect.succeed({ protocol: socket.getProtocol() ?? "TLS", issuer: "?" }));
      } else resume(Effect.fail(`${reason._tag}: ${reason.message}`));
    });
    return Effect.sync(() => request.destroy());
  });
