/**
 * The gateway as a `Transport` in the same process: no sockets, and the time of Effect's `Clock`, so that a test moves it.
 *
 * Leaves to the server what only a wire can show: handshakes, time limits, broken HTTP.
 */
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import {
  ConnectionLost,
  Transport,
  TransportError,
  type TransportReply,
  Unreachable,
  Unusable,
} from "@wechat-refund/core/Transport";
import type { ClientCertificate, Reply } from "./Call.ts";
import type { Gateway } from "./Gateway.ts";
import { carry, type NoReply } from "./internal/carry.ts";

export interface Options {
  /** What the client shows. Default: the certificate of the gateway's first merchant. */
  readonly clientCertificate?: ClientCertificate;
  /** The address the client has; without one the gateway has none to forbid. */
  readonly remoteAddress?: string;
}

const failures = {
  unheard: new Unreachable({ detail: "the simulator dropped the request, as told" }),
  lost: new ConnectionLost({ detail: "the simulator dropped the reply, as told" }),
  reset: new ConnectionLost({ detail: "the simulator reset the connection, as told" }),
};
const nothing = new Uint8Array();
const lower = (headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
const replyOf = ({ status, contentType, body, headers = {} }: Reply): TransportReply => ({
  status,
  headers: lower({ "content-type": contentType, ...headers }),
  body,
});
const reasonOf = (noReply: NoReply, clientCertificate: ClientCertificate): TransportError["reason"] =>
  noReply === "refused"
    ? new ConnectionLost({
        detail: "the simulator closed the connection over the client certificate",
        silent: clientCertificate === "none" ? "no-certificate" : "certificate",
      })
    : failures[noReply];
const fail = (reason: TransportError["reason"]) => Effect.fail(new TransportError({ reason }));

/**
 * A transport onto the gateway, whatever host the address names. Dropped requests are `Unreachable`, lost replies
 * `ConnectionLost`. It stands for one kept connection: after a `Stray` reply the next call gets that one.
 */
export const make = (gateway: Gateway, options: Options = {}): Transport["Service"] => {
  const { clientCertificate = { commonName: gateway.merchantNumbers[0] }, ...from } = options;
  let stray: Reply | undefined;
  return {
    send: ({ method, url, headers, body = nothing }) => {
      const address = URL.parse(url);
      if (address?.protocol !== "https:") {
        return fail(new Unusable({ detail: "the address is not an absolute https address" }));
      }
      return Effect.matchEffect(
        carry(gateway, {
          method,
          path: address.pathname,
          target: address.pathname + address.search,
          headers: { "user-agent": "memory", host: address.host, ...lower(headers) },
          body: new Uint8Array(body),
          clientCertificate,
          ...from,
        }),
        {
          onFailure: (noReply) => fail(reasonOf(noReply, clientCertificate)),
          onSuccess: ({ reply, cut, twice }) => {
            if (cut !== undefined) return fail(failures.lost);
            const arrives = stray ?? reply;
            stray = twice === true ? reply : undefined;
            return Effect.succeed(replyOf(arrives));
          },
        },
      );
    },
  };
};

/** {@link make} as a layer. */
export const layer = (gateway: Gateway, options?: Options): Layer.Layer<Transport> =>
  Layer.succeed(Transport, make(gateway, options));
