import { initial, observe, type Progress } from "@wechat-refund/core/RefundProgress";
import { describe, expect, it } from "vitest";
import { noted } from "../src/internal/noted.ts";
import type { Row } from "../src/RefundStore.ts";

/** Refused, while an earlier attempt may have been accepted. */
const doubted = (): Progress =>
  [
    { _tag: "Begun", call: "send" },
    { _tag: "Unanswered", limited: false },
    { _tag: "Begun", call: "send" },
    {
      _tag: "Refused",
      outcome: "not-by-this-call",
      refusal: { reason: "Rejected", errCode: "ERROR", message: "订单已全额退款", advice: "query-first" },
    },
  ].reduce((progress, one) => observe(progress, one as Parameters<typeof observe>[1]), initial("R-1"));

describe("a notice that proves a refund accepted", () => {
  const progress = doubted();
  const row = { progress } as Row;

  it("ends what its own refusal held", () => {
    expect(progress).toMatchObject({ truth: "Unknown", block: { cause: "request" } });
    const change = noted(row, progress, "notice", { verified: true });
    expect(change?.progress).toMatchObject({ truth: "Accepted", poke: "ask" });
    expect(change?.progress?.block).toBeUndefined();
  });

  it("shows what holds the merchant, whose questions wait for a turn", () => {
    const change = noted(row, progress, "notice", { verified: true, hold: "top-up" });
    expect(change?.progress).toMatchObject({ truth: "Accepted", block: { cause: "top-up" } });
  });

  it("says no more than before of one that nothing held", () => {
    const free = observe(initial("R-2"), { _tag: "Begun", call: "send" });
    const change = noted({ progress: free } as Row, free, "notice", { hold: "top-up" });
    expect(change?.progress?.block).toBeUndefined();
  });
});
