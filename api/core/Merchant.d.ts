/**
 * Who refunds: the merchant's identity and secrets.
 *
 * The client certificate is not here; it belongs to the transport (`@wechat-refund/mutual-tls`).
 */
import * as Config from "effect/Config";
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as Redacted from "effect/Redacted";
import * as Result from "effect/Result";
import * as Schema from "effect/Schema";
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
declare const InvalidMerchant_base: Schema.Class<InvalidMerchant, Schema.TaggedStruct<"InvalidMerchant", {
    readonly issues: Schema.$Array<Schema.Struct<{
        readonly field: Schema.String;
        readonly message: Schema.String;
    }>>;
}>, import("effect/Cause").YieldableError>;
/** The merchant's settings are wrong. All issues are listed; no secret is repeated. */
export declare class InvalidMerchant extends InvalidMerchant_base {
    get message(): string;
}
declare const Merchant_base: Context.ServiceClass<Merchant, "@wechat-refund/core/Merchant", MerchantIdentity>;
/** The merchant service: identity and secrets of the merchant that a refund client acts for. */
export declare class Merchant extends Merchant_base {
}
/** Checks the settings and fills in the default sign type. */
export declare const make: (options: MerchantOptions) => Result.Result<MerchantIdentity, InvalidMerchant>;
/** A merchant from settings in hand, made anew wherever the layer is used. */
export declare const layer: (options: MerchantOptions) => Layer.Layer<Merchant, InvalidMerchant>;
/**
 * The settings from WECHAT_PAY_APP_ID, WECHAT_PAY_MCH_ID, WECHAT_PAY_API_KEY and, where set, WECHAT_PAY_PREVIOUS_API_KEY,
 * WECHAT_PAY_SIGN_TYPE (HMAC-SHA256 or MD5), WECHAT_PAY_SUB_APP_ID, WECHAT_PAY_SUB_MCH_ID, WECHAT_PAY_ENDPOINT. What is missing is told
 * at once, by the names of the variables.
 */
export declare const config: Effect.Effect<MerchantOptions, InvalidMerchant | Config.ConfigError>;
/** The merchant of the `ConfigProvider` in use, read anew wherever the layer is used; see `config` for the names. */
export declare const layerConfig: Layer.Layer<Merchant, InvalidMerchant | Config.ConfigError>;
export {};
