/**
 * How a command ends, in exit codes that a script can act on, and in the words that go with them.
 *
 * `0`: done. `1`: it failed, and no refund was accepted through it. `2`: the command line or the environment is wrong, nothing
 * left the process. `3`: the outcome is not known, money may move. A command that was interrupted ends with `130`.
 */
import type { Advice, Outcome } from "@wechat-refund/core/RefundError";
import * as Effect from "effect/Effect";
import * as Runtime from "effect/Runtime";
export type ExitCode = 0 | 1 | 2 | 3;
declare const Ending_base: new <A extends Record<string, any> = {}>(args: import("effect/Types").VoidIfEmpty<{ readonly [P in keyof A as P extends "_tag" ? never : P]: A[P]; }>) => import("effect/Cause").YieldableError & {
    readonly _tag: "Ending";
} & Readonly<A>;
/** A command that did not end well; whatever there was to say has been said. */
export declare class Ending extends Ending_base<{
    readonly exitCode: ExitCode;
}> {
    readonly [Runtime.errorExitCode]: ExitCode;
    readonly [Runtime.errorReported] = false;
}
/** A failure as it is printed; `reason` is the `_tag` of the error. */
export interface Failed {
    readonly reason: string;
    readonly outcome: Outcome;
    readonly advice: Advice;
    readonly message: string;
}
/** What a command has to say: one JSON document for programs, lines for people. */
export interface Answer {
    readonly exitCode: ExitCode;
    readonly json: unknown;
    readonly text?: string;
}
/** A failure as an answer; `text` is one line unless given. */
export declare const failed: ({ advice, message, outcome, reason }: Failed, { exitCode, text }?: {
    readonly exitCode?: ExitCode;
    readonly text?: string;
}) => Answer;
/** Any value as JSON on one line. */
export declare const jsonLine: (value: unknown) => string;
/**
 * Prints an answer and ends the command with its code. As JSON the document goes to standard output and the text to standard
 * error; as text a success goes to standard output and a failure to standard error.
 */
export declare const give: (args_0: Answer, as?: "json" | "text" | undefined) => Effect.Effect<void, Ending, never>;
export {};
