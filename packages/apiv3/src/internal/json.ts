/** JSON objects from outside: strict, and looked into by path. */
import * as Json from "@wechat-refund/core/Json";
import * as Result from "effect/Result";

export type Record = Readonly<{ [name: string]: unknown }>;

export const isRecord = (value: unknown): value is Record =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The object that these bytes are; a name that is given twice, and bytes that are not UTF-8, are refused. */
export const parse = (body: Uint8Array): Result.Result<Record, string> => {
  let text: string;
  try {
    text = decoder.decode(body);
  } catch {
    return Result.fail("is not UTF-8");
  }
  const parsed = Json.parse(text);
  if (Result.isFailure(parsed)) {
    return Result.fail(
      parsed.failure._tag === "NotJson" ? "is not JSON" : `names ${parsed.failure.names.join(", ")} twice`,
    );
  }
  return isRecord(parsed.success) ? Result.succeed(parsed.success) : Result.fail("is not a JSON object");
};

/** The value at a path of own members, such as `amount.refund`. */
export const at = (json: Record, path: string): unknown => {
  let value: unknown = json;
  for (const name of path.split(".")) {
    if (!isRecord(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return value;
};

/** The text at a path; an empty one counts as absent. */
export const textAt = (json: Record, path: string): string | undefined => {
  const value = at(json, path);
  return typeof value === "string" && value !== "" ? value : undefined;
};
