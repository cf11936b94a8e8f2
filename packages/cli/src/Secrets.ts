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
import * as Environment from "@wechat-refund/checkup/Environment";
import { shownField } from "./Print.ts";

/** The API keys of the environment. */
export const keys: Effect.Effect<ReadonlyArray<string>> = Effect.forEach(
  ["WECHAT_PAY_API_KEY", "WECHAT_PAY_PREVIOUS_API_KEY", "WECHAT_PAY_API_V3_KEY", "WECHAT_PAY_V3_KEY"],
  Environment.text,
).pipe(Effect.map((texts) => texts.filter((text) => text !== undefined)));

/** A key has 32 characters; a text that is much shorter stands in others by chance. */
const shortest = 8;

/** Takes these keys out of a text, also where they were written in other letters. */
export const hiding = (keys: ReadonlyArray<string>): ((text: string) => string) => {
  const patterns = keys
    .map((key) => key.trim())
    .filter(({ length }) => length >= shortest)
    .map((key) => new RegExp(key.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`), "gi"));
  return (text) => patterns.reduce((rest, pattern) => rest.replaceAll(pattern, "<redacted>"), text);
};

/** The answer without these keys, in its texts and in the names of its fields. */
export const without = (keys: ReadonlyArray<string>, { json, text, ...rest }: Answer): Answer => {
  const hide = hiding(keys);
  const hidden = (_: string, value: unknown): unknown => {
    if (typeof value === "string") return hide(value);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, value]) => [hide(name), value]));
  };
  return { ...rest, json: JSON.parse(JSON.stringify(json), hidden), ...(text !== undefined && { text: hide(text) }) };
};

/** The same error without a name that is none. */
export const nameless = ({ field, problem }: CannotSign): CannotSign =>
  new CannotSign({ problem, ...(field !== undefined && { field: shownField(field) }) });

/** The same issues, each with the name of its field as it may be shown. */
export const named = ({ issues }: InvalidParams): InvalidParams =>
  new InvalidParams({
    issues: issues.map(({ field, message }) => ({ field: field === "(input)" ? field : shownField(field), message })),
  });
