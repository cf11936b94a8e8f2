/** Each deliberately broken build has its one place in the sources. Trying them all takes minutes: `pnpm prove:mutants`. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { mutants } from "../../../scripts/mutants.ts";

it.each(mutants)("$name", ({ file, find, put }) => {
  const source = readFileSync(new URL(`../../../${file}`, import.meta.url), "utf8");
  expect(source.split(find).length - 1).toBe(1);
  expect(put).not.toBe(find);
});
