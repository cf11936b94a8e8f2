/** A simulated month in short; `pnpm prove:reconciler` has the whole. */
import { expect, it } from "vitest";
import { month } from "./prove/month.ts";

it("explains every difference of some days, and makes none up", async () => {
  const { differences, lines, wrong } = await month({ refunds: 100, days: 3, seed: 7 });
  expect(wrong).toEqual([]);
  expect(lines).toBe(101);
  // One made elsewhere, and on each day one lost, one of another amount, one resolved, and one renamed, which is two.
  expect(differences).toBe(1 + 3 * 5);
}, 120_000);
