/** A day of the books as the API shows it. */
import type { Day } from "@wechat-refund/durable/Reconciliations";
import type { ReconciliationView } from "../Forms.ts";
import { timeOf } from "./views.ts";

export const dayView = (day: Day): ReconciliationView => ({
  mchId: day.mchId,
  date: day.date,
  state: day.state,
  attempts: day.attempts,
  ...(day.dueAt !== undefined && { nextAt: timeOf(day.dueAt) }),
  ...(day.said !== undefined && { why: day.said }),
  ...(day.whole !== undefined && { whole: day.whole }),
  ...(day.lines !== undefined && { lines: day.lines }),
  totals: day.totals,
  problems: day.problems,
  differences: day.differences,
  kept: day.kept,
  ...(day.comparedAt !== undefined && { comparedAt: timeOf(day.comparedAt) }),
  ...(day.doneAt !== undefined && { doneAt: timeOf(day.doneAt) }),
  ...(day.position !== undefined && { position: day.position }),
});
