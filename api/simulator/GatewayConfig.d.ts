import * as Schema from "effect/Schema";
export { MerchantV3 } from "./internal/merchantV3.ts";
/** Whether a text could be an API key. */
export declare const isApiKey: (text: string) => boolean;
/**
 * What becomes of a refund once it is accepted. `SUCCESS` and `REFUNDCLOSE` are final; `CHANGE` waits for a person. `NOTSURE` is the
 * gateway of 2015, which had not made up its mind and told nobody.
 */
export declare const Outcome: Schema.Literals<readonly ["SUCCESS", "REFUNDCLOSE", "CHANGE", "NOTSURE"]>;
export type Outcome = typeof Outcome.Type;
/**
 * The course of an accepted refund: it is `PROCESSING`, then each step's status from `afterMillis` after acceptance. An empty
 * course stays `PROCESSING` for ever; nothing follows a final status.
 */
export declare const Course: Schema.$Array<Schema.Struct<{
    readonly status: Schema.Literals<readonly ["SUCCESS", "REFUNDCLOSE", "CHANGE", "NOTSURE"]>;
    readonly afterMillis: Schema.Int;
}>>;
export type Course = typeof Course.Type;
/**
 * The merchant's refundable money in fen. On the old fund flow a request draws on `unsettled` unless its `refund_account` says
 * `REFUND_SOURCE_RECHARGE_FUNDS`; on the new flow everything is `available`.
 */
export declare const Funds: Schema.Struct<{
    readonly flow: Schema.withDecodingDefaultKey<Schema.Literals<readonly ["old", "new"]>, never>;
    readonly unsettled: Schema.withDecodingDefaultKey<Schema.Int, never>;
    readonly available: Schema.Int;
}>;
/** A merchant. One with `subMerchants` is a service provider: its requests must name one of them. */
export declare const Merchant: Schema.Struct<{
    readonly appId: Schema.String;
    readonly mchId: Schema.String;
    readonly apiKey: Schema.String;
    /** Still valid while keys change: requests signed with it are accepted. */
    readonly previousApiKey: Schema.optionalKey<Schema.String>;
    /** When the previous key ends, in milliseconds since 1970. Without it, never. */
    readonly previousKeyUntil: Schema.optionalKey<Schema.Int>;
    /** Which key signs the replies while keys change: the one that signed the request, or always the one named. */
    readonly repliesSignedWith: Schema.withDecodingDefaultKey<Schema.Literals<readonly ["request-key", "apiKey", "previousApiKey"]>, never>;
    /** Which key seals the notices while keys change. */
    readonly noticesSealedWith: Schema.withDecodingDefaultKey<Schema.Literals<readonly ["apiKey", "previousApiKey"]>, never>;
    /** The address for notices set in the merchant platform; a request's `notify_url` goes before it. */
    readonly notifyUrl: Schema.optionalKey<Schema.String>;
    /** The addresses that may call; every other is refused with `NOAUTH`. Without it, all may. */
    readonly allowedAddresses: Schema.optionalKey<Schema.$Array<Schema.String>>;
    readonly subMerchants: Schema.withDecodingDefaultKey<Schema.$Array<Schema.Struct<{
        readonly subMchId: Schema.String;
        readonly subAppId: Schema.optionalKey<Schema.String>;
    }>>, never>;
    /** Without it there is always enough. */
    readonly funds: Schema.optionalKey<Schema.Struct<{
        readonly flow: Schema.withDecodingDefaultKey<Schema.Literals<readonly ["old", "new"]>, never>;
        readonly unsettled: Schema.withDecodingDefaultKey<Schema.Int, never>;
        readonly available: Schema.Int;
    }>>;
    /** Without it the merchant has no APIv3. */
    readonly v3: Schema.optionalKey<Schema.Struct<{
        readonly serialNo: Schema.String;
        readonly publicKey: Schema.String;
        readonly apiKey: Schema.String;
        readonly platform: Schema.withDecodingDefaultKey<Schema.Literals<readonly ["certificate", "public-key", "both"]>, never>;
        readonly noticesByPublicKey: Schema.optionalKey<Schema.Finite>;
        readonly notices: Schema.withDecodingDefaultKey<Schema.Literals<readonly ["by-refund", "v3"]>, never>;
    }>>;
}>;
export type Merchant = typeof Merchant.Type;
/** Part of a payment that was not cash: `CASH` was paid for by the merchant or WeChat, `NO_CASH` never was money. */
export declare const Coupon: Schema.Struct<{
    readonly id: Schema.String;
    readonly type: Schema.Literals<readonly ["CASH", "NO_CASH"]>;
    readonly fee: Schema.Int;
}>;
export type Coupon = typeof Coupon.Type;
/** A paid order; amounts in fen, times in milliseconds since 1970. */
export declare const Order: Schema.Struct<{
    readonly mchId: Schema.String;
    readonly subMchId: Schema.optionalKey<Schema.String>;
    readonly transactionId: Schema.String;
    readonly outTradeNo: Schema.String;
    readonly totalFee: Schema.Int;
    /** What is left of `totalFee` beside the coupons; may be left out. */
    readonly cashFee: Schema.optionalKey<Schema.Int>;
    readonly coupons: Schema.withDecodingDefaultKey<Schema.$Array<Schema.Struct<{
        readonly id: Schema.String;
        readonly type: Schema.Literals<readonly ["CASH", "NO_CASH"]>;
        readonly fee: Schema.Int;
    }>>, never>;
    readonly feeType: Schema.withDecodingDefaultKey<Schema.String, never>;
    readonly paidAt: Schema.Int;
    /** Until then the order is still being processed: its refunds are refused with `ORDER_NOT_READY`. */
    readonly readyAt: Schema.optionalKey<Schema.Int>;
    /** How it was paid, as bills say it. */
    readonly tradeType: Schema.withDecodingDefaultKey<Schema.Literals<readonly ["JSAPI", "NATIVE", "APP", "MWEB", "MICROPAY"]>, never>;
    /** The payer, as bills name it. */
    readonly openId: Schema.withDecodingDefaultKey<Schema.String, never>;
    /** What was bought, and the merchant's own words, as bills repeat them. */
    readonly body: Schema.optionalKey<Schema.String>;
    readonly attach: Schema.optionalKey<Schema.String>;
    /** The payer's account was closed: every refund is refused. */
    readonly userAbnormal: Schema.withDecodingDefaultKey<Schema.Boolean, never>;
    /** Where the money goes, as `refund_recv_accout` says it. */
    readonly receivingAccount: Schema.withDecodingDefaultKey<Schema.String, never>;
    /** The course of this order's refunds, instead of the gateway's. */
    readonly course: Schema.optionalKey<Schema.$Array<Schema.Struct<{
        readonly status: Schema.Literals<readonly ["SUCCESS", "REFUNDCLOSE", "CHANGE", "NOTSURE"]>;
        readonly afterMillis: Schema.Int;
    }>>>;
}>;
export type Order = typeof Order.Type;
/** How much a merchant may ask; 0 is no limit. {@link documentedLimits} are the real gateway's. */
export declare const Limits: Schema.Struct<{
    /** More are refused with `FREQUENCY_LIMITED`. */
    readonly refundsPerSecond: Schema.withDecodingDefaultKey<Schema.Int, never>;
    readonly queriesPerSecond: Schema.withDecodingDefaultKey<Schema.Int, never>;
    /** Refunds of orders paid more than a month ago; more are refused with `FREQUENCY_LIMITED`. */
    readonly oldOrdersPerMinute: Schema.withDecodingDefaultKey<Schema.Int, never>;
    /** More failing calls than this in a second, and for `blockMillis` all are refused with `INVALID_REQ_TOO_MUCH`. */
    readonly failuresPerSecond: Schema.withDecodingDefaultKey<Schema.Int, never>;
    readonly blockMillis: Schema.withDecodingDefaultKey<Schema.Int, never>;
}>;
export type Limits = typeof Limits.Type;
/** What the documentation allows a merchant. */
export declare const documentedLimits: Limits;
/** How notices misbehave, by the gateway's seed; by default they do not. */
export declare const NoticeHabits: Schema.Struct<{
    /** How many posts are followed by the same again within five seconds, from 0 to 1. */
    readonly duplicates: Schema.withDecodingDefaultKey<Schema.Finite, never>;
    /** How many first posts are held back, so that later notices overtake them, and for how long at most. */
    readonly held: Schema.withDecodingDefaultKey<Schema.Finite, never>;
    readonly heldUpToMillis: Schema.withDecodingDefaultKey<Schema.Int, never>;
    /**
     * How many posts come after one that is no refund notice: a payment's, or one in the form of APIv3, which is well signed where refunds
     * are told of in that form. Its answer changes nothing.
     */
    readonly strangers: Schema.withDecodingDefaultKey<Schema.Finite, never>;
    /** How many notices of APIv3 are posted with a wrong signature first (签名探测流量), to see that it is refused. */
    readonly probes: Schema.withDecodingDefaultKey<Schema.Finite, never>;
}>;
/** The columns of a bill and their names: today's, the early ones, and those of 2017 and 2018. */
export declare const BillForm: Schema.Literals<readonly ["current", "old", "redPacket"]>;
export type BillForm = typeof BillForm.Type;
export declare const Bills: Schema.Struct<{
    readonly form: Schema.withDecodingDefaultKey<Schema.Literals<readonly ["current", "old", "redPacket"]>, never>;
    /** The merchants' commission, a fraction. Default 0.006. */
    readonly feeRate: Schema.withDecodingDefaultKey<Schema.Finite, never>;
    readonly byteOrderMark: Schema.withDecodingDefaultKey<Schema.Boolean, never>;
    readonly lineEnd: Schema.withDecodingDefaultKey<Schema.Literals<readonly ["CRLF", "LF"]>, never>;
    /** Decimals of an amount: `1.20`, `1.2`, or `1.20000`; all were seen. */
    readonly decimals: Schema.withDecodingDefaultKey<Schema.Literals<readonly ["two", "least", "five"]>, never>;
    /** Colons of times, and some commas of the header, in full width, as in the early documentation. */
    readonly fullWidth: Schema.withDecodingDefaultKey<Schema.Boolean, never>;
    /** The summary's count as `45.0`. */
    readonly countDecimals: Schema.withDecodingDefaultKey<Schema.Boolean, never>;
    /** Columns the other way round: whoever reads them by name does not see it. */
    readonly reversed: Schema.withDecodingDefaultKey<Schema.Boolean, never>;
    /** Whether a bill of type RECHARGE_REFUND has the day's refunds, which are then of recharges; else there is none. */
    readonly rechargeRefunds: Schema.withDecodingDefaultKey<Schema.Boolean, never>;
    /** From when on a day's bill is there, in milliseconds after its midnight: nine in the morning unless told otherwise. */
    readonly readyAfterMillis: Schema.withDecodingDefaultKey<Schema.Int, never>;
}>;
export type Bills = typeof Bills.Type;
/** Everything a gateway is made of. */
export declare const Config: Schema.Struct<{
    readonly merchants: Schema.NonEmptyArray<Schema.Struct<{
        readonly appId: Schema.String;
        readonly mchId: Schema.String;
        readonly apiKey: Schema.String;
        /** Still valid while keys change: requests signed with it are accepted. */
        readonly previousApiKey: Schema.optionalKey<Schema.String>;
        /** When the previous key ends, in milliseconds since 1970. Without it, never. */
        readonly previousKeyUntil: Schema.optionalKey<Schema.Int>;
        /** Which key signs the replies while keys change: the one that signed the request, or always the one named. */
        readonly repliesSignedWith: Schema.withDecodingDefaultKey<Schema.Literals<readonly ["request-key", "apiKey", "previousApiKey"]>, never>;
        /** Which key seals the notices while keys change. */
        readonly noticesSealedWith: Schema.withDecodingDefaultKey<Schema.Literals<readonly ["apiKey", "previousApiKey"]>, never>;
        /** The address for notices set in the merchant platform; a request's `notify_url` goes before it. */
        readonly notifyUrl: Schema.optionalKey<Schema.String>;
        /** The addresses that may call; every other is refused with `NOAUTH`. Without it, all may. */
        readonly allowedAddresses: Schema.optionalKey<Schema.$Array<Schema.String>>;
        readonly subMerchants: Schema.withDecodingDefaultKey<Schema.$Array<Schema.Struct<{
            readonly subMchId: Schema.String;
            readonly subAppId: Schema.optionalKey<Schema.String>;
        }>>, never>;
        /** Without it there is always enough. */
        readonly funds: Schema.optionalKey<Schema.Struct<{
            readonly flow: Schema.withDecodingDefaultKey<Schema.Literals<readonly ["old", "new"]>, never>;
            readonly unsettled: Schema.withDecodingDefaultKey<Schema.Int, never>;
            readonly available: Schema.Int;
        }>>;
        /** Without it the merchant has no APIv3. */
        readonly v3: Schema.optionalKey<Schema.Struct<{
            readonly serialNo: Schema.String;
            readonly publicKey: Schema.String;
            readonly apiKey: Schema.String;
            readonly platform: Schema.withDecodingDefaultKey<Schema.Literals<readonly ["certificate", "public-key", "both"]>, never>;
            readonly noticesByPublicKey: Schema.optionalKey<Schema.Finite>;
            readonly notices: Schema.withDecodingDefaultKey<Schema.Literals<readonly ["by-refund", "v3"]>, never>;
        }>>;
    }>>;
    readonly orders: Schema.withDecodingDefaultKey<Schema.$Array<Schema.Struct<{
        readonly mchId: Schema.String;
        readonly subMchId: Schema.optionalKey<Schema.String>;
        readonly transactionId: Schema.String;
        readonly outTradeNo: Schema.String;
        readonly totalFee: Schema.Int;
        /** What is left of `totalFee` beside the coupons; may be left out. */
        readonly cashFee: Schema.optionalKey<Schema.Int>;
        readonly coupons: Schema.withDecodingDefaultKey<Schema.$Array<Schema.Struct<{
            readonly id: Schema.String;
            readonly type: Schema.Literals<readonly ["CASH", "NO_CASH"]>;
            readonly fee: Schema.Int;
        }>>, never>;
        readonly feeType: Schema.withDecodingDefaultKey<Schema.String, never>;
        readonly paidAt: Schema.Int;
        /** Until then the order is still being processed: its refunds are refused with `ORDER_NOT_READY`. */
        readonly readyAt: Schema.optionalKey<Schema.Int>;
        /** How it was paid, as bills say it. */
        readonly tradeType: Schema.withDecodingDefaultKey<Schema.Literals<readonly ["JSAPI", "NATIVE", "APP", "MWEB", "MICROPAY"]>, never>;
        /** The payer, as bills name it. */
        readonly openId: Schema.withDecodingDefaultKey<Schema.String, never>;
        /** What was bought, and the merchant's own words, as bills repeat them. */
        readonly body: Schema.optionalKey<Schema.String>;
        readonly attach: Schema.optionalKey<Schema.String>;
        /** The payer's account was closed: every refund is refused. */
        readonly userAbnormal: Schema.withDecodingDefaultKey<Schema.Boolean, never>;
        /** Where the money goes, as `refund_recv_accout` says it. */
        readonly receivingAccount: Schema.withDecodingDefaultKey<Schema.String, never>;
        /** The course of this order's refunds, instead of the gateway's. */
        readonly course: Schema.optionalKey<Schema.$Array<Schema.Struct<{
            readonly status: Schema.Literals<readonly ["SUCCESS", "REFUNDCLOSE", "CHANGE", "NOTSURE"]>;
            readonly afterMillis: Schema.Int;
        }>>>;
    }>>, never>;
    /** The same seed, requests and times give the same bytes. */
    readonly seed: Schema.withDecodingDefaultKey<Schema.String, never>;
    /** By default a refund is `SUCCESS` five seconds after acceptance. */
    readonly course: Schema.withDecodingDefaultKey<Schema.$Array<Schema.Struct<{
        readonly status: Schema.Literals<readonly ["SUCCESS", "REFUNDCLOSE", "CHANGE", "NOTSURE"]>;
        readonly afterMillis: Schema.Int;
    }>>, never>;
    /**
     * What an accepted number gets when it is sent again unchanged. Documented is only that it refunds once: `"same-success"`
     * repeats the success with the same `refund_id`; `"business-error"` answers `ERROR` 订单已全额退款 when the order is fully
     * refunded and `INVALID_REQUEST` otherwise.
     */
    readonly replay: Schema.withDecodingDefaultKey<Schema.Literals<readonly ["same-success", "business-error"]>, never>;
    /**
     * The least time between two refunds of one order; one minute is the documented rule, 0 switches it off. No code is
     * documented for it: the gateway says `FREQUENCY_LIMITED`, which asks for patience and the same number, where
     * `INVALID_REQUEST` would call the refund failed.
     */
    readonly spacingMillis: Schema.withDecodingDefaultKey<Schema.Int, never>;
    /**
     * What a client certificate that is missing or not accepted meets where one is needed: the front's page, or the end of the
     * connection without a word, as merchants also report.
     */
    readonly badCertificate: Schema.withDecodingDefaultKey<Schema.Literals<readonly ["page", "silence"]>, never>;
    readonly limits: Schema.withDecodingDefaultKey<Schema.Struct<{
        /** More are refused with `FREQUENCY_LIMITED`. */
        readonly refundsPerSecond: Schema.withDecodingDefaultKey<Schema.Int, never>;
        readonly queriesPerSecond: Schema.withDecodingDefaultKey<Schema.Int, never>;
        /** Refunds of orders paid more than a month ago; more are refused with `FREQUENCY_LIMITED`. */
        readonly oldOrdersPerMinute: Schema.withDecodingDefaultKey<Schema.Int, never>;
        /** More failing calls than this in a second, and for `blockMillis` all are refused with `INVALID_REQ_TOO_MUCH`. */
        readonly failuresPerSecond: Schema.withDecodingDefaultKey<Schema.Int, never>;
        readonly blockMillis: Schema.withDecodingDefaultKey<Schema.Int, never>;
    }>, never>;
    /**
     * An order with more refunds than this is not found by its order id any more. Documented is both that it must be asked
     * about by refund number beyond 20, and a page of 36 refunds by order id; so by default there is no such end.
     */
    readonly queryByOrderUpTo: Schema.optionalKey<Schema.Int>;
    /**
     * Whether APIv3 signs its 429 and 5xx, of which nobody recorded it. Whatever is refused for its own sake is signed, as recorded, and
     * what failed the check of the request's signature never is.
     */
    readonly signsUnrecorded: Schema.withDecodingDefaultKey<Schema.Boolean, never>;
    readonly bills: Schema.withDecodingDefaultKey<Schema.Struct<{
        readonly form: Schema.withDecodingDefaultKey<Schema.Literals<readonly ["current", "old", "redPacket"]>, never>;
        /** The merchants' commission, a fraction. Default 0.006. */
        readonly feeRate: Schema.withDecodingDefaultKey<Schema.Finite, never>;
        readonly byteOrderMark: Schema.withDecodingDefaultKey<Schema.Boolean, never>;
        readonly lineEnd: Schema.withDecodingDefaultKey<Schema.Literals<readonly ["CRLF", "LF"]>, never>;
        /** Decimals of an amount: `1.20`, `1.2`, or `1.20000`; all were seen. */
        readonly decimals: Schema.withDecodingDefaultKey<Schema.Literals<readonly ["two", "least", "five"]>, never>;
        /** Colons of times, and some commas of the header, in full width, as in the early documentation. */
        readonly fullWidth: Schema.withDecodingDefaultKey<Schema.Boolean, never>;
        /** The summary's count as `45.0`. */
        readonly countDecimals: Schema.withDecodingDefaultKey<Schema.Boolean, never>;
        /** Columns the other way round: whoever reads them by name does not see it. */
        readonly reversed: Schema.withDecodingDefaultKey<Schema.Boolean, never>;
        /** Whether a bill of type RECHARGE_REFUND has the day's refunds, which are then of recharges; else there is none. */
        readonly rechargeRefunds: Schema.withDecodingDefaultKey<Schema.Boolean, never>;
        /** From when on a day's bill is there, in milliseconds after its midnight: nine in the morning unless told otherwise. */
        readonly readyAfterMillis: Schema.withDecodingDefaultKey<Schema.Int, never>;
    }>, never>;
    readonly notices: Schema.withDecodingDefaultKey<Schema.Struct<{
        /** How many posts are followed by the same again within five seconds, from 0 to 1. */
        readonly duplicates: Schema.withDecodingDefaultKey<Schema.Finite, never>;
        /** How many first posts are held back, so that later notices overtake them, and for how long at most. */
        readonly held: Schema.withDecodingDefaultKey<Schema.Finite, never>;
        readonly heldUpToMillis: Schema.withDecodingDefaultKey<Schema.Int, never>;
        /**
         * How many posts come after one that is no refund notice: a payment's, or one in the form of APIv3, which is well signed where refunds
         * are told of in that form. Its answer changes nothing.
         */
        readonly strangers: Schema.withDecodingDefaultKey<Schema.Finite, never>;
        /** How many notices of APIv3 are posted with a wrong signature first (签名探测流量), to see that it is refused. */
        readonly probes: Schema.withDecodingDefaultKey<Schema.Finite, never>;
    }>, never>;
    /** What goes wrong at random. Without it, nothing. */
    readonly chaos: Schema.optionalKey<Schema.Struct<{
        readonly seed: Schema.optionalKey<Schema.String>;
        readonly rates: Schema.Struct<Record<"certificatePage" | "frequencyLimited" | "needRetry" | "probe" | "replyBadlySigned" | "replyCut" | "replyForAnotherRefund" | "replyLate" | "replyLost" | "replyMangled" | "replyUnsigned" | "reset" | "serverErrorPage" | "slow" | "strayReply" | "systemErrorAfter" | "systemErrorBefore", Schema.optionalKey<Schema.Finite>>>;
        readonly on: Schema.withDecodingDefaultKey<Schema.$Array<Schema.Literals<readonly ["refund", "query", "bill", "certificates"]>>, never>;
        readonly lateMillis: Schema.withDecodingDefaultKey<Schema.Int, never>;
    }>>;
    /** How many of the latest exchanges, and of the notices done with, are kept; memory grows with it. */
    readonly logLimit: Schema.withDecodingDefaultKey<Schema.Int, never>;
}>;
export type Config = typeof Config.Type;
declare const InvalidConfig_base: Schema.Class<InvalidConfig, Schema.TaggedStruct<"InvalidConfig", {
    readonly issues: Schema.$Array<Schema.String>;
}>, import("effect/Cause").YieldableError>;
/** The configuration, or part of it, is wrong: a mistake of the caller, thrown. Names fields, never their values. */
export declare class InvalidConfig extends InvalidConfig_base {
    get message(): string;
}
/** A checked decoder for the type; throws {@link InvalidConfig}. */
export declare const decoder: <T, E>(schema: Schema.Codec<T, E>) => ((input: E) => T);
