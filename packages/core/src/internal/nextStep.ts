/** What to do next with a refund: which call, or how long to wait for it. */
import { type Block, day, hour, isFinal, isRefused, longest, minute, type Progress, second } from "./progress.ts";

/** What to do. `Question`: a query or the identical request. `Wait`: so many ms, and then that call; `Rest`: nothing, until a person acts. */
export type Step =
  | { readonly _tag: "Send" | "Ask" | "Question" | "Busy" | "Rest" }
  | { readonly _tag: "Wait"; readonly millis: number; readonly for: "Send" | "Ask" | "Question" };

const firstPauses = [1, 3];
/** So many repetitions follow soon: of calls of which two in three are lost, 16 find an answer in all but one case of 300. */
const soon = 16;

/** Between half of the pause and all of it, by refund and turn: many that failed together do not return together. */
const spread = (pause: number, { row, seed }: Progress): number => {
  const mixed = Math.imul(seed ^ Math.imul(row + 1, 0x9e3779b1), 0x85ebca6b) >>> 0;
  return Math.round(pause * (0.5 + (mixed % 1000) / 2000));
};

/** After a call that did not help: 1, 3, then 10 s, 30 s from the 17th on, and 5 min from the 33rd on, which is after some eight minutes. */
const backOff = (progress: Progress): number => {
  const { limited, row } = progress;
  if (limited) return minute + spread(10 * second, progress);
  if (row === 0) return 0;
  const seconds = firstPauses[row - 1] ?? (row <= soon ? 10 : row <= 2 * soon ? 30 : 300);
  return spread(seconds * second, progress);
};

/** After acceptance: five times a minute apart, then 5, 10, 20, 30 min, 30 min … */
const poll = ({ row }: Progress): number => (row < 6 ? minute : ([5, 10, 20][row - 6] ?? 30) * minute);

/** Sends that may have left: 16 as they come, then one an hour, so at most 41 in any day. */
const spacing = ({ sends }: Progress): number => (sends < soon ? 0 : hour);
/** Whether an hour goes by between two sends. */
export const isSpaced = (progress: Progress): boolean => spacing(progress) > 0;
/** Half of them are kept for when the gateway says that there is no such refund: no outage uses them up. */
const questions = soon / 2;

const least = 10 * second;
const quarter = 15 * minute;

const since = (duration: number | undefined): number => duration ?? longest;

const after = (millis: number, call: "Send" | "Ask" | "Question"): Step =>
  millis <= 0 ? { _tag: call } : { _tag: "Wait", millis, for: call };

/** Whether sending can help, and cannot be wrong. */
export const maySend = (progress: Progress): boolean => {
  const { denied, foreign, notSure, truth, withheld } = progress;
  return (
    !foreign &&
    !withheld &&
    !isRefused(progress) &&
    (truth === "Recorded" || notSure || (truth === "Unknown" && denied))
  );
};

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
    case "withheld":
      return undefined;
    default: {
      if (!firm) return undefined;
      const send = Math.max(hour, spacing(progress)) - since(sent);
      if (truth === "Recorded") return after(send, "Send");
      const ask = quarter - since(asked);
      return maySend(progress) && send <= ask ? after(send, "Send") : after(ask, "Ask");
    }
  }
};

const restingStep = (progress: Progress): Step | undefined => {
  const { block, under } = progress;
  const shown = block === undefined ? undefined : blockedStep(progress, block);
  return shown ?? (under === undefined ? undefined : blockedStep(progress, under));
};

/** What to do now. Total, and the same for the same progress. */
export const next = (progress: Progress): Step => {
  const { asked, denied, idle, notSure, open, poke, sends, sent, truth, withheld } = progress;
  if (isFinal(progress) || truth === "NotMade") return { _tag: "Rest" };
  if (open !== undefined) return { _tag: "Busy" };
  if (poke === "go" && maySend(progress)) return after(least - since(sent), "Send");
  if (poke !== undefined) return after(least - since(asked), "Ask");
  const resting = restingStep(progress);
  if (resting !== undefined) return resting;
  // Each was refused. What holds the merchant is lifted by any other refund, and one that is refused for itself must not follow each time.
  if (truth === "Recorded")
    return after(Math.max(spacing(progress) - since(sent), backOff(progress) - since(idle)), "Send");
  if (notSure) {
    const send = Math.max(spacing(progress), backOff(progress)) - since(sent);
    const ask = poll(progress) - since(asked);
    return send <= ask ? after(send, "Send") : after(ask, "Ask");
  }
  if (truth === "Accepted") return after(poll(progress) - since(idle), "Ask");
  const pause = backOff(progress) - since(idle);
  // Those that were cancelled are many when a backup is put back: what they ask must leave room for what is wanted.
  if (withheld) return after(denied ? Math.max(hour - since(asked), pause) : pause, "Ask");
  const send = Math.max(spacing(progress) - since(sent), pause);
  if (isRefused(progress)) return after(denied ? Math.max(quarter - since(asked), pause) : pause, "Ask");
  if (!denied) return after(pause, sends < questions ? "Question" : "Ask");
  // With every send spent, a query may still find what arrived late.
  const ask = Math.max(quarter - since(asked), pause);
  return send <= ask ? after(send, "Send") : after(ask, "Ask");
};
