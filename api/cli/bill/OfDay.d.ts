/** The bill of a day from the gateway, by the protocol that the command speaks. */
import type { Merchant } from "@wechat-refund/core/Merchant";
import type { BillRequest } from "@wechat-refund/core/RefundBill";
import type { Transport } from "@wechat-refund/core/Transport";
import * as Effect from "effect/Effect";
import type * as Result from "effect/Result";
import * as Source from "./Source.ts";
/** `whole`: of all sub-merchants, where the merchant of the environment is one of a provider. */
export declare const download: (request: BillRequest, options?: {
    readonly whole?: boolean;
}) => Effect.Effect<Result.Result<Source.Source, Source.NoSource>, never, Merchant | Transport>;
