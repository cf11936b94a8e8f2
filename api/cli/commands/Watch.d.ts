import * as Command from "effect/cli/Command";
import * as Duration from "effect/Duration";
import * as Option from "effect/Option";
import { Ending } from "../Ending.ts";
import type { Say } from "../Language.ts";
/** The command. */
export declare const command: (say: Say) => Command.Command<"watch", {
    readonly signType: Option.Option<"HMAC-SHA256" | "MD5">;
    readonly adapter: "node-https" | "undici";
    readonly endpoint: Option.Option<string>;
    readonly json: boolean;
    readonly outRefundNo: string;
    readonly every: Option.Option<Duration.Duration>;
    readonly within: Option.Option<Duration.Duration>;
}, {}, Ending, never>;
