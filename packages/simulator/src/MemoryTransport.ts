/**
 * The gateway as a `Transport` in the same process: no sockets, and the time of Effect's `Clock`, so that a test moves it.
 *
 * Leaves to the server what only a wire can show: handshakes, time limits, broken HTTP.
 */
import { Effect, Layer } from "effect";
import { ConnectionLost, Transport, TransportError, Unreachable, Unusable } from "@wechat-refund/core/Transport";
import type { ClientCertificate } from "./Call.ts";
import type { Gateway } from "./Gateway.ts";
import { carry } from "./internal/carry.ts";

export interface Options {
  /** What the client shows. Default: the certificate of the gateway's first merchant. */
  readonly clientCertificate?: ClientCertificate;
}

/** A transport onto the gateway, whatever host the address names. Dropped requests are `Unreachable`, lost replies `ConnectionLost`. */
export const make = (gateway: Gateway, options: Options = {}): Transport["Service"] => {
  const clientCertificate = options.clientCertificate ?? { commonName: gateway.merchantNumbers[0] };
  return {
    post: ({ url, body }) => {
      const address = URL.parse(url);
      if (address?.protocol !== "https:") {
        const reason = new Unusable({ detail: "the address is not an absolute https address" });
        return Effect.fail(new TransportError({ reason }));
      }
      return carry(gateway, { path: address.pathname, body: new Uint8Array(body), clientCertificate }).pipe(
        Effect.mapError(
          (noReply) =>
            new TransportError({
              reason:
                noReply === "unheard"
                  ? new Unreachable({ detail: "the simulator dropped the request, as told" })
                  : new ConnectionLost({ detail: "the simulator dropped the reply, as told" }),
            }),
        ),
      );
    },
  };
};

/** {@link make} as a layer. */
export const layer = (gateway: Gateway, options?: Options): Layer.Layer<Transport> =>
  Layer.succeed(Transport, make(gateway, options));
