/**
 * Refund result notices (退款结果通知) of APIv3: open the header and the bytes of a callback.
 *
 * Unlike those of APIv2 they have an origin (the signature) and are whole (the tag of AES-256-GCM), so that a forged one is told from a
 * true one. An old one, posted again within its five minutes, is not: tell repeats by `noticeId`, or do what may be done twice, such as
 * asking with `RefundClient.confirm`. Decrypting proves less than it seems, so the signature is looked at first.
 *
 * A notice in the form of APIv2 also reaches merchants of APIv3: of refunds made in the merchant platform, or through APIv2, and of those
 * applied for without a `notify_url`. `formOf` tells the two apart by what came, before anything is tried; a notice that fails here is
 * never tried as one of the other form.
 *
 * Source: the refund notice page of APIv3 (退款结果通知).
 */
import * as Core from "@wechat-refund/core/RefundNotice";
import * as Redacted from "effect/Redacted";
import * as Result from "effect/Result";
import type { PlatformKeys } from "./PlatformKeys.ts";
export { formOf } from "@wechat-refund/core/RefundNotice";
/** Whose notice it must be, and what it is opened with. */
export interface Receiver {
    /** `mchid` (商户号): in provider mode (服务商) the provider's. */
    readonly mchId: string;
    readonly subMchId?: string | undefined;
    /** The APIv3 key (APIv3密钥). */
    readonly apiV3Key: Redacted.Redacted<string>;
    readonly keys: PlatformKeys;
    /** Seconds since 1970. */
    readonly now: number;
}
/** Opens a callback of at most 64 KiB. Signature, time, form, seal, merchant and status are looked at in this order. */
export declare const open: ({ body, headers }: Core.Callback, receiver: Receiver) => Result.Result<Core.RefundNotice, Core.BadNotice>;
/** The answer that ends the gateway's repeats. Give it once the notice is stored or acted on. */
export declare const acknowledge: Core.Answer;
/** The answer that asks for the notice again; one and the same for every bad one. */
export declare const refuse: Core.Answer;
