import * as Command from "effect/cli/Command";
import * as Option from "effect/Option";
import type { Say } from "@wechat-refund/checkup/Language";
/** The command. */
export declare const command: (say: Say) => Command.Command<"reconcile", {
    readonly signType: Option.Option<"HMAC-SHA256" | "MD5">;
    readonly adapter: "node-https" | "undici";
    readonly endpoint: Option.Option<string>;
    readonly protocol: Option.Option<"v2" | "v3">;
    readonly json: boolean;
    readonly store: Option.Option<string>;
    readonly database: Option.Option<string>;
    readonly own: Option.Option<string>;
    readonly bill: readonly string[];
    readonly date: Option.Option<string>;
    readonly from: Option.Option<string>;
    readonly to: Option.Option<string>;
    readonly prefix: Option.Option<string>;
    readonly csv: Option.Option<string>;
}, {}, import("../Ending.ts").Ending, never>;
