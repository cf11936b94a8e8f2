/** The transports by name, each loaded only when it is used. */
import type { Transport } from "@wechat-refund/core/Transport";
import type { CertificateError } from "@wechat-refund/mutual-tls/CertificateError";
import type { TransportSettings } from "@wechat-refund/mutual-tls/TransportSettings";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";

const adapters = {
  "node-https": async () => (await import("@wechat-refund/adapter-node-https/NodeHttpsTransport")).layer,
  undici: async () => (await import("@wechat-refund/adapter-undici/UndiciTransport")).layer,
};

export type Name = keyof typeof adapters;

/** Their names. */
export const names = ["node-https", "undici"] as const satisfies ReadonlyArray<Name>;

/** The transport of this name with these settings. */
export const layer = (name: Name, settings: TransportSettings): Layer.Layer<Transport, CertificateError> =>
  Layer.unwrap(Effect.map(Effect.promise(adapters[name]), (make) => make(settings)));
