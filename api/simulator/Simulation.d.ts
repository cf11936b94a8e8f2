import * as Effect from "effect/Effect";
import type * as Scope from "effect/Scope";
import * as Control from "./Control.ts";
import * as Gateway from "./Gateway.ts";
import type { Config } from "./GatewayConfig.ts";
import * as Files from "./internal/files.ts";
import * as LedgerFile from "./LedgerFile.ts";
import * as NoticePoster from "./NoticePoster.ts";
import * as Server from "./Server.ts";
export interface Options {
    /** What the gateway knows; whatever is left out is as in {@link desk}. */
    readonly config?: Partial<typeof Config.Encoded>;
    /** The gateway's port and address. Default: a free one on `127.0.0.1`. */
    readonly port?: number;
    readonly host?: string;
    /** The control interface's port. Default: a free one. */
    readonly controlPort?: number;
    /** Where the certificate files go. Default: a new directory for temporary files. */
    readonly directory?: string;
    /** A file of the accepted refunds, so that another simulation on it goes on where this one ended; made where there is none. */
    readonly ledger?: string;
    /** Where notices may go. Default: to this machine only. */
    readonly notices?: NoticePoster.HttpOptions;
}
export { CannotWrite, type Files } from "./internal/files.ts";
export interface Running {
    readonly gateway: Gateway.Gateway;
    readonly server: Server.Running;
    readonly control: Control.Running;
    readonly files: Files.Files;
    /** The environment of a client, by name, for either interface. The keys are the gateway's first merchant's, and open nothing else. */
    readonly environment: Readonly<Record<string, string>>;
}
/** A merchant, and ten orders paid an hour ago: `ORDER-1` of one yuan to `ORDER-10` of ten, the last one partly with coupons. */
export declare const desk: (now: number) => typeof Config.Encoded;
export type Failure = Server.CannotListen | Files.CannotWrite | LedgerFile.Unusable;
/** Starts it all; it ends with the scope. Certificate files stay. */
export declare const make: (options?: Options | undefined) => Effect.Effect<Running, Failure, Scope.Scope>;
/** What to tell whoever started it: comments, and lines to paste into a shell. */
export declare const describe: ({ gateway, control, files, environment }: Running) => string;
/** Starts it all, prints {@link describe}, and goes on until it is interrupted. */
export declare const run: (options?: Options | undefined) => Effect.Effect<never, Failure, Scope.Scope>;
