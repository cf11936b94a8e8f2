/**
 * Who refunds through APIv3: the credential that signs, the keys that the gateway's replies are verified with, and the APIv3 key
 * (APIv3密钥) with which notices and certificates are opened. None of it is APIv2's: its API key and its client certificate are not needed.
 */
import { InvalidMerchant } from "@wechat-refund/core/Merchant";
import * as Config from "effect/Config";
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as Redacted from "effect/Redacted";
import * as Result from "effect/Result";
import * as Credential from "./Credential.ts";
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
declare const Merchant_base: Context.ServiceClass<Merchant, "@wechat-refund/apiv3/Merchant", MerchantIdentity>;
/** The merchant service. */
export declare class Merchant extends Merchant_base {
}
/** What is wrong with an APIv3 key; never the key. */
export declare const keyIssue: (given: Redacted.Redacted<string>) => string | undefined;
/** Checks all of it and says all that is wrong. */
export declare const make: (options: MerchantOptions) => Result.Result<MerchantIdentity, InvalidMerchant>;
/** What requests are signed with: WECHAT_PAY_MCH_ID, WECHAT_PAY_V3_SERIAL_NO, WECHAT_PAY_V3_PRIVATE_KEY_FILE or WECHAT_PAY_V3_PRIVATE_KEY. */
export declare const credentialConfig: Effect.Effect<Credential.CredentialOptions, InvalidMerchant | Config.ConfigError>;
/** What replies are verified with: WECHAT_PAY_V3_PUBLIC_KEY_FILE or WECHAT_PAY_V3_PUBLIC_KEY, with WECHAT_PAY_V3_PUBLIC_KEY_ID. */
export declare const publicKeysConfig: Effect.Effect<ReadonlyArray<PlatformKeys.PlatformKeyText>, InvalidMerchant | Config.ConfigError>;
/**
 * The settings from the variables of {@link credentialConfig} and {@link publicKeysConfig} and, where set, WECHAT_PAY_V3_KEY,
 * WECHAT_PAY_SUB_MCH_ID and WECHAT_PAY_ENDPOINT.
 */
export declare const config: Effect.Effect<MerchantOptions, InvalidMerchant | Config.ConfigError>;
/** A merchant from settings in hand, made anew wherever the layer is used. */
export declare const layer: (options: MerchantOptions) => Layer.Layer<Merchant, InvalidMerchant>;
/** The merchant of the `ConfigProvider` in use, read anew wherever the layer is used; see `config` for the names. */
export declare const layerConfig: Layer.Layer<Merchant, InvalidMerchant | Config.ConfigError>;
export {};
