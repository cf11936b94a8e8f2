/**
 * Secrets in a message that a command is given to look into: they are not repeated, though the message is.
 *
 * The API keys that the environment knows are taken out of everything that is said; a name of a field is repeated only where it is
 * one. Which other texts may be shown is left to `Print`.
 */
import { InvalidParams } from "@wechat-refund/core/Params";
import { CannotSign } from "@wechat-refund/core/Signature";
import * as Effect from "effect/Effect";
import type { Answer } from "./Ending.ts";
/** The API keys of the environment. */
export declare const keys: Effect.Effect<ReadonlyArray<string>>;
/** Takes these keys out of a text, also where they were written in other letters. */
export declare const hiding: (keys: ReadonlyArray<string>) => ((text: string) => string);
/** The answer without these keys, in its texts and in the names of its fields. */
export declare const without: (keys: ReadonlyArray<string>, { json, text, ...rest }: Answer) => Answer;
/** The same error without a name that is none. */
export declare const nameless: ({ field, problem }: CannotSign) => CannotSign;
/** The same issues, each with the name of its field as it may be shown. */
export declare const named: ({ issues }: InvalidParams) => InvalidParams;
