/** Signs a message by Standard Webhooks (https://www.standardwebhooks.com): HMAC-SHA256 over its id, the time of the attempt and the body. */
import { createHmac, randomBytes } from "node:crypto";
import * as Redacted from "effect/Redacted";
import * as Result from "effect/Result";

/** The key that a secret stands for. */
export type Key = Redacted.Redacted<Uint8Array>;

const prefix = "whsec_";
const [least, most] = [24, 64];

export const notSecret = `must be ${prefix} and ${least} to ${most} random bytes in base64; wechat-refund webhooks secret makes one`;

/** A new secret. */
export const newSecret = (): Redacted.Redacted => Redacted.make(`${prefix}${randomBytes(32).toString("base64")}`);

export const keyOf = (secret: string): Result.Result<Key, string> => {
  const base64 = secret.slice(prefix.length);
  const bytes = Buffer.from(base64, "base64");
  const isWhole = bytes.toString("base64").replace(/=+$/, "") === base64.replace(/=+$/, "");
  return secret.startsWith(prefix) && isWhole && bytes.length >= least && bytes.length <= most
    ? Result.succeed(Redacted.make(new Uint8Array(bytes)))
    : Result.fail(notSecret);
};

export const isSame = (one: Key, other: Key): boolean =>
  Buffer.from(Redacted.value(one)).equals(Buffer.from(Redacted.value(other)));

/** The header fields of an attempt; each key signs, so that a receiver may have either. `now` in ms. */
export const fieldsOf = (keys: ReadonlyArray<Key>, message: string, now: number, body: string) => {
  const timestamp = String(Math.floor(now / 1000));
  const signatures = keys.map((key) => {
    const hmac = createHmac("sha256", Redacted.value(key));
    return `v1,${hmac.update(`${message}.${timestamp}.${body}`).digest("base64")}`;
  });
  return {
    "webhook-id": message,
    "webhook-timestamp": timestamp,
    "webhook-signature": signatures.join(" "),
  };
};
