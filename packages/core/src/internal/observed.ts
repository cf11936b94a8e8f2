/** What can happen to a refund, and how an answer of the gateway is one of these. Nothing is decided here. */
import type * as Result from "effect/Result";
import * as Schema from "effect/Schema";
import type { RefundAccepted } from "../Refund.ts";
import { isNoSuchRefund, type Reason, type RefundError } from "../RefundError.ts";
import { isLimitV3 } from "./errorCodesV3.ts";
import type { RefundRecord } from "../RefundQuery.ts";

/** A duration in whole milliseconds. */
export const Millis = Schema.Natural;

export const AskedBy = Schema.Literals(["send", "ask"]);

/** What holds every refund of a merchant: money, API key, certificate, or appid, numbers and permission. */
export type MerchantCause = "top-up" | "key" | "certificate" | "account";

/**
 * `final`: not accepted, and no repeat changes it. `by-order`: not by this call, and it speaks of the order, so a query decides.
 * `merchant`: not accepted until the merchant has mended something. `other`: it decides nothing.
 */
export const RefusalKind = Schema.Literals(["final", "by-order", "merchant", "other"]);
export type RefusalKind = typeof RefusalKind.Type;

/** A refusal as it is shown and kept: without anything secret, as every message here. */
export const Refusal = Schema.Struct({
  kind: RefusalKind,
  reason: Schema.String,
  errCode: Schema.optionalKey(Schema.String),
  advice: Schema.String,
  message: Schema.String,
});
export type Refusal = typeof Refusal.Type;

interface Told {
  readonly refusal?: Refusal;
  /** What it shows of the merchant. */
  readonly cause?: MerchantCause;
  /** It is of this refund's order: of the merchant's other refunds it shows nothing. */
  readonly alone?: boolean;
}

/** Everything that is observed of one refund. */
export type Observation =
  /** So many ms went by. A `wall` clock may jump, a `monotonic` one cannot. */
  | { readonly _tag: "Passed"; readonly millis: number; readonly clock: "monotonic" | "wall" }
  /** Observed, and stored, before the first byte. */
  | { readonly _tag: "Begun"; readonly call: "send" | "ask" }
  /** Read again after a crash or a stop: the open call is lost. */
  | { readonly _tag: "Loaded" }
  /** Proved: the call did not leave. */
  | ({ readonly _tag: "NotSent" } & Told)
  /** The call may have arrived, and no answer decides. */
  | ({ readonly _tag: "Unanswered"; readonly limited: boolean } & Told)
  /** The gateway's signed SUCCESS to the application, and what APIv3 says there of one that it accepted before. */
  | { readonly _tag: "Accepted"; readonly status?: "REFUNDCLOSE" | "CHANGE" }
  /** Not accepted by this call. */
  | ({ readonly _tag: "Refused"; readonly signed: boolean; readonly refusal: Refusal } & Told)
  /** A signed, matching record of this refund. */
  | { readonly _tag: "Found"; readonly status: string }
  /** REFUNDNOTEXIST. */
  | { readonly _tag: "NoSuchRefund" }
  /** A signed record with other amounts, or of another order, under this number. */
  | { readonly _tag: "OtherRefund"; readonly refusal: Refusal }
  /** The query was answered, and says nothing about the refund. */
  | ({
      readonly _tag: "AskFailed";
      readonly signed: boolean;
      readonly limited: boolean;
      readonly refusal: Refusal;
    } & Told)
  /** A notice came. `verified`: with a signature that proves acceptance, as APIv3's. */
  | { readonly _tag: "Noticed"; readonly verified: boolean }
  /** An outage is over: what waits may come back at once. */
  | { readonly _tag: "Reachable" }
  /** Another refund of the merchant met what holds them all, or the hold is lifted. */
  | { readonly _tag: "Held"; readonly cause: MerchantCause; readonly refusal?: Refusal }
  | { readonly _tag: "Lifted"; readonly cause?: MerchantCause }
  /** A person's acts. */
  | { readonly _tag: "Cancel" | "GoOn" | "StartAgain" }
  | { readonly _tag: "Resolve"; readonly by: string; readonly reason: string };

const rateCodes = new Set(["INVALID_REQ_TOO_MUCH", "FREQUENCY_LIMITED", "ORDER_NOT_READY"]);

const causes: ReadonlyMap<string, MerchantCause> = new Map([
  ["NOTENOUGH", "top-up"],
  ["SIGNERROR", "key"],
  ["CERT_ERROR", "certificate"],
]);

const families: ReadonlyMap<string | undefined, MerchantCause> = new Map([
  ["signature", "key"],
  ["merchant", "account"],
  ["certificate", "certificate"],
]);

const causesV3: ReadonlyMap<string, MerchantCause> = new Map([
  ["NOT_ENOUGH", "top-up"],
  ["SIGN_ERROR", "key"],
]);

/** Of a time-out, a call that came too early, and too many of them: nobody has to mend anything. */
const passing: ReadonlySet<number> = new Set([408, 425, 429]);

const causeOf = (error: RefundError): MerchantCause | undefined => {
  const { advice, reason } = error;
  switch (reason._tag) {
    case "Rejected":
      return (
        (reason.status === undefined ? causes : causesV3).get(reason.errCode) ??
        (advice === "fix-account" ? "account" : undefined)
      );
    case "ProtocolRejected":
      return families.get(reason.family);
    case "GatewayRefused":
      if (reason.page !== undefined) return "certificate";
      if (advice === "fix-account") return "key";
      return reason.status >= 400 && reason.status < 500 && !passing.has(reason.status) ? "account" : undefined;
    case "UntrustedReply":
      return reason.problem === "wrong-sign" || reason.problem === "unknown-key" ? "key" : undefined;
    case "TransportFailed":
      if (advice !== "fix-account") return undefined;
      return reason.error.reason._tag === "Unusable" ? "account" : "certificate";
    case "InvalidRequest":
      return advice === "fix-account" ? "account" : undefined;
    default:
      return undefined;
  }
};

/** APIv3's NO_AUTH: this merchant may not refund this order (没有此单的退款权限). Each other order may be its own. */
const isAlone = ({ reason }: RefundError): boolean =>
  reason._tag === "Rejected" && reason.status !== undefined && reason.errCode === "NO_AUTH";

const toldBy = (error: RefundError): Pick<Told, "cause" | "alone"> => {
  const cause = causeOf(error);
  return cause === undefined ? {} : { cause, ...(isAlone(error) && { alone: true }) };
};

const refusalOf = (error: RefundError, kind: RefusalKind): Refusal => {
  const { advice, message, reason } = error;
  return {
    kind,
    reason: reason._tag,
    ...(reason._tag === "Rejected" && reason.errCode !== "" && { errCode: reason.errCode }),
    advice,
    message,
  };
};

const isLimit = (reason: Reason): boolean =>
  reason._tag === "Rejected" &&
  (reason.status === undefined ? rateCodes.has(reason.errCode) : isLimitV3(reason.errCode, reason.status));

const isLimited = ({ reason }: RefundError): boolean =>
  isLimit(reason) || (reason._tag === "GatewayRefused" && reason.protocol === "v3" && reason.status === 429);

/** Nor is what this client cannot send of any refund, which says nothing of this one. */
const isNotSent = ({ reason }: RefundError): boolean =>
  (reason._tag === "TransportFailed" && reason.error.sent === "no") ||
  (reason._tag === "InvalidRequest" && reason.of === "client");

/** How a send ended, as an observation. */
export const ofSend = (answer: Result.Result<RefundAccepted, RefundError>): Observation => {
  if (answer._tag === "Success") {
    const { refundStatus: status } = answer.success;
    // The others are what follows an acceptance; these a person must hear of.
    return status === "REFUNDCLOSE" || status === "CHANGE" ? { _tag: "Accepted", status } : { _tag: "Accepted" };
  }
  const error = answer.failure;
  const told = toldBy(error);
  if (isNotSent(error)) return { _tag: "NotSent", refusal: refusalOf(error, "other"), ...told };
  if (error.outcome === "unknown") {
    return { _tag: "Unanswered", limited: isLimited(error), refusal: refusalOf(error, "other"), ...told };
  }
  const kind = error.outcome === "not-by-this-call" ? "by-order" : told.cause === undefined ? "final" : "merchant";
  return { _tag: "Refused", signed: error.reason._tag === "Rejected", refusal: refusalOf(error, kind), ...told };
};

/** Fields in which a record under the number may be another refund's; in others the reply itself is not the one that was asked for. */
const ofAnother = new Set(["refund_fee", "total_fee", "refund_id", "transaction_id", "out_trade_no"]);

/** How a query that must find this refund ended, as an observation. */
export const ofAsk = (answer: Result.Result<RefundRecord, RefundError>): Observation => {
  if (answer._tag === "Success") return { _tag: "Found", status: answer.success.refundStatus };
  const error = answer.failure;
  const { reason } = error;
  if (isNoSuchRefund(reason)) return { _tag: "NoSuchRefund" };
  const refusal = refusalOf(error, "other");
  const told = toldBy(error);
  if (isNotSent(error)) return { _tag: "NotSent", refusal, ...told };
  if (reason._tag === "UntrustedReply" && reason.problem === "mismatch" && ofAnother.has(reason.field ?? "")) {
    return { _tag: "OtherRefund", refusal };
  }
  if (reason._tag === "Rejected" || reason._tag === "ProtocolRejected") {
    return { _tag: "AskFailed", signed: reason._tag === "Rejected", limited: isLimited(error), refusal, ...told };
  }
  return { _tag: "Unanswered", limited: isLimited(error), refusal, ...told };
};
