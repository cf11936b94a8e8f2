/** What follows from an answer: every case there is, and three days of a receiver that is never content, by a clock that only counts. */
import { Result, Schema } from "effect";
import { describe, expect, it } from "vitest";
import {
  Attempt,
  type Answer,
  least,
  longest,
  patience,
  Verdict,
  verdictOf,
  waits,
} from "../src/internal/webhooks/verdict.ts";

const hour = 3_600_000;
const isVerdict = Schema.decodeUnknownResult(Verdict);
const isAttempt = Schema.decodeUnknownResult(Attempt);

const retryAfters = [undefined, 0, 1000, 60_000, hour, longest, longest + 1, 1e12] as const;
const answers: ReadonlyArray<Answer> = [
  { _tag: "Silent" },
  ...Array.from({ length: 900 }, (_, n) => n + 100).flatMap((status): ReadonlyArray<Answer> =>
    (status === 200 || status === 410 || status === 429 || status === 500 || status === 503
      ? retryAfters
      : [undefined]
    ).map((retryAfter) => ({ _tag: "Answered", status, ...(retryAfter !== undefined && { retryAfter }) })),
  ),
];
const counts = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 30, 1000];
const ages = [0, 1, hour, patience - 1, patience, patience + 1, 30 * 24 * hour];
const randoms = [0, 0.25, 0.5, 0.999_999];

describe("what follows from an answer", () => {
  it("is one thing for each, and says itself by its schema", () => {
    let cases = 0;
    for (const answer of answers) {
      const status = answer._tag === "Answered" ? answer.status : 0;
      for (const ping of [false, true]) {
        for (const attempts of counts) {
          for (const age of ages) {
            for (const random of randoms) {
              cases++;
              const attempt: Attempt = { answer, ping, attempts, age, random };
              const verdict = verdictOf(attempt);
              // By rules of the test's own, in the order in which they count.
              const is2xx = Math.floor(status / 100) === 2;
              const expected = is2xx
                ? "Delivered"
                : ping
                  ? "Dead"
                  : status === 410
                    ? "Disabled"
                    : age >= 72 * hour && attempts >= 5
                      ? "Dead"
                      : "Later";
              if (verdict._tag !== expected) expect({ attempt, verdict }).toEqual(expected);
              if (verdict._tag !== "Later") continue;
              const asked = answer._tag === "Answered" ? Math.min(answer.retryAfter ?? 0, 12 * hour) : 0;
              const planned = waits[Math.min(attempts, waits.length) - 1] ?? Number.NaN;
              const isBetween =
                verdict.millis >= planned * 0.8 - 1 && verdict.millis <= Math.max(planned * 1.2, asked) + 1;
              if (!isBetween || verdict.millis < asked) expect({ attempt, verdict }).toEqual("a wait within bounds");
            }
          }
        }
      }
    }
    expect(cases).toBeGreaterThan(700_000);
  });

  it("fulfils the schemas, and nothing else does", () => {
    for (const answer of answers.slice(0, 40)) {
      for (const age of ages) {
        const attempt = { answer, ping: false, attempts: 3, age, random: 0.5 };
        expect(Result.isSuccess(isAttempt(attempt))).toBe(true);
        expect(Result.isSuccess(isVerdict(verdictOf(attempt)))).toBe(true);
      }
    }
    expect(Result.isFailure(isVerdict({ _tag: "Later", millis: 0 }))).toBe(true);
    expect(
      Result.isFailure(isAttempt({ answer: { _tag: "Silent" }, ping: false, attempts: 0, age: 0, random: 0 })),
    ).toBe(true);
  });
});

/** The moments at which a message is tried, by a clock that only counts; it ends by itself. */
const life = (answer: Answer, random: () => number) => {
  const at = [0];
  for (;;) {
    const age = at.at(-1) ?? 0;
    const verdict = verdictOf({ answer, ping: false, attempts: at.length, age, random: random() });
    if (verdict._tag !== "Later") return { at, verdict };
    at.push(age + verdict.millis);
    if (at.length > 1000) throw new Error("it never ends");
  }
};

describe("three days of a receiver that is never content", () => {
  it.each([0, 0.5, 0.999_999])("ends dead after them, having been tried ever more seldom (random %d)", (random) => {
    const { at, verdict } = life({ _tag: "Silent" }, () => random);
    expect(verdict).toEqual({ _tag: "Dead" });
    const last = at.at(-1) ?? 0;
    expect(last).toBeGreaterThanOrEqual(72 * hour);
    expect(last).toBeLessThanOrEqual(82 * hour);
    expect(at.length).toBeGreaterThan(14);
    expect(at.length).toBeLessThan(24);
    const waited = at.slice(1).map((time, n) => time - (at[n] ?? 0));
    expect(waited).toEqual(waited.toSorted((a, b) => a - b));
    // A receiver that is started anew hears it again within a minute, one that is mended within an hour within the next.
    expect(at.filter((time) => time < 60_000).length).toBeGreaterThanOrEqual(3);
  });

  it("heeds Retry-After, up to half a day, and tries at least five times", () => {
    const { at } = life({ _tag: "Answered", status: 503, retryAfter: 1e12 }, () => 0.5);
    expect(at.slice(1).map((time, n) => time - (at[n] ?? 0))).toEqual(at.slice(1).map(() => 12 * hour));
    expect(at.length).toBeGreaterThanOrEqual(least);
    const eager = life({ _tag: "Answered", status: 503, retryAfter: 0 }, () => 0.5);
    expect(eager.at).toEqual(life({ _tag: "Silent" }, () => 0.5).at);
  });

  it("brings back apart what failed together", () => {
    const returns = Array.from({ length: 1000 }, () => life({ _tag: "Silent" }, Math.random).at[4] ?? 0);
    const spread = Math.max(...returns) - Math.min(...returns);
    expect(spread).toBeGreaterThan(60_000);
  });
});
