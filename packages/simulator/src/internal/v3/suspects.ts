/** The texts of APIv3 that people sign in place of the right one, each a mistake that somebody has made. */
import { requestText, type Signable } from "../../MessageV3.ts";
import type { Mistake } from "../suspects.ts";

export interface Suspect {
  readonly mistake: Mistake;
  /** What was signed. */
  readonly text: Uint8Array;
}

/** None, where the mistake would make no difference. */
const suspect = (kind: string, says: string, remedy: string, text: Uint8Array | undefined): ReadonlyArray<Suspect> =>
  text === undefined ? [] : [{ mistake: { kind, says, remedy }, text }];

const hosts = ["api.mch.weixin.qq.com", "api2.mch.weixin.qq.com"];

const decoded = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
};
const rewritten = (body: string, write: (value: unknown) => string): string | undefined => {
  try {
    return write(JSON.parse(body));
  } catch {
    return undefined;
  }
};
const escaped = (text: string): string =>
  text.replaceAll(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
/** As Python's `json.dumps` writes it unless told otherwise. */
const spaced = (value: unknown): string =>
  JSON.stringify(value, undefined, 1)
    .replaceAll(/\n\s*/g, " ")
    .replaceAll(/([{[]) | ([}\]])/g, "$1$2");

/** All that a request gives reason for. */
export const suspects = (right: Signable): ReadonlyArray<Suspect> => {
  const { body, method, nonce, target, timestamp } = right;
  const text = Buffer.from(requestText(right));
  const said = Buffer.from(body).toString();
  const other = (change: Partial<Signable>): Uint8Array => requestText({ ...right, ...change });
  const otherBody = (body: string | undefined): Uint8Array | undefined =>
    body === undefined || body === said ? undefined : other({ body: Buffer.from(body) });
  const [path = ""] = target.split("?", 1);
  const plain = decoded(target);
  return [
    ...suspect(
      "line-end",
      "The last line end is missing.",
      "Every line ends in LF, the last one too.",
      text.subarray(0, -1),
    ),
    ...suspect(
      "line-end",
      "The lines end in CRLF.",
      "Lines end in LF alone, on every system.",
      Buffer.from(text.toString().replaceAll("\n", "\r\n")),
    ),
    ...suspect("method", "The method is in lower case.", "Sign GET or POST.", other({ method: method.toLowerCase() })),
    ...suspect(
      "target",
      "The query was left out.",
      "Sign path and query, as they are sent.",
      path === target ? undefined : other({ target: path }),
    ),
    ...suspect(
      "target",
      "The path was signed unescaped.",
      "Sign the path exactly as it is sent, still escaped.",
      plain === undefined || plain === target ? undefined : other({ target: plain }),
    ),
    ...suspect(
      "target",
      "The path was signed escaped, and sent as it is.",
      "Sign the path exactly as it is sent.",
      encodeURI(target) === target ? undefined : other({ target: encodeURI(target) }),
    ),
    ...hosts.flatMap((host) =>
      suspect(
        "target",
        "The whole address was signed.",
        "Sign the path and the query, without scheme and host.",
        other({ target: `https://${host}${target}` }),
      ),
    ),
    ...suspect(
      "order",
      "Nonce and time have changed places.",
      "The time comes before the nonce.",
      other({ timestamp: nonce, nonce: timestamp }),
    ),
    ...suspect(
      "body",
      "The body was left out.",
      "Sign the body byte for byte as it is sent.",
      said === "" ? undefined : otherBody(""),
    ),
    ...suspect(
      "body",
      "A body was signed, and none was sent.",
      "A GET signs an empty body.",
      said === "" ? otherBody("{}") : undefined,
    ),
    ...suspect(
      "body",
      "Another writing of the same JSON was signed.",
      "Write the JSON once, sign those bytes and send them.",
      otherBody(rewritten(said, (value) => JSON.stringify(value))),
    ),
    ...suspect(
      "body",
      "The JSON was signed with blanks that were not sent.",
      "Write the JSON once, sign those bytes and send them.",
      otherBody(rewritten(said, spaced)),
    ),
    ...suspect(
      "body",
      "The JSON was signed with line breaks that were not sent.",
      "Write the JSON once, sign those bytes and send them.",
      otherBody(rewritten(said, (value) => JSON.stringify(value, undefined, 2))),
    ),
    ...suspect(
      "body",
      "Characters were signed as \\u escapes, and sent as UTF-8.",
      "Write the JSON once, sign those bytes and send them.",
      otherBody(escaped(said)),
    ),
  ];
};
