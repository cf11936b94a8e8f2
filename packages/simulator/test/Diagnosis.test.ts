import { createHash, createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Diagnosis } from "@wechat-refund/simulator";
import {
  apiKey,
  appId,
  codeOf,
  day,
  type Fields,
  gateway,
  mchId,
  now,
  otherKey,
  otherMchId,
  refund,
  refundFields,
} from "./client.ts";
import { computing } from "./computing.ts";

const merchants = [
  { appId, mchId, apiKey },
  { appId, mchId: otherMchId, apiKey: otherKey },
] as const;

/** What is said of a request with these fields, signed by hand. */
const explained = (fields: Fields, sign: string | undefined): Diagnosis.Explanation => {
  const to = gateway({ merchants });
  refund(to, { ...fields, sign });
  const [exchange] = to.log.entries();
  if (exchange === undefined) throw new Error("nothing was logged");
  return to.explain(exchange);
};
const diagnosed = (fields: Fields, sign: string | undefined): Diagnosis.Diagnosis => {
  const explanation = explained(fields, sign);
  if (explanation._tag !== "Signed") throw new Error(explanation._tag);
  return explanation.diagnosis;
};

const md5 = (input: string | Uint8Array) => createHash("md5").update(input).digest("hex").toUpperCase();
const hmac = (input: string) => createHmac("sha256", apiKey).update(input).digest("hex").toUpperCase();
type Pair = readonly [string, string];
const join = (pairs: ReadonlyArray<Pair>) => pairs.map(([name, value]) => `${name}=${value}`).join("&");

/** A request with everything that can be signed wrongly. */
const sent: Readonly<Record<string, string>> = {
  ...refundFields,
  refund_desc: "售完 a&b<c>",
  notify_url: "https://example.com/a",
  device_info: "",
  sub_mch_id: "",
};
const pairs: ReadonlyArray<Pair> = Object.entries(sent);
const sorted = pairs.filter(([, value]) => value !== "").toSorted(([a], [b]) => (a < b ? -1 : 1));
const right = join(sorted);
const end = `&key=${apiKey}`;
const mapped = (encode: (value: string) => string) => join(sorted.map(([name, value]) => [name, encode(value)]));

describe("the finder of wrong signatures", () => {
  it("has nothing to find in a right one, and shows how it is made", () => {
    const { right: isRight, steps, text, expected, given, finding, algorithm } = diagnosed(sent, md5(right + end));
    expect({ isRight, text, algorithm, finding }).toEqual({
      isRight: true,
      text: right,
      algorithm: "MD5",
      finding: undefined,
    });
    expect([given, md5(right + end)]).toEqual([expected, expected]);
    expect(steps.map(({ name, leftOut }) => [name, leftOut])).toEqual([
      ...pairs.map(([name, value]) => [name, value === "" ? "empty" : undefined]),
      ["sign", "the signature itself"],
    ]);
  });

  const gbk = Buffer.concat([
    Buffer.from(right.slice(0, right.indexOf("售"))),
    Buffer.from([0xca, 0xdb, 0xcd, 0xea]),
    Buffer.from(right.slice(right.indexOf("完") + 1) + end),
  ]);
  const at = (part: string) => right.indexOf(part);
  const cases: ReadonlyArray<{
    readonly what: string;
    readonly sign: string | undefined;
    readonly fields?: Fields;
    readonly kinds: ReadonlyArray<string>;
    readonly says: string;
    readonly differsAt?: number;
  }> = [
    {
      what: "another merchant's key",
      sign: md5(`${right}&key=${otherKey}`),
      kinds: ["key"],
      says: `the API key of merchant ${otherMchId}`,
    },
    { what: "a key with a line end", sign: md5(`${right}${end}\n`), kinds: ["key-space"], says: "a line end after it" },
    { what: "a key with a blank", sign: md5(`${right}${end} `), kinds: ["key-space"], says: "a blank after it" },
    {
      what: "a key in lower case",
      sign: md5((right + end).replace(apiKey, apiKey.toLowerCase())),
      kinds: ["key-case"],
      says: "another case",
    },
    {
      what: "a signature in lower case",
      sign: md5(right + end).toLowerCase(),
      kinds: ["lower-case"],
      says: "lower case",
    },
    {
      what: "a signature in Base64",
      sign: createHash("md5")
        .update(right + end)
        .digest("base64"),
      kinds: ["base64"],
      says: "Base64",
    },
    { what: "no signature", sign: undefined, kinds: ["no-sign"], says: "no signature" },
    { what: "an empty signature", sign: "", kinds: ["no-sign"], says: "no signature" },
    {
      what: "another sign_type",
      fields: { sign_type: "md5" },
      sign: "0",
      kinds: ["sign-type"],
      says: "none that the gateway knows",
    },
    {
      what: "HMAC-SHA256 without saying so",
      sign: hmac(right + end),
      kinds: ["sign-type"],
      says: "signed with HMAC-SHA256",
    },
    {
      what: "MD5 where HMAC-SHA256 was said",
      fields: { sign_type: "HMAC-SHA256" },
      sign: md5(
        join([...sorted, ["sign_type", "HMAC-SHA256"] as const].toSorted(([a], [b]) => (a < b ? -1 : 1))) + end,
      ),
      kinds: ["sign-type"],
      says: "signed with MD5, and sign_type says HMAC-SHA256",
    },
    {
      what: "sign_type signed and not sent",
      sign: md5(join([...sorted, ["sign_type", "MD5"] as const].toSorted(([a], [b]) => (a < b ? -1 : 1))) + end),
      kinds: ["extra-field"],
      says: "sign_type=MD5 was signed and not sent",
      differsAt: at("total_fee"),
    },
    {
      what: "a field added after signing",
      sign: md5(join(sorted.filter(([name]) => name !== "notify_url")) + end),
      kinds: ["missing-field"],
      says: "notify_url was sent and not signed",
      differsAt: at("notify_url"),
    },
    {
      what: "an empty field signed",
      sign: md5(join([...sorted, ["device_info", ""] as const].toSorted(([a], [b]) => (a < b ? -1 : 1))) + end),
      kinds: ["empty-field"],
      says: "The empty device_info was signed",
      differsAt: at("mch_id"),
    },
    {
      what: "all empty fields signed",
      sign: md5(join(pairs.toSorted(([a], [b]) => (a < b ? -1 : 1))) + end),
      kinds: ["empty-field"],
      says: "device_info, sub_mch_id",
    },
    {
      what: "the document's order",
      sign: md5(join(pairs.filter(([, value]) => value !== "")) + end),
      kinds: ["order"],
      says: "in the order of the document",
    },
    {
      what: "URL-encoded values",
      sign: md5(mapped(encodeURIComponent) + end),
      kinds: ["encoding"],
      says: "URL-encoded",
      differsAt: at("://example"),
    },
    {
      what: "form-encoded values",
      sign: md5(mapped((value) => new URLSearchParams({ "": value }).toString().slice(1)) + end),
      kinds: ["encoding"],
      says: "form-encoded",
    },
    {
      what: "escaped values",
      sign: md5(mapped((value) => value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")) + end),
      kinds: ["encoding"],
      says: "XML-escaped",
      differsAt: at("&b<") + 1,
    },
    {
      what: "CDATA marks",
      sign: md5(mapped((value) => `<![CDATA[${value}]]>`) + end),
      kinds: ["encoding"],
      says: "CDATA",
    },
    { what: "GBK", sign: md5(gbk), kinds: ["charset"], says: "GBK", differsAt: at("售") },
    {
      what: "Latin 1",
      sign: md5(Buffer.from(right + end, "latin1")),
      kinds: ["charset"],
      says: "ISO-8859-1",
      differsAt: at("售"),
    },
    { what: "no &key=", sign: md5(right + apiKey), kinds: ["key-form"], says: "without &key=" },
    { what: "no key at all", sign: md5(right), kinds: ["key-form"], says: "was not added" },
    {
      what: "HMAC over the text alone",
      fields: { sign_type: "HMAC-SHA256" },
      sign: hmac(join([...sorted, ["sign_type", "HMAC-SHA256"] as const].toSorted(([a], [b]) => (a < b ? -1 : 1)))),
      kinds: ["key-form"],
      says: "was not added",
    },
    {
      what: "two mistakes",
      sign: md5(`${mapped(encodeURIComponent)}&key=${otherKey}`).toLowerCase(),
      kinds: ["encoding", "key", "lower-case"],
      says: "URL-encoded",
    },
  ];

  it.each(cases)("names $what", ({ fields, sign, kinds, says, differsAt }) => {
    const { right: isRight, finding } = diagnosed({ ...sent, ...fields }, sign);
    expect(isRight).toBe(false);
    expect(finding?.mistakes.map(({ kind }) => kind)).toEqual(kinds);
    expect(finding?.mistakes[0].says).toContain(says);
    if (differsAt !== undefined) expect(finding?.differsAt).toBe(differsAt);
    expect(JSON.stringify(finding)).not.toMatch(/TestKey/i);
  });

  it("names the likelier of two mistakes that come to the same", () => {
    const fields = { ...refundFields, notify_url: "https://example.com/a" };
    const encoded = Object.entries(fields)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => [name, encodeURIComponent(value)] as const);
    expect(diagnosed(fields, md5(join(encoded) + end)).finding?.mistakes.map(({ says }) => says)).toEqual([
      "The values were signed URL-encoded.",
    ]);
  });

  it("tells an order by language from one by bytes", () => {
    const fields = { ...refundFields, Zone: "1", a_b: "2", aB: "3" };
    const byLocale = Object.entries(fields).toSorted(([a], [b]) => a.localeCompare(b, "en"));
    expect(diagnosed(fields, md5(join(byLocale) + end)).finding?.mistakes[0].says).toContain("locale");
  });

  it("says nothing where no mistake fits: a value that was changed cannot be known", () => {
    const { finding, right: isRight } = diagnosed(sent, md5(right.replace("refund_fee=30", "refund_fee=31") + end));
    expect({ finding, isRight }).toEqual({ finding: undefined, isRight: false });
  });

  it("names a key that has ended, and takes a previous one for right", () => {
    const to = gateway({ merchants });
    to.keyring.rotate(mchId, "TestKey0000000000000000000000003", now, day);
    const said = (at: number) => {
      refund(to, {}, { now: at });
      const explanation = to.explain(to.log.entries().at(-1) ?? never());
      return explanation._tag === "Signed" ? explanation.diagnosis : undefined;
    };
    expect(said(now)?.right).toBe(true);
    expect(said(now + day)?.finding?.mistakes[0].says).toContain(`the old API key of merchant ${mchId}`);
    to.keyring.rotate(mchId, "TestKey0000000000000000000000004", now + day, day);
    expect(said(now + day)?.finding?.mistakes[0].says).toContain(`an old API key of merchant ${mchId}`);
  });

  it("tells where a request cannot be read, and an unknown merchant", () => {
    const to = gateway();
    refund(to, {}, { body: Buffer.from("<xml><a>1</b></xml>") });
    refund(to, { mch_id: "1" });
    refund(to, { mch_id: undefined });
    expect(to.log.entries().map((exchange) => to.explain(exchange))).toMatchObject([
      {
        _tag: "Unreadable",
        reason: "expected the end tag of the element",
        at: 9,
        remarks: [{ says: "a is not ended by its own end tag." }],
      },
      { _tag: "UnknownMerchant", mchId: "1", remarks: [] },
      { _tag: "UnknownMerchant", mchId: undefined, remarks: [{ says: "mch_id is not in it." }] },
    ]);
  });

  it("stays quick with many merchants and a large request", () => {
    const many = Array.from({ length: 100 }, (_, n) => ({ appId, mchId: String(1_900_000_200 + n), apiKey: otherKey }));
    const to = gateway({ merchants: [{ appId, mchId, apiKey }, ...many] });
    const filler = Object.fromEntries([1, 2, 3].map((n) => [`x${n}`, "x".repeat(16_000)]));
    expect(codeOf(refund(to, { ...filler, sign: "0" }))).toBe("FAIL 签名错误");
    expect(computing(() => to.explain(to.log.entries()[0] ?? never()))).toBeLessThan(2_000);
  });
});

function never(): never {
  throw new Error("nothing was logged");
}
