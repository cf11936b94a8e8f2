import * as Command from "effect/cli/Command";
import type { Say } from "../Language.ts";
/** The command. */
export declare const command: (say: Say) => Command.Command<"status", {
    readonly store: import("effect/Option").Option<string>;
    readonly database: import("effect/Option").Option<string>;
    readonly json: boolean;
}, {}, import("../Ending.ts").Ending, never>;
