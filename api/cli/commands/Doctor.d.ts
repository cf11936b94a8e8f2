/** `doctor`: is everything ready for a refund, and if not, what is to be done? */
import * as Command from "effect/cli/Command";
import * as Option from "effect/Option";
import { Ending } from "../Ending.ts";
import { type Say } from "@wechat-refund/checkup/Language";
/** The command. */
export declare const command: (say: Say) => Command.Command<"doctor", {
    readonly signType: Option.Option<"HMAC-SHA256" | "MD5">;
    readonly adapter: "node-https" | "undici";
    readonly endpoint: Option.Option<string>;
    readonly protocol: Option.Option<"v2" | "v3">;
    readonly json: boolean;
}, {}, Ending, never>;
