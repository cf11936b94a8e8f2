import { Result } from "effect";
import { describe, expect, it } from "vitest";
import { Gateway, GatewayConfig, Message } from "@wechat-refund/simulator";
import {
  apiKey,
  appId,
  body,
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
  read,
  refund,
  refundFields,
  refundPath,
  signed,
  textOf,
} from "./client.ts";
import vectors from "./data/vectors.json" with { type: "json" };

const merchant = { appId, mchId, apiKey };
const provider = {
  ...merchant,
  subMerchants: [{ subMchId: "1900000111", subAppId: "wx1" }, { subMchId: "1900000112" }],
};
const subOrder = { ...paid, subMchId: "1900000111" };
const funds = { ...merchant, funds: { flow: "old", unsettled: 20, available: 50 } } as const;
const encoder = new TextEncoder();

/** Refunds that go before the one in question. */
type Before = ReadonlyArray<readonly [Fields, Options?]>;

interface Row {
  readonly rule: string;
  readonly fields?: Fields;
  readonly code: string;
  readonly text?: string;
  readonly config?: Partial<Config>;
  readonly before?: Before;
  readonly options?: Options;
}

const missing = (name: string): Row => ({
  rule: `${name} missing`,
  fields: { [name]: undefined },
  code: "PARAM_ERROR",
  text: `缺少参数${name}`,
});
const bad = (name: string, value: string, text: string = name, why = "malformed"): Row => ({
  rule: `${name} ${why}: ${value.slice(0, 12)}`,
  fields: { [name]: value },
  code: "PARAM_ERROR",
  text,
});
const tooLong = (name: string, max: number): Row =>
  bad(name, "1".repeat(max + 1), `参数${name}长度超过${max}`, "too long");
const fits = (name: string, value: string): Row => ({
  rule: `${name} at its longest or oddest: ${value.slice(0, 20)}`,
  fields: { [name]: value },
  code: "SUCCESS",
});

const fifty: Before = Array.from({ length: 50 }, (_, n) => [{ out_refund_no: `P-${n}`, refund_fee: "1" }] as const);

const rules: ReadonlyArray<Row> = [
  { rule: "an ordinary refund", code: "SUCCESS" },
  {
    rule: "by transaction id",
    fields: { transaction_id: paid.transactionId, out_trade_no: undefined },
    code: "SUCCESS",
  },
  {
    rule: "both ids, the transaction id wins",
    fields: { transaction_id: paid.transactionId, out_trade_no: "T-9" },
    code: "SUCCESS",
  },
  { rule: "MD5 by name", fields: { sign_type: "MD5" }, code: "SUCCESS" },
  { rule: "HMAC-SHA256", fields: { sign_type: "HMAC-SHA256" }, code: "SUCCESS" },
  { rule: "an unknown field, signed", fields: { version: "1.0" }, code: "SUCCESS" },
  {
    rule: "the fields of 2015",
    fields: { device_info: "013467007045764", op_user_id: mchId, refund_fee_type: "CNY" },
    code: "SUCCESS",
  },

  // The door.
  {
    rule: "no certificate",
    options: { clientCertificate: "none" },
    code: "400 400 No required SSL certificate was sent",
  },
  {
    rule: "a foreign certificate",
    options: { clientCertificate: "refused" },
    code: "400 400 The SSL certificate error",
  },
  {
    rule: "another merchant's certificate",
    options: { clientCertificate: { commonName: otherMchId } },
    code: "CERT_ERROR",
  },
  { rule: "GET", options: { method: "GET" }, code: "FAIL 请使用post方法" },
  { rule: "another path", options: { path: "/secapi/pay/reverse" }, code: "404 404 Not Found" },
  { rule: "64 KiB and a byte", options: { body: new Uint8Array(65_537) }, code: "413 413 Request Entity Too Large" },
  { rule: "no XML", options: { body: encoder.encode("{}") }, code: "FAIL XML格式错误" },
  { rule: "an empty body", options: { body: new Uint8Array() }, code: "FAIL XML格式错误" },
  { rule: "nested XML", options: { body: encoder.encode("<xml><a><b>1</b></a></xml>") }, code: "FAIL XML格式错误" },
  { rule: "an unknown merchant", fields: { mch_id: "1900000999" }, code: "FAIL 商户号非法" },
  { rule: "no merchant", fields: { mch_id: undefined }, code: "FAIL 商户号非法" },
  { rule: "no signature", fields: { sign: undefined }, code: "FAIL 签名错误" },
  { rule: "a wrong signature", fields: { sign: "0".repeat(32) }, code: "FAIL 签名错误" },
  { rule: "another key", options: { key: otherKey }, code: "FAIL 签名错误" },
  { rule: "an unknown sign_type", fields: { sign_type: "SHA1" }, code: "FAIL 签名错误" },
  {
    rule: "an MD5 signature under HMAC-SHA256",
    fields: {
      sign_type: "HMAC-SHA256",
      sign: Message.sign(signed({ ...refundFields, sign_type: "HMAC-SHA256" }), apiKey, "MD5"),
    },
    code: "FAIL 签名错误",
  },
  {
    rule: "the previous key",
    config: { merchants: [{ ...merchant, apiKey: otherKey, previousApiKey: apiKey }] },
    code: "SUCCESS",
  },

  // Each field by itself.
  ...["appid", "nonce_str", "out_refund_no", "total_fee", "refund_fee"].map(missing),
  { ...missing("transaction_id/out_trade_no"), fields: { out_trade_no: undefined } },
  { ...missing("out_refund_no"), rule: "out_refund_no empty", fields: { out_refund_no: "" } },
  ...(["appid", "nonce_str", "device_info", "transaction_id", "out_trade_no", "op_user_id"] as const).map((name) =>
    tooLong(name, 32),
  ),
  tooLong("out_refund_no", 64),
  tooLong("refund_desc", 80),
  tooLong("notify_url", 256),
  tooLong("refund_fee_type", 8),
  tooLong("refund_account", 30),
  fits("out_refund_no", "aZ09_-|*@".padEnd(64, "x")),
  fits("refund_desc", "商".repeat(80)),
  fits("refund_desc", "<b>&]]>"),
  fits("notify_url", "https://example.com/".padEnd(256, "x")),
  fits("notify_url", "http://10.0.0.1:8080/refund"),
  fits("refund_account", "REFUND_SOURCE_RECHARGE_FUNDS"),
  ...["R 1", "R#1", "退款1", "R/1", "R.1"].map((value) => bad("out_refund_no", value)),
  bad("out_trade_no", "T&1"),
  ...["0", "-1", "1.0", "1e2", "+1", " 1", "01", "NaN", "9007199254740993", "１"].map((value) =>
    bad("refund_fee", value),
  ),
  bad("total_fee", "100.0"),
  bad("refund_fee_type", "cny"),
  bad("refund_fee_type", "USD", "refund_fee_type", "of another currency"),
  bad("refund_account", "REFUND_SOURCE"),
  ...["example.com/refund", "ftp://example.com/", "https://example.com/?a=1", "https://"].map((value) =>
    bad("notify_url", value),
  ),
  bad("refund_desc", "😀", "refund_desc", "of four bytes"),
  { rule: "an appid that is not the merchant's", fields: { appid: "wx0" }, code: "APPID_NOT_EXIST" },
  { rule: "a transaction id with a letter", fields: { transaction_id: "42A" }, code: "INVALID_TRANSACTIONID" },
  {
    rule: "a sub-merchant without a provider",
    fields: { sub_mch_id: "1900000111" },
    code: "PARAM_ERROR",
    text: "sub_mch_id",
  },
  { rule: "a sub-appid without a provider", fields: { sub_appid: "wx1" }, code: "PARAM_ERROR", text: "sub_appid" },

  // Providers.
  {
    rule: "a provider",
    config: { merchants: [provider], orders: [subOrder] },
    fields: { sub_mch_id: "1900000111", sub_appid: "wx1" },
    code: "SUCCESS",
  },
  {
    rule: "a provider without sub_appid",
    config: { merchants: [provider], orders: [subOrder] },
    fields: { sub_mch_id: "1900000111" },
    code: "SUCCESS",
  },
  {
    rule: "a provider without sub_mch_id",
    config: { merchants: [provider], orders: [subOrder] },
    code: "PARAM_ERROR",
    text: "缺少参数sub_mch_id",
  },
  {
    rule: "somebody else's sub-merchant",
    config: { merchants: [provider], orders: [subOrder] },
    fields: { sub_mch_id: "1900000113" },
    code: "MCHID_NOT_EXIST",
  },
  {
    rule: "another sub_appid",
    config: { merchants: [provider], orders: [subOrder] },
    fields: { sub_mch_id: "1900000111", sub_appid: "wx2" },
    code: "APPID_NOT_EXIST",
  },
  {
    rule: "another sub-merchant's order",
    config: { merchants: [provider], orders: [subOrder] },
    fields: { sub_mch_id: "1900000112" },
    code: "ORDERNOTEXIST",
  },

  // The order and the amounts.
  { rule: "more than the order", fields: { refund_fee: "101" }, code: "FAIL invalid refund_fee" },
  { rule: "an unknown order", fields: { out_trade_no: "T-9" }, code: "ORDERNOTEXIST" },
  { rule: "an unknown transaction", fields: { transaction_id: "42" }, code: "ORDERNOTEXIST" },
  {
    rule: "another merchant's transaction",
    config: {
      merchants: [merchant, { appId, mchId: otherMchId, apiKey: otherKey }],
      orders: [{ ...paid, mchId: otherMchId }],
    },
    fields: { transaction_id: paid.transactionId },
    code: "ORDERNOTEXIST",
  },
  { rule: "another total", fields: { total_fee: "99" }, code: "REFUND_FEE_MISMATCH" },
  { rule: "the same number again", before: [[{}]], code: "SUCCESS" },
  {
    rule: "the same number by the other id",
    before: [[{}]],
    fields: { transaction_id: paid.transactionId, out_trade_no: undefined },
    code: "SUCCESS",
  },
  {
    rule: "the same number, another reason and callback",
    before: [[{}]],
    fields: { refund_desc: "x", notify_url: "https://example.com/" },
    code: "SUCCESS",
  },
  {
    rule: "the same number, another amount",
    before: [[{}]],
    fields: { refund_fee: "31" },
    code: "REFUND_FEE_MISMATCH",
    text: "The same out_refund_no Refund amount should be consistent",
  },
  { rule: "the same number, another total", before: [[{}]], fields: { total_fee: "99" }, code: "REFUND_FEE_MISMATCH" },
  {
    rule: "the same number, another order",
    config: { orders: [paid, { ...paid, transactionId: "42", outTradeNo: "T-2" }] },
    before: [[{}]],
    fields: { out_trade_no: "T-2" },
    code: "INVALID_REQUEST",
  },
  {
    rule: "the same number after full refund",
    before: [[{ refund_fee: "100" }]],
    fields: { refund_fee: "100" },
    code: "SUCCESS",
  },
  {
    rule: "the same number, refused again if so configured",
    config: { replay: "business-error" },
    before: [[{}]],
    code: "INVALID_REQUEST",
  },
  {
    rule: "the same number after full refund, refused if so configured",
    config: { replay: "business-error" },
    before: [[{ refund_fee: "100" }]],
    fields: { refund_fee: "100" },
    code: "ERROR",
    text: "订单已全额退款",
  },
  { rule: "the rest", before: [[{ out_refund_no: "R-0", refund_fee: "70" }]], code: "SUCCESS" },
  {
    rule: "more than the rest",
    before: [[{ out_refund_no: "R-0", refund_fee: "71" }]],
    code: "REFUND_FEE_INVALID",
    text: "累计退款金额大于支付金额",
  },
  {
    rule: "a new number after full refund",
    before: [[{ out_refund_no: "R-0", refund_fee: "100" }]],
    code: "ERROR",
    text: "订单已全额退款",
  },
  {
    rule: "a new number after a closed full refund",
    config: { course: [{ status: "REFUNDCLOSE", afterMillis: 10 }] },
    before: [[{ out_refund_no: "R-0", refund_fee: "100" }]],
    options: { now: now + 10 },
    code: "SUCCESS",
  },
  {
    rule: "a new number before the full refund closes",
    config: { course: [{ status: "REFUNDCLOSE", afterMillis: 10 }] },
    before: [[{ out_refund_no: "R-0", refund_fee: "100" }]],
    options: { now: now + 9 },
    code: "ERROR",
  },
  { rule: "a year after payment", options: { now: paid.paidAt + 365 * day }, code: "SUCCESS" },
  { rule: "longer than a year after payment", options: { now: paid.paidAt + 365 * day + 1 }, code: "TRADE_OVERDUE" },
  {
    rule: "the same number, longer than a year after payment",
    before: [[{}]],
    options: { now: now + 400 * day },
    code: "SUCCESS",
  },
  { rule: "the fiftieth part", before: fifty.slice(1), code: "SUCCESS" },
  { rule: "the fifty-first part", before: fifty, code: "INVALID_REQUEST" },
  { rule: "two refunds at once, by default", before: [[{ out_refund_no: "R-0" }]], code: "SUCCESS" },
  {
    rule: "two refunds within a minute",
    config: { spacingMillis: 60_000 },
    before: [[{ out_refund_no: "R-0" }]],
    options: { now: now + 59_999 },
    code: "FREQUENCY_LIMITED",
  },
  { rule: "the same refund within a minute", config: { spacingMillis: 60_000 }, before: [[{}]], code: "SUCCESS" },
  {
    rule: "two refunds a minute apart",
    config: { spacingMillis: 60_000 },
    before: [[{ out_refund_no: "R-0" }]],
    options: { now: now + 60_000 },
    code: "SUCCESS",
  },
  { rule: "a closed account", config: { orders: [{ ...paid, userAbnormal: true }] }, code: "USER_ACCOUNT_ABNORMAL" },

  // The merchant's money.
  { rule: "unsettled money by default", config: { merchants: [funds] }, fields: { refund_fee: "20" }, code: "SUCCESS" },
  {
    rule: "too little unsettled money",
    config: { merchants: [funds] },
    fields: { refund_fee: "21" },
    code: "NOTENOUGH",
    text: "交易未结算资金不足，请使用可用余额退款",
  },
  {
    rule: "available money on request",
    config: { merchants: [funds] },
    fields: { refund_account: "REFUND_SOURCE_RECHARGE_FUNDS", refund_fee: "50" },
    code: "SUCCESS",
  },
  {
    rule: "too little available money",
    config: { merchants: [funds] },
    fields: { refund_account: "REFUND_SOURCE_RECHARGE_FUNDS", refund_fee: "51" },
    code: "NOTENOUGH",
    text: "基本账户余额不足，请充值后重新发起",
  },
  {
    rule: "the new flow has one account",
    config: { merchants: [{ ...merchant, funds: { unsettled: 100, available: 29 } }] },
    fields: { refund_account: "REFUND_SOURCE_UNSETTLED_FUNDS" },
    code: "NOTENOUGH",
    text: "基本账户余额不足，请充值后重新发起",
  },
  {
    rule: "money spent on another refund",
    config: { merchants: [funds] },
    before: [[{ out_refund_no: "R-0", refund_fee: "1" }]],
    fields: { refund_fee: "20" },
    code: "NOTENOUGH",
  },
  {
    rule: "money not back before a refund closes",
    config: { merchants: [funds], course: [{ status: "REFUNDCLOSE", afterMillis: 10 }] },
    before: [[{ out_refund_no: "R-0", refund_fee: "20" }]],
    fields: { refund_fee: "20" },
    options: { now: now + 9 },
    code: "NOTENOUGH",
  },
  {
    rule: "money back from a closed refund",
    config: { merchants: [funds], course: [{ status: "REFUNDCLOSE", afterMillis: 10 }] },
    before: [[{ out_refund_no: "R-0", refund_fee: "20" }]],
    fields: { refund_fee: "20" },
    options: { now: now + 10 },
    code: "SUCCESS",
  },
];

describe("refund", () => {
  it.each(rules)("$rule: $code", ({ fields, code, text, config, before = [], options }) => {
    const to = gateway(config);
    for (const [earlier, when] of before) {
      expect(codeOf(refund(to, earlier, when)), "a refund that goes before").toBe("SUCCESS");
    }
    const rows = to.ledger.size();
    const reply = refund(to, fields, options);
    expect(codeOf(reply)).toBe(code);
    if (text !== undefined) expect(read(reply)["err_code_des"]).toContain(text);
    // A refusal leaves no trace in the ledger, and a success one row a number.
    const added = code === "SUCCESS" && !before.some(([{ out_refund_no = "R-1" }]) => out_refund_no === "R-1") ? 1 : 0;
    expect(to.ledger.size()).toBe(rows + added);
  });

  it("is refused with the web server's page, byte for byte", () => {
    const page = vectors.vectors.find(({ id }) => id === "html-issue-ssl-certificate-error");
    const reply = refund(gateway(), {}, { clientCertificate: "refused" });
    expect(textOf(reply)).toBe(page?.xml);
    expect(reply.contentType).toBe("text/html");
  });

  it.each(["MD5", "HMAC-SHA256"] as const)("is answered with %s when asked with it", (sign_type) => {
    for (const fields of [{}, { out_trade_no: "T-9" }]) {
      const reply = Result.getOrThrow(Message.read(refund(gateway(), { ...fields, sign_type }).body));
      expect(Message.verify(reply, apiKey, sign_type)).toBe(true);
      expect(reply.has("sign_type")).toBe(false);
    }
  });

  it("is answered without a signature where the gateway has none", () => {
    for (const fields of [{ sign: "" }, { mch_id: "1900000999" }, { refund_fee: "101" }]) {
      expect(Object.keys(read(refund(gateway(), fields)))).toEqual(["return_code", "return_msg"]);
    }
  });

  it("says everything about an accepted refund", () => {
    const { sign, nonce_str, ...fields } = read(refund(gateway(), { device_info: "013467007045764" }));
    expect(sign).toMatch(/^[0-9A-F]{32}$/);
    expect(nonce_str).toMatch(/^[0-9A-Za-z]{16}$/);
    expect(fields).toEqual({
      return_code: "SUCCESS",
      return_msg: "OK",
      appid: appId,
      mch_id: mchId,
      device_info: "013467007045764",
      result_code: "SUCCESS",
      transaction_id: paid.transactionId,
      out_trade_no: "T-1",
      out_refund_no: "R-1",
      refund_id: expect.stringMatching(/^503\d{7}20260101\d{11}$/),
      refund_channel: "",
      refund_fee: "30",
      total_fee: "100",
      fee_type: "CNY",
      cash_fee: "100",
      cash_fee_type: "CNY",
      cash_refund_fee: "30",
      coupon_refund_fee: "0",
      coupon_refund_count: "0",
    });
  });

  it("divides a refund among cash and coupons", () => {
    const coupons = [
      { id: "111", type: "CASH", fee: 30 },
      { id: "222", type: "NO_CASH", fee: 20 },
    ] as const;
    const to = gateway({ orders: [{ ...paid, cashFee: 50, coupons }] });
    expect(read(refund(to, { refund_fee: "10" }))).toMatchObject({
      cash_fee: "50",
      settlement_total_fee: "80",
      settlement_refund_fee: "8",
      cash_refund_fee: "5",
      coupon_refund_fee: "5",
      coupon_refund_count: "2",
      coupon_type_0: "CASH",
      coupon_refund_id_0: "111",
      coupon_refund_fee_0: "3",
      coupon_type_1: "NO_CASH",
      coupon_refund_id_1: "222",
      coupon_refund_fee_1: "2",
    });
    expect(read(refund(to, { out_refund_no: "R-2", refund_fee: "90" }))).toMatchObject({
      cash_refund_fee: "45",
      coupon_refund_fee_0: "27",
      coupon_refund_fee_1: "18",
    });
  });

  it("says the sub-merchant back, an empty sub_appid included", () => {
    const to = gateway({ merchants: [provider], orders: [subOrder] });
    expect(read(refund(to, { sub_mch_id: "1900000111" }))).toMatchObject({ sub_mch_id: "1900000111", sub_appid: "" });
  });

  it("repeats a success with the same refund_id and a new nonce", () => {
    const to = gateway();
    const [first, second] = [read(refund(to)), read(refund(to, {}, { now: now + day }))];
    expect(second["refund_id"]).toBe(first["refund_id"]);
    expect(second["nonce_str"]).not.toBe(first["nonce_str"]);
    expect(to.log.entries().map(({ repeated }) => repeated)).toEqual([false, true]);
  });

  it("goes through after a top-up, under the same number", () => {
    const to = gateway({ merchants: [{ ...merchant, funds: { available: 0 } }] });
    expect(codeOf(refund(to))).toBe("NOTENOUGH");
    to.ledger.topUp(mchId, 30);
    expect(codeOf(refund(to))).toBe("SUCCESS");
    expect(to.ledger.funds(mchId, now)).toEqual({ unsettled: 0, available: 0 });
  });

  it("costs the merchant nothing for coupons that were never money", () => {
    const orders = [{ ...paid, coupons: [{ id: "1", type: "NO_CASH", fee: 90 }] }] as const;
    const to = gateway({ merchants: [{ ...merchant, funds: { available: 10 } }], orders });
    expect(codeOf(refund(to, { refund_fee: "100" }))).toBe("SUCCESS");
  });

  it.each([
    ["request-key", otherKey],
    ["apiKey", apiKey],
    ["previousApiKey", otherKey],
  ] as const)("is answered with the %s while keys change", (repliesSignedWith, expected) => {
    const to = gateway({ merchants: [{ ...merchant, previousApiKey: otherKey, repliesSignedWith }] });
    const reply = Result.getOrThrow(Message.read(refund(to, {}, { key: otherKey }).body));
    expect(Message.verify(reply, expected, "MD5")).toBe(true);
  });

  it.each([
    [true, 1],
    [false, 0],
  ])("is refused as told, accepted: %s", (accepted, rows) => {
    const to = gateway();
    const refuse = { _tag: "Refuse", errCode: "SYSTEMERROR", accepted } as const;
    expect(codeOf(refund(to, {}, { fault: refuse }))).toBe("SYSTEMERROR");
    expect(to.ledger.size()).toBe(rows);
    // What the gateway refuses by itself stays as it is.
    expect(codeOf(refund(to, { sign: "" }, { fault: refuse }))).toBe("FAIL 签名错误");
  });
});

const story = (seed: string) => {
  const to = gateway({ seed });
  return [refund(to), refund(to, { out_refund_no: "R-2" }), refund(to, { out_refund_no: "" })].map(textOf);
};

describe("the gateway", () => {
  it("gives the same bytes for the same seed, requests and times, and others for another seed", () => {
    expect(story("a")).toEqual(story("a"));
    expect(story("a")).not.toEqual(story("b"));
  });

  it("keeps the latest exchanges, with what was signed and without the key", () => {
    const to = gateway({ logLimit: 2 });
    refund(to, { out_refund_no: "" });
    refund(to, { sign: "" });
    const reply = refund(to);
    expect(to.log.total()).toBe(3);
    const [second, third] = to.log.entries();
    expect(second).toMatchObject({ sequence: 2, outcome: "FAIL 签名错误" });
    expect(second).not.toHaveProperty("replySigned");
    expect(third).toMatchObject({
      sequence: 3,
      at: now,
      path: refundPath,
      method: "POST",
      clientCertificate: { commonName: mchId },
      request: body(refundFields),
      reply,
      requestSigned: Message.signingText(new Map(Object.entries(refundFields))),
      outcome: "SUCCESS",
    });
    expect(third?.replySigned).toMatch(/^appid=.*&transaction_id=\d+$/);
    expect(JSON.stringify(to.log.entries())).not.toContain(apiKey);
  });

  it("keeps no exchange at all if so configured", () => {
    const to = gateway({ logLimit: 0 });
    refund(to);
    expect([to.log.total(), to.log.entries()]).toEqual([1, []]);
  });

  it("does not let time run backwards", () => {
    const to = gateway({ course: [{ status: "REFUNDCLOSE", afterMillis: 10 }] });
    refund(to, { refund_fee: "100" });
    expect(codeOf(refund(to, { out_refund_no: "R-2" }, { now: now + 10 }))).toBe("SUCCESS");
    expect(codeOf(refund(to, { out_refund_no: "R-3" }, { now: now - day }))).toBe("SUCCESS");
    expect(to.log.entries().at(-1)?.at).toBe(now + 10);
  });
});

const order = (change: object) => ({ orders: [{ ...paid, ...change }] });

describe("a configuration", () => {
  it.each<[string, object, string]>([
    ["no merchant", { merchants: [] }, "merchants"],
    ["a short key", { merchants: [{ ...merchant, apiKey: "secret" }] }, "merchants.0.apiKey"],
    ["an empty number", { merchants: [{ ...merchant, mchId: "" }] }, "merchants.0.mchId"],
    [
      "a previous key that is not there",
      { merchants: [{ ...merchant, repliesSignedWith: "previousApiKey" }] },
      "previousApiKey",
    ],
    ["a field nobody knows", { speed: 1 }, "speed"],
    ["an order of nobody", order({ mchId: "1" }), "mchId: no merchant 1"],
    ["an order of no sub-merchant", { merchants: [provider] }, "subMchId"],
    ["an order of a sub-merchant that is none", order({ subMchId: "1" }), "subMchId"],
    ["a total of nothing", order({ totalFee: 0 }), "orders.0.totalFee"],
    ["cash that does not add up", order({ cashFee: 99 }), "orders.0.cashFee"],
    ["coupons of more than the order", order({ coupons: [{ id: "1", type: "CASH", fee: 101 }] }), "orders.0.coupons"],
    [
      "two coupons of one id",
      order({
        coupons: [
          { id: "1", type: "CASH", fee: 1 },
          { id: "1", type: "CASH", fee: 1 },
        ],
      }),
      "each id once",
    ],
    ["a transaction twice", { orders: [paid, { ...paid, outTradeNo: "T-2" }] }, "transactionId"],
    ["an order number twice", { orders: [paid, { ...paid, transactionId: "2" }] }, "outTradeNo"],
    [
      "a step after the end",
      {
        course: [
          { status: "SUCCESS", afterMillis: 1 },
          { status: "CHANGE", afterMillis: 2 },
        ],
      },
      "course",
    ],
    [
      "steps out of order",
      {
        course: [
          { status: "CHANGE", afterMillis: 2 },
          { status: "SUCCESS", afterMillis: 1 },
        ],
      },
      "course",
    ],
  ])("with %s is refused by name", (_, config, issue) => {
    const make = () => Gateway.make({ merchants: [merchant], orders: [paid], ...config });
    expect(make).toThrow(GatewayConfig.InvalidConfig);
    expect(make).toThrow(issue);
    expect(make).not.toThrow("secret");
  });

  it("limits a top-up to merchants whose money is limited", () => {
    expect(() => gateway().ledger.topUp(mchId, 1)).toThrow(GatewayConfig.InvalidConfig);
    const to = gateway({ merchants: [{ ...merchant, funds: { available: 0 } }] });
    for (const fee of [-1, 0.5, Number.NaN]) expect(() => to.ledger.topUp(mchId, fee)).toThrow("fee");
  });
});
