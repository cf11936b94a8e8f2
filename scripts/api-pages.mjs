/**
 * The API reference: docs/api has a page for each module that a package's entry exports, made from the emitted declarations and
 * their comments. `npx --yes pnpm@12 node scripts/api-pages.mjs` writes it; with `--check` it writes nothing and fails when a page
 * is out of date.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { settled } from "./settled.mjs";

const root = dirname(import.meta.dirname);
const at = (...path) => join(root, ...path);
const read = (...path) => readFileSync(at(...path), "utf8");

const closing = { "(": ")", "[": "]", "{": "}" };

/** Where the text that begins at `from` ends, if it is a comment, a string or a template; `from` otherwise. */
const skip = (text, from) => {
  if (text.startsWith("/*", from)) return text.indexOf("*/", from) + 2;
  if (text.startsWith("//", from)) return text.indexOf("\n", from);
  if (!`"'\``.includes(text[from])) return from;
  let end = from + 1;
  while (text[end] !== text[from]) end += text[end] === "\\" ? 2 : 1;
  return end + 1;
};

/** The end of the statement that begins at `from`: a semicolon, or the brace of a body with the line. */
const endOf = (text, from) => {
  const open = [];
  for (let n = from; n < text.length; n++) {
    const next = skip(text, n);
    if (next !== n) n = next - 1;
    else if (text[n] in closing) open.push(closing[text[n]]);
    else if (text[n] === open.at(-1)) {
      open.pop();
      const body = /^(?:export )?(?:declare )?(?:abstract )?(?:interface|class)\b/.test(text.slice(from));
      if (open.length === 0 && text[n] === "}" && body && /^\n|^$/.test(text.slice(n + 1, n + 2))) return n + 1;
    } else if (text[n] === ";" && open.length === 0) return n + 1;
  }
  throw new Error(`a statement does not end: ${text.slice(from, from + 80)}`);
};

/** The statements of a declaration file, each with the comment right before it. */
const statementsOf = (text) => {
  const statements = [];
  let comment = "";
  for (let n = 0; n < text.length;) {
    if (/\s/.test(text[n])) n++;
    else if (text.startsWith("/*", n) || text.startsWith("//", n)) {
      const end = skip(text, n);
      comment = text.slice(n, end === -1 ? text.length : end);
      n = end === -1 ? text.length : end;
    } else {
      const end = endOf(text, n);
      statements.push({ comment, code: text.slice(n, end) });
      comment = "";
      n = end;
    }
  }
  return statements;
};

/** A comment without its stars. */
const textOf = (comment) =>
  comment
    .replace(/^\/\*\*\s?|\s*\*\/$/g, "")
    .replace(/^\s*\* ?/gm, "")
    .trim();

const declaration =
  /^(?<exported>export )?(?:declare )?(?:abstract )?(?:const|class|interface|type|function) (?<name>[\w$]+)/;
const reexport = /^export (?:type )?\{([^}]*)\} from "(\.[^"]+)\.ts";$/;

/** Passed on from another package. */
const elsewhere = /^export (?:type )?\{([^}]*)\} from "@wechat-refund\/([\w-]+)\/(\w+)";$/;
/** Of a package that is not of this repository. */
const foreign = /^export type \{([\w, ]+)\} from "((?!\.|@wechat-refund\/)[^"]+)";$/;

/** What is passed on by another name, with that name where it is declared. */
const renamed = (found, from, to) =>
  from === to
    ? found
    : {
        ...found,
        codes: found.codes.map((code) => code.replace(declaration, (head) => head.replace(new RegExp(`${from}$`), to))),
      };

/** The names that a module declares or passes on: name → its declarations, or the module that has a page with them. */
const moduleOf = (name, file, pages) => {
  // A declaration file loses its header with the import that it stands before.
  const header = textOf(/^\/\*\*[\s\S]*?\*\//.exec(read("packages", name, "src", `${file}.ts`))?.[0] ?? "");
  const text = settled(read("packages", name, "dist", `${file}.d.ts`));
  const names = new Map();
  const hidden = new Map();
  let own = 0;
  for (const { code, comment } of statementsOf(text)) {
    const passed = reexport.exec(code);
    const declared = declaration.exec(code)?.groups;
    if (passed !== null) {
      const from = join(dirname(file), passed[2]);
      const other = moduleOf(name, from, pages);
      for (const entry of passed[1].split(",").filter((text) => text.trim() !== "")) {
        const [passedName, shownAs = passedName] = entry
          .trim()
          .replace(/^type /, "")
          .split(" as ");
        const found = other.names.get(passedName);
        if (found === undefined) throw new Error(`${name}/${file}: no ${passedName} in ${from}`);
        names.set(shownAs, pages.has(from) ? { page: from } : renamed(found, passedName, shownAs));
      }
    } else if (elsewhere.test(code)) {
      const [, list, from, module] = elsewhere.exec(code);
      for (const entry of list.split(",").filter((text) => text.trim() !== "")) {
        const [, shownAs] = /(\w+)\s*$/.exec(entry);
        names.set(shownAs, { link: `[${from}: ${module}](../${from}/${module}.md)` });
      }
    } else if (foreign.test(code)) {
      const [, list, from] = foreign.exec(code);
      for (const shownAs of list.split(",")) names.set(shownAs.trim(), { link: `\`${from}\`` });
    } else if (declared !== undefined) {
      const into = declared.exported === undefined ? hidden : names;
      if (into === names) own++;
      const known = into.get(declared.name) ?? { comment: "", codes: [] };
      const said = textOf(comment);
      into.set(declared.name, {
        comment: known.comment || (said === header ? "" : said),
        codes: [...known.codes, code.replace(/^ +private .*\n/gm, "")],
      });
    } else if (!/^(?:import\b|export \{\};)/.test(code))
      throw new Error(`${name}/${file}: what is ${code.slice(0, 80)}?`);
  }
  const exported = text.match(/^export (?!(?:type )?\{)/gm) ?? [];
  if (exported.length !== own) throw new Error(`${name}/${file}: ${exported.length} exports, but ${own} were read`);
  // The fields of a class made by Schema stand in a constant of their own.
  for (const [base, { codes }] of hidden) {
    const owner = names.get(base.replace(/_base$/, ""));
    if (!base.endsWith("_base") || owner === undefined) continue;
    owner.codes.push(...codes);
    hidden.delete(base);
  }
  return { header, names, hidden };
};

const entriesOf = (name) =>
  [
    ["", "index"],
    ["/testing", "testing/index"],
  ]
    .filter(([, file]) => existsSync(at("packages", name, "src", `${file}.ts`)))
    .flatMap(([entry, file]) =>
      [...read("packages", name, "src", `${file}.ts`).matchAll(/^export \* as (\w+) from "\.\/(\w+)\.ts";$/gm)].map(
        ([, module, path]) => ({ entry: `@wechat-refund/${name}${entry}`, module, file: join(dirname(file), path) }),
      ),
    );

const order = [
  "core",
  "apiv3",
  "mutual-tls",
  "checkup",
  "adapter-node-https",
  "adapter-undici",
  "testkit",
  "simulator",
  "durable",
  "server",
  "cli",
];
const packages = [...new Set([...order, ...readdirSync(at("packages"))])].filter((name) =>
  existsSync(at("packages", name, "src/index.ts")),
);

execFileSync(process.execPath, [at("node_modules/typescript/bin/tsc"), "-b"], { cwd: root, stdio: "inherit" });
const modules = packages.flatMap((name) => {
  const entries = entriesOf(name);
  const pages = new Map(entries.map(({ file, module }) => [file, module]));
  return entries.map((entry) => ({ ...entry, name, pages, ...moduleOf(name, entry.file, pages) }));
});

/** Declarations as the formatter writes them: emitted ones are as long as they come. */
const formatted = (() => {
  const folder = mkdtempSync(join(tmpdir(), "api-pages-"));
  try {
    const all = modules.flatMap(({ hidden, names }) => [...names.values(), ...hidden.values()]);
    const codes = [...new Set(all.flatMap(({ codes = [] }) => codes))];
    for (const [n, code] of codes.entries()) writeFileSync(join(folder, `${n}.ts`), code);
    execFileSync(process.execPath, [at("node_modules/oxfmt/bin/oxfmt"), "-c", at(".oxfmtrc.json"), folder]);
    return new Map(codes.map((code, n) => [code, readFileSync(join(folder, `${n}.ts`), "utf8").trim()]));
  } finally {
    rmSync(folder, { recursive: true });
  }
})();
// Tildes: declarations are no programs, and what stands between backticks in a document is compiled as one.
const fence = (codes) =>
  [
    "~~~ts",
    ...codes.map((code) =>
      formatted
        .get(code)
        .replace(/^export (?:declare )?/, "")
        .replace(/^declare /, ""),
    ),
    "~~~",
  ].join("\n");

const slug = (name) => name.toLowerCase().replaceAll(/[^\p{L}\p{N}_-]/gu, "");
const linked = (text, names) =>
  text.replaceAll(/\{@link (\w+)\}/g, (_, name) => (names.has(name) ? `[\`${name}\`](#${slug(name)})` : `\`${name}\``));

const pageOf = ({ entry, header, hidden, module, name, names, pages }) =>
  [
    `# ${name}: ${module}`,
    ["~~~ts", `import { ${module} } from "${entry}";`, "~~~"].join("\n"),
    linked(header, names),
    ...[...names].flatMap(([export_, { codes, comment, link, page }]) => [
      `## ${export_}`,
      ...(link !== undefined
        ? [`That of ${link}.`]
        : page === undefined
          ? [linked(comment, names), fence(codes)]
          : [`That of [${pages.get(page)}](${pages.get(page)}.md#${slug(export_)}).`]),
    ]),
    ...(hidden.size === 0
      ? []
      : ["## Named above, not exported", fence([...hidden.values()].flatMap(({ codes }) => codes))]),
  ]
    .filter((part) => part !== "")
    .join("\n\n")
    .concat("\n");

const firstParagraph = (header) => {
  const [paragraph = ""] = header.split("\n\n");
  return linked(paragraph.replaceAll("\n", " "), new Map()).replaceAll("|", "\\|");
};
const indexPage = [
  "# API reference",
  "A page for each module that a package exports, made from the comments in its declarations by `scripts/api-pages.mjs`.",
  ...packages.flatMap((name) => [
    `## @wechat-refund/${name}`,
    `${JSON.parse(read("packages", name, "package.json")).description}.`,
    [
      "| Module | What |",
      "|---|---|",
      ...modules
        .filter((module) => module.name === name)
        .map(({ entry, header, module }) => {
          const from = entry.endsWith("/testing") ? " (`/testing`)" : "";
          return `| [${module}](${name}/${module}.md)${from} | ${firstParagraph(header)} |`;
        }),
    ].join("\n"),
  ]),
]
  .join("\n\n")
  .concat("\n");

const wanted = new Map([
  ["README.md", indexPage],
  ...modules.map((module) => [join(module.name, `${module.module}.md`), pageOf(module)]),
]);
const folder = at("docs/api");
const present = existsSync(folder)
  ? readdirSync(folder, { recursive: true }).filter((file) => file.endsWith(".md"))
  : [];

if (process.argv.includes("--check")) {
  const changed = [...wanted].filter(
    ([file, text]) => !present.includes(file) || readFileSync(join(folder, file), "utf8") !== text,
  );
  const stale = [...changed.map(([file]) => file), ...present.filter((file) => !wanted.has(file))];
  for (const file of stale) console.error(`docs/api/${file} is out of date`);
  if (stale.length > 0) {
    console.error("run `npx --yes pnpm@12 node scripts/api-pages.mjs`");
    process.exitCode = 1;
  } else console.log(`${wanted.size} pages of the API reference are in date`);
} else {
  rmSync(folder, { recursive: true, force: true });
  for (const [file, text] of wanted) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  console.log(`${wanted.size} pages of the API reference written`);
}
