import { Transport, TransportError, type TransportReply, type TransportRequest } from "@wechat-refund/core/Transport";
import type * as Config from "effect/Config";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import type * as Scope from "effect/Scope";
import type { CertificateError } from "./CertificateError.ts";
import { type Client } from "./internal/exchange.ts";
import * as Rotating from "./Rotating.ts";
import * as TransportSettings from "./TransportSettings.ts";
export type { Call, Client } from "./internal/exchange.ts";
/** How long a pooled connection may lie idle, unless the server announces less. */
export declare const idleMillis = 4000;
/** Opens the HTTP client of one identity; `keepAlive` says whether connections are kept for the next request. */
export type Open = (keepAlive: boolean) => Client;
type Service = Transport["Service"];
/** A transport whose certificate, trust and limits can be changed while it runs. */
export interface RotatingTransport {
    readonly transport: Service;
    /** Requests from now on use `settings`; those under way end as they began. When the new settings fail, the old ones stay. */
    readonly rotate: Rotating.Rotating<Service>["rotate"];
}
/** A transport for the life of the scope. Certificate and trust are loaded now, and refused now if they are of no use. */
export declare const make: (settings: TransportSettings.TransportSettings, open: Open) => Effect.Effect<{
    readonly send: (request: TransportRequest) => Effect.Effect<TransportReply, TransportError>;
}, CertificateError, Scope.Scope>;
/** {@link make}, with a certificate that can be changed without dropping a request. */
export declare const makeRotating: (settings: TransportSettings.TransportSettings, open: Open) => Effect.Effect<RotatingTransport, CertificateError, Scope.Scope>;
/** {@link makeRotating} over the settings that `load` gives, loaded again whenever one of the files changes. */
export declare const makeReloading: (options: Rotating.ReloadOptions, open: Open) => Effect.Effect<{
    readonly send: (request: TransportRequest) => Effect.Effect<TransportReply, TransportError>;
}, CertificateError | Config.ConfigError, Scope.Scope>;
/** What every adapter publishes, around its own way of opening clients. */
export interface Published {
    /** A transport for the life of the scope. A certificate of no use is refused now, not at the first call. */
    readonly make: (settings: TransportSettings.TransportSettings) => Effect.Effect<Service, CertificateError, Scope.Scope>;
    /** `make`, with a handle that changes certificate, trust and limits while calls are under way. */
    readonly makeRotating: (settings: TransportSettings.TransportSettings) => Effect.Effect<RotatingTransport, CertificateError, Scope.Scope>;
    readonly layer: (settings: TransportSettings.TransportSettings) => Layer.Layer<Transport, CertificateError>;
    /**
     * `layer` with the settings of the `ConfigProvider` in use, read anew wherever the layer is used: see `TransportSettings.config` of
     * `@wechat-refund/mutual-tls`.
     */
    readonly layerConfig: Layer.Layer<Transport, CertificateError | Config.ConfigError>;
    /** `layerConfig` without a client certificate, which no call of APIv3 needs: see `TransportSettings.configNoCertificate`. */
    readonly layerConfigNoCertificate: Layer.Layer<Transport, CertificateError | Config.ConfigError>;
    /** A transport that loads its settings with `load`, and again whenever one of `files` changes; one for each use of the layer. */
    readonly layerRotating: (options: Rotating.ReloadOptions) => Layer.Layer<Transport, CertificateError | Config.ConfigError>;
}
/** Makes it. Layers are built anew at each use, so that two transports of two merchants stay two. */
export declare const published: (open: Open) => Published;
