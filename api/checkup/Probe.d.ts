import type { SecureContext } from "node:tls";
import type { Proxy } from "@wechat-refund/mutual-tls/TransportSettings";
import * as Effect from "effect/Effect";
/** What a host shows of itself. */
export interface Host {
    readonly protocol: string;
    readonly issuer: string;
    /** How far its clock is ahead of ours, in milliseconds; absent where it does not tell. */
    readonly aheadMillis?: number;
}
/** The addresses of a name. */
export declare const resolve: (hostname: string) => Effect.Effect<ReadonlyArray<string>, string>;
/** Connects, as the transports do, and asks for the host's time. */
export declare const connect: (endpoint: string, secureContext: SecureContext, proxy: Proxy | undefined) => Effect.Effect<Host, string>;
