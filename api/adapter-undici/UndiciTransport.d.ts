/**
 * The transport on `undici`.
 *
 * One `Client` a connection, spoken to with `dispatch`: undici calls `onRequestStart` right before its first write, and a call that was
 * given up is aborted there. The truth about what was sent, the time limits and the wording of errors belong to
 * `@wechat-refund/mutual-tls`.
 */
import { Transport } from "@wechat-refund/core/Transport";
import { Adapter, type ClientCertificate, type Rotating, TransportSettings } from "@wechat-refund/mutual-tls";
import type * as Config from "effect/Config";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import type * as Scope from "effect/Scope";
/** A transport for the life of the scope. A certificate of no use is refused now, not at the first post. */
export declare const make: (settings: TransportSettings.TransportSettings) => Effect.Effect<Transport["Service"], ClientCertificate.CertificateError, Scope.Scope>;
/** {@link make}, with a handle that changes certificate, trust and limits while posts are under way. */
export declare const makeRotating: (settings: TransportSettings.TransportSettings) => Effect.Effect<Adapter.RotatingTransport, ClientCertificate.CertificateError, Scope.Scope>;
export declare const layer: (settings: TransportSettings.TransportSettings) => Layer.Layer<Transport, ClientCertificate.CertificateError>;
/**
 * {@link layer} with the settings of the `ConfigProvider` in use, read anew wherever the layer is used: see `TransportSettings.config`
 * of `@wechat-refund/mutual-tls`.
 */
export declare const layerConfig: Layer.Layer<Transport, ClientCertificate.CertificateError | Config.ConfigError>;
/** {@link layerConfig} without a client certificate, which no call of APIv3 needs: see `TransportSettings.configNoCertificate`. */
export declare const layerConfigNoCertificate: typeof layerConfig;
/** A transport that loads its settings with `load`, and again whenever one of `files` changes; one for each use of the layer. */
export declare const layerRotating: (options: Rotating.ReloadOptions) => Layer.Layer<Transport, ClientCertificate.CertificateError | Config.ConfigError>;
