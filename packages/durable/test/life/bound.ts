/**
 * I9: by when a refund must have ended, or show why it rests, once nothing goes wrong any more. Five minutes and a take-over, and what the
 * rules of a refund allow beyond that, counted in full, as if each pause had just begun: the longest pause after what it last met; a minute
 * for each other refund of its order; a minute and ten seconds after a rate code; and, once it is accepted, the pauses between queries until
 * the first that is made after the gateway has its result.
 */
import type { Ledger } from "@wechat-refund/simulator";
import type { Stored } from "./checker.ts";
import type { Plan } from "./plan.ts";

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

interface Known {
  readonly truth: string;
  readonly row: number;
  readonly sends: number;
  readonly limited: boolean;
  readonly notSure: boolean;
  readonly denied: boolean;
}

/** The pause after the nth fruitless call. */
const pauseOf = (row: number): number =>
  [0, second, 3 * second][row] ?? (row <= 16 ? 10 * second : row <= 32 ? 30 * second : 5 * minute);
const pollOf = (row: number): number => (row < 6 ? minute : ([5, 10, 20][row - 6] ?? 30) * minute);

/** How long until a query finds the result that the gateway has after `result` ms. */
const found = (result: number, from: number): number => {
  let at = 0;
  for (let row = from; ; row++) {
    at += pollOf(row);
    if (at >= result) return at;
  }
};

/** ms from the end of all trouble; `result`: ms until the gateway has the result of a refund that it has accepted. */
export const boundOf = (plan: Plan, row: Stored | undefined, result: number, course: Ledger.Row["course"]): number => {
  // The lease of one who died, who looks for it, and the call that was under way.
  const takeOver = 2 * plan.lease + 3 * plan.poll + 1.25 * plan.limit;
  const order = (plan.intents.length - 1) * minute;
  const ends = course.find(({ status }) => status !== "NOTSURE")?.afterMillis ?? 0;
  // While a record says NOTSURE the identical request is sent as well, and each lengthens the pause to the next query.
  const unsettled = course.some(({ status }) => status === "NOTSURE") ? pollOf(Infinity) : 0;
  const all = 5 * minute + takeOver + order + unsettled;
  if (row === undefined) return all + found(ends, 0);
  const known = JSON.parse(row.progress) as Known;
  const limited = known.limited ? 70 * second : 0;
  if (known.truth === "Accepted") return all + limited + found(result, known.row);
  const spaced = known.sends >= 16 ? hour : 0;
  const unsure = known.notSure ? found(result, known.row) : 0;
  return all + limited + pauseOf(known.row) + spaced + unsure + (known.denied ? 15 * minute : 0) + found(ends, 0);
};
