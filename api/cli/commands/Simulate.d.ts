import * as Command from "effect/cli/Command";
import * as Option from "effect/Option";
import type { Say } from "@wechat-refund/checkup/Language";
/** The command. */
export declare const command: (say: Say) => Command.Command<"simulate", {
    readonly port: Option.Option<number>;
    readonly controlPort: Option.Option<number>;
    readonly directory: Option.Option<string>;
    readonly faults: number;
    readonly seed: Option.Option<string>;
    readonly json: boolean;
}, {}, import("../Ending.ts").Ending, never>;
