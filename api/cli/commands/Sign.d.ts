import { type SignType } from "@wechat-refund/core/Signature";
import * as Command from "effect/cli/Command";
import * as Redacted from "effect/Redacted";
import { type Answer } from "../Ending.ts";
import { type Say } from "@wechat-refund/checkup/Language";
import type { oddities } from "@wechat-refund/simulator/Diagnosis";
/** What the command says to these bytes; `look` finds what is odd about the fields. */
export declare const answer: (bytes: Uint8Array, signType: SignType, apiKey: Redacted.Redacted<string> | undefined, say?: Say, look?: typeof oddities) => Answer;
/** The command. */
export declare const command: (say: Say) => Command.Command<"sign", {
    readonly signType: "HMAC-SHA256" | "MD5";
    readonly protocol: import("effect/Option").Option<"v2" | "v3">;
}, {}, import("../Ending.ts").Ending, import("effect/Stdio").Stdio>;
