/** English, or Chinese for whoever asks for it: by `--lang`, or by the locale of the environment. */
import * as Effect from "effect/Effect";
import { type Say } from "@wechat-refund/checkup/Language";
import * as Context from "effect/Context";
/** The wording that the command at hand speaks. */
export declare const Spoken: Context.Reference<Say>;
/** Gives a message of the libraries in that wording. */
export declare const words: Effect.Effect<(english: string) => string>;
/** The wording for this command line; a locale counts in the order of POSIX. */
export declare const choose: (args: ReadonlyArray<string>) => Effect.Effect<Say>;
