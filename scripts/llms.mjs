/**
 * llms.txt, the library on one page for programs that read before they write: the heads of the READMEs, the map of the documents and
 * the examples. `npx --yes pnpm@12 node scripts/llms.mjs` writes it; with `--check` it writes nothing and fails when it is out of date.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const root = dirname(import.meta.dirname);
const read = (file) => readFileSync(join(root, file), "utf8");

/** A part of a document, from a heading of the second level to the next one. */
const section = (file, title) => {
  const found = new RegExp(`^## ${title}\\n\\n([\\s\\S]*?)(?=\\n## |$(?![\\s\\S]))`, "m").exec(read(file))?.[1];
  if (found === undefined) throw new Error(`${file} has no section "${title}"`);
  return found.trim();
};
const head = (file) => /^# .*\n\n([\s\S]*?)\n+(?:```|\||## )/.exec(read(file))?.[1]?.trim() ?? "";
/** Links of a text that stands in `folder`, as they are from here. */
const fromRoot = (text, folder) =>
  text.replaceAll(/\]\((?!https?:|#)([^)]+)\)/g, (_, path) => {
    const target = join(folder, path);
    if (!existsSync(join(root, target.split("#")[0]))) throw new Error(`${folder}: ${path} leads nowhere`);
    return `](${target})`;
  });

const packages = [...read("README.md").matchAll(/^\| `@wechat-refund\/([\w-]+)` \|/gm)].map(([, name]) => name);
const entryOf = (name) => {
  const { description, exports } = JSON.parse(read(`packages/${name}/package.json`));
  const modules = (file) => [...read(file).matchAll(/^export \* as (\w+) /gm)].map(([, module]) => module).join(", ");
  return [
    `- \`@wechat-refund/${name}\`: ${description}. \`import { ${modules(`packages/${name}/src/index.ts`)} }\``,
    ...("./testing" in exports
      ? [`- \`@wechat-refund/${name}/testing\`: \`import { ${modules(`packages/${name}/src/testing/index.ts`)} }\``]
      : []),
  ];
};
const readmes = packages.map((name) => `packages/${name}/README.md`).filter((file) => existsSync(join(root, file)));

const titleOf = (file) => /^# (.+)$/m.exec(read(file))?.[1];
const documents = readdirSync(join(root, "docs"))
  .toSorted()
  .filter((name) => name.endsWith(".md"))
  .map((name) => `docs/${name}`);
const decisions = readdirSync(join(root, "docs/decisions"))
  .toSorted()
  .map((name) => `docs/decisions/${name}`);

const examples = readdirSync(join(root, "examples"))
  .toSorted()
  .filter((name) => /^\d\d-.*\.ts$/.test(name))
  .map((name) => `examples/${name}`);
/** The first paragraph of the comment that an example begins with. */
const saidBy = (file) => {
  const said = /^\/\*\*\n((?: \* .*\n)+)/.exec(read(file))?.[1];
  if (said === undefined) throw new Error(`${file} does not begin with a comment that says what it is`);
  return said.replaceAll(/^ \* /gm, "").trim().replaceAll("\n", " ");
};
/** These show the habits that matter; the others are told of by their first line. */
const inFull = ["01", "03", "05", "06", "11"].map((number) => {
  const file = examples.find((name) => name.startsWith(`examples/${number}-`));
  if (file === undefined) throw new Error(`there is no example ${number}`);
  return file;
});

const text = [
  `# ${titleOf("README.md")}`,
  head("README.md")
    .split("\n\n")
    .map((paragraph) => fromRoot(paragraph, ""))
    .map((paragraph, n) => (n === 0 ? paragraph.replaceAll(/^/gm, "> ") : paragraph))
    .join("\n\n"),
  "## Rules",
  [
    "- Store the refund number (out_refund_no, 商户退款单号) with its amounts before the first call. One number is one refund; a new number is a second one.",
    '- `RefundAccepted` is not refunded. Refunded is a record with `refundStatus: "SUCCESS"` from `query`, `confirm` or `Resend.untilFinal`.',
    "- After a failure look at `error.outcome`. `unknown`: money may move, ask under the same number. Only `not-accepted` may be told as a no.",
    "- Send again with `Resend.untilKnown`, never with `Effect.retry`. Give `attempted: true` for a refund that an earlier process may have sent.",
    "- A notice is a hint: `RefundNotice.open`, then `confirm`, then store, then answer `acknowledge`.",
    "- Amounts are whole numbers of fen (分); `totalFee` is the whole order's amount.",
  ].join("\n"),
  "## Packages",
  packages.flatMap(entryOf).join("\n"),
  ...["A refund", "What can go wrong", "Follow a refund", "Requirements"].flatMap((title) => [
    `## ${title}`,
    fromRoot(section("README.md", title), ""),
  ]),
  ...readmes.flatMap((file) => [`## ${titleOf(file)}`, fromRoot(head(file), dirname(file))]),
  "## Documents",
  [
    ...documents.map((file) => `- [${titleOf(file)}](${file})`),
    "- [API reference](docs/api/README.md)",
    "- [Security](SECURITY.md)",
    ...decisions.map((file) => `- [Decision ${titleOf(file)}](${file})`),
  ].join("\n"),
  "## Examples",
  examples.map((file) => `- [${file}](${file}): ${saidBy(file)}`).join("\n"),
  ...inFull.flatMap((file) => [`### ${file}`, `\`\`\`ts\n${read(file).trim()}\n\`\`\``]),
]
  .join("\n\n")
  .concat("\n");

const file = join(root, "llms.txt");
if (process.argv.includes("--check")) {
  if (!existsSync(file) || readFileSync(file, "utf8") !== text) {
    console.error("llms.txt is out of date: run `npx --yes pnpm@12 node scripts/llms.mjs`");
    process.exitCode = 1;
  } else console.log("llms.txt is in date");
} else {
  writeFileSync(file, text);
  console.log(`llms.txt written, ${Math.ceil(Buffer.byteLength(text) / 1024)} KiB`);
}
