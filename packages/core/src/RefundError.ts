/**
 * The one error of a refund call, and what is known after each of its reasons.
 *
 * Two questions are answered for every failure. `outcome`: may the gateway hold this refund (`"unknown"`), or certainly not
 * through this call (`"not-accepted"`)? `advice`: what to do next. A reason that cannot prove "not accepted" says unknown.
 */
import * as Schema from "effect/Schema";
import { onOneLine } from "./Printed.ts";
import { type Advice, type Meaning, meaningOfErrCode, type Outcome } from "./internal/errorCodes.ts";
import { isNoSuchRefundV3, meaningOfV3 } from "./internal/errorCodesV3.ts";
import { oneLine } from "./internal/oneLine.ts";
import { type Family, familyOf, meaningOfReturnMsg } from "./internal/returnMsgs.ts";
import { TransportError } from "./TransportError.ts";

export type { Advice, Outcome } from "./internal/errorCodes.ts";
export type { Family } from "./internal/returnMsgs.ts";

/** The operations of this library, by the field's names for them. */
export const OperationName = Schema.Literals(["refund", "refundquery"]);
export type OperationName = typeof OperationName.Type;

/** One field that a local check refused: its name here, its name on the wire, and what to change. */
export const Issue = Schema.Struct({ field: Schema.String, wire: Schema.String, message: Schema.String });
export type Issue = typeof Issue.Type;

/** Our own check refused the request; nothing left the process. Every issue is listed. */
export class InvalidRequest extends onOneLine(
  Schema.TaggedError<InvalidRequest>("@wechat-refund/core/RefundError/InvalidRequest")("InvalidRequest", {
    issues: Schema.Array(Issue),
    /** `client`: what the client was put together with is wrong (address, nonce, key, clock), and nothing of the request. */
    of: Schema.optionalKey(Schema.Literal("client")),
  }),
) {
  get outcome(): Outcome {
    return "not-accepted";
  }
  get advice(): Advice {
    return this.of === "client" ? "fix-account" : "fix-request";
  }
  override get message(): string {
    return this.issues
      .map(({ field, message, wire }) => (field === wire ? `${field} ${message}` : `${field} (${wire}) ${message}`))
      .join("; ");
  }
}

const certificateAlert = /ALERT.*(CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED|DECRYPT_ERROR)/;

/** Closed without a word, and no certificate was configured. */
const isWithoutCertificate = ({ error: { reason } }: { readonly error: TransportError }): boolean =>
  reason._tag === "ConnectionLost" && reason.silent === "no-certificate";

/** The transport brought no whole reply. Its `sent` decides the outcome. */
export class TransportFailed extends onOneLine(
  Schema.TaggedError<TransportFailed>("@wechat-refund/core/RefundError/TransportFailed")("TransportFailed", {
    error: TransportError,
  }),
) {
  get outcome(): Outcome {
    return this.error.sent === "no" ? "not-accepted" : "unknown";
  }
  get advice(): Advice {
    const { reason } = this.error;
    return reason._tag === "HandshakeFailed" ||
      reason._tag === "Unusable" ||
      // In TLS 1.3 the refusal of a client certificate arrives after the request may have left.
      (reason._tag === "ConnectionLost" && certificateAlert.test(reason.cause?.code ?? "")) ||
      isWithoutCertificate(this)
      ? "fix-account"
      : "resend-same";
  }
  override get message(): string {
    // Mostly a sentence with its remedy, and one that is cut off helps nobody.
    return oneLine(this.error.message, 800);
  }
}

/** The two pages of the gateway's front server that say what is wrong with the client certificate. */
export const CertificatePage = Schema.Literals(["certificate-missing", "certificate-rejected"]);

/**
 * An HTTP status other than 200, or an HTML page. Only the two certificate pages prove that nothing was accepted, and in APIv3 a 401
 * SIGN_ERROR: the request's own signature was refused, before anything else was looked at. Any other 401 may be anybody's.
 */
export class GatewayRefused extends onOneLine(
  Schema.TaggedError<GatewayRefused>("@wechat-refund/core/RefundError/GatewayRefused")("GatewayRefused", {
    status: Schema.Finite,
    page: Schema.optionalKey(CertificatePage),
    /** A reply of APIv3 that decides nothing else: it carried no signature, or has such a status. */
    protocol: Schema.optionalKey(Schema.Literal("v3")),
    /** What such a reply said, for people: nobody has signed it. */
    code: Schema.optionalKey(Schema.String),
    said: Schema.optionalKey(Schema.String),
  }),
) {
  /** What another code means nobody knows here: the gateway has one for a signature that it did not accept. */
  private get isUnauthenticated(): boolean {
    return this.protocol === "v3" && this.status === 401 && (this.code ?? "SIGN_ERROR") === "SIGN_ERROR";
  }
  get outcome(): Outcome {
    return this.page !== undefined || (this.isUnauthenticated && this.code !== undefined) ? "not-accepted" : "unknown";
  }
  get advice(): Advice {
    return this.page !== undefined || this.isUnauthenticated ? "fix-account" : "query-first";
  }
  override get message(): string {
    if (this.protocol === "v3") {
      const words = [this.code, this.said].filter((word) => word !== undefined && word !== "").join(" ");
      const said = words === "" ? "" : ` ${oneLine(words)}`;
      if (this.status < 400) return `HTTP ${this.status}${said}, which decides nothing`;
      return this.isUnauthenticated
        ? `HTTP 401${said}: the request's signature was not accepted; see that the serial number (证书序列号) belongs to the private key, both to this merchant, and that the clock is right`
        : `HTTP ${this.status}${said}, without a signature`;
    }
    switch (this.page) {
      case "certificate-missing":
        return `HTTP ${this.status}: no client certificate was sent; give the transport the merchant's API certificate (API证书)`;
      case "certificate-rejected":
        return `HTTP ${this.status}: the client certificate was refused; use the API certificate (API证书) of this merchant, not expired or revoked`;
      default:
        return this.status === 200 ? "an HTML page instead of a reply" : `HTTP ${this.status} instead of a reply`;
    }
  }
}

/** The reply is outside the grammar, or a required field is missing or unreadable. */
export class MalformedReply extends onOneLine(
  Schema.TaggedError<MalformedReply>("@wechat-refund/core/RefundError/MalformedReply")("MalformedReply", {
    problem: Schema.String,
    field: Schema.optionalKey(Schema.String),
  }),
) {
  get outcome(): Outcome {
    return "unknown";
  }
  get advice(): Advice {
    return "query-first";
  }
  override get message(): string {
    return `the reply cannot be read: ${oneLine(this.problem)}`;
  }
}

/** The reply proves nothing about this request: its signature is absent or wrong, or it speaks of something else. Raise an alarm. */
export class UntrustedReply extends onOneLine(
  Schema.TaggedError<UntrustedReply>("@wechat-refund/core/RefundError/UntrustedReply")("UntrustedReply", {
    problem: Schema.Literals([
      "unsigned",
      "malformed-sign",
      "wrong-sign",
      "ambiguous-value",
      "mismatch",
      // Of APIv3 alone.
      "probe",
      "unknown-key",
      "clock",
    ]),
    field: Schema.optionalKey(Schema.String),
    expected: Schema.optionalKey(Schema.String),
    received: Schema.optionalKey(Schema.String),
    /** APIv3: the key that the reply says it was signed with (Wechatpay-Serial). */
    serial: Schema.optionalKey(Schema.String),
  }),
) {
  get outcome(): Outcome {
    return "unknown";
  }
  get advice(): Advice {
    return "query-first";
  }
  override get message(): string {
    const key = `the platform key ${oneLine(this.serial ?? "(not named)")} (微信支付公钥 or 平台证书)`;
    switch (this.problem) {
      case "unsigned":
        return this.field === undefined ? "the reply carries no signature" : `the reply carries no ${this.field}`;
      case "malformed-sign":
        return this.field === undefined
          ? "the reply's signature does not have the form of the algorithm that was asked for"
          : `the reply's ${this.field} does not have its form`;
      case "wrong-sign":
        return this.serial === undefined
          ? "the reply's signature is wrong for this API key (API密钥)"
          : `the reply's signature is wrong for ${key}`;
      case "probe":
        return "the reply's signature is one of those that are wrong on purpose (探测流量), and this is the right thing to say to it; repeats get none";
      case "unknown-key":
        return `the reply is signed with ${key}, which is not known here: give the public key of this id, or let the certificates be downloaded`;
      case "clock":
        return `the reply was signed at another time than now: ${oneLine(this.received ?? "")} s after 1970, more than 5 minutes away; see that the clock of this machine is right`;
      case "ambiguous-value":
        return `the reply's ${this.field} holds "&name=", so its signature could stand for other fields`;
      case "mismatch":
        return `the reply speaks of another ${this.field}: expected ${oneLine(this.expected ?? "none")}, received ${oneLine(this.received ?? "none")}`;
    }
  }
}

/** `return_code` FAIL: the protocol layer said no. Such replies are never signed; only texts of known families prove anything. */
export class ProtocolRejected extends onOneLine(
  Schema.TaggedError<ProtocolRejected>("@wechat-refund/core/RefundError/ProtocolRejected")("ProtocolRejected", {
    returnMsg: Schema.String,
  }),
) {
  private get meaning(): Meaning {
    return meaningOfReturnMsg(this.returnMsg);
  }
  /** What the gateway complains about, where its text is known. */
  get family(): Family | undefined {
    return familyOf(this.returnMsg);
  }
  get outcome(): Outcome {
    return this.meaning.outcome;
  }
  get advice(): Advice {
    return this.meaning.advice;
  }
  override get message(): string {
    return `return_code FAIL: ${this.returnMsg === "" ? "(no return_msg)" : oneLine(this.returnMsg)}`;
  }
}

/**
 * `result_code` FAIL in a reply whose signature holds and which matches the request; in APIv3 a reply of `status`, other than 200, whose
 * signature holds. `errCode` is an open set.
 */
export class Rejected extends onOneLine(
  Schema.TaggedError<Rejected>("@wechat-refund/core/RefundError/Rejected")("Rejected", {
    operation: OperationName,
    errCode: Schema.String,
    errCodeDes: Schema.optionalKey(Schema.String),
    /** The HTTP status: of APIv3, whose codes are others, and never of APIv2. */
    status: Schema.optionalKey(Schema.Finite),
  }),
) {
  private get meaning(): Meaning {
    return this.status === undefined
      ? meaningOfErrCode(this.operation, this.errCode)
      : meaningOfV3(this.operation, this.errCode, this.status);
  }
  get outcome(): Outcome {
    return this.meaning.outcome;
  }
  get advice(): Advice {
    return this.meaning.advice;
  }
  override get message(): string {
    return oneLine(`${this.errCode || "(no err_code)"} ${this.errCodeDes ?? ""}`);
  }
}

export const Reason = Schema.Union([
  InvalidRequest,
  TransportFailed,
  GatewayRefused,
  MalformedReply,
  UntrustedReply,
  ProtocolRejected,
  Rejected,
]);
export type Reason = typeof Reason.Type;

/** Whether the answer to a query is that there is no such refund: REFUNDNOTEXIST, in APIv3 a signed 404 RESOURCE_NOT_EXISTS. */
export const isNoSuchRefund = (reason: Reason): boolean =>
  reason._tag === "Rejected" &&
  (reason.status === undefined
    ? reason.errCode === "REFUNDNOTEXIST"
    : isNoSuchRefundV3(reason.operation, reason.errCode, reason.status));

/**
 * What became of a call that did not succeed. Recover with `Effect.catchReason("RefundError", …)` or `catchReasons`.
 *
 * A query that fails says nothing about the refund, so `outcome` of a failed `refundquery` is always `"unknown"`.
 */
export class RefundError extends onOneLine(
  Schema.TaggedError<RefundError>("@wechat-refund/core/RefundError")("RefundError", {
    operation: OperationName,
    outRefundNo: Schema.optionalKey(Schema.String),
    reason: Reason,
  }),
) {
  get outcome(): Outcome {
    return this.operation === "refund" ? this.reason.outcome : "unknown";
  }
  get advice(): Advice {
    const { operation, reason } = this;
    // A query needs no certificate: that there is none did not close its connection.
    return operation === "refundquery" && reason._tag === "TransportFailed" && isWithoutCertificate(reason)
      ? "resend-same"
      : reason.advice;
  }
  override get message(): string {
    const number = this.outRefundNo === undefined ? "" : ` ${oneLine(this.outRefundNo)}`;
    const outcome = this.operation === "refund" ? ` [${this.outcome}, ${this.advice}]` : ` [${this.advice}]`;
    return `${this.reason._tag}: ${this.operation}${number}: ${this.reason.message}${outcome}`;
  }
  /** Printed, it is one line: its message says what its parts say. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return `RefundError: ${this.message}`;
  }
}
