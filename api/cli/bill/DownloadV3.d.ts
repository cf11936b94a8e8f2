import * as Merchant from "@wechat-refund/apiv3/Merchant";
import type { BillRequest } from "@wechat-refund/core/RefundBill";
import { Transport } from "@wechat-refund/core/Transport";
import * as Effect from "effect/Effect";
import type * as Result from "effect/Result";
import * as Source from "./Source.ts";
/** `whole`: of all sub-merchants, where the merchant of the environment is one of a provider. */
export declare const download: (options: Merchant.MerchantOptions, request: BillRequest, { whole }?: {
    readonly whole?: boolean;
}) => Effect.Effect<Result.Result<Source.Source, Source.NoSource>, never, Transport>;
