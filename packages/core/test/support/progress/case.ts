/**
 * What is true of one refund at the gateway, and what was seen of it. Nothing of `RefundProgress` but its types is used.
 *
 * What the gateway can do is bounded by one sentence: a request that was not answered can be found by a query begun a day after it, if it
 * arrived at all. Until then it may arrive late, and a query may not find it yet.
 */
import type { Act, Observation, Progress, Refusal, Step } from "../../../src/RefundProgress.ts";

/** What is checked: the module, or a broken copy of it. */
export interface Fold {
  readonly initial: (
    outRefundNo: string,
    options?: { readonly attempted?: boolean; readonly accepted?: boolean; readonly withheld?: boolean },
  ) => Progress;
  readonly observe: (progress: Progress, observation: Observation) => Progress;
  readonly next: (progress: Progress) => Step;
  readonly permitted: (progress: Progress) => ReadonlySet<Act>;
  /** It counts what it observes, so that nothing may be left out because it was observed before. */
  readonly counts?: boolean;
}
export const second = 1000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const day = 24 * hour;
/** No rule looks further back, so older is one age. */
const old = 25 * hour;
/** A clock that jumps may cost this much of a bound, each time. */
export const jumpCosts = 30 * minute;

/** What is true, and what was seen. Ages are in ms; -1: never. */
export interface Seen {
  readonly held: boolean;
  readonly heldAge: number;
  /** Of the youngest request that may still arrive. */
  readonly late: number;
  /** Another refund has the number. */
  readonly twin: number;
  readonly twinSeen: boolean;
  /** It was given up, and nobody has started it again, nor has a record said that somebody did. */
  readonly withheld: boolean;
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
  withheld: false,
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

/**
 * Where every word begins: nothing was done; an earlier process may have sent, and did or did not or it is under way; the same of what had
 * been given up; a used number.
 */
export const starts = (fold: Fold): ReadonlyArray<readonly [name: string, start: Case]> => {
  const attempted = fold.initial("R-1", { attempted: true });
  const given = fold.initial("R-1", { withheld: true });
  const doubted: Seen = { ...fresh, doubted: true, mustAsk: true };
  const withheld: Seen = { ...doubted, withheld: true };
  return [
    ["new", { progress: fold.initial("R-1"), seen: fresh }],
    ["a used number", { progress: fold.initial("R-1"), seen: { ...fresh, twin: 0 } }],
    ["attempted and held", { progress: attempted, seen: { ...doubted, held: true } }],
    ["attempted and under way", { progress: attempted, seen: { ...doubted, late: 0 } }],
    ["attempted and lost", { progress: attempted, seen: doubted }],
    ["withheld and held", { progress: given, seen: { ...withheld, held: true } }],
    ["withheld and under way", { progress: given, seen: { ...withheld, late: 0 } }],
    ["withheld and lost", { progress: given, seen: withheld }],
    [
      "known as accepted",
      { progress: fold.initial("R-1", { accepted: true }), seen: { ...fresh, held: true, proved: true } },
    ],
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

export const answers = new Set([
  "NotSent",
  "Unanswered",
  "Accepted",
  "Refused",
  "Found",
  "NoSuchRefund",
  "OtherRefund",
  "AskFailed",
]);
export const refusal = (kind: Refusal["kind"], errCode: string): Refusal => ({
  kind,
  reason: "Rejected",
  errCode,
  advice: "fix-request",
  message: errCode,
});
