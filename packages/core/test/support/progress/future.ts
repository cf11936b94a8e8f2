/**
 * What of a state its future depends on. States of one future have the same next step, and after any letter one future again, so what
 * holds of every word from one of them holds of the others. Left out is what nothing reads any more: ages past the last bound they are
 * held against, what is set anew before it is read, and texts.
 *
 * That is true of this decision, not of a broken copy of it, and of words that have no day-long letter and no more letters than
 * `longest`. `checkFuture` plays every letter to states of one future and looks whether it is true. What only the rules read it cannot
 * see, while they are kept: of that all is here, up to the bound that a rule names.
 */
import type { Block, Progress } from "../../../src/RefundProgress.ts";
import { type Case, day, finals, type Fold, hour, minute, type Seen } from "./case.ts";
import { explore, hashOf } from "./explore.ts";
import type { Letter } from "./letters.ts";

/** How many sends may have left is read from the eighth on, and a letter begins one at most. */
export const longest = 7;

const quarter = 15 * minute;
/** Longer than any bound, and what a call that was never begun counts as. */
const never = 60 * day;

/** Since when it stands is only shown, and so is its refusal. */
const ofBlock = (block: Block | undefined): string =>
  block === undefined ? "" : `${block.cause} ${block.by} ${block.firm}`;

/**
 * How long ago a send and a query were begun. No pause is longer than an hour, but for one of a day after a query, where only a person
 * helps: a query that is open may show that. Where either may come next it is the one that is due first, and no two of these pauses differ
 * by more than an hour.
 */
const ofCalls = ({ asked = never, block, open, sent = never }: Progress): string => {
  const slow = open === "ask" || block?.cause === "other-refund" || block?.cause === "change";
  const bound = slow ? day : hour;
  const past = Math.max(0, Math.min(sent - hour, asked - bound));
  const [send, ask] = [sent - past, asked - past];
  return `${Math.min(send, Math.max(hour, ask + hour))} ${Math.min(ask, Math.max(bound, send + hour))}`;
};

/** Not read while a call is open, whose end sets it anew, nor for a wish, nor where no call was fruitless and nothing is polled. */
const ofIdle = ({ idle = never, limited, open, poke, row, truth }: Progress): number => {
  if (open !== undefined || poke !== undefined) return 0;
  if (truth === "Accepted") return Math.min(idle, hour / 2);
  return row === 0 && !limited ? 0 : Math.min(idle, 5 * minute);
};

const isRefused = ({ refusal }: Progress): boolean => refusal?.kind === "final" || refusal?.kind === "by-order";

const ofProgress = (progress: Progress, held: boolean): string => {
  const { block, cancelled, denied, deniedFor = -1, doubt, doubtAsked, first = -1, foreign, limited } = progress;
  const { notSure, open, poke, row, truth, unanswered, under, withheld } = progress;
  const accepted = truth === "Accepted";
  // Set anew by an attempt without an answer, but not by NOTSURE, which only a refund that is there can show.
  const doubts = !accepted && (unanswered || held);
  const flags = `${foreign} ${unanswered} ${denied} ${notSure} ${cancelled} ${limited} ${withheld} ${isRefused(progress)}`;
  return `${truth} ${open} ${poke} ${flags} ${row} ${ofBlock(block)},${ofBlock(under)},${ofCalls(progress)} ${ofIdle(progress)} ${
    accepted ? 0 : Math.min(first, hour)
  } ${doubts ? Math.min(doubt, day) : 0} ${doubts && open === "ask" && doubtAsked >= day} ${Math.min(deniedFor, hour)}`;
};

const ofSeen = (seen: Seen, { open, truth }: Progress): string => {
  const { asked, askBlind, askDoubt, cause, doubt, doubted, first, go, held, heldAge, late } = seen;
  const { mustAsk, notSure, poked, proved, refused, sent, twin, twinSeen, withheld } = seen;
  const what = `${held} ${twinSeen} ${proved} ${notSure} ${doubted} ${mustAsk} ${refused} ${proved ? "" : cause} ${go} ${poked} ${withheld}`;
  const ages = `${held ? Math.min(heldAge, day) : 0} ${late} ${Math.min(twin, day)} ${doubted ? Math.min(doubt, day) : 0}`;
  const paced = `${truth === "Accepted" ? 0 : first} ${Math.min(sent, hour)} ${Math.min(asked, quarter)}`;
  return `${what} ${ages} ${paced} ${open === "ask" && `${askBlind} ${doubted && askDoubt >= day}`}`;
};

/** To start again clears these, and nothing reads them before. */
const ofNotMade = ({ progress, seen }: Case): Case => {
  const { asked: _, first: __, idle: ___, refusal: ____, sent: _____, ...kept } = progress;
  return {
    progress: { ...kept, denied: false, row: 0 },
    seen: { ...seen, mustAsk: false, refused: "", cause: "", first: -1, sent: -1, asked: -1 },
  };
};

export const futureOf = (at: Case): string => {
  if (finals.has(at.progress.truth)) return at.progress.truth;
  const { progress, seen } = at.progress.truth === "NotMade" ? ofNotMade(at) : at;
  return `${ofProgress(progress, seen.held)}|${ofSeen(seen, progress)}`;
};

const outcomes = (fold: Fold, at: Case, letters: ReadonlyArray<Letter>): ReadonlyArray<readonly [string, string]> => [
  ["next", JSON.stringify(fold.next(at.progress))],
  ["permitted", [...fold.permitted(at.progress)].join()],
  ...letters.map(([name, play]) => [name, futureOf(play(fold, at))] as const),
];

/** Throws where states of one future part. */
export const checkFuture = (
  fold: Fold,
  [first, ...others]: ReadonlyArray<Case>,
  letters: ReadonlyArray<Letter>,
): void => {
  if (first === undefined) return;
  const expected = outcomes(fold, first, letters);
  for (const other of others) {
    for (const [n, [name, outcome]] of outcomes(fold, other, letters).entries()) {
      if (outcome !== expected[n]?.[1]) throw new Error(`${name}: ${outcome}, and of its like ${expected[n]?.[1]}`);
    }
  }
};

/** Every distinct state after words of these letters, by its future; of the last ones, one future in so many. */
export const byFuture = (
  fold: Fold,
  depth: number,
  letters: ReadonlyArray<Letter>,
  lastOneIn = 1,
): ReadonlyMap<string, ReadonlyArray<Case>> => {
  const states = new Map<string, Array<Case>>();
  const each = (at: Case, level: number): void => {
    const future = futureOf(at);
    if (level === depth && hashOf(future)[0] % lastOneIn !== 0) return;
    const like = states.get(future);
    if (like === undefined) states.set(future, [at]);
    else like.push(at);
  };
  explore(fold, depth, { letters, leaves: true, each });
  return states;
};
