import { TransportFailed } from "@wechat-refund/core/RefundError";
import { type Transport } from "@wechat-refund/core/Transport";
import * as Effect from "effect/Effect";
import type { MerchantIdentity } from "./Merchant.ts";
import * as PlatformKeys from "./PlatformKeys.ts";
/** What a call verifies with, and the key that it asks for. */
export interface Held {
    readonly keys: PlatformKeys.PlatformKeys;
    readonly preferred: string | undefined;
}
/** The keys of one merchant. */
export interface KeyRing {
    /** What is known now. */
    readonly known: () => PlatformKeys.PlatformKeys;
    /**
     * What is known, once anything is: without a key no reply could be believed, so nothing else is sent before. A call that `LeavesNow` does
     * not wait for a download.
     */
    readonly ready: (endpoint: string) => Effect.Effect<Held, TransportFailed>;
    /** What is known after a look for this key, if a look is due. */
    readonly find: (serial: string, endpoint: string) => Effect.Effect<PlatformKeys.PlatformKeys>;
}
/** The keys of a merchant over its transport. */
export declare const make: ({ apiV3Key, credential, platformKeys }: MerchantIdentity, transport: Transport["Service"]) => KeyRing;
