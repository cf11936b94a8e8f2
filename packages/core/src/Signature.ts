/**
 * Sign and verify the fields of a message: MD5 or HMAC-SHA256 over one string that both sides build.
 *
 * Rules (WeChat Pay, chapter 4_3): leave out `sign` and empty values, sort names in ASCII order, join as `name=value` with `&`,
 * append `&key=` and the API key; the digest is upper-case hex. HMAC-SHA256 uses the API key as its key over that same string.
 *
 * The string is not injective: a value that holds `&refund_fee=100` reads like a field of its own. Such values are refused on
 * both sides, although their signature would match.
 *
 * Vectors: with key `192006250b4c09247ec02edce69f6a2d`, the fields appid=wxd930ea5d5a258f4f, body=test, device_info=1000,
 * mch_id=10000100, nonce_str=ibuaiVcKdpRxkhJA give MD5 9A0A8659F005D6984697E2CA0A9CF3B7 and HMAC-SHA256
 * 6A9AE1657590FD6257D693A078E1C3E4BB6BA4DC30B23E0EE2496E54170DACD6.
 */
import * as Redacted from "effect/Redacted";
import * as Result from "effect/Result";
import * as Schema from "effect/Schema";
import { onOneLine } from "./Printed.ts";
import { equalConstantTime, hmacSha256, md5 } from "./internal/crypto.ts";
import { canonical, type Params } from "./Params.ts";

/** The algorithms of the protocol. HMAC-SHA256 is the default here; MD5 is what a request without `sign_type` means. */
export const SignType = Schema.Literals(["HMAC-SHA256", "MD5"]);
export type SignType = typeof SignType.Type;

/** Why fields cannot be signed. */
export class CannotSign extends onOneLine(
  Schema.TaggedError<CannotSign>("@wechat-refund/core/Signature/CannotSign")("CannotSign", {
    problem: Schema.Literals(["empty-key", "ambiguous-value"]),
    field: Schema.optionalKey(Schema.String),
  }),
) {
  override get message(): string {
    return this.problem === "empty-key"
      ? "the API key (API密钥) is empty: take it from the merchant platform, 账户中心 → API安全"
      : `${this.field}: must not contain "&name=", which reads like another field in the string that is signed`;
  }
}

/** Why a signature does not prove a message. */
export type VerifyProblem = "unsigned" | "malformed-sign" | "wrong-sign" | "ambiguous-value";

/** Which API key a message was signed with: during a key change both are valid for a while. */
export type KeyUsed = "current" | "previous";

/** The keys a message may be signed with. */
export interface Keys {
  readonly apiKey: Redacted.Redacted<string>;
  readonly previousApiKey?: Redacted.Redacted<string> | undefined;
}

const ambiguous = /&[A-Za-z0-9_]+=/;

/** Would this value read like a second field in the string that is signed? */
export const isAmbiguous = (value: string): boolean => value.includes("&") && ambiguous.test(value);

const ambiguousField = (params: Params): string | undefined => {
  for (const [name, value] of params) if (isAmbiguous(value)) return name;
  return undefined;
};

const joined = (params: Params): string => {
  let text = "";
  for (const [name, value] of canonical(params)) text += `${name}=${value}&`;
  return text;
};

const digest = (text: string, key: string, signType: SignType): string =>
  signType === "MD5" ? md5(`${text}key=${key}`) : hmacSha256(`${text}key=${key}`, key);

/** The string that is signed, with the key shown as `<redacted>`: for looking at, never for computing a sign. */
export const stringToSign = (params: Params): string => `${joined(params)}key=<redacted>`;

/**
 * The signature of the fields: 32 (MD5) or 64 (HMAC-SHA256) upper-case hex characters. Any non-empty key works here;
 * `Merchant` insists on the 32 letters and digits of a real one.
 */
export const sign = (
  params: Params,
  key: Redacted.Redacted<string>,
  signType: SignType,
): Result.Result<string, CannotSign> => {
  const secret = Redacted.value(key);
  if (secret === "") return Result.fail(new CannotSign({ problem: "empty-key" }));
  const field = ambiguousField(params);
  if (field !== undefined) return Result.fail(new CannotSign({ problem: "ambiguous-value", field }));
  return Result.succeed(digest(joined(params), secret, signType));
};

const shape = { MD5: /^[0-9A-F]{32}$/, "HMAC-SHA256": /^[0-9A-F]{64}$/ } as const;

/**
 * Verifies the `sign` of a message with the algorithm that **we** chose; the message has no say in it. Upper-case hex only.
 * Every field takes part, known or not. Answers which key matched.
 */
export const verify = (
  params: Params,
  keys: Keys,
  signType: SignType,
): Result.Result<KeyUsed, { readonly problem: VerifyProblem; readonly field?: string }> => {
  const given = params.get("sign");
  if (given === undefined || given === "") return Result.fail({ problem: "unsigned" });
  if (!shape[signType].test(given)) return Result.fail({ problem: "malformed-sign" });
  const text = joined(params);
  const matches = (key: Redacted.Redacted<string>): boolean => {
    const secret = Redacted.value(key);
    return secret !== "" && equalConstantTime(digest(text, secret, signType), given);
  };
  const used: KeyUsed | undefined = matches(keys.apiKey)
    ? "current"
    : keys.previousApiKey !== undefined && matches(keys.previousApiKey)
      ? "previous"
      : undefined;
  if (used === undefined) return Result.fail({ problem: "wrong-sign" });
  const field = ambiguousField(params);
  return field === undefined ? Result.succeed(used) : Result.fail({ problem: "ambiguous-value", field });
};
