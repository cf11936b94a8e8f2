import { displayWidth } from "effect/cli/CliOutput";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { english } from "@wechat-refund/checkup/Language";
import { Option } from "effect";
import { queryOf } from "../src/Call.ts";
import { fit } from "../src/Live.ts";
import { shownId, shownNumber, shownPath, wrap } from "../src/Print.ts";

const words = fc.array(fc.constantFrom("退款", "查询，", "refund", "a", "out_refund_no", "（分）", "fen"), {
  minLength: 1,
});

describe("wrap", () => {
  it.each([
    ["fits as it is", 40, "fits as it is"],
    ["  --yes    Do not ask before sending", 24, "  --yes    Do not ask\n           before\n           sending"],
    ["  a paragraph that is too long", 16, "  a paragraph\n  that is too\n  long"],
    ["✗ 商户证书: 没有", 40, "✗ 商户证书: 没有"],
    ["结果：已受理，请查询", 10, "结果：已受\n理，请查询"],
  ])("%j at %d", (line, limit, wrapped) => {
    expect(wrap(line, limit)).toBe(wrapped);
  });

  it("loses and adds nothing but blanks and line ends, and is no wider than it must be", () => {
    fc.assert(
      fc.property(words, fc.integer({ min: 20, max: 60 }), (words, limit) => {
        const line = words.join(" ");
        const wrapped = wrap(line, limit);
        expect(wrapped.replaceAll(/\s/g, "")).toBe(line.replaceAll(/\s/g, ""));
        // A closing mark may stand out, so that no line starts with it.
        for (const part of wrapped.split("\n")) expect(displayWidth(part)).toBeLessThanOrEqual(limit + 2);
      }),
    );
  });
});

it("cuts a live line to its columns", () => {
  expect(fit("refund", 6)).toBe("refund");
  expect(fit("refunds", 6)).toBe("refun…");
  expect(displayWidth(fit("退款退款退款", 7))).toBeLessThanOrEqual(7);
});

const unsaid = { endpoint: Option.none(), protocol: Option.none() };

it("shows a number that has the form of one and not that of an API key", () => {
  for (const number of ["R-1", "a|b*c@d_e", "4200000000202601010000000001", "9f86d081884c4d659a2feaa0c55ad015"]) {
    expect(shownNumber(number)).toBe(number);
    expect(queryOf(english, number, unsaid)).toContain(`'${number}'`);
  }
  for (const secret of ["9kQ2xV7bT4mZ0pL6cR1sW8yD3fG5hJaN", "a b", "a\nb", "", "x".repeat(65), "MII/ab+c="]) {
    expect(shownNumber(secret)).toBe("(not shown)");
    expect(queryOf(english, secret, unsaid)).toBe("wechat-refund query, with the --out-refund-no of this call");
  }
});

it("shows an id that has the form of one", () => {
  for (const id of ["wx8888888888888888", "1900000109"]) expect(shownId(id)).toBe(id);
  for (const secret of [undefined, "", "hunter2", "192006250b4c09247ec02edce69f6a2d"]) {
    expect(shownId(secret)).toBe("(not shown)");
  }
});

it("shows the name of a file, and no word that may be a passphrase", () => {
  for (const name of ["refunds.csv", "./refunds", import.meta.filename]) expect(shownPath(name)).toBe(name);
  for (const secret of ["hunter2", "src", "-----BEGIN KEY-----"]) expect(shownPath(secret)).toBe("the file given");
});
