/**
 * Refund result notices (退款结果通知): open the bytes of a callback.
 *
 * A notice is a **hint**, never a fact. It is encrypted without integrity (AES-256-ECB), carries no signature, no time and no
 * nonce: whoever holds old notices can splice new ones from their blocks, and old ones can be repeated. Use it to wake a query:
 * `RefundClient.confirm` turns the hint into a fact. Answer `acknowledge` only after the hint is stored or acted on.
 *
 * What the envelope shows without a key is said: another kind of notice, another merchant. What depends on the key is one problem,
 * found with the same work whatever the cause, so that nobody learns from it where opening failed. All should get one and the same
 * answer, `refuse`.
 *
 * Refunds made by hand in the merchant platform, and those made through APIv3 without a `notify_url`, are told of in this form too,
 * at the address that is set in the merchant platform.
 *
 * Source: chapter 9_16 of WeChat Pay's wiki.
 */
import * as Redacted from "effect/Redacted";
import * as Result from "effect/Result";
import * as Schema from "effect/Schema";
import type { MerchantIdentity } from "./Merchant.ts";
import type { Params } from "./Params.ts";
/** A callback as it came. */
export interface Callback {
    /** Names in any case. */
    readonly headers: Readonly<Record<string, string>>;
    readonly body: Uint8Array;
}
/** What is wrong with the bytes of a callback. `unreadable` is all that depends on the API key; the others can be seen without it. */
export declare const Problem: Schema.Literals<readonly ["empty", "too-large", "json", "not-xml", "payment-notice", "return-code-fail", "no-req-info", "other-merchant", "unreadable", "xml", "not-json", "unsigned", "probe", "unknown-key", "wrong-sign", "clock", "other-event"]>;
export type Problem = typeof Problem.Type;
declare const BadNotice_base: Schema.Class<BadNotice, Schema.TaggedStruct<"BadNotice", {
    readonly problem: Schema.Literals<readonly ["empty", "too-large", "json", "not-xml", "payment-notice", "return-code-fail", "no-req-info", "other-merchant", "unreadable", "xml", "not-json", "unsigned", "probe", "unknown-key", "wrong-sign", "clock", "other-event"]>;
    /** With `other-merchant`: the field of the envelope, what this merchant's is, and what came. */
    readonly field: Schema.optionalKey<Schema.String>;
    readonly expected: Schema.optionalKey<Schema.String>;
    readonly received: Schema.optionalKey<Schema.String>;
    /** It was opened as a notice of APIv3. */
    readonly protocol: Schema.optionalKey<Schema.Literal<"v3">>;
}>, import("effect/Cause").YieldableError>;
/** The bytes are not a refund notice for this merchant. */
export declare class BadNotice extends BadNotice_base {
    get message(): string;
}
/**
 * What a notice says. Amounts in fen. `refundRequestSource` is `API` for refunds made through an interface, APIv3 included, and
 * `VENDOR_PLATFORM` for those made by hand in the merchant platform: their numbers may not be yours. `keyUsed` tells whether
 * the current or the previous API key opened it.
 */
export declare const RefundNotice: Schema.Struct<{
    readonly transactionId: Schema.String;
    readonly outTradeNo: Schema.String;
    readonly refundId: Schema.String;
    readonly outRefundNo: Schema.brand<Schema.String, "OutRefundNo">;
    readonly totalFee: Schema.decodeTo<Schema.brand<Schema.Finite, "Fen">, Schema.String, never, never>;
    readonly settlementTotalFee: Schema.optionalKey<Schema.decodeTo<Schema.brand<Schema.Finite, "Fen">, Schema.String, never, never>>;
    readonly refundFee: Schema.decodeTo<Schema.brand<Schema.Finite, "Fen">, Schema.String, never, never>;
    readonly settlementRefundFee: Schema.optionalKey<Schema.decodeTo<Schema.brand<Schema.Finite, "Fen">, Schema.String, never, never>>;
    readonly cashRefundFee: Schema.optionalKey<Schema.decodeTo<Schema.brand<Schema.Finite, "Fen">, Schema.String, never, never>>;
    readonly refundStatusText: Schema.String;
    readonly refundStatus: Schema.Literals<readonly ["SUCCESS", "REFUNDCLOSE", "PROCESSING", "CHANGE", "NOTSURE", "unknown"]>;
    readonly successTime: Schema.optionalKey<Schema.decodeTo<Schema.DateTimeUtc, Schema.String, never, never>>;
    readonly refundRecvAccount: Schema.optionalKey<Schema.String>;
    readonly refundAccount: Schema.optionalKey<Schema.String>;
    readonly refundRequestSource: Schema.optionalKey<Schema.String>;
    /** Provider mode: the sub-merchant as the unencrypted envelope names it. */
    readonly subAppId: Schema.optionalKey<Schema.String>;
    readonly subMchId: Schema.optionalKey<Schema.String>;
    readonly keyUsed: Schema.Literals<readonly ["current", "previous"]>;
    /**
     * APIv3: the number of the notice (a repeat has the same). Its origin was verified: that there is such a refund, and what became of it, is
     * no mere hint. Of APIv2 there is none.
     */
    readonly noticeId: Schema.optionalKey<Schema.String>;
    readonly extra: Schema.$Record<Schema.String, Schema.String>;
}>;
export type RefundNotice = typeof RefundNotice.Type;
/** Decrypts one `req_info` with one key and reads its plain text, whose root is `<root>`; `undefined` for anything else. */
export declare const unseal: (reqInfo: string, apiKey: Redacted.Redacted<string>) => Params | undefined;
/** Whose notice it must be, and the keys that may have sealed it. */
export type Receiver = Pick<MerchantIdentity, "appId" | "mchId" | "apiKey" | "previousApiKey" | "subMchId">;
/**
 * Which protocol's form a callback has, told by what came, before anything is tried: signed or JSON is APIv3's. A merchant of APIv3 gets
 * both: refunds made in the merchant platform, or without a `notify_url`, are told of in APIv2's form.
 */
export declare const formOf: (callback: Callback) => "v2" | "v3";
/** Opens the raw body of a callback, at most 64 KiB. Only the decrypted fields count, never what stands beside `req_info`. */
export declare const open: (body: Uint8Array, merchant: Receiver) => Result.Result<RefundNotice, BadNotice>;
/** The answer that ends the gateway's repeats. Give it, with HTTP 200, once the notice is stored or acted on. */
export declare const acknowledge: Uint8Array<ArrayBuffer>;
/** The answer that asks for the notice again, for notices that are bad and for times when they cannot be stored. */
export declare const refuse: Uint8Array<ArrayBuffer>;
/** An answer to a callback: status, body and its type. */
export interface Answer {
    readonly status: number;
    readonly contentType: string | undefined;
    readonly body: Uint8Array<ArrayBuffer>;
}
/** How a callback of this form is answered: to end the repeats, or to have it come again. */
export declare const answerTo: (form: "v2" | "v3", what: "acknowledge" | "refuse") => Answer;
export {};
