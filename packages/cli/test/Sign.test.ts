import { Redacted } from "effect";
import { describe, expect, it } from "vitest";
import { answer } from "../src/commands/Sign.ts";
import { document, run } from "./support/bin.ts";
import { ofKind } from "./support/vectors.ts";

const key = "192006250b4c09247ec02edce69f6a2d";
const fields = JSON.stringify({
  appid: "wxd930ea5d5a258f4f",
  body: "test",
  device_info: "1000",
  mch_id: "10000100",
  nonce_str: "ibuaiVcKdpRxkhJA",
});
const bytes = (text: string) => new TextEncoder().encode(text);
const sign = (input: string | Uint8Array, apiKey: string | undefined = key) =>
  answer(
    typeof input === "string" ? bytes(input) : input,
    "HMAC-SHA256",
    apiKey === undefined ? undefined : Redacted.make(apiKey),
  );

describe("the vectors", () => {
  const cases = [
    ...ofKind("sign-md5").map((vector) => ({ ...vector, algorithm: "MD5" as const })),
    ...ofKind("sign-hmac-sha256").map((vector) => ({ ...vector, algorithm: "HMAC-SHA256" as const })),
    ...ofKind("request-xml").map((vector) => ({ ...vector, algorithm: "MD5" as const, expected: vector.sign })),
  ];
  it("are there", () => expect(cases.length).toBe(8));
  it.each(cases)("$id", ({ algorithm, expected, key, params }) => {
    const { exitCode, json } = answer(bytes(JSON.stringify(params)), algorithm, Redacted.make(key));
    expect({ exitCode, json }).toMatchObject({ exitCode: 0, json: { sign: expected, signType: algorithm } });
    expect(JSON.stringify(json)).not.toContain(key);
  });
});

describe("the command", () => {
  it("signs with HMAC-SHA256 and shows what was signed, without the key", async () => {
    const ran = await run(["sign"], { input: fields, env: { WECHAT_PAY_API_KEY: key } });
    expect(document(ran.stdout)).toEqual({
      sign: "6A9AE1657590FD6257D693A078E1C3E4BB6BA4DC30B23E0EE2496E54170DACD6",
      signType: "HMAC-SHA256",
      stringToSign:
        "appid=wxd930ea5d5a258f4f&body=test&device_info=1000&mch_id=10000100&nonce_str=ibuaiVcKdpRxkhJA&key=<redacted>",
    });
    expect(ran).toMatchObject({ code: 0, stderr: "" });
  });

  it("does not repeat a key that stands in the fields", async () => {
    const env = { WECHAT_PAY_API_KEY: key, WECHAT_PAY_API_V3_KEY: "V3keyV3keyV3keyV3keyV3keyV3key00" };
    const input = JSON.stringify({ key, attach: env.WECHAT_PAY_API_V3_KEY });
    expect(document((await run(["sign"], { input, env })).stdout)).toMatchObject({
      stringToSign: "attach=<redacted>&key=<redacted>&key=<redacted>",
    });
    const strange = "nobody-knows-this-one";
    const ran = await run(["sign"], { input: JSON.stringify({ [strange]: 1, [key]: 1.5 }), env });
    expect(ran.stderr).toMatch(/^InvalidParams: \(a field\): a field name is .*; \(a field\): must be a whole/);
    expect(ran.stdout + ran.stderr).not.toContain(strange);
  });

  it("signs with MD5 when asked to", async () => {
    const ran = await run(["sign", "--sign-type", "MD5"], { input: fields, env: { WECHAT_PAY_API_KEY: key } });
    expect(document(ran.stdout)).toMatchObject({ sign: "9A0A8659F005D6984697E2CA0A9CF3B7", signType: "MD5" });
    expect(ran.code).toBe(0);
  });

  it("fails with one JSON document and one line", async () => {
    const ran = await run(["sign"], { input: '{"total_fee":1.5,"attach":{}}', env: { WECHAT_PAY_API_KEY: key } });
    const message =
      "total_fee: must be a whole number within ±9007199254740991, or a text; attach: must be a text or a whole number, not object";
    expect(document(ran.stdout)).toEqual({
      ok: false,
      error: { reason: "InvalidParams", outcome: "not-accepted", advice: "fix-request", message },
    });
    expect(ran).toMatchObject({ code: 2, stderr: `InvalidParams: ${message}\n` });
  });

  it("fails without a key, also with an empty one", async () => {
    for (const env of [{}, { WECHAT_PAY_API_KEY: "" }]) {
      const ran = await run(["sign"], { input: fields, env });
      expect(document(ran.stdout)).toMatchObject({ ok: false, error: { reason: "CannotSign", advice: "fix-account" } });
      expect(ran.stderr).toContain("WECHAT_PAY_API_KEY");
      expect(ran.code).toBe(2);
    }
  });

  it("survives more input than it reads", async () => {
    const ran = await run(["sign"], { input: "x".repeat(4_000_000), env: { WECHAT_PAY_API_KEY: key } });
    expect(document(ran.stdout)).toMatchObject({ ok: false, error: { reason: "InvalidParams" } });
    expect(ran.code).toBe(2);
  });
});

describe("what it refuses", () => {
  it.each([
    ["nothing", ""],
    ["white space", " \n"],
    ["half a document", '{"a":'],
    ["two documents", "{}{}"],
    ["null", "null"],
    ["an array", "[]"],
    ["a text", '"a"'],
    ["a null value", '{"a":null}'],
    ["a nested value", '{"a":{"b":"c"}}'],
    ["a boolean", '{"a":true}'],
    ["a number that is not exact", '{"a":9007199254740993}'],
    ["a name that cannot be signed", '{"a b":"c"}'],
    ["half a character", '{"a":"\\ud800"}'],
    ["bytes that are not UTF-8", Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xff, 0x22, 0x7d])],
  ])("%s", (_, input) => {
    expect(sign(input)).toMatchObject({ exitCode: 2, json: { ok: false, error: { reason: "InvalidParams" } } });
  });

  it("a value that reads like another field", () => {
    const error = { reason: "CannotSign", advice: "fix-request" };
    expect(sign('{"attach":"x&refund_fee=1"}')).toMatchObject({ exitCode: 2, json: { ok: false, error } });
  });

  it("never repeats what was given", () => {
    for (const input of [
      '{"a":"TOPSECRET',
      "TOPSECRET",
      '{"a":"x","TOPSECRET',
      '["TOPSECRET"]',
      '{"a":{"b":"TOPSECRET"}}',
    ]) {
      expect(JSON.stringify(sign(input))).not.toContain("TOPSECRET");
    }
  });

  it("a field that is given twice, and at any depth", () => {
    const input = '{"appid":"wx","refund_fee":1,"refund_f\\u0065e":100,"a":{"b":1,"b":2}}';
    expect(sign(input)).toMatchObject({
      exitCode: 2,
      json: { ok: false, error: { reason: "InvalidParams", outcome: "not-accepted", advice: "fix-request" } },
      text: "InvalidParams: refund_fee: is given twice; a.b: is given twice",
    });
  });

  it("says where the JSON ends", () => {
    expect(sign('{"a":"b",}').text).toMatch(/stops being JSON at position \d+$/);
  });
});

it("mentions a sign_type field that disagrees", () => {
  expect(sign('{"sign_type":"MD5"}').text).toMatch(/HMAC-SHA256/);
  expect(sign('{"sign_type":"HMAC-SHA256"}').text).toBeUndefined();
  expect(sign('{"sign_type":""}').text).toBeUndefined();
});

it("says what is odd about the fields, and signs them all the same", async () => {
  const odd = JSON.stringify({ appid: "wx8888888888888888", out_refund_no: "undefined", refund_fee: "NaN" });
  const english = await run(["sign"], { input: odd, env: { WECHAT_PAY_API_KEY: key } });
  expect(english).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(/^Note: out_refund_no says undefined: .*\nNote: refund_fee says NaN: .*\n$/),
  });
  const ran = await run(["sign", "--lang", "zh"], { input: odd, env: { WECHAT_PAY_API_KEY: key } });
  expect(ran).toMatchObject({ code: 0, stderr: expect.stringContaining("注意：refund_fee 的值是 NaN") });
});
