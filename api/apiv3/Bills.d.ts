/**
 * A day's bill of refunds through APIv3 as an Effect program: where it is, which is signed, and the file, whose digest that reply told. It
 * holds the refunds of both protocols.
 *
 * What a bill says, and why there is none, is core's `RefundBill`; the two steps are `TradeBill`'s. Nothing here is tried again.
 */
import { type Source } from "@wechat-refund/core/Bills";
import { type BillRequest, NoBill } from "@wechat-refund/core/RefundBill";
import { InvalidRequest } from "@wechat-refund/core/RefundError";
import type { Transport, TransportError } from "@wechat-refund/core/Transport";
import * as Effect from "effect/Effect";
import type { KeyRing } from "./KeyRing.ts";
import type { MerchantIdentity } from "./Merchant.ts";
/** What a bill is asked for with. `whole`: of all sub-merchants, where the merchant is one of a provider (服务商). */
export interface Parts {
    readonly merchant: MerchantIdentity;
    readonly transport: Transport["Service"];
    readonly ring: KeyRing;
    readonly host: string;
    readonly whole?: boolean | undefined;
}
/** Asks for the bill of a day, once. Refunds from recharge accounts (充值退款) have none of their own here. */
export declare const download: (args_0: BillRequest, args_1: Parts) => Effect.Effect<Source, InvalidRequest | NoBill | TransportError, never>;
