/**
 * The short form of `pnpm prove:progress`: the rules of a refund's life against a gateway whose truth is known. Words are of what a
 * driver may meet, and the checker shares nothing with what it checks.
 */
import { describe, expect, it } from "vitest";
import { RefundProgress } from "../src/index.ts";
import { explore, play, runs, settles } from "./support/progress/explore.ts";
import { byFuture, checkFuture, futureOf } from "./support/progress/future.ts";
import { alphabet, isDay, letters20, playOf } from "./support/progress/letters.ts";
import { type Case, type Fold, starts } from "./support/progress/case.ts";
import { namedWords } from "./support/progress/named.ts";
import { load, misplaced, saboteurs } from "./support/progress/saboteurs.ts";
import { checkStored } from "./support/progress/stored.ts";
import { randomWords } from "./support/progress/words.ts";

describe("words that broke an earlier decision", () => {
  it.each(namedWords)("$name", ({ cause, truth, word }) => {
    const at = play(RefundProgress, word);
    expect([at.progress.truth, at.progress.block?.cause]).toEqual([truth, cause]);
    checkStored(at);
    settles(RefundProgress, at);
  });
});

it("keeps every rule in all words of two letters, each followed by the truth, and reads every state as it was stored", () => {
  expect(explore(RefundProgress, 2, { days: 1, settle: 1, leaves: true, each: checkStored }).findings).toEqual([]);
});

it("keeps every rule in all words of four letters of the twenty that matter most", () => {
  expect(explore(RefundProgress, 4, { letters: letters20 }).findings).toEqual([]);
});

it("meets a state once", () => {
  const met: Array<string> = [];
  const each = ({ progress, seen }: Case): number => met.push(JSON.stringify([progress, seen]));
  explore(RefundProgress, 3, { letters: letters20, leaves: true, each });
  expect(met.length).toBe(new Set(met).size);
});

it("has one future for states that count as one, whatever letter comes", () => {
  const letters = alphabet.filter(([name]) => !isDay(name));
  const states = byFuture(RefundProgress, 2, letters);
  expect(states.size).toBeGreaterThan(2_000);
  for (const like of states.values()) checkFuture(RefundProgress, like, letters);
});

it("begins a call anew for a fold that counts what it observes", () => {
  let observed = 0;
  const observe: Fold["observe"] = (progress, observation) => {
    observed++;
    return RefundProgress.observe(progress, observation);
  };
  for (const counts of [true, false]) {
    const fold: Fold = { ...RefundProgress, observe, counts };
    for (const [, start] of starts(fold).slice(0, 1)) {
      observed = 0;
      playOf("accepted")(fold, start);
      const first = observed;
      playOf("not sent")(fold, start);
      expect(observed).toBe(counts ? 2 * first : 2 * first - 1);
    }
  }
});

it("shares the states before the last letter out", () => {
  const turns = (share?: { readonly nth: number; readonly of: number }): number =>
    explore(RefundProgress, 3, { letters: letters20, key: futureOf, ...(share && { share }) }).turns;
  const before = explore(RefundProgress, 2, { letters: letters20, key: futureOf }).turns;
  expect(turns({ nth: 0, of: 2 }) + turns({ nth: 1, of: 2 }) - before).toBe(turns());
});

it("keeps every rule in 5 000 random words", () => {
  expect(randomWords(RefundProgress, 5_000, 1, 0).findings).toEqual([]);
});

it("never spins: 500 steps answered the same", () => {
  for (const [, start] of starts(RefundProgress)) {
    for (const names of [
      ["not sent", "query not sent"],
      ["lost, never arrives", "REFUNDNOTEXIST"],
      ["accepted", "NOTSURE"],
      ["refused, by order", "NOTSURE"],
    ]) {
      runs(RefundProgress, start, 500, names.map(playOf));
    }
  }
});

it("loads a broken copy of itself", async () => {
  const saboteur = saboteurs.find(({ name }) => name === "sends after a doubt");
  if (saboteur === undefined) return expect.unreachable();
  const doubted = [{ _tag: "Begun", call: "send" } as const, { _tag: "Unanswered", limited: true } as const].reduce(
    RefundProgress.observe,
    RefundProgress.initial("R"),
  );
  const later = RefundProgress.observe(doubted, { _tag: "Passed", millis: 3_600_000, clock: "monotonic" });
  expect(RefundProgress.next(later)._tag).toBe("Question");
  expect((await load(saboteur)).next(later)._tag).toBe("Send");
});

it.each(saboteurs)("has one place for: $name", (saboteur) => {
  expect(misplaced(saboteur)).toEqual([]);
});

it("tells what is against a notice or a bill: money for what was not accepted, was closed or settled otherwise", () => {
  const initial = RefundProgress.initial("R");
  const against = RefundProgress.Truth.literals.flatMap((truth) =>
    (["SUCCESS", "REFUNDCLOSE", "PROCESSING", "CHANGE", "NOTSURE", "unknown"] as const).flatMap((status) =>
      RefundProgress.contradicts({ ...initial, truth }, status) ? [`${truth} ${status}`] : [],
    ),
  );
  const there = ["SUCCESS", "PROCESSING", "CHANGE", "NOTSURE", "unknown"];
  expect(against).toEqual([
    "Closed SUCCESS",
    ...there.map((status) => `Rejected ${status}`),
    ...there.map((status) => `NotMade ${status}`),
    "Resolved SUCCESS",
  ]);
});
