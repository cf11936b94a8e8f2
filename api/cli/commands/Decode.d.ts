import type { SignType } from "@wechat-refund/core/Signature";
import * as Command from "effect/cli/Command";
import type * as Redacted from "effect/Redacted";
import { type Answer } from "../Ending.ts";
import type { Say } from "@wechat-refund/checkup/Language";
/** Which operation's reply it is. */
export type Kind = "refund" | "query";
/** Whom the reply must speak of; what is not given is not compared. */
export interface Identity {
    readonly appId?: string | undefined;
    readonly mchId?: string | undefined;
    readonly subMchId?: string | undefined;
}
/** What is needed to believe a reply. */
export interface Trust extends Identity {
    readonly signType: SignType;
    readonly apiKey: Redacted.Redacted<string> | undefined;
    readonly previousApiKey?: Redacted.Redacted<string> | undefined;
}
/** What the command says to these bytes. */
export declare const answer: (kind: Kind, bytes: Uint8Array, trust: Trust) => Answer;
/** The command. */
export declare const command: (say: Say) => Command.Command<"decode", {
    readonly kind: "query" | "refund";
    readonly signType: "HMAC-SHA256" | "MD5";
    readonly protocol: import("effect/Option").Option<"v2" | "v3">;
    readonly now: import("effect/Option").Option<number>;
}, {}, import("../Ending.ts").Ending, import("effect/Stdio").Stdio>;
