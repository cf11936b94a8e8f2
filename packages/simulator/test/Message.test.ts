import * as fc from "fast-check";
import { Result } from "effect";
import { describe, expect, it } from "vitest";
import { Message } from "@wechat-refund/simulator";
import { anyText } from "../../core/test/support/anyText.ts";
import vectors from "./data/vectors.json" with { type: "json" };
import wire from "./data/wire.json" with { type: "json" };
import { computing } from "./computing.ts";

interface Vector {
  readonly id: string;
  readonly kind: string;
  readonly key: string;
  readonly xml: string;
  readonly params: Record<string, string>;
  readonly expected: string;
  readonly sign: string;
  readonly signType: Message.Algorithm;
  readonly expect: { readonly fields?: Record<string, string>; readonly signOk?: unknown; readonly reject?: boolean };
}
const ofKind = (...kinds: ReadonlyArray<string>) =>
  (vectors.vectors as ReadonlyArray<unknown> as ReadonlyArray<Vector>).filter(({ kind }) => kinds.includes(kind));

const bytes = (text: string) => new TextEncoder().encode(text);
const read = (text: string, root?: Message.Root) => Message.read(bytes(text), root);
const fieldsOf = (text: string) => Result.getOrThrow(read(text));
const isRead = (text: string) => Result.isSuccess(read(text));
const xml = (inside: string) => `<xml>${inside}</xml>`;

describe("signing", () => {
  it.each(ofKind("sign-md5", "sign-hmac-sha256"))("$id", ({ kind, params, key, expected }) => {
    const algorithm = kind === "sign-md5" ? "MD5" : "HMAC-SHA256";
    expect(Message.sign(new Map(Object.entries(params)), key, algorithm)).toBe(expected);
  });

  it("refuses a signature in lower case, cut short, stretched, of the other algorithm, or absent", () => {
    const fields = fieldsOf(wire.accepted);
    const sign = fields.get("sign") ?? "";
    const withSign = (sign: string) => new Map([...fields, ["sign", sign]]);
    expect(Message.verify(fields, wire.key, "MD5")).toBe(true);
    const other = Message.sign(fields, wire.key, "HMAC-SHA256");
    for (const wrong of [sign.toLowerCase(), sign.slice(1), `${sign}0`, ` ${sign}`, other, "", "ｓ"]) {
      expect(Message.verify(withSign(wrong), wire.key, "MD5"), wrong).toBe(false);
    }
    expect(Message.verify(new Map([...fields].filter(([name]) => name !== "sign")), wire.key, "MD5")).toBe(false);
  });
});

describe("recorded and derived messages", () => {
  it.each([
    ["request", wire.request, "MD5"],
    ["accepted", wire.accepted, "MD5"],
    ["refused", wire.refused, "MD5"],
    ["query", wire.query, "HMAC-SHA256"],
  ] as const)("%s carries its signature", (_, text, algorithm) => {
    expect(Message.verify(fieldsOf(text), wire.key, algorithm)).toBe(true);
    expect(Message.verify(fieldsOf(text), wire.key.replace("1", "2"), algorithm)).toBe(false);
  });

  it("reads an unsigned failure and an acknowledgement", () => {
    expect([...fieldsOf(wire.unsigned)]).toEqual([
      ["return_code", "FAIL"],
      ["return_msg", "签名错误"],
    ]);
    expect(fieldsOf(wire.acknowledged).get("return_code")).toBe("SUCCESS");
  });

  it.each(ofKind("reply-xml"))("$id", ({ xml, key, signType, expect: { fields, signOk, reject } }) => {
    const message = read(xml);
    expect(Result.isFailure(message)).toBe(reject === true);
    if (Result.isFailure(message)) return;
    expect(Object.fromEntries(message.success)).toMatchObject(fields ?? {});
    // A vector that leaves it open is one this reader refuses.
    expect(Message.verify(message.success, key, signType)).toBe(signOk === true);
  });

  it.each(ofKind("request-xml"))("$id", ({ xml, params, key, sign }) => {
    const fields = fieldsOf(xml);
    expect(Object.fromEntries(fields)).toEqual(params);
    expect(Message.sign(fields, key, "MD5")).toBe(sign);
    expect(Result.getOrThrow(Message.read(Result.getOrThrow(Message.write(fields))))).toEqual(fields);
  });

  it.each(ofKind("hostile-xml"))("$id is refused", ({ xml }) => {
    expect(Result.isFailure(read(xml))).toBe(true);
  });
});

describe("the language", () => {
  it.each([
    ["a declaration", `<?xml version="1.0"?>\n${xml("<a>1</a>")}`, "1"],
    ["a declared encoding", `<?xml version="1.0" encoding="utf-8"?>${xml("<a>1</a>")}`, "1"],
    ["white space between elements", "\r\n\t <xml> <a>1</a>\n</xml> \n", "1"],
    ["an empty element", xml("<a></a>"), ""],
    ["an empty section", xml("<a><![CDATA[]]></a>"), ""],
    ["blanks in a value, kept", xml("<a> 1\n</a>"), " 1\n"],
    ["the five entities", xml("<a>&lt;&gt;&amp;&quot;&apos;&amp;lt;</a>"), "<>&\"'&lt;"],
    ["markup in a section", xml("<a><![CDATA[<b>&lt;</b>]]]]></a>"), "<b>&lt;</b>]]"],
    ["numbers, as text", xml("<a>007</a>"), "007"],
  ])("accepts %s", (_, text, value) => {
    expect(fieldsOf(text).get("a")).toBe(value);
  });

  it("reads the other root where it is asked to, and only there", () => {
    expect(Result.isSuccess(read("<root><a>1</a></root>", "root"))).toBe(true);
    expect(Result.isFailure(read("<root><a>1</a></root>"))).toBe(true);
    expect(Result.isFailure(read(xml("<a>1</a>"), "root"))).toBe(true);
  });

  const long = "n".repeat(64);
  it.each([
    ["nothing", ""],
    ["white space", " \n"],
    ["another root", "<html></html>"],
    ["two roots", xml("") + xml("")],
    ["a root inside the root", xml(xml("<a>1</a>"))],
    ["a self-closing root", "<xml/>"],
    ["text after the end", `${xml("")}x`],
    ["text between elements", xml("<a>1</a>x<b>2</b>")],
    ["a section between elements", xml("<![CDATA[x]]>")],
    ["nesting", xml("<a><b>1</b></a>")],
    ["a self-closing element", xml("<a/>")],
    ["an attribute", xml(`<a b="1">1</a>`)],
    ["a blank in a tag", xml("<a >1</a>")],
    ["a blank in an end tag", xml("<a>1</a >")],
    ["swapped end tags", "<xml><a>1</xml></a>"],
    ["a missing end tag", xml("<a>1")],
    ["another end tag", xml("<a>1</b>")],
    ["a prefix", xml("<x:a>1</x:a>")],
    ["a name that starts with a digit", xml("<0>1</0>")],
    ["a name that starts with an underscore", xml("<__proto__>1</__proto__>")],
    ["a hyphen in a name", xml("<a-b>1</a-b>")],
    ["a Cyrillic letter in a name", xml("<ѕign>1</ѕign>")],
    ["a name of 65 characters", xml(`<${long}n>1</${long}n>`)],
    ["a repeated name", xml("<a>1</a><a>1</a>")],
    ["a repeated name, one empty", xml("<a></a><a>1</a>")],
    ["a comment", xml("<!-- x --><a>1</a>")],
    ["a comment in a value", xml("<a>SUC<!-- -->CESS</a>")],
    ["a processing instruction", xml("<?php ?><a>1</a>")],
    ["a second declaration", `<?xml version="1.0"?><?xml version="1.0"?>${xml("")}`],
    ["a declaration with single quotes", `<?xml version='1.0'?>${xml("")}`],
    ["another encoding", `<?xml version="1.0" encoding="GBK"?>${xml("")}`],
    ["another version", `<?xml version="1.1"?>${xml("")}`],
    ["white space before the declaration", ` <?xml version="1.0"?>${xml("")}`],
    ["a doctype", `<!DOCTYPE xml>${xml("<a>1</a>")}`],
    ["a doctype in lower case", `<!doctype xml>${xml("<a>1</a>")}`],
    ["an external entity", `<!DOCTYPE xml [<!ENTITY e SYSTEM "file:///etc/hosts">]>${xml("<a>&e;</a>")}`],
    ["an undefined entity", xml("<a>&xxe;</a>")],
    ["an entity in capitals", xml("<a>&LT;</a>")],
    ["a bare ampersand", xml("<a>1 & 2</a>")],
    ["an ampersand at the end", xml("<a>1&</a>")],
    ["an entity without its semicolon", xml("<a>&lt</a>")],
    ["a decimal reference", xml("<a>&#60;</a>")],
    ["a hexadecimal reference", xml("<a>&#x3c;</a>")],
    ["text beside a section", xml("<a>1<![CDATA[2]]></a>")],
    ["text after a section", xml("<a><![CDATA[2]]>1</a>")],
    ["two sections", xml("<a><![CDATA[1]]><![CDATA[2]]></a>")],
    ["an unclosed section", xml("<a><![CDATA[1</a>")],
    ["a section in lower case", xml("<a><![cdata[1]]></a>")],
    ["]]> in text", xml("<a>1]]>2</a>")],
    ["NUL", xml("<a>\0</a>")],
    ["a control character in a section", xml("<a><![CDATA[\u000b]]></a>")],
    ["U+FFFF", xml("<a>\uffff</a>")],
    ["a byte order mark", `\ufeff${xml("<a>1</a>")}`],
    ["NBSP as white space", `<xml>\u00a0<a>1</a></xml>`],
    ["a page", "<html>\n<head></head>\n</html>"],
    ["JSON", `{"return_code":"SUCCESS"}`],
  ])("refuses %s", (_, text) => {
    expect(Result.isFailure(read(text))).toBe(true);
  });

  it.each([
    ["an overlong <", [0xc0, 0xbc]],
    ["a surrogate", [0xed, 0xa0, 0x80]],
    ["a cut sequence", [0xe5, 0x95]],
    ["GBK", [0xc9, 0xcc]],
  ])("refuses %s", (_, middle) => {
    expect(Result.isFailure(Message.read(Buffer.from([...bytes("<xml><a>"), ...middle, ...bytes("</a></xml>")])))).toBe(
      true,
    );
  });

  it("refuses UTF-16", () => {
    expect(Result.isFailure(Message.read(Buffer.from(xml("<a>1</a>"), "utf16le")))).toBe(true);
  });

  it("stops at its limits and not before", () => {
    const elements = (count: number) => xml(Array.from({ length: count }, (_, n) => `<a${n}>1</a${n}>`).join(""));
    const value = (size: number) => xml(`<a>${"x".repeat(size)}</a>`);
    const total = (size: number) => xml("").padEnd(size, " ");
    expect([elements(1_000), elements(1_001)].map(isRead)).toEqual([true, false]);
    expect([value(16_384), value(16_385)].map(isRead)).toEqual([true, false]);
    expect([total(65_536), total(65_537)].map(isRead)).toEqual([true, false]);
    expect(isRead(xml(`<${long}>1</${long}>`))).toBe(true);
  });

  it.each(["request", "accepted", "refused", "unsigned", "query", "acknowledged"] as const)(
    "refuses the %s cut anywhere",
    (name) => {
      const whole = bytes(wire[name].trimEnd());
      for (let end = 0; end < whole.length; end++) {
        if (Result.isSuccess(Message.read(whole.subarray(0, end)))) expect.fail(`cut at ${end}`);
      }
      expect(Result.isSuccess(Message.read(whole))).toBe(true);
    },
  );

  it.each([
    ["<", "<"],
    ["&", "&"],
    ["]]", "]]>"],
    ["&lt;", "&lt;"],
    ["<a>", "<a>"],
  ])("is done with 64 KiB of %s in no time", (piece) => {
    const time = (size: number): number => {
      const body = bytes(xml(`<a>${piece.repeat(Math.floor(size / piece.length))}`));
      return (
        computing(() => {
          for (let n = 0; n < 20; n++) Message.read(body);
        }) / 20
      );
    };
    time(60_000);
    expect(time(60_000)).toBeLessThan(50);
  });
});

describe("writing", () => {
  const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_]{0,63}$/);
  const value = fc.oneof(
    anyText({ maxLength: 40 }),
    fc.string({ unit: fc.constantFrom("]", "]", ">", "<", "&", ";", "lt", "商", " ", "\n", "[CDATA["), maxLength: 20 }),
  );

  it("is read back as it was, or refused", () => {
    let written = 0;
    fc.assert(
      fc.property(fc.array(fc.tuple(name, value), { maxLength: 12 }), (entries) => {
        const fields = new Map(entries);
        const message = Message.write(fields);
        if (Result.isFailure(message)) return;
        written++;
        expect([...Result.getOrThrow(Message.read(message.success))]).toEqual([...fields]);
      }),
      { numRuns: 2_000 },
    );
    expect(written).toBeGreaterThan(500);
  });

  it("puts values into sections", () => {
    const message = Message.write(
      new Map([
        ["refund_desc", "<b>"],
        ["refund_channel", ""],
      ]),
    );
    expect(new TextDecoder().decode(Result.getOrThrow(message))).toBe(
      "<xml><refund_desc><![CDATA[<b>]]></refund_desc><refund_channel><![CDATA[]]></refund_channel></xml>",
    );
  });

  it.each([
    ["a bad name", "a b", "1"],
    ["an empty name", "", "1"],
    ["a control character", "a", "\u0001"],
    ["a lone surrogate", "a", "\ud800"],
    ["a value too large", "a", "x".repeat(16_385)],
  ])("refuses %s and names the field", (_, field, value) => {
    expect(Result.flip(Message.write(new Map([[field, value]])))).toMatchObject({ success: { field } });
  });
});

it("never throws, whatever bytes it is given", () => {
  const piece = fc.constantFrom(
    "<xml>",
    "</xml>",
    "<a>",
    "</a>",
    "<![CDATA[",
    "]]>",
    "&lt;",
    "&",
    "<",
    ">",
    "x",
    '<?xml version="1.0"?>',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array({ maxLength: 200 }),
        fc.array(piece).map((parts) => bytes(parts.join(""))),
      ),
      (body) => {
        const message = Message.read(body);
        if (Result.isSuccess(message)) expect(Result.isSuccess(Message.write(message.success))).toBe(true);
      },
    ),
    { numRuns: 3_000 },
  );
});
