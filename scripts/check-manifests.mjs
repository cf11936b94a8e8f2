/**
 * What a registry and a forge show of the packages: one repository, one version, keywords, engines, a page of one screen, addresses that hold
 * there; and that the forge runs what `.ci/run` runs. Reads files and runs nothing. Ends with a count.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const root = dirname(import.meta.dirname);
const read = (...path) => readFileSync(join(root, ...path), "utf8");
const own = JSON.parse(read("package.json"));
const [repository] = own.homepage.split("#");

let passed = 0;
let failed = 0;
const check = (what, problems) => {
  if (problems.length === 0) passed++;
  else failed++;
  console.log([problems.length === 0 ? `ok ${what}` : `FAILED ${what}`, ...problems].join("\n  "));
};
const unequal = (what, found, expected) =>
  JSON.stringify(found) === JSON.stringify(expected)
    ? []
    : [`${what} is ${JSON.stringify(found)}, expected ${JSON.stringify(expected)}`];

check("the repository has an address", [
  ...unequal("repository", own.repository, { type: "git", url: `git+${repository}.git` }),
  ...unequal("bugs", own.bugs, `${repository}/issues`),
  ...(/^https:\/\/[\w.-]+\/[\w-]+\/[\w-]+$/.test(repository) ? [] : [`homepage is ${own.homepage}`]),
]);

const manifests = readdirSync(join(root, "packages"))
  .filter((name) => existsSync(join(root, "packages", name, "package.json")))
  .map((name) => [name, JSON.parse(read("packages", name, "package.json"))])
  .filter(([, manifest]) => manifest.private !== true);
/** How many lines a page takes where it is read: text flows at 120 columns (a letter of Chinese takes two), code and rows stay lines. */
const linesShown = (page) => {
  const width = (text) => [...text].reduce((sum, letter) => sum + (letter > "\u2e80" ? 2 : 1), 0);
  const flowed = (text) =>
    text
      .split(/\n{2,}|\n(?=[-#|] ?)/)
      .map((block) =>
        block
          .replaceAll(/\[([^\]]+)\]\([^)]*\)|[`*]/g, "$1")
          .replaceAll(/\s+/g, " ")
          .trim(),
      )
      .filter((block) => !/^[|: -]*$/.test(block))
      .reduce((sum, block) => sum + Math.ceil(width(block) / 120), 0);
  return page
    .split(/^(```[\s\S]*?^```)$/m)
    .map((part, n) => (n % 2 === 0 ? flowed(part) : part.split("\n").length - 2))
    .reduce((sum, lines) => sum + lines, 0);
};
const screen = 45;

for (const [name, manifest] of manifests) {
  const directory = `packages/${name}`;
  const keywords = manifest.keywords ?? [];
  check(`${name}: what a registry shows of it`, [
    ...unequal("name", manifest.name, `@wechat-refund/${name}`),
    ...unequal("version", manifest.version, manifests[0][1].version),
    ...unequal("repository", manifest.repository, { ...own.repository, directory }),
    ...unequal("homepage", manifest.homepage, `${repository}/tree/main/${directory}#readme`),
    ...unequal("bugs", manifest.bugs, own.bugs),
    ...unequal("license", manifest.license, own.license),
    ...unequal("engines", manifest.engines, own.engines),
    ...unequal("keywords", keywords, [...new Set(keywords)].toSorted()),
    ...["effect", "refund", "wechat-pay", "微信支付", "退款"].flatMap((word) =>
      keywords.includes(word) ? [] : [`there is no keyword ${word}`],
    ),
    ...unequal("access", manifest.publishConfig?.access, "public"),
    ...unequal("provenance", manifest.publishConfig?.provenance, true),
    ...((manifest.description ?? "").length > 10 ? [] : ["it has no description"]),
  ]);
  const page = read(directory, "README.md");
  const lines = linesShown(page);
  check(`${name}: its page is one screen, and says how to install it`, [
    ...(lines <= screen ? [] : [`it takes ${lines} lines, more than ${screen}: what is more belongs to docs/`]),
    ...(page.split("\n").some((line) => line.startsWith("npm install") && line.includes(manifest.name))
      ? []
      : [`no command installs ${manifest.name}`]),
  ]);
  // On npm a relative address leads nowhere, or somewhere else. Whether the others lead somewhere is looked at with the documents.
  const links = [...page.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link);
  check(
    `${name}: the links of its page hold on npm`,
    links.filter((link) => !/^(?:https:\/\/|#)/.test(link)),
  );
}

const workflows = existsSync(join(root, ".github", "workflows")) ? readdirSync(join(root, ".github", "workflows")) : [];
const steps = workflows.map((name) => read(".github", "workflows", name));
const runs = (text, command) => new RegExp(`^ +(?:- )?run: ${command}$`, "m").test(text);
check(
  "the forge runs what .ci/run runs, for each change",
  steps.some((text) => /^ {2}pull_request:/m.test(text) && runs(text, "bash \\.ci/run"))
    ? []
    : ["no workflow for changes runs it"],
);
const publishing = steps.filter((text) => runs(text, "npx --yes pnpm@12 release"));
check("the forge publishes with the one command, after all of that", [
  ...(publishing.length === 1 ? [] : [`${publishing.length} workflows run it`]),
  ...publishing
    .filter((text) => !/^ +(?:- )?run: bash \.ci\/run$[\s\S]*^ +(?:- )?run: npx --yes pnpm@12 release$/m.test(text))
    .map(() => "the workflow does not run .ci/run before it"),
]);

console.log(`${passed} checks passed, ${failed} failed`);
process.exitCode = failed === 0 && manifests.length > 5 ? 0 : 1;
