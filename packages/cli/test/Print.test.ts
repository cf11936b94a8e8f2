import { displayWidth } from "effect/cli/CliOutput";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fit } from "../src/Live.ts";
import { wrap } from "../src/Print.ts";

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
