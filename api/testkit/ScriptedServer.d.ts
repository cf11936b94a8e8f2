import * as tls from "node:tls";
import * as Effect from "effect/Effect";
import type * as Scope from "effect/Scope";
import { type ScriptedServer } from "./internal/scripted/state.ts";
import type { Script } from "./Script.ts";
import type { Identity } from "./TestIdentities.ts";
export type { Connection, ScriptedServer } from "./internal/scripted/state.ts";
export interface Options {
    readonly script: Script;
    /** What the server shows. */
    readonly identity: Identity;
    /** PEM: who may have signed client certificates. Without one no certificate is asked for. */
    readonly clientCa?: string;
    /** Default `"requested"`: asked for, never insisted on. `"required"`: without one OpenSSL refuses with its own alert. */
    readonly clientCertificate?: "requested" | "required";
    /** The only version spoken. Default TLS 1.3; below 1.2 OpenSSL's level is lowered for the server. */
    readonly version?: tls.SecureVersion;
    /** Default `127.0.0.1`. */
    readonly host?: "127.0.0.1" | "::1";
    /** Numbers from 0 to 1: every step then waits a little, and what is sent is sent in two pieces, at random. */
    readonly random?: (() => number) | undefined;
}
/** A server that listens until the scope closes; then its connections are destroyed. */
export declare const make: (options: Options) => Effect.Effect<ScriptedServer, never, Scope.Scope>;
