/**
 * The command as one bundle, for the tests that run it in processes of their own: a process loads it in half of the time that four hundred
 * modules take. That it is the same command is what Process.test.ts compares; the packages as they are published are tried once more after
 * they are packed.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** The bundle's first file. */
    readonly oneFile: string;
  }
}

const entry = fileURLToPath(new URL("../../src/bin.ts", import.meta.url));
const kept = fileURLToPath(new URL("../../../../node_modules/.cache/one-file", import.meta.url));

const first = "bin.js";

const make = async (): Promise<string> => {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    splitting: true,
    platform: "node",
    format: "esm",
    target: "node22",
    outdir: "/",
    write: false,
    // As docs/run-times.md has it.
    banner: {
      js: "import { createRequire as createRequireOfBundle } from 'node:module'; const require = createRequireOfBundle(import.meta.url);",
    },
    plugins: [
      {
        name: "what stands beside a source is read from there",
        setup: ({ onLoad }) =>
          onLoad({ filter: /packages\/[^/]+\/src\/.*\.ts$/ }, ({ path }) => {
            const text = readFileSync(path, "utf8");
            if (!text.includes("import.meta.url")) return undefined;
            const url = JSON.stringify(pathToFileURL(path).href);
            return { loader: "ts", contents: text.replaceAll("import.meta.url", url) };
          }),
      },
    ],
  });
  mkdirSync(kept, { recursive: true });
  const isFirst = (path: string) => basename(path) === first;
  // What they import is named by its content, so another run that is under way finds what it began with; the first file comes last.
  for (const { contents, path } of outputFiles.toSorted((a, b) => Number(isFirst(a.path)) - Number(isFirst(b.path)))) {
    const file = join(kept, basename(path));
    writeFileSync(`${file}.${process.pid}`, contents);
    renameSync(`${file}.${process.pid}`, file);
  }
  return join(kept, first);
};

export const setup = async (project: TestProject): Promise<void> => {
  const provide = async () => project.provide("oneFile", await make());
  await provide();
  project.onTestsRerun(provide);
};
