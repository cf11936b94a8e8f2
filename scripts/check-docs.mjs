/**
 * Holds the documents to what they say: every TypeScript fence compiles by itself, every command runs here or is one of a short list
 * that says where it is run, every link leads somewhere, and the tables of codes are the library's. Ends with a count.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { runCommands } from "./docs/commands.mjs";
import { documents, fencesOf, isDisguised, read, root } from "./docs/pages.mjs";

let passed = 0;
let failed = 0;
const check = (what, problems) => {
  if (problems.length === 0) passed++;
  else failed++;
  console.log(problems.length === 0 ? `ok ${what}` : [`FAILED ${what}`, ...problems].join("\n  ").trimEnd());
};
const scratch = join(root, "examples", ".docs");
rmSync(scratch, { recursive: true, force: true });
mkdirSync(scratch);
process.on("exit", () => rmSync(scratch, { recursive: true, force: true }));
const run = (file, args) => spawnSync(file, args, { cwd: root, encoding: "utf8", timeout: 300_000 });

const fences = documents.flatMap(fencesOf);
const unnamed = fences.filter(
  (fence) =>
    isDisguised(fence) || !["ts", "sh", "python", "java", "text", "json", "xml", "sql"].includes(fence.language),
);
check(
  "every fence says what it holds",
  unnamed.map(({ at }) => at),
);

/** Documents whose code a test of their package runs, since it needs more than is here. */
const heldElsewhere = {
  "packages/checkup/README.md": "packages/checkup/test/readme.test.ts",
  "packages/simulator/README.md": "packages/simulator/test/Simulation.test.ts",
  "docs/service.md": "packages/server/test/docs.test.ts",
};
const held = (at) => Object.keys(heldElsewhere).some((file) => at.startsWith(file));
const missing = Object.entries(heldElsewhere)
  .filter(([document, test]) => !existsSync(join(root, test)) || !read(test).includes(basename(document)))
  .map(([, test]) => test);
check("what is left out here has a test of its own", missing);
const programs = fences.filter(({ at, language }) => language === "ts" && !held(at));
for (const [n, { code }] of programs.entries()) writeFileSync(join(scratch, `fence${n}.ts`), code);
const files = programs.map((_, n) => `fence${n}.ts`);
writeFileSync(
  join(scratch, "tsconfig.json"),
  JSON.stringify({
    extends: "../tsconfig.json",
    compilerOptions: { noUnusedLocals: false },
    files,
    include: [],
    references: [],
  }),
);
const compiled = run(process.execPath, [
  join(root, "node_modules/typescript/bin/tsc"),
  "-p",
  scratch,
  "--incremental",
  "false",
]);
const said = `${compiled.stdout}${compiled.stderr}`.replaceAll(/\S*fence(\d+)\.ts/g, (_, n) => programs[n].at);
check(`${programs.length} programs compile`, compiled.status === 0 && programs.length > 5 ? [] : [said || "too few"]);

await runCommands({ check, scratch });

/** The anchors of a document's headings, as they are made for people who browse it. */
const anchorsOf = (file) =>
  [
    ...read(file)
      .replaceAll(/^```[\s\S]*?^```$/gm, "")
      .matchAll(/^#+ (.+)$/gm),
  ].map(([, title]) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
/** Packages' pages are read on npm as well, where only whole addresses lead here. */
const repository = `${JSON.parse(read("package.json")).homepage.split("#")[0]}/`;
const here = `${repository}blob/main/`;
const isHere = (link) => link.startsWith(repository) || !/^https?:/.test(link);
const targetOf = (path, file) =>
  path.startsWith(here)
    ? path.slice(here.length)
    : relative(root, resolve(root, dirname(file), path.startsWith(repository) ? "nowhere" : path));
const broken = documents.flatMap((file) =>
  [
    ...read(file)
      .replaceAll(/^```[\s\S]*?^```$/gm, "")
      .matchAll(/\]\(([^)\s]+)\)/g),
  ]
    .map(([, link]) => link)
    .filter(isHere)
    .filter((link) => {
      const [path, anchor] = link.split("#");
      const target = path === "" ? file : targetOf(path, file);
      if (!existsSync(join(root, target))) return true;
      return anchor !== undefined && !anchorsOf(target).includes(anchor);
    })
    .map((link) => `${file}: ${link}`),
);
check(`the links of ${documents.length} documents lead somewhere`, broken);

check("README.md has fewer than 200 lines", read("README.md").split("\n").length <= 200 ? [] : ["too long"]);

const tables = run(process.execPath, ["scripts/error-tables.mjs", "--check"]);
check("the tables of codes are the library's", tables.status === 0 ? [] : [tables.stderr]);

const words = run(process.execPath, ["scripts/words.mjs", "--check"]);
check("the page of words is what the sources say", words.status === 0 ? [] : [words.stderr]);
const settings = run(process.execPath, ["scripts/configuration.mjs", "--check"]);
check(
  "the page of settings names what is read, and says what help says",
  settings.status === 0 ? [] : [settings.stderr],
);

console.log(`${passed} checks passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
