import * as RefundProgress from "../../src/RefundProgress.ts";
import { explore } from "../support/progress/explore.ts";
import { centre, heart } from "../support/progress/letters.ts";
import { watch } from "../support/progress/model.ts";
import { load, misplaced, saboteurs } from "../support/progress/saboteurs.ts";
import { checkStored } from "../support/progress/stored.ts";
import { randomWords } from "../support/progress/words.ts";

const [what = "all", n = "3"] = process.argv.slice(2);
const t = performance.now();
if (what === "sab") {
  let caught = 0;
  for (const s of saboteurs.filter((x) => x.name.includes(process.argv[3] ?? ""))) {
    const away = misplaced(s);
    if (away.length > 0) { console.log("MISPLACED", s.name, away); continue; }
    const t = performance.now();
    const fold = await load(s);
    watch(s.rule);
    let found;
    for (const depth of [2, 3]) {
      found = explore(fold, depth, { settle: 1, days: 1, first: true, leaves: depth <= 2, ...(depth <= 2 && { each: checkStored }) }).findings[0];
      if (found) break;
    }
    found ??= explore(fold, 5, { letters: centre, first: true }).findings[0];
    if (found) caught++;
    console.log(found?.rule === s.rule ? "ok  " : "FAIL", s.rule, "|", s.name, "|", found?.word.join(" · "), found?.message, Math.round(performance.now() - t));
  }
  watch();
  console.log(caught, saboteurs.length);
} else if (what === "words") {
  const x = randomWords(RefundProgress, Number(n), Number(process.argv[4] ?? 1));
  for (const f of x.findings) console.log(f.message, "\n     ", f.word.join(" · "));
  console.log(x.letters);
} else {
  const x = explore(RefundProgress, Number(n), { settle: 2, days: 1, ...(what === "centre" ? { letters: centre } : {}), ...(what === "heart" ? { letters: heart } : {}), each: (at, level) => { if (level < 3) checkStored(at); } });
  for (const f of x.findings) console.log(f.message, "\n     ", f.word.join(" · "));
  console.log(x.perLevel, x.states, x.turns);
}
console.log(performance.now() - t);
