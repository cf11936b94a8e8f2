import * as Command from "effect/cli/Command";
import { Ending } from "../Ending.ts";
import type { Say } from "../Language.ts";
/** The command. */
export declare const command: (say: Say) => Command.Command<"store", {}, {}, Ending, never>;
