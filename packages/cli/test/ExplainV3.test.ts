/** Why a request of APIv3 was answered with 401: every mistake is made, and named. */
import { generateKeyPairSync } from "node:crypto";
import * as Redacted from "effect/Redacted";
import * as Result from "effect/Result";
import { describe, expect, it } from "vitest";
import * as Credential from "@wechat-refund/apiv3/Credential";
import * as Signature from "@wechat-refund/apiv3/Signature";
import { answer } from "../src/commands/ExplainV3.ts";
import { document, run } from "./support/bin.ts";

const pem = (key: ReturnType<typeof generateKeyPairSync>["privateKey"]) =>
  String(key.export({ format: "pem", type: "pkcs8" }));
const privateKey = pem(generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey);
const serialNo = "408B07E79B8269FEC3D5D3E6AB8ED163A6A380DB";
const make = (text: string) =>
  Result.getOrThrow(Credential.make({ mchId: "1900000109", serialNo, privateKey: Redacted.make(text) }));
const credential = make(privateKey);
const now = 1_767_240_005;
const url = "/v3/refund/domestic/refunds/R%7C1?sub_mchid=1900000200";
const body = '{ "out_refund_no": "R-1", "reason": "退货" }';
const parts: Signature.RequestParts = { method: "POST", path: url, timestamp: now, nonce: "n", body };
const right = Signature.requestText(parts);

/** The field over any text. */
const over = (
  text: string,
  {
    mchid = "1900000109",
    serial = serialNo,
    timestamp = String(now),
    signature = credential.sign(text).signature,
  } = {},
) =>
  `${Signature.scheme} mchid="${mchid}",nonce_str="n",signature="${signature}",timestamp="${timestamp}",serial_no="${serial}"`;
const explain = (authorization: string, more: object = {}, at = now) =>
  answer((english) => english, Result.succeed({ method: "POST", url, body, authorization, ...more }), credential, at);
const kindsOf = (...given: Parameters<typeof explain>) => {
  const { exitCode, json } = explain(...given);
  expect(exitCode).toBe(1);
  return (json as { readonly mistakes: ReadonlyArray<{ readonly kind: string }> }).mistakes.map(({ kind }) => kind);
};

it("finds nothing where nothing is wrong", () => {
  expect(explain(over(right))).toMatchObject({ exitCode: 0, json: { ok: true, value: { message: right } } });
  expect(explain(`Authorization: ${over(right)}`, { url: `https://api.mch.weixin.qq.com${url}` }).exitCode).toBe(0);
});

describe("what was signed in its place", () => {
  const get = { method: "GET", body: "" };
  const ofGet = Signature.requestText({ ...parts, ...get });
  it.each<readonly [string, string, object]>([
    ["last-line-end", right.slice(0, -1), {}],
    ["lines", ofGet.slice(0, -1), get],
    ["line-end", right.replaceAll("\n", "\r\n"), {}],
    ["line-end", right.replaceAll("\n", "\\n"), {}],
    ["method", `post${right.slice(4)}`, {}],
    ["path", right.replace(url, `https://api.mch.weixin.qq.com${url}`), { url: `https://api.mch.weixin.qq.com${url}` }],
    ["path", right.replace(/\?sub_mchid=\d+/, ""), {}],
    ["path", right.replace("%7C", "|"), {}],
    ["path", right.replace("%7C", "%257C"), {}],
    ["body", right.replace(body, ""), {}],
    ["body", right.replace(body, JSON.stringify(JSON.parse(body))), {}],
    ["body", right.replace(body, JSON.stringify(JSON.parse(body), null, 2)), {}],
    ["body", right.replace("退货", "\\u9000\\u8d27"), {}],
    ["body", ofGet.replace(/\n$/, "null\n"), get],
    ["timestamp", right.replace(String(now), `${now}000`), {}],
    ["order", right.replace(`${now}\nn\n`, `n\n${now}\n`), {}],
  ])("%s", (kind, text, more) => {
    expect(text).not.toBe(right);
    expect(kindsOf(over(text), more)).toEqual([kind]);
  });
  it("may be anything, with another key", () => {
    const other = make(pem(generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey));
    const { json, text } = explain(over(right, { signature: other.sign(right).signature }));
    expect(json).toMatchObject({
      ok: false,
      mistakes: [],
      error: { message: expect.stringContaining("another private key") },
    });
    expect(text).toContain("another private key");
  });
});

describe("what stands in the field", () => {
  const { signature } = credential.sign(right);
  it.each<readonly [string, string]>([
    ["format", "Bearer x"],
    ["format", over(right).replaceAll('",', '", ')],
    ["format", over(right).replace('nonce_str="n",', "")],
    ["format", over(right).replace('nonce_str="n"', 'nonce_str="n",nonce_str="n"')],
    ["mchid", over(right, { mchid: "1900000110" })],
    ["serial", over(right, { serial: serialNo.toLowerCase() })],
    ["serial", over(right, { serial: "PUB_KEY_ID_1" })],
    ["serial", over(right, { serial: BigInt(`0x${serialNo}`).toString() })],
    ["serial", over(right, { serial: "5F1C72E2A8931B72A2E13AF8DEE92471EB397115" })],
    ["base64", over(right, { signature: signature.replace(/=+$/, "").replaceAll("+", "-").replaceAll("/", "_") })],
  ])("%s", (kind, field) => {
    expect(kindsOf(field)).toEqual([kind]);
  });
  it("is of now", () => {
    expect(kindsOf(over(right), {}, now + 301)).toEqual(["clock"]);
    const inMillis = Signature.requestText({ ...parts, timestamp: `${now}000` });
    expect(kindsOf(over(inMillis, { timestamp: `${now}000` }))).toEqual(["clock"]);
    const none = Signature.requestText({ ...parts, timestamp: "now" });
    expect(kindsOf(over(none, { timestamp: "now" }))).toEqual(["clock"]);
  });
});

it.each([
  ["method", { method: 1 }],
  ["url", { url: "refund" }],
  ["body", { body: {} }],
  ["authorization", { authorization: undefined }],
])("cannot be read with another %s", (field, more) => {
  expect(explain("", more).json).toMatchObject({
    error: { reason: "Unreadable", message: expect.stringContaining(field) },
  });
});

it("is a command, in both languages, and shows no key", async () => {
  const input = JSON.stringify({ method: "POST", url, body, authorization: over(right.slice(0, -1)) });
  const env = {
    WECHAT_PAY_MCH_ID: "1900000109",
    WECHAT_PAY_V3_SERIAL_NO: serialNo,
    WECHAT_PAY_V3_PRIVATE_KEY: privateKey,
  };
  const args = ["explain", "--protocol", "v3", "--now", String(now)];
  const asJson = await run([...args, "--json"], { input, env });
  expect(document(asJson.stdout)).toMatchObject({ mistakes: [{ kind: "last-line-end" }] });
  const chinese = await run(args, { input, env: { ...env, LANG: "zh_CN.UTF-8" } });
  expect(chinese.code).toBe(1);
  expect(chinese.stdout + chinese.stderr).toContain("签名串缺少最后一个换行符");
  const none = await run(args, { input, env: { ...env, WECHAT_PAY_V3_PRIVATE_KEY: "" } });
  expect(none.code).toBe(2);
  for (const { stderr, stdout } of [asJson, chinese, none])
    expect(stderr + stdout).not.toContain(privateKey.split("\n")[1]);
});

it("says what is odd about the body, and repeats no name that may be a secret", () => {
  const odd = (text: string) => {
    const { json, text: said = "" } = explain(over(right.replace(body, text)), { body: text });
    const { value } = json as { readonly value: { readonly mistakes: ReadonlyArray<{ readonly says: string }> } };
    return [value.mistakes.map(({ says }) => says), said] as const;
  };
  expect(odd('{"out_refund_no":"undefined","amount":{"refund":"1","total":1,"currency":"CNY"}}')[0]).toEqual([
    "out_refund_no says undefined: a program wrote a missing value as text.",
    "amount.refund is a text, not a number.",
  ]);
  const secret = "aB3dEf7hIj1kLm5nOp9qRs2tUv6wXy0z";
  const [mistakes, said] = odd(`{"${secret}":"undefined"}`);
  expect(mistakes).toEqual(["(a field) says undefined: a program wrote a missing value as text."]);
  expect(said).not.toContain(secret);
});
