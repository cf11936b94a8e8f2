import { describe, expect, it } from "@effect/vitest";
import { Result, Schema } from "effect";
import * as fc from "fast-check";
import { Refund } from "../src/index.ts";
import { all, plainly } from "../src/internal/plain.ts";

const plainAccepted = plainly(Refund.RefundAccepted, "coupons", "extra");
const plainCoupon = plainly(Refund.Coupon);
const bySchema = Schema.decodeUnknownResult(Refund.RefundAccepted);

const proven = {
  transactionId: "4200000000202601010000000001",
  outTradeNo: "T-1",
  outRefundNo: "R-1",
  refundId: "50300000002026010100000000001",
  refundFee: "1",
};
const names = Object.keys(Refund.RefundAccepted.fields).filter((name) => name !== "coupons" && name !== "extra");
const numbers = ["0", "1", "100", "9007199254740991", "9007199254740992", "10000000000000000"];
const others = ["", "01", "1.0", "+1", "-1", "1e2", " 1", "1 ", "１", "CNY", "SUCCESS", "2026-01-01 12:00:05"];
const value = fc.constantFrom(...numbers, ...others);
const texts = (all: ReadonlyArray<string>) => fc.dictionary(fc.constantFrom(...all), value, { maxKeys: 8 });

describe("a plain reply", () => {
  it("is read without the schema as the schema reads it, or left to the schema", () => {
    let read = 0;
    fc.assert(
      fc.property(
        fc.tuple(texts(names), fc.constantFrom(...names)),
        fc.array(texts(Object.keys(Refund.Coupon.fields)), { maxLength: 3 }),
        ([fields, without], coupons) => {
          const whole: Record<string, string> = { ...proven, ...fields };
          if (!(without in fields)) delete whole[without];
          const extra = { err_msg: "1" };
          const readCoupons = all(coupons, plainCoupon);
          const plain = readCoupons && plainAccepted(whole, { coupons: readCoupons, extra });
          if (plain === undefined) return;
          read += 1;
          expect(plain).toStrictEqual(Result.getOrThrow(bySchema({ ...whole, coupons, extra })));
        },
      ),
      { numRuns: 2000 },
    );
    expect(read).toBeGreaterThan(100);
  });

  it("has all that a reply proves: without one of them it is the schema's to refuse", () => {
    const rest = { coupons: [], extra: {} };
    expect(plainAccepted(proven, rest)).toStrictEqual({ ...proven, refundFee: 1, ...rest });
    for (const name of Object.keys(proven)) {
      const { [name]: _, ...others } = proven as Record<string, string>;
      expect(plainAccepted(others, rest)).toBeUndefined();
    }
  });

  it("holds nothing but texts and numbers: a time is the schema's to read", () => {
    expect(plainAccepted({ ...proven, createTime: "2026-01-01 12:00:05" }, { coupons: [], extra: {} })).toBeUndefined();
  });
});
