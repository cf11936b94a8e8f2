/** The codes of APIv3, row by row, and what widens an error for that protocol; APIv2 knows nothing of either. */
import * as Result from "effect/Result";
import { describe, expect, it } from "vitest";
import { meaningOfErrCode } from "../src/internal/errorCodes.ts";
import { isLimitV3, meaningOfV3, queryCodes, refundCodes } from "../src/internal/errorCodesV3.ts";
import { Pace, RefundError, RefundNotice, RefundProgress } from "../src/index.ts";

const refund = {
  PARAM_ERROR: "not-accepted, fix-request",
  INVALID_REQUEST: "not-by-this-call, query-first",
  SIGN_ERROR: "not-accepted, fix-account",
  NOT_ENOUGH: "not-accepted, top-up-then-resend-same",
  USER_ACCOUNT_ABNORMAL: "not-accepted, final",
  NO_AUTH: "not-accepted, fix-account",
  MCH_NOT_EXISTS: "not-accepted, fix-account",
  RESOURCE_NOT_EXISTS: "not-by-this-call, query-first",
  TRADE_OVERDUE: "not-by-this-call, query-first",
  REFUND_FEE_MISMATCH: "not-by-this-call, query-first",
  REFUND_FEE_INVALID: "not-by-this-call, query-first",
  FREQUENCY_LIMITED: "unknown, query-first",
  RATELIMIT_EXCEEDED: "unknown, query-first",
  SYSTEM_ERROR: "unknown, query-first",
  SERVICE_UNAVAILABLE: "unknown, query-first",
};

const shown = ({ advice, outcome }: { readonly advice: string; readonly outcome: string }) => `${outcome}, ${advice}`;
const rejected = (operation: "refund" | "refundquery", errCode: string, status?: number) =>
  new RefundError.Rejected({ operation, errCode, ...(status !== undefined && { status }) });
const error = (operation: "refund" | "refundquery", reason: RefundError.Reason) =>
  new RefundError.RefundError({ operation, outRefundNo: "R", reason });
const v3 = (status: number, code?: string, said?: string) =>
  new RefundError.GatewayRefused({
    status,
    protocol: "v3",
    ...(code !== undefined && { code }),
    ...(said !== undefined && { said }),
  });
const untrusted = (problem: RefundError.UntrustedReply["problem"], more: object = {}) =>
  new RefundError.UntrustedReply({ problem, ...more });

describe("a code of APIv3", () => {
  it.each(Object.entries(refund))("%s of a refund: %s", (code, meaning) => {
    for (const status of [400, 403, 404, 499]) expect(shown(meaningOfV3("refund", code, status))).toBe(meaning);
    expect(shown(rejected("refund", code, 400))).toBe(meaning);
  });
  it("decides nothing at another status, however it is called", () => {
    expect([...refundCodes.keys()]).toEqual(Object.keys(refund));
    for (const code of refundCodes.keys())
      for (const status of [200, 202, 302, 399, 429, 500, 502, 503])
        expect(shown(meaningOfV3("refund", code, status)), `${status} ${code}`).toBe("unknown, query-first");
  });
  it("of a query never says that a refund was not accepted", () => {
    for (const { outcome } of queryCodes.values()) expect(outcome).toBe("unknown");
    expect(meaningOfV3("refundquery", "RESOURCE_NOT_EXISTS", 404).advice).toBe("resend-same");
    expect(meaningOfV3("refundquery", "NEW", 400).advice).toBe("query-first");
  });
  it("means nothing to APIv2, and the other way round", () => {
    for (const code of ["NOT_ENOUGH", "SIGN_ERROR", "RESOURCE_NOT_EXISTS", "NO_AUTH"])
      expect(shown(meaningOfErrCode("refund", code))).toBe("unknown, query-first");
    expect(shown(rejected("refund", "NOTENOUGH", 403))).toBe("unknown, query-first");
    expect(shown(rejected("refund", "NOT_ENOUGH"))).toBe("unknown, query-first");
  });
});

describe("that there is no such refund", () => {
  it.each<readonly [RefundError.Reason, boolean]>([
    [rejected("refundquery", "REFUNDNOTEXIST"), true],
    [rejected("refundquery", "RESOURCE_NOT_EXISTS", 404), true],
    [rejected("refundquery", "RESOURCE_NOT_EXISTS"), false],
    [rejected("refundquery", "REFUNDNOTEXIST", 404), false],
    [rejected("refundquery", "RESOURCE_NOT_EXISTS", 400), false],
    [rejected("refundquery", "MCH_NOT_EXISTS", 404), false],
    // There it is the order.
    [rejected("refund", "RESOURCE_NOT_EXISTS", 404), false],
    [v3(404), false],
  ])("%s: %s", (reason, expected) => {
    expect(RefundError.isNoSuchRefund(reason)).toBe(expected);
    const observed = RefundProgress.ofAsk(Result.fail(error("refundquery", reason)));
    expect(observed._tag === "NoSuchRefund").toBe(expected);
  });
});

describe("a reply of APIv3 that nobody signed", () => {
  it("ends nothing but a call whose own signature was refused", () => {
    expect(shown(v3(401, "SIGN_ERROR"))).toBe("not-accepted, fix-account");
    // A page of something in between.
    expect(shown(v3(401))).toBe("unknown, fix-account");
    for (const status of [202, 400, 403, 404, 429, 500, 502])
      expect(shown(v3(status, "NOT_ENOUGH"))).toBe("unknown, query-first");
    expect(shown(new RefundError.GatewayRefused({ status: 401, code: "SIGN_ERROR" }))).toBe("unknown, query-first");
  });
  it("shows what it said, on one line", () => {
    expect(v3(401, "SIGN_ERROR", "签名错误\n").message).toMatch(/^HTTP 401 SIGN_ERROR 签名错误: .*证书序列号/);
    expect(v3(503, "").message).toBe("HTTP 503, without a signature");
    expect(v3(202, "").message).toBe("HTTP 202, which decides nothing");
  });
});

describe("what is observed of it", () => {
  const send = (reason: RefundError.Reason) => RefundProgress.ofSend(Result.fail(error("refund", reason)));
  const ask = (reason: RefundError.Reason) => RefundProgress.ofAsk(Result.fail(error("refundquery", reason)));
  it("holds the merchant for money, key and account, as in APIv2", () => {
    expect(send(rejected("refund", "NOT_ENOUGH", 403))).toMatchObject({
      _tag: "Refused",
      signed: true,
      cause: "top-up",
    });
    expect(send(rejected("refund", "SIGN_ERROR", 401))).toMatchObject({ _tag: "Refused", signed: true, cause: "key" });
    expect(send(rejected("refund", "NO_AUTH", 403))).toMatchObject({ _tag: "Refused", signed: true, cause: "account" });
    expect(send(v3(401, "SIGN_ERROR"))).toMatchObject({ _tag: "Refused", signed: false, cause: "key" });
    expect(send(untrusted("unknown-key", { serial: "S" }))).toMatchObject({ _tag: "Unanswered", cause: "key" });
    expect(send(rejected("refund", "PARAM_ERROR", 400))).toMatchObject({ _tag: "Refused", refusal: { kind: "final" } });
  });
  it("holds nobody for a probe or a clock", () => {
    for (const problem of ["probe", "clock"] as const) expect(send(untrusted(problem))).not.toHaveProperty("cause");
  });
  it("is limited by 429 and by the two codes", () => {
    expect(send(v3(429))).toMatchObject({ _tag: "Unanswered", limited: true });
    expect(ask(v3(429))).toMatchObject({ _tag: "Unanswered", limited: true });
    expect(send(v3(503))).toMatchObject({ _tag: "Unanswered", limited: false });
    expect(ask(rejected("refundquery", "RATELIMIT_EXCEEDED", 429))).toMatchObject({ _tag: "AskFailed", limited: true });
    expect(ask(rejected("refundquery", "RATELIMIT_EXCEEDED"))).toMatchObject({ _tag: "AskFailed", limited: false });
    expect(ask(new RefundError.GatewayRefused({ status: 429 }))).toMatchObject({ limited: false });
    expect([isLimitV3("X", 429), isLimitV3("FREQUENCY_LIMITED", 403), isLimitV3("X", 403)]).toEqual([
      true,
      true,
      false,
    ]);
  });
  it("ends a turn of the pace alike", () => {
    const ended = (reason: RefundError.Reason) => Pace.endedOf(error("refund", reason));
    expect(ended(rejected("refund", "RATELIMIT_EXCEEDED", 429))).toBe("limited");
    expect(ended(rejected("refund", "NOT_ENOUGH", 403))).toBe("failed");
    expect(ended(v3(202))).toBe("unanswered");
    expect(ended(untrusted("probe"))).toBe("unanswered");
  });
});

it("says of each problem of a signature what to do", () => {
  expect(untrusted("unsigned").message).toBe("the reply carries no signature");
  expect(untrusted("unsigned", { field: "Wechatpay-Nonce" }).message).toBe("the reply carries no Wechatpay-Nonce");
  expect(untrusted("malformed-sign", { field: "Wechatpay-Timestamp" }).message).toContain("Wechatpay-Timestamp");
  expect(untrusted("wrong-sign", { serial: "ABC" }).message).toContain("the platform key ABC");
  expect(untrusted("unknown-key", { serial: "ABC" }).message).toContain("ABC");
  expect(untrusted("unknown-key").message).toContain("(not named)");
  expect(untrusted("probe").message).toContain("探测流量");
  expect(untrusted("clock", { received: "17" }).message).toContain("17 s");
  expect(untrusted("clock").message).toContain("clock");
});

it("says of a notice what the protocol's own words are", () => {
  const bad = (problem: RefundNotice.Problem, protocol?: "v3") =>
    new RefundNotice.BadNotice({ problem, ...(protocol !== undefined && { protocol }) }).message;
  expect(bad("unreadable", "v3")).toContain("APIv3密钥");
  expect(bad("unreadable")).toContain("API密钥");
  expect(bad("empty", "v3")).toBe(bad("empty"));
  expect(bad("probe", "v3")).toContain("探测流量");
});
