/** What the pages say of states, acts, lines of a history and days: in two languages, beside the words that checkup has. */
import type { Say } from "@wechat-refund/checkup/Language";
import * as States from "@wechat-refund/checkup/States";
import type { Kind } from "@wechat-refund/core/Reconciliation";
import type { Truth } from "@wechat-refund/core/RefundProgress";
import type { State as DayState } from "@wechat-refund/durable/Reconciliations";
import type { Action } from "../Forms.ts";

/** How a state is drawn: its colour and its sign, which says the same without one. */
export type Tone = "good" | "bad" | "wait" | "over";

const tones: Readonly<Record<States.State, Tone>> = {
  accepted: "wait",
  succeeded: "good",
  closed: "bad",
  rejected: "bad",
  "not-made": "over",
  resolved: "over",
  blocked: "bad",
  unsent: "wait",
  unknown: "wait",
};

/** A state that is known, with what blocks it or without. */
export const stateOf = (say: Say, truth: Truth, isBlocked: boolean): { readonly text: string; readonly tone: Tone } => {
  const state = States.of(truth, isBlocked ? "top-up" : undefined);
  return { text: States.words(say)[state], tone: isBlocked ? "bad" : tones[state] };
};

export const truths = (say: Say): Readonly<Record<Truth, string>> => {
  const words = States.words(say);
  return {
    Recorded: words.unsent,
    Unknown: words.unknown,
    Accepted: words.accepted,
    Succeeded: words.succeeded,
    Closed: words.closed,
    Rejected: words.rejected,
    NotMade: words["not-made"],
    Resolved: words.resolved,
  };
};

/** What became of the money, in a sentence. */
export const outcomes = (say: Say): Readonly<Record<Truth, string>> => ({
  Recorded: say("Nothing that was sent can have been accepted.", "尚无可能已受理的请求。"),
  Unknown: say(
    "It may have been accepted: WeChat Pay is asked until that is known.",
    "可能已受理：将持续向微信支付查询，直至确定。",
  ),
  Accepted: say("WeChat Pay has accepted it, and has not said how it ended.", "微信支付已受理，尚未给出结果。"),
  Succeeded: say("The money went back; a signed record says so.", "款项已退回，有带签名的记录为证。"),
  Closed: say("WeChat Pay closed it; no money went back.", "微信支付已关闭该退款，款项未退。"),
  Rejected: say("Certainly not made, and no repeat changes that.", "确定没有退款，重试也不会改变。"),
  NotMade: say("Given up; certainly not made.", "已放弃，确定没有退款。"),
  Resolved: say("A person ended it; nothing is sent any more.", "已由人工了结，不再发送。"),
});

export interface ActWords {
  readonly title: string;
  /** For all of one cause. */
  readonly all: (count: string) => string;
  /** What it will do. */
  readonly does: string;
  /** What was done, once it is. */
  readonly done: string;
  /** Whether it cannot be taken back. */
  readonly isGrave: boolean;
}

export const acts = (say: Say): Readonly<Record<Action, ActWords>> => ({
  "go-on": {
    title: say("Go on", "继续"),
    all: (count) => say(`Go on with all ${count}`, `继续全部 ${count} 笔`),
    does: say(
      "Asks WeChat Pay now, and sends the same refund again, under the same number, where that is right.",
      "立即查询微信支付；如应重发，则以原单号、原字段重发。",
    ),
    done: say("It goes on.", "已继续。"),
    isGrave: false,
  },
  cancel: {
    title: say("Cancel", "取消"),
    all: (count) => say(`Cancel all ${count}`, `取消全部 ${count} 笔`),
    does: say(
      "Gives it up before it is sent: no money goes back. It can be started again.",
      "在发出前放弃：不会退款。之后可重新开始。",
    ),
    done: say(
      "It is given up, or will be once the call under way is answered.",
      "已取消；若有进行中的请求，待其应答后取消。",
    ),
    isGrave: false,
  },
  "start-again": {
    title: say("Start again", "重新开始"),
    all: (count) => say(`Start all ${count} again`, `重新开始全部 ${count} 笔`),
    does: say(
      "Makes the same refund after all, under the same number and with the same fields.",
      "以原单号、原字段重新发起这笔退款。",
    ),
    done: say("It is started again.", "已重新开始。"),
    isGrave: false,
  },
  resolve: {
    title: say("Resolve", "人工了结"),
    all: (count) => say(`Resolve all ${count}`, `了结全部 ${count} 笔`),
    does: say(
      "Ends it for ever, because it was paid otherwise or given up: nothing is sent any more. This cannot be taken back.",
      "永久了结（已用其他方式退还，或放弃）：不再发送任何请求。此操作不可撤销。",
    ),
    done: say("It is resolved, and nothing is sent any more.", "已了结，不再发送。"),
    isGrave: true,
  },
});

const order: ReadonlyArray<Action> = ["go-on", "start-again", "cancel", "resolve"];

/** What helps most often first, and what cannot be taken back last. */
export const inOrder = (actions: ReadonlyArray<Action>): ReadonlyArray<Action> =>
  [...actions].sort((a, b) => order.indexOf(a) - order.indexOf(b));

/** What happened, by the history's own word. */
export const happened = (say: Say, what: string): string => {
  const words: Readonly<Record<string, string>> = {
    recorded: say("Recorded", "已登记"),
    "started again": say("Started again by the same request", "因同一请求重新开始"),
    "taken up again": say("Taken up again after an interruption", "中断后继续"),
    "looked at": say("Looked at", "已检查"),
    restored: say("A backup was put back", "已恢复备份"),
    notice: say("Notice from WeChat Pay (退款结果通知)", "收到退款结果通知"),
    "notice: contradicts": say(
      "A notice says otherwise: see that the money does not go twice",
      "退款结果通知与记录不符：请确认款项不会重复退还",
    ),
    "in a bill": say("Found in a bill", "在账单中发现"),
    "send: begun": say("Refund request sent", "发出申请退款"),
    "send: not sent": say("Request did not leave", "请求未发出"),
    "send: no answer": say("No answer that decides; it may have been accepted", "没有确定的应答；可能已受理"),
    "send: accepted": say("Accepted by WeChat Pay", "微信支付已受理"),
    "send: refused": say("Refused by WeChat Pay", "微信支付拒绝"),
    "ask: begun": say("Query sent", "发出查询退款"),
    "ask: not sent": say("Query did not leave", "查询未发出"),
    "ask: no answer": say("Query without an answer that decides", "查询没有确定的应答"),
    "ask: found": say("Record found", "查到退款记录"),
    "ask: no such refund": say("WeChat Pay has no such refund", "微信支付没有这笔退款"),
    "ask: another refund": say("The number is another refund's", "该单号属于另一笔退款"),
    "ask: query failed": say("Query failed", "查询失败"),
    "merchant: merchant held": say("Its merchant is held", "其商户受阻"),
    "merchant: merchant lifted": say("Its merchant is held no more", "其商户恢复"),
    "merchant: reachable": say("WeChat Pay can be reached again", "微信支付恢复可达"),
    cancel: say("Cancelled by a person", "人工取消"),
    goOn: say("A person had it go on", "人工继续"),
    resolve: say("Resolved by a person", "由人工了结"),
    startAgain: say("Started again by a person", "人工重新开始"),
    refreeze: say("Given the mended configuration by a person", "人工更新配置"),
  };
  return words[what] ?? what;
};

export const days = (say: Say): Readonly<Record<DayState, string>> => ({
  waiting: say("waiting for the bill", "等待账单"),
  asking: say("asking", "核实中"),
  done: say("compared", "已对账"),
  lost: say("no bill", "无账单"),
});

export const kinds = (say: Say): Readonly<Record<Kind, string>> => ({
  matched: say("matched", "一致"),
  "amount-differs": say("amount differs", "金额不符"),
  "only-there": say("only in the bill", "仅账单有"),
  "only-here": say("only here", "仅我方有"),
  twice: say("twice in the bill", "账单重复"),
  elsewhere: say("made elsewhere", "在别处发起"),
  contradiction: say("contradiction", "相互矛盾"),
});

export const agreements = (say: Say) => ({
  ours: say("a signed query agrees with us", "带签名的查询与我方一致"),
  theirs: say("a signed query agrees with the bill", "带签名的查询与账单一致"),
  both: say("a signed query agrees with both", "带签名的查询与双方一致"),
  neither: say("a signed query agrees with neither", "带签名的查询与双方都不一致"),
  unknown: say("it could not be asked for", "未能查询"),
});
