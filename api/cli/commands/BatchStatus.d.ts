import * as Command from "effect/cli/Command";
import { type Say } from "@wechat-refund/checkup/Language";
/** The command. */
export declare const command: (say: Say) => Command.Command<"status", {
    readonly store: import("effect/Option").Option<string>;
    readonly database: import("effect/Option").Option<string>;
    readonly json: boolean;
}, {}, import("../Ending.ts").Ending, never>;
