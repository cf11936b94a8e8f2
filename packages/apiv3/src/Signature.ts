/**
 * SHA256-RSA2048: the text that is signed of a request and of a reply or notice, the `Authorization` field, and the check of what the
 * gateway signed. Bytes in, a verdict out; nothing is parsed here.
 *
 * Source: the signing and verifying pages of APIv3 (签名生成, 签名验证).
 */
import * as Result from "effect/Result";
import type { Credential } from "./Credential.ts";
import { base64Bytes, concat } from "./internal/crypto.ts";
import type { PlatformKeys } from "./PlatformKeys.ts";

export const scheme = "WECHATPAY2-SHA256-RSA2048";

/** What of a request is signed. */
export interface RequestParts {
  readonly method: string;
  /** The absolute path with the query, escaped as it is sent; without the host. */
  readonly path: string;
  /** Seconds since 1970. */
  readonly timestamp: number | string;
  readonly nonce: string;
  /** As it is sent; nothing for a GET. */
  readonly body: string;
}

/** The text of a request: five lines, the last one ended too. */
export const requestText = ({ body, method, nonce, path, timestamp }: RequestParts): string =>
  `${method.toUpperCase()}\n${path}\n${timestamp}\n${nonce}\n${body}\n`;

/** A signed request: the text, its signature and the field that carries it. */
export interface SignedRequest {
  readonly message: string;
  readonly signature: string;
  readonly authorization: string;
}

export const sign = (credential: Credential, parts: RequestParts): SignedRequest => {
  const message = requestText(parts);
  const { serialNo, signature } = credential.sign(message);
  const { nonce, timestamp } = parts;
  return {
    message,
    signature,
    authorization: `${scheme} mchid="${credential.mchId}",nonce_str="${nonce}",signature="${signature}",timestamp="${timestamp}",serial_no="${serialNo}"`,
  };
};

const bytesOf = new TextEncoder();

/** The bytes of a reply or notice that are signed: time, nonce and the raw body, each line ended. */
export const replyBytes = (timestamp: string, nonce: string, body: Uint8Array): Uint8Array =>
  concat([bytesOf.encode(`${timestamp}\n${nonce}\n`), body, bytesOf.encode("\n")]);

/** Header fields by name, in any case, as an HTTP library hands them over. */
export type Headers = Readonly<Record<string, string>>;

/** Why a reply or a notice is not believed. */
export interface Problem {
  readonly problem: "unsigned" | "malformed-sign" | "probe" | "unknown-key" | "wrong-sign" | "clock";
  /** The header field that is missing or has not its form. */
  readonly field?: string;
  /** The key that it says it was signed with. */
  readonly serial?: string;
  /** The time that it says it was signed at. */
  readonly received?: string;
}

// Printable, no blank and no comma: a field that came twice is joined by one, and a line end would move what is signed.
const forms = {
  "Wechatpay-Timestamp": /^[1-9][0-9]{0,11}$/,
  "Wechatpay-Nonce": /^[!-+\--~]{1,128}$/,
  "Wechatpay-Serial": /^[!-+\--~]{1,128}$/,
  "Wechatpay-Signature": /^[A-Za-z0-9+/_-]+={0,2}$/,
} as const;
type Name = keyof typeof forms;
const names = Object.keys(forms) as ReadonlyArray<Name>;
const byLowerCase: ReadonlyMap<string, Name> = new Map(names.map((name) => [name.toLowerCase(), name]));

/** Some replies and notices carry a signature that is wrong on purpose (探测流量), and show it. */
const probe = "WECHATPAY/SIGNTEST/";

/** The four fields as they came; a name that came in two spellings came twice. */
const fieldsOf = (
  headers: Headers,
): { readonly found: ReadonlyMap<Name, string>; readonly twice: Name | undefined } => {
  const found = new Map<Name, string>();
  let twice: Name | undefined;
  // Also for callers whom no types hold back.
  const fields: Readonly<Record<string, unknown>> | null | undefined = headers;
  for (const [given, value] of Object.entries(fields ?? {})) {
    const name = byLowerCase.get(given.toLowerCase());
    if (name === undefined || typeof value !== "string") continue;
    if (found.has(name)) twice = name;
    found.set(name, value);
  }
  return { found, twice };
};

/** Whether anything in the header says that this was signed. */
export const isSigned = (headers: Headers): boolean => fieldsOf(headers).found.size > 0;

/** Whether all is there that a signature needs. */
export const isWhole = (headers: Headers): boolean => fieldsOf(headers).found.size === names.length;

/** The key that a header names, where it names one. */
export const serialIn = (headers: Headers): string | undefined => fieldsOf(headers).found.get("Wechatpay-Serial");

/** How far the time of a signature may be from now, in seconds. */
export const window = 300;

/** Checks the signature and then the time. `now` is in seconds since 1970. Gives the id of the key. */
export const verify = (
  headers: Headers,
  body: Uint8Array,
  keys: PlatformKeys,
  now: number,
): Result.Result<string, Problem> => {
  const { found, twice } = fieldsOf(headers);
  if (found.size === 0) return Result.fail({ problem: "unsigned" });
  const missing = names.find((name) => !found.has(name));
  if (missing !== undefined) return Result.fail({ problem: "unsigned", field: missing });
  const values = names.map((name) => found.get(name)) as [string, string, string, string];
  const wrong = twice ?? names.find((name, at) => !forms[name].test(values[at] as string));
  if (wrong !== undefined) return Result.fail({ problem: "malformed-sign", field: wrong });
  const [timestamp, nonce, serial, given] = values;
  if (given.startsWith(probe)) return Result.fail({ problem: "probe", serial });
  const signature = base64Bytes(given);
  if (signature === undefined) return Result.fail({ problem: "malformed-sign", field: "Wechatpay-Signature", serial });
  const key = keys.get(serial);
  if (key === undefined) return Result.fail({ problem: "unknown-key", serial });
  if (!key.verifies(replyBytes(timestamp, nonce, body), signature))
    return Result.fail({ problem: "wrong-sign", serial });
  return Math.abs(now - Number(timestamp)) < window
    ? Result.succeed(serial)
    : Result.fail({ problem: "clock", serial, received: timestamp });
};
