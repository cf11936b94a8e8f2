import type { SignType } from "@wechat-refund/core/Signature";
import * as Effect from "effect/Effect";
import * as Adapters from "../Adapters.ts";
import type { Say } from "../Language.ts";
import { type Check } from "./Check.ts";
export interface Options {
    readonly endpoint: string | undefined;
    readonly adapter: Adapters.Name;
    readonly signType: SignType | undefined;
}
/** Makes the checks in their order; `tell` hears of each as soon as it is made. */
export declare const run: (say: Say, args_1: Options, tell: (check: Check) => Effect.Effect<void>) => Effect.Effect<readonly Check[], never, never>;
