import { RefundStore } from "@wechat-refund/durable/RefundStore";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import { type ExitCode } from "../Ending.ts";
import { type Say } from "@wechat-refund/checkup/Language";
export interface Options {
    readonly every: Duration.Duration | undefined;
    readonly within: Duration.Duration | undefined;
    readonly json: boolean;
}
/** Prints each new state; gives the exit code: 4 where the time is up while it is blocked, 3 where it is not over otherwise. */
export declare const follow: (say: Say, outRefundNo: string, args_2: Options) => Effect.Effect<ExitCode, import("../Ending.ts").Ending | import("effect/sql/SqlError").SqlError, RefundStore>;
