/** Repeatable identifiers: the same seed gives the same nonces and refund numbers in the same order. Not for secrets. */
import { createHash } from "node:crypto";

export interface Seeded {
  /** 16 letters and digits. */
  readonly nonce: () => string;
  /** 32 lower-case hex digits. */
  readonly hex: () => string;
  /** From 0 to below 1. */
  readonly fraction: () => number;
  /** 29 digits with the Beijing day in them, unique by its running number. */
  readonly refundId: (beijingDay: string, running: number) => string;
}

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

export const make = (seed: string): Seeded => {
  const digest = createHash("sha256").update(seed).digest();
  let [a, b, c, d] = [digest.readInt32LE(0), digest.readInt32LE(4), digest.readInt32LE(8), digest.readInt32LE(12)];
  // sfc32: small, fast, and good enough for names.
  const next = (): number => {
    const sum = (a + b + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  const prefix = `503${String(digest.readUInt32LE(16)).padStart(10, "0").slice(-7)}`;
  return {
    nonce: () => {
      let out = "";
      for (let n = 0; n < 16; n++) out += alphabet.charAt(next() % alphabet.length);
      return out;
    },
    hex: () => Array.from({ length: 4 }, () => next().toString(16).padStart(8, "0")).join(""),
    fraction: () => next() / 2 ** 32,
    refundId: (beijingDay, running) => `${prefix}${beijingDay}${String(running).padStart(11, "0")}`,
  };
};
