import * as Command from "effect/cli/Command";
import { Ending } from "../Ending.ts";
import { type Say } from "@wechat-refund/checkup/Language";
/** The command. */
export declare const command: (say: Say) => Command.Command<"store", {}, {}, Ending, never>;
