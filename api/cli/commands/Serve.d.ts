import * as Command from "effect/cli/Command";
import * as Option from "effect/Option";
import { Ending } from "../Ending.ts";
import { type Say } from "@wechat-refund/checkup/Language";
/** The command. */
export declare const command: (say: Say) => Command.Command<"serve", {
    readonly store: Option.Option<string>;
    readonly database: Option.Option<string>;
    readonly merchants: Option.Option<string>;
    readonly tokens: Option.Option<string>;
    readonly port: Option.Option<number>;
    readonly host: string;
    readonly noticePort: Option.Option<number>;
    readonly noticeHost: Option.Option<string>;
    readonly noticeUrl: Option.Option<string>;
    readonly tlsCert: Option.Option<string>;
    readonly tlsKey: Option.Option<string>;
    readonly behindProxy: Option.Option<string>;
    readonly webhooks: Option.Option<string>;
    readonly noMigrate: boolean;
    readonly noReconcile: boolean;
    readonly prefix: Option.Option<string>;
    readonly noPages: boolean;
    readonly check: boolean;
    readonly simulate: boolean;
    readonly jsonLogs: boolean;
    readonly json: boolean;
}, {}, Ending, never>;
