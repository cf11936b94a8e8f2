import type { Say } from "@wechat-refund/checkup/Language";
import * as Command from "effect/cli/Command";
import { type Ending } from "../Ending.ts";
/** The command. */
export declare const command: (say: Say) => Command.Command<"webhooks", {}, {}, Ending, never>;
