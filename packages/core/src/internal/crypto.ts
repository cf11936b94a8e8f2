/** The only place that touches `node:crypto`. Synchronous and total, so the ring that uses it stays pure. */
import { createCipheriv, createDecipheriv, createHmac, hash, randomFillSync, timingSafeEqual } from "node:crypto";

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

const nonceBytes = 16;
// Asking the system for random bytes costs the same for one nonce and for many. None is handed out twice.
const pool = Buffer.alloc(256 * nonceBytes);
let unused = 0;

/** 128 random bits as 32 hex characters: the longest `nonce_str` the protocol takes. */
export const nonce = (): string => {
  if (unused === 0) {
    randomFillSync(pool);
    unused = pool.length;
  }
  unused -= nonceBytes;
  return pool.toString("hex", unused, unused + nonceBytes);
};

// The 32 hex characters themselves are the key of a notice, not the 16 bytes they stand for; leading zeros stay.
const noticeKey = (apiKey: string): Buffer => Buffer.from(hash("md5", apiKey, "hex"), "latin1");

/** How many bytes of padding a plain text ends with; 0 when it is not padded as PKCS#7 says. Looks at a whole block always. */
const paddingOf = (plain: Uint8Array): number => {
  const length = plain.at(-1) ?? 0;
  let wrong = length < 1 || length > 16 ? 1 : 0;
  for (let back = 1; back <= 16; back++) {
    const byte = plain.at(-back) ?? 0;
    wrong |= back <= length ? byte ^ length : 0;
  }
  return wrong === 0 ? length : 0;
};

/** A decrypted notice; `padded` tells whether it ended as a whole one does. Without its padding it is `plain`. */
export interface Decrypted {
  readonly plain: Uint8Array;
  readonly padded: boolean;
}

/**
 * base64 of AES-256-ECB, PKCS#7. Every block is decrypted whatever they hold, so that the work does not tell what was wrong; only
 * bytes that are no whole blocks are cut off first.
 */
export const decryptNotice = (sealed: string, apiKey: string): Decrypted => {
  const bytes = Buffer.from(sealed, "base64");
  const decipher = createDecipheriv("aes-256-ecb", noticeKey(apiKey), null).setAutoPadding(false);
  const plain = decipher.update(bytes.subarray(0, bytes.length - (bytes.length % 16)));
  const padding = paddingOf(plain);
  return { plain: plain.subarray(0, plain.length - padding), padded: padding > 0 && bytes.length % 16 === 0 };
};

/** What the gateway does to a notice, as base64; here for test doubles. */
export const encryptNotice = (plain: string, apiKey: string): string => {
  const cipher = createCipheriv("aes-256-ecb", noticeKey(apiKey), null);
  return Buffer.concat([cipher.update(plain, "utf8"), cipher.final()]).toString("base64");
};
