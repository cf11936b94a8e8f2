import * as RefundProgress from "../../src/RefundProgress.ts";
import { explore } from "../support/progress/explore.ts";
import { core } from "../support/progress/letters.ts";
const depth = Number(process.argv[2] ?? 3);
const t = performance.now();
const x = explore(RefundProgress, depth, { settle: Number(process.argv[3] ?? 2), days: Number(process.argv[4] ?? 2), ...(process.argv[5] ? { letters: core } : {}), ...(process.argv[6] ? { from: [process.argv[6]] } : {}) });
for (const f of x.findings) console.log(f.rule + ": " + f.message, "\n     ", f.word.join(" · "));
console.log(x.perLevel, x.states, x.turns, performance.now() - t);
