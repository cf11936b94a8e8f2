/** One observation after another, as a driver gives them: what is seen then, and every rule looked at. */
import type { Observation } from "../../../src/RefundProgress.ts";
import { aged, answers, type Case, day, finals, type Fold, jumpCosts, merchantWide, type Seen } from "./case.ts";
import { checkBegin, checkState, checkTurn } from "./rules.ts";

const blindNow = ({ held, heldAge, twin }: Seen): boolean => (held ? heldAge < day : twin < day);

/** What is seen and true after an observation; what the gateway did is said apart from it. */
const seenAfter = (seen: Seen, open: "send" | "ask" | undefined, observation: Observation): Seen => {
  const doubted = { doubted: true, doubt: 0, mustAsk: true, refused: "" } as const;
  const proved = { proved: true, doubted: false, mustAsk: false, refused: "", cause: "", withheld: false } as const;
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
        refused:
          observation.cause !== undefined ? "merchant" : observation.refusal.kind === "final" ? "final" : "by-order",
        cause: observation.cause ?? "",
        // Refused is answered; what it says of the order is asked for.
        mustAsk: observation.cause === undefined && (seen.mustAsk || observation.refusal.kind === "by-order"),
      };
    case "Found":
      if (observation.status === "NOTSURE") {
        return seen.proved
          ? { ...seen, notSure: true }
          : {
              ...seen,
              notSure: true,
              doubted: true,
              mustAsk: false,
              doubt: seen.doubted ? seen.doubt : 0,
              withheld: false,
            };
      }
      return { ...seen, ...proved, notSure: false };
    case "NoSuchRefund":
      return { ...seen, mustAsk: false };
    case "OtherRefund":
      return { ...seen, twinSeen: true, withheld: false };
    case "Noticed":
      return observation.verified
        ? { ...seen, ...proved, notSure: seen.proved && seen.notSure, poked: true }
        : { ...seen, poked: true };
    case "GoOn":
      return { ...seen, go: 1, poked: true };
    case "StartAgain":
      if (seen.withheld) return { ...seen, withheld: false, mustAsk: true, cause: "", first: -1 };
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
    (observation._tag === "StartAgain" && before.progress.truth !== "NotMade" && !before.seen.withheld);
  const answered = ignored ? before.seen : seenAfter(before.seen, before.progress.open, observation);
  // A question that was asked for is asked once it is answered, or lost; a crash leaves it to be asked.
  const granted = before.progress.open === "ask" && answers.has(observation._tag) && answered.poked;
  const told: Seen = granted ? { ...answered, poked: false } : answered;
  // By then what may have been sent before can be found, and is not there.
  const isOver = told.withheld && progress.truth === "NotMade";
  const seen: Seen = isOver ? { ...told, withheld: false, doubted: false } : told;
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
