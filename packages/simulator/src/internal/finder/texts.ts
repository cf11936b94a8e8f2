/** The texts that people sign in place of the right one, each with the mistake that makes it. */
import type { Fields } from "../../Message.ts";
import * as Gbk from "../gbk.ts";
import { type Mistake, type Pair, texts as words } from "./words.ts";

/** What was signed: the text without the key, and its bytes with it. Without a mistake it is the rule. */
export interface Text {
  readonly mistake?: Mistake;
  /** Whether it is tried with right keys alone: two rare mistakes seldom meet, and there are many. */
  readonly isRare?: boolean;
  readonly text: string;
  readonly bytes: (key: string) => Uint8Array | string;
}

type Field = readonly [name: string, value: string];
type Fieldset = ReadonlyArray<Field>;

const inByteOrder = ([a]: Field, [b]: Field): number => (a < b ? -1 : 1);
const join = (fields: Fieldset): string => fields.map(([name, value]) => `${name}=${value}`).join("&");
const withKey =
  (text: string) =>
  (key: string): string =>
    `${text}${text === "" ? "" : "&"}key=${key}`;
const plain = (text: string, mistake: Mistake): Text => ({ text, bytes: withKey(text), mistake });
const sortedText = (fields: Fieldset, mistake: Mistake): Text => plain(join(fields.toSorted(inByteOrder)), mistake);

const reordered = (kept: Fieldset): ReadonlyArray<Text> => {
  const byLocale = new Intl.Collator("en").compare;
  const orders: ReadonlyArray<readonly [Pair, Fieldset]> = [
    [["in the order of the document", "按报文中的顺序"], kept],
    [
      ["in the order of a language (locale), not of the bytes", "按语言区域（locale）而不是字节排序"],
      kept.toSorted(([a], [b]) => byLocale(a, b)),
    ],
    [
      ["without regard to the underscore", "忽略了下划线"],
      kept.toSorted(([a], [b]) => (a.replaceAll("_", "") < b.replaceAll("_", "") ? -1 : 1)),
    ],
    [["backwards", "倒序"], kept.toSorted(inByteOrder).toReversed()],
  ];
  return [
    ...orders.map(([how, fields]) => plain(join(fields), words.order(how))),
    plain(
      kept
        .map(([name, value]) => `${name}=${value}`)
        .toSorted()
        .join("&"),
      words.orderOfPairs,
    ),
  ];
};

const escapeXml = (value: string): string =>
  value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
const unescapeXml = (value: string): string =>
  value
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&apos;", "'")
    .replaceAll("&amp;", "&");
const unescapeUrl = (value: string): string => {
  try {
    return decodeURIComponent(value.replaceAll("+", " "));
  } catch {
    return value;
  }
};
const latin = (value: string): string => Buffer.from(value).toString("latin1");

/** Also of half a surrogate pair, which stands for nothing. */
const escapeUrl = (value: string): string => encodeURIComponent(value.toWellFormed());

/** Values signed otherwise than they were sent. */
const forms: ReadonlyArray<readonly [Pair, (value: string) => string]> = [
  [["URL-encoded", "经过了 URL 编码"], escapeUrl],
  [["form-encoded", "经过了表单编码"], (value) => new URLSearchParams([["", value]]).toString().slice(1)],
  [
    ["URL-encoded in small letters", "经过了小写的 URL 编码"],
    (value) => escapeUrl(value).replaceAll(/%[0-9A-F]{2}/g, (part) => part.toLowerCase()),
  ],
  [["XML-escaped", "经过了 XML 转义"], escapeXml],
  [
    ["XML-escaped, with its quotes as they are", "经过了 XML 转义（引号除外）"],
    (value) => escapeXml(value).replaceAll("&quot;", '"'),
  ],
  [["inside CDATA marks", "带有 CDATA 标记"], (value) => `<![CDATA[${value}]]>`],
  [["trimmed", "去除了首尾空白"], (value) => value.trim()],
  [["without any white space", "去除了所有空白"], (value) => value.replaceAll(/\s/g, "")],
  [["in JSON quotes", "带有 JSON 引号"], (value) => JSON.stringify(value)],
  [["in single quotes", "带有单引号"], (value) => `'${value}'`],
  [
    ["with \\u escapes", "写成了 \\u 转义"],
    (value) => value.replaceAll(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`),
  ],
  [
    ["with \\ escapes of JSON", "带有 JSON 的反斜杠转义"],
    (value) => JSON.stringify(value).slice(1, -1).replaceAll("/", "\\/"),
  ],
  [
    ["with question marks for what is not ASCII", "非 ASCII 字符变成了问号"],
    (value) => value.replaceAll(/[^\0-\x7f]/gu, "?"),
  ],
  [["as UTF-8 that was taken for ISO-8859-1", "是被当作 ISO-8859-1 的 UTF-8"], latin],
  [["in lower case", "变成了小写"], (value) => value.toLowerCase()],
  [["in upper case", "变成了大写"], (value) => value.toUpperCase()],
];

/** Values sent otherwise than they were signed. */
const sentForms: ReadonlyArray<readonly [Pair, (value: string) => string]> = [
  [["XML-escaped once more", "多做了一次 XML 转义"], unescapeXml],
  [["URL-encoded", "经过了 URL 编码"], unescapeUrl],
  [["with CDATA marks in them", "含有 CDATA 标记"], (value) => value.replace(/^<!\[CDATA\[([^]*)\]\]>$/, "$1")],
  [["in quotes", "带有引号"], (value) => value.replace(/^(["'])([^]*)\1$/, "$2")],
];

const inOneField: typeof forms = [...forms, [["with a blank after it", "末尾多了一个空格"], (value) => `${value} `]];

const mapped = (sorted: Fieldset, form: (value: string) => string): string =>
  join(sorted.map(([name, value]) => [name, form(value)]));

const reencoded = (sorted: Fieldset): ReadonlyArray<Text> => {
  const right = join(sorted);
  const bytesOf: ReadonlyArray<readonly [string, (text: string) => Uint8Array]> = [
    ["GBK", Gbk.encode],
    ["ISO-8859-1", (text) => Buffer.from(text, "latin1")],
    ["UTF-16", (text) => Buffer.from(text, "utf16le")],
    ["UTF-16 (BE)", (text) => Buffer.from(text, "utf16le").swap16()],
  ];
  return [
    ...forms.map(([how, form]) => plain(mapped(sorted, form), words.encoding(how))),
    ...sentForms.map(([how, form]) => plain(mapped(sorted, form), words.sentOtherwise(how))),
    ...bytesOf.map(([name, encode]): Text => ({
      text: right,
      bytes: (key) => encode(withKey(right)(key)),
      mistake: words.charset(name),
    })),
    ...(right.endsWith(" ") ? [] : [plain(`${right} `, words.encoding(["with a blank at the end", "的末尾多了空格"]))]),
  ].filter(({ mistake, text }) => text !== right || mistake?.kind === "charset");
};

const oneReencoded = (sorted: Fieldset): ReadonlyArray<Text> =>
  sorted.flatMap(([name, value], at) =>
    inOneField
      .filter(([, form]) => form(value) !== value)
      .map(([how, form]) => plain(join(sorted.with(at, [name, form(value)])), words.encodingOf(name, how))),
  );

const left = (sorted: Fieldset): ReadonlyArray<Text> => {
  const without = (...names: ReadonlyArray<string>): Text =>
    plain(join(sorted.filter(([name]) => !names.includes(name))), words.missing(names.join(", ")));
  const names = sorted.map(([name]) => name);
  return [
    ...names.map((name) => without(name)),
    ...names.flatMap((one, at) => names.slice(at + 1).map((other) => without(one, other))),
  ];
};

const currencyAndOperator = (fields: Fields, known: Fields): Fieldset => [
  ["refund_fee_type", "CNY"],
  ["op_user_id", known.get("mch_id") ?? fields.get("mch_id") ?? ""],
];

/** Fields that were signed and then left out; the values are those of the merchant's settings and of the documentation. */
const added = (sorted: Fieldset, fields: Fields, known: Fields): ReadonlyArray<Text> => {
  const also = [...known, ...currencyAndOperator(fields, known)].filter(
    ([name, value]) => value !== "" && (fields.get(name) ?? "") === "",
  );
  const signTypes = (fields.get("sign_type") ?? "") === "" ? ["MD5", "HMAC-SHA256"] : [];
  return [
    ...signTypes.map((value) => sortedText([...sorted, ["sign_type", value]], words.extraSignType(value))),
    ...also.map(([name, value]) => sortedText([...sorted, [name, value]], words.extra(name))),
  ];
};

/** A field that was sent with another value than the merchant's settings have. */
const exchanged = (sorted: Fieldset, known: Fields): ReadonlyArray<Text> =>
  sorted.flatMap(([name, value], at) => {
    const own = known.get(name) ?? "";
    return own === "" || own === value ? [] : [plain(join(sorted.with(at, [name, own])), words.changed(name))];
  });

const isFee = (name: string): boolean => /_fee(?:_\d+)*$/.test(name);
const amounts = (sorted: Fieldset): ReadonlyArray<Text> => {
  const fees = (write: (value: number) => string, fits = isFee): string =>
    join(sorted.map(([name, value]) => [name, fits(name) ? write(Number(value)) : value]));
  return [
    plain(
      fees(
        (fen) => (fen / 100).toFixed(2),
        (name) => name.endsWith("_fee"),
      ),
      words.yuan,
    ),
    plain(
      fees((fen) => (fen / 100).toFixed(2)),
      words.yuan,
    ),
    plain(
      fees((fen) => String(fen / 100)),
      words.yuan,
    ),
    plain(
      fees((fen) => fen.toFixed(1)),
      words.decimals,
    ),
    plain(
      fees((fen) => fen.toFixed(2)),
      words.decimals,
    ),
  ];
};

const emptied = (sorted: Fieldset, empty: Fieldset): ReadonlyArray<Text> => {
  const names = empty.map(([name]) => name).join(", ");
  const asWord = (word: string): Text =>
    sortedText([...sorted, ...empty.map(([name]): Field => [name, word])], words.emptyAs(names, word));
  return [
    ...empty.map((field) => sortedText([...sorted, field], words.empty(field[0]))),
    ...(empty.length > 1 ? [sortedText([...sorted, ...empty], words.empty(names))] : []),
    ...(empty.length > 0 ? ["null", "undefined", "None", "NULL", "nil"].map(asWord) : []),
    sortedText([...sorted, ["sign", ""]], words.signItself),
  ];
};

const keyed = (sorted: Fieldset): ReadonlyArray<Text> => {
  const text = join(sorted);
  const form = (bytes: (key: string) => string, ...how: Pair): Text => ({ text, bytes, mistake: words.keyForm(how) });
  return [
    form((key) => text + key, "The key was added without &key= before it.", "拼接密钥时缺少 &key=。"),
    form((key) => `${text}&${key}`, "The key was added without key= before it.", "拼接密钥时缺少 key=。"),
    form((key) => `${text}key=${key}`, "The key was added without & before key=.", "key= 之前缺少 &。"),
    form((key) => `${text}&&key=${key}`, "The key was added with two & before key=.", "key= 之前多了一个 &。"),
    form(() => text, "The key was not added to the text.", "签名串末尾没有加上密钥。"),
    form(() => `${text}&`, "The key was not added to the text, which ends with &.", "签名串以 & 结尾，没有加上密钥。"),
    form(
      (key) => join([...sorted, ["key", key] as const].toSorted(inByteOrder)),
      "key= was sorted in among the fields.",
      "key= 与字段一起参与了排序。",
    ),
    form((key) => `key=${key}&${text}`, "The key was put before the fields.", "密钥放在了字段之前。"),
    form((key) => `${key}${text}`, "The key was put before the text.", "密钥放在了签名串之前。"),
    form((key) => `${text}&key=${key}&`, "An & stands after the key.", "密钥之后多了 &。"),
    ...["KEY", "Key", "api_key", "apikey", "secret", "mch_key", "sign_key"].map((name) =>
      form(
        (key) => `${text}&${name}=${key}`,
        `The key was added as ${name}=, not as key=.`,
        `密钥写成了 ${name}=，应为 key=。`,
      ),
    ),
  ];
};

/** Every text that a message gives reason for, the right one first. `known` are the merchant's settings under their wire names. */
export const texts = (fields: Fields, known: Fields): ReadonlyArray<Text> => {
  const all = [...fields].filter(([name]) => name !== "sign");
  const kept = all.filter(([, value]) => value !== "");
  const sorted = kept.toSorted(inByteOrder);
  const text = join(sorted);
  return [
    { text, bytes: withKey(text) },
    ...reordered(kept),
    ...reencoded(sorted),
    ...keyed(sorted),
    ...amounts(sorted),
    ...emptied(
      sorted,
      all.filter(([, value]) => value === ""),
    ),
    ...added(sorted, fields, known),
    ...exchanged(sorted, known),
    ...[...left(sorted), ...oneReencoded(sorted)].map((text) => ({ ...text, isRare: true })),
  ];
};
