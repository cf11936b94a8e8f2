/** Every word, by its distinct states; random words; and what a truthful gateway makes of a state in the end. */
import { alphabet, isDay, type Letter, type Play, playOf, truthful } from "./letters.ts";
import type { Progress } from "../../../src/RefundProgress.ts";
import { type Case, day, type Fold, isEnded, starts } from "./case.ts";
import { Broken, require, waitOf } from "./rules.ts";
import { give, pass } from "./turns.ts";

export interface Finding {
  readonly rule: string;
  readonly message: string;
  readonly word: ReadonlyArray<string>;
}

/** Ages past 25 hours are one: the longest bound of any rule is a day. */
const ages = new Set(["first", "sent", "asked", "idle", "doubt", "doubtAsked", "deniedFor", "since"]);
const old = 25 * 60 * 60 * 1000;
const folded = (key: string, value: unknown): unknown =>
  typeof value === "number" && value > old && ages.has(key) ? old : value;

const isOld = (progress: Progress): boolean => {
  for (const value of Object.values(progress)) if (typeof value === "number" && value > old) return true;
  return (progress.block?.since ?? 0) > old;
};

const keyOf = ({ progress, seen }: Case): string =>
  // Without a function to ask, this is written several times faster.
  (isOld(progress) ? JSON.stringify(progress, folded) : JSON.stringify(progress)) + Object.values(seen).join();

type Hash = readonly [number, number];
/** 64 bits of a state's text; two states that meet in them are told apart by none of some 10^7 with a probability of 1 − 10^-5. */
export const hashOf = (text: string): Hash => {
  let [a, b] = [0x811c9dc5, 0x9e3779b9];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    a = Math.imul(a ^ code, 16777619);
    b = Math.imul(b ^ code, 0x85ebca6b);
    b ^= b >>> 15;
  }
  return [a >>> 0, b >>> 0];
};

/** States that were met: open addressing over two words of 32 bits. */
const makeMet = (bits: number) => {
  let table = new Uint32Array(2 << bits);
  let mask = (1 << bits) - 1;
  let size = 0;
  const put = (a: number, b: number): boolean => {
    let at = a & mask;
    for (;;) {
      const [x, y] = [table[2 * at], table[2 * at + 1]];
      if (x === 0 && y === 0) break;
      if (x === a && y === b) return false;
      at = (at + 1) & mask;
    }
    table[2 * at] = a;
    table[2 * at + 1] = b;
    return true;
  };
  return {
    add: ([a, b]: Hash): boolean => {
      if (2 * size > mask) {
        const before = table;
        table = new Uint32Array(before.length * 2);
        mask = 2 * mask + 1;
        for (let at = 0; at < before.length; at += 2) {
          if (before[at] !== 0 || before[at + 1] !== 0) put(before[at] ?? 0, before[at + 1] ?? 0);
        }
      }
      const added = put(a, (b | 1) >>> 0);
      if (added) size++;
      return added;
    },
    size: () => size,
  };
};

interface Node {
  readonly at: Case;
  readonly from: Node | undefined;
  readonly letter: string;
}
const wordOf = (node: Node | undefined): ReadonlyArray<string> =>
  node === undefined ? [] : [...wordOf(node.from), node.letter];

/** Truthful from here on, within the bounds: the refund ends, or shows what a person must do. */
export const settles = (fold: Fold, from: Case): void => {
  let [at, went, accepted] = [from, 0, 0];
  for (let calls = 0; calls < 600; calls++) {
    if (isEnded(at.progress)) return;
    if (went > 8 * day) break;
    const step = fold.next(at.progress);
    if (step._tag === "Wait") {
      at = pass(fold, at, step.millis);
      went += step.millis;
      continue;
    }
    const { open } = at.progress;
    const call = open ?? (step._tag === "Send" || (step._tag === "Question" && calls % 2 === 0) ? "send" : "ask");
    if (open === undefined) at = give(fold, at, { _tag: "Begun", call });
    if (at.seen.held && accepted === 0) accepted = went + 1;
    const { observation, real } = truthful(at.seen, call, at.seen.held ? went - accepted : 0);
    at = give(fold, at, observation, real);
  }
  const { block, truth } = at.progress;
  require(block !== undefined, "R5 it ends or shows a cause", `${truth} after ${went} ms`);
  require(!at.seen.held, "R5 it ends or shows a cause", `${block?.cause}, though the gateway says what became of it`);
};

/** The same step answered for ever the same: no more than a few calls in any ten seconds. */
export const runs = (fold: Fold, from: Case, steps: number, play: ReadonlyArray<Play>): void => {
  let at = from;
  const times: Array<number> = [];
  let went = 0;
  for (let n = 0; n < steps; n++) {
    const step = fold.next(at.progress);
    went += waitOf(step);
    let after = at;
    for (const one of play) {
      after = one(fold, at);
      if (after !== at) break;
    }
    if (after === at || isEnded(after.progress)) return;
    at = after;
    times.push(went);
    const before = times[times.length - 16];
    require(before === undefined ||
      went - before >= 10_000, "R5 no hot loop", `16 calls in ${went - (before ?? 0)} ms`);
  }
};

export interface Explored {
  readonly findings: ReadonlyArray<Finding>;
  readonly perLevel: ReadonlyArray<number>;
  readonly states: number;
  readonly turns: number;
}

/** Every word up to `depth`, each distinct state once. `each` is told of every state that is new. */
export const explore = (
  fold: Fold,
  depth: number,
  options: {
    readonly letters?: ReadonlyArray<Letter>;
    readonly days?: number;
    readonly settle?: number;
    readonly each?: (at: Case, level: number) => void;
    /** Ends at the first finding. */
    readonly first?: boolean;
    readonly from?: ReadonlyArray<string>;
    readonly leaves?: boolean;
    /** What tells states apart: by itself everything of them. */
    readonly key?: (at: Case) => string;
    /** Of the states before the last letter, this share goes on, from 0 on; the others are for whoever has theirs. */
    readonly share?: { readonly nth: number; readonly of: number };
  } = {},
): Explored => {
  const { days = depth, each, key = keyOf, letters = alphabet, settle = -1, share = { nth: 0, of: 1 } } = options;
  const met = makeMet(16);
  const findings = new Map<string, Finding>();
  const note = (error: unknown, from: Node | undefined, letter: string): void => {
    const rule = error instanceof Broken ? error.rule : "T total";
    const message = error instanceof Error ? error.message : String(error);
    if (!findings.has(rule)) findings.set(rule, { rule, message, word: [...wordOf(from), letter] });
  };
  const attempt = (look: () => void, node: Node, then: string): void => {
    try {
      look();
    } catch (error) {
      note(error, node, then);
    }
  };
  let frontier: Array<Node> = [];
  for (const [name, at] of starts(fold)) {
    if (options.from !== undefined && !options.from.includes(name)) continue;
    if (met.add(hashOf(key(at)))) frontier.push({ at, from: undefined, letter: `(${name})` });
  }
  const perLevel = [frontier.length];
  let turns = 0;
  for (let level = 1; level <= depth; level++) {
    const reached: Array<Node> = [];
    const playable = level <= days ? letters : letters.filter(([name]) => !isDay(name));
    let fresh = 0;
    for (const node of frontier) {
      for (const [letter, play] of playable) {
        turns++;
        try {
          const at = play(fold, node.at);
          // The last letter's states lead nowhere, so whether they are new is all the same.
          if (level === depth && options.leaves !== true) continue;
          if (at === node.at) continue;
          const hash = hashOf(key(at));
          if (!met.add(hash) || (level === depth - 1 && hash[0] % share.of !== share.nth)) continue;
          fresh++;
          const reachedNow: Node = { at, from: node, letter };
          if (each !== undefined) attempt(() => each(at, level), reachedNow, "(looked at)");
          if (level <= settle) attempt(() => settles(fold, at), reachedNow, "(then the truth)");
          if (level < depth) reached.push(reachedNow);
        } catch (error) {
          note(error, node, letter);
        }
        if (findings.size > 0 && options.first === true)
          return { findings: [...findings.values()], perLevel, states: met.size(), turns };
      }
    }
    perLevel.push(fresh);
    frontier = reached;
  }
  return { findings: [...findings.values()], perLevel, states: met.size(), turns };
};

/** Plays one word from a start, by the letters' names. Throws at the first rule that it breaks. */
export const play = (fold: Fold, word: ReadonlyArray<string>): Case => {
  const [first = "new", ...rest] = word;
  const start = starts(fold).find(([name]) => `(${name})` === first);
  let at = (start ?? starts(fold)[0])?.[1];
  if (at === undefined) throw new Error("no start");
  for (const name of start === undefined ? word : rest) {
    at = playOf(name)(fold, at);
  }
  return at;
};
