import { Redacted, Result } from "effect";
import { describe, expect, it } from "vitest";
import { Operation, Refund, RefundQuery, type RefundError } from "../src/index.ts";
import { Replies } from "../src/testing/index.ts";
import type { TransportReply } from "../src/Transport.ts";
import { changeElements, changeEveryByte, tellingValues } from "./support/forgeries.ts";
import { signedReplies } from "./support/signedReplies.ts";
import { apiKey, bytes, fixtures, merchantWith, reply, request, signTypes } from "./support/story.ts";

const otherKey = Redacted.make("0123456789abcdef0123456789abcdef");
const md5 = merchantWith({ signType: "MD5" });

const interpretRefund = (answer: TransportReply, asked: Refund.RefundRequest = request, merchant = md5) =>
  Operation.interpret(Refund.operation, asked, answer, merchant);
const interpretQuery = (answer: TransportReply, asked: RefundQuery.RefundQueryRequest, merchant = md5) =>
  Operation.interpret(RefundQuery.operation, asked, answer, merchant);

const errorOf = <A>(result: Result.Result<A, RefundError.RefundError>): RefundError.RefundError => {
  if (Result.isSuccess(result)) throw new Error("a failure was expected");
  return result.failure;
};

describe("prepare", () => {
  it.each(signTypes)("signs, writes and addresses the request, %s", (signType) => {
    const context = { merchant: merchantWith({ signType }), nonce: "n1", endpoint: "https://127.0.0.1:1/" };
    const post = Result.getOrThrow(Operation.prepare(Refund.operation, request, context));
    expect(post.url).toBe("https://127.0.0.1:1/secapi/pay/refund");
    const params = Result.getOrThrow(Operation.decode(reply(post.body)));
    expect(params.get("sign_type")).toBe(signType === "MD5" ? undefined : signType);
    const replyLike = new Map([...params, ["return_code", "SUCCESS"]]);
    expect(Result.isFailure(Operation.authenticate(replyLike, context.merchant, signType))).toBe(true);
    const explained = Result.getOrThrow(Operation.explain(Refund.operation, request, context));
    expect(explained.request).toEqual(post);
    expect(JSON.stringify([...explained.params]) + explained.stringToSign + explained.xml).not.toContain(apiKey);
  });

  it("sends no key of the merchant in a field, the previous one neither", () => {
    const context = { merchant: merchantWith({ previousApiKey: otherKey }), nonce: "n1", endpoint: "https://h" };
    for (const key of [apiKey, Redacted.value(otherKey)]) {
      const prepared = Operation.prepare(Refund.operation, { ...request, refundDesc: `a ${key}` }, context);
      expect(errorOf(prepared).message).toMatch(/refund_desc holds the merchant's API key \(API密钥\)/);
      expect(errorOf(prepared).message).not.toContain(key);
    }
  });

  it("says of a merchant without a key that it has none, and nothing of the request", () => {
    const keyless = { ...merchantWith(), apiKey: Redacted.make("") };
    const prepared = Operation.prepare(Refund.operation, request, {
      merchant: keyless,
      nonce: "n1",
      endpoint: "https://h",
    });
    expect(errorOf(prepared).message).toMatch(/key the API key \(API密钥\) is empty/);
    expect(errorOf(prepared).advice).toBe("fix-account");
  });

  it("makes the documented request", () => {
    const asked = {
      order: { outTradeNo: "1415757673" },
      outRefundNo: "R-1415701182_01",
      totalFee: 100,
      refundFee: 1,
      refundDesc: "商品已售完",
      notifyUrl: "https://example.com/refund",
    };
    const context = { merchant: md5, nonce: "5K8264ILTKCH16CQ2502SI8ZNMTM67VS", endpoint: Operation.mainEndpoint };
    const { params } = Result.getOrThrow(Operation.explain(Refund.operation, asked, context));
    expect(params).toEqual(Result.getOrThrow(Operation.decode(reply(fixtures.applyRequestMd5))));
  });

  it("refuses a nonce the protocol cannot take", () => {
    for (const nonce of ["", "a b", "x".repeat(33), "é"]) {
      const context = { merchant: md5, nonce, endpoint: Operation.mainEndpoint };
      expect(errorOf(Operation.prepare(Refund.operation, request, context)).reason._tag).toBe("InvalidRequest");
    }
  });
});

describe("interpret a refund reply", () => {
  it("reads the accepted fixture", () => {
    expect(Result.getOrThrow(interpretRefund(reply(fixtures.acceptedMd5)))).toMatchObject({
      outRefundNo: "R-1415701182_01",
      refundId: "50300000002026010100000000001",
      refundFee: 1,
      totalFee: 100,
      coupons: [],
      extra: {},
    });
  });

  it("reads a signed refusal", () => {
    const error = errorOf(interpretRefund(reply(fixtures.notEnoughMd5)));
    expect(error).toMatchObject({
      outcome: "not-accepted",
      advice: "top-up-then-resend-same",
      reason: { _tag: "Rejected", errCode: "NOTENOUGH" },
    });
    expect(error.message).toBe(
      "Rejected: refund R-1415701182_01: NOTENOUGH 基本账户余额不足，请充值后重新发起 [not-accepted, top-up-then-resend-same]",
    );
  });

  it.each([
    ["签名错误", "not-accepted", "fix-account"],
    ["商户号非法", "not-accepted", "fix-account"],
    ["invalid refund_fee", "not-accepted", "fix-request"],
    ["签名错误，请检查后再试", "not-accepted", "fix-account"],
    ["签名错误 ", "not-accepted", "fix-account"],
    ["签名错误的退款已受理", "unknown", "query-first"],
    ["系统繁忙", "unknown", "query-first"],
    ["", "unknown", "query-first"],
  ])("an unsigned FAIL %j is %s, %s", (returnMsg, outcome, advice) => {
    const error = errorOf(interpretRefund(Replies.protocolRejected(returnMsg)));
    expect(error).toMatchObject({ outcome, advice, reason: { _tag: "ProtocolRejected" } });
  });

  it("takes an unknown err_code as an unknown outcome", () => {
    for (const code of ["NEW_CODE", "", "constructor", "notenough"]) {
      const error = errorOf(interpretRefund(Replies.rejected(md5, code, "text")));
      expect(error).toMatchObject({
        outcome: "unknown",
        advice: "query-first",
        reason: { _tag: "Rejected", errCode: code },
      });
    }
  });

  const accepted = Replies.accepted(md5, request);
  const text = new TextDecoder().decode(accepted.body);
  it.each<[string, TransportReply, RefundError.Reason["_tag"], string?]>([
    ["HTTP 500", { ...accepted, status: 500 }, "GatewayRefused"],
    ["a redirect", reply("", 302), "GatewayRefused"],
    ["204", reply("", 204), "GatewayRefused"],
    ["an HTML page with 200", reply("<html><body>login</body></html>"), "GatewayRefused"],
    ["nothing", reply(""), "MalformedReply"],
    ["JSON", reply("{}"), "MalformedReply"],
    ["gzip bytes", reply(Uint8Array.of(0x1f, 0x8b, 8, 0)), "MalformedReply"],
    ["too much", reply(`${text}${" ".repeat(64 * 1024)}`), "MalformedReply"],
    ["no return_code", Replies.unsigned({ result_code: "SUCCESS" }), "MalformedReply"],
    ["another return_code", reply(text.replace("<return_code>SUCCESS", "<return_code>success")), "MalformedReply"],
    ["its sign removed", reply(text.replace(/<sign>.*<\/sign>/, "")), "UntrustedReply", "unsigned"],
    ["its sign renamed", reply(text.replaceAll("sign>", "Sign>")), "UntrustedReply", "unsigned"],
    ["another key", Replies.accepted({ ...md5, apiKey: otherKey }, request), "UntrustedReply", "wrong-sign"],
    [
      "another algorithm",
      Replies.accepted(merchantWith({ signType: "HMAC-SHA256" }), request),
      "UntrustedReply",
      "malformed-sign",
    ],
    [
      "the refusal's sign wrong",
      reply(fixtures.notEnoughMd5.replace("NOTENOUGH", "PARAM_ERROR")),
      "UntrustedReply",
      "wrong-sign",
    ],
    [
      "no result_code",
      Replies.signed(md5, { out_refund_no: request.outRefundNo, out_trade_no: "1415757673", refund_fee: "1" }),
      "MalformedReply",
    ],
    ["no refund_id", Replies.accepted(md5, request, { refund_id: "" }), "MalformedReply"],
    [
      "an ambiguous value",
      Replies.accepted(md5, request, { promotion_detail: "x" }),
      "UntrustedReply",
      "ambiguous-value",
    ],
  ])("refuses %s", (what, answer, tag, problem) => {
    const given =
      what === "an ambiguous value"
        ? reply(
            // The value swallows its neighbour in the signed string: same digest, other fields.
            new TextDecoder()
              .decode(answer.body)
              .replace(/<promotion_detail>x<\/promotion_detail>/, "")
              .replace(
                "<out_trade_no>1415757673</out_trade_no>",
                "<out_trade_no>1415757673&amp;promotion_detail=x</out_trade_no>",
              ),
          )
        : answer;
    const error = errorOf(interpretRefund(given));
    expect(error).toMatchObject({
      outcome: "unknown",
      reason: { _tag: tag, ...(problem !== undefined && { problem }) },
    });
  });

  it("believes the previous key during a change", () => {
    const changing = { ...md5, apiKey: otherKey, previousApiKey: md5.apiKey };
    expect(Result.isSuccess(interpretRefund(reply(fixtures.acceptedMd5), request, changing))).toBe(true);
  });
});

describe("a signed reply must speak of this request", () => {
  const accepted = (more: Record<string, string>) => Replies.accepted(md5, request, more);
  it.each([
    ["out_refund_no", accepted({ out_refund_no: "R-2" })],
    ["out_refund_no", accepted({ out_refund_no: "" })],
    ["out_trade_no", accepted({ out_trade_no: "2" })],
    ["refund_fee", accepted({ refund_fee: "2" })],
    ["total_fee", accepted({ total_fee: "101" })],
    ["appid", accepted({ appid: "wx9" })],
    ["mch_id", accepted({ mch_id: "1900000110" })],
    ["mch_id", accepted({ mch_id: "" })],
    ["sub_mch_id", accepted({ sub_mch_id: "1" })],
    ["sub_appid", accepted({ sub_appid: "wx1" })],
  ])("%s", (field, answer) => {
    expect(errorOf(interpretRefund(answer)).reason).toMatchObject({
      _tag: "UntrustedReply",
      problem: "mismatch",
      field,
    });
  });

  it("in its currency where one was asked for, and in any where none was", () => {
    const inDollars = { ...request, refundFeeType: "HKD" };
    const read = (asked: Refund.RefundRequest, more: Record<string, string>) =>
      interpretRefund(Replies.accepted(md5, asked, more), asked);
    expect(Result.getOrThrow(read(request, { fee_type: "HKD" })).feeType).toBe("HKD");
    expect(Result.isSuccess(read(request, { fee_type: "CNY" }))).toBe(true);
    expect(Result.getOrThrow(read(inDollars, { fee_type: "HKD" })).feeType).toBe("HKD");
    expect(Result.isSuccess(read(inDollars, {}))).toBe(true);
    expect(errorOf(read(inDollars, { fee_type: "CNY" })).reason).toMatchObject({
      _tag: "UntrustedReply",
      field: "fee_type",
      expected: "HKD",
    });
  });

  it("also when it refuses", () => {
    const answer = Replies.signed(md5, { result_code: "FAIL", err_code: "PARAM_ERROR", out_refund_no: "R-2" });
    expect(errorOf(interpretRefund(answer)).reason).toMatchObject({ problem: "mismatch", field: "out_refund_no" });
    const foreign = Replies.rejected(merchantWith({ mchId: "2", signType: "MD5" }), "PARAM_ERROR", "");
    expect(errorOf(interpretRefund(foreign)).reason).toMatchObject({ problem: "mismatch", field: "mch_id" });
  });

  it("with what may be left out left out", () => {
    const answer = accepted({ total_fee: "", fee_type: "", cash_fee: "", sub_mch_id: "", refund_channel: "" });
    expect(Result.isSuccess(interpretRefund(answer))).toBe(true);
  });

  const provider = merchantWith({ signType: "MD5", subMchId: "1900000200", subAppId: "wx2" });
  it("in provider mode of this sub-merchant; sub_appid may come back empty", () => {
    const inProvider = (more: Record<string, string>) =>
      interpretRefund(Replies.accepted(provider, request, more), request, provider);
    expect(Result.isSuccess(inProvider({ sub_appid: "" }))).toBe(true);
    expect(errorOf(inProvider({ sub_appid: "wx3" })).reason).toMatchObject({ field: "sub_appid" });
    const { subAppId: _, ...unnamed } = provider;
    const answer = Replies.accepted(unnamed, request, { sub_appid: "wx3" });
    expect(Result.isSuccess(interpretRefund(answer, request, unnamed))).toBe(true);
    expect(errorOf(inProvider({ sub_mch_id: "" })).reason).toMatchObject({ field: "sub_mch_id" });
    expect(errorOf(inProvider({ sub_mch_id: "1900000201" })).reason).toMatchObject({ field: "sub_mch_id" });
    const refusal = Replies.signed(provider, { result_code: "FAIL", err_code: "NOTENOUGH", sub_mch_id: "" });
    expect(errorOf(interpretRefund(refusal, request, provider)).reason._tag).toBe("Rejected");
  });

  it("none of 380 wrong pairings of 20 refunds is accepted, in either operation", () => {
    const requests = Array.from({ length: 20 }, (_, n) => ({
      ...request,
      outRefundNo: `R-${n}`,
      // Every other pair shares order and amount: only the number tells them apart.
      refundFee: 1 + (n % 2),
    }));
    let accepted = 0;
    for (const asked of requests) {
      for (const other of requests) {
        const right = asked === other;
        const refund = interpretRefund(Replies.accepted(md5, other), asked);
        const query = interpretQuery(Replies.queried(md5, other, "SUCCESS"), { outRefundNo: asked.outRefundNo });
        expect([Result.isSuccess(refund), Result.isSuccess(query)]).toEqual([right, right]);
        accepted += Number(right);
      }
    }
    expect(accepted).toBe(20);
  });

  it("a query's reply is no refund's, and the reverse", () => {
    expect(errorOf(interpretRefund(Replies.queried(md5, request, "SUCCESS"))).outcome).toBe("unknown");
    expect(Result.isFailure(interpretQuery(Replies.accepted(md5, request), { outRefundNo: request.outRefundNo }))).toBe(
      true,
    );
    const echo = Result.getOrThrow(
      Operation.prepare(Refund.operation, request, { merchant: md5, nonce: "n", endpoint: Operation.mainEndpoint }),
    );
    expect(errorOf(interpretRefund(reply(echo.body))).outcome).toBe("unknown");
  });
});

describe("interpret a query reply", () => {
  const hmac = merchantWith();
  it("reads two records with their families", () => {
    const query = Result.getOrThrow(interpretQuery(reply(fixtures.queryTwoHmac), { outTradeNo: "1415757673" }, hmac));
    expect(query).toMatchObject({ refundCount: 2, totalRefundCount: 2, refundFee: 31, cashFee: 95, extra: {} });
    expect(query.records[0]).toMatchObject({ outRefundNo: "R-1415701182_01", refundStatus: "SUCCESS", coupons: [] });
    expect(query.records[0]?.refundSuccessTime?.epochMilliseconds).toBe(Date.UTC(2026, 0, 1, 4, 0, 5));
    expect(query.records[1]).toMatchObject({
      refundStatus: "PROCESSING",
      couponRefundFee: 5,
      coupons: [{ couponRefundId: "10000", couponType: "CASH", couponRefundFee: 5 }],
      refundRecvAccount: "招商银行信用卡0403",
    });
  });

  it("knows the old names of statuses and keeps others open", () => {
    for (const [text, status] of [
      ["FAIL", "REFUNDCLOSE"],
      ["NOTSURE", "NOTSURE"],
      ["REFUND", "unknown"],
      ["success", "unknown"],
    ] as const) {
      const answer = Replies.queried(md5, request, "SUCCESS", { refund_status_0: text });
      const query = Result.getOrThrow(interpretQuery(answer, { outRefundNo: request.outRefundNo }));
      expect(query.records[0]).toMatchObject({ refundStatus: status, refundStatusText: text });
    }
  });

  it.each([
    ["a gap", { refund_count: "2" }],
    [
      "more records than counted",
      { out_refund_no_1: "R-9", refund_fee_1: "1", refund_id_1: "1", refund_status_1: "SUCCESS" },
    ],
    ["a second record at index 2", { refund_count: "2", out_refund_no_2: "R-9" }],
    [
      "the same number twice",
      {
        refund_count: "2",
        out_refund_no_1: request.outRefundNo,
        refund_fee_1: "1",
        refund_id_1: "1",
        refund_status_1: "SUCCESS",
      },
    ],
    ["no status", { refund_status_0: "" }],
    ["no count", { refund_count: "" }],
  ])("refuses %s", (_, more) => {
    const error = errorOf(
      interpretQuery(Replies.queried(md5, request, "SUCCESS", more), { outRefundNo: request.outRefundNo }),
    );
    expect(error.reason._tag).toBe("MalformedReply");
  });

  it("lets what merely informs make no record, and keeps it", () => {
    const more = {
      refund_channel_1: "ORIGINAL",
      refund_recv_accout_7: "支付用户零钱",
      coupon_refund_id_3_0: "30",
      coupon_refund_fee_3_0: "1.00",
    };
    const answer = Replies.queried(md5, request, "SUCCESS", more);
    const query = Result.getOrThrow(interpretQuery(answer, { outRefundNo: request.outRefundNo }));
    expect(query.records).toHaveLength(1);
    expect(query.extra).toEqual(more);
  });

  it("names a record's field as the wire does", () => {
    const error = errorOf(
      interpretQuery(Replies.queried(md5, request, "SUCCESS", { refund_fee_0: "1.0" }), {
        outRefundNo: request.outRefundNo,
      }),
    );
    expect(error.reason).toMatchObject({ _tag: "MalformedReply", field: "refund_fee_0" });
    expect(error.message).toContain("refund_fee_0 is not a whole number");
  });

  it("keeps an index that is not canonical apart from the one that is", () => {
    const answer = Replies.queried(md5, request, "PROCESSING", { refund_status_00: "SUCCESS", new_field: "x" });
    const query = Result.getOrThrow(interpretQuery(answer, { outRefundNo: request.outRefundNo }));
    expect(query.records[0]?.refundStatus).toBe("PROCESSING");
    expect(query.extra).toEqual({ refund_status_00: "SUCCESS", new_field: "x" });
  });

  it("says nothing of the refund when it fails", () => {
    for (const code of ["REFUNDNOTEXIST", "PARAM_ERROR", "SIGNERROR", "SYSTEMERROR", "NEW"]) {
      expect(
        errorOf(interpretQuery(Replies.rejected(md5, code, ""), { outRefundNo: request.outRefundNo })).outcome,
      ).toBe("unknown");
    }
    const page = reply("<html><head><title>400 No required SSL certificate was sent</title></head></html>", 400);
    expect(errorOf(interpretQuery(page, { outRefundNo: "R" })).outcome).toBe("unknown");
    expect(
      errorOf(
        Operation.prepare(
          RefundQuery.operation,
          { outRefundNo: "" },
          { merchant: md5, nonce: "n", endpoint: "x" },
        ) as never,
      ).outcome,
    ).toBe("unknown");
  });
});

describe("every change of one byte, and of elements", () => {
  // Two of the seven signed replies, and of the 255 other values of a byte those that tell most; `prove:reply` tries all.
  it.each(signedReplies.filter(({ name }) => name === "accepted, MD5" || name === "refused, HMAC-SHA256"))(
    "of $name is refused or means the same",
    (signed) => {
      expect(signed.proves(bytes(signed.text))).toBeDefined();
      const everyByte = changeEveryByte(signed, tellingValues);
      expect(everyByte.tried).toBeGreaterThan(bytes(signed.text).length * 45);
      expect(everyByte.through).toEqual([]);
      expect(changeElements(signed, ["", "1", "SUCCESS", "FAIL"]).through).toEqual([]);
    },
    120_000,
  );
});

describe("values that look almost right (X10)", () => {
  const amounts = [
    "1.0",
    "01",
    "+1",
    "-1",
    "1e2",
    "0x1",
    "１",
    "9007199254740993",
    "NaN",
    "1 ",
    " 1",
    "1\n",
    "Infinity",
    "1,0",
    "-0",
    "00",
    "1".repeat(4000),
  ];
  const codes = [
    "success",
    "SUCCESS ",
    "SUCCESS\n",
    " SUCCESS",
    "ＳＵＣＣＥＳＳ",
    "SUC\u200BCESS",
    "Success",
    "OK",
    "1",
    "true",
  ];
  const times = [
    "2026-01-01T12:00:05",
    "2026-01-01 12:00:05Z",
    "2026-01-01 12:00:05+08:00",
    "2026-02-30 12:00:00",
    "2026-01-01 24:00:00",
    "2026-01-01 12:00",
    "2026-13-01 00:00:00",
    "0000-00-00 00:00:00",
    "20260230120005",
    "202601011200",
    "2026-01-01T12:00:05+15:00",
    "2026-01-01T12:00:05.5+08:00",
    "2026-02-30T12:00:05+08:00",
    "1767240005",
  ];

  it.each(amounts)("amount %j", (amount) => {
    for (const field of ["refund_fee", "total_fee"]) {
      expect(errorOf(interpretRefund(Replies.accepted(md5, request, { [field]: amount }))).outcome).toBe("unknown");
    }
    const informing = { cash_fee: amount, coupon_refund_fee: amount, coupon_refund_fee_0: amount };
    const read = Result.getOrThrow(interpretRefund(Replies.accepted(md5, request, informing)));
    expect([read.cashFee, read.couponRefundFee, read.coupons]).toEqual([undefined, undefined, [{}]]);
    expect(read.extra).toEqual(informing);
    const query = Replies.queried(md5, request, "SUCCESS", { refund_fee_0: amount });
    expect(Result.isFailure(interpretQuery(query, { outRefundNo: request.outRefundNo }))).toBe(true);
  });
  it.each(codes)("code %j", (code) => {
    const answer = Replies.signed(md5, { result_code: code, out_refund_no: request.outRefundNo });
    expect(errorOf(interpretRefund(answer)).outcome).toBe("unknown");
    expect(errorOf(interpretRefund(Replies.unsigned({ return_code: code }))).reason._tag).toBe("MalformedReply");
  });
  it.each(times)("time %j", (time) => {
    const answer = Replies.queried(md5, request, "SUCCESS", { refund_success_time_0: time });
    const reply = Result.getOrThrow(interpretQuery(answer, { outRefundNo: request.outRefundNo }));
    expect(reply.records[0]?.refundSuccessTime).toBe(undefined);
    expect(reply.extra).toEqual({ refund_success_time_0: time });
  });
  it.each(["2026-01-01 12:00:05", "20260101120005", "2026-01-01T12:00:05+08:00", "2025-12-31T23:30:05-04:30"])(
    "time %j is read",
    (time) => {
      const answer = Replies.queried(md5, request, "SUCCESS", { refund_success_time_0: time });
      const reply = Result.getOrThrow(interpretQuery(answer, { outRefundNo: request.outRefundNo }));
      expect(reply.records[0]?.refundSuccessTime?.epochMilliseconds).toBe(Date.UTC(2026, 0, 1, 4, 0, 5));
      expect(reply.extra).toEqual({});
    },
  );
});
