import * as Command from "effect/cli/Command";
import * as Option from "effect/Option";
import { type Say } from "@wechat-refund/checkup/Language";
/** The command. */
export declare const command: (say: Say) => Command.Command<"refund", {
    readonly transactionId: Option.Option<string>;
    readonly outTradeNo: Option.Option<string>;
    readonly signType: Option.Option<"HMAC-SHA256" | "MD5">;
    readonly adapter: "node-https" | "undici";
    readonly endpoint: Option.Option<string>;
    readonly protocol: Option.Option<"v2" | "v3">;
    readonly json: boolean;
    readonly outRefundNo: string;
    readonly totalFee: number & import("effect/Brand").Brand<"Fen">;
    readonly refundFee: number & import("effect/Brand").Brand<"Fen">;
    readonly refundFeeType: Option.Option<string>;
    readonly refundDesc: Option.Option<string>;
    readonly refundAccount: Option.Option<"REFUND_SOURCE_RECHARGE_FUNDS" | "REFUND_SOURCE_UNSETTLED_FUNDS">;
    readonly notifyUrl: Option.Option<string>;
    readonly opUserId: Option.Option<string>;
    readonly deviceInfo: Option.Option<string>;
}, {}, import("../Ending.ts").Ending, never>;
