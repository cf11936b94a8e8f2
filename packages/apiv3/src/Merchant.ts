/**
 * Who refunds through APIv3: the credential that signs, the keys that the gateway's replies are verified with, and the APIv3 key
 * (APIv3密钥) with which notices and certificates are opened. None of it is APIv2's: its API key and its client certificate are not needed.
 */
import { InvalidMerchant } from "@wechat-refund/core/Merchant";
import { Endpoint, isEndpoint, notEndpoint } from "@wechat-refund/core/Endpoint";
import { agreed } from "@wechat-refund/core/Protocol";
import * as Config from "effect/Config";
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as Option from "effect/Option";
import * as Redacted from "effect/Redacted";
import * as Result from "effect/Result";
import * as Credential from "./Credential.ts";
import { byteLength } from "./internal/crypto.ts";
import { read } from "./internal/files.ts";
import * as PlatformKeys from "./PlatformKeys.ts";

/** The merchant as the calls take it. */
export interface MerchantIdentity {
  readonly credential: Credential.Credential;
  /** `sub_mchid` (特约商户号): provider mode only. */
  readonly subMchId?: string | undefined;
  readonly apiV3Key?: Redacted.Redacted<string> | undefined;
  /** The keys that the settings name; certificates that are downloaded come to them. */
  readonly platformKeys: PlatformKeys.PlatformKeys;
  readonly endpoint?: string | undefined;
}

/**
 * What a merchant is made from. With `publicKeys` (微信支付公钥, for every new merchant) nothing is downloaded unless the gateway signs with
 * another key; without, `apiV3Key` opens the certificates (平台证书), which are downloaded before the first call.
 */
export interface MerchantOptions extends Credential.CredentialOptions {
  readonly subMchId?: string | undefined;
  /** 32 characters (APIv3密钥), not APIv2's key. Without it no notice can be opened. */
  readonly apiV3Key?: Redacted.Redacted<string> | undefined;
  readonly publicKeys?: ReadonlyArray<PlatformKeys.PlatformKeyText> | undefined;
  readonly endpoint?: string | undefined;
}

/** The merchant service. */
export class Merchant extends Context.Service<Merchant, MerchantIdentity>()("@wechat-refund/apiv3/Merchant") {}

/** What is wrong with an APIv3 key; never the key. */
export const keyIssue = (given: Redacted.Redacted<string>): string | undefined => {
  const secret: unknown = Redacted.isRedacted(given) ? Redacted.value(given) : undefined;
  if (typeof secret !== "string") return "is missing: give it as Redacted.make(key)";
  if (secret.trim() !== secret) return "has white space around it: remove the spaces or the line end";
  const length = byteLength(secret);
  return length === 32
    ? undefined
    : `must be 32 bytes, it has ${length}: take the APIv3 key (APIv3密钥) from the merchant platform, 账户中心 → API安全`;
};

const id = /^[0-9]{1,32}$/;

/** Checks all of it and says all that is wrong. */
export const make = (options: MerchantOptions): Result.Result<MerchantIdentity, InvalidMerchant> => {
  const { apiV3Key, endpoint, publicKeys = [], subMchId } = options;
  const credential = Credential.make(options);
  const issues: Array<Credential.Issue> = Result.isFailure(credential) ? [...credential.failure.issues] : [];
  if (subMchId !== undefined && !id.test(subMchId)) {
    issues.push({
      field: "subMchId",
      message: "must be 1 to 32 digits: the sub-merchant number (sub_mchid, 特约商户号)",
    });
  }
  const keyProblem = apiV3Key === undefined ? undefined : keyIssue(apiV3Key);
  if (keyProblem !== undefined) issues.push({ field: "apiV3Key", message: keyProblem });
  if (apiV3Key === undefined && publicKeys.length === 0) {
    issues.push({
      field: "publicKeys",
      message:
        "are missing: give WeChat Pay's public key (微信支付公钥) with its id, or the APIv3 key (APIv3密钥) that opens its certificates",
    });
  }
  const found: Array<PlatformKeys.PlatformKey> = [];
  for (const text of publicKeys) {
    const key = PlatformKeys.fromText(text);
    if (Result.isSuccess(key)) found.push(key.success);
    else issues.push(key.failure);
  }
  const own = Result.isSuccess(credential) ? credential.success : undefined;
  const keys = PlatformKeys.make(found, own?.serialNo ?? "", own?.publicKey);
  if (Result.isFailure(keys)) issues.push(...keys.failure);
  if (endpoint !== undefined && !isEndpoint(endpoint)) issues.push({ field: "endpoint", message: notEndpoint });
  if (Result.isFailure(credential) || Result.isFailure(keys) || issues.length > 0) {
    return Result.fail(new InvalidMerchant({ issues }));
  }
  return Result.succeed({
    credential: credential.success,
    platformKeys: keys.success,
    ...(subMchId !== undefined && { subMchId }),
    ...(apiV3Key !== undefined && { apiV3Key }),
    ...(endpoint !== undefined && { endpoint }),
  });
};

const given = (name: string): Config.Config<string | undefined> =>
  Config.option(Config.String(name)).pipe(
    // Set to nothing counts as not set, as in most tools that pass an environment on.
    Config.map((value) => Option.getOrUndefined(Option.filter(value, (text) => text.trim() !== ""))),
  );

const wrong = (field: string, message: string): InvalidMerchant =>
  new InvalidMerchant({ issues: [{ field, message }] });

/** A setting that is a text or a file, and not both. */
const textOf = Effect.fnUntraced(function* (variable: string) {
  const text = yield* given(variable);
  const file = yield* given(`${variable}_FILE`);
  if (text !== undefined && file !== undefined) {
    return yield* wrong(variable, `and ${variable}_FILE are both set: give one of them`);
  }
  if (file === undefined) return text;
  if (/-----|\n|^\s*MI[A-Za-z0-9+/]{60}/.test(file)) {
    return yield* wrong(`${variable}_FILE`, `holds the key itself, not the path of its file: set ${variable} to it`);
  }
  return yield* Effect.mapError(read(file), (problem) => wrong(`${variable}_FILE`, problem));
});

/** What requests are signed with: WECHAT_PAY_MCH_ID, WECHAT_PAY_V3_SERIAL_NO, WECHAT_PAY_V3_PRIVATE_KEY_FILE or WECHAT_PAY_V3_PRIVATE_KEY. */
export const credentialConfig: Effect.Effect<Credential.CredentialOptions, InvalidMerchant | Config.ConfigError> =
  Effect.gen(function* () {
    const mchId = yield* given("WECHAT_PAY_MCH_ID");
    const serialNo = yield* given("WECHAT_PAY_V3_SERIAL_NO");
    const key = yield* textOf("WECHAT_PAY_V3_PRIVATE_KEY");
    if (mchId !== undefined && serialNo !== undefined && key !== undefined) {
      return { mchId, serialNo, privateKey: Redacted.make(key) };
    }
    return yield* new InvalidMerchant({
      issues: [
        ...(mchId === undefined ? [{ field: "WECHAT_PAY_MCH_ID", message: "is not set" }] : []),
        ...(serialNo === undefined ? [{ field: "WECHAT_PAY_V3_SERIAL_NO", message: "is not set" }] : []),
        ...(key === undefined
          ? [
              {
                field: "WECHAT_PAY_V3_PRIVATE_KEY_FILE",
                message: "is not set: name the file apiclient_key.pem (商户API证书私钥)",
              },
            ]
          : []),
      ],
    });
  });

/** What replies are verified with: WECHAT_PAY_V3_PUBLIC_KEY_FILE or WECHAT_PAY_V3_PUBLIC_KEY, with WECHAT_PAY_V3_PUBLIC_KEY_ID. */
export const publicKeysConfig: Effect.Effect<
  ReadonlyArray<PlatformKeys.PlatformKeyText>,
  InvalidMerchant | Config.ConfigError
> = Effect.gen(function* () {
  const key = yield* textOf("WECHAT_PAY_V3_PUBLIC_KEY");
  const id = yield* given("WECHAT_PAY_V3_PUBLIC_KEY_ID");
  if (key !== undefined) return [{ id, key }];
  if (id === undefined) return [];
  return yield* wrong(
    "WECHAT_PAY_V3_PUBLIC_KEY_FILE",
    "is not set beside WECHAT_PAY_V3_PUBLIC_KEY_ID: name the file pub_key.pem (微信支付公钥)",
  );
});

/**
 * The settings from the variables of {@link credentialConfig} and {@link publicKeysConfig} and, where set, WECHAT_PAY_V3_KEY,
 * WECHAT_PAY_SUB_MCH_ID and WECHAT_PAY_ENDPOINT.
 */
export const config: Effect.Effect<MerchantOptions, InvalidMerchant | Config.ConfigError> = Effect.gen(function* () {
  const credential = yield* credentialConfig;
  const publicKeys = yield* publicKeysConfig;
  const apiV3Key = yield* given("WECHAT_PAY_V3_KEY");
  const subMchId = yield* given("WECHAT_PAY_SUB_MCH_ID");
  const endpoint = yield* given("WECHAT_PAY_ENDPOINT");
  return {
    ...credential,
    subMchId,
    endpoint,
    ...(apiV3Key !== undefined && { apiV3Key: Redacted.make(apiV3Key) }),
    ...(publicKeys.length > 0 && { publicKeys }),
  };
});

/** The merchant with the `Endpoint` that its own layer was given; another than its settings name is refused. */
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

/** The merchant of the `ConfigProvider` in use, read anew wherever the layer is used; see `config` for the names. */
export const layerConfig: Layer.Layer<Merchant, InvalidMerchant | Config.ConfigError> = Layer.fresh(
  Layer.effect(Merchant, Effect.flatMap(config, checked)),
);
