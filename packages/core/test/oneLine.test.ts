import { expect, it } from "vitest";
import { oneLine } from "../src/internal/oneLine.ts";

it("text from outside stands on one line, shows nothing that is not seen, and is cut between characters", () => {
  expect(oneLine(" a\r\nb\u2028c\u202Ed\u200Be\u0085 ")).toBe("a b c d e");
  expect(oneLine("系统繁忙")).toBe("系统繁忙");
  expect(oneLine("x".repeat(200))).toBe("x".repeat(200));
  for (const text of ["x".repeat(300), `${"x".repeat(199)}😀${"x".repeat(9)}`, "😀".repeat(150)]) {
    const short = oneLine(text);
    expect(short.isWellFormed()).toBe(true);
    expect(short.length).toBeLessThanOrEqual(201);
    expect(short.endsWith("…")).toBe(true);
  }
});
