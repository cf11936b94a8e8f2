/** The only place that touches `node:crypto`. Synchronous and total, so the ring that uses it stays pure. */
import { createHmac, hash, randomBytes, timingSafeEqual } from "node:crypto";

/** Hex MD5 of the UTF-8 text, upper case. */
export const md5 = (text: string): string => hash("md5", text, "hex").toUpperCase();

/** Hex HMAC-SHA256 of the UTF-8 text, upper case. */
export const hmacSha256 = (text: string, key: string): string =>
  createHmac("sha256", key).update(text).digest("hex").toUpperCase();

/** Compares two texts without telling by its time where they differ. */
export const equalConstantTime = (a: string, b: string): boolean => {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
};

/** 128 random bits as 32 hex characters: the longest `nonce_str` the protocol takes. */
export const nonce = (): string => randomBytes(16).toString("hex");
