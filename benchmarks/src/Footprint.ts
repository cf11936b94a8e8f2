/** What an installation brings: packages and bytes, by following `dependencies` on disk. Peers count where they are named. */
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { here } from "./Stage.ts";

export interface Footprint {
  readonly packages: number;
  readonly megabytes: number;
}

const find = (name: string, from: string): string => {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, "node_modules", name);
    if (existsSync(candidate)) return realpathSync(candidate);
    if (folder === dirname(folder)) throw new Error(`${name} is not installed`);
  }
};

const bytes = (folder: string): number =>
  readdirSync(folder, { withFileTypes: true }).reduce((sum, entry) => {
    if (entry.name === "node_modules") return sum;
    const path = join(folder, entry.name);
    return sum + (entry.isDirectory() ? bytes(path) : statSync(path).size);
  }, 0);

export const of = (names: ReadonlyArray<string>): Footprint => {
  const found = new Set<string>();
  const visit = (name: string, from: string): void => {
    const folder = find(name, from);
    if (found.has(folder)) return;
    found.add(folder);
    const { dependencies = {} } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
      readonly dependencies?: Readonly<Record<string, string>>;
    };
    for (const dependency of Object.keys(dependencies)) visit(dependency, folder);
  };
  for (const name of names) visit(name, here);
  return { packages: found.size, megabytes: [...found].reduce((sum, folder) => sum + bytes(folder), 0) / 1e6 };
};
