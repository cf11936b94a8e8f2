/** English, or Chinese for whoever asks for it: by `--lang`, or by the locale of the environment. */
import * as Effect from "effect/Effect";
import { type Say } from "@wechat-refund/checkup/Language";
/** The wording for this command line; a locale counts in the order of POSIX. */
export declare const choose: (args: ReadonlyArray<string>) => Effect.Effect<Say>;
