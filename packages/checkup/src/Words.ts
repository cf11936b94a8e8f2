/** What is shown to people about outcomes, advice and states. */
import { remedies } from "@wechat-refund/core/Driving";
import type { Advice, Outcome, Reason } from "@wechat-refund/core/RefundError";
import type { Cause } from "@wechat-refund/core/RefundProgress";
import type { RefundStatus } from "@wechat-refund/core/RefundQuery";
import type { Say } from "./Language.ts";
import { translated } from "./Translated.ts";

export const outcomes = (say: Say): Readonly<Record<Outcome, string>> => ({
  "not-accepted": say("this call made no refund", "本次请求没有产生退款"),
  "not-by-this-call": say(
    "this call made no refund; an earlier one under the number may have: a query decides",
    "本次请求没有产生退款；该单号之前的请求可能已产生：以查询为准",
  ),
  unknown: say("the gateway may have accepted it: money may move", "微信支付可能已受理：资金可能会动"),
});

export const advices = (say: Say): Readonly<Record<Advice, string>> => ({
  "fix-request": say("correct the fields; they were never accepted", "请修正字段；该请求从未被受理"),
  "fix-account": say("correct the configuration: key, certificate or permission", "请修正配置：密钥、证书或权限"),
  "top-up-then-resend-same": say(
    "top up the merchant's account, then send the same number with the same fields again",
    "请先为商户账户充值，再用原单号、原字段重发",
  ),
  "wait-then-resend-same": say(
    "wait at least a minute, then send the same number with the same fields again",
    "请至少等一分钟，再用原单号、原字段重发",
  ),
  "resend-same": say(
    "the same refund, number and fields unchanged, may be sent again",
    "同一笔退款（单号、字段不变）可以重发",
  ),
  "query-first": say(
    "query the refund before anything else, and never use a new number for it",
    "请先查询该退款，切勿换新单号",
  ),
  final: say(
    "this refund cannot be made this way; give the money back by other means",
    "此路不通，请用其他方式退还款项",
  ),
});

/** What differs when it is a query that failed. */
export const queryAdvices = (say: Say): Readonly<Partial<Record<Advice, string>>> => ({
  "fix-request": say("correct the numbers", "请修正单号"),
  "query-first": say(
    "ask again before anything else, and never use a new number for the refund",
    "请先再次查询，切勿为该退款换新单号",
  ),
});

export const statuses = (say: Say): Readonly<Record<RefundStatus, string>> => ({
  SUCCESS: say("the money went back", "款项已退回"),
  REFUNDCLOSE: say("closed, nothing went back", "退款关闭，款项未退"),
  PROCESSING: say("not decided yet", "处理中"),
  CHANGE: say(
    "it could not go back the original way: act in the merchant platform (商户平台)",
    "退款异常，无法原路退回：请到商户平台处理",
  ),
  NOTSURE: say(
    "not determined: send the identical request again, under the same number",
    "未确定：请用原单号、原字段重新提交",
  ),
  unknown: say("a status that is not documented", "文档之外的状态"),
});

/** What lifts each cause by which work on a refund rests. */
export const blocks = (say: Say): Readonly<Record<Cause, string>> => {
  const words = translated(say);
  return Object.fromEntries(Object.entries(remedies).map(([cause, remedy]) => [cause, words(remedy)])) as Readonly<
    Record<Cause, string>
  >;
};

/** A name for each of these causes, for headings and lists. */
export const causes = (say: Say): Readonly<Record<Cause, string>> => ({
  "top-up": say("Not enough money", "余额不足"),
  key: say("Key or signature", "密钥或签名有误"),
  certificate: say("API certificate", "API证书有误"),
  account: say("Account or permission", "账户或权限有误"),
  request: say("Refused, and in doubt", "被拒绝但存疑"),
  withheld: say("Withheld after a backup", "恢复备份后暂缓"),
  "other-refund": say("Number of another refund", "单号属于另一笔退款"),
  change: say("Cannot go back the original way", "退款异常"),
  overdue: say("Not known for an hour", "超过一小时无结果"),
  denied: say("Unknown to WeChat Pay", "微信支付查无此单"),
});

/** What a failed call says: the gateway's own words as they came. */
export const failure = (say: Say, { _tag, message }: Reason): string =>
  _tag === "Rejected" ? message.replace(/^\(no err_code\)/, translated(say)) : translated(say)(message);

/** Where a failure of this reason is explained. */
export const page = (reason: string): string => `docs/errors.md#${reason.toLowerCase()}`;
