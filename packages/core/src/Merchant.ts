/**
 * Who refunds: the merchant's identity and secrets.
 *
 * The client certificate is not here; it belongs to the transport (`@wechat-refund/mutual-tls`).
 */
import * as Config from "effect/Config";
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as Option from "effect/Option";
import * as Redacted from "effect/Redacted";
import * as Result from "effect/Result";
import * as Schema from "effect/Schema";
import { onOneLine } from "./Printed.ts";
import { Endpoint } from "./Endpoint.ts";
import { notSet } from "./internal/required.ts";
import { isEndpoint, notEndpoint } from "./internal/address.ts";
import { agreed } from "./internal/endpoint.ts";
import type { SignType } from "./Signature.ts";

/** The merchant as the pure functions take it. `apiKey` is the APIv2 key (API密钥), not the APIv3 one. */
export interface MerchantIdentity {
  /** `appid` (公众账号ID): the app bound to the merchant; in provider mode the provider's. */
  readonly appId: string;
  /** `mch_id` (商户号): in provider mode the provider's. */
  readonly mchId: string;
  readonly apiKey: Redacted.Redacted<string>;
  /** The key before a change: replies and notices signed with it are believed too, requests are not signed with it. */
  readonly previousApiKey?: Redacted.Redacted<string>;
  readonly signType: SignType;
  /** `sub_appid`, provider mode (服务商) only. */
  readonly subAppId?: string;
  /** `sub_mch_id` (特约商户号): provider mode only. */
  readonly subMchId?: string;
  /** The gateway's address for this merchant's requests; see `Pipeline.Endpoint`. */
  readonly endpoint?: string;
}

/** What a merchant is made from. `signType` is HMAC-SHA256 unless MD5 is asked for. */
export interface MerchantOptions {
  readonly appId: string;
  readonly mchId: string;
  readonly apiKey: Redacted.Redacted<string>;
  readonly previousApiKey?: Redacted.Redacted<string> | undefined;
  readonly signType?: SignType | undefined;
  readonly subAppId?: string | undefined;
  readonly subMchId?: string | undefined;
  readonly endpoint?: string | undefined;
}

/** The merchant's settings are wrong. All issues are listed; no secret is repeated. */
export class InvalidMerchant extends onOneLine(
  Schema.TaggedError<InvalidMerchant>("@wechat-refund/core/Merchant/InvalidMerchant")("InvalidMerchant", {
    issues: Schema.Array(Schema.Struct({ field: Schema.String, message: Schema.String })),
  }),
) {
  override get message(): string {
    return this.issues.map(({ field, message }) => `${field} ${message}`).join("; ");
  }
}

/** The merchant service: identity and secrets of the merchant that a refund client acts for. */
export class Merchant extends Context.Service<Merchant, MerchantIdentity>()("@wechat-refund/core/Merchant") {}

const id = /^[0-9A-Za-z_-]{1,32}$/;
const key = /^[0-9A-Za-z]{32}$/;

const keyIssue = (given: Redacted.Redacted<string>): string | undefined => {
  // Also for callers whom no types hold back.
  const secret: unknown = Redacted.isRedacted(given) ? Redacted.value(given) : undefined;
  if (typeof secret !== "string") return "is missing: give it as Redacted.make(key)";
  if (key.test(secret)) return undefined;
  if (secret.trim() !== secret) return "has white space around it: remove the spaces or the line end";
  const what = secret.length === 32 ? "has other characters" : `is ${secret.length} long`;
  return `must be 32 letters and digits, it ${what}: take the APIv2 key (API密钥) from the merchant platform, 账户中心 → API安全`;
};

/** Checks the settings and fills in the default sign type. */
export const make = (options: MerchantOptions): Result.Result<MerchantIdentity, InvalidMerchant> => {
  const issues: Array<{ field: string; message: string }> = [];
  const checkId = (field: string, value: string | undefined, what: string): void => {
    if (value === undefined) return;
    if (!id.test(value)) issues.push({ field, message: `must be 1 to 32 letters, digits, _ or -: ${what}` });
    // It would be sent, and repeated in messages.
    else if (key.test(value) && /[A-Za-z]/.test(value)) {
      issues.push({ field, message: `is as long as an API key (API密钥), which may stand in its place: give ${what}` });
    }
  };
  const checkKey = (field: string, value: Redacted.Redacted<string>): void => {
    const message = keyIssue(value);
    if (message !== undefined) issues.push({ field, message });
  };
  checkId("appId", options.appId, "the app's id (appid, 公众账号ID)");
  checkId("mchId", options.mchId, "the merchant number (mch_id, 商户号)");
  checkKey("apiKey", options.apiKey);
  if (options.previousApiKey !== undefined) checkKey("previousApiKey", options.previousApiKey);
  checkId("subAppId", options.subAppId, "the sub-merchant's app id (sub_appid)");
  checkId("subMchId", options.subMchId, "the sub-merchant number (sub_mch_id, 特约商户号)");
  if (options.subAppId !== undefined && options.subMchId === undefined) {
    issues.push({ field: "subMchId", message: "is missing: sub_appid is used in provider mode only, with sub_mch_id" });
  }
  const signType = options.signType ?? "HMAC-SHA256";
  if (signType !== "HMAC-SHA256" && signType !== "MD5") {
    issues.push({ field: "signType", message: "must be HMAC-SHA256 or MD5" });
  }
  if (options.endpoint !== undefined && !isEndpoint(options.endpoint)) {
    issues.push({ field: "endpoint", message: notEndpoint });
  }
  if (issues.length > 0) return Result.fail(new InvalidMerchant({ issues }));
  return Result.succeed({
    appId: options.appId,
    mchId: options.mchId,
    apiKey: options.apiKey,
    signType,
    ...(options.previousApiKey !== undefined && { previousApiKey: options.previousApiKey }),
    ...(options.subAppId !== undefined && { subAppId: options.subAppId }),
    ...(options.subMchId !== undefined && { subMchId: options.subMchId }),
    ...(options.endpoint !== undefined && { endpoint: options.endpoint }),
  });
};

/**
 * The merchant with the `Endpoint` that its own layer was given: whatever it is provided to, somebody meant it, and a merchant whose
 * requests go elsewhere is none.
 */
const placed = (merchant: MerchantIdentity): Effect.Effect<MerchantIdentity, InvalidMerchant> =>
  Effect.contextWith((context: Context.Context<never>) =>
    Effect.fromResult(
      Result.mapBoth(agreed([Context.getOrUndefined(context, Endpoint), merchant.endpoint]), {
        onSuccess: (endpoint) => (endpoint === undefined ? merchant : { ...merchant, endpoint }),
        onFailure: ({ issues }) => new InvalidMerchant({ issues }),
      }),
    ),
  );

const checked = (options: MerchantOptions) => Effect.flatMap(Effect.fromResult(make(options)), placed);

/** A merchant from settings in hand, made anew wherever the layer is used. */
export const layer = (options: MerchantOptions): Layer.Layer<Merchant, InvalidMerchant> =>
  Layer.fresh(Layer.effect(Merchant, checked(options)));

const variables = Config.all({
  appId: Config.String("WECHAT_PAY_APP_ID"),
  mchId: Config.String("WECHAT_PAY_MCH_ID"),
  apiKey: Config.Redacted("WECHAT_PAY_API_KEY"),
  previousApiKey: Config.option(Config.Redacted("WECHAT_PAY_PREVIOUS_API_KEY")),
  signType: Config.Literals(["HMAC-SHA256", "MD5"], "WECHAT_PAY_SIGN_TYPE").pipe(Config.withDefault("HMAC-SHA256")),
  subAppId: Config.option(Config.String("WECHAT_PAY_SUB_APP_ID")),
  subMchId: Config.option(Config.String("WECHAT_PAY_SUB_MCH_ID")),
  endpoint: Config.option(Config.String("WECHAT_PAY_ENDPOINT")),
}).pipe(
  Config.map((values) => ({
    ...values,
    previousApiKey: Option.getOrUndefined(values.previousApiKey),
    subAppId: Option.getOrUndefined(values.subAppId),
    subMchId: Option.getOrUndefined(values.subMchId),
    // Set to nothing counts as not set, as in most tools that pass an environment on.
    endpoint: Option.getOrUndefined(Option.filter(values.endpoint, (text) => text.trim() !== "")),
  })),
);

/**
 * The settings from WECHAT_PAY_APP_ID, WECHAT_PAY_MCH_ID, WECHAT_PAY_API_KEY and, where set, WECHAT_PAY_PREVIOUS_API_KEY,
 * WECHAT_PAY_SIGN_TYPE (HMAC-SHA256 or MD5), WECHAT_PAY_SUB_APP_ID, WECHAT_PAY_SUB_MCH_ID, WECHAT_PAY_ENDPOINT. What is missing is told
 * at once, by the names of the variables.
 */
export const config: Effect.Effect<MerchantOptions, InvalidMerchant | Config.ConfigError> = Effect.gen(function* () {
  const issues = yield* notSet(["WECHAT_PAY_APP_ID", "WECHAT_PAY_MCH_ID", "WECHAT_PAY_API_KEY"]);
  return issues.length > 0 ? yield* new InvalidMerchant({ issues }) : yield* variables;
});

/** The merchant of the `ConfigProvider` in use, read anew wherever the layer is used; see `config` for the names. */
export const layerConfig: Layer.Layer<Merchant, InvalidMerchant | Config.ConfigError> = Layer.fresh(
  Layer.effect(Merchant, Effect.flatMap(config, checked)),
);
