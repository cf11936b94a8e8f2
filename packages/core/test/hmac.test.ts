/** The HMAC of two hashes is that of Node's own object, for every key and every text, whichever key came before. */
import { createHmac } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hmacSha256 } from "../src/internal/crypto.ts";

const reference = (text: string, key: string): string =>
  createHmac("sha256", key).update(text).digest("hex").toUpperCase();

const key = fc.oneof(
  fc.stringMatching(/^[0-9A-Za-z]{32}$/),
  fc.string({ minLength: 1, maxLength: 70 }),
  fc.string({ unit: "binary", minLength: 1, maxLength: 40 }),
);

describe("HMAC-SHA256", () => {
  it("is Node's, whatever key and text", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(key, fc.string({ unit: "binary" })), { maxLength: 4 }), (pairs) => {
        for (const [by, text] of [...pairs, ...pairs]) expect(hmacSha256(text, by)).toBe(reference(text, by));
      }),
      { numRuns: 1000 },
    );
  });

  it("is Node's around the length of a block, and of keys outside ASCII", () => {
    for (const by of [
      "k".repeat(63),
      "k".repeat(64),
      "k".repeat(65),
      "k".repeat(200),
      "é",
      "钥匙",
      "\u0000",
      "\u007F",
      "~",
    ]) {
      for (const text of ["", "a", "退款".repeat(40), "\uD800", "x".repeat(10_000)]) {
        expect(hmacSha256(text, by)).toBe(reference(text, by));
      }
    }
  });

  it("is that of RFC 4231, case 2", () => {
    expect(hmacSha256("what do ya want for nothing?", "Jefe")).toBe(
      "5BDCC146BF60754E6A042426089575C75A003F089D2739839DEC58B964EC3843",
    );
  });
});
