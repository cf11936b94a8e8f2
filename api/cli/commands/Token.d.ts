import * as Command from "effect/cli/Command";
import type { Say } from "@wechat-refund/checkup/Language";
/** The command. */
export declare const command: (say: Say) => Command.Command<"token", {}, {}, import("../Ending.ts").Ending, never>;
