/** `batch export`: the refunds of a store as JSON lines for programs, or as a table for finance. */
import * as Command from "effect/cli/Command";
import * as Option from "effect/Option";
import type { Say } from "@wechat-refund/checkup/Language";
/** The command. */
export declare const command: (say: Say) => Command.Command<"export", {
    readonly transactionId: Option.Option<string>;
    readonly outTradeNo: Option.Option<string>;
    readonly store: Option.Option<string>;
    readonly database: Option.Option<string>;
    readonly state: Option.Option<string>;
    readonly block: Option.Option<string>;
    readonly mchId: Option.Option<string>;
    readonly subMchId: Option.Option<string>;
    readonly outRefundNo: Option.Option<string>;
    readonly prefix: Option.Option<string>;
    readonly from: Option.Option<number>;
    readonly until: Option.Option<number>;
    readonly csv: Option.Option<string>;
    readonly raw: boolean;
}, {}, import("../Ending.ts").Ending, never>;
