import * as fc from "fast-check";
import { Result } from "effect";
import { describe, expect, it } from "vitest";
import * as Json from "../src/Json.ts";

const repeated = (names: ReadonlyArray<string>) => Result.fail({ _tag: "GivenTwice", names });

describe("JSON", () => {
  it.each([
    ['{"a":1,"a":1}', ["a"]],
    ['{"a":1,"b":2,"a":3,"b":4,"a":5}', ["a", "b"]],
    ['{"\\u0061":1,"a":2}', ["a"]],
    ['{"a\\"":1,"a\\u0022":2}', ['a"']],
    ['{"\\\\":1,"\\\\":2}', ["\\"]],
    ['{"":1,"":2}', [""]],
    ['{"a":{"b":1,"b":2}}', ["a.b"]],
    ['[[{"a":[0,{"b":1,"b":2}]}]]', ["a.b"]],
    ['{"a":{"a":1},"a":{"a":1}}', ["a"]],
    ['{"a":"{\\"b\\":1,\\"b\\":2}","a" :2}', ["a"]],
    ['{"__proto__":1,"__proto__":2}', ["__proto__"]],
  ])("names what stands twice in %s", (json, names) => {
    expect(Json.parse(json)).toEqual(repeated(names));
  });

  it.each([
    '{"a":{"a":{"a":1}}}',
    '[{"a":1},{"a":1}]',
    '{"a":"a","b":"a"}',
    '["a","a:",":"]',
    '{"a":"\\"a\\":1,","b":":{}"}',
    '{"a":1,"A":2,"\u00e1":3,"a\u0301":4}',
    '{"a":[],"b":[{},{}]}',
    '":"',
  ])("takes %s", (json) => {
    expect(Json.parse(json)).toEqual(Result.succeed(JSON.parse(json)));
  });

  it("takes what JSON.parse takes, however it is written", () => {
    const spaced = (value: unknown, space: string): string => JSON.stringify(value, null, space);
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom("", " ", "\t", "\r\n"), (value, space) => {
        const json = spaced(value, space);
        expect(Json.parse(json)).toEqual(Result.succeed(JSON.parse(json)));
      }),
    );
  });

  it("refuses what JSON.parse refuses, and throws at nothing", () => {
    const pieces = fc.constantFrom(
      '"',
      "\\",
      "{",
      "}",
      "[",
      "]",
      ":",
      ",",
      "a",
      '"a"',
      '"a":',
      "1",
      " ",
      "null",
      "\\u0061",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(pieces).map((all) => all.join("")),
        ),
        (json) => {
          let value: unknown;
          try {
            value = JSON.parse(json);
          } catch {
            expect(Json.parse(json)).toMatchObject({ failure: { _tag: "NotJson" } });
            return;
          }
          const parsed = Json.parse(json);
          if (Result.isSuccess(parsed)) expect(parsed.success).toEqual(value);
          else expect(parsed.failure._tag).toBe("GivenTwice");
        },
      ),
      { numRuns: 2000 },
    );
  });

  /** Objects as lists of their fields, so that one can stand twice. */
  type Tree = string | ReadonlyArray<readonly [name: string, Tree]>;
  const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
    tree: fc.oneof(
      { depthSize: "small" },
      fc.string(),
      fc.array(fc.tuple(fc.constantFrom("a", "b", ":", '"', "\\", "{", ""), tie("tree")), { maxLength: 4 }),
    ),
  }));
  const write = (tree: Tree): string =>
    typeof tree === "string"
      ? JSON.stringify(tree)
      : `{${tree.map(([name, value]) => `${JSON.stringify(name)}:${write(value)}`).join(",")}}`;
  const hasTwice = (tree: Tree): boolean =>
    typeof tree !== "string" &&
    (new Set(tree.map(([name]) => name)).size < tree.length || tree.some(([, value]) => hasTwice(value)));

  it("misses no field that stands twice, and imagines none", () => {
    fc.assert(
      fc.property(tree, (tree) => {
        expect(Result.isFailure(Json.parse(write(tree)))).toBe(hasTwice(tree));
      }),
      { numRuns: 1000 },
    );
  });

  it("is not brought down by size or depth", () => {
    const long = JSON.stringify({ a: '"\\'.repeat(500_000) });
    expect(Result.isSuccess(Json.parse(long))).toBe(true);
    const deep = `${"[".repeat(5_000)}{"a":1,"a":2}${"]".repeat(5_000)}`;
    expect(Json.parse(deep)).toEqual(repeated(["a"]));
  });

  it("says where a text stops being JSON, and nothing of it", () => {
    expect(Json.parse('{"a":"b",}')).toEqual(Result.fail({ _tag: "NotJson", position: 9 }));
    expect(Json.parse('{"a":secret}')).toEqual(Result.fail({ _tag: "NotJson", position: undefined }));
  });
});

describe("whole numbers that are not written in plain digits", () => {
  it("are told by their fields, wherever they stand, and no text is taken for one", () => {
    const json =
      '{"a":100.00,"b":1e2,"c":-1,"d":"1.5","e\\"":[5.0],"f":{"g":1E+2,"h":100},"i":":1.0","k":1.5,"1.5":7,"j":true}';
    expect([...Json.unplainIntegers(json)]).toEqual([
      ["a", "100.00"],
      ["b", "1e2"],
      ['e"', "5.0"],
      ["g", "1E+2"],
    ]);
    expect([...Json.unplainIntegers("1.0")]).toEqual([["", "1.0"]]);
    expect([...Json.unplainIntegers(JSON.stringify({ a: '"\\1.5'.repeat(300_000), b: 1 }))]).toEqual([]);
  });

  it("are all that JSON.parse would not write so", () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        const numbers = json.replaceAll(/"(?:[^"\\]|\\.)*"/g, "").match(/-?[0-9][0-9.eE+-]*/g) ?? [];
        expect(Json.unplainIntegers(json).size > 0).toBe(
          numbers.some((one) => /[.eE]/.test(one) && Number.isInteger(Number(one))),
        );
      }),
    );
  });
});
