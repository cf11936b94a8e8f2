import type { Keys } from "@wechat-refund/core/Signature";
import * as Command from "effect/cli/Command";
import { type Answer } from "../Ending.ts";
import type { Say } from "@wechat-refund/checkup/Language";
/** Whose notice it must be; what is not given is taken from the notice itself. */
export interface Identity {
    readonly appId?: string | undefined;
    readonly mchId?: string | undefined;
    readonly subMchId?: string | undefined;
}
/** What the command says to these bytes. */
export declare const answer: (say: Say, bytes: Uint8Array, { appId, mchId, subMchId }: Identity, keys: Keys) => Answer;
/** The command. */
export declare const command: (say: Say) => Command.Command<"notice", {
    readonly protocol: import("effect/Option").Option<"v2" | "v3">;
    readonly now: import("effect/Option").Option<number>;
}, {}, import("../Ending.ts").Ending, import("effect/Stdio").Stdio>;
