/** Some lives of refunds, each by a seed; many more, and builds that are broken on purpose, are `pnpm prove:life`. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { canaries } from "./life/canaries.ts";
import type { Lived } from "./life/life.ts";
import { inThreads } from "./life/threads.ts";

it("lives a hundred lives, and nothing is broken", async () => {
  const lives: Array<Lived> = [];
  await inThreads({ first: 1, count: 100, small: true, threads: 2 }, (lived) => lives.push(lived));
  expect(lives.flatMap(({ broken, seed }) => broken.map(({ id, what }) => `seed ${seed}: ${id} ${what}`))).toEqual([]);
  expect(lives).toHaveLength(100);
  const ends = new Set(lives.flatMap((lived) => Object.keys(lived.ends)));
  expect([...ends]).toEqual(expect.arrayContaining(["Succeeded", "Closed", "Rejected", "Resolved"]));
  // Five seconds by themselves; all of it is computing.
}, 240_000);

it.each(canaries)("has one place for a canary: $name", ({ changes, file }) => {
  const source = readFileSync(new URL(`../../${file}`, import.meta.url), "utf8");
  for (const [find, put] of changes) {
    expect(source.split(find)).toHaveLength(2);
    expect(put).not.toBe(find);
  }
});
