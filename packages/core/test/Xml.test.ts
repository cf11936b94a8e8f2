import dns from "node:dns";
import fs from "node:fs";
import net from "node:net";
import { Result } from "effect";
import * as fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { Xml } from "../src/index.ts";
import { anyText } from "./support/anyText.ts";
import { families, inside } from "./support/hostile.ts";
import { bytes, fixtures } from "./support/story.ts";

const read = (text: string | Uint8Array) => Xml.read(typeof text === "string" ? bytes(text) : text);
const accepted = (text: string | Uint8Array) => Result.isSuccess(read(text));

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

  it("says where a field occurs again", () => {
    const error = Result.getOrThrow(Result.flip(read("<xml><a>1</a>\n<b>2</b><a>1</a></xml>")));
    expect(error.message).toBe("a: a field occurs twice at character 22");
  });

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

describe.each(families)("refuses $id, $what", ({ documents, minimum }) => {
  it(`all ${documents.length}, at least ${minimum}`, () => {
    expect(documents.length).toBeGreaterThanOrEqual(minimum);
    for (const document of documents) {
      const shown = typeof document === "string" ? document.slice(0, 80) : Buffer.from(document).toString("hex");
      expect(accepted(document), shown).toBe(false);
    }
  });
});

describe("no document", () => {
  it("makes the reader open a file, a socket or a name", () => {
    const spies = [
      ...(["open", "openSync", "readFile", "readFileSync", "createReadStream"] as const).map((name) =>
        vi.spyOn(fs, name),
      ),
      vi.spyOn(net.Socket.prototype, "connect"),
      vi.spyOn(dns, "lookup"),
      vi.spyOn(globalThis, "fetch"),
    ];
    for (const { documents } of families) for (const document of documents) read(document);
    for (const spy of spies) expect(spy).not.toHaveBeenCalled();
    // The spies see what they should.
    fs.readFileSync(new URL(import.meta.url));
    expect(spies[3]).toHaveBeenCalledOnce();
    vi.restoreAllMocks();
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
  const value = fc.oneof(nearMarkup, fc.string({ unit: "grapheme", maxLength: 20 }), anyText({ maxLength: 10 }));

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
