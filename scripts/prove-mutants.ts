/** Applies each mutant of `mutants.ts` inside the test runner, never to a file, and expects its tests to turn red. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { mutants } from "./mutants.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const wanted = process.argv[2] ?? "";
const chosen = mutants.filter(({ name }) => name.includes(wanted));
const survivors: Array<string> = [];

for (const mutant of chosen) {
  const places = readFileSync(`${root}${mutant.file}`, "utf8").split(mutant.find).length - 1;
  if (places !== 1) {
    survivors.push(mutant.name);
    console.log(`FAIL ${mutant.name}: its place in ${mutant.file} occurs ${places} times`);
    continue;
  }
  const run = spawnSync(
    process.execPath,
    ["node_modules/vitest/vitest.mjs", "run", "--bail", "1", "--project", mutant.project, mutant.test],
    { cwd: root, encoding: "utf8", env: { ...process.env, MUTANT: mutant.name, NO_COLOR: "1" } },
  );
  const red = run.status !== 0 && /Tests .*\d+ failed/.test(run.stdout);
  if (!red) survivors.push(mutant.name);
  const by = /(?:×|FAIL) (.*)/.exec(run.stdout)?.[1] ?? "";
  console.log(`${red ? "ok  " : "FAIL"} ${mutant.name}${red ? ` — ${by.trim().slice(0, 100)}` : ": survived"}`);
}

console.log(`${chosen.length - survivors.length} of ${chosen.length} mutants caught`);
process.exitCode = survivors.length === 0 && chosen.length > 0 ? 0 : 1;
