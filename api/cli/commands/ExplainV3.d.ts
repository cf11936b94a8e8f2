import * as Credential from "@wechat-refund/apiv3/Credential";
import * as Effect from "effect/Effect";
import type * as Option from "effect/Option";
import * as Result from "effect/Result";
import { type Answer } from "../Ending.ts";
import type { Say } from "@wechat-refund/checkup/Language";
import * as V3 from "../V3.ts";
/** What the command says. */
export declare const answer: (say: Say, input: Result.Result<V3.Fields, string>, credential: Credential.Credential, now: number) => Answer;
/** Runs it. */
export declare const run: (say: Say, json: boolean, now: Option.Option<number>) => Effect.Effect<void, import("../Ending.ts").Ending, import("effect/Stdio").Stdio>;
