/** English, or Chinese for whoever asks for it: by `--lang`, or by the locale of the environment. */
import * as Effect from "effect/Effect";
/** Gives one of two wordings of the same thing. */
export type Say = (english: string, chinese: string) => string;
export declare const english: Say;
export declare const chinese: Say;
export declare const names: readonly ["en", "zh"];
/** The wording for this command line; a locale counts in the order of POSIX. */
export declare const choose: (args: ReadonlyArray<string>) => Effect.Effect<Say>;
