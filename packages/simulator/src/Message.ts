/**
 * Messages as the gateway reads, writes, signs and checks them: flat XML, one level of uniquely named text elements.
 *
 * Written for the gateway alone and shared with no client, so that a mistake on one side of the wire is seen from the other.
 * Which fields a message must have, and what they mean, is left to the endpoints.
 */
import { createHmac, hash, timingSafeEqual } from "node:crypto";
import * as Result from "effect/Result";

/** The fields of a message in the order they were written. Values are text, never trimmed, never converted. */
export type Fields = ReadonlyMap<string, string>;

/** Why bytes are not a message; `at` counts UTF-16 units from the start. Never quotes a value. */
export interface Unreadable {
  readonly reason: string;
  readonly at: number;
}

/** Why fields cannot be written. */
export interface Unwritable {
  readonly field: string;
  readonly reason: string;
}

export type Algorithm = "MD5" | "HMAC-SHA256";

/** `"xml"` for every message on the wire, `"root"` inside a decrypted notice. */
export type Root = "xml" | "root";

/** Bytes of a message, elements in it, bytes of one value, characters of one name. */
export const limits = { message: 65_536, elements: 1_000, value: 16_384, name: 64 } as const;

const declarations = [
  `<?xml version="1.0" encoding="UTF-8"?>`,
  `<?xml version="1.0" encoding="utf-8"?>`,
  `<?xml version="1.0"?>`,
];
const entities: ReadonlyMap<string, string> = new Map([
  ["&lt;", "<"],
  ["&gt;", ">"],
  ["&amp;", "&"],
  ["&quot;", '"'],
  ["&apos;", "'"],
]);
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const isSpace = (code: number): boolean => code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d;
const isLetter = (code: number): boolean => (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
const isNamePart = (code: number): boolean => isLetter(code) || (code >= 0x30 && code <= 0x39) || code === 0x5f;
const isForbidden = (code: number): boolean => (code < 0x20 && !isSpace(code)) || code === 0xfffe || code === 0xffff;

const forbiddenAt = (text: string): number => {
  for (let at = 0; at < text.length; at++) if (isForbidden(text.charCodeAt(at))) return at;
  return -1;
};

/** The end of the name that starts at `from`, or `from` when there is none. */
const nameEnd = (text: string, from: number): number => {
  if (!isLetter(text.charCodeAt(from))) return from;
  let end = from + 1;
  while (isNamePart(text.charCodeAt(end))) end++;
  return end;
};

/** The text with its entities replaced, or the offset of an ampersand that starts none of the five. */
const unescape = (raw: string): string | number => {
  let out = "";
  let from = 0;
  for (let amp = raw.indexOf("&"); amp >= 0; amp = raw.indexOf("&", from)) {
    const entity = raw.slice(amp, raw.indexOf(";", amp) + 1 || amp);
    const character = entities.get(entity);
    if (character === undefined) return amp;
    out += raw.slice(from, amp) + character;
    from = amp + entity.length;
  }
  return out + raw.slice(from);
};

/**
 * Reads a message, or says where it stops being one. Total: never throws, one pass, no recursion.
 *
 * The language is smaller than XML on purpose: no attributes, comments, processing instructions, DTD, numeric references,
 * nesting, mixed content or repeated names, so there is nothing in it to wrap, split or expand.
 */
export const read = (bytes: Uint8Array, root: Root = "xml"): Result.Result<Fields, Unreadable> => {
  const no = (reason: string, at: number) => Result.fail<Unreadable>({ reason, at });
  if (bytes.length > limits.message) return no("larger than the limit", 0);
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    return no("not UTF-8", 0);
  }
  const forbidden = forbiddenAt(text);
  if (forbidden >= 0) return no("a character XML does not allow", forbidden);

  const skipSpace = (from: number): number => {
    let at = from;
    while (isSpace(text.charCodeAt(at))) at++;
    return at;
  };
  const open = `<${root}>`;
  const close = `</${root}>`;
  const declaration = declarations.find((candidate) => text.startsWith(candidate));
  let at = skipSpace(declaration?.length ?? 0);
  if (!text.startsWith(open, at)) return no(`expected ${open}`, at);
  at = skipSpace(at + open.length);

  const fields = new Map<string, string>();
  while (!text.startsWith(close, at)) {
    if (text.charCodeAt(at) !== 0x3c) return no("expected an element", at);
    const nameFrom = at + 1;
    const nameTo = nameEnd(text, nameFrom);
    if (nameTo === nameFrom || nameTo - nameFrom > limits.name || text.charCodeAt(nameTo) !== 0x3e) {
      return no("not a plain start tag", at);
    }
    const name = text.slice(nameFrom, nameTo);
    if (fields.has(name)) return no("a second element of the same name", at);
    if (fields.size === limits.elements) return no("too many elements", at);

    const from = nameTo + 1;
    const isCData = text.startsWith("<![CDATA[", from);
    const valueFrom = isCData ? from + 9 : from;
    const valueTo = text.indexOf(isCData ? "]]>" : "<", valueFrom);
    if (valueTo < 0) return no("the value does not end", valueFrom);
    const raw = text.slice(valueFrom, valueTo);
    if (!isCData && raw.includes("]]>")) return no("]]> in text", valueFrom);
    const value = isCData ? raw : unescape(raw);
    if (typeof value === "number") return no("an ampersand that is not one of the five entities", valueFrom + value);
    if (Buffer.byteLength(value) > limits.value) return no("a value larger than the limit", valueFrom);

    at = isCData ? valueTo + 3 : valueTo;
    const end = `</${name}>`;
    if (!text.startsWith(end, at)) return no("expected the end tag of the element", at);
    fields.set(name, value);
    at = skipSpace(at + end.length);
  }
  at = skipSpace(at + close.length);
  return at === text.length ? Result.succeed(fields) : no("something after the end", at);
};

const isName = (name: string): boolean =>
  name.length > 0 && name.length <= limits.name && nameEnd(name, 0) === name.length;

const escape = (value: string): string =>
  value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll("]]>", "]]&gt;");

/** Writes a message, values in CDATA, with text escapes only for a value that holds `]]>`. What it writes {@link read} reads back. */
export const write = (fields: Fields, root: Root = "xml"): Result.Result<Uint8Array, Unwritable> => {
  if (fields.size > limits.elements) return Result.fail({ field: root, reason: "has too many elements" });
  let text = `<${root}>`;
  for (const [name, value] of fields) {
    if (!isName(name)) return Result.fail({ field: name, reason: "is not a name" });
    if (forbiddenAt(value) >= 0 || !value.isWellFormed()) {
      return Result.fail({ field: name, reason: "holds a character XML does not allow" });
    }
    if (Buffer.byteLength(value) > limits.value)
      return Result.fail({ field: name, reason: "is larger than the limit" });
    text += `<${name}>${value.includes("]]>") ? escape(value) : `<![CDATA[${value}]]>`}</${name}>`;
  }
  const bytes = Buffer.from(`${text}</${root}>`);
  return bytes.length > limits.message
    ? Result.fail({ field: root, reason: "is larger than the limit" })
    : Result.succeed(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length));
};

/** The text that is signed, without the key: `name=value` of every non-empty field but `sign`, names in byte order, joined with `&`. */
export const signingText = (fields: Fields): string =>
  [...fields]
    .filter(([name, value]) => name !== "sign" && value !== "")
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");

/** The signature of a {@link signingText}: upper-case hex, 32 digits for MD5, 64 for HMAC-SHA256. */
export const signText = (text: string, key: string, algorithm: Algorithm): string => {
  const input = `${text}${text === "" ? "" : "&"}key=${key}`;
  const hex = algorithm === "MD5" ? hash("md5", input) : createHmac("sha256", key).update(input).digest("hex");
  return hex.toUpperCase();
};

/** The signature of fields. */
export const sign = (fields: Fields, key: string, algorithm: Algorithm): string =>
  signText(signingText(fields), key, algorithm);

/** Whether `sign` signs the text: exact, upper case only, in constant time. */
export const verifyText = (text: string, sign: string | undefined, key: string, algorithm: Algorithm): boolean => {
  const expected = Buffer.from(signText(text, key, algorithm));
  const given = Buffer.from(sign ?? "");
  return given.length === expected.length && timingSafeEqual(given, expected);
};

/** Whether the fields carry their own signature. */
export const verify = (fields: Fields, key: string, algorithm: Algorithm): boolean =>
  verifyText(signingText(fields), fields.get("sign"), key, algorithm);
