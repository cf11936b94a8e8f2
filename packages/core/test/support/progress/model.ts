/**
 * A gateway and a driver around one refund, and the rules that its progress must keep whatever happens. The truth of the money is known
 * here and not guessed: what arrived, what is still under way, whose the number is. Nothing of `RefundProgress` but its types is used.
 *
 * What the gateway can do is bounded by one sentence: a request that was not answered can be found by a query begun a day after it, if it
 * arrived at all. Until then it may arrive late, and a query may not find it yet.
 */
import type { Act, Observation, Progress, Refusal, Step } from "../../../src/RefundProgress.ts";

/** What is checked: the module, or a broken copy of it. */
export interface Fold {
  readonly initial: (
    outRefundNo: string,
    options?: { readonly attempted?: boolean; readonly accepted?: boolean },
  ) => Progress;
  readonly observe: (progress: Progress, observation: Observation) => Progress;
  readonly next: (progress: Progress) => Step;
  readonly permitted: (progress: Progress) => ReadonlySet<Act>;
}

export class Broken extends Error {
  readonly rule: string;
  constructor(rule: string, message: string) {
    super(`${rule}: ${message}`);
    this.rule = rule;
  }
}

export const second = 1000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const day = 24 * hour;
/** No rule looks further back, so older is one age. */
const old = 25 * hour;
/** A clock that jumps may cost this much of a bound, each time. */
const jumpCosts = 30 * minute;

/** What is true, and what was seen. Ages are in ms; -1: never. */
export interface Seen {
  readonly held: boolean;
  readonly heldAge: number;
  /** Of the youngest request that may still arrive. */
  readonly late: number;
  /** Another refund has the number. */
  readonly twin: number;
  readonly twinSeen: boolean;
  readonly proved: boolean;
  readonly notSure: boolean;
  readonly doubted: boolean;
  readonly doubt: number;
  readonly mustAsk: boolean;
  readonly refused: "" | "final" | "by-order" | "merchant";
  /** What the last send showed of the merchant, until a send or a person lifts it. */
  readonly cause: string;
  readonly first: number;
  readonly sent: number;
  readonly asked: number;
  readonly sends: number;
  readonly go: number;
  readonly poked: boolean;
  readonly jumped: boolean;
  /** Of the question that is open: how old the doubt was when it was begun, and whether it may have missed the refund. */
  readonly askDoubt: number;
  readonly askBlind: boolean;
}

export interface Case {
  readonly progress: Progress;
  readonly seen: Seen;
}

const fresh: Seen = {
  held: false,
  heldAge: 0,
  late: -1,
  twin: -1,
  twinSeen: false,
  proved: false,
  notSure: false,
  doubted: false,
  doubt: 0,
  mustAsk: false,
  refused: "",
  cause: "",
  first: -1,
  sent: -1,
  asked: -1,
  sends: 0,
  go: 0,
  poked: false,
  jumped: false,
  askDoubt: 0,
  askBlind: false,
};

/** Where every word begins: nothing was done; an earlier process may have sent, and did or did not or it is under way; a used number. */
export const starts = (fold: Fold): ReadonlyArray<readonly [name: string, start: Case]> => {
  const attempted = fold.initial("R-1", { attempted: true });
  const doubted: Seen = { ...fresh, doubted: true, mustAsk: true };
  return [
    ["new", { progress: fold.initial("R-1"), seen: fresh }],
    ["a used number", { progress: fold.initial("R-1"), seen: { ...fresh, twin: 0 } }],
    ["attempted and held", { progress: attempted, seen: { ...doubted, held: true } }],
    ["attempted and under way", { progress: attempted, seen: { ...doubted, late: 0 } }],
    ["attempted and lost", { progress: attempted, seen: doubted }],
    ["known as accepted", { progress: fold.initial("R-1", { accepted: true }), seen: { ...fresh, held: true, proved: true } }],
  ];
};

export const merchantWide = new Set(["top-up", "key", "certificate", "account"]);
export const finals = new Set(["Succeeded", "Closed", "Rejected", "Resolved"]);
const ended = new Set([...finals, "NotMade"]);
export const isEnded = ({ truth }: Progress): boolean => ended.has(truth);

const grown = (age: number, millis: number): number => (age < 0 ? age : Math.min(old, age + millis));

/** `real`: what went by. `told`: what a clock said, for what is only a matter of pace. */
export const aged = (seen: Seen, real: number, told: number, jump = false): Seen => {
  const late = grown(seen.late, real);
  return {
    ...seen,
    heldAge: grown(seen.heldAge, real),
    late: late >= day ? -1 : late,
    twin: grown(seen.twin, real),
    doubt: grown(seen.doubt, real),
    first: seen.first < 0 || jump ? seen.first : Math.min(hour, seen.first + real),
    sent: grown(seen.sent, told),
    asked: grown(seen.asked, told),
  };
};

const stepName = (step: Step): string => (step._tag === "Wait" ? step.for : step._tag);
export const waitOf = (step: Step): number => (step._tag === "Wait" ? step.millis : 0);

/** Whether a step can put a request on the wire. */
const sends = (step: Step): boolean => stepName(step) === "Send" || stepName(step) === "Question";

let watched: string | undefined;

/** Looks at one rule alone, so that a saboteur is caught by its own and by no other; all of them without a name. */
export const watch = (rule?: string): void => {
  watched = rule;
};

const rulesMet = new Set<string>();
/** The rules that were looked at so far. */
export const rules = (): ReadonlyArray<string> => [...rulesMet].sort();

export const require = (kept: boolean, rule: string, message: string): void => {
  rulesMet.add(rule);
  if (!kept && (watched === undefined || watched === rule)) throw new Broken(rule, message);
};

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
    require(block?.cause !== "denied", "R2 nothing sent once accepted", "denied, and next is a send");
    require(name !== "Send" || !seen.mustAsk || seen.notSure, "R2 a question after a doubt", `next is ${name}`);
  }
  if (truth === "Rejected" || truth === "NotMade") {
    require(!seen.held, "R3 the gateway holds it", truth);
    require(seen.late < 0, "R3 it may still arrive", truth);
  }
  if (seen.proved) {
    require(
      truth === "Accepted" || truth === "Succeeded" || truth === "Closed" || truth === "Resolved",
      "R7 accepted is not taken back",
      truth,
    );
  } else {
    require(
      truth !== "Accepted" && truth !== "Succeeded" && truth !== "Closed",
      "R7 accepted is proved",
      `${truth} without a proof`,
    );
  }
  const acts = fold.permitted(progress);
  const cancellable = !ended.has(truth) && !seen.doubted && !seen.proved && !seen.twinSeen;
  require(acts.has("cancel") === cancellable, "R8 cancel while nothing is in doubt", `permitted: ${acts.has("cancel")}`);
  require(
    acts.has("refreeze") === ((cancellable && open === undefined) || truth === "NotMade"),
    "R1 frozen anew while nothing is in doubt",
    `permitted: ${acts.has("refreeze")}`,
  );
  require(acts.has("resolve") === !finals.has(truth), "R8 resolve", truth);
  require(acts.has("startAgain") === (truth === "NotMade"), "R8 start again", truth);
  require(acts.has("goOn") === !ended.has(truth), "R8 go on", truth);
};

const rejected = (before: Case, observation: Observation): void => {
  const { seen } = before;
  if (before.progress.open === "send") {
    require(
      observation._tag === "Refused" && observation.refusal.kind === "final",
      "R3 rejected by a proved refusal",
      observation._tag,
    );
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
      require(
        tag === "Cancel" || (from.open !== undefined && from.cancelled),
        "R8 cancelled by a person alone",
        `NotMade by ${tag}`,
      );
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
    require(
      to.truth === "Accepted" || (shown === "request" && to.block?.refusal === observation.refusal),
      "R4 a refusal is shown",
      `shown is ${shown}`,
    );
  }
  if (from.open === "ask" && answers.has(tag)) {
    if (tag === "OtherRefund") require(shown === "other-refund", "R4 another's number is shown", `${shown}`);
    if (tag === "Found" && observation.status === "CHANGE") require(shown === "change", "R4 CHANGE is shown", `${shown}`);
    const { cause } = before.seen;
    if ((cause === "certificate" || cause === "top-up") && !isEnded(to) && !after.seen.proved) {
      require(shown !== undefined && shown !== "overdue", "R4 no query lifts it", `${cause} lifted by ${tag}`);
    }
    if (tag === "NoSuchRefund" && before.seen.twinSeen && !before.seen.proved) {
      require(shown === "other-refund" || isEnded(to), "R4 another's number stays shown", `${shown}`);
    }
  }
  if (tag === "Lifted") require(shown === undefined || !merchantWide.has(shown), "R4 a success lifts it", `${shown}`);
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
      require(since < 0 || since + wait >= 10 * second, "R5 one question in 10 s", `${stepName(is)} after ${since + wait}`);
    }
  }
  if (tag === "Cancel" && !isEnded(from)) {
    if (before.seen.doubted || before.seen.proved || before.seen.twinSeen)
      require(from === to, "R8 cancel comes too late", `${from.truth} became ${to.truth}`);
    else if (from.open === undefined) require(to.truth === "NotMade", "R8 cancel acts at once", to.truth);
    else require(to.truth === from.truth && to.cancelled, "R8 cancel waits for the answer", to.truth);
  }
  if (from.cancelled && from.open !== undefined && to.open === undefined && !isEnded(to)) {
    require(after.seen.doubted || after.seen.proved || after.seen.twinSeen, "R8 cancel waits for the answer", to.truth);
    require(!to.cancelled, "R8 cancel waits for the answer", "the wish outlives its answer");
  }
};

export const answers = new Set(["NotSent", "Unanswered", "Accepted", "Refused", "Found", "NoSuchRefund", "OtherRefund", "AskFailed"]);

/** What the begin of a call must keep to, by what was seen before. */
const checkBegin = ({ progress, seen }: Case, call: "send" | "ask"): void => {
  const { block } = progress;
  if (block === undefined || !merchantWide.has(block.cause) || !block.firm) return;
  if (seen.go > 0 || (call === "ask" && seen.poked)) return;
  if (call === "send") {
    require(seen.sent < 0 || seen.sent >= hour, "R4 one send an hour", `${seen.sent} ms after the last`);
  } else {
    require(seen.asked < 0 || seen.asked >= hour / 4, "R4 four questions an hour", `${seen.asked} ms after the last`);
  }
};

const blindNow = ({ held, heldAge, twin }: Seen): boolean => (held ? heldAge < day : twin < day);

/** What is seen and true after an observation; what the gateway did is said apart from it. */
const seenAfter = (seen: Seen, open: "send" | "ask" | undefined, observation: Observation): Seen => {
  const doubted = { doubted: true, doubt: 0, mustAsk: true, refused: "" } as const;
  const proved = { proved: true, doubted: false, mustAsk: false, refused: "", cause: "" } as const;
  switch (observation._tag) {
    case "Passed":
      return seen;
    case "Begun":
      return observation.call === "send"
        ? { ...seen, first: Math.max(0, seen.first), sent: 0, sends: seen.sends + 1, go: 0, poked: false }
        : {
            ...seen,
            first: Math.max(0, seen.first),
            asked: 0,
            askDoubt: seen.doubt,
            askBlind: blindNow(seen),
          };
    case "Loaded":
      return open === "send" && !seen.proved ? { ...seen, ...doubted } : seen;
    case "NotSent":
      return open === "send"
        ? { ...seen, sends: Math.max(0, seen.sends - 1), ...(observation.cause && { cause: observation.cause }) }
        : seen;
    case "Unanswered":
      if (open !== "send") return seen;
      return {
        ...seen,
        ...(!seen.proved && { ...doubted, notSure: false }),
        cause: observation.cause ?? (merchantWide.has(seen.cause) ? seen.cause : ""),
      };
    case "Accepted":
      return { ...seen, ...proved, notSure: false };
    case "Refused":
      if (seen.proved) return seen;
      return {
        ...seen,
        refused: observation.cause !== undefined ? "merchant" : observation.refusal.kind === "final" ? "final" : "by-order",
        cause: observation.cause ?? "",
        // Refused is answered; what it says of the order is asked for.
        mustAsk: observation.cause === undefined && (seen.mustAsk || observation.refusal.kind === "by-order"),
      };
    case "Found":
      if (observation.status === "NOTSURE") {
        return seen.proved
          ? { ...seen, notSure: true }
          : { ...seen, notSure: true, doubted: true, mustAsk: false, doubt: seen.doubted ? seen.doubt : 0 };
      }
      return { ...seen, ...proved, notSure: false };
    case "NoSuchRefund":
      return { ...seen, mustAsk: false };
    case "OtherRefund":
      return { ...seen, twinSeen: true };
    case "Noticed":
      return observation.verified
        ? { ...seen, ...proved, notSure: seen.proved && seen.notSure, poked: true }
        : { ...seen, poked: true };
    case "GoOn":
      return { ...seen, go: 1, poked: true };
    case "StartAgain":
      return { ...seen, mustAsk: false, refused: "", cause: "", first: -1, sent: -1, asked: -1, sends: 0 };
    case "Lifted":
      return { ...seen, cause: "" };
    default:
      return seen;
  }
};

/** One observation given, and every rule looked at. */
export const give = (fold: Fold, before: Case, observation: Observation, real?: Partial<Seen>): Case => {
  if (observation._tag === "Begun") checkBegin(before, observation.call);
  const progress = fold.observe(before.progress, observation);
  const ignored =
    finals.has(before.progress.truth) ||
    (before.progress.truth === "NotMade" && observation._tag !== "StartAgain") ||
    (before.progress.open === undefined && answers.has(observation._tag)) ||
    (observation._tag === "StartAgain" && before.progress.truth !== "NotMade");
  const answered = ignored ? before.seen : seenAfter(before.seen, before.progress.open, observation);
  // A question that was asked for is asked once it is answered, or lost; a crash leaves it to be asked.
  const granted = before.progress.open === "ask" && answers.has(observation._tag) && answered.poked;
  const seen: Seen = granted ? { ...answered, poked: false } : answered;
  const after: Case = { progress, seen: real === undefined ? seen : { ...seen, ...real } };
  checkTurn(fold, before, observation, after);
  checkState(fold, after);
  return after;
};

/** So much time goes by; on a `wall` clock that jumps nothing really does. */
export const pass = (fold: Fold, before: Case, millis: number, jump = false): Case => {
  const seen = jump
    ? aged(before.seen, Math.max(0, Math.min(jumpCosts, millis)), Math.max(0, millis), true)
    : aged(before.seen, millis, millis);
  const clock = jump ? "wall" : "monotonic";
  const progress = fold.observe(before.progress, { _tag: "Passed", millis, clock });
  const after: Case = { progress, seen };
  checkTurn(fold, before, { _tag: "Passed", millis, clock }, after);
  checkState(fold, after);
  return after;
};

export const refusal = (kind: Refusal["kind"], errCode: string): Refusal => ({
  kind,
  reason: "Rejected",
  errCode,
  advice: "fix-request",
  message: errCode,
});
