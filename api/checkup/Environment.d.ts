import * as Effect from "effect/Effect";
import * as Redacted from "effect/Redacted";
/** The variable's text. */
export declare const text: (name: string) => Effect.Effect<string | undefined>;
/** The variable's text, kept from being printed. */
export declare const secret: (name: string) => Effect.Effect<Redacted.Redacted<string> | undefined>;
/** What is wrong with the environment, on one line: a variable's name, never its value. */
export declare const wrong: (error: {
    readonly message: string;
}) => string;
