/** JSON objects from outside: strict, and looked into by path. */
import * as Json from "@wechat-refund/core/Json";
import * as Result from "effect/Result";

export type Record = Readonly<{ [name: string]: unknown }>;

export const isRecord = (value: unknown): value is Record =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What is nested deeper than anything the protocol knows would exhaust whoever writes it down again. */
const deepest = 32;
const isTooDeep = (value: unknown): boolean => {
  let level: ReadonlyArray<unknown> = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > deepest) return true;
    level = level.flatMap((one) => (typeof one === "object" && one !== null ? Object.values(one) : []));
  }
  return false;
};

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
  if (!isRecord(parsed.success)) return Result.fail("is not a JSON object");
  return isTooDeep(parsed.success) ? Result.fail("is nested too deep") : Result.succeed(parsed.success);
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
