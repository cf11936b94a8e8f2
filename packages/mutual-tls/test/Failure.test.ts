import { Failure } from "@wechat-refund/mutual-tls";
import { describe, expect, it } from "vitest";

const failing = (code: string | undefined, more: object = {}): Error =>
  Object.assign(new Error("secret"), { code, ...more });

describe("before the connection is secure nothing was sent, whatever the code", () => {
  const table: ReadonlyArray<readonly [code: string | undefined, tag: string, says: RegExp, more?: object]> = [
    ["ENOTFOUND", "Unreachable", /does not resolve/, { syscall: "getaddrinfo" }],
    ["EAI_AGAIN", "Unreachable", /name server does not answer/, { syscall: "getaddrinfo" }],
    ["EAI_FAIL", "Unreachable", /no connection/, { syscall: "getaddrinfo" }],
    ["ECONNREFUSED", "Unreachable", /nothing listens/],
    ["ENETUNREACH", "Unreachable", /no route/],
    ["EHOSTUNREACH", "Unreachable", /no route/],
    ["ETIMEDOUT", "Unreachable", /does not answer connection attempts/],
    ["EMFILE", "Unreachable", /file descriptor/],
    ["ECONNRESET", "HandshakeFailed", /closed before it was secure/],
    ["CERT_HAS_EXPIRED", "HandshakeFailed", /expired, or this machine's clock is wrong/],
    ["ERR_TLS_CERT_ALTNAME_INVALID", "HandshakeFailed", /another host name/],
    ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "HandshakeFailed", /trust\.ca; or the server leaves out its intermediate/],
    ["UNABLE_TO_GET_CRL", "HandshakeFailed", /trust\.crl holds no list/],
    ["UNSPECIFIED", "HandshakeFailed", /too weak/],
    ["ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION", "HandshakeFailed", /TLS 1\.2 or newer/],
    ["ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE", "HandshakeFailed", /client certificate is missing or not accepted/],
    ["ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED", "HandshakeFailed", /has expired.*alert certificate_expired/],
    ["ERR_SSL_TLSV1_ALERT_UNKNOWN_CA", "HandshakeFailed", /authority of the client certificate.*alert unknown_ca/],
    ["ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR", "HandshakeFailed", /code in brackets/],
    ["ERR_INVALID_CHAR", "Unusable", /characters that HTTP does not allow/],
    [undefined, "HandshakeFailed", /no secure connection/],
  ];
  for (const [code, tag, says, more] of table) {
    it(String(code), () => {
      const reason = Failure.classify("before-secure", failing(code, more));
      expect([reason._tag, reason.sent]).toEqual([tag, "no"]);
      expect(reason.message).toMatch(says);
      expect(reason.message).not.toContain("secret");
    });
  }
});

describe("afterwards it may have been, whatever the code", () => {
  const table: ReadonlyArray<readonly [code: string | undefined, tag: string, says: RegExp, more?: object]> = [
    ["ECONNRESET", "ConnectionLost", /ended before the whole reply/],
    ["ECONNREFUSED", "ConnectionLost", /ended before the whole reply/],
    ["ERR_TLS_CERT_ALTNAME_INVALID", "ConnectionLost", /ended before the whole reply/],
    ["UND_ERR_SOCKET", "ConnectionLost", /ended before the whole reply/],
    ["HPE_INVALID_CONSTANT", "ConnectionLost", /not valid HTTP/],
    [undefined, "ConnectionLost", /not valid HTTP/, { name: "HTTPParserError" }],
    ["UND_ERR_RES_CONTENT_LENGTH_MISMATCH", "ConnectionLost", /not valid HTTP/],
    ["HPE_HEADER_OVERFLOW", "ReplyTooLarge", /16384 bytes/],
    ["UND_ERR_HEADERS_OVERFLOW", "ReplyTooLarge", /16384 bytes/],
    ["ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED", "ConnectionLost", /given none.*alert certificate_required/],
    ["ERR_SSL_SSL/TLS_ALERT_CERTIFICATE_REVOKED", "ConnectionLost", /revoked.*alert certificate_revoked/],
    ["ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC", "ConnectionLost", /secure connection broke/],
    ["ERR_INVALID_CHAR", "ConnectionLost", /ended before the whole reply/],
  ];
  for (const [code, tag, says, more] of table) {
    it(String(code), () => {
      const reason = Failure.classify("after-secure", failing(code, more));
      expect([reason._tag, reason.sent]).toEqual([tag, "maybe"]);
      expect(reason.message).toMatch(says);
      expect(reason.message).not.toContain("secret");
    });
  }
});

describe("afterwards, and not one byte of a reply came", () => {
  for (const silent of ["no-certificate", "certificate"] as const) {
    it.each(["ECONNRESET", "EPIPE", "ECONNABORTED", "UND_ERR_SOCKET"])(`closed with %s, ${silent}`, (code) => {
      const reason = Failure.classify("after-secure", failing(code), silent);
      expect(reason).toMatchObject({ _tag: "ConnectionLost", sent: "maybe", silent });
      expect(reason.message).toMatch(/without a word.*\([A-Z_]+\)$/);
    });

    it.each([
      "ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED",
      "ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC",
      "HPE_INVALID_CONSTANT",
      "ETIMEDOUT",
      "EHOSTUNREACH",
      undefined,
    ])(`but not by %s, ${silent}`, (code) => {
      expect(Failure.classify("after-secure", failing(code), silent)).toEqual(
        Failure.classify("after-secure", failing(code)),
      );
    });

    it(`and not before the request, ${silent}`, () => {
      expect(Failure.classify("before-secure", failing("ECONNRESET"), silent)).toMatchObject({
        _tag: "HandshakeFailed",
        sent: "no",
      });
    });
  }
});

it("takes anything that can be thrown", () => {
  for (const thrown of [undefined, null, "text", 1, {}, Symbol("s"), () => {}]) {
    expect(Failure.classify("before-secure", thrown).sent).toBe("no");
    expect(Failure.classify("after-secure", thrown).sent).toBe("maybe");
  }
});
