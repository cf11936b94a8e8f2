/** What is shown to people about outcomes, advice and states. */
import type { Advice, Outcome } from "@wechat-refund/core/RefundError";
import type { Problem } from "@wechat-refund/core/RefundNotice";
import type { Cause } from "@wechat-refund/core/RefundProgress";
import type { RefundStatus } from "@wechat-refund/core/RefundQuery";
import { type Kind, whatToDo } from "@wechat-refund/core/Reconciliation";
import type { Say } from "./Language.ts";

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
export const blocks = (say: Say): Readonly<Record<Cause, string>> => ({
  "top-up": say("top up the merchant's account", "请为商户账户充值"),
  key: say(
    "mend the API key (API密钥), or of APIv3 the private key with its serial number, the platform key (微信支付公钥) or the clock",
    "请修正 API密钥；APIv3 则为商户私钥及其序列号、微信支付公钥或系统时钟",
  ),
  certificate: say("mend the API certificate (API证书)", "请修正 API证书"),
  account: say("mend appid, merchant numbers or permission", "请修正 appid、商户号或权限"),
  request: say(
    "it was refused, but an earlier attempt may have been accepted: look at the order",
    "已被拒绝，但之前的请求可能已受理：请核对订单",
  ),
  withheld: say(
    "it had been given up when a backup was put back: start it again if it is wanted, else it ends by itself a day later",
    "恢复备份时它已被放弃：如仍需退款请重新开始，否则一天后自行了结",
  ),
  "other-refund": say(
    "the number belongs to another refund: this one needs a number of its own",
    "该单号属于另一笔退款：本笔需要自己的单号",
  ),
  change: statuses(say).CHANGE,
  overdue: say("not known for an hour: look at the network and at the gateway", "一小时仍无结果：请检查网络与微信支付"),
  denied: say(
    "for an hour the gateway has said that there is no such refund: check the number, or ask WeChat Pay",
    "微信支付一小时来一直答复没有这笔退款：请核对单号，或联系微信支付",
  ),
});

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

/** What to do about a difference between the books and a bill. */
export const differences = (say: Say): Readonly<Record<Kind, string>> => ({
  matched: say(whatToDo.matched, "无需处理"),
  "amount-differs": say(whatToDo["amount-differs"], "以带签名的查询核实，按查询结果入账；切勿换单号重发"),
  "only-there": say(whatToDo["only-there"], "按单号查询：若是账上遗漏，按“已尝试”登记；若是在别处发起，据此入账"),
  "only-here": say(whatToDo["only-here"], "以带签名的查询核实：若微信没有这笔退款，用原单号、原字段继续，切勿换单号"),
  twice: say(whatToDo.twice, "以带签名的查询核实：微信退款单号相同只是重复列出，不同则是退了两次"),
  elsewhere: say(whatToDo.elsewhere, "据此入账：在商户平台或商户的其他系统发起"),
  contradiction: say(whatToDo.contradiction, "告警：以带签名的查询核实并由人决定；账上不改，期间不得另行支付"),
});

/** What is wrong with a notice, in Chinese; the English words are its own message. */
export const notices: Readonly<Record<Problem, string>> = {
  empty: "内容为空：请传入回调的原始报文，不要先被框架读取或解析",
  "too-large": "内容超过 64 KiB：退款结果通知只有几千字节，请检查是谁在发送",
  json: "内容是 JSON，像是 APIv3 的通知：请为 APIv3 的退款单独设置 notify_url",
  "not-xml": "内容不是本协议的 XML：请传入回调的原始报文，不要解析或转码",
  "payment-notice": "这是支付结果通知：支付与退款请分别设置 notify_url",
  "return-code-fail": "return_code 不是 SUCCESS，没有退款结果：请等待下一次通知，或主动查询",
  "no-req-info": "没有 req_info，不是退款结果通知：请检查是谁在发送",
  "other-merchant": "通知属于其他商户（appid、mch_id 或 sub_mch_id 不同）：请使用该商户的配置",
  unreadable: "req_info 无法解密或读取；若真实退款的通知也如此，请检查该商户的 API密钥",
  "not-json": "内容不是 APIv3 的 JSON：请传入回调的原始报文，不要解析或转码",
  unsigned:
    "缺少 Wechatpay-Timestamp、-Nonce、-Serial 或 -Signature，或其中之一重复：请原样传入请求头，并检查代理是否删除了它们",
  probe: "签名是故意错误的探测流量：拒绝是正确的，通知会再次发送",
  "unknown-key": "签名所用的平台密钥未知：请配置该 ID 的微信支付公钥，或让程序下载平台证书",
  "wrong-sign": "签名错误：请检查是谁在发送，并逐字节传入原始报文",
  clock: "签名时间与现在相差超过 5 分钟：是重放的旧通知；若新通知也如此，请校准本机时钟",
  "other-event": "event_type、resource 与 refund_status 不一致，或不是退款通知：请为退款单独设置 notify_url",
};

/** What differs where the notice is one of APIv3. */
export const noticesV3: Partial<Record<Problem, string>> = {
  unreadable: "resource 无法解密或读取；若真实退款的通知也如此，请检查该商户的 APIv3密钥",
};

/** Where a failure of this reason is explained. */
export const page = (reason: string): string => `docs/errors.md#${reason.toLowerCase()}`;
