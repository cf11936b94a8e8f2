/**
 * `pnpm prove:reconciler`: a simulated month of 100 000 refunds, with faults at random, lag, two outages, refunds of the merchant platform, wrong
 * books and bills that are late, cut off or missing: every difference is explained and none is false.
 *
 *     node packages/durable/test/prove/reconciler.ts [refunds] [days] [seed]
 */
import { month } from "./month.ts";

const [refunds = "100000", days = "30", seed = "1"] = process.argv.slice(2);
const began = performance.now();
const told = await month({
  refunds: Number(refunds),
  days: Number(days),
  seed: Number(seed),
  log: (line) => console.log(`${Math.round((performance.now() - began) / 1000)} s  ${line}`),
});
const seconds = Math.round((performance.now() - began) / 1000);
console.log(
  `${told.refunds} refunds and ${told.elsewhere} made elsewhere, ${told.faults} faults, ${told.lines} lines in ${days} days' bills: ` +
    `${told.differences} differences, ${told.wrong.length} unexplained, false or missed; ${seconds} s`,
);
for (const one of told.wrong.slice(0, 20)) console.error(`  ${one}`);
if (told.wrong.length > 0) process.exitCode = 1;
