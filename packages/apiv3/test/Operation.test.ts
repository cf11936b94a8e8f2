/** The two halves of an exchange: what is sent, and what of a reply is believed. */
import { createVerify } from "node:crypto";
import { deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import type { RefundRequest } from "@wechat-refund/core/Refund";
import type { TransportReply } from "@wechat-refund/core/Transport";
import * as fc from "fast-check";
import * as Result from "effect/Result";
import { describe, expect, it } from "vitest";
import { Operation, Refund, RefundQuery } from "../src/index.ts";
import * as gateway from "./support/gateway.ts";
import {
  bytes,
  credential,
  keyId,
  keys,
  merchantKey,
  now,
  refund,
  reply,
  request,
  signatureOf,
  unsigned,
} from "./support/gateway.ts";

const context: Operation.PrepareContext = {
  credential,
  nonce: "593BEC0C930BF1AFEB40B4A08C8FB242",
  timestamp: now,
  endpoint: "https://api.mch.weixin.qq.com/",
  platformKeyId: keyId,
};
const provider = { ...context, subMchId: "1900000200" };
const trust = { keys, now };

const prepared = (asked: unknown, where = context) =>
  Operation.explain(Refund.operation, asked as RefundRequest, where);
const issuesOf = (asked: unknown): ReadonlyArray<string> => {
  const made = prepared(asked);
  if (Result.isSuccess(made)) return [];
  const { reason } = made.failure;
  return reason._tag === "InvalidRequest"
    ? reason.issues.map(({ field, wire, message }) => `${field} ${wire} ${message}`)
    : [];
};

describe("a refund application", () => {
  it("is a signed POST of exactly the members that are there", () => {
    const { request: made, signed } = Result.getOrThrow(prepared(request));
    expect(made.method).toBe("POST");
    expect(made.url).toBe("https://api.mch.weixin.qq.com/v3/refund/domestic/refunds");
    expect(made.headers).toEqual({
      Accept: "application/json",
      "Content-Type": "application/json",
      Authorization: signed.authorization,
      "User-Agent": "wechat-refund",
      "Wechatpay-Serial": keyId,
    });
    expect(Buffer.from(made.body ?? []).toString()).toBe(
      '{"out_trade_no":"1415757673","out_refund_no":"R-1415701182_01","amount":{"refund":1,"total":100,"currency":"CNY"}}',
    );
    expect(signed.message).toBe(
      `POST\n/v3/refund/domestic/refunds\n${now}\n${context.nonce}\n${Buffer.from(made.body ?? []).toString()}\n`,
    );
    expect(
      createVerify("sha256").update(signed.message).verify(merchantKey.publicKey, signed.signature, "base64"),
    ).toBe(true);
  });
  it("holds all that can be asked, by APIv3's names", () => {
    const all: RefundRequest = {
      order: { transactionId: "4200000000202601010000000001" },
      outRefundNo: "R|1",
      totalFee: 100,
      refundFee: 30,
      refundFeeType: "CNY",
      refundDesc: "商品退货",
      refundAccount: "REFUND_SOURCE_RECHARGE_FUNDS",
      notifyUrl: "https://shop.example/notices",
      goodsDetail: [
        { goodsId: "g1", wxpayGoodsId: "w1", goodsName: "茶", refundAmount: 30, refundQuantity: 1, price: 30 },
      ],
    };
    const { call } = Result.getOrThrow(prepared(all, provider));
    expect(JSON.parse(call.body ?? "")).toEqual({
      sub_mchid: "1900000200",
      transaction_id: "4200000000202601010000000001",
      out_refund_no: "R|1",
      reason: "商品退货",
      notify_url: "https://shop.example/notices",
      funds_account: "AVAILABLE",
      amount: { refund: 30, total: 100, currency: "CNY" },
      goods_detail: [
        {
          merchant_goods_id: "g1",
          wechatpay_goods_id: "w1",
          goods_name: "茶",
          unit_price: 30,
          refund_amount: 30,
          refund_quantity: 1,
        },
      ],
    });
    const unsettled = Result.getOrThrow(prepared({ ...request, refundAccount: "REFUND_SOURCE_UNSETTLED_FUNDS" }));
    expect(unsettled.call.body).not.toContain("funds_account");
  });
  it("is refused for what APIv3 cannot say, and for all that APIv2 refuses, by its own names", () => {
    expect(
      issuesOf({ ...request, opUserId: true, deviceInfo: "1", refundFeeType: "USD", refundDesc: "退".repeat(27) }),
    ).toEqual([
      "opUserId opUserId is no field of APIv3: remove it",
      "deviceInfo deviceInfo is no field of APIv3: remove it",
      "refundFeeType amount.currency must be CNY, the only currency of this interface",
      "refundDesc reason must have at most 80 bytes of UTF-8 (about 26 Chinese characters); it has 81",
    ]);
    expect(
      issuesOf({ ...request, refundFee: 101, outRefundNo: "退", order: {} }).map((text) =>
        text.split(" ", 2).join(" "),
      ),
    ).toEqual(["outRefundNo out_refund_no", "order order", "refundFee amount.refund"]);
    expect(issuesOf({ ...request, refundFee: 101 })[0]).toContain("amount.total");
    expect(issuesOf({ ...request, goodsDetail: [{}] })[0]).toContain("goods_detail");
    expect(issuesOf(null)).not.toEqual([]);
  });
  it("is refused with a nonce or a time that cannot be signed", () => {
    for (const wrong of [
      { nonce: "" },
      { nonce: 'a"' },
      { nonce: "a".repeat(33) },
      { timestamp: 1.5 },
      { timestamp: -1 },
    ])
      expect(Result.isFailure(prepared(request, { ...context, ...wrong }))).toBe(true);
  });
});

describe("a query", () => {
  const asked = (outRefundNo: unknown, where = context, more: object = {}) =>
    Operation.prepare(RefundQuery.operation, { outRefundNo, ...more } as { readonly outRefundNo: string }, where);
  it("is a signed GET whose escaped path is the one that is signed", () => {
    const { headers, method, url } = Result.getOrThrow(asked("R|1*@_-"));
    expect([method, url]).toEqual(["GET", "https://api.mch.weixin.qq.com/v3/refund/domestic/refunds/R%7C1*%40_-"]);
    expect(new URL(url).href).toBe(url);
    expect(Object.keys(headers)).not.toContain("Content-Type");
    const signature = /signature="([^"]+)"/.exec(headers["Authorization"] ?? "")?.[1] ?? "";
    const text = `GET\n/v3/refund/domestic/refunds/R%7C1*%40_-\n${now}\n${context.nonce}\n\n`;
    expect(createVerify("sha256").update(text).verify(merchantKey.publicKey, signature, "base64")).toBe(true);
    expect(Result.getOrThrow(asked("R", provider)).url).toMatch(/R\?sub_mchid=1900000200$/);
    expect(Result.getOrThrow(asked("R", { ...context, platformKeyId: undefined })).headers).not.toHaveProperty(
      "Wechatpay-Serial",
    );
    expect(Result.getOrThrow(asked("R", { ...context, endpoint: "https://gateway.example" })).url).toMatch(
      /^https:\/\/gateway\.example\/v3/,
    );
  });
  it("has one field", () => {
    for (const wrong of [asked(""), asked(undefined), asked("a/b"), asked("R", context, { refundId: "1" })])
      expect(Result.isFailure(wrong) && wrong.failure.reason._tag).toBe("InvalidRequest");
    expect(Result.isFailure(Operation.prepare(RefundQuery.operation, null as never, context))).toBe(true);
    expect(RefundQuery.operation.copy({ outRefundNo: "R" })).toEqual({ outRefundNo: "R" });
  });
});

const interpret = (given: TransportReply, at = now) =>
  Operation.interpret(Refund.operation, request, given, { keys, now: at });
const reasonOf = (given: TransportReply, at = now) => {
  const result = interpret(given, at);
  return Result.isFailure(result) ? result.failure.reason : undefined;
};
const shown = (given: TransportReply): string => {
  const result = interpret(given);
  if (Result.isSuccess(result)) return `accepted ${result.success.refundStatus}`;
  const { outcome, reason } = result.failure;
  return `${reason._tag} ${outcome}`;
};

describe("a reply", () => {
  it("is accepted when it is signed, now, and speaks of this refund", () => {
    const accepted = Result.getOrThrow(interpret(reply(200, refund)));
    expect(accepted).toMatchObject({
      outRefundNo: "R-1415701182_01",
      refundStatus: "PROCESSING",
      refundAccount: "AVAILABLE",
      refundRecvAccount: "支付用户零钱",
      coupons: [],
      extra: { "amount.refund_fee": "0" },
    });
    const statuses = {
      SUCCESS: "SUCCESS",
      CLOSED: "REFUNDCLOSE",
      ABNORMAL: "CHANGE",
      REFUNDCLOSE: "unknown",
      NEW: "unknown",
    };
    for (const [status, ours] of Object.entries(statuses))
      expect(shown(reply(200, { ...refund, status }))).toBe(`accepted ${ours}`);
  });
  it.each<readonly [string, object, string]>([
    ["out_refund_no", { out_refund_no: "R-2" }, "out_refund_no"],
    ["out_trade_no", { out_trade_no: "1" }, "out_trade_no"],
    ["amount.refund", { amount: { ...refund.amount, refund: 2 } }, "amount.refund"],
    ["amount.total", { amount: { ...refund.amount, total: 99 } }, "amount.total"],
    ["amount.currency", { amount: { ...refund.amount, currency: "USD" } }, "amount.currency"],
    ["amount as text of other digits", { amount: { ...refund.amount, refund: 1.5 } }, "amount.refund"],
    ["no amount", { amount: undefined }, "amount.refund"],
  ])("of another %s is not this refund's", (_, changes, field) => {
    const reason = reasonOf(reply(200, { ...refund, ...changes }));
    expect(reason).toMatchObject({ _tag: "UntrustedReply", problem: "mismatch", field });
  });
  it("is bound to WeChat Pay's number of the order, where that was asked with", () => {
    const byTransaction = { ...request, order: { transactionId: "4200000000202601010000000002" } };
    const result = Operation.interpret(Refund.operation, byTransaction, reply(200, refund), trust);
    expect(Result.isFailure(result) && result.failure.reason).toMatchObject({ field: "transaction_id" });
    const { currency: _, ...amount } = refund.amount;
    expect(shown(reply(200, { ...refund, amount }))).toBe("accepted PROCESSING");
  });
  it.each<readonly [string, object]>([
    ["refund_id", { refund_id: "" }],
    ["refund_id", { refund_id: 5 }],
    ["status", { status: null }],
    ["transaction_id", { transaction_id: [] }],
  ])("without a readable %s is not read", (field, changes) => {
    expect(reasonOf(reply(200, { ...refund, ...changes }))).toMatchObject({ _tag: "MalformedReply", field });
  });
  it("whose amount is no amount is not read", () => {
    const read = (amount: unknown) => Operation.read(RefundQuery.operation, reply(200, { ...refund, amount }), trust);
    for (const refundFee of ["1", 0.5, -1, 1e300, true, {}]) {
      const result = read({ ...refund.amount, refund: refundFee });
      expect(Result.isFailure(result) && result.failure).toMatchObject({
        _tag: "MalformedReply",
        field: "amount.refund",
      });
    }
    const zero = read({ ...refund.amount, refund: 0 });
    expect(Result.isFailure(zero) && zero.failure).toMatchObject({ _tag: "MalformedReply" });
  });
  it("keeps what merely informs and cannot be read, and what is not known, apart", () => {
    const odd = {
      ...refund,
      create_time: "yesterday",
      success_time: 5,
      channel: "",
      news: { a: [1] },
      amount: { ...refund.amount, payer_total: "100", from: [{ account: "AVAILABLE", amount: 1 }], deep: { x: 1 } },
      promotion_detail: [1, { type: "CASH", promotion_id: 7, refund_amount: "5" }, { promotion_id: "p" }],
    };
    const { coupons, extra, ...accepted } = Result.getOrThrow(interpret(reply(200, odd)));
    expect(extra).toEqual({
      create_time: "yesterday",
      success_time: "5",
      "news.a": "[1]",
      "amount.payer_total": "100",
      "amount.from": '[{"account":"AVAILABLE","amount":1}]',
      "amount.deep": '{"x":1}',
      "amount.refund_fee": "0",
    });
    expect(coupons).toEqual([{ couponType: "CASH" }, { couponRefundId: "p" }]);
    expect(accepted).not.toHaveProperty("createTime");
    expect(accepted.promotionDetail).toContain('"promotion_id":"p"');
  });
  it("is read only after its signature", () => {
    const twice = '{"out_refund_no":"R-1415701182_01","out_refund_no":"R-2"}';
    expect(reasonOf(reply(200, twice))).toMatchObject({
      _tag: "MalformedReply",
      problem: "its body names out_refund_no twice",
    });
    expect(reasonOf(unsigned(200, twice))).toMatchObject({ _tag: "UntrustedReply", problem: "unsigned" });
    expect(reasonOf(reply(200, "<html>"))).toMatchObject({ problem: "its body is not JSON" });
    expect(reasonOf(reply(200, "[]"))).toMatchObject({ problem: "its body is not a JSON object" });
    expect(reasonOf(reply(200, "\uFEFF{}"))).toMatchObject({ problem: "its body is not JSON" });
    const latin = Buffer.from([0x7b, 0xff, 0x7d]);
    expect(reasonOf({ status: 200, headers: signatureOf(latin), body: latin })).toMatchObject({
      problem: "its body is not UTF-8",
    });
    expect(reasonOf(reply(200, `{"a":"${"x".repeat(65_536)}"}`))).toMatchObject({
      problem: "it is larger than 65536 bytes",
    });
    expect(reasonOf(reply(200, refund), now + 300)).toMatchObject({ problem: "clock", received: String(now) });
    const nested = `{"new":${"[".repeat(9000)}${"]".repeat(9000)}}`;
    expect(reasonOf(reply(200, nested))).toMatchObject({ problem: "its body is nested too deep" });
  });
  it.each<readonly [string, (body: Uint8Array) => Uint8Array]>([
    ["gzip", gzipSync],
    ["X-GZIP", gzipSync],
    ["deflate", deflateSync],
    ["deflate", deflateRawSync],
    ["identity", (body) => body],
  ])("that was packed on its way (%s) is unpacked before its signature is looked at", (encoding, pack) => {
    const packed = ({ body, headers, status }: TransportReply): TransportReply => ({
      status,
      headers: { ...headers, "Content-Encoding": encoding },
      body: pack(body),
    });
    expect(shown(packed(reply(200, refund)))).toBe("accepted PROCESSING");
    expect(shown(packed(reply(403, { code: "NOT_ENOUGH" })))).toBe("Rejected not-accepted");
    expect(shown(packed(unsigned(401, { code: "SIGN_ERROR" })))).toBe("GatewayRefused not-accepted");
    expect(shown(packed(reply(200, refund, { key: gateway.other.privateKey })))).toBe("UntrustedReply unknown");
    // It grows to no more than a reply may be.
    expect(reasonOf(packed(reply(200, `{"a":"${"x".repeat(100_000)}"}`)))).toMatchObject({
      problem: "it is larger than 65536 bytes",
    });
  });
  it("that was packed otherwise, or is not what it says, decides nothing and says so", () => {
    for (const encoding of ["gzip", "deflate", "br", "zstd", "gzip, gzip"]) {
      const { body, headers } = reply(200, refund);
      const other = { status: 200, headers: { ...headers, "content-encoding": encoding }, body };
      expect(reasonOf(other)).toMatchObject({ _tag: "MalformedReply", field: "content-encoding" });
      // What nobody signed is read as it came.
      const refused = { ...unsigned(502, "<html>"), headers: { "content-encoding": encoding } };
      expect(shown(refused)).toBe("GatewayRefused unknown");
    }
  });
});

describe("a refusal", () => {
  it("decides when it is signed and its status is one that decides", () => {
    const said = (status: number, code: string) => shown(reply(status, { code, message: "说明" }));
    expect(said(403, "NOT_ENOUGH")).toBe("Rejected not-accepted");
    expect(said(404, "RESOURCE_NOT_EXISTS")).toBe("Rejected not-by-this-call");
    expect(said(400, "INVALID_REQUEST")).toBe("Rejected not-by-this-call");
    expect(said(429, "FREQUENCY_LIMITED")).toBe("Rejected unknown");
    expect(said(500, "NOT_ENOUGH")).toBe("Rejected unknown");
    expect(said(202, "NOT_ENOUGH")).toBe("GatewayRefused unknown");
    expect(said(302, "NOT_ENOUGH")).toBe("GatewayRefused unknown");
    expect(shown(reply(403, {}))).toBe("MalformedReply unknown");
    expect(shown(reply(403, ""))).toBe("MalformedReply unknown");
    expect(shown(reply(200, ""))).toBe("MalformedReply unknown");
    for (const status of [202, 204]) expect(shown(reply(status, ""))).toBe("GatewayRefused unknown");
    expect(reasonOf(reply(403, { code: "NOT_ENOUGH" }))).not.toHaveProperty("errCodeDes");
  });
  it("decides nothing unsigned, half signed, or signed by nobody who is known", () => {
    expect(shown(unsigned(403, { code: "NOT_ENOUGH" }))).toBe("GatewayRefused unknown");
    const { "wechatpay-nonce": _, ...half } = signatureOf(bytes({ code: "NOT_ENOUGH" }));
    expect(shown({ status: 403, headers: half, body: bytes({ code: "NOT_ENOUGH" }) })).toBe("GatewayRefused unknown");
    expect(shown(reply(403, { code: "NOT_ENOUGH" }, { key: gateway.other.privateKey }))).toBe("UntrustedReply unknown");
    expect(shown(reply(403, { code: "NOT_ENOUGH" }, { timestamp: now - 301 }))).toBe("UntrustedReply unknown");
    expect(shown(reply(401, { code: "SIGN_ERROR" }, { key: gateway.other.privateKey }))).toBe("UntrustedReply unknown");
  });
  it("at the door says that the call was not made", () => {
    expect(shown(unsigned(401, { code: "SIGN_ERROR", message: "签名错误" }))).toBe("GatewayRefused not-accepted");
    expect(shown(unsigned(401, "<html>"))).toBe("GatewayRefused unknown");
    expect(shown(unsigned(401, { code: "<b>" }))).toBe("GatewayRefused unknown");
    for (const code of ["SYSTEM_ERROR", "UNAUTHENTICATED"]) {
      expect(shown(unsigned(401, { code }))).toBe("GatewayRefused unknown");
      expect(reasonOf(unsigned(401, { code }))).toMatchObject({
        advice: "query-first",
        message: `HTTP 401 ${code}, without a signature`,
      });
    }
    expect(reasonOf(unsigned(401, { code: "SIGN_ERROR", message: "x".repeat(999) }))).toMatchObject({
      said: "x".repeat(256),
    });
  });
});

it("returns, whatever a reply or a request is", () => {
  const anything = fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true });
  fc.assert(
    fc.property(anything, (asked) => {
      expect(prepared(asked)._tag).toMatch(/Success|Failure/);
      Operation.prepare(RefundQuery.operation, asked as { readonly outRefundNo: string }, context);
    }),
    { numRuns: 300 },
  );
  fc.assert(
    fc.property(fc.json(), fc.integer({ min: 100, max: 599 }), (json, status) => {
      expect(Result.isFailure(interpret(reply(status, json)))).toBe(true);
      expect(Result.isFailure(interpret(unsigned(status, json)))).toBe(true);
    }),
    { numRuns: 100 },
  );
});
