/**
 * What each `code` of APIv3 means for a refund, of replies whose signature holds.
 *
 * Only a status from 400 to 499 decides anything, 429 not among them: WeChat Pay says of it that the refund may be in progress
 * (该笔退款为受理中). RESOURCE_NOT_EXISTS means two things: the order, where a refund was applied for, and the refund, where one was asked for.
 *
 * Codes come from the error lists of the refund application and query of APIv3 and from replies recorded in practice.
 */
import { type Meaning, row, unknown } from "./errorCodes.ts";

/** The refund application's codes. */
export const refundCodes: ReadonlyMap<string, Meaning> = new Map([
  ["PARAM_ERROR", row("not-accepted", "fix-request", "a parameter is wrong")],
  [
    "INVALID_REQUEST",
    row(
      "not-by-this-call",
      "query-first",
      "against a business rule; also of a used number, of other amounts and of an order already fully refunded (订单已全额退款)",
    ),
  ],
  ["SIGN_ERROR", row("not-accepted", "fix-account", "the request's signature is wrong (签名错误)")],
  [
    "NOT_ENOUGH",
    row("not-accepted", "top-up-then-resend-same", "the merchant's refundable money is not enough (余额不足)"),
  ],
  ["USER_ACCOUNT_ABNORMAL", row("not-accepted", "final", "the user's account is closed; refund by other means")],
  ["NO_AUTH", row("not-accepted", "fix-account", "this merchant may not refund this order (没有此单的退款权限)")],
  ["MCH_NOT_EXISTS", row("not-accepted", "fix-account", "there is no such merchant number")],
  [
    "RESOURCE_NOT_EXISTS",
    // A query's 404 that arrives on a kept connection in the place of this one's says the same, and names no refund.
    row(
      "not-by-this-call",
      "query-first",
      "there is no such order, or it is not paid (原订单不存在); so says also the answer to a query of a refund that is not there",
    ),
  ],
  [
    "TRADE_OVERDUE",
    row("not-by-this-call", "query-first", "older than one year after the payment; its status is not documented"),
  ],
  ["REFUND_FEE_MISMATCH", row("not-by-this-call", "query-first", "this number was used with other amounts before")],
  ["REFUND_FEE_INVALID", row("not-by-this-call", "query-first", "the refunds of the order would exceed the payment")],
  ["FREQUENCY_LIMITED", row("unknown", "query-first", "too many calls; the refund may be in progress")],
  ["RATELIMIT_EXCEEDED", row("unknown", "query-first", "too many calls; the refund may be in progress")],
  ["SYSTEM_ERROR", row("unknown", "query-first", "interface error or time-out; the same number after a query")],
  ["SERVICE_UNAVAILABLE", row("unknown", "query-first", "the gateway is down; the same number after a query")],
]);

/** The refund query's codes. A query that fails never says that a refund was not accepted. */
export const queryCodes: ReadonlyMap<string, Meaning> = new Map([
  [
    "RESOURCE_NOT_EXISTS",
    row(
      "unknown",
      "resend-same",
      "no such refund yet (退款单不存在); just after a call without an answer this is no proof, the same request may be sent again",
    ),
  ],
  ["PARAM_ERROR", row("unknown", "fix-request", "a parameter is wrong")],
  ["INVALID_REQUEST", row("unknown", "fix-request", "against a business rule")],
  ["SIGN_ERROR", row("unknown", "fix-account", "the request's signature is wrong (签名错误)")],
  ["NO_AUTH", row("unknown", "fix-account", "this merchant may not query")],
  ["MCH_NOT_EXISTS", row("unknown", "fix-account", "there is no such merchant number")],
  ["FREQUENCY_LIMITED", row("unknown", "query-first", "too many calls; wait at least 60 s")],
  ["RATELIMIT_EXCEEDED", row("unknown", "query-first", "too many calls; wait at least 60 s")],
  ["SYSTEM_ERROR", row("unknown", "query-first", "interface error; query again")],
  ["SERVICE_UNAVAILABLE", row("unknown", "query-first", "the gateway is down; query again")],
]);

const decides = (status: number): boolean => status >= 400 && status < 500 && status !== 429;

export const meaningOfV3 = (operation: "refund" | "refundquery", code: string, status: number): Meaning =>
  decides(status) ? ((operation === "refund" ? refundCodes : queryCodes).get(code) ?? unknown) : unknown;

export const isNoSuchRefundV3 = (operation: "refund" | "refundquery", code: string, status: number): boolean =>
  operation === "refundquery" && status === 404 && code === "RESOURCE_NOT_EXISTS";

/** Whether a refusal is one of too many calls. */
export const isLimitV3 = (code: string, status: number): boolean =>
  status === 429 || code === "FREQUENCY_LIMITED" || code === "RATELIMIT_EXCEEDED";
