/** Random words, seeded: what no exhaustive walk is long enough for. A word that breaks a rule is shortened before it is told. */
import type { Finding } from "./explore.ts";
import { play, settles } from "./explore.ts";
import { alphabet, inADay, isDay } from "./letters.ts";
import { type Fold, isEnded, starts } from "./case.ts";
import { Broken, require } from "./rules.ts";

/** mulberry32 */
const randomOf = (seed: number) => {
  let state = seed >>> 0;
  return (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
};

const day = 24 * 60 * 60 * 1000;

/** The same fold, with every send of a word counted: at most 41 that may have left in any day, without those that a person asked for. */
const counted = (fold: Fold): Fold => {
  let now = 0;
  let granted = 0;
  let left: Array<number> = [];
  let apart = false;
  return {
    ...fold,
    counts: true,
    initial: (number, options) => {
      [now, granted, left] = [0, 0, []];
      return fold.initial(number, options);
    },
    observe: (progress, observation) => {
      const { open } = progress;
      const tag = observation._tag;
      if (tag === "Passed") now += Math.max(0, observation.millis);
      if (tag === "GoOn") granted = 1;
      // To start again is a person's act, and a refund of its own.
      if (tag === "StartAgain" && progress.truth === "NotMade") left = [];
      if (tag === "Begun" && observation.call === "send" && open === undefined && !isEnded(progress)) {
        apart = granted > 0;
        granted = 0;
        if (!apart) left = [...left.filter((at) => now - at < day), now];
        require(left.length <= inADay + 1, "R5 41 sends a day", `${left.length} sends`);
      }
      if (tag === "NotSent" && open === "send" && !apart) left.pop();
      else if (open === "send" && tag !== "Passed" && tag !== "Begun") {
        require(left.length <= inADay, "R5 41 sends a day", `${left.length} sends`);
      }
      return fold.observe(progress, observation);
    },
  };
};

const brokenBy = (fold: Fold, word: ReadonlyArray<string>): Broken | undefined => {
  try {
    play(counted(fold), word);
    return undefined;
  } catch (error) {
    return error instanceof Broken ? error : new Broken("T total", String(error));
  }
};

/** Without every letter that is not needed to break the same rule. */
export const shortened = (fold: Fold, word: ReadonlyArray<string>, rule: string): ReadonlyArray<string> => {
  let shortest = word;
  for (let at = shortest.length - 1; at > 0; at--) {
    const without = shortest.toSpliced(at, 1);
    if (brokenBy(fold, without)?.rule === rule) {
      shortest = without;
      at = Math.min(at, shortest.length);
    }
  }
  return shortest;
};

/** `words` random words of up to 60 letters. Days are rare in them, for each has hundreds of calls. */
export const randomWords = (
  fold: Fold,
  words: number,
  seed: number,
  shareOfDays = 0.002,
): { readonly findings: ReadonlyArray<Finding>; readonly letters: number } => {
  const random = randomOf(seed);
  const short = alphabet.filter(([name]) => !isDay(name));
  const days = alphabet.filter(([name]) => isDay(name));
  const beginnings = starts(fold);
  const findings = new Map<string, Finding>();
  const counting = counted(fold);
  let letters = 0;
  for (let n = 0; n < words; n++) {
    const start = beginnings[Math.floor(random() * beginnings.length)] ?? beginnings[0];
    if (start === undefined) break;
    const word = [`(${start[0]})`];
    // Begins the count anew.
    counting.initial("R-1");
    let at = start[1];
    const length = 1 + Math.floor(random() * 60);
    try {
      while (word.length <= length) {
        const among = random() < shareOfDays ? days : short;
        const letter = among[Math.floor(random() * among.length)];
        // Ends would come soon: few words resolve, and a refund that has ended is left after a few more letters.
        if (letter === undefined || (letter[0] === "resolve" && random() < 0.9)) continue;
        word.push(letter[0]);
        at = letter[1](counting, at);
        letters++;
        if (isEnded(at.progress) && random() < 0.2) break;
      }
      if (n % 100 === 0) settles(fold, at);
    } catch (error) {
      const broken = error instanceof Broken ? error : new Broken("T total", String(error));
      if (findings.has(broken.rule)) continue;
      findings.set(broken.rule, {
        rule: broken.rule,
        message: broken.message,
        word: shortened(fold, word, broken.rule),
      });
    }
  }
  return { findings: [...findings.values()], letters };
};
