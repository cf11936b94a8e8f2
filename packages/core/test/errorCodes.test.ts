/** The table of codes, row by row: a change of what a code means must be made in two places, on purpose. */
import { describe, expect, it } from "vitest";
import { meaningOfErrCode, queryErrCodes, refundErrCodes } from "../src/internal/errorCodes.ts";

const refund = {
  SYSTEMERROR: "unknown, query-first",
  BIZERR_NEED_RETRY: "unknown, resend-same",
  FREQUENCY_LIMITED: "unknown, query-first",
  INVALID_REQ_TOO_MUCH: "unknown, wait-then-resend-same",
  ORDER_NOT_READY: "unknown, wait-then-resend-same",
  TRADE_OVERDUE: "not-accepted, final",
  ERROR: "not-by-this-call, query-first",
  USER_ACCOUNT_ABNORMAL: "not-accepted, final",
  NOTENOUGH: "not-accepted, top-up-then-resend-same",
  INVALID_TRANSACTIONID: "not-accepted, fix-request",
  PARAM_ERROR: "not-accepted, fix-request",
  APPID_NOT_EXIST: "not-accepted, fix-account",
  MCHID_NOT_EXIST: "not-accepted, fix-account",
  ORDERNOTEXIST: "not-accepted, fix-request",
  REQUIRE_POST_METHOD: "not-accepted, fix-request",
  SIGNERROR: "not-accepted, fix-account",
  XML_FORMAT_ERROR: "not-accepted, fix-request",
  NOAUTH: "not-accepted, fix-account",
  CERT_ERROR: "not-accepted, fix-account",
  REFUND_FEE_MISMATCH: "not-by-this-call, query-first",
  REFUND_FEE_INVALID: "not-by-this-call, query-first",
  TRADE_STATE_ERROR: "not-by-this-call, query-first",
  INVALID_REQUEST: "not-by-this-call, query-first",
};

describe("err_code", () => {
  it.each(Object.entries(refund))("%s of a refund: %s", (code, meaning) => {
    const { advice, outcome } = meaningOfErrCode("refund", code);
    expect(`${outcome}, ${advice}`).toBe(meaning);
  });
  it("has no other code, and another code is unknown", () => {
    expect([...refundErrCodes.keys()]).toEqual(Object.keys(refund));
    for (const code of ["", "systemerror", "NOTENOUGH ", "constructor", "NEW"]) {
      expect(meaningOfErrCode("refund", code)).toMatchObject({ outcome: "unknown", advice: "query-first" });
    }
  });
  it("of a query never says that a refund was not accepted", () => {
    for (const { outcome } of queryErrCodes.values()) expect(outcome).toBe("unknown");
    expect(meaningOfErrCode("refundquery", "REFUNDNOTEXIST").advice).toBe("resend-same");
    expect(meaningOfErrCode("refundquery", "NOTENOUGH").outcome).toBe("unknown");
  });
});
