import type { SecureVersion } from "node:tls";
import * as Effect from "effect/Effect";
import type * as Scope from "effect/Scope";
import * as TestIdentities from "@wechat-refund/testkit/TestIdentities";
import type { Gateway } from "./Gateway.ts";
import { type CannotListen } from "./internal/listen.ts";
export { CannotListen } from "./internal/listen.ts";
export interface Options {
    /** The authority, the server and the merchants. Default: made now, for the gateway's first two merchants. */
    readonly identities?: TestIdentities.TestIdentities;
    /** Default: a free one. */
    readonly port?: number;
    /** Default `127.0.0.1`. */
    readonly host?: string;
    /** Default TLS 1.2. */
    readonly minVersion?: SecureVersion;
    /** Default TLS 1.3. */
    readonly maxVersion?: SecureVersion;
}
/** A running server. */
export interface Running {
    /** `https://` and the address, without a path or a final slash. */
    readonly url: string;
    readonly port: number;
    /** The authority to trust. */
    readonly caPem: string;
    /** The client certificate of the gateway's first merchant. */
    readonly merchantCertificate: TestIdentities.Identity;
    readonly identities: TestIdentities.TestIdentities;
}
/** Starts a server; it ends with the scope. */
export declare const make: (gateway: Gateway, options?: Options | undefined) => Effect.Effect<Running, CannotListen, Scope.Scope>;
