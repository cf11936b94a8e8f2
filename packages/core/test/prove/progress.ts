/**
 * The long proof of a refund's life: every word of what a driver may meet, by its distinct states, the longest by what their states can
 * still become; random words of up to 60 letters; steps that are answered the same ten thousand times; and broken copies of the decision,
 * each caught by its own rule. Two workers share the parts. `pnpm prove:progress 42` begins the random words at another seed. Ends with 1 if a rule was broken or a saboteur was not caught.
 */
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import * as RefundProgress from "../../src/RefundProgress.ts";
import { type Explored, explore, type Finding, play, runs, settles } from "../support/progress/explore.ts";
import { byFuture, checkFuture, futureOf, longest } from "../support/progress/future.ts";
import { alphabet, isDay, type Letter, letters30, playOf } from "../support/progress/letters.ts";
import { type Case, type Fold, starts } from "../support/progress/case.ts";
import { namedWords } from "../support/progress/named.ts";
import { Broken, watch } from "../support/progress/rules.ts";
import { load, misplaced, ruleNames, saboteurs } from "../support/progress/saboteurs.ts";
import { checkStored } from "../support/progress/stored.ts";
import { randomWords } from "../support/progress/words.ts";

interface Part {
  readonly what: string;
  readonly failed: number;
  readonly lines: ReadonlyArray<string>;
}

interface Done {
  readonly part: Part;
  readonly seconds: number;
}

const beginnings = starts(RefundProgress).length;
const number = (value: number): string => value.toLocaleString("en").replaceAll(",", " ");

const told = (findings: ReadonlyArray<Finding>): ReadonlyArray<string> =>
  findings.map(({ message, word }) => `     ${message}\n       ${word.join(" · ")}`);

const words = (letters: ReadonlyArray<Letter>, depth: number, more: Parameters<typeof explore>[2] = {}): Part => {
  const { findings, perLevel, states, turns }: Explored = explore(RefundProgress, depth, { letters, ...more });
  let stood = 0;
  for (let length = 1; length <= depth; length++) stood += beginnings * letters.length ** length;
  const { nth, of } = more.share ?? { nth: 0, of: 1 };
  const share = of === 1 ? "" : `, share ${nth + 1} of ${of} of the last states`;
  return {
    what: `every word of ${letters.length} letters up to length ${depth}${share}: ${number(stood)} words, by ${number(states)} states (${perLevel.slice(0, -1).map(number).join(", ")}) and ${number(turns)} turns`,
    failed: findings.length,
    lines: told(findings),
  };
};

const random = (count: number, seed: number): Part => {
  const { findings, letters } = randomWords(RefundProgress, count, seed, 0.001);
  return {
    what: `${number(count)} random words of seed ${seed}, ${number(letters)} letters`,
    failed: findings.length,
    lines: told(findings),
  };
};

/** Looks at many; the first of each rule that is broken is told. */
const each = <A>(what: string, all: ReadonlyArray<A>, look: (one: A) => void, name: (one: A) => string): Part => {
  const lines: Array<string> = [];
  for (const one of all) {
    try {
      look(one);
    } catch (error) {
      lines.push(`     ${name(one)}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { what: `${what}: ${number(all.length)}`, failed: lines.length, lines: [...new Set(lines)].slice(0, 20) };
};

const isShort = ([name]: Letter): boolean => !isDay(name);

/** What the longest words rest on: that states of one future are one. */
const together = (letters: ReadonlyArray<Letter>, depth: number, lastOneIn = 1): Part => {
  const states = [...byFuture(RefundProgress, depth, letters, lastOneIn).values()];
  const all = states.reduce((sum, like) => sum + like.length, 0);
  const some = lastOneIn === 1 ? "" : `, of the last ones one in ${lastOneIn}`;
  return each(
    `${number(all)} states after words of ${letters.length} letters up to length ${depth}${some}, and one letter more: futures that part nowhere`,
    states,
    (like) => checkFuture(RefundProgress, like, alphabet.filter(isShort)),
    ([first]) => (first === undefined ? "" : futureOf(first)),
  );
};

const steady = (): Part => {
  const sends = ["lost, never arrives", "not sent", "FREQUENCY_LIMITED", "NOTENOUGH", "refused, by order", "accepted"];
  const asks = ["REFUNDNOTEXIST", "query lost", "query not sent", "query SIGNERROR", "PROCESSING", "NOTSURE", "CHANGE"];
  const from: Array<Case> = starts(RefundProgress).map(([, start]) => start);
  explore(RefundProgress, 1, { leaves: true, days: 0, each: (at) => from.push(at) });
  const pairs = sends.flatMap((send) => asks.map((ask) => [send, ask]));
  const all = from.flatMap((at, n) => pairs.map((pair) => ({ at, n, pair })));
  return each(
    "runs of steps answered the same, 10 000 steps from each start and 300 from each state after one letter",
    all,
    ({ at, n, pair }) => runs(RefundProgress, at, n < beginnings ? 10_000 : 300, pair.map(playOf)),
    ({ pair }) => pair.join(", "),
  );
};

/** Until its own rule is broken, the others not looked at: the shorter words first. */
const brokenBy = (fold: Fold): Finding | undefined =>
  explore(fold, 2, { settle: 1, days: 1, first: true, leaves: true, each: checkStored }).findings[0] ??
  explore(fold, 3, { settle: 1, days: 1, first: true }).findings[0] ??
  explore(fold, 5, { letters: letters30, first: true }).findings[0];

const sabotage = async (): Promise<Part> => {
  const lines: Array<string> = [];
  let caught = 0;
  const guarded = new Set<string>();
  for (const saboteur of saboteurs) {
    const away = misplaced(saboteur);
    watch(saboteur.rule);
    const finding = away.length > 0 ? undefined : brokenBy(await load(saboteur));
    watch();
    if (finding?.rule === saboteur.rule) {
      caught++;
      guarded.add(saboteur.rule);
      continue;
    }
    lines.push(`     ${saboteur.name}: not caught${away.length > 0 ? `; not found: ${away.join("; ")}` : ""}`);
  }
  return {
    what: `${caught} of ${saboteurs.length} saboteurs caught by their own rule, ${guarded.size} rules`,
    failed: lines.length,
    lines,
  };
};

const seed = Number(process.argv[2] ?? 1);
const parts: ReadonlyArray<() => Part | Promise<Part>> = [
  ...[0, 1].map((nth) => () => words(letters30, longest, { key: futureOf, share: { nth, of: 2 } })),
  () => together(alphabet.filter(isShort), 3),
  () => together(letters30, 5, 16),
  () => words(alphabet, 4, { days: 1, settle: 2 }),
  () => random(500_000, seed),
  () => random(500_000, seed + 1),
  sabotage,
  () => words(alphabet, 2, { leaves: true, settle: 2 }),
  () => {
    const seen: Array<Case> = [];
    explore(RefundProgress, 3, { days: 1, leaves: true, each: (at) => seen.push(at) });
    return each("states stored and read again", seen, checkStored, ({ progress }) => JSON.stringify(progress));
  },
  steady,
  () =>
    each(
      "words that broke an earlier decision",
      namedWords,
      ({ cause, truth, word }) => {
        const at = play(RefundProgress, word);
        const { block, truth: is } = at.progress;
        if (is !== truth || block?.cause !== cause) throw new Broken("named", `${is}, ${block?.cause ?? "no cause"}`);
        settles(RefundProgress, at);
      },
      ({ name }) => name,
    ),
  () => {
    const unguarded = ruleNames().filter((rule) => saboteurs.every((saboteur) => saboteur.rule !== rule));
    // Those that no broken copy can break alone are named.
    return {
      what: `${ruleNames().length} rules; without a saboteur: ${unguarded.join("; ")}`,
      failed: 0,
      lines: [],
    };
  },
];

if (process.send === undefined) {
  const started = performance.now();
  let next = 0;
  let failed = 0;
  const work = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = fork(fileURLToPath(import.meta.url), [String(seed)], { execArgv: ["--max-old-space-size=6144"] });
      const give = (): void => {
        if (next < parts.length) worker.send(next++);
        else worker.disconnect();
      };
      worker.on("message", ({ part, seconds }: Done) => {
        failed += part.failed;
        console.log(
          `${part.failed === 0 ? "ok  " : "FAIL"} ${part.what}; ${part.failed} broken; ${seconds} s of computing`,
        );
        for (const line of part.lines) console.log(line);
        give();
      });
      worker.on("exit", (code) => (code === 0 ? resolve() : reject(new Error(`a worker ended with ${code}`))));
      give();
    });
  await Promise.all([work(), work()]);
  console.log(`${Math.round((performance.now() - started) / 1000)} s`);
  process.exitCode = failed === 0 ? 0 : 1;
} else {
  process.on("message", async (index: number) => {
    const started = process.cpuUsage().user;
    const part = await parts[index]?.();
    // Of computing, so that it is the same on a machine that does other things.
    process.send?.({ part, seconds: Math.round((process.cpuUsage().user - started) / 1e6) });
  });
}
