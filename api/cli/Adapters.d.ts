/** The transports by name, each loaded only when it is used. */
import type { Transport } from "@wechat-refund/core/Transport";
import type { CertificateError } from "@wechat-refund/mutual-tls/CertificateError";
import type { TransportSettings } from "@wechat-refund/mutual-tls/TransportSettings";
import * as Layer from "effect/Layer";
declare const adapters: {
    "node-https": () => Promise<(settings: TransportSettings) => Layer.Layer<Transport, CertificateError>>;
    undici: () => Promise<(settings: TransportSettings) => Layer.Layer<Transport, CertificateError>>;
};
export type Name = keyof typeof adapters;
/** Their names. */
export declare const names: readonly ["node-https", "undici"];
/** The transport of this name with these settings. */
export declare const layer: (name: Name, settings: TransportSettings) => Layer.Layer<Transport, CertificateError>;
export {};
