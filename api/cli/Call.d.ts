import * as MerchantV3 from "@wechat-refund/apiv3/Merchant";
import * as Merchant from "@wechat-refund/core/Merchant";
import * as Merchants from "@wechat-refund/core/Merchants";
import * as OrderRefunds from "@wechat-refund/core/OrderRefunds";
import * as RefundClient from "@wechat-refund/core/RefundClient";
import type { RefundError } from "@wechat-refund/core/RefundError";
import { Transport } from "@wechat-refund/core/Transport";
import type { SignType } from "@wechat-refund/core/Signature";
import * as TransportSettings from "@wechat-refund/mutual-tls/TransportSettings";
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as Option from "effect/Option";
import * as Adapters from "./Adapters.ts";
import { type Answer, type ExitCode } from "./Ending.ts";
import { type Say } from "@wechat-refund/checkup/Language";
/** The flags of a call. */
export interface Call {
    readonly signType: Option.Option<SignType>;
    readonly adapter: Adapters.Name;
    readonly endpoint: Option.Option<string>;
    readonly protocol: Option.Option<Merchants.Protocol>;
    readonly json: boolean;
}
/** Is the client certificate insisted on before anything is sent? */
export type Certificate = "required" | "optional";
type Settings = TransportSettings.TransportSettings;
/** The settings of APIv3, where that is what the command speaks. */
export declare const OfV3: Context.Reference<MerchantV3.MerchantOptions | undefined>;
/** The exit code of a failed call. It follows the outcome; what was refused before it left the process is a wrong command line. */
export declare const exitCodeOf: (error: RefundError) => ExitCode;
/** The flags that say which gateway is asked, and how. */
type Whither = Pick<Call, "endpoint" | "protocol">;
/**
 * The command that asks for a refund, where the call went by its flags. The number is quoted, for `|` and `*` are allowed in it, and one
 * that begins as a flag does is joined to its own; one that is not shown is named.
 */
export declare const queryOf: (say: Say, outRefundNo: string, { endpoint, protocol }: Whither) => string;
/** What is said of a failed call. */
export declare const failure: (say: Say, error: RefundError, call?: Whither) => Answer;
/** What a command calls the gateway with. */
export type Services = RefundClient.RefundClient | OrderRefunds.OrderRefunds | Merchant.Merchant | Transport;
/** Provides the client of the environment's merchant, and what it is made of; what is wrong with the environment is said, and ends the command with 2. */
export declare const provide: <A, E, R>(call: Call, certificate: Certificate, program: Effect.Effect<A, E, R | Services>, changes?: Partial<Settings>) => Effect.Effect<A, E | import("./Ending.ts").Ending, Exclude<Exclude<R, Merchant.Merchant | OrderRefunds.OrderRefunds | RefundClient.RefundClient | Transport>, import("effect/Scope").Scope>>;
/** The merchant of {@link provide} as the one that a store's worker calls for; and how a call of it failed last that found nobody. */
export declare const merchants: (options: Merchants.Options) => {
    layer: Layer.Layer<Merchants.Merchants, never, Merchant.Merchant | Transport>;
    lastFailure: () => string | undefined;
};
/** Prints an answer as the call's flags want it. */
export declare const answer: ({ json }: Call, answer: Answer) => Effect.Effect<void, import("./Ending.ts").Ending, never>;
/**
 * Runs a call and prints what it gave. What is wrong with the environment is said before anything is sent.
 */
export declare const run: <A>(say: Say, call: Call, certificate: Certificate, program: Effect.Effect<A, RefundError, Services>, show: (value: A) => string, codeOf?: (value: A) => ExitCode) => Effect.Effect<void, import("./Ending.ts").Ending, never>;
export {};
