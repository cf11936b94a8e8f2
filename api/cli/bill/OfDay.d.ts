/** The bill of a day: from the gateway, by the protocol that the command speaks; and whether one on disk is of its day. */
import type { Merchant } from "@wechat-refund/core/Merchant";
import { type Billed, type BillRequest } from "@wechat-refund/core/RefundBill";
import type { Transport } from "@wechat-refund/core/Transport";
import * as Effect from "effect/Effect";
import type * as Result from "effect/Result";
import * as Source from "./Source.ts";
/** `whole`: of all sub-merchants, where the merchant of the environment is one of a provider. */
export declare const download: (request: BillRequest, options?: {
    readonly whole?: boolean;
}) => Effect.Effect<Result.Result<Source.Source, Source.NoSource>, never, Merchant | Transport>;
/**
 * Looks whether a bill that is said to be of a day has a line of it. Without a line that tells when its refund was applied for nobody knows:
 * what the time of a trade (交易时间) is in a bill of everything is not documented.
 */
export declare const watching: (date: string | undefined) => {
    see: ({ columns, time }: Pick<Billed, "columns" | "time">) => void;
    /** Another day, of which it is. */
    other: () => string | undefined;
};
