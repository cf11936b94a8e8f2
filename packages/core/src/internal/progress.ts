/** What is known of one refund, as a value that can be stored: its schema, and what follows from it alone. */
import * as Schema from "effect/Schema";
import { AskedBy, Millis, Refusal } from "./observed.ts";

export const second = 1000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const day = 24 * hour;
/** No duration is counted further: nothing depends on more. */
export const longest = 60 * day;

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
 * gateway says that there is no such refund; `withheld`: given up, and perhaps sent since all the same, so that it is only asked for.
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
  "withheld",
]);
export type Cause = typeof Cause.Type;

export const merchantWide: ReadonlySet<Cause> = new Set(["top-up", "key", "certificate", "account"]);

/** Whether every refund of the merchant meets this cause. */
export const isMerchants = (cause: Cause): boolean => merchantWide.has(cause);

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
  /** The cause that is shown. */
  block: Schema.optionalKey(Block),
  /** What a send showed, while a cause that a query showed stands before it. */
  under: Schema.optionalKey(Block),
  /** A signed record under this number is another refund's: nothing is ever sent, until a person resolves it. */
  foreign: Schema.Boolean,
  /** Given up, as far as is known, and yet an attempt may have been made: it is only asked for, until somebody starts it again. */
  withheld: Schema.Boolean,
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

const finals: ReadonlySet<Truth> = new Set(["Succeeded", "Closed", "Rejected", "Resolved"]);

/** Whether nothing can change it any more. */
export const isFinal = ({ truth }: Progress): boolean => finals.has(truth);

/** A refusal that no repeat changes: what may have been accepted before it is only asked for. */
export const isRefused = ({ refusal }: Progress): boolean => refusal?.kind === "final" || refusal?.kind === "by-order";

/** Which acts a person may take. `refreeze`: the same number with the fields as the mended configuration now gives them. */
export type Act = "cancel" | "goOn" | "resolve" | "startAgain" | "refreeze";

/** The acts that are permitted now; `docs/resending.md` has them as a table. */
export const permitted = (progress: Progress): ReadonlySet<Act> => {
  const { foreign, open, truth, withheld } = progress;
  if (isFinal(progress)) return new Set();
  if (truth === "NotMade") return new Set(["resolve", "startAgain", "refreeze"]);
  const acts = new Set<Act>(["resolve", "goOn"]);
  if (withheld) return acts.add("startAgain");
  // What is unknown may be there: given up, it would be called not made without a proof. Nor is anything sent under another's number.
  if (truth !== "Recorded" || foreign) return acts;
  acts.add("cancel");
  return open === undefined ? acts.add("refreeze") : acts;
};
