import { Result } from "effect";
import { describe, expect, it } from "vitest";
import { Message } from "@wechat-refund/simulator";
import { read } from "../src/internal/lenient.ts";
import { body, codeOf, gateway, refund, refundFields, textOf } from "./client.ts";
import vectors from "./data/vectors.json" with { type: "json" };
import { computing } from "./computing.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const fieldsOf = (text: string) => Result.map(read(bytes(text)), (fields) => Object.fromEntries(fields));

describe("a merchant's message", () => {
  it.each([
    [
      "a declaration of another writer",
      `<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n<xml><a>1</a></xml>`,
      { a: "1" },
    ],
    ["a declaration in single quotes", `<?xml version='1.0' encoding='utf-8'?><xml><a>1</a></xml>`, { a: "1" }],
    ["a byte-order mark", "\ufeff<xml><a>1</a></xml>", { a: "1" }],
    ["empty tags", "<xml><a/><b /></xml>", { a: "", b: "" }],
    ["numeric references", "<xml><a>&#x5546;&#21697;&#xD;</a></xml>", { a: "商品\r" }],
    ["entities", "<xml><a>&lt;&gt;&amp;&quot;&apos;&amp;lt;</a></xml>", { a: `<>&"'&lt;` }],
    ["comments", "<!-- 1 --><xml><!-- 2 --><a>x<!-- 3 -->y</a><!----></xml><!-- 4 -->", { a: "xy" }],
    ["text and CDATA side by side", "<xml><a>x<![CDATA[<y>]]]]><![CDATA[>]]>z</a></xml>", { a: "x<y>]]>z" }],
    ["blanks in tags", "<xml ><a >1</a\n></xml >\n", { a: "1" }],
    ["nothing", "<xml></xml>", {}],
  ])("may have %s", (_, text, fields) => {
    expect(fieldsOf(text)).toEqual(Result.succeed(fields));
  });

  it.each([
    ["", "expected <xml>"],
    ["{}", "expected <xml>"],
    ["<root></root>", "expected <xml>"],
    ["<xml/>", "expected <xml>"],
    [`<!DOCTYPE xml [<!ENTITY e "1">]><xml><a>&e;</a></xml>`, "expected <xml>"],
    ["<xml><a>&e;</a></xml>", "an ampersand that stands for nothing"],
    ["<xml><a>&#0;</a></xml>", "an ampersand that stands for nothing"],
    ["<xml><a>&#xD800;</a></xml>", "an ampersand that stands for nothing"],
    ["<xml><a>&#x110000;</a></xml>", "an ampersand that stands for nothing"],
    ["<xml><a><b>1</b></a></xml>", "expected the end tag of the element"],
    ["<xml><a b='1'>1</a></xml>", "expected an element"],
    ["<xml><a>1</b></xml>", "expected the end tag of the element"],
    ["<xml><a>1</a><a>2</a></xml>", "a second element of the same name"],
    ["<xml><a>1</a>x</xml>", "expected an element"],
    ["<xml><a>1</a>", "expected an element"],
    ["<xml><a>1", "expected the end tag of the element"],
    ["<xml><a><![CDATA[1</a></xml>", "expected the end tag of the element"],
    ["<xml><?php ?></xml>", "expected an element"],
    ["<xml><a>1</a></xml><xml></xml>", "something after the end"],
    ["<xml><a>\0</a></xml>", "a character XML does not allow"],
    [`<xml>${"<a>1</a>".repeat(9_000)}</xml>`, "larger than the limit"],
    [`<xml><a>${"x".repeat(17_000)}</a></xml>`, "a value larger than the limit"],
    [`<xml>${Array.from({ length: 1_001 }, (_, n) => `<a${n}/>`).join("")}</xml>`, "too many elements"],
  ])("is not %.40s", (text, reason) => {
    expect(fieldsOf(text)).toMatchObject(Result.fail({ reason }));
  });

  it("is read as the strict reader reads it, where that does", () => {
    const texts = vectors.vectors.flatMap(({ xml }) => (xml === undefined ? [] : [xml]));
    const strict = texts.map((xml) => Message.read(bytes(xml))).filter(Result.isSuccess);
    expect(strict.length).toBeGreaterThan(8);
    for (const xml of texts) {
      const fields = Message.read(bytes(xml));
      if (Result.isSuccess(fields)) expect(Result.getOrThrow(read(bytes(xml)))).toEqual(fields.success);
    }
  });

  it("is not UTF-8, and that is said", () => {
    expect(read(Buffer.from("<xml><a>\xca\xdb</a></xml>", "latin1"))).toEqual(
      Result.fail({ reason: "not UTF-8", at: 0 }),
    );
  });

  it("is taken at the gateway's door", () => {
    const written = textOf({ body: body({ ...refundFields, refund_desc: "" }) });
    const free = `<?xml version="1.0" encoding="UTF-8" standalone="no"?>${written.replace(/<refund_desc>.*<\/refund_desc>/, "<refund_desc/>")}`;
    expect(free).toContain("<refund_desc/>");
    expect(codeOf(refund(gateway(), {}, { body: bytes(free) }))).toBe("SUCCESS");
  });

  it("takes no longer for being hostile", () => {
    const readAll = () => {
      for (const text of [
        "<xml><a>" + "&".repeat(60_000),
        "<xml>" + "<!--".repeat(15_000),
        "<xml><a>" + "<![CDATA[".repeat(7_000),
        "<xml>" + " ".repeat(60_000),
      ]) {
        expect(Result.isFailure(read(bytes(text)))).toBe(true);
      }
    };
    expect(computing(readAll)).toBeLessThan(500);
  });
});
