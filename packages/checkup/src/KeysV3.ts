/** The platform keys that the environment names, and what is wrong with it, in one line. */
import * as Merchant from "@wechat-refund/apiv3/Merchant";
import * as PlatformKeys from "@wechat-refund/apiv3/PlatformKeys";
import type { InvalidMerchant } from "@wechat-refund/core/Merchant";
import type * as Config from "effect/Config";
import * as Environment from "./Environment.ts";
import * as Effect from "effect/Effect";
import * as Result from "effect/Result";

/** What is wrong with the environment, by variable. */
export const environmentMessage = (error: InvalidMerchant | Config.ConfigError): string => Environment.wrong(error);

/** The platform keys of the environment; none where it names none. */
export const platformKeys: Effect.Effect<PlatformKeys.PlatformKeys, string> = Merchant.publicKeysConfig.pipe(
  Effect.mapError(environmentMessage),
  Effect.flatMap((texts) =>
    Effect.fromResult(
      Result.mapBoth(Result.all(texts.map(PlatformKeys.fromText)), {
        onSuccess: (keys): PlatformKeys.PlatformKeys => new Map(keys.map((key) => [key.id, key])),
        onFailure: ({ field, message }) =>
          `${field === "publicKey" ? "WECHAT_PAY_V3_PUBLIC_KEY_FILE" : "WECHAT_PAY_V3_PUBLIC_KEY_ID"} ${message}`,
      }),
    ),
  ),
);
