/** Fields that a request does not have, which is how a misspelt one looks: each is an issue, with the field it may have meant. */
import type { Issue } from "../RefundError.ts";

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

/** How many letters must be put in, taken out or changed to make one text of the other. */
const distance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const [above = 0, left = 0, diagonal = 0] = [row[j], next[j - 1], row[j - 1]];
      next.push(Math.min(above + 1, left + 1, diagonal + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length] as number;
};

const longest = 64;

/** The field that a name may have meant. */
export const meant = (name: string, { spellings }: Shape): string | undefined => {
  const given = plain(name.slice(0, longest));
  const exact = spellings.get(given);
  if (exact !== undefined || given.length < 4) return exact;
  let nearest: string | undefined;
  let least = 3;
  for (const [spelling, path] of spellings) {
    const far = distance(given, spelling);
    if (far < least) [least, nearest] = [far, path];
  }
  return nearest;
};

/** A name that came from outside, on one line and short. */
const shown = (name: string): string => name.slice(0, longest).replace(/[^ -~\p{L}]/gu, "?");

const mostShown = 20;

/** The issues of a value's own fields that are not the shape's; a field set to `undefined` is none. `path` stands before the names. */
export const unknownFields = (value: unknown, known: Shape, path = ""): ReadonlyArray<Issue> => {
  if (typeof value !== "object" || value === null) return [];
  const issues: Array<Issue> = [];
  for (const name of Object.keys(value)) {
    if (known.fields.has(name) || (value as Readonly<Record<string, unknown>>)[name] === undefined) continue;
    if (issues.length === mostShown) break;
    const field = `${path}${shown(name)}`;
    const suggestion = meant(name, known);
    const remedy = suggestion === undefined ? "remove it" : `did you mean ${suggestion}?`;
    issues.push({ field, wire: field, message: `is no field of ${known.what}: ${remedy}` });
  }
  return issues;
};
