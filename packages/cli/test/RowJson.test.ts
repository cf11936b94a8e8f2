import type { Billed } from "@wechat-refund/core/RefundBill";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyText } from "../../core/test/support/anyText.ts";
import { RowJson } from "../src/bill/RowJson.ts";
import { jsonLine } from "../src/Ending.ts";

const cell = fc.oneof(
  anyText(),
  fc.string(),
  // Every character that something escapes, halves of pairs, and what stands at the edges of what is written without a look.
  fc
    .array(
      fc.constantFrom(
        ...'"\\/\u0000\u001f\u007e\u007f\u009f\u00a0\u2028\u2029\u2fff\u3000\ud7ff\ud800\udc00\uffff茶a`',
      ),
    )
    .map((characters) => characters.join("")),
);
const bill = fc.uniqueArray(anyText({ minLength: 1 }), { minLength: 1, maxLength: 6 }).chain((names) =>
  fc.array(
    fc.record({
      outRefundNo: cell,
      outTradeNo: cell,
      refundId: cell,
      refundFee: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
      status: cell,
      columns: fc
        .array(cell, { minLength: names.length, maxLength: names.length })
        .map((cells) => Object.fromEntries(names.map((name, at) => [name, cells[at]]))),
    }),
    { maxLength: 8 },
  ),
);

describe("RowJson", () => {
  it("writes what JSON would, whatever stands in the cells, and again after it was taken", () => {
    fc.assert(
      fc.property(bill, (refunds) => {
        const lines = new RowJson();
        for (const part of [refunds, refunds.toReversed()]) {
          for (const refund of part) lines.refund(refund as unknown as Billed);
          lines.bad({ line: 7, problem: "a\u2028b" });
          const expected = [...part, { line: 7, problem: "a\u2028b" }].map((value) => `${jsonLine(value)}\n`).join("");
          expect(new TextDecoder("utf-8", { fatal: true }).decode(lines.take())).toBe(expected);
          expect(lines.take()).toHaveLength(0);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("has room for a cell of any length", () => {
    const lines = new RowJson();
    const columns = { a: "茶".repeat(300_000), b: "\u0001".repeat(300_000) };
    const refund = { outRefundNo: "R", outTradeNo: "T", refundId: "50", refundFee: 1, status: "SUCCESS", columns };
    lines.refund(refund as unknown as Billed);
    expect(new TextDecoder().decode(lines.take())).toBe(`${jsonLine(refund)}\n`);
  });
});
