/** Words that broke an earlier decision of a refund's life, and what must have become of it. */
import type { Progress } from "../../../src/RefundProgress.ts";

export interface Named {
  readonly name: string;
  readonly word: ReadonlyArray<string>;
  readonly truth: Progress["truth"];
  readonly cause?: string;
}

const named = (name: string, word: ReadonlyArray<string>, truth: Progress["truth"], cause?: string): Named => ({
  name,
  word,
  truth,
  ...(cause !== undefined && { cause }),
});

const late = [
  "lost, arrives later",
  "REFUNDNOTEXIST",
  "refused, final",
  "REFUNDNOTEXIST",
  "2 h",
  "the lost one arrives",
];
const times = (count: number, letter: string): ReadonlyArray<string> => Array.from({ length: count }, () => letter);

export const namedWords: ReadonlyArray<Named> = [
  named(
    "accepted stays accepted over a wrong key and REFUNDNOTEXIST",
    ["accepted", "query SIGNERROR", "REFUNDNOTEXIST"],
    "Accepted",
  ),
  named("SYSTEMERROR of an accepted refund is in doubt", ["SYSTEMERROR, accepted", "REFUNDNOTEXIST"], "Unknown"),
  named(
    "no money for two days after a lost send is shown, and is no refusal",
    ["lost, never arrives", "REFUNDNOTEXIST", ...times(2, "a day of NOTENOUGH")],
    "Unknown",
    "top-up",
  ),
  named(
    "a lost send that arrives after two hours, and a driver that was down",
    [...late, "down 26 h"],
    "Unknown",
    "request",
  ),
  named("the same, and a clock that jumps", [...late, "clock +25 h"], "Unknown", "request"),
  named("a crash after which the refund is refused", ["crash, arrived", "refused, final"], "Unknown", "request"),
  named("a cancel after SYSTEMERROR comes too late", ["SYSTEMERROR, accepted", "cancel"], "Unknown"),
  named("a day in which nothing left is shown", ["a day not sent"], "Recorded", "overdue"),
  named(
    "lost and unanswered for a month is shown",
    ["lost, arrived", ...times(30, "a day lost, unanswered")],
    "Unknown",
    "overdue",
  ),
  named(
    "a used number is another's refund",
    ["(a used number)", "refused, by order", "other amounts"],
    "Unknown",
    "other-refund",
  ),
  named("a mended appid goes on when told", ["APPID_NOT_EXIST", "go on", "accepted"], "Accepted"),
  named(
    "NOTSURE after a refusal does not spin",
    ["(attempted and held)", "refused, final", "NOTSURE", "NOTSURE", "a day not sent"],
    "Unknown",
    "overdue",
  ),
  named(
    "another's number outlives a wrong key",
    ["(a used number)", "refused, by order", "other amounts", "query SIGNERROR", "go on", "26 h"],
    "Unknown",
    "other-refund",
  ),
  named(
    "no money outlives a query's wrong key",
    ["(attempted and lost)", "NOTENOUGH", "query SIGNERROR", "REFUNDNOTEXIST"],
    "Unknown",
    "top-up",
  ),
  named(
    "a clock that jumps while the number is another's ends nothing",
    ["(attempted and lost)", "refused, final", "other amounts", "clock +25 h", "REFUNDNOTEXIST"],
    "Unknown",
    "other-refund",
  ),
  named(
    "what is denied is not sent, whoever wants it",
    ["(known as accepted)", "NOTSURE", "NOTENOUGH", "REFUNDNOTEXIST", "begun", "go on", "26 h", "REFUNDNOTEXIST"],
    "Accepted",
    "denied",
  ),
  named("no money outlives NOTSURE", ["(attempted and held)", "NOTENOUGH", "NOTSURE"], "Unknown", "top-up"),
  named(
    "to go on with what was refused is one question",
    ["(attempted and lost)", "refused, final", "REFUNDNOTEXIST", "go on", ...times(2, "a day lost, REFUNDNOTEXIST")],
    "Rejected",
  ),
  named(
    "what had been given up is not sent, whoever wants to know",
    ["(withheld and lost)", "REFUNDNOTEXIST", "go on", "REFUNDNOTEXIST", "notice", "REFUNDNOTEXIST"],
    "Unknown",
    "withheld",
  ),
  named(
    "what had been given up, and was sent since, is found",
    ["(withheld and held)", "REFUNDNOTEXIST", "26 h", "PROCESSING"],
    "Accepted",
  ),
  named(
    "what had been given up is not made, by a question begun a day later",
    ["(withheld and lost)", "REFUNDNOTEXIST", "26 h", "REFUNDNOTEXIST"],
    "NotMade",
  ),
  named(
    "a clock that jumps does not end what had been given up and may still arrive",
    ["(withheld and under way)", "REFUNDNOTEXIST", "clock +25 h", "REFUNDNOTEXIST"],
    "Unknown",
    "withheld",
  ),
  named(
    "a wrong key of a query does not hide that it is withheld",
    ["(withheld and lost)", "query SIGNERROR", "held: key", "lifted"],
    "Unknown",
    "withheld",
  ),
  named(
    "what had been given up and is started again is asked for, and then made",
    ["(withheld and lost)", "REFUNDNOTEXIST", "start again", "REFUNDNOTEXIST", "accepted"],
    "Accepted",
  ),
  named(
    "what had been given up is as if it had never been, a day later",
    ["(withheld and lost)", "26 h", "REFUNDNOTEXIST", "start again", "refused, final"],
    "Rejected",
  ),
  named(
    "what had been given up and is another's is sent by no start",
    ["(withheld and lost)", "other amounts", "start again", "go on", "26 h"],
    "Unknown",
    "other-refund",
  ),
  named("NOTSURE of what had been given up is sent on", ["(withheld and held)", "NOTSURE", "accepted"], "Accepted"),
];
