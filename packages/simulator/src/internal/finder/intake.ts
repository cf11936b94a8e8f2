/**
 * Reads what is no message as it should be, as far as it can be told what was meant, and says what is wrong with it: bytes of another
 * character set, headers pasted along, a field given twice, what is not escaped.
 *
 * For finding causes only: nothing that is read here is ever taken for a message. Total and linear.
 */
import { type Fields, limits } from "../../Message.ts";
import { intake as words, type Mistake } from "./words.ts";

/** What was meant. Where a field is given twice there are two readings: with the last, and with the first. */
export interface Intake {
  readonly readings: ReadonlyArray<Fields>;
  /** Wrong with the message itself. */
  readonly mistakes: ReadonlyArray<Mistake>;
  /** Wrong only with how it was given to be looked at: on the wire it may be right. */
  readonly remarks: ReadonlyArray<Mistake>;
}

type Pairs = ReadonlyArray<readonly [name: string, value: string]>;

interface Decoded {
  readonly text: string;
  readonly mistakes: ReadonlyArray<Mistake>;
}

const strictly = (label: string, bytes: Uint8Array): string | undefined => {
  try {
    return new TextDecoder(label, { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
};

const decode = (bytes: Uint8Array): Decoded => {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    const label = first === 0xff ? "utf-16le" : "utf-16be";
    return { text: new TextDecoder(label).decode(bytes), mistakes: [words.charset("UTF-16")] };
  }
  // Without its mark it shows in the first character, which is of ASCII.
  if ((first !== 0 && second === 0) || (first === 0 && second !== undefined && second > 0)) {
    const label = second === 0 ? "utf-16le" : "utf-16be";
    if (/^[<{]/.test(new TextDecoder(label).decode(bytes.subarray(0, 2)))) {
      return { text: new TextDecoder(label).decode(bytes), mistakes: [words.charset("UTF-16")] };
    }
  }
  const utf8 = strictly("utf-8", bytes);
  if (utf8 !== undefined) {
    const text = utf8.replace(/^\ufeff+/, "");
    const [, declared = ""] = /^\s*<\?xml[^>]*encoding\s*=\s*["']([\w-]+)["']/i.exec(text) ?? [];
    return {
      text,
      mistakes: [
        ...(text === utf8 ? [] : [words.bom]),
        ...(declared === "" || /^utf-?8$/i.test(declared) ? [] : [words.declared(declared)]),
      ],
    };
  }
  const gbk = strictly("gb18030", bytes);
  if (gbk !== undefined) return { text: gbk, mistakes: [words.charset("GBK")] };
  return { text: new TextDecoder("windows-1252").decode(bytes), mistakes: [words.charset("ISO-8859-1")] };
};

const named: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };
const unescapeXml = (text: string): string =>
  text.replaceAll(
    /&(?:(lt|gt|amp|quot|apos)|#(\d{1,6})|#x([0-9A-Fa-f]{1,5}));/g,
    (all, name?: string, decimal?: string, hex?: string) =>
      name === undefined
        ? String.fromCodePoint(decimal === undefined ? Number.parseInt(hex ?? "", 16) : Number(decimal))
        : (named[name] ?? all),
  );
const decodeUrl = (text: string): string => {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
};

/** A value, and what is wrong with its writing. */
const valueOf = (name: string, raw: string): { readonly value: string; readonly mistakes: ReadonlyArray<Mistake> } => {
  const whole = /^\s*<!\[CDATA\[([^]*?)\]\]>\s*$/.exec(raw);
  if (whole !== null && whole[1]?.includes("]]>") !== true) return { value: whole[1] ?? "", mistakes: [] };
  if (/<!\s*\[?\s*CDATA|\]\]>/i.test(raw)) {
    const value = raw.replace(/^\s*<!\s*\[?\s*CDATA\s*\[?/i, "").replace(/(?:\]?\]\s*>)+\s*$/, "");
    return { value, mistakes: [words.cdata(name)] };
  }
  const isRaw = raw.includes("<") || /&(?!(?:lt|gt|amp|quot|apos|#\d+|#x[0-9A-Fa-f]+);)/.test(raw);
  return { value: unescapeXml(raw), mistakes: isRaw ? [words.unescaped(name)] : [] };
};

interface Elements {
  readonly pairs: Pairs;
  readonly mistakes: ReadonlyArray<Mistake>;
}

/** The elements of a text that would be XML, taken as they come: up to their own end tag, or else up to the next element. */
const elementsOf = (inside: string): Elements => {
  const pairs: Array<readonly [string, string]> = [];
  const mistakes: Array<Mistake> = [];
  const start = /<([A-Za-z_][\w.-]{0,63})(\s[^<>]*?)?(\/?)>/g;
  for (let at = start.exec(inside); at !== null && pairs.length < limits.elements; at = start.exec(inside)) {
    const [, name = "", attributes = "", isEmpty = ""] = at;
    if (attributes.trim() !== "") mistakes.push(words.attributes);
    if (isEmpty !== "") {
      pairs.push([name, ""]);
      continue;
    }
    const from = start.lastIndex;
    const end = inside.indexOf(`</${name}>`, from);
    const next = inside.slice(from, from + limits.value).search(/<\/[A-Za-z]|<[A-Za-z_][\w.-]*>/);
    const isEnded = end >= 0;
    if (!isEnded) mistakes.push(words.endTag(name));
    const to = isEnded ? end : next < 0 ? inside.length : from + next;
    const raw = inside.slice(from, to);
    if (isEnded && /^\s*<[A-Za-z_][\w.-]*>[^]*<\/[A-Za-z_][\w.-]*>\s*$/.test(raw)) {
      mistakes.push(words.nested(name));
      start.lastIndex = to;
      continue;
    }
    const { mistakes: wrong, value } = valueOf(name, raw);
    mistakes.push(...wrong);
    pairs.push([name, value]);
    start.lastIndex = to;
  }
  return { pairs, mistakes };
};

const ofXml = (text: string): Elements | undefined => {
  const opened = /<(xml|root)(?:\s[^<>]*)?>/i.exec(text);
  const from = opened === null ? text.search(/<[A-Za-z_][\w.-]*>/) : opened.index + opened[0].length;
  if (from < 0) return undefined;
  const close = opened === null ? -1 : text.lastIndexOf(`</${opened[1]}>`);
  const inside = text.slice(from, close < from ? undefined : close);
  const { mistakes, pairs } = elementsOf(inside);
  if (pairs.length === 0) return undefined;
  const outer = [
    ...(opened === null || opened[1] !== "xml" ? [words.root] : close < from ? [words.cutOff] : []),
    ...(opened !== null && /\s\S/.test(opened[0]) ? [words.attributes] : []),
  ];
  return { pairs, mistakes: [...outer, ...mistakes] };
};

const text = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

/** As JSON, or as other languages write such a thing. */
const ofObject = (given: string): Elements | undefined => {
  const parse = (json: string): unknown => {
    try {
      return JSON.parse(json);
    } catch {
      return undefined;
    }
  };
  const strict = parse(given);
  const loose = (): unknown =>
    parse(
      given
        .replaceAll(/'((?:[^'\\]|\\.)*)'/g, (_, inside: string) => JSON.stringify(inside))
        .replaceAll(/([{,]\s*)([A-Za-z_]\w*)\s*:/g, '$1"$2":')
        .replaceAll(/(:\s*)(NaN|-?Infinity|undefined|None|nil|True|False)(?=\s*[,}])/g, '$1"$2"')
        .replaceAll(/,(?=\s*[}\]])/g, ""),
    );
  const record = strict ?? loose();
  if (typeof record !== "object" || record === null || Array.isArray(record)) return undefined;
  const names = [
    ...given.slice(0, limits.value).matchAll(/["']?([A-Za-z_]\w*)["']?\s*:\s*(?:"((?:[^"\\]|\\.)*)"|(-?[\d.]+))?/g),
  ];
  const first = names.flatMap(([, name = "", quoted, number]): Pairs => {
    const value = number ?? parse(`"${quoted ?? ""}"`);
    return Object.hasOwn(record, name) && typeof value === "string" ? [[name, value]] : [];
  });
  const twice = first.filter(([name], at) => first.findIndex(([other]) => other === name) < at);
  const pairs: Pairs = Object.entries(record).map(([name, value]) => [name, text(value)] as const);
  const before = twice.flatMap(([name]): Pairs => first.filter(([other]) => other === name).slice(0, 1));
  return { pairs: [...before, ...pairs], mistakes: strict === undefined ? [words.noJson] : [] };
};

/** The signed text itself, or a form: `name=value&…`. A key at its end is left where it is. */
const ofForm = (given: string): Elements | undefined => {
  const parts = given.trim().replace(/^\?/, "").split("&");
  const pairs = parts.flatMap((part): Pairs => {
    const [, name, value = ""] = /^\s*([A-Za-z_]\w{0,63})=([^]*)$/.exec(part) ?? [];
    return name === undefined || /^key$/i.test(name) ? [] : [[name, value]];
  });
  if (pairs.length < 2 || pairs.length + 1 < parts.length) return undefined;
  const isEncoded = !given.includes(" ") && pairs.some(([, value]) => /%[0-9A-F]{2}/i.test(value));
  return {
    pairs: isEncoded ? pairs.map(([name, value]) => [name, decodeUrl(value)] as const) : pairs,
    mistakes: [words.form],
  };
};

/** With the last of what is given twice, and with the first. */
const readingsOf = (pairs: Pairs): Pick<Intake, "readings" | "mistakes"> => {
  const last = new Map(pairs);
  const first = new Map(pairs.toReversed());
  const names = [...last.keys()];
  const twice = names.filter((name) => pairs.filter(([other]) => other === name).length > 1);
  const inOrder = (of: Fields): Fields => new Map(names.map((name) => [name, of.get(name) ?? ""]));
  return {
    readings: twice.some((name) => last.get(name) !== first.get(name)) ? [last, inOrder(first)] : [last],
    mistakes: twice.map((name) => words.twice(name)),
  };
};

const header = /^(?:[<>*]\s*)?(?:(?:POST|GET|PUT) \S+ HTTP\/[\d.]+|HTTP\/[\d.]+ \d{3}|[A-Za-z][\w-]*:\s)/m;

/** What stands around the message, and the message. */
const unpacked = (
  given: string,
): { readonly text: string; readonly mistakes: ReadonlyArray<Mistake>; readonly remarks: ReadonlyArray<Mistake> } => {
  let text = given.trim();
  const mistakes: Array<Mistake> = [];
  const remarks: Array<Mistake> = [];
  if (!/<xml[\s>]/i.test(text) && /&lt;xml&gt;|%3Cxml%3E/i.test(text)) {
    mistakes.push(words.escaped);
    text = /%3Cxml%3E/i.test(text) ? decodeUrl(text) : unescapeXml(text);
  } else if (/<xml>/.test(text) && (/^["'`]\s*</.test(text) || /<xml>[^<]*\\[nrt"]/.test(text))) {
    remarks.push(words.quoted);
    text = text
      .replaceAll(/\\u([0-9a-f]{4})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
      .replaceAll(/\\(["'/\\])/g, "$1")
      .replaceAll(/\\[nrt]/g, "\n")
      .replaceAll(/^["'`]|["'`]$/g, "");
  }
  const starts =
    /<\?xml[\s]|<(?:xml|root)[\s>]/i.exec(text)?.index ??
    (header.test(text) ? /\r?\n\r?\n\s*(?=[{<\w])/.exec(text)?.index : undefined) ??
    0;
  const before = text.slice(0, starts);
  const message = text.slice(starts).trim();
  const end = /<\/(?:xml|root)>/gi;
  let after = "";
  for (let found = end.exec(message); found !== null; found = end.exec(message)) after = message.slice(end.lastIndex);
  if (before.trim() !== "") remarks.push(header.test(before) ? words.headers : words.around);
  else if (after.trim() !== "") remarks.push(words.around);
  return { text: after === "" ? message : message.slice(0, message.length - after.length), mistakes, remarks };
};

/** Looks into bytes that are no message, or one that is oddly written. */
export const take = (bytes: Uint8Array): Intake => {
  const { mistakes: wrong, text: decoded } = decode(bytes.subarray(0, limits.message));
  if (decoded.trim() === "") return { readings: [], mistakes: [words.empty], remarks: [] };
  const isControlled = /[^\P{Cc}\t\n\r\x7f-\x9f]/u.test(decoded);
  const { mistakes, remarks, text } = unpacked(decoded);
  const before = [...wrong, ...(isControlled ? [words.control] : []), ...mistakes];
  const isPage = /<!doctype html|<html[\s>]/i.test(text);
  const found = isPage
    ? undefined
    : text.startsWith("{")
      ? ofObject(text)
      : text.includes("<") && !/^\??[A-Za-z_]\w*=/.test(text)
        ? ofXml(text)
        : ofForm(text);
  if (found === undefined) {
    return { readings: [], mistakes: [...before, isPage ? words.html : words.none], remarks };
  }
  const { mistakes: twice, readings } = readingsOf(found.pairs);
  const all = [...before, ...found.mistakes, ...twice];
  const distinct = all.filter(({ says }, at) => all.findIndex((other) => other.says === says) === at);
  return { readings, mistakes: distinct, remarks };
};
