/**
 * The texts in the sources: what is said in two languages in place, `say(english, 中文)`, and what is English alone.
 *
 * A hole of a template is written `{0}`, `{1}`, …, as in the table of `packages/checkup/src/internal/words`.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseSync } from "vite";

/** A text, where it stands, and in what: the names of the calls and fields around it, the nearest first. */
export interface Text {
  readonly file: string;
  readonly line: number;
  readonly text: string;
  readonly around: ReadonlyArray<string>;
}

/** What is said in two languages, in one place. */
export interface Said {
  readonly file: string;
  readonly line: number;
  readonly english: string;
  readonly chinese: string;
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly [name: string]: unknown;
}

const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";

const nodesOf = (value: unknown): ReadonlyArray<Node> =>
  Array.isArray(value) ? value.filter(isNode) : isNode(value) ? [value] : [];

/** Types and imports say nothing to anybody. */
const silent = /^(?:TS(?!As|Satisfies|NonNull|Instantiation)|Import|ExportAll)/;

const nameOf = (node: unknown): string => {
  if (!isNode(node)) return "";
  if (node.type === "Identifier") return String(node["name"]);
  if (node.type === "Literal") return String(node["value"]);
  if (node.type === "MemberExpression") return `${nameOf(node["object"])}.${nameOf(node["property"])}`;
  return node.type === "CallExpression" ? nameOf(node["callee"]) : "";
};

/** The text that an expression is, if it is one: a literal, a template, or several of them joined. */
const textOf = (node: unknown): string | undefined => {
  let holes = 0;
  const of = (part: unknown): string | undefined => {
    if (!isNode(part)) return undefined;
    if (part.type === "Literal") return typeof part["value"] === "string" ? part["value"] : undefined;
    if (part.type === "TemplateLiteral") {
      return nodesOf(part["quasis"])
        .map(({ value }) => (value as { readonly cooked: string }).cooked)
        .reduce((text, next) => `${text}{${holes++}}${next}`);
    }
    if (part.type === "BinaryExpression" && part["operator"] === "+") {
      const [left, right] = [of(part["left"]), of(part["right"])];
      if (left === undefined && right === undefined) return undefined;
      return `${left ?? `{${holes++}}`}${right ?? `{${holes++}}`}`;
    }
    return undefined;
  };
  return of(node);
};

/** Every text of a source file. */
export const textsOf = (
  file: string,
  code: string,
): { readonly texts: ReadonlyArray<Text>; readonly said: ReadonlyArray<Said> } => {
  const texts: Array<Text> = [];
  const said: Array<Said> = [];
  const lineAt = (at: number): number => code.slice(0, at).split("\n").length;
  const below = (node: Node, around: ReadonlyArray<string>): void => {
    for (const [name, value] of Object.entries(node)) {
      if (name === "key" && node["computed"] !== true) continue;
      if (name === "source" && node.type.startsWith("Export")) continue;
      for (const child of nodesOf(value)) walk(child, around);
    }
  };
  const walk = (node: Node, around: ReadonlyArray<string>): void => {
    if (silent.test(node.type)) return;
    if (node.type === "CallExpression" && nameOf(node["callee"]) === "say") {
      const [english, chinese] = nodesOf(node["arguments"]);
      const pair = [textOf(english), textOf(chinese)] as const;
      // What says its second text in Latin letters is another function of that name.
      if (pair[0] !== undefined && pair[1] !== undefined && /[一-鿿]|^[^A-Za-z]*$/.test(pair[1])) {
        said.push({ file, line: lineAt(node.start), english: pair[0], chinese: pair[1] });
        return;
      }
    }
    const text = textOf(node);
    if (text !== undefined) {
      texts.push({ file, line: lineAt(node.start), text, around });
      if (node.type === "TemplateLiteral") for (const hole of nodesOf(node["expressions"])) walk(hole, around);
      return;
    }
    const name =
      node.type === "CallExpression" || node.type === "NewExpression"
        ? nameOf(node["callee"])
        : node.type === "TaggedTemplateExpression"
          ? nameOf(node["tag"])
          : node.type === "Property"
            ? nameOf(node["key"])
            : undefined;
    below(node, name === undefined ? around : [name, ...around]);
  };
  for (const node of nodesOf(parseSync(file, code, { lang: "ts" }).program.body)) walk(node, []);
  return { texts, said };
};

const root = join(import.meta.dirname, "..");

/** Every source file of a package, by its path from the repository. */
export const sourcesOf = (name: string): ReadonlyArray<readonly [file: string, code: string]> =>
  readdirSync(join(root, "packages", name, "src"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .toSorted()
    .map((file) => {
      const path = `packages/${name}/src/${file}`;
      return [path, readFileSync(join(root, path), "utf8")];
    });
