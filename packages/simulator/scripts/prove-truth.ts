/**
 * Many refunds through both adapters and both protocols where calls go wrong at random: is there one row a number, and is every word about a call
 * true? `node packages/simulator/scripts/prove-truth.ts [refunds] [share that goes wrong] [seed]`; ends with 1 if not.
 */
import { Effect } from "effect";
import { prove, type Setting } from "../test/truth.ts";

const [refunds = "10000", rate = "0.1", seed = String(Date.now())] = process.argv.slice(2);

const one = Effect.fnUntraced(function* (
  adapter: Setting["adapter"],
  connections: Setting["connections"],
  protocol: Setting["protocol"],
) {
  const started = performance.now();
  const setting = {
    adapter,
    connections,
    protocol,
    refunds: Number(refunds),
    rate: Number(rate),
    seed,
  } as const;
  const report = yield* Effect.scoped(prove(setting));
  const seconds = ((performance.now() - started) / 1_000).toFixed(1);
  console.log(
    `${adapter}, ${connections}, ${protocol}: ${seconds} s, ${report.calls} exchanges, ${report.rows} rows, ${report.open} open`,
  );
  console.log(`  said ${JSON.stringify(report.said)}`);
  console.log(`  met ${JSON.stringify(report.faults)}`);
  for (const untruth of report.untruths) console.log(`  UNTRUE ${untruth}`);
  return report.untruths.length + (report.rows + report.open === Number(refunds) ? 0 : 1);
});

const program = Effect.gen(function* () {
  console.log(`${refunds} refunds each, ${Number(rate) * 100} % go wrong, seed ${seed}`);
  let wrong = 0;
  for (const adapter of ["node-https", "undici"] as const) {
    for (const connections of ["fresh", "pooled"] as const) {
      wrong += yield* one(adapter, connections, "HMAC-SHA256");
      wrong += yield* one(adapter, connections, connections === "fresh" ? "v3 public key" : "v3 certificates");
    }
  }
  return wrong;
});

process.exitCode = (await Effect.runPromise(program)) === 0 ? 0 : 1;
