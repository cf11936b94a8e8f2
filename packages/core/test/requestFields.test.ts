/** What a request must not hold: fields that it does not have, and characters that nobody sees. */
import { Result } from "effect";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Operation, Refund, RefundQuery } from "../src/index.ts";
import { invisible } from "../src/internal/invisible.ts";
import { merchantWith, request } from "./support/story.ts";

const context = { merchant: merchantWith(), nonce: "n", endpoint: Operation.mainEndpoint };
const issues = <In, Out>(operation: Operation.Operation<In, Out>, asked: unknown): ReadonlyArray<string> => {
  const result = Operation.prepare(operation, asked as In, context);
  if (Result.isSuccess(result)) return [];
  const { reason } = result.failure;
  return reason._tag === "InvalidRequest" ? reason.issues.map(({ field, message }) => `${field} ${message}`) : [];
};
const ofRefund = (asked: unknown) => issues(Refund.operation, asked);
const ofQuery = (asked: unknown) => issues(RefundQuery.operation, asked);
const item = { goodsId: "a", refundAmount: 1, refundQuantity: 1, price: 1 };

describe("a field that a request does not have", () => {
  it.each<[string, string]>([
    ["refundfee", "refundFee"],
    ["refund_fee", "refundFee"],
    ["RefundFee", "refundFee"],
    ["refund-fee", "refundFee"],
    ["refundFe", "refundFee"],
    ["refndFee", "refundFee"],
    ["refund_desc", "refundDesc"],
    ["refundDescr", "refundDesc"],
    ["notify_url", "notifyUrl"],
    ["notifyURL", "notifyUrl"],
    ["detail", "goodsDetail"],
    ["outRefundNumber", ""],
    ["out_trade_no", "order.outTradeNo"],
    ["transactionId", "order.transactionId"],
    ["refundFeeTyp", "refundFeeType"],
    ["op", ""],
    ["comment", ""],
    ["__proto__x", ""],
    ["constructor", ""],
  ])("%s of a refund", (name, meant) => {
    const remedy = meant === "" ? "remove it" : `did you mean ${meant}?`;
    expect(ofRefund({ ...request, [name]: 1 })).toEqual([`${name} is no field of a refund: ${remedy}`]);
    expect(ofRefund({ ...request, [name]: undefined })).toEqual([]);
  });

  it("of an order, of an item and of a query", () => {
    expect(ofRefund({ ...request, order: { ...request.order, total: 1 } })).toEqual([
      "order.total is no field of an order: remove it",
    ]);
    expect(ofRefund({ ...request, order: { out_trade_no: "1" } })).toEqual([
      "order.out_trade_no is no field of an order: did you mean outTradeNo?",
      "order needs transactionId (transaction_id) or outTradeNo (out_trade_no)",
    ]);
    expect(ofRefund({ ...request, goodsDetail: [item, { ...item, refund_amount: 1 }] })).toEqual([
      "goodsDetail.1.refund_amount is no field of an item of goodsDetail: did you mean refundAmount?",
    ]);
    expect(ofQuery({ outRefundNo: "1", ofset: 10 })).toEqual([
      "ofset is no field of a refund query: did you mean offset?",
    ]);
    expect(ofQuery({ out_refund_no: "1" })).toEqual([
      "out_refund_no is no field of a refund query: did you mean outRefundNo?",
      "request must name the refund by exactly one of outRefundNo, refundId, outTradeNo, transactionId",
    ]);
    expect(ofQuery({ outRefundNo: "1", outTradeno: undefined })).toEqual([]);
  });

  it("is reported beside what is wrong with the others, on one line, and no more than twenty times", () => {
    expect(ofRefund({ ...request, refundFee: 0, "a\nb\u202E": 1 })).toEqual([
      "refundFee must be a whole number of fen (分), at least 1: 1.00 yuan is 100",
      "a?b? is no field of a refund: remove it",
    ]);
    expect(ofRefund({ ...request, totalFee: 1e20 })).toEqual(["totalFee must be at most 9007199254740991"]);
    const [long] = ofRefund({ ...request, ["x".repeat(1000)]: 1 });
    expect(long).toBe(`${"x".repeat(64)} is no field of a refund: remove it`);
    const many = Object.fromEntries(Array.from({ length: 1000 }, (_, n) => [`x${n}`, 1]));
    expect(ofRefund({ ...request, ...many })).toHaveLength(20);
  });

  it("is none of those that a request has, whatever they hold", () => {
    const whole = {
      ...request,
      refundFeeType: "CNY",
      refundDesc: "x",
      refundAccount: "REFUND_SOURCE_RECHARGE_FUNDS",
      notifyUrl: "https://example.com",
      opUserId: true,
      deviceInfo: "x",
      goodsDetail: [{ ...item, wxpayGoodsId: "1", goodsName: "x" }],
    };
    expect(ofRefund(whole)).toEqual([]);
    expect(Object.keys(whole)).toHaveLength(11);
  });
});

describe("a character that nobody sees", () => {
  const said = "(which is invisible|which turns the direction of the text)";
  it.each<[string, string, number]>([
    ["\u200B", "U+200B", 1],
    ["商品\u200B已售完", "U+200B", 3],
    ["a\u200Cb", "U+200C", 2],
    ["a\u200Db", "U+200D", 2],
    ["a\u2060b", "U+2060", 2],
    ["a\u2064b", "U+2064", 2],
    ["\uFEFFa", "U+FEFF", 1],
    ["a\u00ADb", "U+00AD", 2],
    ["a\u180Eb", "U+180E", 2],
    ["a\u034Fb", "U+034F", 2],
    ["a\u115Fb", "U+115F", 2],
    ["a\u1160b", "U+1160", 2],
    ["a\u3164b", "U+3164", 2],
    ["a\uFFA0b", "U+FFA0", 2],
    ["❤\uFE0F", "U+FE0F", 2],
    ["a\u202Eb", "U+202E", 2],
    ["a\u202Ab", "U+202A", 2],
    ["a\u2066b\u2069", "U+2066", 2],
    ["a\u200Eb", "U+200E", 2],
    ["a\u200Fb", "U+200F", 2],
    ["a\u061Cb", "U+061C", 2],
    ["a\u0085b", "U+0085", 2],
    ["a\u007Fb", "U+007F", 2],
    ["a\u2028b", "U+2028", 2],
    ["a\uFFF9b", "U+FFF9", 2],
    ["a\uFDD0b", "U+FDD0", 2],
  ])("%j is refused in every free text, by its number and place", (text, code, at) => {
    const refused = new RegExp(`must not contain ${code.replace("+", "\\+")}, ${said}, at character ${at}: remove it`);
    for (const asked of [
      { ...request, refundDesc: text },
      { ...request, opUserId: text },
      { ...request, deviceInfo: text },
      { ...request, goodsDetail: [{ ...item, goodsName: text }] },
      { ...request, goodsDetail: [{ ...item, wxpayGoodsId: text }] },
    ]) {
      const found = ofRefund(asked);
      expect(found.length).toBeGreaterThan(0);
      expect(found.join()).toMatch(refused);
    }
  });

  it("says which of them turn the direction", () => {
    expect(invisible("a\u202E")).toContain("turns the direction");
    expect(invisible("a\u200B")).toContain("is invisible");
  });

  it("is none of what people write", () => {
    for (const text of [
      "商品已售完 <&>",
      "退款：1.00 元（部分）",
      "Ünïcødé ﷼ ไทย हिन्दी עברית العربية",
      "～！？　“”",
      "-_|*@",
    ]) {
      expect(invisible(text)).toBe(undefined);
    }
  });

  it("is found wherever it stands, and outside ASCII alone", () => {
    const hidden = fc.constantFrom(..."\u200B\u202E\uFEFF\u00AD\u2067\u3164");
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), hidden, fc.string({ maxLength: 40 }), (before, one, after) => {
        expect(invisible(`${before}${one}${after}`)).toContain(`at character ${[...before].length + 1}:`);
        expect(invisible(before)).toBe(undefined);
      }),
    );
  });
});
