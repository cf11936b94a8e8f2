/**
 * A month of 100 000 refunds with lost replies, two outages, refunds made elsewhere and books that are wrong in every way that has a name:
 * `node packages/simulator/test/prove/books.ts [refunds] [seed]`. Ends with 1 if a difference is false, or one is not found.
 */
import { run } from "../month.ts";

const [refunds = 100_000, seed = 1] = process.argv.slice(2).map(Number);
const started = performance.now();
const { invented, kinds, wrong } = await run(seed, refunds);
const seconds = ((performance.now() - started) / 1000).toFixed(1);
for (const one of [...wrong, ...invented].slice(0, 10)) console.log(one);
console.log(`${refunds} refunds in ${seconds} s: ${JSON.stringify(kinds)}; ${wrong.length + invented.length} wrong`);
process.exitCode = wrong.length + invented.length > 0 ? 1 : 0;
