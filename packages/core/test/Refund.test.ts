import { Result } from "effect";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Merchant, Operation, Refund, RefundQuery } from "../src/index.ts";
import { Replies } from "../src/testing/index.ts";
import { merchantWith, reply, request } from "./support/story.ts";
import { Redacted } from "effect";

const context = { merchant: merchantWith(), nonce: "n", endpoint: Operation.mainEndpoint };
const issuesOf = (asked: unknown) => {
  const result = Operation.prepare(Refund.operation, asked as Refund.RefundRequest, context);
  if (Result.isSuccess(result)) return [];
  return result.failure.reason._tag === "InvalidRequest" ? result.failure.reason.issues : expect.fail();
};
const fieldsOf = (asked: Record<string, unknown>) => issuesOf({ ...request, ...asked }).map(({ field }) => field);
const sent = (asked: Refund.RefundRequest) =>
  Object.fromEntries(Result.getOrThrow(Operation.explain(Refund.operation, asked, context)).params);

describe("what a refund request may hold", () => {
  it("sends every field of WeChat Pay's refund application page under its wire name", () => {
    expect(
      sent({
        order: { transactionId: "1217752501201407033233368018" },
        outRefundNo: "1217752501201407033233368018",
        totalFee: 100,
        refundFee: 100,
        refundFeeType: "CNY",
        refundDesc: "商品已售完 <&>",
        refundAccount: "REFUND_SOURCE_RECHARGE_FUNDS",
        notifyUrl: "https://example.com/refund",
        opUserId: true,
        deviceInfo: "013467007045764",
      }),
    ).toMatchObject({
      appid: "wx8888888888888888",
      mch_id: "1900000109",
      transaction_id: "1217752501201407033233368018",
      out_refund_no: "1217752501201407033233368018",
      total_fee: "100",
      refund_fee: "100",
      refund_fee_type: "CNY",
      refund_desc: "商品已售完 <&>",
      refund_account: "REFUND_SOURCE_RECHARGE_FUNDS",
      notify_url: "https://example.com/refund",
      op_user_id: "1900000109",
      device_info: "013467007045764",
      nonce_str: "n",
      sign_type: "HMAC-SHA256",
    });
  });

  it("sends single items to refundv2", () => {
    const asked = {
      ...request,
      goodsDetail: [{ goodsId: "iphone6s_16G", goodsName: "手机", refundAmount: 1, refundQuantity: 1, price: 1 }],
    };
    const post = Result.getOrThrow(Operation.prepare(Refund.operation, asked, context));
    expect(post.url).toBe("https://api.mch.weixin.qq.com/secapi/pay/refundv2");
    expect(JSON.parse(sent(asked)["detail"] ?? "")).toEqual({
      goods_detail: [{ goods_id: "iphone6s_16G", goods_name: "手机", refund_amount: 1, refund_quantity: 1, price: 1 }],
    });
  });

  it("carries the sub-merchant in provider mode", () => {
    const provider = { ...context, merchant: merchantWith({ subMchId: "1900000200", subAppId: "wx2" }) };
    const { params } = Result.getOrThrow(Operation.explain(Refund.operation, request, provider));
    expect([params.get("sub_mch_id"), params.get("sub_appid")]).toEqual(["1900000200", "wx2"]);
  });

  it("accepts the longest values", () => {
    const longest = {
      outRefundNo: "a_-|*@Z9".repeat(8),
      order: { outTradeNo: "_-|*@abc".repeat(4) },
      refundDesc: "退".repeat(80),
      notifyUrl: `https://example.com/@${"x".repeat(235)}`,
      totalFee: Number.MAX_SAFE_INTEGER,
      deviceInfo: "x".repeat(32),
      opUserId: "x".repeat(32),
    };
    expect(fieldsOf(longest)).toEqual([]);
  });

  it.each<[string, Record<string, unknown>]>([
    ["outRefundNo", { outRefundNo: "" }],
    ["outRefundNo", { outRefundNo: "x".repeat(65) }],
    ["outRefundNo", { outRefundNo: "R 1" }],
    ["outRefundNo", { outRefundNo: "R-1\n" }],
    ["outRefundNo", { outRefundNo: "R&refund_fee=100" }],
    ["outRefundNo", { outRefundNo: "退1" }],
    ["outRefundNo", { outRefundNo: 1 }],
    ["outRefundNo", { outRefundNo: undefined }],
    ["totalFee", { totalFee: 100.5 }],
    ["totalFee", { totalFee: "100" }],
    ["totalFee", { totalFee: Number.NaN }],
    ["totalFee", { totalFee: 2 ** 53 }],
    ["refundFee", { refundFee: 0 }],
    ["refundFee", { refundFee: -1 }],
    ["refundFee", { refundFee: 101 }],
    ["refundFee", { refundFee: null }],
    ["order", { order: {} }],
    ["order", { order: { outTradeNo: "1", transactionId: "2" } }],
    ["order", { order: null }],
    ["order.outTradeNo", { order: { outTradeNo: "x".repeat(33) } }],
    ["order.transactionId", { order: { transactionId: "" } }],
    ["refundFeeType", { refundFeeType: "cny" }],
    ["refundFeeType", { refundFeeType: "RMB1" }],
    ["refundDesc", { refundDesc: "退".repeat(81) }],
    ["refundDesc", { refundDesc: "😀" }],
    ["refundDesc", { refundDesc: "" }],
    ["refundDesc", { refundDesc: " \u3000 " }],
    ["refundDesc", { refundDesc: "a\u0000" }],
    ["refundDesc", { refundDesc: "x&refund_fee=100" }],
    ["refundAccount", { refundAccount: "BALANCE" }],
    ["notifyUrl", { notifyUrl: "/refund" }],
    ["notifyUrl", { notifyUrl: "ftp://example.com" }],
    ["notifyUrl", { notifyUrl: "https://example.com/?a=1" }],
    ["notifyUrl", { notifyUrl: "https://example.com/?" }],
    ["notifyUrl", { notifyUrl: "https://example.com/#" }],
    ["notifyUrl", { notifyUrl: " https://example.com/" }],
    ["notifyUrl", { notifyUrl: "https://example.com/a b" }],
    ["notifyUrl", { notifyUrl: "https:example.com" }],
    ["notifyUrl", { notifyUrl: "https://exam\nple.com/" }],
    ["notifyUrl", { notifyUrl: "https://user:word@example.com/" }],
    ["notifyUrl", { notifyUrl: "https://:word@example.com/" }],
    ["notifyUrl", { notifyUrl: `https://example.com/${"x".repeat(237)}` }],
    ["opUserId", { opUserId: "x".repeat(33) }],
    ["opUserId", { opUserId: false }],
    ["deviceInfo", { deviceInfo: "x".repeat(33) }],
    ["goodsDetail", { goodsDetail: [] }],
    ["goodsDetail.0.goodsId", { goodsDetail: [{ goodsId: "a b", refundAmount: 1, refundQuantity: 1, price: 1 }] }],
  ])("refuses a wrong %s: %j", (field, asked) => {
    const fields = fieldsOf(asked);
    expect(fields.length).toBeGreaterThan(0);
    expect(fields.every((name) => name === field || field.startsWith(name))).toBe(true);
  });

  it("lists every issue at once, with both names and a remedy", () => {
    const issues = issuesOf({
      order: { outTradeNo: "" },
      outRefundNo: "",
      totalFee: 1,
      refundFee: 2,
      notifyUrl: "x",
      refundDesc: "\u0001",
    });
    expect(issues.map(({ wire }) => wire)).toEqual([
      "out_trade_no",
      "out_refund_no",
      "refund_desc",
      "notify_url",
      "refund_fee",
    ]);
  });

  it("returns an error, never throws, for whatever it is given", () => {
    const anything = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withNullPrototype: true,
      withSet: true,
    });
    fc.assert(
      fc.property(
        anything,
        fc.dictionary(fc.constantFrom(...Object.keys(request), "goodsDetail", "opUserId"), anything),
        (a, b) => {
          issuesOf(a);
          issuesOf({ ...request, ...b });
          Operation.prepare(RefundQuery.operation, a as RefundQuery.RefundQueryRequest, context);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe("what a query may ask", () => {
  const fails = (asked: unknown) =>
    Result.isFailure(Operation.prepare(RefundQuery.operation, asked as RefundQuery.RefundQueryRequest, context));
  it("names one number, and may have an offset", () => {
    for (const [ours, wire] of [
      ["outRefundNo", "out_refund_no"],
      ["refundId", "refund_id"],
      ["outTradeNo", "out_trade_no"],
      ["transactionId", "transaction_id"],
    ]) {
      const asked = { [ours ?? ""]: "1", offset: 10 } as unknown as RefundQuery.RefundQueryRequest;
      const { params } = Result.getOrThrow(Operation.explain(RefundQuery.operation, asked, context));
      expect([params.get(wire ?? ""), params.get("offset")]).toEqual(["1", "10"]);
    }
    for (const asked of [
      {},
      { outRefundNo: "1", refundId: "1" },
      { outRefundNo: "" },
      { outRefundNo: "1", offset: -1 },
      { outRefundNo: "1", offset: 1.5 },
    ]) {
      expect(fails(asked)).toBe(true);
    }
  });
});

describe("what an accepted reply may hold", () => {
  const merchant = merchantWith();
  const read = (more: Record<string, string>) =>
    Result.getOrThrow(
      Operation.interpret(Refund.operation, request, Replies.accepted(merchant, request, more), merchant),
    );

  it("reads coupons in the order of their indexes, whatever the order of the fields", () => {
    const more = Object.fromEntries(
      [10, 2, 0].flatMap((n) => [
        [`coupon_refund_fee_${n}`, String(n)],
        [`coupon_refund_id_${n}`, `c${n}`],
        [`coupon_type_${n}`, "CASH"],
      ]),
    );
    expect(read(more).coupons.map(({ couponRefundFee, couponRefundId }) => [couponRefundId, couponRefundFee])).toEqual([
      ["c0", 0],
      ["c2", 2],
      ["c10", 10],
    ]);
  });

  it("reads the single coupon of the 2015 form, and its other fields", () => {
    expect(
      read({ coupon_refund_id: "10000", refund_channel: "ORIGINAL", device_info: "013467007045764" }),
    ).toMatchObject({
      coupons: [{ couponRefundId: "10000" }],
      refundChannel: "ORIGINAL",
      deviceInfo: "013467007045764",
    });
  });

  it("keeps what it does not know, as text", () => {
    expect(read({ something_new: "007", coupon_new_0: "x", refund_detail_1_2: "y" }).extra).toEqual({
      something_new: "007",
      coupon_new_0: "x",
      refund_detail_1_2: "y",
    });
  });

  it("reads the shortest documented reply", () => {
    const answer = Replies.signed(merchant, {
      result_code: "SUCCESS",
      transaction_id: "4200",
      out_trade_no: "1415757673",
      out_refund_no: request.outRefundNo,
      refund_id: "5030",
      refund_channel: "",
      refund_fee: "1",
    });
    expect(Result.getOrThrow(Operation.interpret(Refund.operation, request, answer, merchant)).refundId).toBe("5030");
  });

  it("never throws, whatever the bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.integer({ min: 0, max: 599 }), (body, status) => {
        expect(Result.isFailure(Operation.interpret(Refund.operation, request, reply(body, status), merchant))).toBe(
          true,
        );
      }),
      { numRuns: 2000 },
    );
  });
});

describe("a merchant's settings", () => {
  const options = { appId: "wx8888888888888888", mchId: "1900000109", apiKey: Redacted.make("x".repeat(32)) };
  const problems = (more: object) => {
    const result = Merchant.make({ ...options, ...more });
    return Result.isFailure(result) ? result.failure.issues.map(({ field }) => field) : [];
  };
  it("take a key of 32 letters and digits only, and name what is wrong with another", () => {
    expect(problems({})).toEqual([]);
    for (const key of ["", "short", `${"x".repeat(32)}\n`, "x".repeat(33), "-".repeat(32), "é".repeat(32)]) {
      expect(problems({ apiKey: Redacted.make(key) })).toEqual(["apiKey"]);
      expect(problems({ previousApiKey: Redacted.make(key) })).toEqual(["previousApiKey"]);
    }
    const wrong = Merchant.make({ ...options, apiKey: Redacted.make("secret-secret") });
    expect(Result.isFailure(wrong) && wrong.failure.message).not.toContain("secret");
  });
  it("list all that is wrong", () => {
    expect(problems({ appId: "", mchId: "a b", subAppId: "wx2", signType: "SHA1" })).toEqual([
      "appId",
      "mchId",
      "subMchId",
      "signType",
    ]);
  });
});
