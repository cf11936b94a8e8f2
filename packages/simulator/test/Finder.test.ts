/** The finder of causes: every mistake is made by hand, and named in both languages; what is odd beside a signature is said too. */
import { createHash, createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { Diagnosis } from "@wechat-refund/simulator";
import { take } from "../src/internal/finder/intake.ts";
import { readings } from "../src/internal/finder/given.ts";

const apiKey = "abcdefgh12345678ABCDEFGH12345678";
const own = { key: apiKey, whose: "the API key", whoseZh: "API密钥" };
const sent: Readonly<Record<string, string>> = {
  appid: "wx8888888888888888",
  mch_id: "1900000109",
  nonce_str: "5K8264ILTKCH16CQ2502SI8ZNMTM67VS",
  out_refund_no: "R-1",
  out_trade_no: "T-1",
  refund_desc: "售完 a&b <c>",
  refund_fee: "60",
  total_fee: "100",
};
type Fields = Readonly<Record<string, string>>;

const textOf = (fields: Fields): string =>
  Object.entries(fields)
    .filter(([name, value]) => name !== "sign" && value !== "")
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
const hashed = (algorithm: string, input: string | Uint8Array) =>
  createHash(algorithm).update(input).digest("hex").toUpperCase();
const md5 = (input: string | Uint8Array) => hashed("md5", input);
const hmac = (input: string, key = apiKey) => createHmac("sha256", key).update(input).digest("hex").toUpperCase();
const keyed = (fields: Fields, key = apiKey) => `${textOf(fields)}&key=${key}`;
const signed = (fields: Fields, key = apiKey) => md5(keyed(fields, key));
const mapped = (form: (value: string) => string): Fields =>
  Object.fromEntries(Object.entries(sent).map(([name, value]) => [name, form(value)]));

const diagnosed = (fields: Fields, context: Diagnosis.Context = {}) =>
  Diagnosis.diagnose(new Map(Object.entries(fields)), [own], [], context);
/** What is said of it, kind by kind; in Chinese it is said as well, and no key is. */
const found = (fields: Fields, context?: Diagnosis.Context): ReadonlyArray<string> => {
  const { finding, remarks } = diagnosed(fields, context);
  expect(JSON.stringify([finding, remarks]).toLowerCase()).not.toContain(apiKey.toLowerCase().slice(0, 12));
  const mistakes = finding?.mistakes ?? [];
  for (const { remedy, says, zh } of [...mistakes, ...remarks]) {
    for (const text of [says, remedy, zh.says, zh.remedy]) expect(text).toMatch(/\S/);
    for (const text of [zh.says, zh.remedy]) expect(text).toMatch(/\p{Script=Han}/u);
    expect(says).not.toMatch(/^\p{Script=Han}/u);
  }
  return mistakes.map(({ says }) => says);
};

describe("a message that says no algorithm", () => {
  const reply = { return_code: "SUCCESS", result_code: "SUCCESS", ...sent };
  it("is a reply, which is signed as its request was: right with either", () => {
    for (const [algorithm, sign] of [
      ["HMAC-SHA256", hmac(keyed(reply))],
      ["MD5", signed(reply)],
    ] as const) {
      expect(diagnosed({ ...reply, sign })).toMatchObject({ right: true, algorithm });
      expect(diagnosed({ ...reply, sign }, { otherwise: "MD5" })).toMatchObject({ right: true, algorithm });
    }
    expect(diagnosed({ ...reply, sign_type: "MD5", sign: hmac(keyed({ ...reply, sign_type: "MD5" })) }).right).toBe(
      false,
    );
  });
  it("is a request, which means MD5 unless one is told otherwise", () => {
    const sign = hmac(keyed(sent));
    expect(found({ ...sent, sign })).toEqual([
      "It was signed with HMAC-SHA256, and sign_type is absent, which means MD5.",
    ]);
    expect(diagnosed({ ...sent, sign }, { otherwise: "HMAC-SHA256" })).toMatchObject({
      right: true,
      algorithm: "HMAC-SHA256",
    });
  });
});

describe("the key that was used", () => {
  it.each([
    ["\n", "", "a line end before it"],
    ["", "\n", "a line end after it"],
    ["", "\r\n", "a line end after it"],
    ["", "\r", "a carriage return after it"],
    ["", " ", "a blank after it"],
    [" ", "", "a blank before it"],
    [" ", " ", "blanks around it"],
    ["", "\t", "a tab after it"],
    ["\t", "", "a tab before it"],
    ["", "\u00a0", "a no-break space after it"],
    ["\u00a0", "", "a no-break space before it"],
    ["", "\u3000", "a full-width space after it"],
    ["", "\u200b", "a zero-width space after it"],
    ["\u200b", "", "a zero-width space before it"],
    ["\ufeff", "", "a byte-order mark before it"],
    ["", "\0", "a NUL after it"],
    ['"', '"', "quotes around it"],
    ["'", "'", "single quotes around it"],
    ["", ";", "a semicolon after it"],
    ["", ",", "a comma after it"],
  ])("has %j before and %j after it", (before, after, says) => {
    expect(found({ ...sent, sign: signed(sent, before + apiKey + after) })).toEqual([`The key was used with ${says}.`]);
    const said = { ...sent, sign_type: "HMAC-SHA256" };
    const key = before + apiKey + after;
    expect(found({ ...said, sign: hmac(keyed(said, key), key) })).toEqual([`The key was used with ${says}.`]);
  });

  it.each([
    [apiKey.toLowerCase(), "in another case"],
    [apiKey.toUpperCase(), "in another case"],
    [apiKey.slice(1), "without its first character"],
    [apiKey.slice(0, -1), "without its last character"],
    [apiKey.slice(0, 16), "up to its 16th character"],
    [apiKey + apiKey, "twice, one after the other"],
    [hashed("md5", apiKey).toLowerCase(), "as its MD5."],
    [hashed("md5", apiKey), "as its MD5 in capitals"],
    [Buffer.from(apiKey).toString("base64"), "in Base64"],
    [Buffer.from(apiKey).toString("hex"), "in hex"],
    [[...apiKey].toReversed().join(""), "backwards"],
    ["", "an empty key"],
    ["undefined", "the word undefined"],
    ["null", "the word null"],
    ["None", "the word None"],
    ["NaN", "the word NaN"],
    ["[object Object]", "the word [object Object]"],
    ["192006250b4c09247ec02edce69f6a2d", "a key for trying"],
    ["SimulatorKey00000000000000000001", "a key for trying"],
    ["0".repeat(32), "a key for trying"],
  ])("is %j", (key, says) => {
    const said = found({ ...sent, sign: signed(sent, key) });
    expect(said).toHaveLength(1);
    expect(`${said[0]}`).toContain(says);
  });

  it("stands elsewhere, or under another name", () => {
    const text = textOf(sent);
    for (const [input, says] of [
      [text + apiKey, "without &key="],
      [`${text}&${apiKey}`, "without key="],
      [`${text}key=${apiKey}`, "without & before"],
      [`${text}&&key=${apiKey}`, "two &"],
      [text, "not added to the text."],
      [`${text}&`, "not added to the text, which ends with &"],
      [textOf({ ...sent, key: apiKey }), "sorted in"],
      [`key=${apiKey}&${text}`, "before the fields"],
      [apiKey + text, "before the text"],
      [`${text}&key=${apiKey}&`, "An & stands after"],
      [`${text}&KEY=${apiKey}`, "as KEY="],
      [`${text}&api_key=${apiKey}`, "as api_key="],
    ] as const) {
      expect(found({ ...sent, sign: md5(input) }).join()).toContain(says);
    }
  });
});

describe("the fields that were signed", () => {
  const { refund_desc: _, ...withoutDesc } = sent;
  const order = (compare: (a: string, b: string) => number, fields: Fields = sent) =>
    md5(
      `${Object.entries(fields)
        .toSorted(([a], [b]) => compare(a, b))
        .map(([name, value]) => `${name}=${value}`)
        .join("&")}&key=${apiKey}`,
    );
  const reversed = Object.fromEntries(Object.entries(sent).toReversed());
  const known = new Map([["sub_mch_id", "1900000555"]]);
  it.each<[says: string, sign: string, fields?: Fields, context?: Diagnosis.Context]>([
    ["refund_desc was sent and not signed.", signed(withoutDesc)],
    ["a, b was sent and not signed.", signed(sent), { ...sent, a: "1", b: "2" }],
    ["sign_type=MD5 was signed and not sent.", signed({ ...sent, sign_type: "MD5" })],
    ["refund_fee_type was signed and not sent.", signed({ ...sent, refund_fee_type: "CNY" })],
    ["op_user_id was signed and not sent.", signed({ ...sent, op_user_id: "1900000109" })],
    ["sub_mch_id was signed and not sent.", signed({ ...sent, sub_mch_id: "1900000555" }), sent, { known }],
    [
      "mch_id was signed with the value of the environment and sent with another.",
      signed({ ...sent, mch_id: "1900000110" }),
      sent,
      { known: new Map([["mch_id", "1900000110"]]) },
    ],
    [
      "The empty device_info was signed.",
      md5(keyed(sent).replace("&mch_id", "&device_info=&mch_id")),
      { ...sent, device_info: "" },
    ],
    [
      "The empty device_info was signed as the word null.",
      signed({ ...sent, device_info: "null" }),
      { ...sent, device_info: "" },
    ],
    ["The field sign was signed too, while it was empty.", md5(keyed(sent).replace("&total_fee", "&sign=&total_fee"))],
    ["The fields were joined in the order of the document.", order(() => 0, reversed), { ...reversed, z: "" }],
    [
      "The fields were joined without regard to the underscore.",
      order((a, b) => (a.replaceAll("_", "") < b.replaceAll("_", "") ? -1 : 1), { ...sent, a_z: "1", ab: "2" }),
      { ...sent, a_z: "1", ab: "2" },
    ],
    [
      "The fields were sorted as name=value, not by their names.",
      md5(`${["a=2", "a1=1", ...textOf({ ...sent, refund_desc: "x" }).split("&")].toSorted().join("&")}&key=${apiKey}`),
      { ...sent, refund_desc: "x", a: "2", a1: "1" },
    ],
    ["The fields were joined backwards.", order((a, b) => (a < b ? 1 : -1))],
    ["The amounts were signed in yuan and sent in fen.", signed({ ...sent, refund_fee: "0.60", total_fee: "1.00" })],
    [
      "The amounts were signed with decimals that were not sent.",
      signed({ ...sent, refund_fee: "60.0", total_fee: "100.0" }),
    ],
  ])("%s", (says, sign, fields = sent, context = {}) => {
    expect(found({ ...fields, sign }, context)).toEqual([says]);
  });
});

describe("the values that were signed", () => {
  it.each<readonly [string, (value: string) => string]>([
    ["signed URL-encoded.", encodeURIComponent],
    ["signed form-encoded.", (value) => new URLSearchParams({ "": value }).toString().slice(1)],
    [
      "signed URL-encoded in small letters.",
      (value) => encodeURIComponent(value).replaceAll(/%../g, (part) => part.toLowerCase()),
    ],
    ["signed XML-escaped.", (value) => value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")],
    ["signed inside CDATA marks.", (value) => `<![CDATA[${value}]]>`],
    ["signed without any white space.", (value) => value.replaceAll(" ", "")],
    ["signed in JSON quotes.", (value) => JSON.stringify(value)],
    ["signed in single quotes.", (value) => `'${value}'`],
    ["signed with question marks for what is not ASCII.", (value) => value.replaceAll(/[^\0-\x7f]/g, "?")],
    ["signed with \\u escapes.", (value) => value.replaceAll("售完", "\\u552e\\u5b8c")],
    ["signed as UTF-8 that was taken for ISO-8859-1.", (value) => Buffer.from(value).toString("latin1")],
    ["signed in lower case.", (value) => value.toLowerCase()],
    ["signed in upper case.", (value) => value.toUpperCase()],
  ])("%s", (says, form) => {
    expect(found({ ...sent, sign: signed(mapped(form)) })).toEqual([`The values were ${says}`]);
  });

  it.each<readonly [string, Fields, Fields]>([
    ["were signed trimmed", { refund_desc: " x " }, { refund_desc: "x" }],
    ["with \\ escapes of JSON", { refund_desc: 'a"b/c' }, { refund_desc: 'a\\"b\\/c' }],
    ["sent XML-escaped once more", { refund_desc: "a &amp; b" }, { refund_desc: "a & b" }],
    ["sent URL-encoded", { refund_desc: "%E5%94%AE" }, { refund_desc: "售" }],
    ["sent with CDATA marks", { refund_desc: "<![CDATA[x]]>" }, { refund_desc: "x" }],
    ["sent in quotes", { refund_desc: '"x"' }, { refund_desc: "x" }],
    [
      "refund_desc was signed URL-encoded, the other fields as they are",
      { refund_desc: "a b", attach: "a b" },
      { refund_desc: "a%20b", attach: "a b" },
    ],
    ["refund_desc was signed with a blank after it", { refund_desc: "x" }, { refund_desc: "x " }],
  ])("%s", (says, message, signedInstead) => {
    const said = found({ ...sent, ...message, sign: signed({ ...sent, ...signedInstead }) });
    expect(said).toHaveLength(1);
    expect(`${said[0]}`).toContain(says);
  });

  it("in other bytes", () => {
    const bytes = Buffer.from(keyed(sent), "utf16le");
    expect(found({ ...sent, sign: md5(bytes) })).toEqual(["The text was turned into bytes as UTF-16."]);
    expect(found({ ...sent, sign: md5(Buffer.from(bytes).swap16()) })).toEqual([
      "The text was turned into bytes as UTF-16 (BE).",
    ]);
  });
});

describe("the algorithm, and how its result is written", () => {
  const text = keyed(sent);
  const right = signed(sent);
  it.each<readonly [string, string]>([
    ["SHA-256 alone", hashed("sha256", text)],
    ["SHA-1", hashed("sha1", text)],
    ["SHA-512", hashed("sha512", text)],
    ["HMAC-MD5", createHmac("md5", apiKey).update(text).digest("hex").toUpperCase()],
    ["HMAC-SHA1", createHmac("sha1", apiKey).update(text).digest("hex").toUpperCase()],
    ["HMAC-SHA512", createHmac("sha512", apiKey).update(text).digest("hex").toUpperCase()],
    ["HMAC-SHA256 without its key", hmac(text, "")],
    ["MD5 of the MD5,", md5(right.toLowerCase())],
    ["MD5 of the MD5 in capitals", md5(right)],
    ["16-digit form", right.slice(8, 24)],
    ["cut off", right.slice(0, 30)],
    ["in lower case", right.toLowerCase()],
    ["partly in lower case", right.slice(0, 16) + right.slice(16).toLowerCase()],
    ["in Base64", Buffer.from(right, "hex").toString("base64")],
    ["in Base64", Buffer.from(right).toString("base64")],
    ["blanks, line ends", `${right}\n`],
    ["blanks, line ends", ` ${right}`],
    ["blanks, line ends", `"${right}"`],
    ["blanks, line ends", `0x${right}`],
    ["blanks, line ends", right.replaceAll(/(..)(?=.)/g, "$1-")],
    ["blanks, line ends", `<![CDATA[${right}]]>`],
    ["blanks, line ends", `${right}\u200b`],
    ["the form of APIv3", `${"A".repeat(342)}==`],
  ])("%s", (says, sign) => {
    const said = found({ ...sent, sign });
    expect(said).toHaveLength(1);
    expect(`${said[0]}`).toContain(says);
  });

  it.each([
    ["md5", "MD5 was meant"],
    ["hmac-sha256", "HMAC-SHA256 was meant"],
    ["HMACSHA256", "HMAC-SHA256 was meant"],
    ["SHA256", "HMAC-SHA256 was meant"],
    [" MD5", "MD5 was meant"],
    ["RSA", "none that the gateway knows."],
  ])("sign_type %j", (signType, says) => {
    expect(found({ ...sent, sign_type: signType, sign: right }).join()).toContain(says);
  });

  it.each<readonly [string, Fields]>([
    ["There is no signature.", {}],
    ["There is no signature.", { sign: " " }],
    ["There is no signature.", { sign: "undefined" }],
    ["There is no signature.", { sign: "[object Object]" }],
    ["return_code FAIL is never signed", { return_code: "FAIL" }],
    ["a refund result notice has none", { return_code: "SUCCESS", req_info: "x" }],
  ])("%s", (says, fields) => {
    expect(found({ ...sent, ...fields }).join()).toContain(says);
  });

  it("throws at nothing: half a surrogate pair, and names of objects", () => {
    for (const value of ["\ud800", "&#xD800;", "__proto__", "%zz", "$&"]) {
      expect(found({ ...sent, attach: value, sign: "0".repeat(32) })).toEqual([]);
    }
    const { fields } = Diagnosis.inspect(Buffer.from("<xml><a>&#xD800;</a><b>&#999999;&</b><sign>0</sign></xml>"), [
      own,
    ]);
    expect(Diagnosis.diagnose(fields ?? new Map(), [own], []).right).toBe(false);
  });

  it("is not guessed", () => {
    for (const sign of ["0".repeat(32), "x", "0".repeat(64)]) expect(found({ ...sent, sign })).toEqual([]);
    expect(readings("no signature")).toEqual([]);
  });
});

describe("values that no person meant are named, however right the signature", () => {
  const odd = (fields: Fields): ReadonlyArray<string> => {
    const all = { ...sent, ...fields };
    const { remarks, right } = diagnosed({ ...all, sign: signed(all) });
    expect(right).toBe(true);
    found({ ...all, sign: signed(all) });
    return remarks.map(({ says }) => says);
  };

  it("says nothing of an ordinary message", () => {
    expect(odd({})).toEqual([]);
    expect(
      odd({ refund_desc: "  Null & void, 100 % «NaN-Brot»\n第二行 ", notify_url: "https://a.example/%E5" }),
    ).toEqual([]);
    expect(odd({ out_refund_no: "NULLIFY-1", out_trade_no: "a_b|c*d@e-NANCY" })).toEqual([]);
    expect(diagnosed({ return_code: "SUCCESS", ...sent, refund_channel: "", mch_id: "" }).remarks).toEqual([]);
  });

  it.each([
    ["refund_fee", "NaN", "says NaN"],
    ["total_fee", "Infinity", "says Infinity"],
    ["total_fee", "-Infinity", "says -Infinity"],
    ["out_refund_no", "undefined", "says undefined"],
    ["out_refund_no", "null", "says null"],
    ["out_refund_no", "NULL", "says NULL"],
    ["out_refund_no", "None", "says None"],
    ["out_refund_no", "nil", "says nil"],
    ["out_refund_no", "<nil>", "says <nil>"],
    ["refund_fee", "%!d(MISSING)", "says %!d(MISSING)"],
    ["notify_url", "undefined", "says undefined"],
    ["refund_desc", "null", "says null"],
    ["out_refund_no", "Invalid Date", "says Invalid Date"],
    ["out_refund_no", "true", "says true"],
    ["out_refund_no", "[object Object]", "what a program calls an object"],
    ["out_refund_no", "[object Promise]", "what a program calls an object"],
    ["refund_desc", "order [object Object]", "what a program calls an object"],
    ["out_refund_no", "com.shop.Refund@1b6d3586", "what a program calls an object"],
    ["out_refund_no", "System.Guid", "what a program calls an object"],
    ["out_refund_no", "<Refund object at 0x7f>", "what a program calls an object"],
    ["out_refund_no", "Some(R1)", "what a program calls an object"],
    ["out_refund_no", "() => id", "what a program calls an object"],
    ["out_refund_no", "R-undefined", "has undefined in it"],
    ["out_refund_no", "R_NaN", "has NaN in it"],
    ["out_refund_no", "null-7", "has null in it"],
    ["out_refund_no", "${refundNo}", "placeholder"],
    ["out_refund_no", "{{ id }}", "placeholder"],
    ["out_refund_no", "#{id}", "placeholder"],
    ["out_refund_no", "%s", "placeholder"],
    ["appid", "your-appid", "placeholder"],
    ["mch_id", "你的商户号", "placeholder"],
    ["out_refund_no", "", "is empty"],
    ["nonce_str", "", "is empty"],
    ["mch_id", "1900000109 ", "white space around it"],
    ["out_refund_no", " ", "white space around it"],
    ["out_refund_no", "R\u200b1", "cannot be seen"],
    ["out_refund_no", "\ufeffR1", "cannot be seen"],
    ["out_refund_no", "R1\u202e", "cannot be seen"],
    ["out_refund_no", "R\u00a01", "cannot be seen"],
    ["refund_fee", "６０", "full-width"],
    ["out_refund_no", "Ｒ１", "full-width"],
    ["refund_fee", "0.60", "not a whole number of fen"],
    ["refund_fee", "-60", "not a whole number of fen"],
    ["refund_fee", "6e1", "not a whole number of fen"],
    ["refund_fee", "1,000", "not a whole number of fen"],
    ["refund_fee", "¥60", "not a whole number of fen"],
    ["refund_desc", "<![CDATA[x]]>", "CDATA marks"],
    ["refund_desc", "a &amp; b", "escaped twice"],
    ["refund_desc", "a &#x26; b", "escaped twice"],
    ["refund_desc", "%E5%94%AE%E5%AE%8C", "URL-encoded"],
    ["refund_desc", "å\u0094®å®\u008c", "another character set"],
    ["refund_desc", "å•†å“", "another character set"],
    ["refund_desc", "锟斤拷", "another character set"],
    ["refund_desc", "\ufffd\ufffd", "another character set"],
  ])("%s = %j", (name, value, says) => {
    const said = odd({ [name]: value });
    expect(said).toHaveLength(1);
    expect(`${said[0]}`).toMatch(new RegExp(`^${name} `));
    expect(`${said[0]}`).toContain(says);
  });

  it("names that are none, and fields that are not there", () => {
    const { mch_id: mchId = "", ...rest } = sent;
    const named = (fields: Fields) => diagnosed({ ...fields, sign: "0" }).remarks.map(({ says }) => says);
    expect(named({ ...rest, mchid: mchId })).toEqual(["There is no field mchid; mch_id was meant."]);
    expect(named({ ...rest, mchId })).toEqual(["There is no field mchId; mch_id was meant."]);
    expect(named(rest)).toEqual(["mch_id is not in it."]);
    const { out_refund_no: refundNo = "", ...others } = sent;
    expect(named({ ...others, outRefundNo: refundNo })).toEqual([
      "There is no field outRefundNo; out_refund_no was meant.",
    ]);
  });
});

describe("bytes that are no message", () => {
  const xml = (fields: Fields, write = (value: string) => `<![CDATA[${value}]]>`) =>
    `<xml>${Object.entries(fields)
      .map(([name, value]) => `<${name}>${write(value)}</${name}>`)
      .join("")}</xml>`;
  const whole = { ...sent, sign: signed(sent) };
  const [before = "", after = ""] = xml(whole).split("售完");
  const gbk = Buffer.concat([Buffer.from(before), Buffer.from([0xca, 0xdb, 0xcd, 0xea]), Buffer.from(after)]);
  const request = `POST /secapi/pay/refund HTTP/1.1\r\nHost: api.mch.weixin.qq.com\r\nContent-Type: text/xml\r\n\r\n`;
  const bare = (value: string) => value;

  it.each<readonly [what: string, bytes: string | Uint8Array, says: ReadonlyArray<string>]>([
    ["nothing odd", xml(whole), []],
    ["GBK", gbk, ["The message is in GBK, not in UTF-8."]],
    ["a BOM", `\ufeff${xml(whole)}`, ["A byte-order mark (BOM) stands before the message."]],
    ["UTF-16", Buffer.from(`\ufeff${xml(whole)}`, "utf16le"), ["The message is in UTF-16, not in UTF-8."]],
    ["UTF-16 without a BOM", Buffer.from(xml(whole), "utf16le"), ["The message is in UTF-16, not in UTF-8."]],
    [
      "a declaration that is wrong",
      `<?xml version="1.0" encoding="GBK"?>${xml(whole)}`,
      ["The XML declaration says GBK, and the message is in UTF-8."],
    ],
    ["headers", request + xml(whole), ["HTTP headers stand before the message."]],
    [
      "headers of an answer",
      `HTTP/1.1 200 OK\r\nServer: nginx\r\n\r\n${xml(whole)}`,
      ["HTTP headers stand before the message."],
    ],
    [
      "what curl shows",
      `> POST / HTTP/1.1\n> Host: x\n>\n${xml(whole)}\n* done`,
      ["HTTP headers stand before the message."],
    ],
    [
      "headers before JSON",
      `Content-Type: application/json\r\n\r\n${JSON.stringify(whole)}`,
      ["HTTP headers stand before the message."],
    ],
    ["a line of a log", `12:00 INFO body=${xml(whole)} [main]`, ["Something stands before or after the message."]],
    ["something after it", `${xml(whole)}\ndone`, ["Something stands before or after the message."]],
    ["a quoted string", JSON.stringify(xml(whole)), ["The message was given as a quoted string."]],
    [
      "an escaped one",
      xml({ ...whole, refund_desc: "x" })
        .replaceAll("<", "&lt;")
        .replaceAll(">", "&gt;"),
      ["The whole message was escaped: it says &lt;xml&gt; or %3Cxml%3E."],
    ],
    [
      "a URL-encoded one",
      encodeURIComponent(xml(whole)),
      ["The whole message was escaped: it says &lt;xml&gt; or %3Cxml%3E."],
    ],
    ["a form", new URLSearchParams(whole).toString(), ["The fields were given as name=value&…, not as XML."]],
    ["what is not escaped", xml(whole, bare), ["refund_desc has an & or < that is not escaped."]],
    [
      "CDATA that does not end",
      xml(whole).replace("R-1]]>", "R-1]>"),
      ["The CDATA of out_refund_no does not end, ends twice, or is misspelt."],
    ],
    [
      "CDATA that ends twice",
      xml(whole).replace("R-1]]>", "R-1]]>]]>"),
      ["The CDATA of out_refund_no does not end, ends twice, or is misspelt."],
    ],
    ["attributes", xml(whole).replace("<appid>", '<appid type="s">'), ["An element has attributes."]],
    ["what is nested", xml(whole).replace("</xml>", "<list><item>1</item></list></xml>"), ["list has elements in it."]],
    ["another root", xml(whole).replaceAll("xml>", "root>"), ["The outermost element is not <xml>."]],
    ["capitals", xml(whole).replaceAll("xml>", "XML>"), ["The outermost element is not <xml>."]],
    ["a cut", xml(whole).slice(0, -6), ["The message is cut off: it does not end with </xml>."]],
    [
      "NUL",
      xml(whole).replace("<appid>", "\0<appid>"),
      ["The message holds a character that XML does not allow, such as NUL."],
    ],
    [
      "a field twice",
      xml(whole).replace("</xml>", "<refund_fee>60</refund_fee></xml>"),
      ["refund_fee is given twice."],
    ],
    [
      "a field twice in JSON",
      JSON.stringify(whole).replace("}", ',"refund_fee":"60"}'),
      ["refund_fee is given twice."],
    ],
  ])("%s", (_, bytes, says) => {
    const { fields, mistakes, remarks } = Diagnosis.inspect(Buffer.from(bytes as string), [own]);
    expect([...mistakes, ...remarks].map((mistake) => mistake.says)).toEqual(says);
    expect([...mistakes, ...remarks].every(({ zh }) => /\p{Script=Han}/u.test(zh.says + zh.remedy))).toBe(true);
    // What was meant can be told, and so whether it was signed rightly.
    const meant = fields ?? new Map();
    expect(meant.get("out_refund_no")).toBe("R-1");
    if (says.join() !== "" && meant.get("refund_desc") === "x") return;
    expect(Diagnosis.diagnose(meant, [own], []).right).toBe(true);
  });

  it.each([
    ["", "There is no message: it is empty."],
    [" \n", "There is no message: it is empty."],
    ["hello", "It is no message of APIv2: neither XML nor fields."],
    ["<!DOCTYPE html><html><body>502</body></html>", "It is a web page (HTML), not a message."],
  ])("%j", (text, says) => {
    expect(take(Buffer.from(text))).toMatchObject({ readings: [], mistakes: [{ says }] });
  });

  it.each([
    ["{'appid': 'wx1', 'refund_fee': None}", "None"],
    ['{"appid":"wx1","refund_fee":NaN}', "NaN"],
    ['{appid:"wx1",refund_fee:undefined,}', "undefined"],
  ])("an object of a program: %s", (text, word) => {
    const { mistakes, readings } = take(Buffer.from(text));
    expect(mistakes.map(({ kind }) => kind)).toEqual(["no-json"]);
    expect(Object.fromEntries(readings[0] ?? [])).toMatchObject({ appid: "wx1", refund_fee: word });
  });

  it("tells which of two was signed", () => {
    const last = xml(whole).replace("</xml>", "<refund_fee>61</refund_fee></xml>");
    const first = xml(whole).replace("<xml>", "<xml><refund_fee>61</refund_fee>");
    const said = (text: string) => Diagnosis.inspect(Buffer.from(text), [own]).mistakes.map(({ says }) => says);
    expect(said(last)).toEqual([
      "refund_fee is given twice.",
      "Of the field that is given twice the first was signed.",
    ]);
    expect(said(first)).toEqual([
      "refund_fee is given twice.",
      "Of the field that is given twice the last was signed.",
    ]);
  });

  it("is quick with what is meant to be slow", () => {
    const started = process.cpuUsage();
    for (const text of [
      "<a>".repeat(20_000),
      `<xml>${"<a><![CDATA[".repeat(5_000)}`,
      "&".repeat(60_000),
      "a=b&".repeat(15_000),
      `{${'"a":"1",'.repeat(8_000)}`,
      `${"]".repeat(60_000)}`,
      `<xml><a>${" ".repeat(60_000)}`,
      `${"Header: x\r\n".repeat(6_000)}`,
      `"${"\\".repeat(60_000)}`,
      `'${"a".repeat(60_000)}`,
    ]) {
      take(Buffer.from(text));
    }
    expect(process.cpuUsage(started).user / 1000).toBeLessThan(5_000);
  });
});
