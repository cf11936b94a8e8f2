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
import * as Schema from "effect/Schema";
import { AskedBy, Millis, Refusal, type RefusalKind } from "./internal/observed.ts";
import type { Observation } from "./internal/observed.ts";

export { type Observation, ofAsk, ofSend, Refusal, type MerchantCause } from "./internal/observed.ts";

/**
 * What became of the money. `Recorded`: nothing that was begun can have been accepted. `Unknown`: an attempt may have been accepted, or an
 * answer proved nothing. `Accepted`: a signed reply or record says so. `Succeeded`, `Closed`: a signed record says SUCCESS or REFUNDCLOSE.
 * `Rejected`: certainly not accepted by any attempt of this history, and no repeat changes it. `NotMade`: given up, certainly not
 * accepted; the same request may be started again. `Resolved`: a person ended it, nothing is ever sent.
 */
export const Truth = Schema.Literals([
  "Recorded",
  "Unknown",
  "Accepted",
  "Succeeded",
  "Closed",
  "Rejected",
  "NotMade",
  "Resolved",
]);
export type Truth = typeof Truth.Type;

/**
 * Why work rests until somebody acts. `top-up`, `key`, `certificate`, `account` are the merchant's; `request`: a refusal that no repeat
 * changes, after an attempt that may have been accepted; `other-refund`: a signed record with other amounts under this number; `change`:
 * CHANGE, the merchant platform must act; `overdue`: not known an hour after the first begin; `denied`: accepted, yet for an hour the
 * gateway says that there is no such refund.
 */
export const Cause = Schema.Literals([
  "top-up",
  "key",
  "certificate",
  "account",
  "request",
  "other-refund",
  "change",
  "overdue",
  "denied",
]);
export type Cause = typeof Cause.Type;

const merchantWide: ReadonlySet<Cause> = new Set(["top-up", "key", "certificate", "account"]);

/** Why work rests, since when (ms), and what showed it. `firm`: it slows the work down, and is not only shown. */
export const Block = Schema.Struct({
  cause: Cause,
  refusal: Schema.optionalKey(Refusal),
  firm: Schema.Boolean,
  by: AskedBy,
  since: Millis,
});
export type Block = typeof Block.Type;

/** What is known of one refund. Times are durations in whole ms, counted by `Passed`. */
export const Progress = Schema.Struct({
  v: Schema.Literal(1),
  truth: Truth,
  block: Schema.optionalKey(Block),
  /** A call whose begin was observed and whose end was not. */
  open: Schema.optionalKey(Schema.Literals(["send", "ask"])),
  /** Whether an attempt of this history went without an answer that decides: it may have been accepted. */
  unanswered: Schema.Boolean,
  /** The last refusal of a send that no later unanswered attempt put in doubt. */
  refusal: Schema.optionalKey(Refusal),
  /** A question begun after the last attempt was answered with REFUNDNOTEXIST. */
  denied: Schema.Boolean,
  /** NOTSURE (未确定): only the identical request moves the refund on. */
  notSure: Schema.Boolean,
  /** A person wants it cancelled while a call is under way. */
  cancelled: Schema.Boolean,
  /** Asked to look now, by a notice or a person. */
  poke: Schema.optionalKey(Schema.Literals(["ask", "go"])),
  /** Sends that may have left. */
  sends: Schema.Natural,
  /** Fruitless calls in a row: the back-off's exponent. */
  row: Schema.Natural,
  /** Answered with a rate code: nothing for a minute. */
  limited: Schema.Boolean,
  /** Since the first begin; since the last begin of a send and of a query; since a call ended. */
  first: Schema.optionalKey(Millis),
  sent: Schema.optionalKey(Millis),
  asked: Schema.optionalKey(Millis),
  idle: Schema.optionalKey(Millis),
  /** Since the last unanswered attempt ended, and how old it was when the open query was begun. */
  doubt: Millis,
  doubtAsked: Millis,
  /** Since the first of an unbroken row of REFUNDNOTEXIST after acceptance. */
  deniedFor: Schema.optionalKey(Millis),
  /** Spreads the back-offs of many refunds; of the refund's number. */
  seed: Schema.Natural,
  resolved: Schema.optionalKey(Schema.Struct({ by: Schema.String, reason: Schema.String })),
});
export type Progress = typeof Progress.Type;

/** What to do. `Question`: a query or the identical request. `Wait`: so many ms, and then `then`; `Rest`: nothing, until a person acts. */
export type Step =
  | { readonly _tag: "Send" | "Ask" | "Question" | "Busy" | "Rest" }
  | { readonly _tag: "Wait"; readonly millis: number; readonly then: "Send" | "Ask" | "Question" };

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
/** No duration is counted further: nothing depends on more. */
const longest = 60 * day;

const finals: ReadonlySet<Truth> = new Set(["Succeeded", "Closed", "Rejected", "Resolved"]);

/** Whether nothing can change it any more. */
export const isFinal = ({ truth }: Progress): boolean => finals.has(truth);

const seedOf = (outRefundNo: string): number => {
  let hash = 2166136261;
  for (let at = 0; at < outRefundNo.length; at++) hash = Math.imul(hash ^ outRefundNo.charCodeAt(at), 16777619);
  return (hash >>> 0) % 65521;
};

/**
 * A refund of which nothing was begun; `attempted`: an attempt may have been made that this history does not know, as after a restored
 * backup. It is then asked for before it is sent.
 */
export const initial = (
  outRefundNo: string,
  { attempted = false }: { readonly attempted?: boolean } = {},
): Progress => ({
  v: 1,
  truth: attempted ? "Unknown" : "Recorded",
  unanswered: attempted,
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

// Keys that are absent and keys that are undefined are one thing, and a stored value has only the former.
const without = <K extends keyof Progress>(progress: Progress, ...keys: ReadonlyArray<K>): Omit<Progress, K> => {
  const copy = { ...progress };
  for (const key of keys) delete copy[key];
  return copy;
};

const unblocked = (progress: Progress): Progress => without(progress, "block");

const ended = (progress: Progress, truth: Truth): Progress => ({
  ...without(progress, "block", "open", "poke", "deniedFor"),
  truth,
  cancelled: false,
  limited: false,
});

const blocked = (
  progress: Progress,
  cause: Cause,
  by: "send" | "ask",
  refusal: Refusal | undefined,
  firm = true,
): Progress => {
  const before = progress.block?.cause === cause ? progress.block : undefined;
  return {
    ...progress,
    block: {
      cause,
      by,
      firm: firm || before?.firm === true,
      since: before?.since ?? 0,
      ...(refusal !== undefined && { refusal }),
    },
  };
};

/** Which acts a person may take. `refreeze`: the same number with the fields as the mended configuration now gives them. */
export type Act = "cancel" | "goOn" | "resolve" | "startAgain" | "refreeze";

const nothingInDoubt = ({ open, truth, unanswered }: Progress): boolean =>
  (truth === "Recorded" || truth === "Unknown" || truth === "NotMade") && !unanswered && open === undefined;

/** The acts that are permitted now; `docs/resending.md` has them as a table. */
export const permitted = (progress: Progress): ReadonlySet<Act> => {
  const acts = new Set<Act>();
  if (isFinal(progress)) return acts;
  acts.add("resolve");
  const { truth, unanswered } = progress;
  if (truth === "NotMade") acts.add("startAgain");
  else acts.add("goOn");
  if (truth !== "NotMade" && truth !== "Accepted" && !unanswered) acts.add("cancel");
  if (nothingInDoubt(progress)) acts.add("refreeze");
  return acts;
};

const unanswered = (progress: Progress): Progress => {
  const kept = progress.block !== undefined && merchantWide.has(progress.block.cause) ? progress : unblocked(progress);
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

/** A refusal that no repeat changes. */
const isLasting = (kind: RefusalKind): boolean => kind === "final" || kind === "by-order";

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
      const doubtful = progress.truth === "Accepted" ? progress : unanswered(progress);
      const told = cause === undefined ? doubtful : blocked(doubtful, cause, "send", refusal, false);
      return { ...told, limited };
    }
    case "Accepted":
      return {
        ...without(progress, "block", "refusal"),
        truth: "Accepted",
        unanswered: false,
        denied: false,
        notSure: false,
        row: 0,
      };
    case "Refused": {
      const { cause, refusal, signed } = observation;
      // A later refusal never takes back that it was accepted.
      if (progress.truth === "Accepted")
        return cause === undefined ? progress : blocked(progress, cause, "send", refusal, signed);
      const refused: Progress = { ...progress, refusal, row: signed ? 0 : progress.row + 1 };
      if (cause !== undefined) return blocked(refused, cause, "send", refusal, signed);
      if (!progress.unanswered && refusal.kind === "final") return ended(refused, "Rejected");
      // Shown at once; a query that is begun from here on says whether there is a refund all the same.
      return { ...blocked(refused, "request", "send", refusal), truth: "Unknown", denied: false };
    }
    default:
      return progress;
  }
};

const found = (progress: Progress, status: string): Progress => {
  if (status === "SUCCESS") return ended(progress, "Succeeded");
  if (status === "REFUNDCLOSE") return ended(progress, "Closed");
  if (status === "NOTSURE") {
    return progress.truth === "Accepted"
      ? { ...progress, notSure: true, row: progress.row + 1 }
      : { ...progress, truth: "Unknown", unanswered: true, notSure: true };
  }
  const accepted: Progress = {
    ...without(progress, "block", "refusal", "deniedFor"),
    truth: "Accepted",
    unanswered: false,
    denied: false,
    notSure: false,
    row: progress.truth === "Accepted" ? progress.row + 1 : 0,
  };
  return status === "CHANGE"
    ? blocked({ ...accepted, ...(progress.block && { block: progress.block }) }, "change", "ask", undefined)
    : accepted;
};

const noSuchRefund = (before: Progress): Progress => {
  // The gateway took a query with this key and this account: what a query showed of them is mended.
  const lifted =
    before.block?.by === "ask" && merchantWide.has(before.block.cause) && before.block.cause !== "certificate";
  const progress = lifted || before.block?.cause === "other-refund" ? unblocked(before) : before;
  if (progress.truth === "Accepted") {
    const counted: Progress = { ...progress, deniedFor: progress.deniedFor ?? 0, row: progress.row + 1 };
    return (counted.deniedFor ?? 0) >= hour ? blocked(counted, "denied", "ask", undefined) : counted;
  }
  const { refusal } = progress;
  if (refusal !== undefined && isLasting(refusal.kind)) {
    if (!progress.unanswered || progress.doubtAsked >= day) return ended(progress, "Rejected");
  }
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
    case "NoSuchRefund":
      return noSuchRefund(told.truth === "Recorded" || told.truth === "Unknown" ? told : without(told, "poke"));
    case "OtherRefund":
      return blocked(without(told, "poke"), "other-refund", "ask", observation.refusal);
    case "AskFailed": {
      const { cause, limited, refusal, signed } = observation;
      const failed: Progress = { ...without(told, "poke"), row: progress.row + 1, limited };
      return cause === undefined ? failed : blocked(failed, cause, "ask", refusal, signed);
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
  const { asked, block, deniedFor, first, idle, sent } = progress;
  const aged: Progress = {
    ...progress,
    doubt: added(progress.doubt, millis),
    ...(block !== undefined && { block: { ...block, since: added(block.since, millis) } }),
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
  if (progress.truth === "Accepted" || progress.unanswered || progress.truth === "NotMade") return progress;
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
        ...without(progress, "refusal", ...(progress.block?.cause === "other-refund" ? [] : ["block" as const])),
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
      return block !== undefined && merchantWide.has(block.cause) ? { ...unblocked(progress), row: 0 } : progress;
    }
    default:
      if (open === undefined) return progress;
      return settled(open === "send" ? ofSendAnswer(progress, observation) : ofAskAnswer(progress, observation));
  }
};

const firstPauses = [1, 3, 10, 20];

/** Between half of the pause and all of it, by refund and turn: many that failed together do not return together. */
const spread = (pause: number, { row, seed }: Progress): number => {
  const mixed = Math.imul(seed ^ Math.imul(row + 1, 0x9e3779b1), 0x85ebca6b) >>> 0;
  return Math.round(pause * (0.5 + (mixed % 1000) / 2000));
};

/** After a call that did not help: 1, 3, 10, 20 s, then 30 s; for what nobody could mend in time, 5 min. */
const backOff = (progress: Progress): number => {
  const { block, limited, row } = progress;
  if (limited) return minute + spread(10 * second, progress);
  if (row === 0) return 0;
  const slow = block !== undefined && (block.cause === "overdue" || block.since >= 10 * minute);
  const pause = firstPauses[row - 1];
  if (pause !== undefined && !slow) return spread(pause * second, progress);
  return spread(slow ? Math.min(5 * minute, 30 * second * 2 ** Math.min(row, 4)) : 30 * second, progress);
};

/** After acceptance: five times a minute apart, then 5, 10, 20, 30 min, 30 min … */
const poll = ({ row }: Progress): number => (row < 5 ? minute : ([5, 10, 20][row - 5] ?? 30) * minute);

/** Sends that may have left: eight as they come, then one an hour, so at most 33 in any day. */
const spacing = ({ sends }: Progress): number => (sends < 8 ? 0 : hour);

const least = 10 * second;
const quarter = 15 * minute;

const since = (duration: number | undefined): number => duration ?? longest;

const after = (millis: number, then: "Send" | "Ask" | "Question"): Step =>
  millis <= 0 ? { _tag: then } : { _tag: "Wait", millis, then };

/** Whether sending can help, and cannot be wrong, once a person has asked for it. */
const maySend = ({ block, denied, truth }: Progress): boolean =>
  truth === "Recorded" ||
  (truth === "Unknown" &&
    denied &&
    (block === undefined || block.cause === "overdue" || merchantWide.has(block.cause)));

const blockedStep = (progress: Progress, { cause, firm }: Block): Step | undefined => {
  const { asked, denied, idle, sent, truth } = progress;
  switch (cause) {
    case "other-refund":
    case "change":
      return after(day - since(asked), "Ask");
    case "denied":
      return after(30 * minute - since(asked), "Ask");
    case "request":
      return after(denied ? quarter - since(asked) : backOff(progress) - since(idle), "Ask");
    case "overdue":
      return undefined;
    default: {
      if (!firm) return undefined;
      if (truth === "Recorded") return after(hour - since(sent), "Send");
      const ask = quarter - since(asked);
      const send = Math.max(hour, spacing(progress)) - since(sent);
      return truth === "Unknown" && denied && send <= ask ? after(send, "Send") : after(ask, "Ask");
    }
  }
};

/** What to do now. Total, and the same for the same progress. */
export const next = (progress: Progress): Step => {
  const { asked, block, denied, idle, notSure, open, poke, sent, truth } = progress;
  if (isFinal(progress) || truth === "NotMade") return { _tag: "Rest" };
  if (open !== undefined) return { _tag: "Busy" };
  if (poke === "go" && maySend(progress)) return after(least - since(sent), "Send");
  if (poke !== undefined) return after(least - since(asked), "Ask");
  const held = block === undefined ? undefined : blockedStep(progress, block);
  if (held !== undefined) return held;
  if (truth === "Recorded") return after(backOff(progress) - since(idle), "Send");
  if (notSure) {
    const send = Math.max(spacing(progress), backOff(progress)) - since(sent);
    const ask = poll(progress) - since(asked);
    return send <= ask ? after(send, "Send") : after(ask, "Ask");
  }
  if (truth === "Accepted") return after(poll(progress) - since(idle), "Ask");
  const pause = backOff(progress) - since(idle);
  const send = Math.max(spacing(progress) - since(sent), pause);
  if (!denied) return send <= pause ? after(pause, "Question") : after(pause, "Ask");
  // With every send spent, a query may still find what arrived late.
  const ask = Math.max(quarter - since(asked), pause);
  return send <= ask ? after(send, "Send") : after(ask, "Ask");
};
