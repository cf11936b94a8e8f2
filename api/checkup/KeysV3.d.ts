import * as PlatformKeys from "@wechat-refund/apiv3/PlatformKeys";
import type { InvalidMerchant } from "@wechat-refund/core/Merchant";
import type * as Config from "effect/Config";
import * as Effect from "effect/Effect";
/** What is wrong with the environment, by variable. */
export declare const environmentMessage: (error: InvalidMerchant | Config.ConfigError) => string;
/** The platform keys of the environment; none where it names none. */
export declare const platformKeys: Effect.Effect<PlatformKeys.PlatformKeys, string>;
