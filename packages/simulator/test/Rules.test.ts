import { Result } from "effect";
import { describe, expect, it } from "vitest";
import { GatewayConfig, Message } from "@wechat-refund/simulator";
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
  otherKey,
  paid,
  query,
  read,
  refund,
} from "./client.ts";

const merchant = { appId, mchId, apiKey };
const third = "TestKey0000000000000000000000003";
const thousand = { ...paid, totalFee: 100_000 };
const limited = (limits: Config["limits"] = GatewayConfig.documentedLimits, order = thousand) =>
  gateway({ orders: [order], limits });
const one = (n: number, more: Fields = {}): Fields => ({
  out_refund_no: `R-${n}`,
  total_fee: "100000",
  refund_fee: "1",
  ...more,
});
const times = <T>(count: number, make: (n: number) => T): ReadonlyArray<T> =>
  Array.from({ length: count }, (_, n) => make(n));

describe("limits", () => {
  it("are off unless they are asked for", () => {
    const to = gateway();
    const codes = times(200, () => codeOf(refund(to, { refund_fee: "0" })));
    expect(new Set(codes)).toEqual(new Set(["PARAM_ERROR"]));
  });

  it("allow 150 refunds in any second, and the 151st a second after the first", () => {
    const to = limited({ refundsPerSecond: 150 });
    // The same number again and again is one part of the order, so that the count of parts does not end it.
    const codes = times(151, (n) => codeOf(refund(to, one(1), { now: now + n })));
    expect(codes.slice(0, 150).every((code) => code === "SUCCESS")).toBe(true);
    expect(codes[150]).toBe("FREQUENCY_LIMITED");
    expect(codeOf(refund(to, one(1), { now: now + 999 }))).toBe("FREQUENCY_LIMITED");
    expect(codeOf(refund(to, one(1), { now: now + 1_000 }))).toBe("SUCCESS");
    expect(codeOf(refund(to, one(1), { now: now + 1_000 }))).toBe("FREQUENCY_LIMITED");
    expect(codeOf(query(to, { out_refund_no: "R-1" }, { now: now + 1_000 }))).toBe("SUCCESS");
  });

  it("count each merchant by itself", () => {
    const to = gateway({
      merchants: [merchant, { appId, mchId: "1900000110", apiKey: otherKey }],
      limits: { queriesPerSecond: 1 },
    });
    expect(codeOf(query(to))).toBe("REFUNDNOTEXIST");
    expect(codeOf(query(to))).toBe("FREQUENCY_LIMITED");
    expect(codeOf(query(to, { mch_id: "1900000110" }, { key: otherKey }))).toBe("REFUNDNOTEXIST");
  });

  it("block a merchant for a minute after more than six failing calls in a second", () => {
    const to = limited();
    const wrong = { total_fee: "1" };
    expect(times(6, (n) => codeOf(refund(to, wrong, { now: now + n })))).toEqual(
      times(6, () => "FAIL invalid refund_fee"),
    );
    expect(codeOf(refund(to, one(1), { now: now + 6 }))).toBe("SUCCESS");
    expect(codeOf(refund(to, wrong, { now: now + 7 }))).toBe("FAIL invalid refund_fee");
    const blocked = refund(to, one(2), { now: now + 8 });
    expect(read(blocked)).toMatchObject({
      return_code: "SUCCESS",
      result_code: "FAIL",
      err_code: "INVALID_REQ_TOO_MUCH",
    });
    expect(codeOf(refund(to, one(2), { now: now + 7 + 59_999 }))).toBe("INVALID_REQ_TOO_MUCH");
    expect(codeOf(refund(to, one(2), { now: now + 7 + 60_000 }))).toBe("SUCCESS");
    expect(to.ledger.size()).toBe(2);
  });

  it("forgive failing calls that are spread out, and count a wrong signature of a known merchant", () => {
    const slow = limited();
    times(30, (n) => refund(slow, { total_fee: "1" }, { now: now + n * 200 }));
    expect(codeOf(refund(slow, one(1), { now: now + 6_000 }))).toBe("SUCCESS");
    const fast = limited();
    times(7, () => refund(fast, { sign: "0" }));
    expect(codeOf(refund(fast, one(1)))).toBe("INVALID_REQ_TOO_MUCH");
    // Refunds are blocked, not queries.
    expect(codeOf(query(fast))).toBe("REFUNDNOTEXIST");
  });

  it("allow fewer refunds of orders older than a month", () => {
    const old = limited({ oldOrdersPerMinute: 2 }, { ...thousand, paidAt: now - 31 * day });
    expect(times(3, (n) => codeOf(refund(old, one(n))))).toEqual(["SUCCESS", "SUCCESS", "FREQUENCY_LIMITED"]);
    expect(codeOf(refund(old, one(1)))).toBe("SUCCESS");
    expect(codeOf(refund(old, one(2), { now: now + 60_000 }))).toBe("SUCCESS");
    const young = limited({ oldOrdersPerMinute: 2 });
    expect(times(3, (n) => codeOf(refund(young, one(n))))).toEqual(["SUCCESS", "SUCCESS", "SUCCESS"]);
  });
});

describe("an order", () => {
  it("cannot be refunded before it is ready", () => {
    const to = gateway({ orders: [{ ...paid, readyAt: now + 1 }] });
    expect(codeOf(refund(to))).toBe("ORDER_NOT_READY");
    expect(codeOf(refund(to, {}, { now: now + 1 }))).toBe("SUCCESS");
  });

  it("is asked about by refund number once it has more refunds than it may", () => {
    const to = gateway({ orders: [thousand], queryByOrderUpTo: 20 });
    times(20, (n) => refund(to, one(n)));
    const byOrder = { out_refund_no: undefined, out_trade_no: paid.outTradeNo };
    expect(read(query(to, byOrder))["total_refund_count"]).toBe("20");
    refund(to, one(20));
    expect(read(query(to, byOrder))).toMatchObject({
      err_code: "PARAM_ERROR",
      err_code_des: expect.stringContaining("20"),
    });
    expect(codeOf(query(to, { out_refund_no: "R-20" }))).toBe("SUCCESS");
  });

  it("is found by its transaction id only after a year and a half", () => {
    const to = gateway();
    const refundId = read(refund(to))["refund_id"] ?? "";
    const late = { now: paid.paidAt + 1.5 * 365 * day + 1 };
    const only = (fields: Fields) => ({ out_refund_no: undefined, ...fields });
    const by = {
      out_refund_no: {},
      refund_id: only({ refund_id: refundId }),
      out_trade_no: only({ out_trade_no: "T-1" }),
      transaction_id: only({ transaction_id: paid.transactionId }),
      both: only({ transaction_id: paid.transactionId, refund_id: refundId }),
    };
    const codes = (options: { readonly now: number }) =>
      Object.fromEntries(Object.entries(by).map(([name, fields]) => [name, codeOf(query(to, fields, options))]));
    expect(new Set(Object.values(codes({ now: late.now - 1 })))).toEqual(new Set(["SUCCESS"]));
    expect(codes(late)).toEqual({
      out_refund_no: "REFUNDNOTEXIST",
      refund_id: "REFUNDNOTEXIST",
      out_trade_no: "REFUNDNOTEXIST",
      transaction_id: "SUCCESS",
      both: "SUCCESS",
    });
  });
});

describe("an address that may not call", () => {
  const to = gateway({ merchants: [{ ...merchant, allowedAddresses: ["10.0.0.1"] }] });

  it("is refused by name, and nothing is entered", () => {
    expect(read(refund(to, {}, { remoteAddress: "10.0.0.2" }))).toMatchObject({
      err_code: "NOAUTH",
      err_code_des: "异常IP请求不予受理",
    });
    expect(to.ledger.size()).toBe(0);
  });

  it("is one that is not in the list, if there is a list and an address", () => {
    expect(codeOf(refund(to, {}, { remoteAddress: "10.0.0.1" }))).toBe("SUCCESS");
    expect(codeOf(query(to))).toBe("SUCCESS");
    expect(codeOf(refund(gateway(), {}, { remoteAddress: "10.0.0.2" }))).toBe("SUCCESS");
  });
});

describe("refunds of single items", () => {
  const path = "/secapi/pay/refundv2";
  const item = { goods_id: "iPhone6s_16G", goods_name: "苹果", refund_amount: 30, refund_quantity: 1, price: 30 };
  const detail = (...goods: ReadonlyArray<object>) => JSON.stringify({ goods_detail: goods });
  const coupons = [
    { id: "10000", type: "CASH", fee: 20 },
    { id: "10001", type: "NO_CASH", fee: 10 },
  ] as const;
  const to = () => gateway({ orders: [{ ...paid, coupons }] });

  it("say which discounts went back, and of which goods", () => {
    const store = to();
    const reply = read(refund(store, { detail: detail(item) }, { path }));
    const promotions = {
      promotion_detail: [
        {
          promotion_id: "10000",
          scope: "SINGLE",
          type: "COUPON",
          refund_amount: 6,
          goods_detail: [{ goods_id: "iPhone6s_16G", refund_amount: 30, refund_quantity: 1, price: 30 }],
        },
        expect.objectContaining({ promotion_id: "10001", type: "DISCOUNT", refund_amount: 3 }),
      ],
    };
    expect(JSON.parse(reply["promotion_detail"] ?? "")).toEqual(promotions);
    const asked = { path: "/pay/refundqueryv2" };
    expect(JSON.parse(read(query(store, {}, asked))["promotion_detail"] ?? "")).toEqual(promotions);
    const byOrder = { out_refund_no: undefined, out_trade_no: "T-1" };
    expect(read(query(store, byOrder, asked))["err_code_des"]).toContain("refund_id/out_refund_no");
  });

  it("may leave the goods out", () => {
    const [promotion] = JSON.parse(read(refund(to(), {}, { path }))["promotion_detail"] ?? "").promotion_detail;
    expect(promotion).toEqual({ promotion_id: "10000", scope: "GLOBAL", type: "COUPON", refund_amount: 6 });
  });

  it.each([
    "goods",
    "{}",
    "[]",
    detail(),
    detail({ ...item, goods_id: "苹果" }),
    detail({ ...item, goods_id: "x".repeat(33) }),
    detail({ ...item, goods_name: "x".repeat(257) }),
    detail({ ...item, refund_amount: 0.3 }),
    detail({ ...item, refund_amount: "30" }),
    detail({ ...item, price: undefined }),
    detail({ ...item, refund_quantity: -1 }),
    detail(item, item) + " ".repeat(6_000),
  ])("refuse a detail that is none: %.40s", (wrong) => {
    const store = to();
    expect(read(refund(store, { detail: wrong }, { path }))).toMatchObject({
      err_code: "PARAM_ERROR",
      err_code_des: expect.stringContaining("detail"),
    });
    expect(store.ledger.size()).toBe(0);
  });

  it("are another endpoint's business: the first takes detail for an unknown field", () => {
    const reply = read(refund(to(), { detail: "goods" }));
    expect([reply["result_code"], reply["promotion_detail"]]).toEqual(["SUCCESS", undefined]);
  });
});

describe("a change of the API key", () => {
  const signedWith = (reply: { readonly body: Uint8Array }) => {
    const fields = Result.getOrThrow(Message.read(reply.body));
    return [apiKey, otherKey, third].filter((key) => Message.verify(fields, key, "MD5"));
  };

  it("takes requests under both keys while it lasts, and answers each under its own", () => {
    const to = gateway();
    to.keyring.rotate(mchId, otherKey, now, 15 * day);
    const under = (key: string, at = now) => refund(to, {}, { key, now: at });
    expect(signedWith(under(apiKey))).toEqual([apiKey]);
    expect(signedWith(under(otherKey))).toEqual([otherKey]);
    expect(codeOf(under(third))).toBe("FAIL 签名错误");
    expect(codeOf(under(apiKey, now + 15 * day - 1))).toBe("SUCCESS");
    expect(codeOf(under(apiKey, now + 15 * day))).toBe("FAIL 签名错误");
    expect(signedWith(under(otherKey, now + 15 * day))).toEqual([otherKey]);
  });

  it.each([
    ["apiKey", otherKey],
    ["previousApiKey", apiKey],
  ] as const)("may answer always under %s", (repliesSignedWith, key) => {
    const keys = { apiKey: otherKey, previousApiKey: apiKey, previousKeyUntil: now + day };
    const to = gateway({ merchants: [{ ...merchant, ...keys, repliesSignedWith }] });
    expect(signedWith(refund(to, {}, { key: apiKey }))).toEqual([key]);
    expect(signedWith(refund(to, {}, { key: otherKey }))).toEqual([key]);
    // Nothing is answered under a key that has ended.
    expect(signedWith(refund(to, {}, { key: otherKey, now: now + day }))).toEqual([otherKey]);
  });

  it("forgets the key before the last", () => {
    const to = gateway();
    to.keyring.rotate(mchId, otherKey, now, day);
    to.keyring.rotate(mchId, third, now, day);
    expect([apiKey, otherKey, third].map((key) => codeOf(refund(to, {}, { key })))).toEqual([
      "FAIL 签名错误",
      "SUCCESS",
      "SUCCESS",
    ]);
  });

  it("needs a merchant and a key, and repeats neither key", () => {
    const { keyring } = gateway();
    expect(() => keyring.rotate("1", otherKey, now, day)).toThrow("no merchant 1");
    expect(() => keyring.rotate(mchId, `${third} `, now, day)).toThrow(/^(?!.*TestKey).*apiKey: Expected 32 letters/);
  });
});

it("names wrong limits", () => {
  expect(() => gateway({ limits: { refundsPerSecond: -1 } })).toThrow("limits.refundsPerSecond");
  expect(() => gateway({ merchants: [{ ...merchant, noticesSealedWith: "previousApiKey" }] })).toThrow(
    "previousApiKey",
  );
  expect(() => gateway({ merchants: [{ ...merchant, notifyUrl: "example.com" }] })).toThrow("notifyUrl");
});

it("reads its own clock, which only moves on", () => {
  const { clock } = gateway();
  clock.advance(5);
  clock.advance(0);
  expect(clock.at(now)).toBe(now + 5);
  expect(() => clock.advance(-1)).toThrow("millis");
});
