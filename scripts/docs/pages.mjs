/** The documents, and what of them is for a machine: fences, and commands in the text. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

export const root = dirname(dirname(import.meta.dirname));
export const read = (file) => readFileSync(join(root, file), "utf8");

const below = (folder) =>
  readdirSync(join(root, folder), { recursive: true })
    .filter((name) => name.endsWith(".md"))
    .map((name) => join(folder, name));
const packages = readdirSync(join(root, "packages"));

export const documents = [
  ...readdirSync(root).filter((name) => name.endsWith(".md")),
  ...below("docs"),
  "benchmarks/README.md",
  "examples/README.md",
  ...packages.map((name) => join("packages", name, "README.md")).filter((file) => existsSync(join(root, file))),
  ...packages
    .filter((name) => existsSync(join(root, "packages", name, "fixtures")))
    .flatMap((name) => below(join("packages", name, "fixtures"))),
];

/** The fences of a document, with their language and the line that they begin at. */
export const fencesOf = (file) =>
  [...read(file).matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(({ 1: language, 2: code, index }) => ({
    file,
    language,
    code,
    at: `${file}:${read(file).slice(0, index).split("\n").length}`,
  }));

export const isShell = ({ language }) => ["sh", "bash", "shell", "console"].includes(language);

/** The commands of a fence: what a backslash carries on is one, and what is said beside them is none. */
export const commandsOf = (code) =>
  code
    .replaceAll(/\\\n\s*/g, "")
    .split("\n")
    .map((line) => line.replace(/(?:^|\s+)# .*$/, "").trim())
    .filter((line) => line !== "");

const program = /^(?:npx|npm|node|bash|pnpm|curl|git|openssl|esbuild|wechat-refund|systemd-analyze|docker|kubectl)\s/;

/** Whether a fence that says it is text is one of commands after all. */
export const isDisguised = ({ code, language }) =>
  language === "text" && commandsOf(code).some((line) => program.test(line));

/** The commands that stand in the text of a document. */
export const spokenIn = (file) =>
  [
    ...read(file)
      .replaceAll(/^```[\s\S]*?^```$/gm, "")
      .matchAll(/`([^`\n]+)`/g),
  ]
    .map(([, command]) => command)
    .filter((command) => program.test(command))
    .map((command) => ({ file, command }));
