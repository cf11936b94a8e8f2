import { Merchant } from "@wechat-refund/core/Merchant";
import * as Prompt from "effect/cli/Prompt";
import * as Effect from "effect/Effect";
import * as Option from "effect/Option";
import * as Stdio from "effect/Stdio";
import type * as Call from "../Call.ts";
import { Ending } from "../Ending.ts";
import type { Say } from "../Language.ts";
import * as Plan from "./Plan.ts";
import * as Rows from "./Rows.ts";
import * as Run from "./Run.ts";
/** How a batch is run, and what is printed of it. */
export interface Options extends Call.Call, Run.Options {
    readonly file: string;
    readonly result: string;
    readonly yes: boolean;
}
/** The refunds of a file; every bad row is shown, and then nothing is sent. */
export declare const load: (say: Say, file: string, format: Option.Option<Rows.Format>, json: boolean) => Effect.Effect<readonly Plan.Planned[], Ending, never>;
/** Makes them, as far as the result file does not know them, and tells what became of all. */
export declare const carryOut: (say: Say, refunds: readonly Plan.Planned[], options: Options) => Effect.Effect<void, Ending, Merchant | import("@wechat-refund/core/RefundClient").RefundClient | Stdio.Stdio | Prompt.Environment>;
