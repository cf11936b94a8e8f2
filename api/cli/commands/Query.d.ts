import type { RefundRecord } from "@wechat-refund/core/RefundQuery";
import * as Command from "effect/cli/Command";
import * as Option from "effect/Option";
import { type Say } from "@wechat-refund/checkup/Language";
export declare const colours: {
    readonly SUCCESS: "green";
    readonly REFUNDCLOSE: "red";
    readonly PROCESSING: "yellow";
    readonly CHANGE: "red";
    readonly NOTSURE: "yellow";
    readonly unknown: "red";
};
/** A record as lines. */
export declare const showRecord: (say: Say, record: RefundRecord, currency: string | undefined) => string;
/** The command. */
export declare const command: (say: Say) => Command.Command<"query", {
    readonly transactionId: Option.Option<string>;
    readonly outTradeNo: Option.Option<string>;
    readonly signType: Option.Option<"HMAC-SHA256" | "MD5">;
    readonly adapter: "node-https" | "undici";
    readonly endpoint: Option.Option<string>;
    readonly protocol: Option.Option<"v2" | "v3">;
    readonly json: boolean;
    readonly outRefundNo: Option.Option<string>;
    readonly refundId: Option.Option<string>;
    readonly offset: Option.Option<number>;
}, {}, import("../Ending.ts").Ending, never>;
