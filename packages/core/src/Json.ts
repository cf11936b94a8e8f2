/**
 * JSON from outside: what `JSON.parse` takes, less every object that names a field twice. `JSON.parse` keeps the last of the two and
 * says nothing, so that what a person read first and what is done would differ.
 */
import * as Result from "effect/Result";

/** Why a text is not taken: it stops being JSON here, where that is known, or these fields are given twice. */
export type Problem =
  | { readonly _tag: "NotJson"; readonly position: number | undefined }
  | { readonly _tag: "GivenTwice"; readonly names: ReadonlyArray<string> };

/** Where the text that starts with the quote at `start` has its other quote. */
const closingQuote = (json: string, start: number): number => {
  let at = start + 1;
  while (at < json.length && json[at] !== '"') at += json[at] === "\\" ? 2 : 1;
  return at;
};

const longest = 64;

/** The names that stand twice in one object, each with those of the objects around it, cut short. The text must be JSON. */
const namedTwice = (json: string): ReadonlyArray<string> => {
  const twice = new Set<string>();
  const objects: Array<{ readonly names: Set<string>; name: string }> = [];
  let text = "";
  for (let at = 0; at < json.length; at++) {
    const character = json[at];
    if (character === '"') {
      const end = closingQuote(json, at);
      text = json.slice(at, end + 1);
      at = end;
    } else if (character === "{" || character === "[") objects.push({ names: new Set(), name: "" });
    else if (character === "}" || character === "]") objects.pop();
    else if (character === ":") {
      // What stands before a colon is a name; two that are written differently may be the same.
      const object = objects.at(-1) as (typeof objects)[number];
      object.name = JSON.parse(text) as string;
      if (object.names.has(object.name)) {
        twice.add(
          objects
            .flatMap(({ name, names }) => (names.size === 0 ? [] : [name]))
            .join(".")
            .slice(0, longest),
        );
      }
      object.names.add(object.name);
    }
  }
  return [...twice];
};

/** The value of a JSON text. */
export const parse = (json: string): Result.Result<unknown, Problem> => {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    // The rest of the message repeats what stands there.
    const position = /at position (\d+)/.exec(String(cause))?.[1];
    return Result.fail({ _tag: "NotJson", position: position === undefined ? undefined : Number(position) });
  }
  const names = namedTwice(json);
  return names.length > 0 ? Result.fail({ _tag: "GivenTwice", names }) : Result.succeed(value);
};

const token = /"[^"\\]*(?:\\.[^"\\]*)*"|-?[0-9][0-9.eE+-]*|:/g;

/**
 * The whole numbers of a JSON text that are written with a point or an exponent, by the names of their fields: `JSON.parse` takes `100.00`,
 * which somebody may have meant as yuan, for 100. The text must be JSON.
 */
export const unplainIntegers = (json: string): ReadonlyMap<string, string> => {
  const found = new Map<string, string>();
  let [text, name] = ["", ""];
  for (const [one] of json.matchAll(token)) {
    if (one === ":") name = text;
    else if (one.startsWith('"')) text = one;
    else if (/[.eE]/.test(one) && Number.isInteger(Number(one)))
      found.set(name === "" ? "" : (JSON.parse(name) as string).slice(0, longest), one);
  }
  return found;
};
