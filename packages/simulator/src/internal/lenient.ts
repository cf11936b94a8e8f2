/**
 * Reads what merchants write: everything `Message.read` takes, and the freedoms that XML writers of other languages use without
 * changing what is said: any declaration, empty tags, numeric references, comments, text and CDATA side by side, blanks in tags.
 *
 * Still no DTD, no attributes, no nesting, no name twice. Total, one pass, no recursion.
 */
import * as Result from "effect/Result";
import { type Fields, limits, type Unreadable } from "../Message.ts";

const utf8 = new TextDecoder("utf-8", { fatal: true });
/** The control characters of ASCII but tab and line ends, and the two that are none. */
const forbidden = /[^\P{Cc}\t\n\r\x7f-\x9f]|[\ufffe\uffff]/u;
const space = /\s*/y;
const comment = /<!--(?!-?>)(?:[^-]|-(?!-))*-->/y;
const declaration = /<\?xml\s[^?]*\?>/y;
const open = /<([A-Za-z][A-Za-z0-9_]{0,63})\s*(\/?)>/y;
const close = /<\/([A-Za-z][A-Za-z0-9_]{0,63})\s*>/y;
const cdata = /<!\[CDATA\[([^]*?)\]\]>/y;
const characters = /[^<]+/y;
const reference = /&(?:(lt|gt|amp|quot|apos)|#(\d{1,7})|#x([0-9A-Fa-f]{1,6}));|&/g;
const named: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

/** The text a run of characters stands for; undefined where an ampersand stands for nothing. */
const resolve = (raw: string): string | undefined => {
  let isWrong = false;
  const text = raw.replace(reference, (all, name?: string, decimal?: string, hex?: string) => {
    if (name !== undefined) return named[name] ?? all;
    const code = decimal === undefined ? Number.parseInt(hex ?? "", 16) : Number(decimal);
    const isCharacter = code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
    const character = isCharacter ? String.fromCodePoint(code) : "\0";
    isWrong ||= forbidden.test(character);
    return character;
  });
  return isWrong ? undefined : text;
};

/** The fields of a merchant's message, or where it stops being one. */
export const read = (bytes: Uint8Array): Result.Result<Fields, Unreadable> => {
  let at = 0;
  const no = (reason: string) => Result.fail<Unreadable>({ reason, at });
  if (bytes.length > limits.message) return no("larger than the limit");
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    return no("not UTF-8");
  }
  const bad = forbidden.exec(text);
  if (bad !== null) {
    at = bad.index;
    return no("a character XML does not allow");
  }
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match !== null) at = pattern.lastIndex;
    return match;
  };
  const skip = (): void => {
    do take(space);
    while (take(comment) !== null);
  };
  /** Up to the next tag; undefined for a reference that is none. */
  const takeValue = (): string | undefined => {
    let value = "";
    while (true) {
      const raw = take(characters)?.[0];
      const piece = raw === undefined ? (take(cdata)?.[1] ?? (take(comment) && "")) : resolve(raw);
      if (piece === null) return value;
      if (piece === undefined) return undefined;
      value += piece;
    }
  };

  take(declaration);
  skip();
  const root = take(open);
  if (root?.[1] !== "xml" || root[2] !== "") return no("expected <xml>");
  const fields = new Map<string, string>();
  for (skip(); !text.startsWith("</", at); skip()) {
    const start = at;
    const [, name, isEmpty] = take(open) ?? [];
    if (name === undefined) return no("expected an element");
    if (fields.has(name)) {
      at = start;
      return no("a second element of the same name");
    }
    if (fields.size === limits.elements) return no("too many elements");
    const value = isEmpty === "" ? takeValue() : "";
    if (value === undefined) return no("an ampersand that stands for nothing");
    const end = at;
    if (isEmpty === "" && take(close)?.[1] !== name) {
      at = end;
      return no("expected the end tag of the element");
    }
    if (Buffer.byteLength(value) > limits.value) return no("a value larger than the limit");
    fields.set(name, value);
  }
  if (take(close)?.[1] !== "xml") return no("expected </xml>");
  skip();
  return at === text.length ? Result.succeed(fields) : no("something after the end");
};
