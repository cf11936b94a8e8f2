import { createHash, X509Certificate } from "node:crypto";
import { gunzipSync, inflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { Fault, GatewayConfig } from "@wechat-refund/simulator";
import * as v2 from "./client.ts";
import { apiKey, appId, day, gateway, mchId, now, otherMchId, paid } from "./client.ts";
import {
  apiV3Key,
  codeOf,
  gatewayV3,
  identities,
  json,
  merchant,
  otherApiV3Key,
  otherMerchant,
  otherSerialNo,
  query,
  refund,
  refundsPath,
  seal,
  send,
  serialNo,
  unseal,
  v3,
} from "./clientV3.ts";

const amount = (refund: number, total = 100) => ({ refund, total, currency: "CNY" });
const thousand = { ...paid, totalFee: 100_000 };
const full = amount(100);
const messageOf = (reply: { readonly body: Uint8Array }): unknown => json(reply)["message"];

describe("the door of APIv3", () => {
  it("lets in what is signed, and signs the answer", () => {
    const to = gatewayV3();
    const reply = refund(to);
    expect([reply.status, seal(to, reply)]).toEqual([200, "signed by certificate"]);
    expect(reply.headers).toEqual({
      "Request-ID": expect.stringMatching(/^08[0-9A-F]+-0$/),
      "Wechatpay-Nonce": expect.stringMatching(/^[0-9a-f]{32}$/),
      "Wechatpay-Serial": expect.stringMatching(/^[0-9A-F]{40}$/),
      "Wechatpay-Signature": expect.any(String),
      "Wechatpay-Signature-Type": "WECHATPAY2-SHA256-RSA2048",
      "Wechatpay-Timestamp": String(now / 1_000),
    });
    expect([...to.ledger.rows()]).toMatchObject([
      { outRefundNo: "R-1", refundFee: 30, protocol: "v3", noticeForm: "v3" },
    ]);
  });

  const right = "商户证书序列号有误。请使用签名私钥匹配的证书序列号";
  it.each([
    [
      "no Authorization",
      { headers: { authorization: undefined } },
      "Http头Authorization值格式错误，请参考《微信支付商户REST API签名规则》",
    ],
    [
      "a scheme alone",
      { authorization: "WECHATPAY2-SHA256-RSA2048" },
      "Http头Authorization值格式错误，请参考《微信支付商户REST API签名规则》",
    ],
    ["another scheme", { authorization: "Bearer fake-token" }, "HTTP头Authorization认证类型不正确"],
    ["the serial number of another certificate", { serialNo: otherSerialNo }, right],
    ["a serial number in lower case", { serialNo: serialNo.toLowerCase() }, right],
    ["another merchant's key", { privateKey: identities.merchantB.privateKeyPem }, "签名错误"],
    ["a merchant that is not there", { mchId: "1900000000" }, "签名错误"],
    ["a text without its last line end", { text: (text: string) => text.slice(0, -1) }, "签名错误"],
    ["a text with CRLF", { text: (text: string) => text.replaceAll("\n", "\r\n") }, "签名错误"],
    ["another body", { text: (text: string) => text.replace("30", "31") }, "签名错误"],
    [
      "a time of five minutes and a second ago",
      { timestamp: now / 1_000 - 301 },
      "Http头Authorization中的timestamp与发起请求的时间不得超过5分钟",
    ],
    ["a time in milliseconds", { timestamp: now }, "Http头Authorization中的timestamp与发起请求的时间不得超过5分钟"],
  ])("turns away %s, unsigned", (_, wrong, message) => {
    const to = gatewayV3({ merchants: [merchant(), otherMerchant()] });
    const reply = refund(to, {}, wrong);
    expect([codeOf(reply), messageOf(reply), seal(to, reply)]).toEqual(["401 SIGN_ERROR", message, "unsigned"]);
    expect(to.ledger.size()).toBe(0);
  });

  const badly = (change: (right: string) => string): string => {
    const to = gatewayV3();
    refund(to);
    const { requestHeaders } = to.log.entries()[0] ?? {};
    return codeOf(query(to, "R-1", { authorization: change(requestHeaders?.["authorization"] ?? "") }));
  };
  it.each([
    ["a blank after a comma", (text: string) => text.replaceAll(",", ", ")],
    ["a comma at the end", (text: string) => `${text},`],
    ["no quotes", (text: string) => text.replaceAll('"', "")],
    ["a value twice", (text: string) => `${text},mchid="1900000109"`],
    ["an unknown value", (text: string) => `${text},more="1"`],
    ["an empty value", (text: string) => text.replace(/nonce_str="[^"]*"/, 'nonce_str=""')],
    ["a value missing", (text: string) => text.replace(/,serial_no="[^"]*"/, "")],
    ["a time that is none", (text: string) => text.replace(/timestamp="\d+"/, 'timestamp="now"')],
  ])("wants an Authorization in form, and not with %s", (_, change) => {
    expect(badly(change)).toBe("401 SIGN_ERROR");
  });

  it("takes the five values in any order", () => {
    const to = gatewayV3();
    const { requestHeaders } = (query(to), to.log.entries()[0] ?? {});
    const [scheme, values = ""] = requestHeaders?.["authorization"]?.split(" ") ?? [];
    const authorization = `${scheme} ${values.split(",").toReversed().join(",")}`;
    expect(codeOf(query(to, "R-1", { authorization }))).toBe("404 RESOURCE_NOT_EXISTS");
  });

  it("wants Base64 as it is written", () => {
    const to = gatewayV3();
    query(to);
    const right = to.log.entries()[0]?.requestHeaders?.["authorization"] ?? "";
    const authorization = right.replace(
      /signature="([^"]*)"/,
      (_, signature: string) => `signature="${signature.replace(/=+$/, "")}"`,
    );
    expect(codeOf(query(to, "R-1", { authorization }))).toBe("401 SIGN_ERROR");
  });

  it("looks for address and method first, and says nothing of those that are not there", () => {
    const to = gatewayV3();
    const none = { headers: { authorization: undefined, "user-agent": undefined } };
    expect(codeOf(send(to, { target: "/v3/nothing", ...none }))).toBe("404");
    expect(codeOf(send(to, { target: refundsPath, ...none }))).toBe("405");
    expect(codeOf(send(to, { method: "POST", target: "/v3/certificates", ...none }))).toBe("405");
    expect(codeOf(send(to, { target: `${refundsPath}/a/b`, ...none }))).toBe("404");
    expect(codeOf(send(to, { target: `${refundsPath}/%zz`, ...none }))).toBe("404");
    expect(codeOf(send(to, { target: `${refundsPath}/` }))).toBe("404");
    expect(codeOf(send(to, { target: "/v3/certificates", headers: { accept: undefined } }))).toBe(
      "400 INVALID_REQUEST",
    );
  });

  it("has no room for more than a message", () => {
    expect(codeOf(refund(gatewayV3(), { reason: "x".repeat(65_536) }))).toBe("413");
  });

  it("knows no merchant without a v3 block", () => {
    const to = gateway();
    const reply = query(to);
    expect([codeOf(reply), messageOf(reply)]).toEqual(["401 SIGN_ERROR", "商户未申请过证书。"]);
  });

  it("holds the merchant's clock against the wall, however far the gateway's time was moved", () => {
    const to = gatewayV3();
    refund(to);
    to.clock.advance(3 * day);
    const reply = query(to, "R-1", { now: to.clock.at(now), timestamp: now / 1_000 });
    expect(json(reply)).toMatchObject({ status: "SUCCESS", success_time: "2026-01-01T12:00:05+08:00" });
    expect(reply.headers?.["Wechatpay-Timestamp"]).toBe(String(now / 1_000));
  });

  it("signs the path as it was sent, still escaped", () => {
    const to = gatewayV3();
    refund(to, { out_refund_no: "R|1@*" });
    for (const target of ["R%7C1%40*", "R|1@*", "R%7C1@%2A"]) {
      expect(json(send(to, { target: `${refundsPath}/${target}` }))["out_refund_no"]).toBe("R|1@*");
    }
    const decoded = (text: string) => text.replace("%7C", "|");
    expect(codeOf(send(to, { target: `${refundsPath}/R%7C1%40*`, text: decoded }))).toBe("401 SIGN_ERROR");
  });

  it("refuses addresses that may not call", () => {
    const to = gatewayV3({ merchants: [{ ...merchant(), allowedAddresses: ["10.0.0.1"] }] });
    const reply = refund(to, {}, { remoteAddress: "10.0.0.2" });
    expect([codeOf(reply), seal(to, reply)]).toEqual(["403 NO_AUTH", "signed by certificate"]);
    expect(codeOf(refund(to, {}, { remoteAddress: "10.0.0.1" }))).toBe("200");
  });
});

describe("which key signs a reply", () => {
  const naming = (id: string | undefined) => ({ headers: { "wechatpay-serial": id } });

  it("is the one that the request names, while both are there", () => {
    const to = gatewayV3();
    const { id } = to.platform.publicKey(mchId) ?? {};
    expect(id).toMatch(/^PUB_KEY_ID_\d{34}$/);
    expect(seal(to, query(to, "R-1", naming(id)))).toBe("signed by public key");
    expect(seal(to, query(to, "R-1", naming(undefined)))).toBe("signed by certificate");
    expect(seal(to, query(to, "R-1", naming(serialNo)))).toBe("signed by certificate");
    expect(seal(to, query(to, "R-1", naming(id?.toLowerCase())))).toBe("signed by certificate");
  });

  it.each([
    ["certificate", "signed by certificate"],
    ["public-key", "signed by public key"],
  ] as const)("is the only one of a merchant that has a %s alone, whatever is named", (platform, signed) => {
    const to = gatewayV3({}, { platform });
    for (const id of [undefined, "PUB_KEY_ID_0000000000000000000000000000000000", serialNo]) {
      expect(seal(to, query(to, "R-1", naming(id)))).toBe(signed);
    }
  });

  it("is each merchant's own", () => {
    const to = gatewayV3({ merchants: [merchant(), otherMerchant()] });
    const ids = [mchId, otherMchId].flatMap((of) => [
      to.platform.publicKey(of)?.id,
      ...to.platform.certificates(of, now).map((certificate) => certificate.serialNo),
    ]);
    expect(new Set(ids).size).toBe(4);
    const other = { mchId: otherMchId, serialNo: otherSerialNo, privateKey: identities.merchantB.privateKeyPem };
    const reply = query(to, "R-1", other);
    expect(seal(to, reply, otherMchId)).toBe("signed by certificate");
    expect(seal(to, reply, mchId)).toBe("signed with an unknown key");
  });

  it("does not change with the gateway, in one process", () => {
    expect(gatewayV3().platform.publicKey(mchId)).toEqual(gatewayV3().platform.publicKey(mchId));
  });
});

describe("platform certificates", () => {
  const downloaded = (to: ReturnType<typeof gatewayV3>, more = {}, key = apiV3Key) => {
    const reply = send(to, { target: "/v3/certificates", ...more });
    const { data } = json(reply) as unknown as {
      readonly data: ReadonlyArray<{
        readonly serial_no: string;
        readonly effective_time: string;
        readonly expire_time: string;
        readonly encrypt_certificate: Parameters<typeof unseal>[0];
      }>;
    };
    return data.map(({ encrypt_certificate, ...rest }) => ({ ...rest, pem: unseal(encrypt_certificate, key) }));
  };

  it("are downloaded, sealed, and those that sign", () => {
    const to = gatewayV3();
    const [certificate, ...more] = downloaded(to);
    expect(more).toEqual([]);
    const { serialNumber } = new X509Certificate(certificate?.pem ?? "");
    expect(certificate).toMatchObject({
      serial_no: serialNumber,
      effective_time: "1970-01-01T08:00:00+08:00",
      expire_time: "2049-01-01T08:00:00+08:00",
    });
    expect(query(to).headers?.["Wechatpay-Serial"]).toBe(serialNumber);
  });

  it("rotate: the new one is told of before it signs, the old one stays good for a while", () => {
    const to = gatewayV3();
    const [old] = to.platform.certificates(mchId, now);
    const { serialNo: young, effectiveAt } = to.platform.rotate(mchId, now, {
      announcedMillis: day,
      graceMillis: 2 * day,
    });
    expect(effectiveAt).toBe(now + day);
    const at = (days: number, named?: string) => {
      const time = { now: now + days * day, headers: { "wechatpay-serial": named } };
      return {
        told: downloaded(to, time).map((certificate) => certificate.serial_no),
        signs: query(to, "R-1", time).headers?.["Wechatpay-Serial"],
      };
    };
    const both = [young, old?.serialNo];
    expect(at(0)).toEqual({ told: both, signs: old?.serialNo });
    // Nobody can name what does not sign yet.
    expect(at(0, young).signs).toBe(old?.serialNo);
    expect(at(1)).toEqual({ told: both, signs: young });
    expect(at(1, old?.serialNo).signs).toBe(old?.serialNo);
    expect(at(3, old?.serialNo)).toEqual({ told: [young], signs: young });
    expect(seal(to, query(to, "R-1", { now: now + 3 * day }), mchId, now + 3 * day)).toBe("signed by certificate");
    const again = to.platform.rotate(mchId, now + 3 * day, { announcedMillis: 0, graceMillis: 0 });
    expect([young, old?.serialNo]).not.toContain(again.serialNo);
    expect(at(3)).toEqual({ told: [again.serialNo], signs: again.serialNo });
  });

  it("do not rotate where there are none", () => {
    const rotation = { announcedMillis: 0, graceMillis: 0 };
    expect(() => gatewayV3({}, { platform: "public-key" }).platform.rotate(mchId, now, rotation)).toThrow(
      "verifies with the public key",
    );
    expect(() => gateway().platform.rotate(mchId, now, rotation)).toThrow(`no merchant ${mchId} with a v3 block`);
  });

  it("are each merchant's own, under its own key", () => {
    const to = gatewayV3({ merchants: [merchant(), otherMerchant()] });
    const other = { mchId: otherMchId, serialNo: otherSerialNo, privateKey: identities.merchantB.privateKeyPem };
    expect(() => downloaded(to, other)).toThrow();
    expect(downloaded(to, other, otherApiV3Key)).toHaveLength(1);
  });
});

describe("a refund through APIv3", () => {
  it("is answered once and again with the same refund", () => {
    const to = gatewayV3();
    const first = refund(to);
    expect(json(first)).toMatchObject({
      out_refund_no: "R-1",
      status: "PROCESSING",
      create_time: "2026-01-01T12:00:00+08:00",
      funds_account: "AVAILABLE",
      amount: { ...amount(30), payer_refund: 30, payer_total: 100, discount_refund: 0, from: [] },
    });
    const again = refund(to, {}, { now: now + 60_000 });
    expect(json(again)).toEqual({ ...json(first), status: "SUCCESS" });
    expect([to.ledger.size(), to.log.entries().map(({ repeated }) => repeated)]).toEqual([1, [false, true]]);
  });

  it("is a refund of APIv2 too, and the other way round", () => {
    const to = gatewayV3();
    const made = json(refund(to));
    expect(v2.read(v2.query(to))).toMatchObject({ refund_id_0: made["refund_id"], refund_status_0: "PROCESSING" });
    expect(v2.read(v2.refund(to))).toMatchObject({ result_code: "SUCCESS", refund_id: made["refund_id"] });
    const other = v2.read(v2.refund(to, { out_refund_no: "R-2", refund_fee: "70" }));
    expect(json(query(to, "R-2"))).toMatchObject({ refund_id: other["refund_id"], amount: { refund: 70 } });
    expect(messageOf(refund(to, { out_refund_no: "R-3", amount: amount(1) }))).toBe("订单已全额退款");
    expect(v2.codeOf(v2.refund(to, { out_refund_no: "R-3", refund_fee: "1" }))).toBe("ERROR");
    expect([...to.ledger.rows()].map(({ protocol }) => protocol)).toEqual(["v3", "v2"]);
  });

  it.each([
    ["PROCESSING", "PROCESSING"],
    ["SUCCESS", "SUCCESS"],
    ["REFUNDCLOSE", "CLOSED"],
    ["CHANGE", "ABNORMAL"],
    ["NOTSURE", "PROCESSING"],
  ] as const)("that is %s is %s", (status, said) => {
    const to = gatewayV3({ course: status === "PROCESSING" ? [] : [{ status, afterMillis: 1_000 }] });
    refund(to);
    const found = json(query(to, "R-1", { now: now + 1_000 }));
    expect([found["status"], "success_time" in found]).toEqual([said, said === "SUCCESS"]);
  });

  it("that is asked for again by its number is of any age, and of this merchant", () => {
    const to = gatewayV3({ merchants: [merchant(), otherMerchant()] });
    refund(to);
    const later = { now: now + 600 * day };
    expect(json(query(to, "R-1", later))).toMatchObject({ status: "SUCCESS" });
    const other = { mchId: otherMchId, serialNo: otherSerialNo, privateKey: identities.merchantB.privateKeyPem };
    expect(codeOf(query(to, "R-1", { ...later, ...other }))).toBe("404 RESOURCE_NOT_EXISTS");
  });

  it("names what it is of by transaction or order number", () => {
    const to = gatewayV3();
    expect(codeOf(refund(to, { out_trade_no: undefined, transaction_id: paid.transactionId }))).toBe("200");
    expect(codeOf(refund(to, { out_trade_no: undefined }))).toBe("400 PARAM_ERROR");
    expect(codeOf(refund(to, { out_trade_no: undefined, transaction_id: "1" }))).toBe("404 RESOURCE_NOT_EXISTS");
  });

  it("draws on the account that it names, where there are two", () => {
    const merchants = [{ ...merchant(), funds: { flow: "old", unsettled: 30, available: 20 } }] as const;
    const to = gatewayV3({ merchants });
    expect(json(refund(to))["funds_account"]).toBe("UNSETTLED");
    const more = { out_refund_no: "R-2", amount: amount(20) };
    const short = refund(to, more);
    expect([codeOf(short), messageOf(short)]).toEqual(["403 NOT_ENOUGH", "交易未结算资金不足，请使用可用余额退款"]);
    expect(json(refund(to, { ...more, funds_account: "AVAILABLE" }))["funds_account"]).toBe("AVAILABLE");
  });

  it("may be of single goods", () => {
    const coupons = [{ id: "1", type: "CASH", fee: 50 }] as const;
    const to = gatewayV3({ orders: [{ ...paid, coupons }] });
    const goods = { merchant_goods_id: "G-1", unit_price: 100, refund_amount: 100, refund_quantity: 1 };
    const reply = json(refund(to, { amount: full, goods_detail: [{ ...goods, goods_name: "杯" }] }));
    expect(reply["promotion_detail"]).toEqual([
      { amount: 50, goods_detail: [goods], promotion_id: "1", refund_amount: 50, scope: "SINGLE", type: "CASH" },
    ]);
    expect([...to.ledger.rows()][0]?.goods).toEqual([
      { goods_id: "G-1", price: 100, refund_amount: 100, refund_quantity: 1 },
    ]);
  });

  it.each([
    ["appid", { appid: appId }, { value: ["appid"] }],
    ["an amount with more in it", { amount: { ...full, refund_fee: 1 } }, { value: ["refund_fee"] }],
    ["an amount as text", { amount: { ...full, refund: "30" } }, { field: "/amount/refund", value: "30" }],
    ["no amount", { amount: undefined }, { field: "#" }],
    ["no currency", { amount: { refund: 30, total: 100 } }, { field: "#" }],
    ["another currency", { amount: { ...full, currency: "USD" } }, { field: "/amount/currency" }],
    ["an empty notify_url", { notify_url: "" }, { field: "/notify_url", value: "" }],
    ["a notify_url that is null", { notify_url: null }, { field: "/notify_url", value: null }],
    ["a notify_url with a query", { notify_url: "https://example.com/a?b=c" }, { field: "/notify_url" }],
    ["a reason that is too long", { reason: "退".repeat(81) }, { field: "/reason" }],
    ["a reason outside the basic plane", { reason: "😀" }, { field: "/reason" }],
    ["a number with other characters", { out_refund_no: "R 1" }, { field: "/out_refund_no" }],
    ["an account that is none", { funds_account: "BASIC" }, { field: "/funds_account" }],
    ["no goods", { goods_detail: [] }, { field: "/goods_detail" }],
    ["goods that are none", { goods_detail: [1] }, { field: "/goods_detail/0" }],
    ["goods without a price", { goods_detail: [{ merchant_goods_id: "G" }] }, { field: "#" }],
    [
      "sources that are less",
      { amount: { ...full, from: [{ account: "AVAILABLE", amount: 99 }] } },
      { field: "/amount/from" },
    ],
    [
      "a source twice",
      { amount: { ...full, from: [50, 50].map((amount) => ({ account: "AVAILABLE", amount })) } },
      { field: "/amount/from" },
    ],
    ["a sub-merchant of nobody", { sub_mchid: "1900000111" }, { field: "/sub_mchid" }],
  ])("is refused with %s", (_, body, detail) => {
    const to = gatewayV3();
    const reply = refund(to, body);
    expect([codeOf(reply), seal(to, reply)]).toEqual(["400 PARAM_ERROR", "signed by certificate"]);
    expect(json(reply)["detail"]).toMatchObject({ location: "body", ...detail });
    expect(to.ledger.size()).toBe(0);
  });

  it("is taken with the sources of a divided order", () => {
    const from = [30, 70].map((amount, n) => ({ account: n === 0 ? "AVAILABLE" : "UNAVAILABLE", amount }));
    expect(codeOf(refund(gatewayV3(), { amount: { ...full, from } }))).toBe("200");
  });

  it("is refused where the body is no JSON, or is not said to be", () => {
    const to = gatewayV3();
    for (const body of ["", "{", "[]", "null", "\ufeff{}"]) {
      expect(
        codeOf(
          send(to, { method: "POST", target: refundsPath, body, headers: { "content-type": "application/json" } }),
        ),
        body,
      ).toBe("400 PARAM_ERROR");
    }
    expect(codeOf(refund(to, {}, { headers: { "content-type": "text/xml" } }))).toBe("400 INVALID_REQUEST");
    expect(codeOf(refund(to, {}, { headers: { "content-type": "application/json; charset=utf-8" } }))).toBe("200");
  });

  it("is a provider's where it names one of its sub-merchants, in the body and in the query", () => {
    const subMchId = "1900000111";
    const to = gatewayV3({
      merchants: [{ ...merchant(), subMerchants: [{ subMchId }] }],
      orders: [{ ...paid, subMchId }],
    });
    expect(codeOf(refund(to))).toBe("400 PARAM_ERROR");
    expect(codeOf(refund(to, { sub_mchid: "1900000112" }))).toBe("404 MCH_NOT_EXISTS");
    expect(codeOf(refund(to, { sub_mchid: subMchId }))).toBe("200");
    const ask = (more: string) => codeOf(send(to, { target: `${refundsPath}/R-1${more}` }));
    expect([ask(""), ask("?sub_mchid=1900000112"), ask(`?sub_mchid=${subMchId}`)]).toEqual([
      "400 PARAM_ERROR",
      "404 RESOURCE_NOT_EXISTS",
      "200",
    ]);
    const [delivery] = to.notices.take(now + 5_000);
    const { resource } = json(delivery ?? { body: new Uint8Array() }) as unknown as {
      readonly resource: Parameters<typeof unseal>[0];
    };
    expect(JSON.parse(unseal(resource))).toMatchObject({ sp_mchid: mchId, sub_mchid: subMchId });
  });

  it("is asked for without parameters that are not there", () => {
    const to = gatewayV3();
    for (const more of ["?mchid=1900000109", "?sub_mchid=1&sub_mchid=1"]) {
      expect(codeOf(send(to, { target: `${refundsPath}/R-1${more}` })), more).toBe("400 PARAM_ERROR");
    }
    expect(codeOf(send(to, { target: `${refundsPath}/R-1?sub_mchid=1` }))).toBe("400 PARAM_ERROR");
  });

  const orders = [paid, { ...paid, outTradeNo: "T-2", transactionId: "2" }];
  it.each([
    ["the number of another order's refund", { orders }, { out_trade_no: "T-2" }, 0, "400 INVALID_REQUEST"],
    ["other amounts under its number", {}, { amount: amount(31) }, 0, "400 INVALID_REQUEST"],
    ["another total", {}, { out_refund_no: "R-2", amount: amount(10, 99) }, 0, "400 INVALID_REQUEST"],
    ["more than was paid", {}, { out_refund_no: "R-2", amount: amount(101) }, 0, "400 INVALID_REQUEST"],
    ["more than is left", {}, { out_refund_no: "R-2", amount: amount(71) }, 0, "400 INVALID_REQUEST"],
    ["its number again, where that is an error", { replay: "business-error" }, {}, 0, "400 INVALID_REQUEST"],
    [
      "too soon",
      { spacingMillis: 60_000 },
      { out_refund_no: "R-2", amount: amount(1) },
      59_999,
      "429 FREQUENCY_LIMITED",
    ],
    ["after a year", {}, { out_refund_no: "R-2", amount: amount(1) }, 365 * day, "400 INVALID_REQUEST"],
    [
      "in another currency",
      { orders: [paid, { ...paid, outTradeNo: "T-2", transactionId: "2", feeType: "USD" }] },
      { out_trade_no: "T-2", out_refund_no: "R-2" },
      0,
      "400 PARAM_ERROR",
    ],
    [
      "while the order is not ready",
      { orders: [paid, { ...paid, outTradeNo: "T-2", transactionId: "2", readyAt: now + 1 }] },
      { out_trade_no: "T-2", out_refund_no: "R-2" },
      0,
      "400 INVALID_REQUEST",
    ],
    [
      "to a payer who is gone",
      { orders: [paid, { ...paid, outTradeNo: "T-2", transactionId: "2", userAbnormal: true }] },
      { out_trade_no: "T-2", out_refund_no: "R-2" },
      0,
      "403 USER_ACCOUNT_ABNORMAL",
    ],
  ] as const)("is refused: %s", (_, config, body, after, code) => {
    const to = gatewayV3(config as Parameters<typeof gatewayV3>[0]);
    refund(to);
    const reply = refund(to, body, { now: now + after });
    expect(codeOf(reply)).toBe(code);
    expect(seal(to, reply)).toBe(code.startsWith("429") ? "unsigned" : "signed by certificate");
    expect(to.ledger.size()).toBe(1);
  });

  it("is refused after fifty parts", () => {
    const to = gatewayV3({ orders: [thousand] });
    const codes = Array.from({ length: 51 }, (_, n) =>
      codeOf(refund(to, { out_refund_no: `R-${n}`, amount: amount(1, 100_000) })),
    );
    expect(codes.slice(49)).toEqual(["200", "400 INVALID_REQUEST"]);
  });
});

describe("limits", () => {
  it("are one merchant's, whichever interface it calls", () => {
    const to = gatewayV3({ limits: { refundsPerSecond: 2, queriesPerSecond: 1 } });
    expect([codeOf(refund(to)), v2.codeOf(v2.refund(to)), codeOf(refund(to))]).toEqual([
      "200",
      "SUCCESS",
      "429 RATELIMIT_EXCEEDED",
    ]);
    expect([codeOf(query(to)), codeOf(query(to))]).toEqual(["200", "429 RATELIMIT_EXCEEDED"]);
  });

  it("count failing calls, those with a wrong signature too", () => {
    const to = gatewayV3({ limits: GatewayConfig.documentedLimits });
    for (let n = 0; n < 7; n++) query(to, "R-9", n % 2 === 0 ? { privateKey: identities.merchantB.privateKeyPem } : {});
    const reply = query(to);
    expect([codeOf(reply), messageOf(reply)]).toEqual(["429 RATELIMIT_EXCEEDED", "无效请求过多，请稍后重试"]);
    expect(codeOf(query(to, "R-9", { now: now + 60_000 }))).toBe("404 RESOURCE_NOT_EXISTS");
  });

  it("hold back old orders", () => {
    const to = gatewayV3({ orders: [{ ...thousand, paidAt: now - 31 * day }], limits: { oldOrdersPerMinute: 1 } });
    const one = (n: number) => codeOf(refund(to, { out_refund_no: `R-${n}`, amount: amount(1, 100_000) }));
    expect([one(1), one(2)]).toEqual(["200", "429 FREQUENCY_LIMITED"]);
  });
});

describe("the bill", () => {
  const yesterday = "2025-12-31";
  const morning = now;
  const bill = (to: ReturnType<typeof gatewayV3>, more = "", at = morning) =>
    send(to, { target: `/v3/bill/tradebill?bill_date=${yesterday}${more}`, now: at, headers: { host: "127.0.0.1:1" } });
  const fileOf = (to: ReturnType<typeof gatewayV3>, reply: { readonly body: Uint8Array }, more = {}) => {
    const { download_url } = json(reply);
    const { origin, pathname, search } = new URL(String(download_url));
    expect(origin).toBe("https://127.0.0.1:1");
    return send(to, { target: pathname + search, ...more });
  };

  it("is an address that holds the table, with its digest", () => {
    const to = gatewayV3();
    const reply = bill(to);
    expect(seal(to, reply)).toBe("signed by certificate");
    const file = fileOf(to, reply);
    expect([file.status, seal(to, file)]).toEqual([200, "unsigned"]);
    const { hash_type, hash_value } = json(reply);
    expect([hash_type, hash_value]).toEqual(["SHA1", createHash("sha1").update(file.body).digest("hex")]);
    expect(new TextDecoder().decode(file.body)).toContain("`T-1");
  });

  it("is packed, and its digest is of what is inside", () => {
    const to = gatewayV3();
    const reply = bill(to, "&tar_type=GZIP");
    const inside = gunzipSync(fileOf(to, reply).body);
    expect(json(reply)["hash_value"]).toBe(createHash("sha1").update(inside).digest("hex"));
    expect(inside.toString()).toContain("交易时间");
  });

  it("holds the refunds of both interfaces", () => {
    const to = gatewayV3();
    refund(to);
    v2.refund(to, { out_refund_no: "R-2", refund_fee: "1" });
    const at = now + day;
    const reply = send(to, {
      target: "/v3/bill/tradebill?bill_date=2026-01-01&bill_type=REFUND",
      now: at,
      headers: { host: "127.0.0.1:1" },
    });
    const text = new TextDecoder().decode(fileOf(to, reply, { now: at }).body);
    expect(["`R-1", "`R-2"].map((cell) => text.includes(cell))).toEqual([true, true]);
  });

  it("is fetched with a signature, by its own merchant, within five minutes", () => {
    const to = gatewayV3({ merchants: [merchant(), otherMerchant()] });
    const reply = bill(to);
    const other = { mchId: otherMchId, serialNo: otherSerialNo, privateKey: identities.merchantB.privateKeyPem };
    expect(codeOf(fileOf(to, reply, other))).toBe("403 NO_AUTH");
    expect(codeOf(fileOf(to, reply, { headers: { authorization: undefined } }))).toBe("401 SIGN_ERROR");
    expect(codeOf(fileOf(to, reply, { text: (text: string) => text.replace(/\?token=\w+/, "") }))).toBe(
      "401 SIGN_ERROR",
    );
    expect(fileOf(to, reply, { now: now + 299_999 }).status).toBe(200);
    expect(codeOf(fileOf(to, reply, { now: now + 300_000 }))).toBe("400 PARAM_ERROR");
    bill(to, "", now + 300_000);
    expect(codeOf(send(to, { target: "/v3/billdownload/file?token=none" }))).toBe("400 PARAM_ERROR");
  });

  it("is not there of a day without lines, or of today, and not before the morning", () => {
    const to = gatewayV3();
    const of = (date: string, at = morning) =>
      codeOf(send(to, { target: `/v3/bill/tradebill?bill_date=${date}`, now: at }));
    expect(of("2025-12-01")).toBe("400 NO_STATEMENT_EXIST");
    expect(of("2026-01-01")).toBe("400 NO_STATEMENT_EXIST");
    // The gateway's day does not go back; a merchant whose clock is another is only held against the wall.
    expect(of("2025-12-31", now - 13 * 3_600_000)).toBe("200");
    const fresh = gatewayV3();
    expect(codeOf(bill(fresh, "", Date.UTC(2025, 11, 31, 16)))).toBe("400 STATEMENT_CREATING");
  });

  it.each(["&bill_type=FUND", "&tar_type=ZIP", "&more=1", "&bill_date=2025-12-31"])("is refused with %s", (more) => {
    expect(codeOf(bill(gatewayV3(), more))).toBe("400 PARAM_ERROR");
  });

  it.each(["20251231", "2025-02-30", ""])("is refused for the day %s", (date) => {
    expect(codeOf(send(gatewayV3(), { target: `/v3/bill/tradebill?bill_date=${date}` }))).toBe("400 PARAM_ERROR");
  });

  it("is a sub-merchant's where it is named", () => {
    const subMchId = "1900000111";
    const to = gatewayV3({
      merchants: [{ ...merchant(), subMerchants: [{ subMchId }] }],
      orders: [{ ...paid, subMchId }],
    });
    expect(bill(to).status).toBe(200);
    expect(bill(to, `&sub_mchid=${subMchId}`).status).toBe(200);
    expect(codeOf(bill(to, "&sub_mchid=1"))).toBe("400 NO_STATEMENT_EXIST");
  });
});

describe("faults", () => {
  it.each([
    ["SYSTEMERROR", "500 SYSTEM_ERROR"],
    ["SERVICE_UNAVAILABLE", "503 SERVICE_UNAVAILABLE"],
    ["FREQUENCY_LIMITED", "429 FREQUENCY_LIMITED"],
    ["BIZERR_NEED_RETRY", "202"],
    ["NOTENOUGH", "403 NOT_ENOUGH"],
    ["ANYTHING_ELSE", "400 ANYTHING_ELSE"],
  ])("say %s as %s, before or after acceptance", (errCode, code) => {
    for (const accepted of [false, true]) {
      const to = gatewayV3();
      const reply = refund(to, {}, { fault: Fault.Refuse({ errCode, accepted }) });
      expect([codeOf(reply), to.ledger.size()]).toEqual([code, accepted ? 1 : 0]);
      const unrecorded = ["429", "500", "503"].includes(code.slice(0, 3));
      expect(seal(to, reply)).toBe(unrecorded ? "unsigned" : "signed by certificate");
    }
  });

  it("sign what nobody recorded, where that is wanted", () => {
    const to = gatewayV3({ signsUnrecorded: true });
    for (const errCode of ["SYSTEMERROR", "FREQUENCY_LIMITED"]) {
      expect(seal(to, refund(to, {}, { fault: Fault.Refuse({ errCode, accepted: false }) }))).toBe(
        "signed by certificate",
      );
    }
    expect(seal(to, refund(to, {}, { fault: Fault.Refuse({ errCode: "SIGNERROR", accepted: false }) }))).toBe(
      "unsigned",
    );
  });

  it("say a status of one's own, and a failure without a signature", () => {
    const to = gatewayV3();
    const odd = Fault.Refuse({ errCode: "RESOURCE_NOT_EXISTS", status: 400, accepted: false });
    expect(codeOf(refund(to, {}, { fault: odd }))).toBe("400 RESOURCE_NOT_EXISTS");
    const fail = (returnMsg: string) => refund(to, {}, { fault: Fault.Fail({ returnMsg, accepted: false }) });
    expect([codeOf(fail("签名错误")), seal(to, fail("签名错误"))]).toEqual(["401 SIGN_ERROR", "unsigned"]);
    expect([codeOf(fail("系统超时")), messageOf(fail("系统超时"))]).toEqual(["500 SYSTEM_ERROR", "系统超时"]);
  });

  it("leave a refusal as it is, where there is nothing to accept", () => {
    const to = gatewayV3();
    const fault = Fault.Refuse({ errCode: "SYSTEMERROR", accepted: true });
    expect(codeOf(refund(to, { out_trade_no: "T-9" }, { fault }))).toBe("404 RESOURCE_NOT_EXISTS");
  });

  it.each([
    [Fault.Unsign({}), "unsigned", "R-1"],
    [Fault.Missign({}), "badly signed by certificate", "R-1"],
    [Fault.Probe({}), "badly signed by certificate", "R-1"],
    [Fault.Misdirect({}), "signed by certificate", "R-2"],
    [Fault.Mangle({ find: '"refund":30', put: '"refund":3000' }), "badly signed by certificate", "R-1"],
  ])("%o", (fault, signed, number) => {
    const to = gatewayV3();
    const reply = refund(to, {}, { fault });
    expect([reply.status, seal(to, reply), json(reply)["out_refund_no"]]).toEqual([200, signed, number]);
    expect(to.ledger.size()).toBe(1);
    expect(seal(to, refund(to))).toBe("signed by certificate");
  });

  it("probe with a signature that begins as WeChat Pay's do, and only where there is one", () => {
    const to = gatewayV3();
    const signature = (fault?: Fault.Fault, more = {}) =>
      refund(to, {}, { ...more, ...(fault !== undefined && { fault }) }).headers?.["Wechatpay-Signature"];
    expect(signature(Fault.Probe({}))).toMatch(/^WECHATPAY\/SIGNTEST\/[0-9A-Za-z+/]+=*$/);
    expect(signature(Fault.Probe({}), { timestamp: 0 })).toBeUndefined();
    expect(v2.codeOf(v2.refund(to, {}, { fault: Fault.Probe({}) }))).toBe("SUCCESS");
  });

  it.each([-301_000, 301_000])("sign as of another time: %i ms", (millis) => {
    const to = gatewayV3();
    const reply = refund(to, {}, { fault: Fault.Misdate({ millis }) });
    expect(seal(to, reply)).toBe("signed by certificate");
    expect(reply.headers?.["Wechatpay-Timestamp"]).toBe(String((now + millis) / 1_000));
    expect(v2.codeOf(v2.refund(to, {}, { fault: Fault.Misdate({ millis }) }))).toBe("SUCCESS");
  });

  it("pack a body, whose text is what is signed", () => {
    const to = gatewayV3();
    const reply = refund(to, {}, { fault: Fault.Deflate({}) });
    expect(reply.headers?.["Content-Encoding"]).toBe("deflate");
    expect(seal(to, reply)).toBe("badly signed by certificate");
    const body = new Uint8Array(inflateSync(reply.body));
    expect([seal(to, { ...reply, body }), json({ body })["out_refund_no"]]).toEqual(["signed by certificate", "R-1"]);
    expect(v2.codeOf(v2.refund(to, {}, { fault: Fault.Deflate({}) }))).toBe("SUCCESS");
  });

  it("that misdirect leave a refusal", () => {
    expect(codeOf(query(gatewayV3(), "R-1", { fault: Fault.Misdirect({}) }))).toBe("404 RESOURCE_NOT_EXISTS");
  });
});

describe("the log", () => {
  it("keeps what APIv3 looks at, and nothing besides", () => {
    const to = gatewayV3();
    refund(to, {}, { headers: { cookie: "session=1", "x-api-key": "secret" } });
    const [entry] = to.log.entries();
    expect(Object.keys(entry?.requestHeaders ?? {})).toEqual(["accept", "authorization", "content-type", "user-agent"]);
    expect(entry).toMatchObject({ method: "POST", target: refundsPath, outcome: "SUCCESS", repeated: false });
    expect(entry?.requestSigned).toMatch(/^POST\n\/v3\/refund\/domestic\/refunds\n1767240000\n[0-9A-F]{32}\n\{.*\}\n$/);
    expect(entry?.replySigned).toMatch(/^1767240000\n[0-9a-f]{32}\n\{.*\}\n$/);
    expect(JSON.stringify(to.log.entries())).not.toContain(apiV3Key);
  });

  it("holds no key of anybody's", () => {
    const to = gatewayV3();
    send(to, { target: "/v3/certificates" });
    const text = JSON.stringify({ ...to, log: to.log.entries() });
    expect(text).not.toMatch(/PRIVATE KEY|TestApiV3Key|TestKey/);
  });
});

describe("the configuration", () => {
  it.each([
    [{ serialNo: "1" }, "merchants.0.v3.serialNo: Expected the certificate's own"],
    [{ serialNo: serialNo.toLowerCase() }, "merchants.0.v3.serialNo"],
    [{ publicKey: "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----" }, "merchants.0.v3.publicKey"],
    [{ publicKey: "nothing" }, "merchants.0.v3.publicKey: Expected the PEM of a certificate or public key"],
    [{ publicKey: identities.merchantA.privateKeyPem }, "merchants.0.v3.publicKey"],
    [{ publicKey: identities.serverWeakKey.certificatePem }, "merchants.0.v3.publicKey"],
    [{ publicKey: identities.merchantEc.certificatePem }, "merchants.0.v3.publicKey"],
    [{ apiKey: "退".repeat(32) }, "merchants.0.v3.apiKey: Expected a text of 32 bytes"],
    [{ noticesByPublicKey: 2 }, "merchants.0.v3.noticesByPublicKey"],
  ])("is refused: %o", (more, message) => {
    expect(() => gatewayV3({}, more)).toThrow(message);
    try {
      gatewayV3({}, more);
    } catch (error) {
      expect(String(error)).not.toContain("PRIVATE");
    }
  });

  it("takes a public key, and an APIv3 key of any 32 bytes", () => {
    const publicKey = new X509Certificate(identities.merchantA.certificatePem).publicKey
      .export({ type: "spki", format: "pem" })
      .toString();
    const to = gateway({
      merchants: [{ appId, mchId, apiKey, v3: v3({ publicKey, apiKey: `${"退".repeat(10)}ab` }) }],
    });
    expect(codeOf(refund(to))).toBe("200");
  });
});
