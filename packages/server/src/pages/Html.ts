/**
 * HTML as a value: what is put into a template is escaped unless it is HTML already, so that nothing that came from outside is markup.
 * Attributes are written in double quotes, always. Small enough to be read whole, which a library of templates is not.
 */

const brand: unique symbol = Symbol("html");

export interface Html {
  readonly [brand]: string;
}

/** What may stand in a template; `undefined` and `false` are nothing. */
export type Part = string | number | Html | false | undefined | ReadonlyArray<Part>;

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
  "`": "&#96;",
};

const isHtml = (part: Part): part is Html => typeof part === "object" && brand in part;
const isList = (part: Part): part is ReadonlyArray<Part> => Array.isArray(part);

/** Half of a pair and what no document may hold become a mark that shows it. */
// oxlint-disable-next-line no-control-regex
const forbidden = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\uFFFE\uFFFF]/g;
// What writes from right to left, or is not seen, makes one text look like another.
const hidden = /[\p{Bidi_Control}\u200B\u2060\uFEFF]/gu;

const escaped = (text: string): string =>
  text
    .toWellFormed()
    .replace(forbidden, "\uFFFD")
    .replace(hidden, "\uFFFD")
    .replace(/[&<>"'`]/g, (sign) => entities[sign] ?? "");

const textOf = (part: Part): string => {
  if (part === undefined || part === false) return "";
  if (isHtml(part)) return part[brand];
  if (isList(part)) return part.map(textOf).join("");
  return escaped(String(part));
};

export const html = (strings: TemplateStringsArray, ...parts: ReadonlyArray<Part>): Html => ({
  [brand]: strings.map((text, at) => text + textOf(parts[at])).join(""),
});

/** The text of a document. */
export const render = (value: Html): string => value[brand];
