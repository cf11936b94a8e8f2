import { constants, sign } from "node:crypto";
import { describe, expect, it } from "vitest";
import { DiagnosisV3 } from "@wechat-refund/simulator";
import { otherMchId } from "./client.ts";
import {
  gatewayV3,
  headersOf,
  identities,
  merchant,
  otherMerchant,
  otherSerialNo,
  query,
  refund,
  refundBody,
  refundsPath,
  type Request,
  send,
} from "./clientV3.ts";

const gatewayOfTwo = () => gatewayV3({ merchants: [merchant(), otherMerchant()] });

/** What is found of the latest exchange. */
const explained = (to: ReturnType<typeof gatewayV3>) => {
  const entry = to.log.entries().at(-1);
  if (entry === undefined) throw new Error("nothing was asked");
  return to.explain(entry);
};
const found = (to: ReturnType<typeof gatewayV3>) => {
  const explanation = explained(to);
  if (explanation._tag !== "SignedV3") throw new Error(explanation._tag);
  const { finding, right } = explanation.diagnosis;
  return right ? "right" : (finding?.mistakes[0].says ?? "no known mistake");
};
const after = (request: Request): string => {
  const to = gatewayOfTwo();
  send(to, request);
  return found(to);
};
const body = JSON.stringify(refundBody);
const spaced = body.replaceAll('":', '": ').replaceAll(',"', ', "');
const post = { method: "POST", target: refundsPath, body } as const;
const get = { target: `${refundsPath}/R%7C1` } as const;
const instead = (right: string) => (text: string) => text.replace(body, right);

describe("a request that is turned away was signed", () => {
  it.each([
    ["rightly", "right", post],
    [
      "without the last line end",
      "The last line end is missing.",
      { ...post, text: (text: string) => text.slice(0, -1) },
    ],
    [
      "without the empty line",
      "The line of the empty body is missing.",
      { ...get, text: (text: string) => text.slice(0, -1) },
    ],
    ["with CRLF", "The lines end in CRLF.", { ...post, text: (text: string) => text.replaceAll("\n", "\r\n") }],
    [
      "with a small method",
      "The method is in lower case.",
      { ...post, text: (text: string) => text.replace("POST", "post") },
    ],
    [
      "without its query",
      "The query was left out.",
      {
        target: "/v3/bill/tradebill?bill_date=2025-12-31",
        text: (text: string) => text.replace("?bill_date=2025-12-31", ""),
      },
    ],
    ["unescaped", "The path was signed unescaped.", { ...get, text: (text: string) => text.replace("%7C", "|") }],
    [
      "escaped",
      "The path was signed escaped, and sent as it is.",
      { target: `${refundsPath}/R|1`, text: (text: string) => text.replace("|", "%7C") },
    ],
    [
      "with the host",
      "The whole address was signed.",
      { ...get, text: (text: string) => text.replace("/v3", "https://api.mch.weixin.qq.com/v3") },
    ],
    [
      "in another order",
      "Nonce and time have changed places.",
      { ...get, text: (text: string) => text.replace(/(\d+)\n(\w+)\n\n/, "$2\n$1\n\n") },
    ],
    ["without its body", "The body was left out.", { ...post, text: instead("") }],
    [
      "with a body that was not sent",
      "A body was signed, and none was sent.",
      { ...get, text: (text: string) => text.replace(/\n\n$/, "\n{}\n") },
    ],
    [
      "in another writing",
      "Another writing of the same JSON was signed.",
      { ...post, body: spaced, text: (text: string) => text.replace(spaced, body) },
    ],
    ["with blanks", "The JSON was signed with blanks that were not sent.", { ...post, text: instead(spaced) }],
    [
      "with line breaks",
      "The JSON was signed with line breaks that were not sent.",
      { ...post, text: instead(JSON.stringify(refundBody, undefined, 2)) },
    ],
    [
      "with escapes",
      String.raw`Characters were signed as \u escapes, and sent as UTF-8.`,
      { ...post, text: instead(body.replace("商品已售完", String.raw`\u5546\u54c1\u5df2\u552e\u5b8c`)) },
    ],
    [
      "with another merchant's key",
      `It was signed with the key of merchant ${otherMchId}.`,
      { ...post, privateKey: identities.merchantB.privateKeyPem },
    ],
    [
      "with another's key, and wrongly",
      "The body was left out.",
      { ...post, privateKey: identities.merchantB.privateKeyPem, text: instead("") },
    ],
    ["with a key of nobody", "no known mistake", { ...post, privateKey: identities.server.privateKeyPem }],
    [
      "for another certificate",
      "serial_no is not that of the merchant's certificate.",
      { ...post, serialNo: otherSerialNo },
    ],
    ["too early", "The timestamp is more than five minutes from the gateway's.", { ...post, timestamp: 1_554_208_460 }],
  ] as const)("%s", (_, says, request) => {
    expect(after(request)).toBe(says);
  });

  const written = (write: (signature: Buffer, text: Buffer) => string): string => {
    const to = gatewayOfTwo();
    const { authorization = "" } = headersOf(post);
    const text = Buffer.from(
      `POST\n${refundsPath}\n${/timestamp="(\d+)"/.exec(authorization)?.[1]}\n593BEC0C930BF1AFEB40B4A08C8FB242\n${body}\n`,
    );
    const right = Buffer.from(/signature="([^"]*)"/.exec(authorization)?.[1] ?? "", "base64");
    send(to, {
      ...post,
      authorization: authorization.replace(/signature="[^"]*"/, () => `signature="${write(right, text)}"`),
    });
    return found(to);
  };
  const key = identities.merchantA.privateKeyPem;
  it.each([
    ["in hex", "It is written in hex.", (right: Buffer) => right.toString("hex")],
    [
      "in another Base64",
      "It is written in the Base64 of addresses, or without its end.",
      (right: Buffer) => right.toString("base64url"),
    ],
    [
      "with SHA-1",
      "It was signed with SHA-1.",
      (_: Buffer, text: Buffer) => sign("sha1", text, key).toString("base64"),
    ],
    [
      "with PSS",
      "It was signed with RSA-PSS.",
      (_: Buffer, text: Buffer) =>
        sign("sha256", text, { key, padding: constants.RSA_PKCS1_PSS_PADDING }).toString("base64"),
    ],
    ["not at all", "no known mistake", () => "ZmFrZQ=="],
  ] as const)("%s", (_, says, write) => {
    expect(written(write)).toBe(says);
  });
});

it("shows the five lines, and where what was signed departs from them", () => {
  const to = gatewayV3();
  query(to, "R|1", { text: (text) => text.replace("%7C", "|") });
  const explanation = explained(to);
  expect(explanation).toMatchObject({
    _tag: "SignedV3",
    diagnosis: {
      right: false,
      lines: [
        { name: "method", value: "GET" },
        { name: "path and query", value: `${refundsPath}/R%7C1` },
        { name: "timestamp", value: "1767240000" },
        { name: "nonce_str", value: "593BEC0C930BF1AFEB40B4A08C8FB242" },
        { name: "body", value: "" },
      ],
      finding: { differsAt: `GET\n${refundsPath}/R`.length },
    },
  });
  expect(JSON.stringify(explanation)).not.toContain("PRIVATE KEY");
});

it("says so where there is nothing to look at", () => {
  const to = gatewayV3();
  refund(to, {}, { authorization: "Bearer x" });
  expect(explained(to)).toMatchObject({
    _tag: "Unreadable",
    reason: "Authorization is not in its form",
    at: 0,
    remarks: [{ kind: "format", says: "It begins with Bearer or Basic, which WeChat Pay does not know." }],
  });
  refund(to, {}, { mchId: otherMchId });
  expect(explained(to)).toEqual({ _tag: "UnknownMerchant", mchId: otherMchId, remarks: [] });
});

describe("more that people do", () => {
  const says = (text: (right: string) => string, more: Partial<Request> = {}) => after({ ...post, ...more, text });
  const lines = (change: (parts: Array<string>) => ReadonlyArray<string>) => (text: string) => {
    const [method = "", path = "", time = "", nonce = ""] = text.split("\n");
    return `${change([method, path, time, nonce, body]).join("\n")}\n`;
  };
  it.each<readonly [says: string, text: (right: string) => string]>([
    ["The line of the method is missing.", lines((parts) => parts.slice(1))],
    ["The line of the path is missing.", lines((parts) => parts.toSpliced(1, 1))],
    ["The line of the time is missing.", lines((parts) => parts.toSpliced(2, 1))],
    ["The line of the nonce is missing.", lines((parts) => parts.toSpliced(3, 1))],
    ["It was signed as a reply is: time, nonce and body alone.", lines((parts) => parts.slice(2))],
    ["There is an empty line more than there should be.", (text) => `${text}\n`],
    ["The lines were joined otherwise, not ended by line feeds.", (text) => text.slice(0, -1).replaceAll("\n", "&")],
    ["Another method was signed than the one that was sent.", (text) => text.replace("POST", "GET")],
    [
      "Another time was signed than the field names.",
      (text) => text.replace(/\n(\d{10})\n/, (_, time: string) => `\n${Number(time) + 1}\n`),
    ],
    [
      "The nonce was signed in other letters than it was sent.",
      (text) => text.replace(/\n[0-9A-F]{32}\n/, (nonce) => nonce.toLowerCase()),
    ],
    ["The host was signed with the path.", (text) => text.replace("/v3", "api.mch.weixin.qq.com/v3")],
    ["The path was signed without its first slash.", (text) => text.replace("/v3", "v3")],
    ["The path was signed with a slash at its end.", (text) => text.replace("/refunds\n", "/refunds/\n")],
    ["The path was signed without /v3.", (text) => text.replace("/v3", "")],
    [
      "The JSON was signed with its members in another order.",
      instead(
        JSON.stringify({
          amount: { currency: "CNY", refund: 30, total: 100 },
          notify_url: refundBody.notify_url,
          out_refund_no: "R-1",
          out_trade_no: refundBody.out_trade_no,
          reason: refundBody.reason,
        }),
      ),
    ],
    ["The JSON was signed with escaped slashes.", instead(body.replaceAll("/", "\\/"))],
    ["The body was signed with a byte-order mark that was not sent.", instead(`\ufeff${body}`)],
    ["The body was signed as [object Object].", instead("[object Object]")],
    ["The body was signed as a quoted string.", instead(JSON.stringify(body))],
  ])("%s", (expected, text) => {
    expect(says(text)).toBe(expected);
  });

  it("writes a signature in ways that are none", () => {
    const of = (write: (signature: string) => string) => {
      const { authorization = "" } = headersOf(post);
      return after({
        ...post,
        authorization: authorization.replace(
          /signature="([^"]*)"/,
          (_, given: string) => `signature="${write(given)}"`,
        ),
      });
    };
    expect(of((given) => Buffer.from(given).toString("base64"))).toBe("It was written in Base64 twice.");
    expect(of(encodeURIComponent)).toBe("It is URL-encoded.");
    expect(of((given) => `${given.slice(0, 76)} ${given.slice(76)}`)).toBe("It has blanks or line ends in it.");
    expect(of(() => "0".repeat(32))).toBe("It has the form of APIv2: MD5 or HMAC-SHA256 under the API key.");
  });

  it("is odd about a body, however right its signature", () => {
    const remarks = (text: string) => {
      const to = gatewayOfTwo();
      send(to, { ...post, body: text });
      const explanation = explained(to);
      if (explanation._tag !== "SignedV3") throw new Error(explanation._tag);
      expect(explanation.diagnosis.right).toBe(true);
      for (const { zh } of explanation.diagnosis.remarks) expect(zh.says + zh.remedy).toMatch(/\p{Script=Han}/u);
      return explanation.diagnosis.remarks.map((remark) => remark.says);
    };
    expect(remarks(body)).toEqual([]);
    expect(remarks(body.replace('"R-1"', '"undefined"'))).toEqual([
      "out_refund_no says undefined: a program wrote a missing value as text.",
    ]);
    expect(remarks(body.replace('"R-1"', '""'))).toEqual(["out_refund_no is empty: the gateway takes it as not sent."]);
    expect(remarks(body.replace('"R-1"', '"[object Object]"'))).toEqual([
      "out_refund_no says what a program calls an object, not its value.",
    ]);
    expect(remarks(body.replace('"refund":30', '"refund":null'))).toEqual([
      "amount.refund is not a whole number of fen.",
    ]);
    expect(remarks(body.replace('"refund":30', '"refund":0.3'))).toEqual([
      "amount.refund is not a whole number of fen.",
    ]);
    expect(remarks(body.replace('"refund":30', '"refund":"30"'))).toEqual(["amount.refund is a text, not a number."]);
    expect(remarks(body.replace('"out_refund_no":"R-1"', '"out_refund_no":"R-1","out_refund_no":"R-2"'))).toEqual([
      "out_refund_no is given twice.",
    ]);
    expect(remarks(`\ufeff${body}`)).toEqual(["A byte-order mark (BOM) stands before the message."]);
    expect(remarks(body.replace("30", "NaN"))).toContain("It looks like an object of a program, not JSON.");
    expect(remarks(body.replace(',"currency":"CNY"', ""))).toEqual(["amount.currency is not in it."]);
  });
});

describe("the header field", () => {
  const { authorization = "" } = headersOf(post);
  const read = (field: string) => DiagnosisV3.readAuthorizationAsMeant(field);
  it.each<readonly [string, string]>([
    ["It begins with Bearer or Basic, which WeChat Pay does not know.", "Bearer x"],
    [
      "WECHATPAY2-SHA256-RSA2048 is written in small letters.",
      authorization.replace(/^\S+/, (name) => name.toLowerCase()),
    ],
    ["It names SM2, which is another kind of key.", authorization.replace("SHA256-RSA2048", "SM2-WITH-SM3")],
    ["It does not begin with WECHATPAY2-SHA256-RSA2048 and a blank.", authorization.replace(/^\S+ /, "")],
    ["After the scheme stands not one blank.", authorization.replace(" ", "  ")],
    ['A part of it is not name="value" between commas without blanks.', authorization.replaceAll('",', '", ')],
    ['A part of it is not name="value" between commas without blanks.', `${authorization},`],
    ["A value has no quotes around it.", authorization.replace(/timestamp="(\d+)"/, "timestamp=$1")],
    ['A value has other quotes than " around it.', authorization.replace(/timestamp="(\d+)"/, "timestamp='$1'")],
    ['A value has other quotes than " around it.', authorization.replace(/timestamp="(\d+)"/, "timestamp=“$1”")],
    ["It says mch_id where mchid was meant.", authorization.replace("mchid", "mch_id")],
    ["It says nonce where nonce_str was meant.", authorization.replace("nonce_str", "nonce")],
    ["It names mchid twice.", `${authorization},mchid="1"`],
    ["It names something that is none of the five.", `${authorization},version="1"`],
    ["It lacks timestamp.", authorization.replace(/,timestamp="\d+"/, "")],
    ["Other header fields were pasted along with it.", `Host: x\r\nAuthorization: ${authorization}\r\nAccept: */*`],
    ["It is URL-encoded.", encodeURIComponent(authorization)],
    ["There is none.", ""],
  ])("%s", (says, field) => {
    const { mistakes } = read(field);
    expect(mistakes.map((mistake) => mistake.says)).toEqual([says]);
    expect(mistakes[0]?.zh.says).toMatch(/\p{Script=Han}/u);
    if (!/lacks|none\.|Bearer/.test(says)) expect(read(field).credentials).toBeDefined();
  });
  it("is right with its name before it", () => {
    expect(read(authorization).mistakes).toEqual([]);
    expect(read(`Authorization: ${authorization}`)).toEqual(read(authorization));
    expect(read(`-H 'Authorization: ${authorization}'`).credentials).toBeDefined();
  });
});
