/** What the commands of single stages need for APIv3: their JSON input, and the keys of the environment. */
import * as Json from "@wechat-refund/core/Json";
import * as Clock from "effect/Clock";
import * as Effect from "effect/Effect";
import * as Option from "effect/Option";
import * as Result from "effect/Result";
import * as Input from "./Input.ts";

export { misconfigured } from "./ProtocolOf.ts";

export { environmentMessage, platformKeys } from "@wechat-refund/checkup/KeysV3";

/** Seconds since 1970: of the flag, or now. */
export const nowOf = (flag: Option.Option<number>): Effect.Effect<number> =>
  Option.match(flag, {
    onNone: () => Effect.map(Clock.currentTimeMillis, (millis) => Math.floor(millis / 1000)),
    onSome: Effect.succeed,
  });

/** A JSON object of the command line. */
export type Fields = Readonly<Record<string, unknown>>;

/** As much as the longest body and its header fields need, written as JSON. */
export const maxBytes = 1024 * 1024;

const isRecord = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The JSON object of these bytes, with no other fields than these. */
export const parse = (bytes: Uint8Array, known: ReadonlyArray<string>): Result.Result<Fields, string> => {
  if (bytes.length > maxBytes) return Result.fail(`the input must not be larger than ${maxBytes} bytes`);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return Result.fail("the input must be JSON in UTF-8");
  }
  const wanted = `a JSON object with ${known.join(", ")}`;
  if (text.trim() === "") return Result.fail(`the input is empty: give ${wanted}`);
  const parsed = Json.parse(text);
  if (Result.isFailure(parsed)) {
    return Result.fail(
      parsed.failure._tag === "NotJson" ? `the input must be ${wanted}` : "the input names a field twice",
    );
  }
  const value = parsed.success;
  if (!isRecord(value)) return Result.fail(`the input must be ${wanted}`);
  return Object.keys(value).every((name) => known.includes(name))
    ? Result.succeed(value)
    : Result.fail(`the input has a field that is not known: give ${wanted}`);
};

/** Header fields as an HTTP library may give them; a field that came more than once has its values joined, as a transport does. */
export const headersOf = (value: unknown): Result.Result<Readonly<Record<string, string>>, string> => {
  if (value === undefined || value === null) return Result.succeed({});
  if (!isRecord(value)) return Result.fail("headers must be a JSON object");
  const headers: Record<string, string> = {};
  for (const [name, given] of Object.entries(value)) {
    const texts = (Array.isArray(given) ? given : [given]) as ReadonlyArray<unknown>;
    if (!texts.every((text) => typeof text === "string" || typeof text === "number")) {
      return Result.fail("headers must hold texts");
    }
    Object.defineProperty(headers, name, { value: texts.join(", "), enumerable: true });
  }
  return Result.succeed(headers);
};

/** A body: the text as it came. */
export const bodyOf = (value: unknown): Result.Result<Uint8Array, string> =>
  typeof value === "string" && value.isWellFormed()
    ? Result.succeed(new TextEncoder().encode(value))
    : Result.fail("body must be the text as it came");

/** Standard input as such an object. */
export const input = (what: string, known: ReadonlyArray<string>) =>
  Effect.map(Input.read(maxBytes, what), (bytes) => parse(bytes, known));
