/** Lives the seeds that it is told, in a thread of its own; with a canary, in a build that is broken in that one place. */
import { registerHooks } from "node:module";
import { parentPort } from "node:worker_threads";
import { canaries } from "./canaries.ts";
import type { Lived, Options } from "./life.ts";

export interface Asked {
  readonly seeds: ReadonlyArray<number>;
  readonly small?: boolean | undefined;
  readonly canary?: string | undefined;
}

export interface Told {
  readonly lived: Lived;
}

const breakBuild = (name: string): string => {
  const canary = canaries.find((one) => one.name === name);
  if (canary === undefined) throw new Error(`there is no canary ${name}`);
  const file = new URL(`../../../${canary.file}`, import.meta.url).href;
  registerHooks({
    load: (url, context, next) => {
      const loaded = next(url, context);
      if (url !== file) return loaded;
      const source = canary.changes.reduce((text, [find, put]) => {
        if (text.split(find).length !== 2) throw new Error(`${name}: its place in ${canary.file} is not there once`);
        return text.replace(find, () => put);
      }, String(loaded.source));
      return { ...loaded, source };
    },
  });
  return canary.id;
};

parentPort?.on("message", ({ canary, seeds, small }: Asked) => {
  const only = canary === undefined ? undefined : breakBuild(canary);
  void import("./life.ts").then(({ live }: { readonly live: (seed: number, options?: Options) => Lived }) => {
    for (const seed of seeds) {
      const lived = live(seed, { small, only });
      // oxlint-disable-next-line unicorn/require-post-message-target-origin
      parentPort?.postMessage({ lived } satisfies Told);
      if (only !== undefined && lived.broken.some(({ id }) => id === only)) break;
    }
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    parentPort?.postMessage("done");
  });
});
