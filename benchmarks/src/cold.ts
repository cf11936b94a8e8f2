/**
 * `pnpm bench:cold`: from starting a process to its first checked refund, in rotation, in one run: the raw client, ours from packages, ours
 * in one file, and that with Node's compile cache. Ends badly where one file computes more than 1.5 times what the raw client does until then,
 * both by their least: time also passes while others have the cores. With undici as it is; with node:https, whose raw client loads nothing
 * but Node, with the compile cache.
 *
 *   --rounds=15   rounds of the rotation; up to four times as many where it would end badly, for a least time of few is chance
 */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import type { First, Row } from "./Client.ts";
import type { Ports } from "./gateway.ts";
import { rows } from "./Rows.ts";
import * as Stage from "./Stage.ts";
import { median } from "./Statistics.ts";
import { round, table } from "./Table.ts";

const { values } = parseArgs({ options: { rounds: { type: "string", default: "15" } } });
const most = 1.5;

Stage.layOut();
const folder = Stage.makeCertificates();
const cache = { NODE_COMPILE_CACHE: join(folder, "cache") };

/** As `docs/run-times.md` has it. */
const bundle = async (name: string): Promise<string> => {
  const outfile = join(Stage.here, `bundled-${name}.mjs`);
  await build({
    entryPoints: [join(Stage.here, "first", `${name}.js`)],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    minify: true,
    banner: {
      js: "import { createRequire as createRequireOfBundle } from 'node:module'; const require = createRequireOfBundle(import.meta.url);",
    },
    logLevel: "error",
  });
  return `bundled-${name}.mjs`;
};

interface Start {
  readonly name: string;
  readonly transport: Row["transport"];
  readonly script: string;
  readonly args: ReadonlyArray<string>;
  readonly more?: Readonly<Record<string, string>>;
  readonly millis: Array<number>;
  readonly cpuMillis: Array<number>;
}

const starts: Array<Start> = [];
for (const [transport, file] of [
  ["undici", "undici"],
  ["node:https", "node-https"],
] as const) {
  const row = (kind: Row["kind"]): ReadonlyArray<string> => [
    String(
      rows.findIndex(
        (each) =>
          each.kind === kind &&
          each.signType === "HMAC-SHA256" &&
          each.transport === transport &&
          each.connections === "pooled",
      ),
    ),
  ];
  const script = await bundle(file);
  starts.push(
    { name: "raw", transport, script: "runner.js", args: row("raw"), millis: [], cpuMillis: [] },
    { name: "ours, packages", transport, script: "runner.js", args: row("ours"), millis: [], cpuMillis: [] },
    { name: "ours, one file", transport, script, args: [], millis: [], cpuMillis: [] },
    { name: "ours, one file, compile cache", transport, script, args: [], more: cache, millis: [], cpuMillis: [] },
  );
}

const least = (of: "millis" | "cpuMillis", start: Start): number => Math.min(...start[of]);
const timesRaw = (of: "millis" | "cpuMillis", start: Start): number => {
  const raws = starts.filter(({ name, transport }) => name === "raw" && transport === start.transport);
  return least(of, start) / Math.min(...raws.map((raw) => least(of, raw)));
};
const held = starts.filter(({ name, transport }) =>
  transport === "undici" ? name.startsWith("ours, one file") : name.endsWith("compile cache"),
);
const tooSlow = () => held.filter((start) => timesRaw("cpuMillis", start) > most);

const rounds = Number(values.rounds);
const gateway = Stage.start(1, folder, "gateway.js", [folder]);
try {
  const { v2 } = await Stage.hear<Ports>(gateway);
  let number = 1;
  // The first round fills the caches, Node's own and the system's, and does not count.
  for (let turn = 0; turn <= rounds || (turn <= 4 * rounds && tooSlow().length > 0); turn++) {
    for (const { args, cpuMillis, millis, more, script } of starts) {
      const at = performance.now();
      const child = Stage.start(
        0,
        folder,
        script,
        [...args, `https://127.0.0.1:${v2[18]}`, folder, String(number++)],
        [],
        more,
      );
      const { cpuMicros } = await Stage.hear<First>(child);
      if (turn > 0) {
        millis.push(performance.now() - at);
        cpuMillis.push(cpuMicros / 1000);
      }
      await Stage.stop(child);
    }
  }
} finally {
  await Stage.stop(gateway);
  rmSync(folder, { recursive: true, force: true });
}

console.log(
  table(
    ["client", "transport", "quickest ms", "median ms", "× raw", "least CPU ms", "× raw"],
    starts.map((start) => [
      start.name,
      start.transport,
      round(least("millis", start)),
      round(median(start.millis)),
      round(timesRaw("millis", start), 2),
      round(least("cpuMillis", start)),
      round(timesRaw("cpuMillis", start), 2),
    ]),
  ),
);
const slow = tooSlow();
for (const { name, transport } of slow)
  console.log(`${name}, ${transport}: more than ${most} times the raw client's CPU`);
if (slow.length === 0) {
  console.log(`one file, undici, and node:https with the compile cache: at most ${most} times the raw client's CPU`);
}
process.exitCode = slow.length;
