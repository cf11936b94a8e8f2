/** The words for how a stored refund stands, for programs and for people. Nothing is decided here: see `RefundProgress`. */
import type { Cause, Progress, Truth } from "@wechat-refund/core/RefundProgress";
import type { Say } from "./Language.ts";
import { translated } from "./Translated.ts";

/**
 * `accepted`: the gateway has it. `succeeded`: the money went back. `closed`: it had it and closed it, nothing went back. `rejected`: it has
 * not, by any attempt, and never will. `not-made`: given up, certainly not accepted. `resolved`: a person ended it. `blocked`: certainly not
 * accepted, and somebody must act first. `unsent`: certainly not accepted, its turn is to come. `unknown`: it may have it.
 */
export const states = [
  "accepted",
  "succeeded",
  "closed",
  "rejected",
  "not-made",
  "resolved",
  "blocked",
  "unsent",
  "unknown",
] as const;
export type State = (typeof states)[number];

const ofTruth: Readonly<Record<Exclude<Truth, "Recorded">, State>> = {
  Unknown: "unknown",
  Accepted: "accepted",
  Succeeded: "succeeded",
  Closed: "closed",
  Rejected: "rejected",
  NotMade: "not-made",
  Resolved: "resolved",
};

/** The state of a truth and a block; while a first request is under way, nobody knows. */
export const of = (truth: Truth, block: Cause | undefined, calling = false): State =>
  truth !== "Recorded" ? ofTruth[truth] : calling ? "unknown" : block === undefined ? "unsent" : "blocked";

/** The state of what is known. */
export const stateOf = ({ block, open, truth }: Pick<Progress, "block" | "open" | "truth">): State =>
  of(truth, block?.cause, open === "send");

export const words = (say: Say): Readonly<Record<State, string>> => ({
  accepted: say("accepted", "已受理"),
  succeeded: say("succeeded", "已退款"),
  closed: say("closed", "已关闭"),
  rejected: say("rejected", "被拒绝"),
  "not-made": say("not made", "未发出"),
  resolved: say("resolved by hand", "人工了结"),
  blocked: say("blocked", "受阻"),
  unsent: say("not sent", "未发送"),
  unknown: say("unknown", "结果未知"),
});

/** The colour of a state. */
export const colours = {
  accepted: "green",
  succeeded: "green",
  closed: "red",
  rejected: "red",
  "not-made": "yellow",
  resolved: "yellow",
  blocked: "red",
  unsent: "yellow",
  unknown: "red",
} as const satisfies Readonly<Record<State, string>>;

/** What a refusal says, without the number, the outcome and the advice that stand beside it anyway. */
export const refusal = (say: Say, { message }: { readonly message: string }): string => {
  const [start = "", reason] = /^([A-Za-z]+): refund(?:query)?(?: \S+)?: /.exec(message) ?? [];
  const said = message.slice(start.length).replace(/ \[[a-z, -]+\]$/, "");
  // These are the gateway's own words.
  return reason === "Rejected" ? said : translated(say)(said);
};
