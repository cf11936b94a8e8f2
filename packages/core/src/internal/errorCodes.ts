/**
 * What each `err_code` means for a refund: may it have been accepted, and what to do next.
 *
 * Codes come from the error lists of the refund application (退款申请, 9_4) and the refund query (查询退款, 9_5) and from replies
 * recorded in practice. A code seen with two meanings takes the safer one; a code that is not here means unknown.
 */

/**
 * `"not-accepted"`: this call certainly did not make a refund, and none of its number was there. `"not-by-this-call"`: this call did not,
 * but the refusal speaks of the order, so an earlier one may have; a query decides. `"unknown"`: it may have.
 */
export type Outcome = "not-accepted" | "not-by-this-call" | "unknown";

/**
 * What to do next. `fix-request`: change the request, it was never accepted. `fix-account`: change configuration, key, certificate or
 * permission. `top-up-then-resend-same`, `wait-then-resend-same`, `resend-same`: the same refund number and the same fields again.
 * `query-first`: ask for the refund's state before anything else. `final`: this refund cannot be made this way.
 */
export type Advice =
  | "fix-request"
  | "fix-account"
  | "top-up-then-resend-same"
  | "wait-then-resend-same"
  | "resend-same"
  | "query-first"
  | "final";

/** One row of the table. `note` says what the gateway means, and where sources disagree. */
export interface Meaning {
  readonly outcome: Outcome;
  readonly advice: Advice;
  readonly note: string;
}

export const row = (outcome: Outcome, advice: Advice, note: string): Meaning => ({ outcome, advice, note });

/** The refund application's `err_code`s. */
export const refundErrCodes: ReadonlyMap<string, Meaning> = new Map([
  [
    "SYSTEMERROR",
    row("unknown", "query-first", "interface error or time-out; the same number may be sent again after a query"),
  ],
  ["BIZERR_NEED_RETRY", row("unknown", "resend-same", "refused because of concurrency; repeat with the same number")],
  [
    "FREQUENCY_LIMITED",
    row(
      "unknown",
      "query-first",
      "limit for old orders; one source says not accepted, a later one says it may be in progress",
    ),
  ],
  [
    "INVALID_REQ_TOO_MUCH",
    row("unknown", "wait-then-resend-same", "too many failing calls in a row; wait at least 60 s"),
  ],
  ["ORDER_NOT_READY", row("unknown", "wait-then-resend-same", "the order is still being processed")],
  ["TRADE_OVERDUE", row("not-accepted", "final", "older than one year after the payment; refund by other means")],
  [
    "ERROR",
    row(
      "not-by-this-call",
      "query-first",
      "business error; also seen for an order that is already fully refunded (订单已全额退款)",
    ),
  ],
  ["USER_ACCOUNT_ABNORMAL", row("not-accepted", "final", "the user's account is closed; refund by other means")],
  [
    "NOTENOUGH",
    row("not-accepted", "top-up-then-resend-same", "the merchant's refundable money is not enough (余额不足)"),
  ],
  ["INVALID_TRANSACTIONID", row("not-accepted", "fix-request", "transaction_id is wrong")],
  ["PARAM_ERROR", row("not-accepted", "fix-request", "a parameter is wrong")],
  ["APPID_NOT_EXIST", row("not-accepted", "fix-account", "appid is missing or unknown")],
  ["MCHID_NOT_EXIST", row("not-accepted", "fix-account", "mch_id is missing or unknown")],
  ["ORDERNOTEXIST", row("not-accepted", "fix-request", "there is no such order, or it is not paid")],
  ["REQUIRE_POST_METHOD", row("not-accepted", "fix-request", "the request was not a POST")],
  ["SIGNERROR", row("not-accepted", "fix-account", "the request's signature is wrong (签名错误)")],
  ["XML_FORMAT_ERROR", row("not-accepted", "fix-request", "the request's XML is wrong")],
  ["NOAUTH", row("not-accepted", "fix-account", "this IP address or merchant may not refund")],
  ["CERT_ERROR", row("not-accepted", "fix-account", "the client certificate was refused (证书校验错误)")],
  [
    "REFUND_FEE_MISMATCH",
    row(
      "not-by-this-call",
      "query-first",
      "this number was used with other amounts before, or total_fee is not the order's",
    ),
  ],
  [
    "REFUND_FEE_INVALID",
    row(
      "not-by-this-call",
      "query-first",
      "the refunds of the order would exceed the payment (累计退款金额大于支付金额)",
    ),
  ],
  [
    "TRADE_STATE_ERROR",
    row("not-by-this-call", "query-first", "the order's state is wrong, for example already refunded"),
  ],
  [
    "INVALID_REQUEST",
    row(
      "not-by-this-call",
      "query-first",
      "against a business rule; also seen for a used number and for an order already fully refunded",
    ),
  ],
]);

/** The refund query's `err_code`s. A query that fails never says that a refund was not accepted. */
export const queryErrCodes: ReadonlyMap<string, Meaning> = new Map([
  ["SYSTEMERROR", row("unknown", "query-first", "interface error; query again")],
  [
    "REFUNDNOTEXIST",
    row(
      "unknown",
      "resend-same",
      "no such refund yet; just after a call without an answer this is no proof, the same request may be sent again",
    ),
  ],
  ["INVALID_REQ_TOO_MUCH", row("unknown", "query-first", "too many failing calls in a row; wait at least 60 s")],
  ["FREQUENCY_LIMITED", row("unknown", "query-first", "too many calls; wait at least 60 s")],
  ["INVALID_TRANSACTIONID", row("unknown", "fix-request", "transaction_id is wrong")],
  ["PARAM_ERROR", row("unknown", "fix-request", "a parameter is wrong, for example offset beyond the last refund")],
  ["APPID_NOT_EXIST", row("unknown", "fix-account", "appid is missing or unknown")],
  ["MCHID_NOT_EXIST", row("unknown", "fix-account", "mch_id is missing or unknown")],
  ["REQUIRE_POST_METHOD", row("unknown", "fix-request", "the request was not a POST")],
  ["SIGNERROR", row("unknown", "fix-account", "the request's signature is wrong (签名错误)")],
  ["XML_FORMAT_ERROR", row("unknown", "fix-request", "the request's XML is wrong")],
  ["NOAUTH", row("unknown", "fix-account", "this IP address or merchant may not query")],
]);

/** What is not in a table. */
export const unknown = row("unknown", "query-first", "a code or text that is not in the table");

export const meaningOfErrCode = (operation: "refund" | "refundquery", errCode: string): Meaning =>
  (operation === "refund" ? refundErrCodes : queryErrCodes).get(errCode) ?? unknown;
