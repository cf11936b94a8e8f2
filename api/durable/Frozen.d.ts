import type { MerchantIdentity } from "@wechat-refund/core/Merchant";
import { type Protocol, type Registered } from "@wechat-refund/core/Merchants";
import * as Refund from "@wechat-refund/core/Refund";
import { InvalidRequest } from "@wechat-refund/core/RefundError";
import type { Speaker } from "@wechat-refund/core/Speaker";
import * as Result from "effect/Result";
import * as Schema from "effect/Schema";
/** A checked {@link Refund.RefundRequest}, without anything that is not sent. */
export declare const Asked: Schema.Struct<{
    readonly order: Schema.Union<readonly [Schema.Struct<{
        readonly transactionId: Schema.String;
    }>, Schema.Struct<{
        readonly outTradeNo: Schema.String;
    }>]>;
    readonly outRefundNo: Schema.String;
    readonly totalFee: Schema.Int;
    readonly refundFee: Schema.Int;
    readonly refundFeeType: Schema.optionalKey<Schema.String>;
    readonly refundDesc: Schema.optionalKey<Schema.String>;
    readonly refundAccount: Schema.optionalKey<Schema.Literals<readonly ["REFUND_SOURCE_UNSETTLED_FUNDS", "REFUND_SOURCE_RECHARGE_FUNDS"]>>;
    readonly notifyUrl: Schema.optionalKey<Schema.String>;
    readonly opUserId: Schema.optionalKey<Schema.String>;
    readonly deviceInfo: Schema.optionalKey<Schema.String>;
    readonly goodsDetail: Schema.optionalKey<Schema.$Array<Schema.Struct<{
        readonly goodsId: Schema.String;
        readonly wxpayGoodsId: Schema.optionalKey<Schema.String>;
        readonly goodsName: Schema.optionalKey<Schema.String>;
        readonly refundAmount: Schema.Int;
        readonly refundQuantity: Schema.Int;
        readonly price: Schema.Int;
    }>>>;
}>;
export type Asked = typeof Asked.Type;
/** What is stored: `asked` by the caller, and what the configuration gave. `v` is the form of this value. */
export declare const Frozen: Schema.Struct<{
    readonly v: Schema.Literal<1>;
    /** APIv3 has none: there it is empty. */
    readonly appId: Schema.String;
    readonly subAppId: Schema.optionalKey<Schema.String>;
    /** The address of notices, where the caller named none. */
    readonly notifyUrl: Schema.optionalKey<Schema.String>;
    readonly asked: Schema.Struct<{
        readonly order: Schema.Union<readonly [Schema.Struct<{
            readonly transactionId: Schema.String;
        }>, Schema.Struct<{
            readonly outTradeNo: Schema.String;
        }>]>;
        readonly outRefundNo: Schema.String;
        readonly totalFee: Schema.Int;
        readonly refundFee: Schema.Int;
        readonly refundFeeType: Schema.optionalKey<Schema.String>;
        readonly refundDesc: Schema.optionalKey<Schema.String>;
        readonly refundAccount: Schema.optionalKey<Schema.Literals<readonly ["REFUND_SOURCE_UNSETTLED_FUNDS", "REFUND_SOURCE_RECHARGE_FUNDS"]>>;
        readonly notifyUrl: Schema.optionalKey<Schema.String>;
        readonly opUserId: Schema.optionalKey<Schema.String>;
        readonly deviceInfo: Schema.optionalKey<Schema.String>;
        readonly goodsDetail: Schema.optionalKey<Schema.$Array<Schema.Struct<{
            readonly goodsId: Schema.String;
            readonly wxpayGoodsId: Schema.optionalKey<Schema.String>;
            readonly goodsName: Schema.optionalKey<Schema.String>;
            readonly refundAmount: Schema.Int;
            readonly refundQuantity: Schema.Int;
            readonly price: Schema.Int;
        }>>>;
    }>;
}>;
export type Frozen = typeof Frozen.Type;
/** What a configuration gives to a refund that does not say it itself. */
export interface Defaults {
    readonly notifyUrl?: string | undefined;
}
/** Of the caller's fields, in an order of their own; `1:` is the version of how it is made. */
export declare const fingerprint: ({ asked }: Pick<Frozen, "asked">) => string;
/** The request that is sent. */
export declare const requestOf: ({ asked, notifyUrl }: Frozen) => Refund.RefundRequest;
/** The names of the caller's fields in which two refunds differ. */
export declare const differing: (one: Pick<Frozen, "asked">, other: Pick<Frozen, "asked">) => ReadonlyArray<string>;
/**
 * A request as it was recorded, if it ever was, whatever protocol and settings there were: none of them is asked whether it may be sent.
 * `undefined` where it could not have been.
 */
export declare const recordedAs: (request: Refund.RefundRequest, { mchId }: {
    readonly mchId: string;
}) => Asked | undefined;
/** Whose request it would be: of APIv2 the merchant itself, of another protocol its speaker. */
export type By = MerchantIdentity | Speaker;
/** Freezes a request for the protocol that it is, or would be, made through. */
export declare const freezeFor: (request: Refund.RefundRequest, registered: Registered, protocol?: Protocol, defaults?: Defaults) => Result.Result<Frozen, InvalidRequest>;
/** Checks a request as it would be sent, and freezes it. */
export declare const freeze: (request: Refund.RefundRequest, by: By, { notifyUrl }?: Defaults) => Result.Result<Frozen, InvalidRequest>;
