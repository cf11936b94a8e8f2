import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { Fault } from "@wechat-refund/simulator";
import {
  appId,
  apiKey,
  body,
  type Config,
  day,
  type Fields,
  gateway,
  mchId,
  now,
  otherMchId,
  otherKey,
  paid,
  read,
  refund,
  textOf,
} from "./client.ts";

const path = "/pay/downloadbill";
/** Ten in the morning after the day of the fixtures, in Beijing. */
const morning = now + 22 * 3_600_000;
const bill = (to: ReturnType<typeof gateway>, fields: Fields = {}, at = morning) =>
  to.handle({
    path,
    body: body({ appid: appId, mch_id: mchId, nonce_str: "n", bill_date: "20260101", bill_type: "ALL", ...fields }),
    clientCertificate: "none",
    now: at,
  });

const coupons = [
  { id: "1", type: "CASH", fee: 100 },
  { id: "2", type: "NO_CASH", fee: 200 },
] as const;
const order = { ...paid, totalFee: 1_000, coupons, paidAt: now, body: "茶,糖\n和盐", attach: "a" };

const traded = (config: Partial<Config> = {}) => {
  const to = gateway({ orders: [order], ...config });
  refund(to, { total_fee: "1000", refund_fee: "500" }, { now: now + 60_000 });
  return to;
};

describe("a bill", () => {
  it("is a table of a day's payments and refunds, byte for byte", () => {
    const to = traded();
    const { refundId } = to.ledger.findRow({ mchId }, { outRefundNo: "R-1" }) ?? {};
    const reply = bill(to);
    expect([reply.status, reply.contentType]).toEqual([200, "text/plain"]);
    expect(textOf({ body: reply.body.slice(3) }).split("\r\n")).toEqual([
      "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注",
      `\`2026-01-01 12:00:00,\`${appId},\`${mchId},\`0,\`,\`${paid.transactionId},\`T-1,\`oUpF8uMuAJO_M2pxb1Q9zNjWeS6o,\`JSAPI,\`SUCCESS,\`OTHERS,\`CNY,\`8.00,\`1.00,\`0,\`0,\`0.00,\`0.00,\`,\`,\`茶\\ 糖\\n和盐,\`a,\`0.05000,\`0.60%,\`10.00,\`0.00,\``,
      `\`2026-01-01 12:01:00,\`${appId},\`${mchId},\`0,\`,\`${paid.transactionId},\`T-1,\`oUpF8uMuAJO_M2pxb1Q9zNjWeS6o,\`JSAPI,\`REFUND,\`OTHERS,\`CNY,\`0.00,\`0.00,\`${refundId},\`R-1,\`4.00,\`0.50,\`ORIGINAL,\`SUCCESS,\`茶\\ 糖\\n和盐,\`a,\`-0.02000,\`0.60%,\`0.00,\`5.00,\``,
      "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额",
      "`2,`8.00,`4.00,`0.50,`0.03000,`10.00,`5.00",
      "",
    ]);
    expect(Buffer.from(reply.body).toString("hex", 0, 3)).toBe("efbbbf");
  });

  it("of refunds has two columns more and no payments", () => {
    const [header, line, , summary] = textOf(bill(traded(), { bill_type: "REFUND" })).split("\r\n");
    expect(header?.split(",")).toHaveLength(29);
    expect(header).toContain("代金券金额,退款申请时间,退款成功时间,微信退款单号");
    expect(line?.split(",`").slice(13, 16)).toEqual(["0.00", "2026-01-01 12:01:00", "2026-01-01 12:01:05"]);
    expect(summary).toBe("`1,`0.00,`4.00,`0.50,`-0.02000,`0.00,`5.00");
  });

  it("of payments has no refunds", () => {
    const [header, line, , summary] = textOf(bill(traded(), { bill_type: "SUCCESS" })).split("\r\n");
    expect([header?.split(",").length, line?.split(",`").length]).toEqual([20, 20]);
    expect(summary).toBe("`1,`8.00,`0.00,`0.00,`0.05000,`10.00,`0.00");
  });

  it.each([
    [
      "old",
      "总金额,代金券或立减优惠金额,退款申请时间",
      "代金券或立减优惠退款金额,退款类型",
      "总交易单数,总交易额,总退款金额,总代金券或立减优惠退款金额,手续费总金额",
    ],
    [
      "redPacket",
      "总金额,企业红包金额,退款申请时间",
      "企业红包退款金额,退款类型",
      "总交易单数,总交易额,总退款金额,总企业红包退款金额,手续费总金额",
    ],
  ] as const)("has the columns of the %s form, which knows no settlement", (form, first, second, last) => {
    const to = traded({ bills: { form, byteOrderMark: false, lineEnd: "LF" } });
    const [header, line, summary, totals] = textOf(bill(to, { bill_type: "REFUND" })).split("\n");
    expect(header?.startsWith("交易时间,公众账号ID,商户号,子商户号,")).toBe(true);
    expect(header?.split(",")).toHaveLength(26);
    expect(header).toContain(first);
    expect(header).toContain(second);
    expect(line?.startsWith("`2026-01-01 12:00:00,")).toBe(true);
    expect([summary, totals]).toEqual([last, "`1,`0.00,`5.00,`1.50,`-0.02000"]);
  });

  it("comes packed on request", () => {
    const to = traded();
    const packed = bill(to, { tar_type: "GZIP" });
    expect(Buffer.from(packed.body).toString("hex", 0, 2)).toBe("1f8b");
    expect(gunzipSync(packed.body).equals(bill(to).body)).toBe(true);
  });

  it("says what had become of a refund by the end of its day, whenever it is asked for", () => {
    const course = [
      { status: "CHANGE", afterMillis: 1_000 },
      { status: "REFUNDCLOSE", afterMillis: day },
    ] as const;
    const statusAt = (course_: NonNullable<Config["course"]>, at: number) => {
      const lines = textOf(bill(traded({ course: course_ }), { bill_type: "REFUND" }, at)).split("\r\n");
      return lines[1]?.split(",`")[21];
    };
    expect([statusAt(course, morning), statusAt(course, morning + 30 * day)]).toEqual(["CHANGE", "CHANGE"]);
    expect(statusAt([{ status: "SUCCESS", afterMillis: day }], morning)).toBe("PROCESSING");
    expect(statusAt([{ status: "REFUNDCLOSE", afterMillis: 1 }], morning)).toBe("FAIL");
    expect(statusAt([{ status: "NOTSURE", afterMillis: 1 }], morning)).toBe("PROCESSING");
  });

  it("holds the merchant's own lines of that day only", () => {
    const to = gateway({
      merchants: [
        { appId, mchId, apiKey },
        { appId, mchId: otherMchId, apiKey: otherKey },
      ],
      orders: [
        { ...order, paidAt: Date.UTC(2025, 11, 31, 16) },
        { ...order, outTradeNo: "T-2", transactionId: "2", paidAt: Date.UTC(2026, 0, 1, 16) - 1 },
        { ...order, outTradeNo: "T-3", transactionId: "3", paidAt: Date.UTC(2026, 0, 1, 16) },
        { ...order, outTradeNo: "T-4", transactionId: "4", paidAt: Date.UTC(2025, 11, 31, 16) - 1 },
        { ...order, outTradeNo: "T-5", transactionId: "5", mchId: otherMchId },
      ],
    });
    const numbers = textOf(bill(to))
      .split("\r\n")
      .slice(1, -3)
      .map((line) => line.split(",`")[6]);
    expect(numbers).toEqual(["T-1", "T-2"]);
  });

  it("may be a sub-merchant's alone, or all of a provider's", () => {
    const subMerchants = [{ subMchId: "1900000111" }, { subMchId: "1900000112" }];
    const to = gateway({
      merchants: [{ appId, mchId, apiKey, subMerchants }],
      orders: subMerchants.map((sub, n) => ({ ...order, ...sub, outTradeNo: `T-${n}`, transactionId: `${n}` })),
    });
    const subs = (fields: Fields) =>
      textOf(bill(to, fields))
        .split("\r\n")
        .slice(1, -3)
        .map((line) => line.split(",`")[3]);
    expect(subs({})).toEqual(["1900000111", "1900000112"]);
    expect(subs({ sub_mch_id: "1900000112" })).toEqual(["1900000112"]);
  });
});

describe("no bill", () => {
  const nine = now + 21 * 3_600_000;
  const refusals: ReadonlyArray<readonly [string, Fields, number, string, string?]> = [
    ["for a day without trades", { bill_date: "20251231" }, morning, "No Bill Exist", "20002"],
    ["for today", { bill_date: "20260102" }, morning, "No Bill Exist", "20002"],
    ["for recharge refunds", { bill_type: "RECHARGE_REFUND" }, morning, "No Bill Exist", "20002"],
    ["after three months", {}, morning + 95 * day, "No Bill Exist", "20002"],
    ["before nine", {}, nine - 1, "Bill Creating"],
    ["packed either", { bill_date: "20251231", tar_type: "GZIP" }, morning, "No Bill Exist", "20002"],
    ["of another kind", { bill_type: "refund" }, morning, "invalid bill_type"],
    ["for a date that is none", { bill_date: "20260230" }, morning, "data format error"],
    ["for a date in another form", { bill_date: "2026-01-01" }, morning, "data format error"],
    ["in another packing", { tar_type: "ZIP" }, morning, "data format error"],
    ["without a date", { bill_date: undefined }, morning, "missing parameter"],
    ["with a wrong signature", { sign: "0" }, morning, "SIGN ERROR"],
    ["for another appid", { appid: "wx0" }, morning, "appid不存在"],
  ];

  it.each(refusals.map(([name, ...rest]) => ({ name, rest })))("$name", ({ rest: [fields, at, text, errorCode] }) => {
    const reply = bill(traded(), fields, at);
    expect(read(reply)).toEqual({
      return_code: "FAIL",
      return_msg: text,
      ...(errorCode !== undefined && { error_code: errorCode }),
    });
  });

  it("but one from nine on", () => {
    expect(textOf(bill(traded(), {}, nine))).toContain("总交易单数");
  });
});

it("is met by faults of its own", () => {
  const to = traded();
  to.faults.push(Fault.Drop({ on: "bill" }));
  expect([to.faults.take("/pay/refundquery"), to.faults.take(path)?._tag]).toEqual([undefined, "Drop"]);
});
