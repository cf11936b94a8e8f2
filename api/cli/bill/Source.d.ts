import type { Source } from "@wechat-refund/core/Bills";
import { Merchant } from "@wechat-refund/core/Merchant";
import * as RefundBill from "@wechat-refund/core/RefundBill";
import type { InvalidRequest } from "@wechat-refund/core/RefundError";
import { Transport, type TransportError } from "@wechat-refund/core/Transport";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Result from "effect/Result";
import { type Answer, type ExitCode } from "../Ending.ts";
export type { Source } from "@wechat-refund/core/Bills";
/** Why there is no bill, and how the command ends. `why` where the gateway said so. */
export interface NoSource {
    readonly reason: string;
    readonly message: string;
    readonly exitCode: ExitCode;
    readonly why?: RefundBill.Why;
}
/** How the command ends without it. */
export declare const told: ({ exitCode, message, reason, why }: NoSource) => Answer;
/** What the gateway said in a bill's place. */
export declare const noBill: ({ message, why }: RefundBill.NoBill) => NoSource;
/** What a call for a bill needs of the transport. */
export declare const settings: {
    maxReplyBytes: number;
    exchangeTimeout: Duration.Duration;
};
/** Why a download gave none. */
export declare const notHad: (error: RefundBill.NoBill | InvalidRequest | TransportError) => NoSource;
/** The bill of a day. `whole`: of all sub-merchants, where the merchant of the environment is one of a provider. */
export declare const download: (request: RefundBill.BillRequest, args_1?: {
    readonly whole?: boolean;
} | undefined) => Effect.Effect<Result.Result<Source, NoSource>, never, Merchant | Transport>;
/** A bill on disk, packed with gzip or not. */
export declare const ofFile: (file: string) => Effect.Effect<Result.Result<Source, NoSource>>;
