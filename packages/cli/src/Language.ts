/** English, or Chinese for whoever asks for it: by `--lang`, or by the locale of the environment. */
import * as Effect from "effect/Effect";
import * as Environment from "@wechat-refund/checkup/Environment";
import { chinese, english, type Say } from "@wechat-refund/checkup/Language";
import { translated } from "@wechat-refund/checkup/Translated";
import * as Context from "effect/Context";

/** The wording that the command at hand speaks. */
export const Spoken = Context.Reference<Say>("@wechat-refund/cli/Language/Spoken", { defaultValue: () => english });

/** Gives a message of the libraries in that wording. */
export const words: Effect.Effect<(english: string) => string> = Effect.map(Spoken, translated);

const asked = (args: ReadonlyArray<string>): string | undefined => {
  const at = args.findIndex((arg) => arg === "--lang" || arg.startsWith("--lang="));
  return at < 0 ? undefined : (args[at]?.split("=")[1] ?? args[at + 1]);
};

/** The wording for this command line; a locale counts in the order of POSIX. */
export const choose = (args: ReadonlyArray<string>): Effect.Effect<Say> =>
  Effect.gen(function* () {
    const [locale = ""] = (yield* Effect.forEach(["LC_ALL", "LC_MESSAGES", "LANG"], Environment.text)).filter(
      (value) => value !== undefined,
    );
    return (asked(args) ?? locale).startsWith("zh") ? chinese : english;
  });
