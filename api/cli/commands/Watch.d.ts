import * as Resend from "@wechat-refund/core/Resend";
import * as Command from "effect/cli/Command";
import * as Effect from "effect/Effect";
import * as Option from "effect/Option";
import { Ending, type ExitCode } from "../Ending.ts";
import { type Say } from "@wechat-refund/checkup/Language";
/** Follows it, and says what came of it; gives the exit code. */
export declare const follow: (say: Say, outRefundNo: string, args_2: Pick<Resend.FollowOptions, "every" | "within"> & {
    readonly json: boolean;
}) => Effect.Effect<ExitCode, never, import("@wechat-refund/core/RefundClient").RefundClient>;
/** The command. */
export declare const command: (say: Say) => Command.Command<"watch", {
    readonly signType: Option.Option<"HMAC-SHA256" | "MD5">;
    readonly adapter: "node-https" | "undici";
    readonly endpoint: Option.Option<string>;
    readonly protocol: Option.Option<"v2" | "v3">;
    readonly json: boolean;
    readonly store: Option.Option<string>;
    readonly database: Option.Option<string>;
    readonly outRefundNo: string;
    readonly every: Option.Option<import("effect/Duration").Duration>;
    readonly within: Option.Option<import("effect/Duration").Duration>;
}, {}, Ending, never>;
