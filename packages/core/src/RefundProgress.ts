/**
 * The life of one refund, decided in one place: what is known of its money, why work on it rests, and what to do next.
 *
 * A pure fold. `observe` takes what happened, `next` says what to do about it; whoever drives a refund (`Resend` in memory, a worker over a
 * database, a command) does what `next` says and observes what came of it, and has no rules of its own. A value of it can be stored and
 * read again. How an answer of the gateway is observed stands in `internal/observed.ts`.
 *
 * Rules. The begin of a call is observed before its first byte. After an attempt that may have been accepted comes a question: a query,
 * or the identical request, which the gateway refunds once (同一退款单号多次请求只退一笔). A refund is final only by a signed, matching
 * record, by a refusal while no attempt went unanswered, or a day after the last one that did. Accepted is never taken back.
 */
import type { Observation, Refusal } from "./internal/observed.ts";
import { isSpaced, maySend, next } from "./internal/nextStep.ts";
import type { RefundStatus } from "./internal/statuses.ts";
import {
  type Block,
  type Cause,
  day,
  hour,
  isFinal,
  isRefused,
  longest,
  merchantWide,
  minute,
  permitted,
  type Progress,
  type Truth,
} from "./internal/progress.ts";

export { type MerchantCause, type Observation, ofAsk, ofSend, Refusal } from "./internal/observed.ts";
export { type Act, Block, Cause, isFinal, isMerchants, permitted, Progress, Truth } from "./internal/progress.ts";
export { next, type Step } from "./internal/nextStep.ts";

const seedOf = (outRefundNo: string): number => {
  let hash = 2166136261;
  for (let at = 0; at < outRefundNo.length; at++) hash = Math.imul(hash ^ outRefundNo.charCodeAt(at), 16777619);
  return (hash >>> 0) % 65521;
};

/** How much is known at the start. */
export interface Start {
  /** An attempt may have been made that this history does not know, as after a restored backup: it is asked for before it is sent. */
  readonly attempted?: boolean | undefined;
  /** It was accepted, as somebody proved before: it is only asked for. */
  readonly accepted?: boolean | undefined;
  /**
   * It was given up, and an attempt may have been made all the same, as by who started it again after the backup that was restored: it is
   * only asked for, until it is started again. A day and a question make it `NotMade` once more.
   */
  readonly withheld?: boolean | undefined;
}

/** A refund of which nothing was begun, unless `start` says otherwise. */
export const initial = (
  outRefundNo: string,
  { accepted = false, attempted = false, withheld = false }: Start = {},
): Progress => {
  const isUnknown = !accepted && (attempted || withheld);
  return unblocked({
    v: 1,
    truth: accepted ? "Accepted" : isUnknown ? "Unknown" : "Recorded",
    unanswered: isUnknown,
    foreign: false,
    withheld: withheld && !accepted,
    denied: false,
    notSure: false,
    cancelled: false,
    sends: 0,
    row: 0,
    limited: false,
    doubt: 0,
    doubtAsked: 0,
    seed: seedOf(outRefundNo),
  });
};

const notThere: ReadonlySet<Truth> = new Set(["Rejected", "NotMade"]);

/**
 * Whether a notice's or a bill's word for the refund is against what was concluded: that money goes back which here was not accepted, was
 * closed, or was settled otherwise by a person. Nothing follows from it by itself, for it may prove nothing; whoever sees it raises the alarm.
 */
export const contradicts = ({ truth }: Progress, status: RefundStatus): boolean =>
  status === "SUCCESS"
    ? notThere.has(truth) || truth === "Resolved" || truth === "Closed"
    : status !== "REFUNDCLOSE" && notThere.has(truth);

// Keys that are absent and keys that are undefined are one thing, and a stored value has only the former. What a key was deleted from is slow
// to read for good, so it is written anew.
const without = <K extends keyof Progress>(progress: Progress, ...keys: ReadonlyArray<K>): Omit<Progress, K> => {
  const gone: ReadonlyArray<string> = keys;
  if (!gone.some((key) => key in progress)) return progress;
  return Object.fromEntries(Object.entries(progress).filter(([key]) => !gone.includes(key))) as unknown as Progress;
};

/** Nothing holds it any more but that it is withheld, which stands for as long as it is. */
const unblocked = (progress: Progress): Progress => ({
  ...without(progress, "block", "under"),
  ...(progress.withheld && { block: { cause: "withheld", firm: true, by: "send", since: progress.doubt } }),
});

/** What it was refused for each time stays shown while it waits for its hour, and holds nothing. */
const lifted = (progress: Progress): Progress => {
  const { block, refusal, under } = progress;
  // What a query showed stands before it, and is lifted first.
  const own = block?.by === "send" ? block : under;
  return own !== undefined && merchantWide.has(own.cause) && refusal?.kind === "merchant" && isSpaced(progress)
    ? { ...without(progress, "under"), block: { ...own, firm: false } }
    : unblocked(progress);
};

/** It may be sent again; a record, or who starts it again, says that somebody wants it. */
const released = (progress: Progress): Progress =>
  progress.withheld ? unblocked({ ...progress, withheld: false }) : progress;

const ended = (progress: Progress, truth: Truth): Progress => ({
  ...without(progress, "block", "under", "open", "poke", "deniedFor"),
  truth,
  foreign: false,
  withheld: false,
  cancelled: false,
  limited: false,
});

const accepted = (progress: Progress): Progress => ({
  ...without(unblocked(released(progress)), "refusal"),
  truth: "Accepted",
  unanswered: false,
  foreign: false,
  denied: false,
  notSure: false,
  row: 0,
});

const shows = (progress: Progress, block: Block): Progress => {
  const { foreign, under } = progress;
  const before = progress.block;
  // Nothing stands before that the number is another refund's.
  if (foreign && block.cause !== "other-refund") return progress;
  const covered = block.by === "ask" && before?.by === "send" && before.cause !== "overdue" ? before : under;
  const kept =
    covered === undefined || block.by === "send" ? without(progress, "under") : { ...progress, under: covered };
  return { ...kept, block };
};

const blocked = (
  progress: Progress,
  cause: Cause,
  by: "send" | "ask",
  refusal: Refusal | undefined,
  firm = true,
): Progress => {
  const same = progress.block?.cause === cause ? progress.block : undefined;
  return shows(progress, {
    cause,
    by: same?.by === "send" ? "send" : by,
    firm: firm || same?.firm === true,
    since: same?.since ?? 0,
    ...(refusal !== undefined && { refusal }),
  });
};

/** What a query showed, and an answer to a query has disproved; what a send showed is shown again. */
const liftedByAsk = (progress: Progress): Progress => {
  const { block, under } = progress;
  if (block?.by !== "ask" || !merchantWide.has(block.cause)) return progress;
  return under === undefined ? unblocked(progress) : { ...without(progress, "under"), block: under };
};

const unanswered = (progress: Progress): Progress => {
  const kept =
    progress.block !== undefined && merchantWide.has(progress.block.cause) ? progress : without(progress, "block");
  return {
    // What was refused before says nothing about this attempt.
    ...without(kept, "refusal"),
    truth: "Unknown",
    unanswered: true,
    denied: false,
    notSure: false,
    doubt: 0,
    row: progress.row + 1,
  };
};

const ofSendAnswer = (before: Progress, observation: Observation): Progress => {
  const progress: Progress = { ...without(before, "open", "poke"), idle: 0, limited: false };
  switch (observation._tag) {
    case "NotSent": {
      const { cause, refusal } = observation;
      const told = cause === undefined ? progress : blocked(progress, cause, "send", refusal, false);
      // It did not leave, so it is none of those that are bounded.
      return { ...told, sends: Math.max(0, progress.sends - 1), row: progress.row + 1 };
    }
    case "Unanswered": {
      const { cause, limited, refusal } = observation;
      const doubtful = progress.truth === "Accepted" ? { ...progress, row: progress.row + 1 } : unanswered(progress);
      const told = cause === undefined ? doubtful : blocked(doubtful, cause, "send", refusal, false);
      return { ...told, limited };
    }
    case "Accepted":
      return observation.status === undefined ? accepted(progress) : found(accepted(progress), observation.status);
    case "Refused": {
      const { alone = false, cause, refusal } = observation;
      // What is of this refund alone holds nobody, and so nobody lifts it either: it is tried less and less often.
      const signed = observation.signed && !alone;
      // A later refusal never takes back that it was accepted.
      if (progress.truth === "Accepted") {
        const kept: Progress = { ...progress, row: progress.row + 1 };
        return cause === undefined ? kept : blocked(kept, cause, "send", refusal, signed);
      }
      // Where a record says NOTSURE the identical request follows, and a refusal of it must not make that one the faster.
      const refused: Progress = { ...progress, refusal, row: signed && !progress.notSure ? 0 : progress.row + 1 };
      if (cause !== undefined) return blocked(refused, cause, "send", refusal, signed);
      if (!progress.unanswered && refusal.kind === "final") return ended(refused, "Rejected");
      // Shown at once; a query that is begun from here on says whether there is a refund all the same.
      return { ...blocked(refused, "request", "send", refusal), truth: "Unknown", denied: false };
    }
    default:
      return progress;
  }
};

const found = (before: Progress, status: string): Progress => {
  const progress = released(before);
  if (status === "SUCCESS") return ended(progress, "Succeeded");
  if (status === "REFUNDCLOSE") return ended(progress, "Closed");
  if (status === "NOTSURE") {
    const lifted = liftedByAsk(progress);
    // The identical request moves it on, and what a send showed of the merchant holds that one as well.
    const held = lifted.block !== undefined && merchantWide.has(lifted.block.cause) ? lifted : unblocked(lifted);
    const unsure: Progress = { ...held, foreign: false, notSure: true, row: progress.row + 1 };
    return progress.truth === "Accepted"
      ? unsure
      : { ...without(unsure, "refusal"), truth: "Unknown", unanswered: true };
  }
  const there: Progress = { ...accepted(progress), row: progress.truth === "Accepted" ? progress.row + 1 : 0 };
  return status === "CHANGE"
    ? blocked({ ...there, ...(progress.block && { block: progress.block }) }, "change", "ask", undefined)
    : there;
};

const noSuchRefund = (before: Progress): Progress => {
  // One that was found to be another's may be asked of where it is not known yet.
  if (before.foreign) return before;
  const progress = liftedByAsk(before);
  if (progress.truth === "Accepted") {
    const { deniedFor = 0 } = progress;
    const counted: Progress = { ...progress, deniedFor, row: progress.row + 1 };
    return deniedFor >= hour ? blocked({ ...counted, notSure: false }, "denied", "ask", undefined) : counted;
  }
  // Whatever was sent and not answered can be found by now.
  const isFound = progress.doubtAsked >= day;
  if (progress.withheld && isFound) return { ...ended(progress, "NotMade"), unanswered: false };
  if (isRefused(progress) && (!progress.unanswered || isFound)) return ended(progress, "Rejected");
  return { ...progress, denied: true };
};

const ofAskAnswer = (before: Progress, observation: Observation): Progress => {
  const progress: Progress = {
    ...without(before, "open"),
    ...(before.poke === "go" ? { poke: "go" as const } : {}),
    idle: 0,
    limited: false,
  };
  const told = before.poke === "ask" ? without(progress, "poke") : progress;
  switch (observation._tag) {
    case "Found":
      return found(without(told, "poke", "deniedFor"), observation.status);
    case "NoSuchRefund": {
      const asked = noSuchRefund(told);
      // To go on is a send where one may follow; otherwise it was this question.
      return maySend(asked) ? asked : without(asked, "poke");
    }
    case "OtherRefund":
      return blocked({ ...without(released(told), "poke"), foreign: true }, "other-refund", "ask", observation.refusal);
    case "AskFailed": {
      const { alone = false, cause, limited, refusal, signed } = observation;
      const failed: Progress = { ...without(told, "poke"), row: progress.row + 1, limited };
      return cause === undefined ? failed : blocked(failed, cause, "ask", refusal, signed && !alone);
    }
    case "NotSent":
    case "Unanswered": {
      const { cause, refusal } = observation;
      const failed: Progress = { ...without(told, "poke"), row: progress.row + 1 };
      return cause === undefined ? failed : blocked(failed, cause, "ask", refusal, false);
    }
    default:
      return without(told, "poke");
  }
};

const added = (duration: number, millis: number): number => Math.min(longest, duration + millis);

const passed = (progress: Progress, given: number, clock: "monotonic" | "wall"): Progress => {
  const whole = Number.isFinite(given) ? Math.max(0, Math.floor(given)) : 0;
  // A clock that may jump counts for at most twice what was planned, so that it can cost minutes and never an ending.
  const step = next(progress);
  const planned = step._tag === "Wait" ? step.millis : minute;
  const millis = clock === "wall" ? Math.min(whole, 2 * planned) : whole;
  const { asked, block, deniedFor, first, idle, sent, under } = progress;
  const aged: Progress = {
    ...progress,
    // The one that ends something, and what is withheld waits for longer than a jump may cost.
    doubt: added(progress.doubt, clock === "wall" ? Math.min(millis, hour / 2) : millis),
    ...(block !== undefined && { block: { ...block, since: added(block.since, millis) } }),
    ...(under !== undefined && { under: { ...under, since: added(under.since, millis) } }),
    ...(first !== undefined && { first: added(first, millis) }),
    ...(sent !== undefined && { sent: added(sent, millis) }),
    ...(asked !== undefined && { asked: added(asked, millis) }),
    ...(idle !== undefined && { idle: added(idle, millis) }),
    ...(deniedFor !== undefined && { deniedFor: added(deniedFor, millis) }),
  };
  const late = (aged.first ?? 0) >= hour && (aged.truth === "Recorded" || aged.truth === "Unknown");
  return late && aged.block === undefined ? blocked(aged, "overdue", "send", aged.refusal, false) : aged;
};

const cancel = (progress: Progress): Progress => {
  if (!permitted(progress).has("cancel")) return progress;
  return progress.open === undefined ? ended(progress, "NotMade") : { ...progress, cancelled: true };
};

const begun = (progress: Progress, call: "send" | "ask"): Progress => {
  if (progress.open !== undefined) return progress;
  const marked: Progress = { ...progress, open: call, first: progress.first ?? 0 };
  return call === "send"
    ? { ...without(marked, "poke"), sends: progress.sends + 1, sent: 0 }
    : { ...marked, asked: 0, doubtAsked: progress.doubt };
};

/** A person's wish that came while a call was under way. */
const settled = (progress: Progress): Progress =>
  progress.cancelled && progress.open === undefined ? cancel({ ...progress, cancelled: false }) : progress;

const ofNotice = (progress: Progress): Progress =>
  progress.truth === "Accepted"
    ? progress
    : {
        ...without(progress.foreign ? progress : unblocked(released(progress)), "refusal"),
        truth: "Accepted",
        unanswered: false,
        denied: false,
        notSure: false,
        row: 0,
      };

/** What is known after an observation. Total: what cannot be, such as an answer that nobody waits for, changes nothing. */
export const observe = (progress: Progress, observation: Observation): Progress => {
  // Final is for ever: a record that contradicts it is whoever sees it to raise the alarm for.
  if (isFinal(progress)) return progress;
  const { open, truth } = progress;
  switch (observation._tag) {
    case "Passed":
      return passed(progress, observation.millis, observation.clock);
    case "Begun":
      return truth === "NotMade" ? progress : begun(progress, observation.call);
    case "Loaded":
      if (open === undefined) return progress;
      return open === "send"
        ? settled(ofSendAnswer(progress, { _tag: "Unanswered", limited: false }))
        : settled({ ...without(progress, "open"), idle: 0 });
    case "Cancel":
      return cancel(progress);
    case "GoOn":
      return truth === "NotMade" ? progress : { ...progress, poke: "go", row: 0 };
    case "Resolve":
      return { ...ended(progress, "Resolved"), resolved: { by: observation.by, reason: observation.reason } };
    case "StartAgain":
      // Asked for once more before it is sent.
      if (progress.withheld) return { ...without(released(progress), "first"), denied: false, row: 0 };
      return truth === "NotMade"
        ? {
            ...without(progress, "refusal", "first", "sent", "asked", "idle"),
            truth: "Recorded",
            denied: false,
            sends: 0,
            row: 0,
          }
        : progress;
    case "Noticed":
      if (truth === "NotMade") return progress;
      return observation.verified
        ? { ...ofNotice(progress), poke: "ask" }
        : progress.poke === "go"
          ? progress
          : { ...progress, poke: "ask" };
    case "Reachable":
      return { ...progress, row: 0 };
    case "Held":
      if (
        truth === "NotMade" ||
        (progress.block !== undefined &&
          progress.block.cause !== "overdue" &&
          progress.block.cause !== observation.cause)
      )
        return progress;
      return blocked(progress, observation.cause, "send", observation.refusal ?? progress.block?.refusal);
    case "Lifted": {
      const { block } = progress;
      const isOver =
        block !== undefined && merchantWide.has(block.cause) && (observation.cause ?? block.cause) === block.cause;
      return isOver ? { ...lifted(progress), row: 0 } : progress;
    }
    default:
      if (open === undefined) return progress;
      return settled(open === "send" ? ofSendAnswer(progress, observation) : ofAskAnswer(progress, observation));
  }
};
