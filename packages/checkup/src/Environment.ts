/** Variables of the environment, where one that is set to nothing counts as not set. */
import * as Config from "effect/Config";
import * as Effect from "effect/Effect";
import * as Option from "effect/Option";
import * as Schema from "effect/Schema";
import * as SchemaIssue from "effect/SchemaIssue";
import * as Redacted from "effect/Redacted";

/** The variable's text. */
export const text = (name: string): Effect.Effect<string | undefined> =>
  Effect.gen(function* () {
    return Option.getOrUndefined(yield* Config.option(Config.String(name))) || undefined;
  }).pipe(Effect.orDie);

/** The variable's text, kept from being printed. */
export const secret = (name: string): Effect.Effect<Redacted.Redacted<string> | undefined> =>
  Effect.map(text(name), (value) => (value === undefined ? undefined : Redacted.make(value)));

const issues = SchemaIssue.makeFormatterStandardSchemaV1();

/** What is wrong with the environment, on one line: a variable's name, never its value. */
export const wrong = (error: { readonly message: string }): string =>
  error instanceof Config.ConfigError && Schema.isSchemaError(error.cause)
    ? issues(error.cause.issue)
        .issues.map(({ message, path = [] }) => `${path.map(String).join(".")}: ${message}`)
        .join("; ")
    : error.message.replaceAll(/\s*\n\s*/g, " ");
