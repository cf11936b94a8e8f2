import * as Effect from "effect/Effect";
import * as Schema from "effect/Schema";
import type * as Scope from "effect/Scope";
import * as Control from "./Control.ts";
import * as Gateway from "./Gateway.ts";
import type { Config } from "./GatewayConfig.ts";
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
/** The certificate files, as the merchant platform names them. */
export interface Files {
    readonly directory: string;
    readonly certificate: string;
    readonly key: string;
    /** Certificate and key in one; its passphrase is the merchant number. */
    readonly pkcs12: string;
    /** The authority of the gateway's own certificate. */
    readonly ca: string;
    /** The WeChat Pay public key (微信支付公钥) that replies and notices of APIv3 are checked with, where the merchant has one. */
    readonly publicKey?: string;
}
export interface Running {
    readonly gateway: Gateway.Gateway;
    readonly server: Server.Running;
    readonly control: Control.Running;
    readonly files: Files;
    /** The environment of a client, by name, for either interface. The keys are the gateway's first merchant's, and open nothing else. */
    readonly environment: Readonly<Record<string, string>>;
}
declare const CannotWrite_base: Schema.Class<CannotWrite, Schema.TaggedStruct<"CannotWrite", {
    readonly directory: Schema.String;
    readonly code: Schema.String;
}>, import("effect/Cause").YieldableError>;
/** The certificate files cannot be written. */
export declare class CannotWrite extends CannotWrite_base {
    get message(): string;
}
/** A merchant, and ten orders paid an hour ago: `ORDER-1` of one yuan to `ORDER-10` of ten, the last one partly with coupons. */
export declare const desk: (now: number) => typeof Config.Encoded;
export type Failure = Server.CannotListen | CannotWrite | LedgerFile.Unusable;
/** Starts it all; it ends with the scope. Certificate files stay. */
export declare const make: (options?: Options | undefined) => Effect.Effect<Running, Failure, Scope.Scope>;
/** What to tell whoever started it: comments, and lines to paste into a shell. */
export declare const describe: ({ gateway, control, files, environment }: Running) => string;
/** Starts it all, prints {@link describe}, and goes on until it is interrupted. */
export declare const run: (options?: Options | undefined) => Effect.Effect<never, Failure, Scope.Scope>;
export {};
