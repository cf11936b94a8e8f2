import type { SignType } from "@wechat-refund/core/Signature";
import { type Fields } from "@wechat-refund/simulator/Message";
import * as Command from "effect/cli/Command";
import * as Option from "effect/Option";
import { type Answer } from "../Ending.ts";
import type { Say } from "@wechat-refund/checkup/Language";
/** What the environment knows: the keys, and the merchant's settings under their wire names. */
export interface Settings {
    readonly apiKey: string;
    readonly previousApiKey?: string | undefined;
    /** The key of APIv3 interfaces, which signs nothing here. */
    readonly apiV3Key?: string | undefined;
    readonly known: Fields;
}
/** What the command says to these bytes. */
export declare const answer: (say: Say, bytes: Uint8Array, settings: Settings, signType: SignType | undefined) => Answer;
/** The command. */
export declare const command: (say: Say) => Command.Command<"explain", {
    readonly signType: Option.Option<"HMAC-SHA256" | "MD5">;
    readonly protocol: Option.Option<"v2" | "v3">;
    readonly now: Option.Option<number>;
    readonly json: boolean;
}, {}, import("../Ending.ts").Ending, import("effect/Stdio").Stdio>;
