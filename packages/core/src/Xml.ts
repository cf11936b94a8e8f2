/**
 * Fields ⇄ the flat XML of the protocol.
 *
 * Only one small language is read: a root element whose children are plain named texts, each name once. DOCTYPE, entities
 * beyond the five, attributes, comments, processing instructions, nesting and duplicates are not handled, they are not in the
 * language: `admit` refuses every document outside it, in one pass over the text, before fast-xml-parser reads it. The field
 * names that the parser found must be exactly those that were admitted.
 *
 * Both directions are total: they return, whatever they are given.
 */
import { type X2jOptions, XMLBuilder, XMLParser } from "fast-xml-parser";
import * as Result from "effect/Result";
import * as Schema from "effect/Schema";
import { onOneLine } from "./Printed.ts";
import type { Params } from "./Params.ts";

/** A document outside the language, or fields that cannot be written. `offset` counts characters of the decoded text. */
export class XmlError extends onOneLine(
  Schema.TaggedError<XmlError>("@wechat-refund/core/Xml/XmlError")("XmlError", {
    problem: Schema.String,
    field: Schema.optionalKey(Schema.String),
    offset: Schema.optionalKey(Schema.Finite),
  }),
) {
  override get message(): string {
    const where = this.offset === undefined ? "" : ` at character ${this.offset}`;
    return `${this.field === undefined ? "" : `${this.field}: `}${this.problem}${where}`;
  }
}

/** What may be read. `root` is `xml`, or `root` inside a refund notice. */
export interface ReadOptions {
  readonly root?: "xml" | "root";
  readonly maxBytes?: number;
}

/** The largest document read unless told otherwise: 64 KiB; a query reply may have 256 KiB. */
export const defaultMaxBytes = 64 * 1024;

const maxFields = 1000;
const maxValueLength = 16 * 1024;
const maxNameLength = 64;

/** Names every JavaScript object carries: no field of the protocol has one, and a parser may rename or drop them. */
const reservedNames = new Set([...Object.getOwnPropertyNames(Object.prototype), "prototype", "then", "toJSON"]);

// Controls other than tab and line ends, and the two non-characters; lone surrogates cannot come out of a fatal decoder.
// oxlint-disable-next-line no-control-regex
const forbiddenCharacter = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/;
const declaration = /^<\?xml version="1\.0"(?: encoding="(?:UTF-8|utf-8)")?\?>/;
const fiveEntities = new Set(["lt", "gt", "amp", "quot", "apos"]);

const isLetter = (code: number): boolean => (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
const isNameCode = (code: number): boolean => isLetter(code) || (code >= 48 && code <= 57) || code === 95;
const isSpace = (code: number): boolean => code === 32 || code === 10 || code === 13 || code === 9;

/** The index of the first character from `at` on that is no white space. */
const afterSpace = (text: string, at: number): number => {
  while (at < text.length && isSpace(text.charCodeAt(at))) at++;
  return at;
};

interface Refusal {
  readonly problem: string;
  readonly offset: number;
  readonly field?: string;
}

/** Checks a text value without markup; `offset` is where it starts in the document. */
const textRefusal = (value: string, offset: number): Refusal | undefined => {
  for (let at = value.indexOf("&"); at !== -1; at = value.indexOf("&", at + 1)) {
    const stop = value.indexOf(";", at);
    if (stop === -1 || stop - at > 5 || !fiveEntities.has(value.slice(at + 1, stop))) {
      return { problem: "only the entities &lt; &gt; &amp; &quot; &apos; are allowed", offset: offset + at };
    }
  }
  const close = value.indexOf("]]>");
  return close === -1 ? undefined : { problem: '"]]>" outside CDATA', offset: offset + close };
};

interface Admitted {
  /** In order, their values still empty. */
  readonly fields: Map<string, string>;
  /** The document as it was written, without the white space between its fields, which costs the parser as much as a field. */
  readonly markup: string;
}

/** One pass over the document: what is admitted, or where it leaves the language. */
const admit = (text: string, root: string): Admitted | Refusal => {
  const forbidden = forbiddenCharacter.exec(text);
  if (forbidden !== null) return { problem: "a control character", offset: forbidden.index };
  let at = declaration.exec(text)?.[0].length ?? 0;
  at = afterSpace(text, at);
  const open = `<${root}>`;
  if (!text.startsWith(open, at)) return { problem: `the document must start with ${open}`, offset: at };
  at += open.length;
  const close = `</${root}>`;
  const hasReturns = text.includes("\r");
  const fields = new Map<string, string>();
  let markup = open;
  for (;;) {
    at = afterSpace(text, at);
    const start = at;
    if (text.startsWith(close, at)) break;
    if (text.charCodeAt(at) !== 60) {
      return { problem: at >= text.length ? `${close} is missing` : "text between the fields", offset: at };
    }
    const nameStart = at + 1;
    let nameEnd = nameStart;
    while (isNameCode(text.charCodeAt(nameEnd))) nameEnd++;
    if (!isLetter(text.charCodeAt(nameStart)) || text.charCodeAt(nameEnd) !== 62) {
      return { problem: "not a plain element", offset: at };
    }
    if (nameEnd - nameStart > maxNameLength) return { problem: "a field name is too long", offset: at };
    const name = text.slice(nameStart, nameEnd);
    if (reservedNames.has(name)) return { problem: "a name that no field may have", offset: at, field: name };
    const before = fields.size;
    if (fields.set(name, "").size === before) return { problem: "a field occurs twice", offset: at, field: name };
    if (before === maxFields) return { problem: `more than ${maxFields} fields`, offset: at };
    const valueStart = nameEnd + 1;
    let valueEnd: number;
    if (text.startsWith("<![CDATA[", valueStart)) {
      const stop = text.indexOf("]]>", valueStart + 9);
      if (stop === -1) return { problem: "a CDATA section is not closed", offset: valueStart, field: name };
      valueEnd = stop + 3;
    } else {
      valueEnd = text.indexOf("<", valueStart);
      if (valueEnd === -1) return { problem: "the document is cut off", offset: text.length, field: name };
    }
    // A section starts with "<", which no text can.
    if (text.charCodeAt(valueStart) !== 60) {
      const refusal = textRefusal(text.slice(valueStart, valueEnd), valueStart);
      if (refusal !== undefined) return { ...refusal, field: name };
    }
    if (valueEnd - valueStart > maxValueLength) {
      return { problem: "a value is too long", offset: valueStart, field: name };
    }
    if (hasReturns && text.slice(valueStart, valueEnd).includes("\r")) {
      // XML readers turn it into a line feed, so the text that was signed and the text that is read would differ.
      return { problem: "a carriage return inside a value", offset: valueStart, field: name };
    }
    const endName = valueEnd + 2;
    const endTag = endName + name.length;
    if (!text.startsWith("</", valueEnd) || !text.startsWith(name, endName) || text.charCodeAt(endTag) !== 62) {
      const problem = `</${name}> is missing, or something stands beside the value`;
      return { problem, offset: valueEnd, field: name };
    }
    at = endTag + 1;
    markup += text.slice(start, at);
  }
  at = afterSpace(text, at + close.length);
  return at === text.length
    ? { fields, markup: markup + close }
    : { problem: `something follows ${close}`, offset: at };
};

/** What the parser says that it read, in its order. */
interface Found {
  readonly roots: Array<string>;
  readonly names: Array<string>;
  readonly values: Array<string>;
  strays: number;
}

// Of the parse that is under way: it neither waits nor calls itself.
let found: Found = { roots: [], names: [], values: [], strays: 0 };

// The parser's own type says that a path may be a text; with `jPath: false` it never is.
const depthOf = (path: unknown): number => (path as { readonly getDepth: () => number }).getDepth();

const options: X2jOptions = {
  preserveOrder: true,
  ignoreAttributes: true,
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  processEntities: true,
  htmlEntities: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  maxNestedTags: 1,
  jPath: false,
  // Each tag, and then each text, is told while the document is read; building the parser's tree as well costs a third more.
  updateTag: (name, path) => {
    if (depthOf(path) === 1) found.roots.push(name);
    else found.values[found.names.push(name) - 1] = "";
    return false;
  },
  tagValueProcessor: (_, value, path) => {
    // Text of the root itself is none of a field, and none is left in what was admitted.
    found.strays += Number(depthOf(path) === 1);
    found.values[found.names.length - 1] += value;
    // Of the tree nothing is read, and what differs from the text that was given is not looked at again.
    return "";
  },
};

const parser = new XMLParser(options);
const nothing = (): void => {};
// The parser makes a table of entities for each document; most have none.
const parserWithoutEntities = new XMLParser({
  ...options,
  entityDecoder: {
    setExternalEntities: nothing,
    addInputEntities: nothing,
    reset: nothing,
    setXmlVersion: nothing,
    decode: (text) => text,
  },
});

/** The admitted fields with the values that the parser found; `undefined` if it found other fields. */
const parseFields = (root: string, { fields, markup }: Admitted): Params | undefined => {
  found = { roots: [], names: [], values: [], strays: 0 };
  (markup.includes("&") ? parser : parserWithoutEntities).parse(markup);
  const { names, roots, strays, values } = found;
  if (roots.length !== 1 || roots[0] !== root || strays > 0 || names.length !== fields.size) return undefined;
  let index = 0;
  for (const name of fields.keys()) {
    if (name !== names[index]) return undefined;
    fields.set(name, values[index++] as string);
  }
  return fields;
};

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Reads a document of the language. Values come out exactly as written between the tags, with the five entities decoded. */
export const read = (bytes: Uint8Array, options: ReadOptions = {}): Result.Result<Params, XmlError> => {
  const { maxBytes = defaultMaxBytes, root = "xml" } = options;
  if (bytes.length > maxBytes) {
    return Result.fail(new XmlError({ problem: `the document is larger than ${maxBytes} bytes` }));
  }
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch {
    return Result.fail(new XmlError({ problem: "not UTF-8" }));
  }
  const admitted = admit(text, root);
  if ("problem" in admitted) return Result.fail(new XmlError(admitted));
  let params: Params | undefined;
  try {
    params = parseFields(root, admitted);
  } catch {
    params = undefined;
  }
  return params === undefined
    ? Result.fail(new XmlError({ problem: "the parser reads other fields than were admitted" }))
    : Result.succeed(params);
};

const builder = new XMLBuilder({ processEntities: false, suppressEmptyNode: false, format: false });

// What a reader's limit leaves for the value itself: inside CDATA, and when each character may become an entity of six.
const maxCdataLength = maxValueLength - "<![CDATA[]]>".length;
const maxEscapedLength = Math.floor(maxValueLength / "&quot;".length);
const plain = /^[\x21-\x25\x27-\x3B\x3D\x3F-\x7E]*$/;

const tooLong = (value: string, limit: number): string | undefined =>
  value.length > limit ? `more than ${limit} characters` : undefined;

/** Of a value with anything but plain ASCII. */
const otherProblem = (value: string): string | undefined => {
  if (!value.isWellFormed()) return "half a surrogate pair";
  if (forbiddenCharacter.test(value)) return "a control character";
  if (value.includes("\r")) return "a carriage return, which XML readers turn into a line feed";
  if (/[\u{10000}-\u{10FFFF}]/u.test(value)) return "a character outside the protocol's set, such as an emoji";
  return tooLong(value, value.includes("]]>") ? maxEscapedLength : maxCdataLength);
};

/** Why a value cannot be written so that every XML reader sees the same text; `undefined` when it can. */
export const valueProblem = (value: string): string | undefined =>
  plain.test(value) ? tooLong(value, maxCdataLength) : otherProblem(value);

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/** A value with anything but plain ASCII as it is written. */
const marked = (value: string): string => {
  return value.includes("]]>")
    ? value.replace(/[&<>"']/g, (character) => entities[character] as string)
    : `<![CDATA[${value}]]>`;
};

const writableName = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;
const encoder = new TextEncoder();

/**
 * Writes fields as a document that `read` reads back to the same fields. Values with anything but plain ASCII go into CDATA,
 * unless they hold `]]>`: then they are escaped.
 */
export const write = (params: Params): Result.Result<Uint8Array, XmlError> => {
  if (params.size > maxFields) return Result.fail(new XmlError({ problem: `more than ${maxFields} fields` }));
  const fields: Record<string, string> = {};
  for (const [field, value] of params) {
    if (!writableName.test(field) || reservedNames.has(field)) {
      return Result.fail(new XmlError({ problem: "not a name that a field may have", field: field.slice(0, 64) }));
    }
    const isPlain = plain.test(value);
    const problem = isPlain ? tooLong(value, maxCdataLength) : otherProblem(value);
    if (problem !== undefined) return Result.fail(new XmlError({ problem: `must not contain ${problem}`, field }));
    fields[field] = isPlain ? value : marked(value);
  }
  const bytes = encoder.encode(builder.build({ xml: fields }));
  return bytes.length > defaultMaxBytes
    ? Result.fail(new XmlError({ problem: `the document would be larger than ${defaultMaxBytes} bytes` }))
    : Result.succeed(bytes);
};
