import { createHash } from "node:crypto";
import { Redacted, Result } from "effect";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Params, Signature } from "../src/index.ts";
import { apiKey, signTypes } from "./support/story.ts";

const key = Redacted.make(apiKey);
const fields = (record: Record<string, unknown>) => Result.getOrThrow(Params.fromRecord(record));
const signed = (params: Params.Params, signType: Signature.SignType, by = key): Params.Params =>
  new Map([...params, ["sign", Result.getOrThrow(Signature.sign(params, by, signType))]]);

const message = fields({ appid: "wx1", mch_id: "1", refund_fee: "100", refund_desc: "商品 已售完", empty: "" });

describe.each(signTypes)("verify, %s", (signType) => {
  const good = signed(message, signType);

  it("accepts what sign made and says which key it was", () => {
    expect(Signature.verify(good, { apiKey: key }, signType)).toEqual(Result.succeed("current"));
    const other = Redacted.make("another-key");
    expect(Signature.verify(good, { apiKey: other, previousApiKey: key }, signType)).toEqual(
      Result.succeed("previous"),
    );
    expect(Signature.verify(good, { apiKey: other, previousApiKey: other }, signType)).toEqual(
      Result.fail({ problem: "wrong-sign" }),
    );
  });

  const sign = good.get("sign") ?? "";
  it.each([
    ["absent", undefined, "unsigned"],
    ["empty", "", "unsigned"],
    ["lower case", sign.toLowerCase(), "malformed-sign"],
    ["blank before", ` ${sign}`, "malformed-sign"],
    ["one character short", sign.slice(1), "malformed-sign"],
    ["one character long", `${sign}0`, "malformed-sign"],
    ["full-width digit", `０${sign.slice(1)}`, "malformed-sign"],
    ["not hex", `G${sign.slice(1)}`, "malformed-sign"],
    ["other algorithm's length", signType === "MD5" ? sign + sign : sign.slice(32), "malformed-sign"],
    ["wrong in its last character", sign.replace(/.$/, (c) => (c === "0" ? "1" : "0")), "wrong-sign"],
    ["wrong", sign.replace(/./, (c) => (c === "0" ? "1" : "0")), "wrong-sign"],
  ])("refuses a sign that is %s", (_, value, problem) => {
    const params = new Map(good);
    if (value === undefined) params.delete("sign");
    else params.set("sign", value);
    expect(Signature.verify(params, { apiKey: key }, signType)).toEqual(Result.fail({ problem }));
  });

  it("never throws, whatever the length of sign", () => {
    for (let length = 0; length <= 128; length++) {
      const result = Signature.verify(new Map(good).set("sign", "é".repeat(length)), { apiKey: key }, signType);
      expect(Result.isFailure(result)).toBe(true);
    }
  });

  it("takes part of every field, known or not, exactly as it is", () => {
    for (const [name, value] of [
      ["unknown", "1"],
      ["refund_fee", "0100"],
      ["refund_desc", "商品 已售完 "],
    ] as const) {
      const result = Signature.verify(new Map(good).set(name, value), { apiKey: key }, signType);
      expect(result).toEqual(Result.fail({ problem: "wrong-sign" }));
    }
  });

  it("does not count empty fields, as the rules say", () => {
    expect(Signature.verify(new Map(good).set("more", ""), { apiKey: key }, signType)).toEqual(
      Result.succeed("current"),
    );
  });

  it("does not depend on the order of fields", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...message], { minLength: message.size }), (shuffled) => {
        expect(signed(new Map(shuffled), signType).get("sign")).toBe(sign);
      }),
    );
  });

  it("refuses a value that reads like a field of its own, on both sides", () => {
    // Both make the same string, so both have the same digest.
    const split = fields({ out_refund_no: "R1", refund_fee: "100" });
    const merged = fields({ out_refund_no: "R1&refund_fee=100" });
    expect(Signature.stringToSign(merged)).toBe(Signature.stringToSign(split));
    expect(Result.isFailure(Signature.sign(merged, key, signType))).toBe(true);
    const forged = new Map(merged).set("sign", signed(split, signType).get("sign") ?? "");
    expect(Signature.verify(forged, { apiKey: key }, signType)).toEqual(
      Result.fail({ problem: "ambiguous-value", field: "out_refund_no" }),
    );
  });

  it("makes one string for one set of fields", () => {
    const name = fc.stringMatching(/^[a-c_]{1,3}$/);
    const value = fc.string({ unit: fc.constantFrom("a", "&", "=", "b", "_"), minLength: 1, maxLength: 6 });
    const record = fc.dictionary(name, value, { minKeys: 1, maxKeys: 3 });
    fc.assert(
      fc.property(record, record, (left, right) => {
        const [a, b] = [fields(left), fields(right)];
        const signs = [Signature.sign(a, key, signType), Signature.sign(b, key, signType)];
        if (signs.some(Result.isFailure)) return;
        const same = JSON.stringify(Params.canonical(a)) === JSON.stringify(Params.canonical(b));
        expect(Signature.stringToSign(a) === Signature.stringToSign(b)).toBe(same);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("keys", () => {
  it("refuses an empty key, and any other works", () => {
    expect(Result.isFailure(Signature.sign(message, Redacted.make(""), "MD5"))).toBe(true);
    expect(Result.isSuccess(Signature.sign(message, Redacted.make("k"), "MD5"))).toBe(true);
    // Signed with no key at all, as a client without one would accept it.
    const keyless = createHash("md5").update(Signature.stringToSign(message).replace("<redacted>", "")).digest("hex");
    const forged = new Map(message).set("sign", keyless.toUpperCase());
    expect(Signature.verify(forged, { apiKey: Redacted.make("") }, "MD5")).toEqual(
      Result.fail({ problem: "wrong-sign" }),
    );
    const keys = { apiKey: key, previousApiKey: Redacted.make("") };
    expect(Signature.verify(forged, keys, "MD5")).toEqual(Result.fail({ problem: "wrong-sign" }));
  });

  it("are not in the string that is shown", () => {
    expect(Signature.stringToSign(message)).toBe(
      "appid=wx1&mch_id=1&refund_desc=商品 已售完&refund_fee=100&key=<redacted>",
    );
  });
});

describe("Params.fromRecord", () => {
  it("takes texts and whole numbers, and lists everything else by name", () => {
    expect([...fields({ total_fee: 100, a: "x", gone: undefined })]).toEqual([
      ["total_fee", "100"],
      ["a", "x"],
    ]);
    const result = Params.fromRecord({
      a: null,
      b: { c: 1 },
      d: [1],
      e: 1.5,
      f: true,
      "g-h": "1",
      i: "\uD800",
      ok: "1",
    });
    expect(Result.isFailure(result) && result.failure.issues.map(({ field }) => field)).toEqual([
      "a",
      "b",
      "d",
      "e",
      "f",
      "g-h",
      "i",
    ]);
    for (const input of [null, undefined, "text", 1, [], true])
      expect(Result.isFailure(Params.fromRecord(input))).toBe(true);
  });

  it("lets no name reach a prototype", () => {
    const params = fields(JSON.parse('{"__proto__":"x","constructor":"y"}') as Record<string, unknown>);
    expect(params.get("__proto__")).toBe("x");
    expect(Object.keys(Params.toRecord(params))).toEqual(["__proto__", "constructor"]);
    expect(Object.getPrototypeOf(Params.toRecord(params))).toBe(null);
  });
});
