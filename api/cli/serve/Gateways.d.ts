import * as Merchants from "@wechat-refund/core/Merchants";
import * as Effect from "effect/Effect";
import type * as Scope from "effect/Scope";
import { type Check } from "@wechat-refund/checkup/Check";
import type { Say } from "@wechat-refund/checkup/Language";
import * as Store from "../store/Store.ts";
/** The merchants of a file, or the one of `WECHAT_PAY_*`. */
export declare const real: (say: Say, file: string | undefined) => Effect.Effect<{
    made: {
        readonly all: ReadonlyArray<Merchants.Registered>;
        readonly get: (name: string) => Effect.Effect<Merchants.Registered, Merchants.UnknownMerchant>;
        readonly find: (numbers: Merchants.Numbers) => Effect.Effect<Merchants.Registered, Merchants.UnknownMerchant>;
        readonly openNotice: (name: string, body: Uint8Array, headers?: Readonly<Record<string, string>>) => Effect.Effect<Merchants.Noticed, Merchants.UnknownMerchant | import("@wechat-refund/core/RefundNotice").BadNotice>;
    } | undefined;
    checks: Check[];
}, never, Scope.Scope>;
/** This machine's clock against that of each gateway; one that cannot be reached is waited for, and no mistake. */
export declare const clocks: (say: Say, args_1: {
    readonly all: ReadonlyArray<Merchants.Registered>;
    readonly get: (name: string) => Effect.Effect<Merchants.Registered, Merchants.UnknownMerchant>;
    readonly find: (numbers: Merchants.Numbers) => Effect.Effect<Merchants.Registered, Merchants.UnknownMerchant>;
    readonly openNotice: (name: string, body: Uint8Array, headers?: Readonly<Record<string, string>>) => Effect.Effect<Merchants.Noticed, Merchants.UnknownMerchant | import("@wechat-refund/core/RefundNotice").BadNotice>;
}) => Effect.Effect<Check[], never, never>;
/** A store belongs to the one gateway or the other. */
export declare const belongs: (say: Say, where: Store.Where, simulated: boolean) => ReadonlyArray<Check>;
/** A folder of this run's own. */
export declare const temporary: Effect.Effect<string, never, Scope.Scope>;
/** Merchants, and the page of the gateway where it runs in this process. */
export interface Gateway {
    readonly merchants: Merchants.Merchants["Service"];
    readonly inspector?: string;
}
/** What the merchant of a trial is called. */
export declare const simulatedName = "shop";
/** A gateway with paid orders over mutual TLS, which posts its notices to this address, and its merchant. */
export declare const simulated: (where: Store.Where, notifyUrl: string) => Effect.Effect<Gateway, string, Scope.Scope>;
