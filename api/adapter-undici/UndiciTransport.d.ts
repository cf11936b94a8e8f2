/**
 * The transport on `undici`.
 *
 * One `Client` a connection, spoken to with `dispatch`: undici calls `onRequestStart` right before its first write, and a call that was
 * given up is aborted there. The truth about what was sent, the time limits and the wording of errors belong to
 * `@wechat-refund/mutual-tls`.
 */
import { Adapter } from "@wechat-refund/mutual-tls";
export type { RotatingTransport } from "@wechat-refund/mutual-tls/Adapter";
export type { CertificateError } from "@wechat-refund/mutual-tls/ClientCertificate";
export type { ReloadOptions } from "@wechat-refund/mutual-tls/Rotating";
export type { TransportSettings } from "@wechat-refund/mutual-tls/TransportSettings";
/** A transport for the life of the scope. A certificate of no use is refused now, not at the first call. */
export declare const make: Adapter.Published["make"];
/** {@link make}, with a handle that changes certificate, trust and limits while calls are under way. */
export declare const makeRotating: Adapter.Published["makeRotating"];
export declare const layer: Adapter.Published["layer"];
/**
 * {@link layer} with the settings of the `ConfigProvider` in use, read anew wherever the layer is used: see `TransportSettings.config`
 * of `@wechat-refund/mutual-tls`.
 */
export declare const layerConfig: Adapter.Published["layerConfig"];
/** {@link layerConfig} without a client certificate, which no call of APIv3 needs: see `TransportSettings.configNoCertificate`. */
export declare const layerConfigNoCertificate: Adapter.Published["layerConfigNoCertificate"];
/** A transport that loads its settings with `load`, and again whenever one of `files` changes; one for each use of the layer. */
export declare const layerRotating: Adapter.Published["layerRotating"];
