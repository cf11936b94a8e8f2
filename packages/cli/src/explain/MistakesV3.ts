/**
 * The mistakes that people make in signing for APIv3 (401 SIGN_ERROR). One in the signed text is named only when signing that way gives
 * the very signature that came; RSA of this padding signs a text in one way alone. Pure.
 */
import type { Credential } from "@wechat-refund/apiv3/Credential";
import * as Signature from "@wechat-refund/apiv3/Signature";
import * as Result from "effect/Result";

export interface Mistake {
  readonly kind: string;
  readonly says: string;
  readonly remedy: string;
}

/** The request as it was sent. */
export interface Sent {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  /** With the host, where the input had one. */
  readonly url: string;
  readonly body: string;
  readonly authorization: string;
}

/** What stands in the field. */
export interface Authorization {
  readonly mchid: string;
  readonly nonce_str: string;
  readonly signature: string;
  readonly timestamp: string;
  readonly serial_no: string;
}

const names = ["mchid", "nonce_str", "signature", "timestamp", "serial_no"] as const;

const format = (says: string): Mistake => ({
  kind: "format",
  says,
  remedy: `The field is ${Signature.scheme}, one blank, then mchid="…",nonce_str="…",signature="…",timestamp="…",serial_no="…", with commas and no blanks between.`,
});

/** Reads the field, or says what is wrong with its form. */
export const parse = (text: string): Result.Result<Authorization, Mistake> => {
  const [, scheme = "", rest = ""] = /^(?:Authorization:\s*)?(\S+) (.*)$/.exec(text.trim()) ?? [];
  if (scheme !== Signature.scheme)
    return Result.fail(format(`It does not begin with ${Signature.scheme} and a blank.`));
  const found = new Map<string, string>();
  for (const part of rest.split(",")) {
    const [, name, value] = /^([a-z_]+)="([^"]*)"$/.exec(part) ?? [];
    if (name === undefined || value === undefined) {
      return Result.fail(format('A part of it is not name="value" between commas without blanks.'));
    }
    if (found.has(name)) return Result.fail(format(`It names ${name} twice.`));
    found.set(name, value);
  }
  const missing = names.filter((name) => !found.get(name));
  if (missing.length > 0) return Result.fail(format(`It lacks ${missing.join(", ")}.`));
  return Result.succeed(Object.fromEntries(found) as unknown as Authorization);
};

const attempt = (make: () => string): ReadonlyArray<string> => {
  try {
    return [make()];
  } catch {
    return [];
  }
};

const escaped = (text: string): string =>
  text.replace(/[\u0080-\uFFFF]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);

type Variant = readonly [kind: string, says: string, remedy: string, text: string];

/** Texts that were signed in place of the right one. */
const variants = (
  { body, method, path, url }: Sent,
  { nonce_str: nonce, timestamp }: Authorization,
): ReadonlyArray<Variant> => {
  const of = (changes: Partial<Signature.RequestParts>) =>
    Signature.requestText({ method, path, timestamp, nonce, body, ...changes });
  const right = of({});
  const asSent = "Sign the body byte for byte as it is sent: serialise it once, sign and send that text.";
  const pathRemedy = "Sign the path with its query exactly as it is sent, still escaped, without the host.";
  const paths: ReadonlyArray<readonly [string, string]> = [
    ["the whole address was signed, with the host", url],
    ["the query was left out of what was signed", path.replace(/\?.*$/, "")],
    ...attempt(() => decodeURIComponent(path)).map((text) => ["the path was signed unescaped", text] as const),
    ["the path was escaped twice before it was signed", path.replaceAll("%", "%25")],
  ];
  const bodies: ReadonlyArray<readonly [string, string]> = [
    ["the body was left out of what was signed", ""],
    ...attempt(() => JSON.stringify(JSON.parse(body))).map(
      (text) => ["the body was serialised anew for signing", text] as const,
    ),
    ...[2, 4].flatMap((indent) =>
      attempt(() => JSON.stringify(JSON.parse(body), null, indent)).map(
        (text) => ["an indented body was signed", text] as const,
      ),
    ),
    ["the body was signed with its Chinese characters escaped (\\uXXXX)", escaped(body)],
    ["the body was signed without the white space around it", body.trim()],
    ["the body of a GET was signed as null", "null"],
    ["the body of a GET was signed as {}", "{}"],
  ];
  const head = `${method.toUpperCase()}\n${path}\n${timestamp}\n${nonce}`;
  const lines = [
    "lines",
    "The line of the empty body is missing in what was signed.",
    "A request without a body has an empty fifth line: its text ends with two line feeds.",
  ] as const;
  return [
    // Of a request without a body the last line is that of the body.
    ...(body === ""
      ? ([
          [...lines, `${head}\n`],
          [...lines, head],
        ] as const)
      : []),
    [
      "last-line-end",
      "The last line end is missing in what was signed.",
      "Each of the five lines ends in a line feed, the last one too.",
      right.slice(0, -1),
    ],
    [
      "line-end",
      "Lines were ended as Windows does (CR LF).",
      "Lines end in a line feed alone.",
      right.replaceAll("\n", "\r\n"),
    ],
    [
      "line-end",
      "A backslash and an n were signed in place of line feeds.",
      "Lines end in a line feed, the one character.",
      right.replaceAll("\n", String.raw`\n`),
    ],
    [
      "method",
      "The method was signed in small letters.",
      "The method is signed in capitals.",
      `${method.toLowerCase()}${right.slice(method.length)}`,
    ],
    ...paths.map(
      ([says, text]) =>
        [
          "path",
          `In place of the path ${says}.`.replace("In place of the path the", "The"),
          pathRemedy,
          of({ path: text }),
        ] as const,
    ),
    ...bodies.map(
      ([says, text]) =>
        ["body", `${says[0]?.toUpperCase() ?? ""}${says.slice(1)}.`, asSent, of({ body: text })] as const,
    ),
    [
      "timestamp",
      "Another time was signed than the field names: in milliseconds.",
      "Sign the very seconds that the field names.",
      of({ timestamp: `${timestamp}000` }),
    ],
    [
      "order",
      "Time and nonce were signed in the wrong order.",
      "The time comes before the nonce.",
      of({ timestamp: nonce, nonce: timestamp }),
    ],
  ];
};

const window = 300;

/** Everything that is wrong with it; nothing where it is right. `now` is in seconds. */
export const find = (sent: Sent, given: Authorization, credential: Credential, now: number): ReadonlyArray<Mistake> => {
  const mistakes: Array<Mistake> = [];
  const seconds = Number(given.timestamp);
  if (/^[0-9]{13}$/.test(given.timestamp)) {
    mistakes.push({ kind: "clock", says: "timestamp is in milliseconds.", remedy: "It is in seconds since 1970." });
  } else if (!/^[0-9]{1,12}$/.test(given.timestamp) || Math.abs(now - seconds) > window) {
    mistakes.push({
      kind: "clock",
      says: `timestamp ${/^[0-9]{1,12}$/.test(given.timestamp) ? `is ${Math.abs(now - seconds)} s away from now` : "is not a number of seconds"}: the gateway takes at most 5 minutes, and looks at it first.`,
      remedy:
        "Set this machine's clock by NTP, and sign each request anew, repeats too. For a request of another time give --now.",
    });
  }
  if (given.mchid !== credential.mchId) {
    mistakes.push({
      kind: "mchid",
      says: "mchid is not WECHAT_PAY_MCH_ID.",
      remedy: "The merchant number is that of the key; in provider mode (服务商) the provider's.",
    });
  }
  if (given.serial_no !== credential.serialNo) {
    mistakes.push({
      kind: "serial",
      says:
        given.serial_no.toUpperCase() === credential.serialNo
          ? "serial_no is written in small letters."
          : given.serial_no.startsWith("PUB_KEY_ID_")
            ? "serial_no is the id of WeChat Pay's public key, not the merchant's serial number."
            : /^[0-9]{42,}$/.test(given.serial_no)
              ? "serial_no is written in decimal."
              : "serial_no is not WECHAT_PAY_V3_SERIAL_NO.",
      remedy:
        "It is the serial number of the merchant's own API certificate (商户API证书序列号), in hexadecimal capitals.",
    });
  }
  const signs = (text: string) => credential.sign(text).signature;
  const { body, method, path } = sent;
  const right = signs(
    Signature.requestText({ method, path, timestamp: given.timestamp, nonce: given.nonce_str, body }),
  );
  if (right === given.signature) return mistakes;
  const standard = given.signature.replaceAll("-", "+").replaceAll("_", "/").replace(/=*$/, "");
  if (right.replace(/=*$/, "") === standard) {
    mistakes.push({
      kind: "base64",
      says: "The signature is written in the base64 of addresses, or without its padding.",
      remedy: "Use standard base64, on one line, with its padding.",
    });
    return mistakes;
  }
  const found = variants(sent, given).find(([, , , text]) => signs(text) === given.signature);
  if (found !== undefined) mistakes.push({ kind: found[0], says: found[1], remedy: found[2] });
  return mistakes;
};

/** Whether the signature that came is the right one. */
export const isSigned = ({ body, method, path }: Sent, given: Authorization, credential: Credential): boolean =>
  credential.sign(Signature.requestText({ method, path, timestamp: given.timestamp, nonce: given.nonce_str, body }))
    .signature === given.signature;
