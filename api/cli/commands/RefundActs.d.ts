import * as Command from "effect/cli/Command";
import * as Flag from "effect/cli/Flag";
import * as Effect from "effect/Effect";
import * as Option from "effect/Option";
import type { Say } from "@wechat-refund/checkup/Language";
/** What nobody sees is no reason. */
export declare const isSeen: (text: string) => boolean;
/** The flags of who does something, and why. */
export declare const person: (say: Say) => {
    by: Flag.Flag<Option.Option<string>>;
    reason: Flag.Flag<string>;
};
export interface Who {
    readonly by: Option.Option<string>;
    readonly reason: string;
}
export declare const personOf: (args_0: Who) => Effect.Effect<{
    by: string;
    reason: string;
}, never, never>;
/** All of them. */
export declare const commands: (say: Say) => readonly [Command.Command<"go-on", {
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
    readonly json: boolean;
    readonly by: Option.Option<string>;
    readonly reason: string;
    readonly yes: boolean;
}, {}, import("../Ending.ts").Ending, never>, Command.Command<"cancel", {
    readonly store: Option.Option<string>;
    readonly database: Option.Option<string>;
    readonly outRefundNo: string;
    readonly mchId: Option.Option<string>;
    readonly subMchId: Option.Option<string>;
    readonly json: boolean;
    readonly by: Option.Option<string>;
    readonly reason: string;
}, {}, import("../Ending.ts").Ending, never>, Command.Command<"resolve", {
    readonly store: Option.Option<string>;
    readonly database: Option.Option<string>;
    readonly outRefundNo: string;
    readonly mchId: Option.Option<string>;
    readonly subMchId: Option.Option<string>;
    readonly json: boolean;
    readonly by: Option.Option<string>;
    readonly reason: string;
}, {}, import("../Ending.ts").Ending, never>, Command.Command<"start-again", {
    readonly store: Option.Option<string>;
    readonly database: Option.Option<string>;
    readonly outRefundNo: string;
    readonly mchId: Option.Option<string>;
    readonly subMchId: Option.Option<string>;
    readonly json: boolean;
    readonly by: Option.Option<string>;
    readonly reason: string;
}, {}, import("../Ending.ts").Ending, never>, Command.Command<"pause", {
    readonly store: Option.Option<string>;
    readonly database: Option.Option<string>;
    readonly mchId: Option.Option<string>;
    readonly subMchId: Option.Option<string>;
    readonly json: boolean;
    readonly by: Option.Option<string>;
    readonly reason: string;
}, {}, import("../Ending.ts").Ending, never>, Command.Command<"resume", {
    readonly store: Option.Option<string>;
    readonly database: Option.Option<string>;
    readonly mchId: Option.Option<string>;
    readonly subMchId: Option.Option<string>;
    readonly json: boolean;
    readonly by: Option.Option<string>;
    readonly reason: string;
}, {}, import("../Ending.ts").Ending, never>];
