/**
 * The flat text fields of one message, as they are signed and sent.
 *
 * A message of the protocol is a set of named texts: no nesting, no null, no number, each name once. Everything that is
 * signed, verified, written or read passes through this one shape, so that what is verified is what is read.
 */
import * as Result from "effect/Result";
import * as Schema from "effect/Schema";
import { onOneLine } from "./Printed.ts";

/** Fields by wire name, in the order of the message. Values are the exact texts: never trimmed, never re-formatted. */
export type Params = ReadonlyMap<string, string>;

/** Input that is not a flat set of named texts. `issues` lists every field that is wrong. */
export class InvalidParams extends onOneLine(
  Schema.TaggedError<InvalidParams>("@wechat-refund/core/Params/InvalidParams")("InvalidParams", {
    issues: Schema.Array(Schema.Struct({ field: Schema.String, message: Schema.String })),
  }),
) {
  override get message(): string {
    return this.issues.map((issue) => `${issue.field}: ${issue.message}`).join("; ");
  }
}

const namePattern = /^[A-Za-z0-9_]{1,64}$/;

/** Is this a name the signature rules can carry: 1 to 64 ASCII letters, digits or `_`? */
export const isName = (name: string): boolean => namePattern.test(name);

const valueIssue = (value: unknown): string | undefined => {
  if (typeof value === "string") return value.isWellFormed() ? undefined : "must not contain half a surrogate pair";
  if (typeof value === "number") {
    return Number.isSafeInteger(value) ? undefined : "must be a whole number within ±9007199254740991, or a text";
  }
  return `must be a text or a whole number, not ${value === null ? "null" : Array.isArray(value) ? "an array" : typeof value}`;
};

/**
 * Reads a record of wire fields, such as parsed JSON. Whole numbers become their decimal text, `undefined` means absent; null,
 * booleans, fractions and anything nested are refused, with all issues listed at once.
 */
export const fromRecord = (record: unknown): Result.Result<Params, InvalidParams> => {
  if (typeof record !== "object" || record === null || Array.isArray(record)) {
    return Result.fail(
      new InvalidParams({ issues: [{ field: "(input)", message: "must be an object of wire fields and texts" }] }),
    );
  }
  const params = new Map<string, string>();
  const issues: Array<{ field: string; message: string }> = [];
  for (const [name, value] of Object.entries(record)) {
    if (value === undefined) continue;
    const issue = isName(name) ? valueIssue(value) : "a field name is 1 to 64 of the characters A-Z a-z 0-9 _";
    if (issue === undefined) params.set(name, String(value));
    else issues.push({ field: name.slice(0, 64), message: issue });
  }
  return issues.length === 0 ? Result.succeed(params) : Result.fail(new InvalidParams({ issues }));
};

/** The fields as a plain record, for printing and for schemas. It has no prototype, so no name can reach one. */
export const toRecord = (params: Params): Record<string, string> => {
  const record = Object.create(null) as Record<string, string>;
  for (const [name, value] of params) record[name] = value;
  return record;
};

/**
 * The fields that take part in a signature, in its order: empty values and `sign` itself left out, names in ASCII order.
 * Comparing names by code unit is right; comparing by locale, or comparing `name=value` texts, is wrong
 * (`refund_id_1` comes before `refund_id_10`). Source: WeChat Pay's signature rules, chapter 4_3.
 */
export const canonical = (params: Params): ReadonlyArray<readonly [name: string, value: string]> => {
  const fields: Array<readonly [string, string]> = [];
  for (const field of params) if (field[1] !== "" && field[0] !== "sign") fields.push(field);
  return fields.sort(([a], [b]) => (a < b ? -1 : 1));
};
