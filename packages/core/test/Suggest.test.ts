import { describe, expect, it } from "vitest";
import { nearest } from "../src/Suggest.ts";

const names = ["out_refund_no", "refund_fee", "total_fee", "appId", "v2"];

describe("the name that was meant", () => {
  it.each([
    ["refund_fee", "refund_fee"],
    ["refundFee", "refund_fee"],
    ["REFUND-FEE", "refund_fee"],
    ["refund_fees", "refund_fee"],
    ["refnud_fee", "refund_fee"],
    ["totl_fee", "total_fee"],
    ["appid", "appId"],
    ["V2", "v2"],
    ["v3", undefined],
    ["fee", undefined],
    ["notify_url", undefined],
    ["", undefined],
    ["refund_fee".repeat(10), undefined],
  ])("%s: %s", (written, meant) => {
    expect(nearest(written, names)).toBe(meant);
  });

  it("is the nearest, and the first of two that are as near", () => {
    expect(nearest("refund_fe", ["refund_feed", "refund_fee"])).toBe("refund_fee");
    expect(nearest("abcdefgh", ["abcdefgx", "abcdefgy"])).toBe("abcdefgx");
    expect(nearest("anything", [])).toBeUndefined();
  });
});
