/**
 * Writes docs/configuration.md: every variable of the environment from the table that `doctor` looks into, and every flag from the help of
 * its command, in both languages. With `--check` it writes nothing and fails when the page differs.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { chinese, english } from "../packages/checkup/src/Language.ts";
import { variables } from "../packages/checkup/src/Variables.ts";
import { run } from "../packages/cli/test/support/bin.ts";

const file = new URL("../docs/configuration.md", import.meta.url);
const readers = {
  merchant: "`Merchant`",
  transport: "`TransportSettings`",
  apiv3: "`apiv3`",
  durable: "`Durable`",
  commands: "`wechat-refund`",
};
const cell = (text) => text.replaceAll("|", "\\|");
const rows = (heads, lines) =>
  [heads, heads.map(() => "---"), ...lines].map((line) => `| ${line.join(" | ")} |`).join("\n");

const both = (of) => [english, chinese].map((say) => cell(of?.(say) ?? ""));
const environment = rows(
  ["Variable", "Meaning", "含义", "Default", "默认", "Read by"],
  variables.map(({ name, otherwise, readers: by, secret, what }) => {
    const [meaning, inChinese] = both(what);
    const [def, defInChinese] = both(otherwise);
    const said = by.map((one) => readers[one]).join(", ") || "–";
    return [`\`${name}\`${secret ? " ⚿" : ""}`, meaning, inChinese, def || "–", defInChinese || "–", said];
  }),
);

const help = async (path, language) => (await run([...path, "--help", "--lang", language])).stdout.split("\n");
/** The entries of a help page: flags and arguments, or subcommands, each with what is said of it. */
const entries = (lines) =>
  lines.flatMap((line) => {
    const found = /^ {2}(?! )(.+?) {2,}(\S.*)$/.exec(line);
    return found === null ? [] : [{ name: found[1], said: found[2] }];
  });
const flagsOf = (lines) => entries(lines).filter(({ name }) => /^(?:--|<)/.test(name));
const isGlobal = ({ name }) => /^--(?:help|version|completions|lang)\b/.test(name);

const table = (flags, inChinese) =>
  rows(
    ["Flag", "Meaning", "含义"],
    flags.map(({ name, said }, at) => [`\`${cell(name)}\``, cell(said), cell(inChinese[at]?.said ?? "")]),
  );

const pages = [];
const visit = async (path) => {
  const [lines, zh] = await Promise.all([help(path, "en"), help(path, "zh")]);
  const [flags, inChinese] = [lines, zh].map((page) => flagsOf(page).filter((flag) => !isGlobal(flag)));
  if (flags.length !== inChinese.length) throw new Error(`${path.join(" ")}: the languages name other flags`);
  if (flags.length > 0) pages.push(`### wechat-refund ${path.join(" ")}\n\n${table(flags, inChinese)}\n`);
  const subcommands = entries(lines).filter(({ name }) => /^[a-z][a-z-]*$/.test(name));
  for (const { name } of subcommands) if (path.length < 2) await visit([...path, name]);
};
const [top, topInChinese] = await Promise.all([help([], "en"), help([], "zh")]);
for (const { name } of entries(top).filter(({ name }) => /^[a-z][a-z-]*$/.test(name))) await visit([name]);

const text = `# Configuration (配置)

Everything that can be set from outside, on one page. A variable that is set to nothing counts as not set; ⚿ is a secret. Read by: \`Merchant\`
is \`Merchant.layerConfig\` and \`RefundClient.layerConfig\` of core, \`TransportSettings\` an adapter's \`layerConfig\`, \`apiv3\` the \`layerConfig\`
of that package, \`Durable\` \`Durable.layerConfig\`; \`wechat-refund\`, the command line, reads all of them, and \`doctor\` says which one nobody reads.
A merchants file has the same settings by [names of its own](merchants.md); what only a program can set stands with its module in the [API](api).

可从外部设置的全部配置项都在本页。设为空等同于未设置；⚿ 为机密。\`doctor\` 会指出没有程序读取的变量。商户文件中的同名配置见 [merchants.md](merchants.md)。

## Variables of the environment (环境变量)

${environment}

## Flags (命令行选项)

Of every command:

${table(flagsOf(top), flagsOf(topInChinese))}

${pages.join("\n")}`;

if (!process.argv.includes("--check")) writeFileSync(file, text);
else if (!existsSync(file) || readFileSync(file, "utf8") !== text) {
  console.error("docs/configuration.md is not what the sources say: run node scripts/configuration.mjs");
  process.exitCode = 1;
} else console.log("docs/configuration.md is what the sources say");
