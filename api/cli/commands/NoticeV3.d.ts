import type * as PlatformKeys from "@wechat-refund/apiv3/PlatformKeys";
import * as Effect from "effect/Effect";
import type * as Option from "effect/Option";
import type * as Redacted from "effect/Redacted";
import * as Result from "effect/Result";
import { type Answer } from "../Ending.ts";
import type { Say } from "@wechat-refund/checkup/Language";
import * as V3 from "../V3.ts";
/** Whose notice it must be; what is not given is taken from the notice itself. */
export interface Identity {
    readonly mchId?: string | undefined;
    readonly subMchId?: string | undefined;
}
export interface Opener {
    readonly apiV3Key: Redacted.Redacted<string>;
    readonly keys: PlatformKeys.PlatformKeys;
    readonly now: number;
}
/** What the command says. */
export declare const answer: (say: Say, input: Result.Result<V3.Fields, string>, identity: Identity, opener: Opener) => Answer;
/** Runs it. */
export declare const run: (say: Say, now: Option.Option<number>) => Effect.Effect<void, import("../Ending.ts").Ending, import("effect/Stdio").Stdio>;
