/**
 * How a command ends, in exit codes that a script can act on, and in the words that go with them.
 *
 * One rule for all commands. `0`: done, and the answer is yes. `1`: done, and the answer is no: refused, closed, wrong, different. `2`: not
 * begun: command line, input, store or environment are wrong; nothing was sent. `3`: not known yet; money may move. `4`: blocked: nothing was
 * accepted, and a person must act before anything goes on. Of several refunds the code is that of the first of `3`, `4`, `1` that one of them
 * has. `70`: a service lost its store. What went well and could not be printed ends with `3` as well, which `bin.ts` sees to. A command that was interrupted ends with `130`.
 */
import type { Advice, Outcome } from "@wechat-refund/core/RefundError";
import * as Effect from "effect/Effect";
import * as Runtime from "effect/Runtime";
export type ExitCode = 0 | 1 | 2 | 3 | 4;
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
    /** The text is a message of the libraries: it is said in the reader's language when it is printed, and not before. */
    readonly isEnglish?: true;
}
/** A failure as an answer; the text is one line of English unless it is given. */
export declare const failed: ({ advice, message, outcome, reason }: Failed, { exitCode, ...given }?: Partial<Pick<Answer, "exitCode" | "text" | "isEnglish">>) => Answer;
/** Any value as JSON on one line. */
export declare const jsonLine: (value: unknown) => string;
/**
 * Prints an answer and ends the command with its code. As JSON the document goes to standard output and the text to standard
 * error; as text a success goes to standard output and a failure to standard error.
 */
export declare const give: (args_0: Answer, as?: "json" | "text" | undefined) => Effect.Effect<void, Ending, never>;
export {};
