import * as Prompt from "effect/cli/Prompt";
import * as Effect from "effect/Effect";
import * as Stdio from "effect/Stdio";
import * as Call from "../Call.ts";
import { Ending } from "../Ending.ts";
import { type Say } from "@wechat-refund/checkup/Language";
import * as Store from "../store/Store.ts";
import type { Planned } from "./Plan.ts";
import * as Run from "./Run.ts";
/** How a batch is run, and what is printed of it. */
export interface Options extends Call.Call, Omit<Run.Options, "alone" | "isThere"> {
    readonly perSecond: number;
    /** The file of the rows, for what is said of them. */
    readonly file: string;
    readonly where: Store.Where;
    /** The file that what became of the refunds is exported to. */
    readonly result: string | undefined;
    readonly yes: boolean;
}
/** Makes them, as far as the store does not know them, and tells what became of all. */
export declare const carryOut: (say: Say, refunds: readonly Planned[], options: Options) => Effect.Effect<void, Ending | import("@wechat-refund/core/RefundError").InvalidRequest | import("@wechat-refund/core/Merchants").UnknownMerchant, import("@wechat-refund/core/Merchant").Merchant | Stdio.Stdio | import("@wechat-refund/core/Transport").Transport | Prompt.Environment>;
