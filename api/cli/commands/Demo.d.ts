/**
 * `demo`: the whole refund on this machine, with nothing to configure. See `demo/Story.ts`.
 */
import * as Command from "effect/cli/Command";
import { Ending } from "../Ending.ts";
import type { Say } from "@wechat-refund/checkup/Language";
/** The command. */
export declare const command: (say: Say) => Command.Command<"demo", {}, {}, Ending, never>;
