import * as Command from "effect/cli/Command";
import * as Duration from "effect/Duration";
import * as Option from "effect/Option";
import type { Say } from "@wechat-refund/checkup/Language";
/** The command. */
export declare const command: (say: Say) => Command.Command<"batch", {
    readonly signType: Option.Option<"HMAC-SHA256" | "MD5">;
    readonly adapter: "node-https" | "undici";
    readonly endpoint: Option.Option<string>;
    readonly protocol: Option.Option<"v2" | "v3">;
    readonly json: boolean;
    readonly store: Option.Option<string>;
    readonly database: Option.Option<string>;
    readonly file: string;
    readonly format: Option.Option<"csv" | "ndjson">;
    readonly dryRun: boolean;
    readonly yes: boolean;
    readonly result: Option.Option<string>;
    readonly attempted: boolean;
    readonly perSecond: number;
    readonly within: Option.Option<Duration.Duration>;
} | {}, {}, import("../Ending.ts").Ending | import("@wechat-refund/core/RefundError").InvalidRequest | import("@wechat-refund/core/Merchants").UnknownMerchant, import("effect/FileSystem").FileSystem | import("effect/Path").Path | import("effect/Stdio").Stdio | import("effect/Terminal").Terminal>;
