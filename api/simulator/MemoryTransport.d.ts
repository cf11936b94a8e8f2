import * as Layer from "effect/Layer";
import { Transport } from "@wechat-refund/core/Transport";
import type { ClientCertificate } from "./Call.ts";
import type { Gateway } from "./Gateway.ts";
export interface Options {
    /** What the client shows. Default: the certificate of the gateway's first merchant. */
    readonly clientCertificate?: ClientCertificate;
    /** The address the client has; without one the gateway has none to forbid. */
    readonly remoteAddress?: string;
}
/**
 * A transport onto the gateway, whatever host the address names. Dropped requests are `Unreachable`, lost replies
 * `ConnectionLost`. It stands for one kept connection: after a `Stray` reply the next call gets that one.
 */
export declare const make: (gateway: Gateway, options?: Options) => Transport["Service"];
/** {@link make} as a layer. */
export declare const layer: (gateway: Gateway, options?: Options) => Layer.Layer<Transport>;
