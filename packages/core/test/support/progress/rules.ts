/** The rules of a refund's life, each by its name: fields and number (R1), what is sent (R2), rejection (R3), causes (R4), pace (R5), time (R6), acceptance and ends (R7), acts (R8), storing (S), totality (T). */
import type { Observation, Step } from "../../../src/RefundProgress.ts";
import { answers, type Case, day, finals, type Fold, hour, isEnded, merchantWide, second, type Seen } from "./case.ts";

export class Broken extends Error {
  readonly rule: string;
  constructor(rule: string, message: string) {
    super(`${rule}: ${message}`);
    this.rule = rule;
  }
}
const stepName = (step: Step): string => (step._tag === "Wait" ? step.for : step._tag);
export const waitOf = (step: Step): number => (step._tag === "Wait" ? step.millis : 0);

/** Whether a step can put a request on the wire. */
const sends = (step: Step): boolean => stepName(step) === "Send" || stepName(step) === "Question";

let watched: string | undefined;

/** Looks at one rule alone, so that a saboteur is caught by its own and by no other; all of them without a name. */
export const watch = (rule?: string): void => {
  watched = rule;
};
export const require = (kept: boolean, rule: string, message: string): void => {
  if (!kept && (watched === undefined || watched === rule)) throw new Broken(rule, message);
};

/** It was proved to be there, or may be: by an attempt of this history, or by an earlier one of which a refusal may have spoken. */
const inDoubt = ({ doubted, proved, refused, twinSeen }: Seen): boolean =>
  doubted || proved || twinSeen || refused === "by-order";

/** What holds in every state, whatever led to it. */
export const checkState = (fold: Fold, { progress, seen }: Case): void => {
  const { block, open, truth } = progress;
  const step = fold.next(progress);
  const name = stepName(step);
  if (step._tag === "Wait") {
    require(Number.isSafeInteger(step.millis) && step.millis > 0, "R5 waits are positive", `a wait of ${step.millis}`);
    require(step.millis <= 2 * day, "R5 waits are bounded", `a wait of ${step.millis}`);
  }
  if (isEnded(progress)) {
    require(step._tag === "Rest", "R2 nothing after the end", `${truth}, and next is ${name}`);
    require(open === undefined, "R2 nothing after the end", `${truth} with an open call`);
    require(block === undefined, "R2 nothing after the end", `${truth} with a block`);
  } else {
    require(open === undefined ? name !== "Busy" : name === "Busy", "R5 a step or an open call", `next is ${name}`);
    require(name !== "Rest", "R5 a step or an open call", `${truth} rests`);
  }
  if (sends(step)) {
    require(!seen.proved || seen.notSure, "R2 nothing sent once accepted", `${truth}, and next is ${name}`);
    require(!seen.twinSeen || seen.proved, "R2 nothing sent under another's number", `next is ${name}`);
    require(!seen.withheld, "R2 nothing sent while it is withheld", `next is ${name}`);
    require(block?.cause !== "denied", "R2 nothing sent once accepted", "denied, and next is a send");
    require(name !== "Send" || !seen.mustAsk || seen.notSure, "R2 a question after a doubt", `next is ${name}`);
  }
  if (seen.withheld && !isEnded(progress)) require(block !== undefined, "R4 withheld is shown", "nothing is");
  if (truth === "Rejected" || truth === "NotMade") {
    require(!seen.held, "R3 the gateway holds it", truth);
    require(seen.late < 0, "R3 it may still arrive", truth);
  }
  if (seen.proved) {
    require(truth === "Accepted" ||
      truth === "Succeeded" ||
      truth === "Closed" ||
      truth === "Resolved", "R7 accepted is not taken back", truth);
  } else {
    require(truth !== "Accepted" &&
      truth !== "Succeeded" &&
      truth !== "Closed", "R7 accepted is proved", `${truth} without a proof`);
  }
  const acts = fold.permitted(progress);
  const cancellable = !isEnded(progress) && !inDoubt(seen);
  require(acts.has("cancel") ===
    cancellable, "R8 cancel while nothing is in doubt", `permitted: ${acts.has("cancel")}`);
  require(acts.has("refreeze") ===
    ((cancellable && open === undefined) ||
      truth === "NotMade"), "R1 frozen anew while nothing is in doubt", `permitted: ${acts.has("refreeze")}`);
  require(acts.has("resolve") === !finals.has(truth), "R8 resolve", truth);
  require(acts.has("startAgain") ===
    (truth === "NotMade" || (seen.withheld && !isEnded(progress))), "R8 start again", truth);
  require(acts.has("goOn") === !isEnded(progress), "R8 go on", truth);
};

const rejected = (before: Case, observation: Observation): void => {
  const { seen } = before;
  if (before.progress.open === "send") {
    require(observation._tag === "Refused" &&
      observation.refusal.kind === "final", "R3 rejected by a proved refusal", observation._tag);
    require(!seen.doubted, "R3 rejected at once only with nothing in doubt", "an attempt was unanswered");
    return;
  }
  require(observation._tag === "NoSuchRefund", "R3 rejected by REFUNDNOTEXIST", observation._tag);
  require(seen.refused !== "", "R3 a refusal after the doubt", "there is none");
  require(seen.refused !== "merchant", "R3 neither money nor account", seen.refused);
  if (!seen.doubted) return;
  require(seen.askDoubt >= day, "R3 a question begun a day after the doubt", `begun after ${seen.askDoubt} ms`);
};

/** What holds of one observation: from what, to what. */
export const checkTurn = (fold: Fold, before: Case, observation: Observation, after: Case): void => {
  const [from, to] = [before.progress, after.progress];
  const tag = observation._tag;
  if (finals.has(from.truth)) require(from === to, "R7 final is for ever", `${from.truth} changed by ${tag}`);
  if (from.open === undefined && answers.has(tag)) require(from === to, "T an answer nobody waits for", tag);
  if (tag === "Passed") require(from.truth === to.truth, "R6 time ends nothing", `${from.truth} became ${to.truth}`);
  if (from.truth !== to.truth) {
    if (to.truth === "Rejected") rejected(before, observation);
    if (to.truth === "Succeeded" || to.truth === "Closed") {
      const status = tag === "Found" ? observation.status : tag;
      require(status === (to.truth === "Succeeded" ? "SUCCESS" : "REFUNDCLOSE"), "R7 final by a record", status);
    }
    if (to.truth === "NotMade") {
      const { askDoubt, withheld } = before.seen;
      if (withheld) {
        require(tag === "NoSuchRefund" &&
          askDoubt >= day, "R3 withheld for a day", `${tag}, begun after ${askDoubt} ms`);
      } else {
        require(tag === "Cancel" ||
          (from.open !== undefined && from.cancelled), "R8 cancelled by a person alone", `NotMade by ${tag}`);
      }
    }
    if (to.truth === "Resolved") require(tag === "Resolve", "R8 resolved by a person alone", tag);
  }
  const shown = to.block?.cause;
  if ("cause" in observation && observation.cause !== undefined && tag !== "Held" && !isEnded(to) && from.open) {
    // That the number is another's is more than any cause of the merchant: only a person who ends it helps.
    const expected = before.seen.twinSeen && !before.seen.proved ? "other-refund" : observation.cause;
    require(shown === expected, "R4 a plain cause is shown", `${observation.cause}, and shown is ${shown}`);
  }
  if (from.open === "send" && tag === "Refused" && observation.cause === undefined && !isEnded(to)) {
    require(to.truth === "Accepted" ||
      (shown === "request" && to.block?.refusal === observation.refusal), "R4 a refusal is shown", `shown is ${shown}`);
  }
  if (from.open === "ask" && answers.has(tag)) {
    if (tag === "OtherRefund") require(shown === "other-refund", "R4 another's number is shown", `${shown}`);
    if (tag === "Found" && observation.status === "CHANGE")
      require(shown === "change", "R4 CHANGE is shown", `${shown}`);
    const { cause } = before.seen;
    if ((cause === "certificate" || cause === "top-up") && !isEnded(to) && !after.seen.proved) {
      require(shown !== undefined && shown !== "overdue", "R4 no query lifts it", `${cause} lifted by ${tag}`);
    }
    if (tag === "NoSuchRefund" && before.seen.twinSeen && !before.seen.proved) {
      require(shown === "other-refund" || isEnded(to), "R4 another's number stays shown", `${shown}`);
    }
  }
  if (tag === "Lifted") {
    // What it was refused for sixteen times stays shown while it waits for its hour.
    const isShown = to.sends >= 16 && to.block?.firm === false && to.refusal?.kind === "merchant";
    require(shown === undefined || !merchantWide.has(shown) || isShown, "R4 a success lifts it", `${shown}`);
  }
  if (tag === "Passed" && after.seen.first >= hour && (to.truth === "Recorded" || to.truth === "Unknown")) {
    require(shown !== undefined, "R4 overdue is shown", "nothing is");
  }
  // What is unsigned slows nothing at first: no more than the same answer without what it shows.
  if (from.open !== undefined && from.block === undefined && (tag === "NotSent" || tag === "Unanswered")) {
    if (observation.cause !== undefined && !isEnded(to)) {
      const { cause: _, ...plain } = observation;
      const [wait, plainWait] = [waitOf(fold.next(to)), waitOf(fold.next(fold.observe(from, plain)))];
      require(wait <= plainWait, "R4 unsigned slows nothing", `a wait of ${wait} ms in place of ${plainWait}`);
    }
  }
  if ((tag === "GoOn" || tag === "Noticed") && from.open === undefined && !isEnded(from)) {
    const [was, is] = [fold.next(from), fold.next(to)];
    const wait = waitOf(is);
    if (wait < waitOf(was) || stepName(was) !== stepName(is)) {
      const { asked, sent } = after.seen;
      const since = stepName(is) === "Send" ? sent : stepName(is) === "Ask" ? asked : Math.max(asked, sent);
      require(since < 0 ||
        since + wait >= 10 * second, "R5 one question in 10 s", `${stepName(is)} after ${since + wait}`);
    }
  }
  if (tag === "Cancel" && !isEnded(from)) {
    if (inDoubt(before.seen)) require(from === to, "R8 cancel comes too late", `${from.truth} became ${to.truth}`);
    else if (from.open === undefined) require(to.truth === "NotMade", "R8 cancel acts at once", to.truth);
    else require(to.truth === from.truth && to.cancelled, "R8 cancel waits for the answer", to.truth);
  }
  if (from.cancelled && from.open !== undefined && to.open === undefined && !isEnded(to)) {
    require(inDoubt(after.seen), "R8 cancel waits for the answer", to.truth);
    require(!to.cancelled, "R8 cancel waits for the answer", "the wish outlives its answer");
  }
};
/** What the begin of a call must keep to, by what was seen before. */
export const checkBegin = ({ progress, seen }: Case, call: "send" | "ask"): void => {
  const { block } = progress;
  if (block === undefined || !merchantWide.has(block.cause) || !block.firm) return;
  if (seen.go > 0 || (call === "ask" && seen.poked)) return;
  if (call === "send") {
    require(seen.sent < 0 || seen.sent >= hour, "R4 one send an hour", `${seen.sent} ms after the last`);
  } else {
    require(seen.asked < 0 || seen.asked >= hour / 4, "R4 four questions an hour", `${seen.asked} ms after the last`);
  }
};
