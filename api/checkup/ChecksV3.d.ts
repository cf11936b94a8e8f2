import { Transport } from "@wechat-refund/core/Transport";
import type { CertificateError } from "@wechat-refund/mutual-tls/CertificateError";
import type { TransportSettings } from "@wechat-refund/mutual-tls/TransportSettings";
import * as Effect from "effect/Effect";
import type * as Layer from "effect/Layer";
import { type Say } from "./Language.ts";
import { type Check } from "./Check.ts";
export interface Options {
    readonly endpoint: string | undefined;
    /** The transport to make the calls by. */
    readonly transport: (settings: TransportSettings) => Layer.Layer<Transport, CertificateError>;
}
/** Makes the checks in their order; `tell` hears of each as soon as it is made. */
export declare const run: (say: Say, args_1: Options, tell: (check: Check) => Effect.Effect<void>) => Effect.Effect<readonly Check[], never, never>;
