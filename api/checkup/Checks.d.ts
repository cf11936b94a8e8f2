/**
 * What must be right before a refund can be made, checked one after the other: settings, certificate, network, and what the gateway
 * says to them. A check whose ground is missing is left out and says so.
 */
import type { SignType } from "@wechat-refund/core/Signature";
import type { Transport } from "@wechat-refund/core/Transport";
import type { CertificateError } from "@wechat-refund/mutual-tls/CertificateError";
import type { TransportSettings } from "@wechat-refund/mutual-tls/TransportSettings";
import * as Effect from "effect/Effect";
import type * as Layer from "effect/Layer";
import type { Say } from "./Language.ts";
import { type Check } from "./Check.ts";
export interface Options {
    readonly endpoint: string | undefined;
    /** The transport to make the calls by. */
    readonly transport: (settings: TransportSettings) => Layer.Layer<Transport, CertificateError>;
    readonly signType: SignType | undefined;
}
/** Makes the checks in their order; `tell` hears of each as soon as it is made. */
export declare const run: (say: Say, args_1: Options, tell: (check: Check) => Effect.Effect<void>) => Effect.Effect<readonly Check[], never, never>;
