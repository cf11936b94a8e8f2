import { constants, sign } from "node:crypto";
import { describe, expect, it } from "vitest";
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
