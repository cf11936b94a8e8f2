import { run } from "../storm.ts";
const t = performance.now();
const o = JSON.parse(process.argv[2] ?? "{}");
const w = await run({ refunds: 100, merchants: 1, outage: 60_000, arrived: 0, loss: 0, roundTrip: 200, replay: "same-success", ...o });
console.log(JSON.stringify(o), JSON.stringify(w), Math.round(performance.now() - t), "ms");
