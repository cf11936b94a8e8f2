/** What is shown to people about outcomes, advice and states. */
import type { Advice, Outcome } from "@wechat-refund/core/RefundError";
import type { RefundStatus } from "@wechat-refund/core/RefundQuery";

export const outcomes: Readonly<Record<Outcome, string>> = {
  "not-accepted": "this call made no refund",
  unknown: "the gateway may have accepted it: money may move",
};

export const advices: Readonly<Record<Advice, string>> = {
  "fix-request": "correct the fields; they were never accepted",
  "fix-account": "correct the configuration: key, certificate or permission",
  "top-up-then-resend-same": "top up the merchant's account, then send the same number with the same fields again",
  "wait-then-resend-same": "wait at least a minute, then send the same number with the same fields again",
  "resend-same": "the same refund, number and fields unchanged, may be sent again",
  "query-first": "query the refund before anything else, and never use a new number for it",
  final: "this refund cannot be made this way; give the money back by other means",
};

/** What differs when it is a query that failed. */
export const queryAdvices: Readonly<Partial<Record<Advice, string>>> = {
  "fix-request": "correct the numbers",
  "query-first": "ask again before anything else, and never use a new number for the refund",
};

export const statuses: Readonly<Record<RefundStatus, string>> = {
  SUCCESS: "the money went back",
  REFUNDCLOSE: "closed, nothing went back",
  PROCESSING: "not decided yet",
  CHANGE: "it could not go back the original way: act in the merchant platform (商户平台)",
  unknown: "a status that is not documented",
};
