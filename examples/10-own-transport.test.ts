/**
 * A transport of your own, proved: some thirty lines on Effect's HttpClient, and the contract that says what they are worth.
 *
 * Needs: nothing.
 * Run:   npx --yes pnpm@12 exec vitest run examples/10-own-transport
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient";
import { Transport } from "@wechat-refund/core";
import { SecureContext, type TransportSettings } from "@wechat-refund/mutual-tls";
import { suite } from "@wechat-refund/testkit/TransportSuite";
import { Duration, Effect, Layer, Stream } from "effect";
import { HttpClient, HttpClientRequest } from "effect/http";

const fail = (reason: Transport.Reason) => Effect.fail(new Transport.TransportError({ reason }));

const framing =
  /^(host|content-length|connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|expect|accept-encoding)$/;

/** HttpClient refuses none of these by itself: it would send the user name, and die of the line break. */
const isSendable = ({ method, url, headers, body }: Transport.TransportRequest): boolean => {
  const names = Object.keys(headers).map((name) => name.toLowerCase());
  return (
    /^https:\/\/[^@]*$/.test(url) &&
    URL.canParse(url) &&
    names.every(
      (name, at) => /^[\w!#$%&'*+.^`|~-]+$/.test(name) && !framing.test(name) && names.indexOf(name) === at,
    ) &&
    Object.values(headers).every((value) => /^[ -~]*$/.test(value)) &&
    (method === "POST" || body === undefined)
  );
};

const make = Effect.fnUntraced(function* ({
  connectTimeout,
  exchangeTimeout,
  ...settings
}: TransportSettings.TransportSettings) {
  const client = yield* HttpClient.HttpClient;
  // One limit for all of it: HttpClient does not tell when the connection is there.
  const limit = Duration.min(connectTimeout, exchangeTimeout);
  let closed = false;
  yield* Effect.addFinalizer(() => Effect.sync(() => (closed = true)));
  return Transport.Transport.of({
    send: Effect.fnUntraced(
      function* (request) {
        if (closed) return yield* fail(new Transport.Unusable({ detail: "the transport was closed" }));
        if (!isSendable(request))
          return yield* fail(new Transport.Unusable({ detail: "not a request to send as it is" }));
        const { method, url, headers, body: sent = new Uint8Array() } = request;
        const bare = HttpClientRequest.make(method)(url);
        const whole = method === "GET" ? bare : HttpClientRequest.bodyUint8Array(bare, sent);
        const response = yield* client.execute(HttpClientRequest.setHeaders(whole, headers));
        if (response.status < 200) return yield* fail(new Transport.ConnectionLost({ detail: "no final reply" }));
        const body = yield* Stream.runFoldEffect(
          response.stream,
          () => Buffer.alloc(0),
          (read, chunk) =>
            read.byteLength + chunk.byteLength > settings.maxReplyBytes
              ? fail(new Transport.ReplyTooLarge({ limitBytes: settings.maxReplyBytes }))
              : Effect.succeed(Buffer.concat([read, chunk])),
        );
        return { status: response.status, headers: response.headers, body };
      },
      // Nor does it tell whether anything was written, so whatever goes wrong may have been sent.
      Effect.catchTag("HttpClientError", ({ reason }) =>
        fail(
          new Transport.ConnectionLost({
            detail: "no whole reply",
            cause: Transport.summarize("cause" in reason && reason.cause),
          }),
        ),
      ),
      Effect.timeoutOrElse({
        duration: limit,
        orElse: () => fail(new Transport.TimedOut({ phase: "exchange", limitMillis: Duration.toMillis(limit) })),
      }),
      // Its spans would send trace headers, and keep its errors, which hold the request.
      Effect.provideService(HttpClient.TracerDisabledWhen, () => true),
    ),
  });
});

const layer = (settings: TransportSettings.TransportSettings) => {
  const agent = Effect.map(SecureContext.make(settings), (secureContext) =>
    NodeHttpClient.layerNodeHttpOptions({
      secureContext,
      rejectUnauthorized: true,
      keepAlive: settings.connections === "pooled",
    }),
  );
  return Layer.effect(Transport.Transport, make(settings)).pipe(Layer.provide(Layer.unwrap(agent)));
};

suite("a transport on HttpClient", layer, {
  volume: 50,
  // Under TLS 1.2 as well, unless told otherwise.
  versions: ["TLSv1.3"],
  provesNotSent: false,
  cannot: {
    T59: "it has one limit for the connection and the exchange",
    T78: "it has no better clock than a timer",
    T101: "of some repeated fields HttpClient keeps the first",
    T103: "it does not learn when the connection is there",
    T87: "it knows no proxy",
    T88: "it knows no proxy",
    T89: "it knows no proxy, and posts without the one that was set",
  },
});
