/** What the finder says of requests of APIv3, English and Chinese side by side. */
import { mistake, type Pair } from "./words.ts";

const asSent: Pair = [
  "Write the JSON once, sign those bytes and send them: the body byte for byte as it is sent.",
  "JSON 只生成一次，签名与发送用同一份字节：请求体须与发送的逐字节相同。",
];
const fiveLines: Pair = [
  "Sign five lines: method, path with query, timestamp, nonce, body; each ends in a line feed, the last one too.",
  "签名串共五行：方法、路径与查询、时间戳、随机串、请求体；每行以换行符结尾，最后一行也是。",
];
const pathAsSent: Pair = [
  "Sign the path with its query exactly as it is sent, still escaped, without scheme and host.",
  "请按发送的原样签名路径与查询，保持转义，不含协议和主机名。",
];

export const texts = {
  lastLineEnd: mistake(
    "last-line-end",
    ["The last line end is missing.", "签名串缺少最后一个换行符。"],
    ["Every line ends in LF, the last one too.", "每行都以 LF 结尾，最后一行也是。"],
  ),
  emptyBodyLine: mistake(
    "lines",
    ["The line of the empty body is missing.", "缺少空请求体所占的一行。"],
    [
      "A request without a body has an empty fifth line: its text ends with two line feeds.",
      "没有请求体时第五行为空行：签名串以两个换行符结尾。",
    ],
  ),
  lineMissing: (name: Pair) =>
    mistake("lines", [`The line of the ${name[0]} is missing.`, `缺少${name[1]}所在的一行。`], fiveLines),
  lineMore: mistake("lines", ["There is an empty line more than there should be.", "多了一个空行。"], fiveLines),
  crlf: mistake(
    "line-end",
    ["The lines end in CRLF.", "行尾是 CRLF（Windows 换行）。"],
    ["Lines end in LF alone, on every system.", "在任何系统上行尾都只用 LF。"],
  ),
  joined: (how: Pair) =>
    mistake("line-end", how, ["Lines end in a line feed, the one character.", "行尾是单个换行符。"]),
  method: mistake(
    "method",
    ["The method is in lower case.", "请求方法是小写的。"],
    ["Sign GET or POST.", "请用大写的 GET 或 POST 签名。"],
  ),
  otherMethod: mistake(
    "method",
    ["Another method was signed than the one that was sent.", "签名的请求方法与发送的不同。"],
    ["Sign the method that is sent.", "请按发送的请求方法签名。"],
  ),
  path: (how: Pair) => mistake("path", how, pathAsSent),
  body: (how: Pair) => mistake("body", how, asSent),
  bodyOfGet: mistake(
    "body",
    ["A body was signed, and none was sent.", "签名包含请求体，实际却没有发送。"],
    ["A GET signs an empty body.", "GET 请求的请求体以空行参与签名。"],
  ),
  order: mistake(
    "order",
    ["Nonce and time have changed places.", "随机串与时间戳的次序颠倒了。"],
    ["The time comes before the nonce.", "时间戳在前，随机串在后。"],
  ),
  timestamp: mistake(
    "timestamp",
    ["Another time was signed than the field names: in milliseconds.", "签名的时间戳是毫秒，与字段中的不同。"],
    ["Sign the very seconds that the field names.", "请用字段中的同一秒数签名。"],
  ),
  otherTime: mistake(
    "timestamp",
    ["Another time was signed than the field names.", "签名的时间戳与字段中的不同。"],
    ["Take the time once, for the text and for the field.", "时间只取一次，签名串与字段用同一个值。"],
  ),
  nonceCase: mistake(
    "nonce",
    ["The nonce was signed in other letters than it was sent.", "签名的随机串与发送的大小写不同。"],
    ["Sign the very nonce that is sent.", "请用发送的同一个随机串签名。"],
  ),
  charset: (name: string) =>
    mistake(
      "charset",
      [`The text was turned into bytes as ${name}.`, `签名串以 ${name} 编码，而不是 UTF-8。`],
      ["Turn it into bytes as UTF-8.", "请以 UTF-8 编码。"],
    ),
  reply: mistake(
    "lines",
    [
      "It was signed as a reply is: time, nonce and body alone.",
      "签名串按应答的格式构造：只有时间戳、随机串和请求体。",
    ],
    fiveLines,
  ),
};

const pkcs1: Pair = ["Sign with SHA-256 and RSA, PKCS#1 v1.5.", "请使用 SHA-256 with RSA（PKCS#1 v1.5）。"];
const base64: Pair = [
  "Write it in standard Base64, on one line, with + and / and =.",
  "请写成标准 Base64，单行，含 +、/ 与 =。",
];

export const results = {
  algorithm: (used: string) => mistake("algorithm", [`It was signed with ${used}.`, `签名用的是 ${used}。`], pkcs1),
  key: (mchId: string, own: string) =>
    mistake(
      "key",
      [`It was signed with the key of merchant ${mchId}.`, `签名用的是商户 ${mchId} 的私钥。`],
      [`Sign with the key of merchant ${own}, whose number the request names.`, `请用请求中的商户 ${own} 的私钥签名。`],
    ),
  hex: mistake("base64", ["It is written in hex.", "签名是十六进制的。"], ["Write it in Base64.", "请写成 Base64。"]),
  base64: mistake(
    "base64",
    ["It is written in the Base64 of addresses, or without its end.", "签名用了 URL 版 Base64，或缺少末尾的 =。"],
    base64,
  ),
  wrapped: mistake("base64", ["It has blanks or line ends in it.", "签名中有空白或换行。"], base64),
  urlEncoded: mistake("base64", ["It is URL-encoded.", "签名经过了 URL 编码。"], base64),
  twice: mistake("base64", ["It was written in Base64 twice.", "签名做了两次 Base64。"], base64),
  ofApiV2: mistake(
    "algorithm",
    [
      "It has the form of APIv2: MD5 or HMAC-SHA256 under the API key.",
      "签名是 APIv2 的形式：用 API密钥做的 MD5 或 HMAC-SHA256。",
    ],
    [
      "APIv3 signs with the merchant's private key (apiclient_key.pem): SHA-256 with RSA, in Base64.",
      "APIv3 用商户私钥（apiclient_key.pem）签名：SHA-256 with RSA，再作 Base64。",
    ],
  ),
  mistimed: (how: Pair) =>
    mistake("clock", how, [
      "Send the time in seconds since 1970, of a clock that is set (NTP); sign anew for each attempt.",
      "时间戳为 1970 年以来的秒数，时钟须校准（NTP）；每次重试都要重新签名。",
    ]),
  millis: mistake(
    "clock",
    ["timestamp is in milliseconds.", "timestamp 是毫秒。"],
    ["It is in seconds since 1970.", "应为 1970 年以来的秒数。"],
  ),
  mchId: (what: Pair) =>
    mistake(
      "mchid",
      [`mchid is not ${what[0]}.`, `mchid 不是${what[1]}。`],
      [
        "The merchant number is that of the key; in provider mode (服务商) the provider's.",
        "商户号须与私钥一致；服务商模式下是服务商的商户号。",
      ],
    ),
  serial: (how: Pair) =>
    mistake("serial", how, [
      "Name the certificate that goes with the key: the serial number of the merchant's own API certificate (商户API证书序列号), in 40 upper-case hex digits.",
      "请填写与私钥对应的商户 API 证书序列号：40 位大写十六进制。",
    ]),
  format: (how: Pair) =>
    mistake("format", how, [
      'The field is WECHATPAY2-SHA256-RSA2048, one blank, then mchid="…",nonce_str="…",signature="…",timestamp="…",serial_no="…", with commas and no blanks between.',
      '格式为：WECHATPAY2-SHA256-RSA2048、一个空格，然后是 mchid="…",nonce_str="…",signature="…",timestamp="…",serial_no="…"，以逗号分隔，中间没有空格。',
    ]),
};
