import { Result } from "effect";
import { describe, expect, it } from "vitest";
import { Message } from "@wechat-refund/simulator";
import {
  apiKey,
  appId,
  codeOf,
  type Config,
  day,
  type Fields,
  gateway,
  mchId,
  now,
  type Options,
  otherKey,
  otherMchId,
  paid,
  query,
  read,
  refund,
} from "./client.ts";

const only = (fields: Fields): Fields => ({ out_refund_no: undefined, ...fields });
const second = { ...paid, transactionId: "42", outTradeNo: "T-2" };
const merchants = [
  { appId, mchId, apiKey },
  { appId, mchId: otherMchId, apiKey: otherKey },
] as const;

interface Row {
  readonly rule: string;
  readonly fields?: Fields;
  readonly options?: Options;
  readonly code: string;
  readonly text?: string;
}

const rules: ReadonlyArray<Row> = [
  { rule: "no certificate needed", code: "SUCCESS" },
  { rule: "a certificate does no harm", options: { clientCertificate: { commonName: mchId } }, code: "SUCCESS" },
  { rule: "nor does a foreign one", options: { clientCertificate: "refused" }, code: "SUCCESS" },
  { rule: "by order number", fields: only({ out_trade_no: "T-1" }), code: "SUCCESS" },
  { rule: "by transaction id", fields: only({ transaction_id: paid.transactionId }), code: "SUCCESS" },
  { rule: "an unknown number", fields: { out_refund_no: "R-9" }, code: "REFUNDNOTEXIST", text: "not exist" },
  { rule: "an unknown refund id", fields: { refund_id: "5" }, code: "REFUNDNOTEXIST", text: "not exist" },
  { rule: "an unknown order", fields: only({ out_trade_no: "T-9" }), code: "REFUNDNOTEXIST" },
  { rule: "an order without refunds", fields: only({ out_trade_no: "T-2" }), code: "REFUNDNOTEXIST" },
  {
    rule: "another merchant's refund",
    fields: { mch_id: otherMchId },
    options: { key: otherKey },
    code: "REFUNDNOTEXIST",
  },
  {
    rule: "another merchant's transaction",
    fields: only({ mch_id: otherMchId, transaction_id: paid.transactionId }),
    options: { key: otherKey },
    code: "REFUNDNOTEXIST",
  },
  { rule: "no id", fields: only({}), code: "PARAM_ERROR", text: "refund_id/out_refund_no/transaction_id/out_trade_no" },
  { rule: "a transaction id with a letter", fields: only({ transaction_id: "42A" }), code: "INVALID_TRANSACTIONID" },
  {
    rule: "offset at the end",
    fields: only({ out_trade_no: "T-1", offset: "1" }),
    code: "PARAM_ERROR",
    text: "offset",
  },
  { rule: "offset beyond", fields: only({ out_trade_no: "T-1", offset: "7" }), code: "PARAM_ERROR", text: "offset" },
  {
    rule: "a negative offset",
    fields: only({ out_trade_no: "T-1", offset: "-1" }),
    code: "PARAM_ERROR",
    text: "offset",
  },
  { rule: "no nonce", fields: { nonce_str: undefined }, code: "PARAM_ERROR", text: "nonce_str" },
  { rule: "a wrong signature", fields: { sign: "x" }, code: "FAIL 签名错误" },
  { rule: "GET", options: { method: "GET" }, code: "FAIL 请使用post方法" },
];

describe("refundquery", () => {
  it.each(rules)("$rule: $code", ({ fields, options, code, text }) => {
    const to = gateway({ merchants, orders: [paid, second] });
    expect(codeOf(refund(to))).toBe("SUCCESS");
    const reply = query(to, fields, options);
    expect(codeOf(reply)).toBe(code);
    if (text !== undefined) expect(read(reply)["err_code_des"]).toContain(text);
    expect(to.ledger.size()).toBe(1);
  });

  it("takes the first of refund_id, out_refund_no, transaction_id, out_trade_no", () => {
    const to = gateway({ orders: [paid, second] });
    const first = read(refund(to))["refund_id"];
    refund(to, { out_refund_no: "R-2" });
    refund(to, { out_refund_no: "R-3", out_trade_no: "T-2" });
    const numbers = (fields: Fields): ReadonlyArray<string | undefined> => {
      const reply = read(query(to, fields));
      return [reply["out_refund_no_0"], reply["refund_count"]];
    };
    const all = { refund_id: first, out_refund_no: "R-2", transaction_id: "42", out_trade_no: "T-1" };
    expect(numbers(all)).toEqual(["R-1", "1"]);
    expect(numbers({ ...all, refund_id: undefined })).toEqual(["R-2", "1"]);
    expect(numbers(only({ ...all, refund_id: undefined, out_refund_no: "" }))).toEqual(["R-3", "1"]);
    expect(numbers(only({ out_trade_no: "T-1" }))).toEqual(["R-1", "2"]);
  });

  it("says everything about one refund", () => {
    const to = gateway();
    refund(to);
    const { sign, nonce_str, ...fields } = read(query(to, {}, { now: now + 5_000 }));
    expect([sign?.length, nonce_str?.length]).toEqual([32, 16]);
    expect(fields).toEqual({
      return_code: "SUCCESS",
      return_msg: "OK",
      appid: appId,
      mch_id: mchId,
      result_code: "SUCCESS",
      transaction_id: paid.transactionId,
      out_trade_no: "T-1",
      total_fee: "100",
      fee_type: "CNY",
      cash_fee: "100",
      cash_fee_type: "CNY",
      refund_fee: "30",
      cash_refund_fee: "30",
      coupon_refund_fee: "0",
      refund_count: "1",
      out_refund_no_0: "R-1",
      refund_id_0: expect.stringMatching(/^503\d{26}$/),
      refund_channel_0: "ORIGINAL",
      refund_fee_0: "30",
      refund_status_0: "SUCCESS",
      refund_account_0: "REFUND_SOURCE_RECHARGE_FUNDS",
      refund_recv_accout_0: "支付用户零钱",
      refund_success_time_0: "2026-01-01 12:00:05",
    });
  });

  it("counts coupons of coupons", () => {
    const coupons = [
      { id: "111", type: "CASH", fee: 30 },
      { id: "222", type: "NO_CASH", fee: 20 },
    ] as const;
    const to = gateway({ orders: [{ ...paid, coupons }] });
    refund(to, { refund_fee: "10" });
    refund(to, { refund_fee: "90", out_refund_no: "R-2" });
    expect(read(query(to, only({ out_trade_no: "T-1" })))).toMatchObject({
      settlement_total_fee: "80",
      refund_fee: "100",
      cash_refund_fee: "50",
      coupon_refund_fee: "50",
      settlement_refund_fee_0: "8",
      coupon_refund_fee_0: "5",
      coupon_refund_count_0: "2",
      coupon_type_0_0: "CASH",
      coupon_refund_id_0_0: "111",
      coupon_refund_fee_0_0: "3",
      coupon_type_0_1: "NO_CASH",
      coupon_refund_fee_1: "45",
      coupon_refund_fee_1_1: "18",
    });
  });

  it("pages through the refunds of an order", () => {
    const to = gateway();
    for (let n = 0; n < 23; n++) refund(to, { out_refund_no: `R-${n}`, refund_fee: "1" });
    const page = (offset?: string) => {
      const reply = read(query(to, only({ out_trade_no: "T-1", offset })));
      const numbers = Object.keys(reply).filter((name) => /^out_refund_no_\d+$/.test(name));
      return [
        reply["total_refund_count"],
        reply["refund_count"],
        reply["refund_fee"],
        numbers.length,
        reply["out_refund_no_0"],
      ];
    };
    expect(page()).toEqual(["23", "10", "10", 10, "R-0"]);
    expect(page("0")).toEqual(page());
    expect(page("13")).toEqual(["23", "10", "10", 10, "R-13"]);
    expect(page("20")).toEqual(["23", "3", "3", 3, "R-20"]);
    expect(read(query(to, { out_refund_no: "R-22" }))).not.toHaveProperty("total_refund_count");
  });

  it("answers in HMAC-SHA256 when asked in it", () => {
    const to = gateway();
    refund(to);
    const reply = Result.getOrThrow(Message.read(query(to, { sign_type: "HMAC-SHA256" }).body));
    expect(Message.verify(reply, apiKey, "HMAC-SHA256")).toBe(true);
  });

  it("writes the largest page a gateway can be asked for", () => {
    const coupons = Array.from(
      { length: 20 },
      (_, n) => ({ id: `${n}`.padStart(20, "9"), type: "NO_CASH", fee: 100 }) as const,
    );
    const to = gateway({ orders: [{ ...paid, totalFee: 5_000, coupons, receivingAccount: "商".repeat(64) }] });
    for (let n = 0; n < 10; n++)
      refund(to, { out_refund_no: `${n}`.padEnd(64, "x"), total_fee: "5000", refund_fee: "500" });
    const reply = query(to, only({ out_trade_no: "T-1" }));
    expect(read(reply)["refund_count"]).toBe("10");
    expect(reply.body.length).toBeLessThan(Message.limits.message);
  });
});

const statuses = (config: Partial<Config>, ...times: ReadonlyArray<number>) => {
  const to = gateway(config);
  refund(to);
  return times.map((time) => {
    const { refund_status_0, refund_success_time_0 } = read(query(to, {}, { now: now + time }));
    return [refund_status_0, refund_success_time_0].filter((part) => part !== undefined).join(" ");
  });
};

describe("the course of a refund", () => {
  it("is success after five seconds", () => {
    expect(statuses({}, 0, 4_999, 5_000, day)).toEqual([
      "PROCESSING",
      "PROCESSING",
      "SUCCESS 2026-01-01 12:00:05",
      "SUCCESS 2026-01-01 12:00:05",
    ]);
  });

  it("can need a person and then succeed", () => {
    const course = [
      { status: "CHANGE", afterMillis: 10 },
      { status: "SUCCESS", afterMillis: day },
    ] as const;
    expect(statuses({ course }, 9, 10, day)).toEqual(["PROCESSING", "CHANGE", "SUCCESS 2026-01-02 12:00:00"]);
  });

  it("can be as undecided as in 2015, and then succeed", () => {
    const course = [
      { status: "NOTSURE", afterMillis: 10 },
      { status: "SUCCESS", afterMillis: 20 },
    ] as const;
    expect(statuses({ course }, 9, 10, 20)).toEqual(["PROCESSING", "NOTSURE", "SUCCESS 2026-01-01 12:00:00"]);
  });

  it("can end closed", () => {
    expect(statuses({ course: [{ status: "REFUNDCLOSE", afterMillis: 1 }] }, 0, 1)).toEqual([
      "PROCESSING",
      "REFUNDCLOSE",
    ]);
  });

  it("can never end, for one order only", () => {
    expect(statuses({ orders: [{ ...paid, course: [] }] }, 0, 100 * day)).toEqual(["PROCESSING", "PROCESSING"]);
  });
});
