/**
 * The command as one bundle, for the tests that run it in processes of their own: a process loads it in half of the time that four hundred
 * modules take. That it is the same command is what Process.test.ts compares; the packages as they are published are tried once more after
 * they are packed.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
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

/** Makes it, unless it is there; each content has a folder of its own, for another run may be using what it was before. */
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
  const hash = createHash("sha256");
  for (const { contents, path } of outputFiles) hash.update(basename(path)).update(contents);
  const folder = join(kept, hash.digest("hex").slice(0, 16));
  if (!existsSync(folder)) {
    mkdirSync(dirname(folder), { recursive: true });
    const making = mkdtempSync(`${folder}-`);
    for (const { contents, path } of outputFiles) writeFileSync(join(making, basename(path)), contents);
    try {
      renameSync(making, folder);
    } catch {
      // Another run was sooner.
      rmSync(making, { recursive: true });
    }
  }
  return join(folder, "bin.js");
};

export const setup = async (project: TestProject): Promise<void> => {
  const provide = async () => project.provide("oneFile", await make());
  await provide();
  project.onTestsRerun(provide);
};
