/** What an engineer reads at three in the morning: every reason of every error, as one line with outcome and advice. */
import { Redacted, Result } from "effect";
import { describe, expect, it } from "vitest";
import { remedies } from "../src/Driving.ts";
import { Merchant, Params, RefundError, RefundNotice, Signature, Transport } from "../src/index.ts";

const cause = { name: "Error", code: "ECONNRESET", syscall: "read" };

describe("TransportError", () => {
  const rows: ReadonlyArray<[Transport.Reason, Transport.Sent, string]> = [
    [
      new Transport.Unreachable({ detail: "the port is closed", cause }),
      "no",
      "Unreachable: the port is closed (ECONNRESET)",
    ],
    [
      new Transport.HandshakeFailed({ detail: "the certificate has expired" }),
      "no",
      "HandshakeFailed: the certificate has expired",
    ],
    [
      new Transport.TimedOut({ phase: "connect", limitMillis: 5000 }),
      "no",
      "TimedOut: no secure connection within 5000 ms",
    ],
    [
      new Transport.TimedOut({ phase: "exchange", limitMillis: 20_000 }),
      "maybe",
      "TimedOut: no whole reply within 20000 ms",
    ],
    [new Transport.Unusable({ detail: "the transport is closed" }), "no", "Unusable: the transport is closed"],
    [
      new Transport.ConnectionLost({ detail: "the reply was cut", cause: { name: "Error" } }),
      "maybe",
      "ConnectionLost: the reply was cut",
    ],
    [
      new Transport.ConnectionLost({ detail: "closed", cause, silent: "no-certificate" }),
      "maybe",
      "ConnectionLost: no client certificate is configured: give the transport the merchant's API certificate (API证书); the gateway closes without a word if the call needs one, as refunds do (ECONNRESET)",
    ],
    [
      new Transport.ConnectionLost({
        detail: "closed",
        cause: { name: "Error", code: "UND_ERR_SOCKET" },
        silent: "certificate",
      }),
      "maybe",
      "ConnectionLost: closed without a word: by the network, or, if the call needs a certificate (API证书), over one that is expired, revoked or another merchant's: run wechat-refund doctor (UND_ERR_SOCKET)",
    ],
    [
      new Transport.ReplyTooLarge({ limitBytes: 65_536 }),
      "maybe",
      "ReplyTooLarge: the reply is larger than 65536 bytes",
    ],
  ];
  it.each(rows)("%s", (reason, sent, message) => {
    const error = new Transport.TransportError({ reason });
    expect([error.sent, error.message]).toEqual([sent, message]);
    const failed = new RefundError.TransportFailed({ error });
    expect(failed.outcome).toBe(sent === "no" ? "not-accepted" : "unknown");
    expect(failed.message).toBe(message);
  });

  it("advises on a certificate only where none was configured, and not for a query, which needs none", () => {
    const adviceOf = (silent: Transport.Silent | undefined) => {
      const lost = new Transport.ConnectionLost({ detail: "closed", cause, ...(silent !== undefined && { silent }) });
      const reason = new RefundError.TransportFailed({ error: new Transport.TransportError({ reason: lost }) });
      const of = (operation: RefundError.OperationName) => new RefundError.RefundError({ operation, reason });
      expect([of("refund").outcome, of("refundquery").outcome]).toEqual(["unknown", "unknown"]);
      return [reason.advice, of("refund").advice, of("refundquery").advice];
    };
    expect(adviceOf("no-certificate")).toEqual(["fix-account", "fix-account", "resend-same"]);
    expect(adviceOf("certificate")).toEqual(["resend-same", "resend-same", "resend-same"]);
    expect(adviceOf(undefined)).toEqual(["resend-same", "resend-same", "resend-same"]);
    const alert = new Transport.ConnectionLost({
      detail: "refused",
      cause: { name: "Error", code: "ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED" },
    });
    const refused = new RefundError.TransportFailed({ error: new Transport.TransportError({ reason: alert }) });
    expect(new RefundError.RefundError({ operation: "refundquery", reason: refused }).advice).toBe("fix-account");
  });

  it("keeps of a foreign error its name, code and system call, and nothing it refers to", () => {
    const foreign = Object.assign(new TypeError("secret"), {
      code: "E",
      syscall: "connect",
      socket: { key: "secret" },
    });
    expect(Transport.summarize(foreign)).toEqual({ name: "TypeError", code: "E", syscall: "connect" });
    expect(Transport.summarize(new Error("secret"))).toEqual({ name: "Error" });
    for (const value of [undefined, null, "secret", 1, { code: "E" }]) {
      expect(Transport.summarize(value)).toEqual({ name: typeof value });
    }
  });
});

describe("RefundError", () => {
  const missing = new RefundError.GatewayRefused({ status: 400, page: "certificate-missing" });
  const rows: ReadonlyArray<[RefundError.Reason, string, RefundError.Outcome, RefundError.Advice]> = [
    [
      new RefundError.InvalidRequest({
        issues: [
          { field: "refundFee", wire: "refund_fee", message: "is missing" },
          { field: "nonce_str", wire: "nonce_str", message: "is long" },
        ],
      }),
      "refundFee (refund_fee) is missing; nonce_str is long",
      "not-accepted",
      "fix-request",
    ],
    [
      missing,
      "HTTP 400: no client certificate was sent; give the transport the merchant's API certificate (API证书)",
      "not-accepted",
      "fix-account",
    ],
    [
      new RefundError.GatewayRefused({ status: 400, page: "certificate-rejected" }),
      "HTTP 400: the client certificate was refused; use the API certificate (API证书) of this merchant, not expired or revoked",
      "not-accepted",
      "fix-account",
    ],
    [new RefundError.GatewayRefused({ status: 502 }), "HTTP 502 instead of a reply", "unknown", "query-first"],
    [new RefundError.GatewayRefused({ status: 200 }), "an HTML page instead of a reply", "unknown", "query-first"],
    [
      new RefundError.MalformedReply({ problem: "not UTF-8" }),
      "the reply cannot be read: not UTF-8",
      "unknown",
      "query-first",
    ],
    [
      new RefundError.UntrustedReply({ problem: "unsigned" }),
      "the reply carries no signature",
      "unknown",
      "query-first",
    ],
    [
      new RefundError.UntrustedReply({ problem: "malformed-sign" }),
      "the reply's signature does not have the form of the algorithm that was asked for",
      "unknown",
      "query-first",
    ],
    [
      new RefundError.UntrustedReply({ problem: "wrong-sign" }),
      "the reply's signature is wrong for this API key (API密钥)",
      "unknown",
      "query-first",
    ],
    [
      new RefundError.UntrustedReply({ problem: "ambiguous-value", field: "attach" }),
      'the reply\'s attach holds "&name=", so its signature could stand for other fields',
      "unknown",
      "query-first",
    ],
    [
      new RefundError.UntrustedReply({ problem: "mismatch", field: "refund_fee", expected: "1", received: "2" }),
      "the reply speaks of another refund_fee: expected 1, received 2",
      "unknown",
      "query-first",
    ],
    [
      new RefundError.UntrustedReply({ problem: "mismatch", field: "sub_mch_id" }),
      "the reply speaks of another sub_mch_id: expected none, received none",
      "unknown",
      "query-first",
    ],
    [
      new RefundError.ProtocolRejected({ returnMsg: "签名错误" }),
      "return_code FAIL: 签名错误",
      "not-accepted",
      "fix-account",
    ],
    [
      new RefundError.ProtocolRejected({ returnMsg: "" }),
      "return_code FAIL: (no return_msg)",
      "unknown",
      "query-first",
    ],
    [
      new RefundError.Rejected({ operation: "refund", errCode: "TRADE_OVERDUE", errCodeDes: "订单已过期" }),
      "TRADE_OVERDUE 订单已过期",
      "not-accepted",
      "final",
    ],
    [new RefundError.Rejected({ operation: "refund", errCode: "" }), "(no err_code)", "unknown", "query-first"],
    [
      new RefundError.Rejected({ operation: "refundquery", errCode: "REFUNDNOTEXIST" }),
      "REFUNDNOTEXIST",
      "unknown",
      "resend-same",
    ],
  ];
  it.each(rows)("%s", (reason, message, outcome, advice) => {
    expect([reason.message, reason.outcome, reason.advice]).toEqual([message, outcome, advice]);
    const refund = new RefundError.RefundError({ operation: "refund", outRefundNo: "R-1", reason });
    expect(refund.message).toBe(`${reason._tag}: refund R-1: ${message} [${outcome}, ${advice}]`);
    const query = new RefundError.RefundError({ operation: "refundquery", reason });
    expect([query.message, query.outcome]).toEqual([`${reason._tag}: refundquery: ${message} [${advice}]`, "unknown"]);
  });
});

describe("the others", () => {
  it("name the field and the remedy", () => {
    const sign = (key: string, fields: Record<string, string>) => {
      const result = Signature.sign(new Map(Object.entries(fields)), Redacted.make(key), "MD5");
      return Result.isFailure(result) ? result.failure.message : "";
    };
    expect(sign("", {})).toContain("账户中心 → API安全");
    expect(sign("k", { refund_desc: "a&b=c" })).toMatch(/^refund_desc: must not contain/);
    const params = Params.fromRecord({ total_fee: null, "a-b": "1", c: [] });
    expect(Result.isFailure(params) && params.failure.message).toBe(
      "total_fee: must be a text or a whole number, not null; a-b: a field name is 1 to 64 of the characters A-Z a-z 0-9 _; c: must be a text or a whole number, not an array",
    );
    expect(new RefundNotice.BadNotice({ problem: "unreadable" }).message).toContain("API密钥");
    const merchant = Merchant.make({ appId: "", mchId: "1", apiKey: Redacted.make("-".repeat(32)) });
    expect(Result.isFailure(merchant) && merchant.failure.message).toMatch(
      /^appId must be .*; apiKey must be 32 letters and digits, it has other characters/,
    );
  });
  it("say of both protocols what lifts a block over keys", () => {
    expect(remedies.key).toMatch(/API key \(API密钥\).*APIv3.*private key.*serial number.*微信支付公钥.*clock/);
  });
});
