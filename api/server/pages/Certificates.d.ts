/** When the merchants' API certificates expire, as the transports of this process tell it. */
import { type Registered } from "@wechat-refund/core/Merchants";
import * as Effect from "effect/Effect";
/** When they expire, in ms since 1970, by merchant number. */
export declare const expiries: Effect.Effect<ReadonlyMap<string, number>>;
/** An API certificate is to be renewed from then on. */
export declare const warning: number;
/** Those of the merchants that expire soon, or have. */
export declare const expiring: (seen: readonly Registered[], now: number) => Effect.Effect<{
    name: string;
    date: string;
}[], never, never>;
