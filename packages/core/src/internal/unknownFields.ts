/** Fields that a request does not have, which is how a misspelt one looks: each is an issue, with the field it may have meant. */
import type { Issue } from "../RefundError.ts";
import { nearest } from "../Suggest.ts";

/** What a request, or a part of it, may hold. */
export interface Shape {
  /** As the message calls it: "a refund". */
  readonly what: string;
  readonly fields: ReadonlySet<string>;
  /** From spelling to the path of the field it means. */
  readonly spellings: ReadonlyMap<string, string>;
}

/** One spelling for `refundFee`, `refund_fee`, `RefundFee`, `refundfee` and `refund-fee`. */
const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, "");

/** `fields` are wire names by our names; `elsewhere` are those by the path of a field that belongs deeper. */
export const shape = (
  what: string,
  fields: Readonly<Record<string, string>>,
  elsewhere: Readonly<Record<string, string>> = {},
): Shape => ({
  what,
  fields: new Set(Object.keys(fields)),
  spellings: new Map(
    Object.entries({ ...elsewhere, ...fields }).flatMap(([path, wire]): ReadonlyArray<[string, string]> => [
      [plain(wire), path],
      [plain(path.replace(/^.*\./, "")), path],
    ]),
  ),
});

/** The field that a name may have meant. */
export const meant = (name: string, { spellings }: Shape): string | undefined => {
  const spelling = nearest(name, spellings.keys());
  return spelling === undefined ? undefined : spellings.get(spelling);
};

const longest = 64;

/** A name that came from outside, on one line and short. */
const shown = (name: string): string => name.slice(0, longest).replace(/[^ -~\p{L}]/gu, "?");

const mostShown = 20;
const none: ReadonlyArray<Issue> = [];

/** The issues of a value's own fields that are not the shape's; a field set to `undefined` is none. `path` stands before the names. */
export const unknownFields = (value: unknown, known: Shape, path = ""): ReadonlyArray<Issue> => {
  if (typeof value !== "object" || value === null) return none;
  let issues: Array<Issue> | undefined;
  for (const name of Object.keys(value)) {
    if (known.fields.has(name) || (value as Readonly<Record<string, unknown>>)[name] === undefined) continue;
    if (issues?.length === mostShown) break;
    const field = `${path}${shown(name)}`;
    const suggestion = meant(name, known);
    const remedy = suggestion === undefined ? "remove it" : `did you mean ${suggestion}?`;
    issues ??= [];
    issues.push({ field, wire: field, message: `is no field of ${known.what}: ${remedy}` });
  }
  return issues ?? none;
};
