/** What a merchant may be made of, and that a key in the wrong place is refused and not repeated. */
import { Redacted, Result } from "effect";
import { describe, expect, it } from "vitest";
import { Merchant } from "../src/index.ts";

const key = "9kQ2xV7bT4mZ0pL6cR1sW8yD3fG5hJaN";
const good: Merchant.MerchantOptions = {
  appId: "wx8888888888888888",
  mchId: "1900000109",
  apiKey: Redacted.make("k".repeat(32)),
};
const messageOf = (options: unknown): string => {
  const made = Merchant.make({ ...good, ...(options as object) });
  return Result.isFailure(made) ? made.failure.message : "";
};

describe("a merchant", () => {
  it.each(["appId", "mchId", "subAppId", "subMchId"])("has no key for its %s", (field) => {
    const message = messageOf({ subMchId: "1", [field]: key });
    expect(message).toMatch(
      new RegExp(`^${field} is as long as an API key \\(API密钥\\), which may stand in its place`),
    );
    expect(message).not.toContain(key);
  });

  it("may have numbers as long as a key", () => {
    expect(messageOf({ subMchId: "1".repeat(32) })).toBe("");
  });

  it.each([
    ["no key", { apiKey: undefined }, /^apiKey is missing: give it as Redacted\.make/],
    ["a key that is bare text", { apiKey: key }, /^apiKey is missing: give it as Redacted\.make/],
    ["a key that is no text", { apiKey: Redacted.make(3) }, /^apiKey is missing/],
    ["a previous key that is bare text", { previousApiKey: key }, /^previousApiKey is missing/],
    ["a key with a line end", { apiKey: Redacted.make(`${key}\n`) }, /^apiKey has white space around it/],
    ["a short key", { apiKey: Redacted.make(key.slice(1)) }, /^apiKey must be 32 letters and digits, it is 31 long/],
  ])("is not made with %s, and does not throw", (_, options, message) => {
    expect(messageOf(options)).toMatch(message);
    expect(messageOf(options)).not.toContain(key.slice(1));
  });
});
