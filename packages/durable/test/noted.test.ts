/** What a notice, or a bill, changes of a refund. */
import { initial, observe, type Progress } from "@wechat-refund/core/RefundProgress";
import { describe, expect, it } from "vitest";
import { noted } from "../src/internal/noted.ts";
import type { Row } from "../src/RefundStore.ts";

const unknown = initial("R-1", { attempted: true });
const held = observe(unknown, { _tag: "Held", cause: "top-up" });
const after = (progress: Progress, verified = true) =>
  noted({ progress } as Row, progress, "notice", { verified })?.progress;

describe("a notice that proves a refund accepted", () => {
  it("lifts nothing that holds its merchant: its query waits for that, and says so", () => {
    expect(after(held)).toMatchObject({ truth: "Accepted", poke: "ask", block: { cause: "top-up" } });
    expect(after(unknown)).not.toHaveProperty("block");
  });
  it("lifts what was the refund's own", () => {
    const late = observe(observe(unknown, { _tag: "Begun", call: "ask" }), { _tag: "NotSent" });
    const overdue = observe(late, { _tag: "Passed", millis: 3_600_000, clock: "monotonic" });
    expect(overdue.block?.cause).toBe("overdue");
    expect(after(overdue)).not.toHaveProperty("block");
  });
  it("is one look, however many come", () => {
    const once = after(held) as Progress;
    expect(after(once)).toBeUndefined();
    expect(after(held, false)).toMatchObject({ truth: "Unknown", poke: "ask", block: { cause: "top-up" } });
  });
});
