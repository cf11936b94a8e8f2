/** Variables without which there is no merchant: all that are missing are told at once, where `Config` ends at the first. */
import * as Config from "effect/Config";
import * as Effect from "effect/Effect";
import * as Option from "effect/Option";

/** Which of them are not set, or set to nothing. */
export const notSet = (
  names: ReadonlyArray<string>,
): Effect.Effect<ReadonlyArray<{ readonly field: string; readonly message: string }>, Config.ConfigError> =>
  Effect.map(
    Effect.forEach(names, (name) =>
      Effect.map(Config.option(Config.String(name)), (value) =>
        Option.exists(value, (text) => text.trim() !== "") ? [] : [{ field: name, message: "is not set" }],
      ),
    ),
    (found) => found.flat(),
  );
