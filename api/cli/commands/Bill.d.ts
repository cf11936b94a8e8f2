import * as Command from "effect/cli/Command";
import * as Option from "effect/Option";
import type { Say } from "@wechat-refund/checkup/Language";
/** The command. */
export declare const command: (say: Say) => Command.Command<"bill", {
    readonly signType: Option.Option<"HMAC-SHA256" | "MD5">;
    readonly adapter: "node-https" | "undici";
    readonly endpoint: Option.Option<string>;
    readonly protocol: Option.Option<"v2" | "v3">;
    readonly json: boolean;
    readonly date: Option.Option<string>;
    readonly file: Option.Option<string>;
    readonly type: "ALL" | "RECHARGE_REFUND" | "REFUND";
    readonly rows: boolean;
}, {}, import("../Ending.ts").Ending, never>;
