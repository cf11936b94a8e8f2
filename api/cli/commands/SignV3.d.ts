/** `sign --protocol v3`: the text that is signed of a request, its signature, and the header field that carries it. */
import * as Credential from "@wechat-refund/apiv3/Credential";
import * as Signature from "@wechat-refund/apiv3/Signature";
import * as Effect from "effect/Effect";
import * as Result from "effect/Result";
import { type Answer } from "../Ending.ts";
import * as V3 from "../V3.ts";
/** What is signed, or the first thing that is wrong with it. */
export declare const partsOf: (fields: V3.Fields) => Result.Result<Signature.RequestParts, string>;
/** What the command says. */
export declare const answer: (input: Result.Result<V3.Fields, string>, credential: Credential.Credential) => Answer;
/** Runs it. */
export declare const run: Effect.Effect<void, import("../Ending.ts").Ending, import("effect/Stdio").Stdio>;
