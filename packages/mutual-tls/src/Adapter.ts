/**
 * What every adapter shares: a transport made from an HTTP client that can send one request over a connection it is given.
 *
 * An adapter brings a {@link Client}; certificate, trust, connecting, time and size limits, the truth about what was sent, the
 * wording of errors, rotation and the end of the scope are here. An adapter has to read the contract of {@link Call} and nothing else.
 */
import { Endpoint } from "@wechat-refund/core/Endpoint";
import {
  Transport,
  TransportError,
  type TransportReply,
  type TransportRequest,
  Unusable,
} from "@wechat-refund/core/Transport";
import type * as Config from "effect/Config";
import * as Context from "effect/Context";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as Result from "effect/Result";
import type * as Scope from "effect/Scope";
import type { CertificateError } from "./CertificateError.ts";
import { make as makeDialer } from "./internal/dial.ts";
import { type Client, Exchange, type Limits, Live } from "./internal/exchange.ts";
import { admit, bytesOf } from "./internal/fields.ts";
import { guard } from "./internal/origin.ts";
import { makeParse } from "./internal/target.ts";
import * as Rotating from "./Rotating.ts";
import * as SecureContext from "./SecureContext.ts";
import * as TransportSettings from "./TransportSettings.ts";

export type { Call, Client } from "./internal/exchange.ts";

/** How long a pooled connection may lie idle, unless the server announces less. */
export const idleMillis = 4_000;

/** Opens the HTTP client of one identity; `keepAlive` says whether connections are kept for the next request. */
export type Open = (keepAlive: boolean) => Client;

type Service = Transport["Service"];

/** A transport whose certificate, trust and limits can be changed while it runs. */
export interface RotatingTransport {
  readonly transport: Service;
  /** Requests from now on use `settings`; those under way end as they began. When the new settings fail, the old ones stay. */
  readonly rotate: Rotating.Rotating<Service>["rotate"];
}

/** The calls of a transport that are under way, over all its generations. */
interface Registry {
  readonly live: Live;
  closed: boolean;
}

/** What `setTimeout` can count. */
const longest = 2 ** 31 - 1;
const millis = (limit: Duration.Duration): number => Math.min(Duration.toMillis(limit), longest);

/** What one request is given room for beyond the limits of its transport. */
const widened = (limits: Limits, room: TransportRequest["room"]): Limits => {
  if (room === undefined) return limits;
  const { exchangeMillis = 0, maxReplyBytes = 0 } = room;
  return {
    ...limits,
    exchangeMillis: Math.min(longest, Math.max(limits.exchangeMillis, exchangeMillis)),
    maxReplyBytes: Math.max(limits.maxReplyBytes, maxReplyBytes),
  };
};

const unusable = (reason: Unusable): Effect.Effect<never, TransportError> =>
  Effect.fail(new TransportError({ reason }));
const closed = unusable(new Unusable({ detail: "the transport was closed: its scope has ended" }));

const generation = Effect.fnUntraced(function* (
  registry: Registry,
  settings: TransportSettings.TransportSettings,
  open: Open,
): Effect.fn.Return<Service, CertificateError, Scope.Scope> {
  // Also where they were written by hand: a limit that limits nothing is a mistake to be told now.
  const { connectTimeout, endpoint, exchangeTimeout, maxReplyBytes, proxy } = TransportSettings.make(settings);
  const limits = {
    connectMillis: millis(connectTimeout),
    exchangeMillis: millis(exchangeTimeout),
    maxReplyBytes,
    silent: settings.certificate === undefined ? ("no-certificate" as const) : ("certificate" as const),
  };
  const parse = makeParse();
  // An `Endpoint` that only the transport was given would be heard by nobody: requests that go elsewhere are refused.
  const around = Context.getOrUndefined(yield* Effect.context<never>(), Endpoint);
  const misdirected = guard(endpoint, around);
  const dialer = makeDialer(yield* SecureContext.make(settings), proxy);
  const client = yield* Effect.acquireRelease(
    Effect.sync(() => open(settings.connections === "pooled")),
    (client) => Effect.sync(() => client.close()),
  );
  return {
    send: (request) =>
      Effect.callback<TransportReply, TransportError>((resume) => {
        if (registry.closed) return resume(closed);
        const target = parse(request.url);
        if (Result.isFailure(target)) return resume(unusable(target.failure));
        const elsewhere = misdirected(target.success.origin);
        if (elsewhere !== undefined) return resume(unusable(elsewhere));
        const headers = admit(request);
        if (Result.isFailure(headers)) return resume(unusable(headers.failure));
        const body = bytesOf(request);
        if (Result.isFailure(body)) return resume(unusable(body.failure));
        const { mayLeave, method, room } = request;
        const message = { method, headers: headers.success, body: body.success, mayLeave };
        const exchange = new Exchange(target.success, message, widened(limits, room), registry.live, dialer, resume);
        exchange.start(client);
        return Effect.sync(() => exchange.interrupt());
      }),
  };
});

/** Ends the calls under way, and refuses new ones, when the scope closes. */
const endWithScope = (registry: Registry) =>
  Effect.addFinalizer(() =>
    Effect.sync(() => {
      registry.closed = true;
      for (const call of registry.live.calls) call.close();
    }),
  );

/** A transport for the life of the scope. Certificate and trust are loaded now, and refused now if they are of no use. */
export const make = Effect.fnUntraced(function* (
  settings: TransportSettings.TransportSettings,
  open: Open,
): Effect.fn.Return<Service, CertificateError, Scope.Scope> {
  const registry: Registry = { live: new Live(), closed: false };
  const service = yield* generation(registry, settings, open);
  yield* endWithScope(registry);
  return service;
});

/** {@link make}, with a certificate that can be changed without dropping a request. */
export const makeRotating = Effect.fnUntraced(function* (
  settings: TransportSettings.TransportSettings,
  open: Open,
): Effect.fn.Return<RotatingTransport, CertificateError, Scope.Scope> {
  const registry: Registry = { live: new Live(), closed: false };
  const { use, rotate } = yield* Rotating.make({
    acquire: (settings) => generation(registry, settings, open),
    settings,
  });
  yield* endWithScope(registry);
  return {
    transport: { send: (request) => use(({ send }) => send(request)) },
    rotate,
  };
});

/** {@link makeRotating} over the settings that `load` gives, loaded again whenever one of the files changes. */
export const makeReloading = Effect.fnUntraced(function* (
  options: Rotating.ReloadOptions,
  open: Open,
): Effect.fn.Return<Service, CertificateError | Config.ConfigError, Scope.Scope> {
  const since = yield* Rotating.stamp(options.files);
  const rotating = yield* makeRotating(yield* options.load, open);
  yield* Rotating.reloadOnChange(rotating, options, since);
  return rotating.transport;
});

/** What every adapter publishes, around its own way of opening clients. */
export interface Published {
  /** A transport for the life of the scope. A certificate of no use is refused now, not at the first call. */
  readonly make: (
    settings: TransportSettings.TransportSettings,
  ) => Effect.Effect<Service, CertificateError, Scope.Scope>;
  /** `make`, with a handle that changes certificate, trust and limits while calls are under way. */
  readonly makeRotating: (
    settings: TransportSettings.TransportSettings,
  ) => Effect.Effect<RotatingTransport, CertificateError, Scope.Scope>;
  readonly layer: (settings: TransportSettings.TransportSettings) => Layer.Layer<Transport, CertificateError>;
  /**
   * `layer` with the settings of the `ConfigProvider` in use, read anew wherever the layer is used: see `TransportSettings.config` of
   * `@wechat-refund/mutual-tls`.
   */
  readonly layerConfig: Layer.Layer<Transport, CertificateError | Config.ConfigError>;
  /** `layerConfig` without a client certificate, which no call of APIv3 needs: see `TransportSettings.configNoCertificate`. */
  readonly layerConfigNoCertificate: Layer.Layer<Transport, CertificateError | Config.ConfigError>;
  /** A transport that loads its settings with `load`, and again whenever one of `files` changes; one for each use of the layer. */
  readonly layerRotating: (
    options: Rotating.ReloadOptions,
  ) => Layer.Layer<Transport, CertificateError | Config.ConfigError>;
}

/** Makes it. Layers are built anew at each use, so that two transports of two merchants stay two. */
export const published = (open: Open): Published => ({
  make: (settings) => make(settings, open),
  makeRotating: (settings) => makeRotating(settings, open),
  layer: (settings) => Layer.effect(Transport, make(settings, open)),
  layerConfig: Layer.fresh(
    Layer.effect(
      Transport,
      Effect.flatMap(TransportSettings.config, (settings) => make(settings, open)),
    ),
  ),
  layerConfigNoCertificate: Layer.fresh(
    Layer.effect(
      Transport,
      Effect.flatMap(TransportSettings.configNoCertificate, (settings) => make(settings, open)),
    ),
  ),
  layerRotating: (options) => Layer.fresh(Layer.effect(Transport, makeReloading(options, open))),
});
