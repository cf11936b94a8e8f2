// The public API as declarations: api/<package>/*.d.ts is committed, so a change of the API shows as a diff.
// `npx --yes pnpm@12 api` writes it, `npx --yes pnpm@12 api --check` compares.
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { settled } from "./settled.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const check = process.argv.includes("--check");

// Deleted sources leave their declarations behind, so each package is emitted anew.
const packages = readdirSync(join(root, "packages")).filter((name) => {
  rmSync(join(root, "packages", name, "dist"), { recursive: true, force: true });
  return true;
});
execFileSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-b"], { cwd: root, stdio: "inherit" });

const wanted = new Map();
for (const name of packages) {
  const dist = join(root, "packages", name, "dist");
  const { exports } = JSON.parse(readFileSync(join(root, "packages", name, "package.json"), "utf8"));
  const closed = Object.entries(exports).flatMap(([entry, to]) =>
    to === null ? [entry.slice(2).replace(/\*$/, "")] : [],
  );
  for (const file of readdirSync(dist, { recursive: true, encoding: "utf8" })) {
    // What the export map closes is no API.
    const isClosed = closed.some((entry) => entry.endsWith("/") && file.startsWith(entry));
    if (!file.endsWith(".d.ts") || isClosed) continue;
    const text = readFileSync(join(dist, file), "utf8").replace(/\n?\/\/# sourceMappingURL=.*\n?/, "\n");
    wanted.set(join(name, file), settled(text));
  }
}

const folder = join(root, "api");
const present = (() => {
  try {
    return readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".d.ts"));
  } catch {
    return [];
  }
})();

if (check) {
  const changed = [...wanted].filter(
    ([file, text]) => !present.includes(file) || readFileSync(join(folder, file), "utf8") !== text,
  );
  const gone = present.filter((file) => !wanted.has(file));
  for (const [file] of changed) console.error(`api/${file} is not what src says`);
  for (const file of gone) console.error(`api/${file} is no longer there`);
  if (changed.length + gone.length > 0) {
    console.error("The public API has changed. If that is meant, run `npx --yes pnpm@12 api` and commit the diff.");
    process.exit(1);
  }
  console.log(`${wanted.size} declaration files are as committed`);
} else {
  rmSync(folder, { recursive: true, force: true });
  for (const [file, text] of wanted) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  console.log(`${wanted.size} declaration files written`);
}
