/** What a driver may meet, one letter each: a macro that keeps to what the gateway of `case.ts` can truly answer. */
import type { MerchantCause, Observation } from "../../../src/RefundProgress.ts";
import { type Case, day, type Fold, hour, minute, refusal, second, type Seen } from "./case.ts";
import { require } from "./rules.ts";
import { give, pass } from "./turns.ts";

type Call = "send" | "ask";
export type Play = (fold: Fold, at: Case) => Case;

const reachAnew = (fold: Fold, from: Case, call: Call): Case | undefined => {
  let at = from;
  for (let turn = 0; turn < 6; turn++) {
    const step = fold.next(at.progress);
    const wanted = step._tag === "Wait" ? step.for : step._tag;
    if (wanted !== "Question" && wanted !== (call === "send" ? "Send" : "Ask")) return undefined;
    if (step._tag !== "Wait") return give(fold, at, { _tag: "Begun", call });
    at = pass(fold, at, step.millis);
  }
  require(false, "R5 a wait ends", "waited six times in full, and still waits");
  return undefined;
};

const reached: Record<Call, { readonly fold: Fold; readonly from: Case; readonly at: Case | undefined } | undefined> = {
  send: undefined,
  ask: undefined,
};

/** Waits in full and begins the call, as `next` says. Undefined when it says another call, or none. Once for all letters that do so. */
const reach = (fold: Fold, from: Case, call: Call): Case | undefined => {
  const last = reached[call];
  if (last?.from === from && last.fold === fold && fold.counts !== true) return last.at;
  const at = reachAnew(fold, from, call);
  reached[call] = { fold, from, at };
  return at;
};

interface Answer {
  readonly observation: Observation;
  readonly real?: Partial<Seen>;
}
type Answering = (seen: Seen) => Answer;

const answered =
  (call: Call, answering: Answering): Play =>
  (fold, from) => {
    const at = from.progress.open === undefined ? reach(fold, from, call) : from;
    if (at === undefined || at.progress.open !== call) return from;
    const { observation, real } = answering(at.seen);
    return give(fold, at, observation, real);
  };

const unanswered = (more: { readonly cause?: MerchantCause; readonly limited?: boolean } = {}): Observation => ({
  _tag: "Unanswered",
  limited: more.limited ?? false,
  ...(more.cause !== undefined && { cause: more.cause, refusal: refusal("other", "UNTRUSTED") }),
});

/** It arrived: the gateway makes the refund, unless it has it or the number is another's. */
const arrives = (seen: Seen): Partial<Seen> =>
  seen.twin >= 0 ? {} : seen.held ? { late: -1 } : { held: true, heldAge: 0, late: -1 };
const comesLate = (seen: Seen): Partial<Seen> => (seen.twin >= 0 || seen.held ? {} : { late: 0 });

const used = refusal("by-order", "ERROR");
const finally_ = refusal("final", "ORDERNOTEXIST");
const refused = (code: string, cause: MerchantCause, signed = true): Observation => ({
  _tag: "Refused",
  signed,
  refusal: refusal("merchant", code),
  cause,
});
const failed = (code: string, more: { readonly cause?: MerchantCause; readonly limited?: boolean }): Observation => ({
  _tag: "AskFailed",
  signed: true,
  limited: more.limited ?? false,
  refusal: refusal("other", code),
  ...(more.cause !== undefined && { cause: more.cause }),
});

const accepted: Answering = (seen) =>
  seen.twin >= 0
    ? { observation: { _tag: "Refused", signed: true, refusal: used } }
    : { observation: { _tag: "Accepted" }, real: arrives(seen) };

const other: Observation = { _tag: "OtherRefund", refusal: refusal("other", "mismatch") };

/** REFUNDNOTEXIST as long as it can be: truly, or because the query is behind. */
const noSuch: Answering = (seen) => {
  if (seen.held && !seen.askBlind && seen.heldAge >= day)
    return { observation: { _tag: "Found", status: "PROCESSING" } };
  if (seen.twin >= 0 && !seen.askBlind && seen.twin >= day) return { observation: other };
  return { observation: { _tag: "NoSuchRefund" } };
};

const record =
  (status: string): Answering =>
  (seen) =>
    seen.held
      ? { observation: { _tag: "Found", status } }
      : { observation: seen.twin >= 0 ? other : { _tag: "NoSuchRefund" } };

const others: Answering = (seen) =>
  seen.held || seen.late >= 0
    ? record("PROCESSING")(seen)
    : { observation: other, real: { twin: Math.max(0, seen.twin) } };

const send = (answering: Answering): Play => answered("send", answering);
const ask = (answering: Answering): Play => answered("ask", answering);
const sendIs = (observation: Observation): Play => send(() => ({ observation }));
const askIs = (observation: Observation): Play => ask(() => ({ observation }));
const is =
  (observation: Observation): Play =>
  (fold, at) =>
    give(fold, at, observation);

const begin: Play = (fold, at) =>
  at.progress.open !== undefined ? at : (reach(fold, at, "send") ?? reach(fold, at, "ask") ?? at);

const crash =
  (arrived: boolean): Play =>
  (fold, from) => {
    const at = begin(fold, from);
    const real = arrived && at.progress.open === "send" ? arrives(at.seen) : {};
    return give(fold, at, { _tag: "Loaded" }, real);
  };

const arrivesLate: Play = (fold, at) => {
  const { seen } = at;
  if (seen.late < 0) return at;
  const held: Partial<Seen> = seen.held || seen.twin >= 0 ? {} : { held: true, heldAge: seen.late };
  // Told to nobody; given as a time of zero, so that every rule is looked at.
  return pass(fold, { ...at, seen: { ...seen, ...held, late: -1 } }, 0);
};

/** Of one refund, in the day of a letter: what left, and when, without what people asked for. */
export const inADay = 41;

/** A day in which every call is answered the same. */
const dayOf =
  (send: Answering, ask: Answering): Play =>
  (fold, from) => {
    let [at, went, left] = [from, 0, 0];
    for (let calls = 0; went < day; calls++) {
      if (calls > 8640) {
        require(false, "R5 no hot loop", "more than a call each ten seconds, all day");
        return at;
      }
      const step = fold.next(at.progress);
      if (step._tag === "Rest") return pass(fold, at, day - went);
      if (step._tag === "Busy") {
        const { observation, real } = (at.progress.open === "send" ? send : ask)(at.seen);
        at = give(fold, at, observation, real);
      } else if (step._tag === "Wait") {
        const millis = Math.min(step.millis, day - went);
        at = pass(fold, at, millis);
        went += millis;
      } else {
        const call = step._tag === "Ask" || (step._tag === "Question" && calls % 2 === 0) ? "ask" : "send";
        const apart = at.seen.go;
        at = give(fold, at, { _tag: "Begun", call });
        const { observation, real } = (call === "send" ? send : ask)(at.seen);
        if (call === "send" && apart === 0 && observation._tag !== "NotSent") left++;
        require(left <= inADay, "R5 41 sends a day", `${left} sends`);
        at = give(fold, at, observation, real);
      }
    }
    return at;
  };

const lost: Answering = () => ({ observation: unanswered() });
const notSent: Answering = () => ({ observation: { _tag: "NotSent" } });

/** What the real thing would answer from now on: all is mended, and whatever is true is said. */
export const truthful = (seen: Seen, call: Call, sinceAccepted: number): Answer => {
  if (call === "send") return accepted(seen);
  if (seen.held) return { observation: { _tag: "Found", status: sinceAccepted < 3 * day ? "PROCESSING" : "SUCCESS" } };
  return { observation: seen.twin >= 0 ? other : { _tag: "NoSuchRefund" } };
};

const strays: ReadonlyArray<Observation> = [
  { _tag: "NotSent" },
  unanswered(),
  { _tag: "Accepted" },
  { _tag: "Refused", signed: true, refusal: finally_ },
  { _tag: "Found", status: "SUCCESS" },
  { _tag: "NoSuchRefund" },
  other,
  failed("SIGNERROR", { cause: "key" }),
];
const stray: Play = (fold, at) => {
  if (at.progress.open !== undefined) return at;
  for (const one of strays) {
    require(fold.observe(at.progress, one) === at.progress, "T an answer nobody waits for", one._tag);
  }
  return at;
};

const letters: ReadonlyArray<readonly [name: string, play: Play]> = [
  // A send, and what becomes of it.
  ["lost, arrived", send((seen) => ({ observation: unanswered(), real: arrives(seen) }))],
  ["lost, never arrives", send(lost)],
  ["lost, arrives later", send((seen) => ({ observation: unanswered(), real: comesLate(seen) }))],
  ["not sent", send(notSent)],
  ["handshake broke", sendIs({ _tag: "NotSent", cause: "certificate", refusal: refusal("other", "handshake") })],
  [
    "SYSTEMERROR, accepted",
    send((seen) => ({
      observation: { _tag: "Unanswered", limited: false, refusal: refusal("other", "SYSTEMERROR") },
      real: arrives(seen),
    })),
  ],
  ["FREQUENCY_LIMITED", sendIs(unanswered({ limited: true }))],
  ["accepted", send(accepted)],
  ["untrusted sign, accepted", send((seen) => ({ observation: unanswered({ cause: "key" }), real: arrives(seen) }))],
  ["refused, final", sendIs({ _tag: "Refused", signed: true, refusal: finally_ })],
  ["refused, by order", sendIs({ _tag: "Refused", signed: true, refusal: used })],
  ["NOTENOUGH", sendIs(refused("NOTENOUGH", "top-up"))],
  ["APPID_NOT_EXIST", sendIs(refused("APPID_NOT_EXIST", "account"))],
  ["send SIGNERROR", sendIs(refused("SIGNERROR", "key"))],
  ["certificate page", sendIs(refused("page", "certificate", false))],
  // A query, and its answer.
  ["PROCESSING", ask(record("PROCESSING"))],
  ["SUCCESS", ask(record("SUCCESS"))],
  ["REFUNDCLOSE", ask(record("REFUNDCLOSE"))],
  ["CHANGE", ask(record("CHANGE"))],
  ["NOTSURE", ask(record("NOTSURE"))],
  ["REFUNDNOTEXIST", ask(noSuch)],
  ["other amounts", ask(others)],
  ["query SIGNERROR", askIs(failed("SIGNERROR", { cause: "key" }))],
  ["query APPID_NOT_EXIST", askIs(failed("APPID_NOT_EXIST", { cause: "account" }))],
  [
    "query certificate page",
    askIs({ _tag: "Unanswered", limited: false, cause: "certificate", refusal: refusal("other", "page") }),
  ],
  ["query FREQUENCY_LIMITED", askIs(failed("FREQUENCY_LIMITED", { limited: true }))],
  ["query lost", ask(lost)],
  ["query not sent", ask(notSent)],
  // What happens besides.
  ["begun", begin],
  ["crash, arrived", crash(true)],
  ["crash, not arrived", crash(false)],
  ["the lost one arrives", arrivesLate],
  ["cancel", is({ _tag: "Cancel" })],
  ["go on", is({ _tag: "GoOn" })],
  ["notice", is({ _tag: "Noticed", verified: false })],
  ["verified notice", (fold, at) => (at.seen.held ? give(fold, at, { _tag: "Noticed", verified: true }) : at)],
  ["resolve", is({ _tag: "Resolve", by: "Ann", reason: "paid in cash" })],
  ["start again", is({ _tag: "StartAgain" })],
  ["held: top-up", is({ _tag: "Held", cause: "top-up", refusal: refusal("merchant", "NOTENOUGH") })],
  ["held: key", is({ _tag: "Held", cause: "key" })],
  ["lifted", is({ _tag: "Lifted" })],
  ["reachable", is({ _tag: "Reachable" })],
  ["answers that nobody waits for", stray],
  // Time.
  ["8 s", (fold, at) => pass(fold, at, 8 * second)],
  ["10 min", (fold, at) => pass(fold, at, 10 * minute)],
  ["2 h", (fold, at) => pass(fold, at, 2 * hour)],
  ["26 h", (fold, at) => pass(fold, at, 26 * hour)],
  ["down 26 h", (fold, at) => pass(fold, give(fold, at, { _tag: "Loaded" }), 26 * hour)],
  ["clock +25 h", (fold, at) => pass(fold, at, 25 * hour, true)],
  ["clock -1 h", (fold, at) => pass(fold, at, -hour, true)],
  ["clock +10 years", (fold, at) => pass(fold, at, 3650 * day, true)],
  ["clock -10 years", (fold, at) => pass(fold, at, -3650 * day, true)],
  // A day of the same.
  ["a day not sent", dayOf(notSent, notSent)],
  ["a day lost, unanswered", dayOf(lost, lost)],
  ["a day lost, REFUNDNOTEXIST", dayOf(lost, noSuch)],
  ["a day of NOTENOUGH", dayOf(() => ({ observation: refused("NOTENOUGH", "top-up") }), noSuch)],
  [
    "a day of SIGNERROR",
    dayOf(
      () => ({ observation: refused("SIGNERROR", "key") }),
      () => ({ observation: failed("SIGNERROR", { cause: "key" }) }),
    ),
  ],
  ["a day refused by order", dayOf(() => ({ observation: { _tag: "Refused", signed: true, refusal: used } }), noSuch)],
  ["a day accepted, NOTSURE", dayOf(accepted, record("NOTSURE"))],
  ["a day of PROCESSING", dayOf(accepted, record("PROCESSING"))],
];

export type Letter = readonly [name: string, play: Play];
export const alphabet: ReadonlyArray<Letter> = letters;

/** The letters of longer words: of those that differ in little, one. The second set is of the first. */
const thirty = new Set([
  "lost, arrived",
  "lost, never arrives",
  "lost, arrives later",
  "not sent",
  "accepted",
  "refused, final",
  "refused, by order",
  "NOTENOUGH",
  "certificate page",
  "PROCESSING",
  "SUCCESS",
  "CHANGE",
  "NOTSURE",
  "REFUNDNOTEXIST",
  "other amounts",
  "query SIGNERROR",
  "query lost",
  "begun",
  "crash, arrived",
  "the lost one arrives",
  "cancel",
  "go on",
  "notice",
  "start again",
  "held: top-up",
  "lifted",
  "10 min",
  "2 h",
  "26 h",
  "clock +25 h",
]);
const notOfTwenty = new Set([
  "lost, never arrives",
  "certificate page",
  "SUCCESS",
  "CHANGE",
  "query lost",
  "notice",
  "held: top-up",
  "lifted",
  "10 min",
  "2 h",
]);
export const letters30 = letters.filter(([name]) => thirty.has(name));
export const letters20 = letters30.filter(([name]) => !notOfTwenty.has(name));

/** Days are a thousand calls each, so words have fewer of them. */
export const isDay = (name: string): boolean => name.startsWith("a day");

export const playOf = (name: string): Play => {
  const letter = letters.find(([one]) => one === name);
  if (letter === undefined) throw new Error(`no letter "${name}"`);
  return letter[1];
};
