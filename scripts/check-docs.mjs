/**
 * Holds the documents to what they say: every TypeScript fence compiles by itself, every shell command runs or is one that
 * `.ci/run` runs, every link leads somewhere, and the tables of codes are the library's. Ends with a count.
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, delimiter, dirname, join, relative, resolve } from "node:path";

const root = dirname(import.meta.dirname);
const read = (file) => readFileSync(join(root, file), "utf8");

let passed = 0;
let failed = 0;
const check = (what, problems) => {
  if (problems.length === 0) passed++;
  else failed++;
  console.log(problems.length === 0 ? `ok ${what}` : [`FAILED ${what}`, ...problems].join("\n  ").trimEnd());
};
// Where it is installed the command stands on the PATH; here it is the sources'.
const scratch = join(root, "examples", ".docs");
rmSync(scratch, { recursive: true, force: true });
mkdirSync(scratch);
process.on("exit", () => rmSync(scratch, { recursive: true, force: true }));
const command = `#!/bin/sh\nexec '${process.execPath}' '${join(root, "packages/cli/src/bin.ts")}' "$@"\n`;
writeFileSync(join(scratch, "wechat-refund"), command, { mode: 0o755 });
const path = [scratch, dirname(process.execPath), process.env.PATH].join(delimiter);
const run = (file, args) =>
  spawnSync(file, args, {
    cwd: root,
    env: { ...process.env, CI: "true", PATH: path },
    encoding: "utf8",
    timeout: 300_000,
  });

const below = (folder) =>
  existsSync(join(root, folder))
    ? readdirSync(join(root, folder), { recursive: true })
        .filter((name) => name.endsWith(".md"))
        .map((name) => join(folder, name))
    : [];
const documents = [
  ...readdirSync(root).filter((name) => name.endsWith(".md")),
  ...below("docs"),
  "benchmarks/README.md",
  ...readdirSync(join(root, "packages"))
    .map((name) => join("packages", name, "README.md"))
    .filter((file) => existsSync(join(root, file))),
];

/** The fences of a document, with their language and the line that they begin at. */
const fencesOf = (file) =>
  [...read(file).matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(({ 1: language, 2: code, index }) => ({
    language,
    code,
    at: `${file}:${read(file).slice(0, index).split("\n").length}`,
  }));
const fences = documents.flatMap(fencesOf);
const unnamed = fences.filter(
  ({ language }) => !["ts", "sh", "python", "java", "text", "json", "xml", "sql"].includes(language),
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

const ci = read(".ci/run");
const inCi = (command) => ci.split("\n").some((line) => line.endsWith(` ${command}`));
/** Commands that are not run here, each with what is looked at instead: a problem, or nothing. */
const exceptions = [
  [
    /^npx --yes pnpm@12 (?:demo|test|check|lint|format:check|test:packed|check:docs)$/,
    (command) => inCi(command) || "not in .ci/run",
  ],
  [/^npx --yes pnpm@12 install$/, () => true],
  [/^npx --yes pnpm@12 bench\b/, () => ci.includes(" npx --yes pnpm@12 bench ") || "not in .ci/run"],
  [/^npx --yes pnpm@12 release$/, () => inCi("npx --yes pnpm@12 release --dry-run") || "not in .ci/run"],
  [/^npx --yes pnpm@12 format$/, () => inCi("npx --yes pnpm@12 format:check") || "not in .ci/run"],
  [
    /^npx --yes pnpm@12 changeset$/,
    () => "@changesets/cli" in JSON.parse(read("package.json")).devDependencies || "no changesets",
  ],
  [/^bash \.ci\/run$/, () => true],
  [
    /^npm install (?<packages>.+)$/,
    (_, { packages }) =>
      packages.split(" ").every((name) => {
        const file = `packages/${name.replace("@wechat-refund/", "")}/package.json`;
        const peers = JSON.parse(read("packages/durable/package.json")).peerDependencies;
        return (
          name === "effect" || name in peers || (existsSync(join(root, file)) && JSON.parse(read(file)).name === name)
        );
      }) || "no such package",
  ],
];
const problemsOf = (script) => {
  const lines = script.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  const known = lines.map((line) => exceptions.find(([pattern]) => pattern.test(line)));
  if (known.every((exception) => exception !== undefined)) {
    return lines.flatMap((line, n) => {
      const [pattern, look] = known[n];
      const found = look(line, pattern.exec(line).groups);
      return found === true ? [] : [`${line}: ${found}`];
    });
  }
  const ended = run("bash", ["-euo", "pipefail", "-c", script]);
  return ended.status === 0 ? [] : [script, `ended with ${ended.status ?? ended.signal}`, ended.stdout, ended.stderr];
};
/** A service that goes on until it is ended, and what is asked of it meanwhile: at a free port. */
const served = /^npx --yes pnpm@12 wechat-refund (?<args>serve --simulate)\n(?<rest>[\s\S]+)/;
const problemsOfService = async ({ args, rest }) => {
  const service = spawn(join(scratch, "wechat-refund"), [...args.split(" "), "--port", "0"]);
  const closed = new Promise((resolve) => service.on("close", resolve));
  let said = "";
  const listens = new Promise((resolve) => {
    service.stdout.on("data", (chunk) => (said += chunk).includes("curl") && resolve());
    closed.then(resolve);
  });
  service.stderr.on("data", (chunk) => (said += chunk));
  await listens;
  const api = /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0] ?? "no address";
  const script = rest.replaceAll("http://127.0.0.1:8080", api).replaceAll("curl ", "curl --fail-with-body ");
  const ended = run("bash", ["-euo", "pipefail", "-c", script]);
  service.kill("SIGTERM");
  const code = await closed;
  const isGood = ended.status === 0 && ended.stdout.includes('"created":true') && code === 130;
  return isGood ? [] : [script, `ended with ${ended.status}, the service with ${code}`, said, ended.stdout];
};
for (const { at, code } of fences.filter(({ at, language }) => language === "sh" && !held(at))) {
  const service = served.exec(code);
  check(`${at}: its commands run`, service === null ? problemsOf(code) : await problemsOfService(service.groups));
}

const spoken = documents.flatMap((file) =>
  [
    ...read(file)
      .replaceAll(/^```[\s\S]*?^```$/gm, "")
      .matchAll(/`(npx [^`]+)`/g),
  ].map(([, command]) => ({ file, command })),
);
const scripts = JSON.parse(read("package.json")).scripts;
const unknown = spoken.filter(({ command }) => {
  const [, script, rest] = /^npx --yes pnpm@12 (?:--silent )?(\S+)(.*)$/.exec(command) ?? [];
  if (script === "node") return !existsSync(join(root, rest.trim().split(" ")[0]));
  return script !== "install" && script !== "changeset" && !script?.includes("|") && !(script in scripts);
});
check(
  `${spoken.length} commands in the text are scripts of this repository`,
  unknown.map(({ command, file }) => `${file}: ${command}`),
);

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
