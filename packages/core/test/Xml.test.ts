import { Result } from "effect";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Xml } from "../src/index.ts";
import { bytes, fixtures } from "./support/story.ts";

const read = (text: string | Uint8Array) => Xml.read(typeof text === "string" ? bytes(text) : text);
const accepted = (text: string | Uint8Array) => Result.isSuccess(read(text));
const inside = (body: string) => `<xml>${body}</xml>`;
const concat = (...parts: ReadonlyArray<Uint8Array | ReadonlyArray<number>>) =>
  Uint8Array.from(parts.flatMap((part) => [...part]));

describe("the language", () => {
  it.each([
    ["no fields", "<xml></xml>", {}],
    [
      "text, CDATA and empty",
      inside("<a>1</a><b><![CDATA[2]]></b><c></c><d><![CDATA[]]></d>"),
      { a: "1", b: "2", c: "", d: "" },
    ],
    ["white space between fields", " \r\n\t<xml>\r\n  <a>1</a>\n</xml>\r\n ", { a: "1" }],
    ["declarations", '<?xml version="1.0" encoding="utf-8"?>\n<xml><a>1</a></xml>', { a: "1" }],
    [
      "values as they are",
      inside("<a> 007 </a><b>1e5</b><c>true</c><d>\n\t</d>"),
      { a: " 007 ", b: "1e5", c: "true", d: "\n\t" },
    ],
    ["the five entities, once", inside("<a>&lt;&gt;&amp;&quot;&apos;</a><b>&amp;lt;</b>"), { a: `<>&"'`, b: "&lt;" }],
    ["CDATA that looks like markup", inside("<a><![CDATA[<b>&amp;</b><!--x-->]]></a>"), { a: "<b>&amp;</b><!--x-->" }],
    [
      "characters of the wire",
      inside("<a>商品\u2028\u202E\u200B\u00A0\u0085😀</a>"),
      { a: "商品\u2028\u202E\u200B\u00A0\u0085😀" },
    ],
  ])("reads %s", (_, text, expected) => expect(Object.fromEntries(Result.getOrThrow(read(text)))).toEqual(expected));

  it("reads the notice's root only where it is asked for", () => {
    expect(Result.isSuccess(Xml.read(bytes(fixtures.noticeInner), { root: "root" }))).toBe(true);
    expect(accepted(fixtures.noticeInner)).toBe(false);
  });

  it("reads a document full of entities", () => {
    const value = "&lt;".repeat(4000);
    const document = inside(`<a>${value}</a><b>${value}</b><c>${value}</c>`);
    expect(Result.getOrThrow(read(document)).get("c")).toBe("<".repeat(4000));
  });
});

const controls = Array.from({ length: 32 }, (_, code) => String.fromCharCode(code)).filter(
  (c) => !"\t\n\r".includes(c),
);

const hostile: Record<string, ReadonlyArray<string | Uint8Array>> = {
  "DTD and entities": [
    "<!DOCTYPE xml><xml><a>1</a></xml>",
    '<?xml version="1.0"?><!DOCTYPE xml [<!ENTITY e "SUCCESS">]><xml><a>&e;</a></xml>',
    '<!DOCTYPE xml SYSTEM "http://127.0.0.1/x.dtd"><xml><a>1</a></xml>',
    '<!DOCTYPE xml PUBLIC "-//W3C//DTD" "file:///etc/passwd"><xml><a>1</a></xml>',
    '<!DOCTYPE xml [<!ENTITY x SYSTEM "file:///etc/passwd">]><xml><a>&x;</a></xml>',
    '<!DOCTYPE xml [<!ENTITY % p SYSTEM "http://127.0.0.1/">%p;]><xml><a>1</a></xml>',
    "<!doctype xml><xml><a>1</a></xml>",
    "<xml><a>1</a></xml><!DOCTYPE xml>",
    inside("<!DOCTYPE a><a>1</a>"),
    inside("<a>&xxe;</a>"),
    inside("<a>&l.;</a>"),
    inside('<xi:include href="file:///etc/passwd"/>'),
  ],
  "numeric references": ["&#60;", "&#x3c;", "&#0;", "&#xD800;", "&#x110000;", "&#065;", "&#65", "&lt", "&;", "& "]
    .map((reference) => inside(`<a>${reference}</a>`))
    .concat(inside(`<a>${"&#65;".repeat(5000)}</a>`)),
  encodings: [
    concat([0xef, 0xbb, 0xbf], bytes(inside("<a>1</a>"))),
    concat([0xff, 0xfe], Buffer.from(inside("<a>1</a>"), "utf16le")),
    Buffer.from(inside("<a>1</a>"), "utf16le"),
    concat(bytes("<xml><a>"), [0xc0, 0xbc], bytes("</a></xml>")),
    concat(bytes("<xml><a>"), [0xc0, 0x80], bytes("</a></xml>")),
    concat(bytes("<xml><a>"), [0xed, 0xa0, 0x80], bytes("</a></xml>")),
    concat(bytes("<xml><a>"), [0xf8, 0x88, 0x80, 0x80, 0x80], bytes("</a></xml>")),
    concat(bytes("<xml><a>"), [0xe5, 0x95], bytes("</a></xml>")),
    concat(bytes("<xml><a>"), [0xc9, 0xcc], bytes("</a></xml>")),
    ...["GBK", "UTF-16", "utf-7", "Utf-8", "latin1"].map(
      (name) => `<?xml version="1.0" encoding="${name}"?>${inside("<a>1</a>")}`,
    ),
    "+ADw-xml+AD4-",
  ],
  characters: [
    ...controls.flatMap((c) => [inside(`<a>${c}</a>`), inside(`<a${c}>1</a${c}>`), inside(`${c}<a>1</a>`)]),
    ...["\uFFFE", "\uFFFF"].map((c) => inside(`<a>${c}</a>`)),
    inside("<a\u200B>1</a\u200B>"),
    inside("\u00A0<a>1</a>"),
    inside("\u0085<a>1</a>"),
    inside("<a>1\r\n</a>"),
  ],
  duplicates: [
    inside("<a>1</a><a>1</a>"),
    inside("<a>1</a><a>2</a>"),
    inside("<sign></sign><sign>X</sign>"),
    inside("<a><![CDATA[1]]></a><b>2</b><a>1</a>"),
  ],
  structure: [
    "",
    " ",
    "<",
    "x",
    "<xml",
    "<xml>",
    "</xml>",
    "<xml/>",
    "<a>1</a>",
    "<root><a>1</a></root>",
    inside("<a>1"),
    inside("<a>1</b>"),
    inside("<a><b>1</b></a>"),
    inside("<xml><a>1</a></xml>"),
    inside("<a/>"),
    inside("x<a>1</a>"),
    inside("<a>1</a>x"),
    `${inside("<a>1</a>")}x`,
    `${inside("<a>1</a>")}${inside("<b>1</b>")}`,
    `x${inside("<a>1</a>")}`,
    inside("<a>1</a >"),
    inside("< a>1</a>"),
    "<XML><a>1</a></XML>",
    inside("</a><a>"),
    `${"<a>".repeat(10_000)}${"</a>".repeat(10_000)}`,
    inside(`${"<a>".repeat(10_000)}${"</a>".repeat(10_000)}`),
  ],
  "attributes, prefixes, instructions, comments": [
    inside('<sign a="1">1</sign>'),
    '<xml xmlns="x"><a>1</a></xml>',
    inside("<x:sign>1</x:sign>"),
    inside("<?php ?><a>1</a>"),
    ` <?xml version="1.0"?>${inside("<a>1</a>")}`,
    `<?xml version="1.0"?><?xml version="1.0"?>${inside("<a>1</a>")}`,
    `<?xml version='1.0'?>${inside("<a>1</a>")}`,
    `<?xml version="1.1"?>${inside("<a>1</a>")}`,
    inside("<!-- x --><a>1</a>"),
    inside("<a>SUC<!-- -->CESS</a>"),
    `<!-- x -->${inside("<a>1</a>")}`,
    inside("<a<!-- -->>1</a>"),
    inside('<a xml:lang="x">1</a>'),
    inside("<a >1</a>"),
  ],
  CDATA: [
    inside("<a><![CDATA[x]]]]><![CDATA[>]]></a>"),
    inside("<a>x<![CDATA[y]]></a>"),
    inside("<a><![CDATA[x]]>y</a>"),
    inside("<a><![CDATA[x]]> </a>"),
    inside("<a><![cdata[x]]></a>"),
    inside("<a><![CDATA [x]]></a>"),
    inside("<a><![CDATA[x</a>"),
    inside("<a>x]]></a>"),
    inside("<![CDATA[x]]>"),
    inside("<a><![CDATA[x]] ></a>"),
  ],
  names: [
    "__proto__",
    "constructor",
    "toString",
    "hasOwnProperty",
    "valueOf",
    "__defineGetter__",
    "prototype",
    "then",
    "toJSON",
    "0",
    "-a",
    ".a",
    "a.b",
    "a-b",
    "a:b",
    "_a",
    "a".repeat(65),
    "a".repeat(65_536),
    "ѕign",
    "ｓign",
    "á",
    "",
  ].map((name) => inside(`<${name}>1</${name}>`)),
  sizes: [
    inside(`<a>${"x".repeat(16 * 1024 + 1)}</a>`),
    inside(Array.from({ length: 1001 }, (_, n) => `<a${n}>1</a${n}>`).join("")),
    inside(`${" ".repeat(64 * 1024)}<a>1</a>`),
    "<".repeat(1_000_000),
    "&".repeat(1_000_000),
    `<xml><a>${"]]".repeat(30_000)}`,
  ],
  "other formats": [
    "<html><body>404</body></html>",
    '{"code":"SUCCESS"}',
    "return_code=SUCCESS",
    "%PNG",
    "\u001F\u008B\b",
  ],
};

describe.each(Object.entries(hostile))("refuses %s", (_, documents) => {
  it(`all ${documents.length}`, () => {
    for (const document of documents) {
      const shown = typeof document === "string" ? document.slice(0, 80) : Buffer.from(document).toString("hex");
      expect(accepted(document), shown).toBe(false);
    }
  });
});

describe("cut documents", () => {
  it.each(Object.entries(fixtures).filter(([name, text]) => name !== "noticeInner" && text.startsWith("<xml")))(
    "%s is refused at every byte but the last",
    (_, text) => {
      const whole = bytes(text.trimEnd());
      for (let end = 0; end < whole.length; end++) expect(accepted(whole.subarray(0, end))).toBe(false);
      expect(accepted(whole)).toBe(true);
    },
  );
});

describe("limits", () => {
  it("accepts exactly what the limits allow", () => {
    expect(accepted(inside(`<a>${"x".repeat(16 * 1024)}</a>`))).toBe(true);
    expect(accepted(inside(Array.from({ length: 1000 }, (_, n) => `<a${n}>1</a${n}>`).join("")))).toBe(true);
    const pad = (size: number) => inside(`<a>1</a>${" ".repeat(size - inside("<a>1</a>").length)}`);
    expect(accepted(pad(64 * 1024))).toBe(true);
    expect(accepted(pad(64 * 1024 + 1))).toBe(false);
    expect(Result.isSuccess(Xml.read(bytes(pad(200 * 1024)), { maxBytes: 256 * 1024 }))).toBe(true);
  });
});

describe("write", () => {
  const wireName = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_]{0,8}$/);
  const nearMarkup = fc.string({
    unit: fc.constantFrom(
      "]",
      ">",
      "<",
      "&",
      "[",
      "!",
      "a",
      ";",
      '"',
      "'",
      "#",
      " ",
      "\n",
      "\t",
      "商",
      "-",
      "l",
      "t",
      "é",
    ),
    maxLength: 24,
  });
  const value = fc.oneof(
    nearMarkup,
    fc.string({ unit: "grapheme", maxLength: 20 }),
    fc.string({ unit: "binary", maxLength: 10 }),
  );

  it("is read back to the same fields, for every map that it accepts", () => {
    let written = 0;
    fc.assert(
      fc.property(fc.dictionary(wireName, value, { maxKeys: 6 }), (record) => {
        const params = new Map(Object.entries(record));
        const document = Xml.write(params);
        if (Result.isFailure(document)) return;
        written++;
        expect([...Result.getOrThrow(Xml.read(document.success))]).toEqual([...params]);
      }),
      { numRuns: 3000 },
    );
    expect(written).toBeGreaterThan(500);
  });

  it.each([
    ["a control character", "a\u0001b"],
    ["a carriage return", "a\rb"],
    ["half a surrogate pair", "\uD83D"],
    ["an emoji", "😀"],
    ["a value that is too long", "x".repeat(20_000)],
    ["a value that is too long once escaped", `]]>${'"'.repeat(16_000)}`],
  ])("refuses %s, by the field's name", (_, text) => {
    const result = Xml.write(new Map([["refund_desc", text]]));
    expect(Result.isFailure(result) && result.failure.field).toBe("refund_desc");
  });

  it("reads back the longest values that it accepts", () => {
    for (const text of ["x".repeat(16_372), `]]>${'"'.repeat(2727)}`]) {
      const document = Result.getOrThrow(Xml.write(new Map([["a", text]])));
      expect(Result.getOrThrow(Xml.read(document)).get("a")).toBe(text);
    }
  });

  it.each(["a b", "0a", "_a", "a>", "", "constructor", "__proto__", "a".repeat(65)])("refuses the name %j", (name) => {
    expect(Result.isFailure(Xml.write(new Map([[name, "1"]])))).toBe(true);
  });
});
