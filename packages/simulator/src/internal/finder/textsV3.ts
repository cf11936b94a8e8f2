/** The texts of APIv3 that people sign in place of the right one, each a mistake that somebody has made. */
import { requestText, type Signable } from "../../MessageV3.ts";
import * as Gbk from "../gbk.ts";
import type { Mistake, Pair } from "./words.ts";
import { texts as words } from "./wordsV3.ts";

export interface Suspect {
  readonly mistake: Mistake;
  /** What was signed. */
  readonly text: Uint8Array;
}

const hosts = ["api.mch.weixin.qq.com", "api2.mch.weixin.qq.com"];

const attempt = <T>(make: () => T): ReadonlyArray<T> => {
  try {
    return [make()];
  } catch {
    return [];
  }
};

const escaped = (text: string): string =>
  text.replaceAll(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
/** As Python's `json.dumps` writes it unless told otherwise. */
const spaced = (value: unknown): string =>
  JSON.stringify(value, undefined, 1)
    .replaceAll(/\n\s*/g, " ")
    .replaceAll(/([{[]) | ([}\]])/g, "$1$2");
const ordered = (value: unknown): unknown => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const members = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([name, member]) => [name, ordered(member)]));
};

const paths = (target: string, url: string | undefined): ReadonlyArray<readonly [Pair, string]> => {
  const [path = "", query] = target.split("?", 2);
  const whole: Pair = ["The whole address was signed.", "签名了完整地址。"];
  return [
    ...[...hosts.map((host) => `https://${host}${target}`), ...(url === undefined ? [] : [url])].map(
      (text) => [whole, text] as const,
    ),
    ...hosts.map(
      (host) => [["The host was signed with the path.", "签名的路径带有主机名。"], `${host}${target}`] as const,
    ),
    [["The query was left out.", "签名时遗漏了查询部分。"], path],
    ...attempt(() => decodeURIComponent(target)).map(
      (text) => [["The path was signed unescaped.", "签名用的是转义前的路径。"], text] as const,
    ),
    ...attempt(() => encodeURI(target)).map(
      (text) =>
        [
          ["The path was signed escaped, and sent as it is.", "签名用的是转义后的路径，发送的却是原样。"],
          text,
        ] as const,
    ),
    [["The path was escaped twice before it was signed.", "签名前路径被转义了两次。"], target.replaceAll("%", "%25")],
    [
      ["The path was signed with its escapes in small letters.", "签名的路径中转义符是小写的。"],
      target.replaceAll(/%[0-9A-F]{2}/g, (part) => part.toLowerCase()),
    ],
    [
      ["The path was signed with its escapes in capitals.", "签名的路径中转义符是大写的。"],
      target.replaceAll(/%[0-9a-f]{2}/gi, (part) => part.toUpperCase()),
    ],
    [["The path was signed without its first slash.", "签名的路径缺少开头的斜杠。"], target.slice(1)],
    [
      ["The path was signed with a slash at its end.", "签名的路径末尾多了斜杠。"],
      `${path}/${query === undefined ? "" : `?${query}`}`,
    ],
    [["The path was signed without /v3.", "签名的路径缺少 /v3。"], target.replace(/^\/v3/, "")],
    [["The path was signed with a question mark at its end.", "签名的路径末尾多了问号。"], `${target}?`],
    ...(query === undefined
      ? []
      : ([
          [
            ["The parts of the query were signed in another order.", "查询参数的签名次序与发送的不同。"],
            `${path}?${query.split("&").toSorted().join("&")}`,
          ],
        ] as const)),
  ];
};

const bodies = (said: string): ReadonlyArray<readonly [Pair, string | Uint8Array]> => {
  const rewritten = (how: Pair, write: (value: unknown) => string) =>
    attempt(() => write(JSON.parse(said))).map((text) => [how, text] as const);
  const anew: Pair = ["Another writing of the same JSON was signed.", "签名用的是同一 JSON 的另一种写法。"];
  const broken: Pair = ["The JSON was signed with line breaks that were not sent.", "签名的 JSON 带有没有发送的换行。"];
  return [
    [["The body was left out.", "签名时遗漏了请求体。"], ""],
    ...rewritten(anew, (value) => JSON.stringify(value)),
    ...rewritten(["The JSON was signed with blanks that were not sent.", "签名的 JSON 带有没有发送的空格。"], spaced),
    ...rewritten(
      [
        "The JSON was signed with blanks and \\u escapes that were not sent.",
        "签名的 JSON 带有没有发送的空格和 \\u 转义。",
      ],
      (value) => escaped(spaced(value)),
    ),
    ...rewritten(broken, (value) => JSON.stringify(value, undefined, 2)),
    ...rewritten(broken, (value) => JSON.stringify(value, undefined, 4)),
    ...rewritten(broken, (value) => JSON.stringify(value, undefined, "\t")),
    ...rewritten(
      ["The JSON was signed with its members in another order.", "签名的 JSON 成员次序与发送的不同。"],
      (value) => JSON.stringify(ordered(value)),
    ),
    [
      ["Characters were signed as \\u escapes, and sent as UTF-8.", "签名时字符写成了 \\u 转义，发送的却是 UTF-8。"],
      escaped(said),
    ],
    ...rewritten(
      ["Characters were sent as \\u escapes, and signed as UTF-8.", "发送的字符写成了 \\u 转义，签名的却是 UTF-8。"],
      (value) => JSON.stringify(value),
    ),
    [["The JSON was signed with escaped slashes.", "签名的 JSON 中斜杠被转义。"], said.replaceAll("/", "\\/")],
    [
      ["The JSON was sent with escaped slashes, and signed without.", "发送的 JSON 中斜杠被转义，签名的却没有。"],
      said.replaceAll("\\/", "/"),
    ],
    [["The body was signed without the white space around it.", "签名的请求体去掉了首尾空白。"], said.trim()],
    [
      ["The body was signed with a byte-order mark that was not sent.", "签名的请求体带有没有发送的字节顺序标记。"],
      `\ufeff${said}`,
    ],
    [
      ["The body was sent with a byte-order mark that was not signed.", "发送的请求体带有没有签名的字节顺序标记。"],
      said.replace(/^\ufeff/, ""),
    ],
    [["The body was signed URL-encoded.", "签名的请求体经过了 URL 编码。"], encodeURIComponent(said)],
    [["The body was signed as a quoted string.", "签名的请求体是带引号的字符串。"], JSON.stringify(said)],
    [["The body was signed as [object Object].", "签名的请求体是 [object Object]。"], "[object Object]"],
    [["The body was signed as a number of bytes.", "签名的请求体是字节数。"], String(Buffer.byteLength(said))],
    [["The body was signed in GBK.", "签名的请求体是 GBK 编码的。"], Gbk.encode(said)],
  ];
};

const names: ReadonlyArray<Pair> = [
  ["method", "请求方法"],
  ["path", "路径"],
  ["time", "时间戳"],
  ["nonce", "随机串"],
];

/** All that a request gives reason for. `url` is the address as far as it is known. */
export const suspects = (right: Signable, url?: string): ReadonlyArray<Suspect> => {
  const { body, method, nonce, target, timestamp } = right;
  const whole = Buffer.from(requestText(right));
  const said = Buffer.from(body).toString();
  const other = (change: Partial<Signable>): Uint8Array => requestText({ ...right, ...change });
  const head = [method, target, timestamp, nonce];
  const joined = (parts: ReadonlyArray<string>): Uint8Array =>
    Buffer.concat([Buffer.from(`${parts.join("\n")}\n`), body, Buffer.from("\n")]);
  const all: ReadonlyArray<readonly [Mistake, Uint8Array]> = [
    // Of a request without a body the last line is that of the body.
    [said === "" ? words.emptyBodyLine : words.lastLineEnd, whole.subarray(0, -1)],
    [words.emptyBodyLine, said === "" ? whole.subarray(0, -2) : whole],
    [words.crlf, Buffer.from(whole.toString().replaceAll("\n", "\r\n"))],
    [
      words.joined(["A backslash and an n were signed in place of line feeds.", "签名串中用反斜杠加 n 代替了换行符。"]),
      Buffer.from(whole.toString().replaceAll("\n", String.raw`\n`)),
    ],
    ...([" ", "&", ""] as const).map(
      (mark) =>
        [
          words.joined([
            "The lines were joined otherwise, not ended by line feeds.",
            "各行不是以换行符结尾，而是用其他方式拼接。",
          ]),
          Buffer.from([...head, said].join(mark)),
        ] as const,
    ),
    [words.lineMore, Buffer.concat([whole, Buffer.from("\n")])],
    [words.method, other({ method: method.toLowerCase() })],
    [words.otherMethod, other({ method: method === "POST" ? "GET" : "POST" })],
    ...paths(target, url).map(([how, text]) => [words.path(how), other({ target: text })] as const),
    [words.order, other({ timestamp: nonce, nonce: timestamp })],
    ...(said === ""
      ? ["{}", "null", "undefined", '""', "[]"].map(
          (text) => [words.bodyOfGet, other({ body: Buffer.from(text) })] as const,
        )
      : bodies(said).map(([how, text]) => [words.body(how), other({ body: Buffer.from(text) })] as const)),
    [words.timestamp, other({ timestamp: `${timestamp}000` })],
    ...(/^\d{13}$/.test(timestamp) ? [[words.otherTime, other({ timestamp: timestamp.slice(0, 10) })] as const] : []),
    ...[-2, -1, 1, 2].map((by) => [words.otherTime, other({ timestamp: String(Number(timestamp) + by) })] as const),
    [words.nonceCase, other({ nonce: nonce.toLowerCase() })],
    [words.nonceCase, other({ nonce: nonce.toUpperCase() })],
    ...names.map((name, at) => [words.lineMissing(name), joined(head.filter((_, n) => n !== at))] as const),
    [words.reply, joined([timestamp, nonce])],
    [words.charset("GBK"), Gbk.encode(whole.toString())],
    [words.charset("ISO-8859-1"), Buffer.from(whole.toString(), "latin1")],
  ];
  return all.filter(([, text]) => !whole.equals(text)).map(([mistake, text]) => ({ mistake, text }));
};
