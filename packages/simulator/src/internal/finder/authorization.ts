/** The header field `Authorization` of APIv3, read as it was meant, with what is wrong with its form. */
import type { Credentials } from "../../MessageV3.ts";
import { scheme } from "../../MessageV3.ts";
import type { Mistake, Pair } from "./words.ts";
import { results as words } from "./wordsV3.ts";

const names = ["mchid", "serial_no", "nonce_str", "timestamp", "signature"] as const;
type Name = (typeof names)[number];

/** How programs call them. */
const meant: ReadonlyMap<string, Name> = new Map<string, Name>([
  ...names.map((name): [string, Name] => [name.replaceAll("_", ""), name]),
  ["mchid", "mchid"],
  ["merchantid", "mchid"],
  ["serial", "serial_no"],
  ["serialnumber", "serial_no"],
  ["nonce", "nonce_str"],
  ["sign", "signature"],
  ["time", "timestamp"],
  ["ts", "timestamp"],
]);

export interface Meant {
  /** Absent where a part is missing. */
  readonly credentials: Credentials | undefined;
  readonly mistakes: ReadonlyArray<Mistake>;
}

const linesOf = (text: string): ReadonlyArray<string> => text.split(/\r?\n/).map((line) => line.trim());

/** The field's own line, where other headers were pasted along. */
const fieldOf = (text: string): { readonly field: string; readonly isPasted: boolean } => {
  const lines = linesOf(text);
  const at = lines.findIndex((line) => /^(?:[-<>*]\S*\s+)?["']?authorization["']?\s*:/i.test(line));
  if (at < 0) return { field: text.trim(), isPasted: false };
  const others = lines.filter(
    (line, n) => n !== at && /^(?:[<>*]\s*)?(?:[A-Za-z][\w-]*:|(?:GET|POST) \/|HTTP\/)/.test(line),
  );
  const rest = [lines[at] ?? "", ...lines.slice(at + 1).filter((line) => /^\w+\s*=/.test(line))].join("");
  const field = rest.replace(/^(?:[-<>*]\S*\s+)?["']?authorization["']?\s*:\s*/i, "").trim();
  return { field, isPasted: others.length > 0 };
};

const schemeMistakes = (given: string): ReadonlyArray<Mistake> => {
  if (given === scheme) return [];
  const says: Pair =
    given.toUpperCase() === scheme
      ? [`${scheme} is written in small letters.`, `${scheme} 写成了小写。`]
      : /SM2/i.test(given)
        ? ["It names SM2, which is another kind of key.", "使用了国密 SM2 方案，需要另一种密钥。"]
        : /^(?:Bearer|Basic|Digest)$/i.test(given)
          ? [
              "It begins with Bearer or Basic, which WeChat Pay does not know.",
              "以 Bearer 或 Basic 开头，微信支付不支持。",
            ]
          : [`It does not begin with ${scheme} and a blank.`, `没有以 ${scheme} 加一个空格开头。`];
  return [words.format(says)];
};

interface Found {
  readonly values: ReadonlyMap<Name, string>;
  readonly mistakes: ReadonlyArray<Mistake>;
}

const part =
  /([A-Za-z_-]+)\s*[=:]\s*(?:"([^"]*)"|'([^']*)'|[\u201c\u201d]([^\u201c\u201d]*)[\u201c\u201d]|([^,\s"']+))(\s*[,;]?\s*)/y;

const partsOf = (text: string): Found => {
  const values = new Map<Name, string>();
  const mistakes: Array<Mistake> = [];
  const say = (...how: Pair) => mistakes.push(words.format(how));
  part.lastIndex = 0;
  while (part.lastIndex < text.length) {
    const found = part.exec(text);
    if (found === null) {
      say(
        'A part of it is not name="value" between commas without blanks.',
        '有一部分不是以逗号分隔、不含空格的 name="value"。',
      );
      break;
    }
    const [whole, given = "", quoted, single, curly, bare, between = ""] = found;
    const name = meant.get(given.toLowerCase().replaceAll(/[^a-z]/g, ""));
    const isLast = part.lastIndex >= text.length;
    if (name === undefined) say("It names something that is none of the five.", "其中有五项之外的内容。");
    else if (name !== given) say(`It says ${given} where ${name} was meant.`, `${given} 应写为 ${name}。`);
    if (quoted === undefined) {
      say(
        single === undefined && curly === undefined
          ? "A value has no quotes around it."
          : 'A value has other quotes than " around it.',
        single === undefined && curly === undefined ? "有的值没有加引号。" : '有的值使用了 " 之外的引号。',
      );
    }
    if (
      /[=:]\s|\s[=:]/.test(whole.slice(0, given.length + 3)) ||
      /\s|;/.test(between) ||
      (isLast ? between !== "" : between === "")
    ) {
      say(
        'A part of it is not name="value" between commas without blanks.',
        '有一部分不是以逗号分隔、不含空格的 name="value"。',
      );
    }
    if (name !== undefined && values.has(name)) say(`It names ${name} twice.`, `${name} 出现了两次。`);
    if (name !== undefined) values.set(name, quoted ?? single ?? curly ?? bare ?? "");
  }
  return { values, mistakes };
};

/** Reads it. What is right has no mistakes; what is wrong may still say who signed what. */
export const readAsMeant = (text: string): Meant => {
  const { field, isPasted } = fieldOf(text);
  const decoded = /^WECHATPAY2[^ ]*%20/i.test(field) ? decodeURIComponentOr(field) : field;
  const [, given = "", gap = "", rest = ""] = /^([A-Za-z][\w-]*)?(\s*)([^]*)$/.exec(decoded) ?? [];
  const isScheme = given !== "" && !/^\s*[=:]/.test(rest);
  const { mistakes: wrong, values } = partsOf((isScheme ? rest : decoded).trim());
  const missing = names.filter((name) => (values.get(name) ?? "") === "");
  const mistakes = [
    ...(isPasted ? [words.format(["Other header fields were pasted along with it.", "同时粘贴了其他头部字段。"])] : []),
    ...(decoded === field ? [] : [words.format(["It is URL-encoded.", "它经过了 URL 编码。"])]),
    ...(field === "" ? [words.format(["There is none.", "没有该字段。"])] : schemeMistakes(isScheme ? given : "")),
    ...(isScheme && gap !== " "
      ? [words.format(["After the scheme stands not one blank.", "方案名之后应恰好有一个空格。"])]
      : []),
    ...(/[\r\n]/.test(decoded) ? [words.format(["It has line ends in it.", "其中有换行。"])] : []),
    ...wrong,
    ...(missing.length > 0 && field !== ""
      ? [words.format([`It lacks ${missing.join(", ")}.`, `缺少 ${missing.join("、")}。`])]
      : []),
  ];
  // Where nothing of it is there, what it begins with is all there is to say.
  if (values.size === 0 && field !== "") {
    return { credentials: undefined, mistakes: [...schemeMistakes(isScheme ? given : ""), ...mistakes].slice(0, 1) };
  }
  const distinct = mistakes.filter(({ says }, at) => mistakes.findIndex((other) => other.says === says) === at);
  const [mchId = "", serialNo = "", nonce = "", timestamp = "", signature = ""] = names.map((name) => values.get(name));
  return {
    credentials: missing.length > 0 ? undefined : { mchId, serialNo, nonce, timestamp, signature },
    mistakes: distinct,
  };
};

function decodeURIComponentOr(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
