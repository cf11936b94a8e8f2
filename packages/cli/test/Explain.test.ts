import { createHash, createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { answer, type Settings } from "../src/commands/Explain.ts";
import { chinese, english } from "@wechat-refund/checkup/Language";
import { document, run } from "./support/bin.ts";
import { ofKind } from "./support/vectors.ts";

const key = "192006250b4c09247ec02edce69f6a2d";
const v3 = "V3keyV3keyV3keyV3keyV3keyV3key00";
const settings: Settings = {
  apiKey: key,
  apiV3Key: v3,
  known: new Map([
    ["appid", "wx8888888888888888"],
    ["mch_id", "1900000109"],
    ["sub_mch_id", "1900000555"],
  ]),
};

type Record = Readonly<{ [name: string]: string }>;
const fields: Record = {
  appid: "wx8888888888888888",
  coupon_refund_fee_1: "1",
  coupon_refund_fee_10: "1",
  mch_id: "1900000109",
  nonce_str: "5K8264ILTKCH16CQ2502SI8ZNMTM67VS",
  notify_url: "https://shop.example/wx?a=1",
  out_refund_no: "R-1",
  refund_desc: " 商品 <A> & B ",
  refund_fee: "60",
  total_fee: "100",
};
const hex = { MD5: (text: string) => createHash("md5").update(text).digest("hex").toUpperCase() };
const hmac = (text: string, secret = key) => createHmac("sha256", secret).update(text).digest("hex").toUpperCase();
const join = (pairs: ReadonlyArray<readonly [string, string]>) => pairs.map(([n, v]) => `${n}=${v}`).join("&");
/** Both in byte order: the names of these tests have no two that differ otherwise. */
const text = (of: Record): string => join(Object.entries(of).sort(([a], [b]) => (a < b ? -1 : 1)));
const signed = (of: Record, secret = key) => hex.MD5(`${text(of)}&key=${secret}`);
const mapped = (map: (value: string, name: string) => string): Record =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, map(value, name)]));
const { appid: _, ...withoutAppId } = fields;

const said = (message: Record, other: Partial<Settings> = {}) => {
  const { exitCode, json, text } = answer(
    english,
    Buffer.from(JSON.stringify(message)),
    { ...settings, ...other },
    undefined,
  );
  for (const secret of [key, v3]) expect(JSON.stringify(json) + text).not.toContain(secret);
  return { exitCode, ...(json as { readonly mistakes?: ReadonlyArray<{ readonly says: string }> }), json, text };
};

describe("names the mistake", () => {
  it.each<[sign: string, words: RegExp, message?: Record, settings?: Partial<Settings>]>([
    [signed(fields).toLowerCase(), /lower case/],
    [signed(fields, `${key}\n`), /line end after it/],
    [signed(fields, `${key} `), /white space around WECHAT_PAY_API_KEY|blank after it/, fields, { apiKey: `${key} ` }],
    [signed(fields, v3), /APIv3 key/],
    [hmac(`${text(fields)}&key=${key}`), /HMAC-SHA256.*absent/],
    [signed({ ...fields, sign_type: "HMAC-SHA256" }), /signed with MD5/, { ...fields, sign_type: "HMAC-SHA256" }],
    [
      createHash("sha256")
        .update(`${text(fields)}&key=${key}`)
        .digest("hex")
        .toUpperCase(),
      /SHA-256 alone/,
    ],
    [signed({ ...fields, device_info: "" }), /empty device_info/, { ...fields, device_info: "" }],
    ...Object.keys(fields).map((name): [string, RegExp] => {
      const { [name]: _, ...rest } = fields;
      return [signed(rest), new RegExp(`^${name} was sent and not signed`)];
    }),
    [signed({ ...fields, sub_mch_id: "1900000555" }), /sub_mch_id was signed and not sent/],
    [signed({ ...fields, refund_fee_type: "CNY" }), /refund_fee_type was signed and not sent/],
    [signed({ ...fields, op_user_id: "1900000109" }), /op_user_id was signed and not sent/],
    [signed(fields), /appid was signed and not sent/, withoutAppId],
    [signed(fields), /mch_id was signed with the value of the environment/, { ...fields, mch_id: "1900000110" }],
    [signed(mapped(encodeURIComponent)), /signed URL-encoded/],
    [signed(mapped((v, n) => (n === "notify_url" ? encodeURIComponent(v) : v))), /^notify_url was signed URL-encoded/],
    [signed(mapped((v) => v.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))), /XML-escaped/],
    [signed(mapped((v) => v.trim())), /trimmed/],
    [signed(mapped((v) => `<![CDATA[${v}]]>`)), /CDATA/],
    [signed(mapped((v, n) => (n.endsWith("_fee") ? (Number(v) / 100).toFixed(2) : v))), /in yuan/],
    [
      hex.MD5(
        `${Object.entries(fields)
          .reverse()
          .map(([n, v]) => `${n}=${v}`)
          .join("&")}&key=${key}`,
      ),
      /backwards|order of the document/,
    ],
    [
      hex.MD5(`${text(fields).split("&").sort().join("&")}&key=${key}`),
      /name=value/,
      mapped((v) => v.replaceAll("&", "+")),
    ],
    [hex.MD5(text(fields)), /key was not added/],
    [hex.MD5(text(fields) + key), /without &key=/],
    [hex.MD5(`key=${key}&${text(fields)}`), /before the fields/],
    [
      createHash("md5")
        .update(Buffer.from(`${text({ ...fields, refund_desc: "é" })}&key=${key}`, "latin1"))
        .digest("hex")
        .toUpperCase(),
      /ISO-8859-1/,
      { ...fields, refund_desc: "é" },
    ],
  ])("%s: %s", (sign, words, message = fields, other = {}) => {
    const right =
      words.source === "name=value" ? hex.MD5(`${text(message).split("&").sort().join("&")}&key=${key}`) : sign;
    const found = said({ ...message, sign: right }, other);
    expect(found.mistakes?.map(({ says }) => says).join(" ")).toMatch(words);
    expect(found).toMatchObject({ exitCode: 1, json: { ok: false, error: { reason: "WrongSign" } } });
  });

  it("in GBK", () => {
    // 商品 in GBK.
    const gbk = Buffer.concat([
      Buffer.from("out_refund_no=R-1&refund_desc="),
      Buffer.from([0xc9, 0xcc, 0xc6, 0xb7]),
      Buffer.from(`&key=${key}`),
    ]);
    const sign = createHash("md5").update(gbk).digest("hex").toUpperCase();
    expect(said({ out_refund_no: "R-1", refund_desc: "商品", sign }).text).toMatch(/GBK/);
  });
});

it("shows both strings and where they first differ", () => {
  const found = said({ ...fields, sign: signed(withoutAppId) });
  expect(found.json).toMatchObject({
    stringToSign: `${text(fields)}&key=<redacted>`,
    signed: `${text(withoutAppId)}&key=<redacted>`,
    differsAt: 0,
  });
  expect(found.text).toMatch(/^differs at +0$/m);
});

it("does not guess", () => {
  const found = said({ ...fields, sign: "0".repeat(32) });
  expect(found).toMatchObject({ exitCode: 1, mistakes: [] });
  expect(found.text).toMatch(/none of the known mistakes/);
});

it("speaks of the key's shape where nothing else explains it", () => {
  expect(said({ ...fields, sign: "0".repeat(32) }, { apiKey: "short" }).text).toMatch(/has 5 characters/);
  expect(said({ ...fields, sign: "0".repeat(32) }, { apiKey: `${key}\n` }).text).toMatch(/white space/);
});

it("is content with every right signature, of XML too", async () => {
  for (const { key, params, expected, kind } of ofKind("sign-md5", "sign-hmac-sha256")) {
    const signType = kind === "sign-md5" ? ("MD5" as const) : ("HMAC-SHA256" as const);
    const input = Buffer.from(JSON.stringify({ ...params, sign: expected }));
    expect(answer(english, input, { ...settings, apiKey: key }, signType).exitCode).toBe(0);
  }
  const xml = `<xml>${Object.entries({ a: "1", b: "2", sign: signed({ a: "1", b: "2" }) })
    .map(([name, value]) => `<${name}>${value}</${name}>`)
    .join("")}</xml>`;
  const ran = await run(["explain"], { input: xml, env: { WECHAT_PAY_API_KEY: key } });
  expect(ran).toMatchObject({ code: 0, stderr: "", stdout: expect.stringContaining("matches (MD5)") });
  const wrong = await run(["explain", "--json"], {
    input: xml.replace("<a>1", "<a>2"),
    env: { WECHAT_PAY_API_KEY: key },
  });
  expect(document(wrong.stdout)).toMatchObject({ ok: false, error: { reason: "WrongSign" } });
  expect(wrong.code).toBe(1);
});

describe("a key in the message", () => {
  it.each<[what: string, more: Record, sign: string, exitCode: number, kinds: ReadonlyArray<string>]>([
    ["that was not signed", { key }, signed(fields), 1, ["key-sent"]],
    ["that was signed", { key }, signed({ ...fields, key }), 0, ["key-sent"]],
    ["with another mistake", { key }, signed(withoutAppId), 1, ["key-sent", "missing-field"]],
    ["with nothing that explains it", { key }, "0".repeat(32), 1, ["key-sent"]],
    ["as a part of a value", { attach: `my ${key}!` }, signed(fields), 1, ["key-sent"]],
    ["of APIv3", { attach: v3 }, signed(fields), 1, ["key-sent"]],
    ["for a name", { [v3]: "1" }, signed(fields), 1, ["key-sent"]],
  ])("%s", (_, more, sign, exitCode, kinds) => {
    const found = said({ ...fields, ...more, sign });
    const mistakes = found.mistakes ?? (found.json as { value: { mistakes: typeof found.mistakes } }).value.mistakes;
    expect(mistakes).toMatchObject(kinds.map((kind) => ({ kind })));
    const name = Object.keys(more).join() === v3 ? "(a field)" : Object.keys(more).join();
    expect(found.text).toContain(
      `The API key is a field of the message (${name}): it is never sent, only appended when signing.`,
    );
    expect(found.text).toContain("Leave it out of the message.");
    expect(found.exitCode).toBe(exitCode);
  });

  it("is not shown where the texts differ, nor a part of it", () => {
    // The other text differs in the middle of the key.
    const sent = { ...fields, nonce_str: key };
    const found = said({ ...sent, sign: signed({ ...sent, nonce_str: key.toUpperCase() }) });
    for (let at = 0; at + 8 <= key.length; at++) {
      expect((JSON.stringify(found.json) + found.text).toLowerCase()).not.toContain(key.slice(at, at + 8));
    }
  });
});

it("says so when there is nothing to explain", async () => {
  expect(said({ a: "1" }).text).toMatch(/no signature/);
  expect(await run(["explain"], { input: "{}" })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("WECHAT_PAY_API_KEY"),
  });
  const ran = await run(["explain"], { input: "<xml><a>1</b></xml>", env: { WECHAT_PAY_API_KEY: key } });
  expect(ran).toMatchObject({ code: 1, stderr: expect.stringContaining("cannot be read") });
});

it.each([
  ['{"a":"1","a":"2","sign":"x"}', "a is given twice"],
  ['{"a":"1"', "it starts like a JSON object and is none"],
  ['{"a":"\\ud800"}', "a: must not contain half a surrogate pair"],
])("cannot read %s", (json, words) => {
  expect(answer(english, Buffer.from(json), settings, undefined)).toMatchObject({
    exitCode: 1,
    json: { ok: false, error: { reason: "Unreadable", message: `the message cannot be read: ${words}` } },
  });
});

it("speaks Chinese", () => {
  const input = Buffer.from(JSON.stringify({ ...fields, sign: signed(withoutAppId) }));
  expect(answer(chinese, input, settings, undefined).text).toMatch(/appid 已发送，却没有参与签名/);
});

describe("what was given is not what was meant", () => {
  const xml = (of: Record) =>
    `<xml>${Object.entries(of)
      .map(([name, value]) => `<${name}><![CDATA[${value}]]></${name}>`)
      .join("")}</xml>`;
  const whole = { ...fields, sign: signed(fields) };
  const reply = { return_code: "SUCCESS", result_code: "SUCCESS", out_refund_no: "R-1" };
  const look = (input: string | Uint8Array, say = english) =>
    answer(say, Buffer.from(input as string), settings, undefined);
  const gbk = (text: string) =>
    Buffer.concat(
      text
        .split("商品")
        .flatMap((part, n) => [...(n > 0 ? [Buffer.from([0xc9, 0xcc, 0xc6, 0xb7])] : []), Buffer.from(part)]),
    );

  it("takes a right reply for right, whatever its algorithm", () => {
    expect(look(xml({ ...reply, sign: hmac(`${text(reply)}&key=${key}`) }))).toMatchObject({
      exitCode: 0,
      json: { ok: true, value: { signType: "HMAC-SHA256" } },
      text: expect.stringContaining("The signature matches (HMAC-SHA256)"),
    });
  });

  it.each<[what: string, input: string | Uint8Array, exitCode: number, words: RegExp, zh: RegExp]>([
    [
      "headers",
      `POST / HTTP/1.1\r\nHost: x\r\n\r\n${xml(whole)}`,
      0,
      /HTTP headers stand before.*\nremedy +Give the body alone/s,
      /报文之前带有 HTTP 头/,
    ],
    [
      "NaN",
      xml({ ...whole, refund_fee: "NaN", sign: signed({ ...fields, refund_fee: "NaN" }) }),
      0,
      /refund_fee says NaN/,
      /refund_fee 的值是 NaN/,
    ],
    [
      "an object",
      JSON.stringify({
        ...whole,
        out_refund_no: "[object Object]",
        sign: signed({ ...fields, out_refund_no: "[object Object]" }),
      }),
      0,
      /calls an object/,
      /程序对象/,
    ],
    [
      "an empty number",
      xml({ ...whole, out_refund_no: "", sign: md5Without("out_refund_no") }),
      0,
      /out_refund_no is empty/,
      /out_refund_no 为空/,
    ],
    ["GBK", gbk(xml(whole)), 1, /in GBK, not in UTF-8.*The signature matches/s, /GBK 编码的，不是 UTF-8/],
    ["a BOM", `\ufeff${xml(whole)}`, 1, /byte-order mark/, /字节顺序标记/],
    [
      "a field twice",
      xml(whole).replace("</xml>", "<refund_fee>61</refund_fee></xml>"),
      1,
      /refund_fee is given twice.*the first was signed/s,
      /refund_fee 出现了两次/,
    ],
    [
      "what is not escaped",
      xml(whole).replaceAll(/<!\[CDATA\[|\]\]>/g, ""),
      1,
      /refund_desc has an & or < that is not escaped/,
      /refund_desc 的值中有未转义的/,
    ],
    ["a page", "<html><body>502</body></html>", 1, /a web page \(HTML\)/, /网页（HTML）/],
    ["nothing", "", 1, /it is empty/, /报文为空/],
  ])("%s", (_, input, exitCode, words, zh) => {
    const said = look(input);
    expect(said.text).toMatch(words);
    expect(said.exitCode).toBe(exitCode);
    const chineseText = look(input, chinese).text ?? "";
    expect(chineseText).toMatch(zh);
    expect(chineseText).toMatch(/解决办法/);
    // For programs it stays English, with one form for all mistakes.
    const { mistakes } = {
      ...(said.json as { mistakes?: ReadonlyArray<object>; value?: { mistakes: ReadonlyArray<object> } }),
    };
    const all = mistakes ?? (said.json as { value: { mistakes: ReadonlyArray<object> } }).value.mistakes;
    for (const mistake of all) expect(Object.keys(mistake)).toEqual(["kind", "says", "remedy"]);
    expect(JSON.stringify(said) + chineseText).not.toContain(key);
  });

  it("repeats nothing of what cannot be read", () => {
    const said = look(`<xml><appid>${"s3cret".repeat(5)}</appid>`);
    expect(JSON.stringify(said)).not.toContain("s3cret");
    expect(said.json).toMatchObject({ error: { reason: "Unreadable" }, signatureMatches: false });
  });

  function md5Without(name: string): string {
    return signed(Object.fromEntries(Object.entries(fields).filter(([other]) => other !== name)));
  }
});
