/**
 * `pnpm prove:figures`: how fast the durable refund is, on both databases, beside a prototype that does the bare minimum in the same
 * run. On a machine that does nothing else; about ten minutes.
 *
 *     node packages/durable/test/prove/figures.ts [part of a figure's name]
 */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import * as Redacted from "effect/Redacted";
import { build } from "vite";
import { start as startCluster } from "../support/Postgres.ts";
import { Arena } from "./arena.ts";
import * as parts from "./parts.ts";

const [only = ""] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "wechat-refund-figures-"));
const { cluster, end } = await startCluster({ fsync: true, settings: { max_connections: "200" } });
let missed = 0;

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
/** In one file, as a service is run: reading TypeScript takes tens of megabytes of its own. The flag is that of docs/deploy. */
const bundled = here("../../node_modules/.cache/figures/backlog.mjs");
await build({
  configFile: false,
  logLevel: "error",
  root: here("../.."),
  ssr: { noExternal: true },
  build: {
    ssr: here("backlog.ts"),
    outDir: dirname(bundled),
    rolldownOptions: { output: { entryFileNames: basename(bundled) } },
  },
});

const run = async (program: string, ...args: ReadonlyArray<string>): Promise<string> => {
  const file = program === "backlog" ? bundled : here(`${program}.ts`);
  const options = { timeout: 600_000 };
  // The command is not repeated: there is a password in it.
  const failed = ({ stderr = "" }: { readonly stderr?: string }): never => {
    throw new Error(`${program} ${args[0]}: ${stderr.slice(0, 2000)}`);
  };
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--expose-gc", "--max-semi-space-size=8", file, ...args],
    options,
  ).catch(failed);
  return stdout.trim();
};

const url = (name: string): string => Redacted.value(cluster.url(name));
let files = 0;
const places = {
  SQLite: () => Promise.resolve(`sqlite:${join(folder, `${files++}.db`)}`),
  PostgreSQL: async () => url(await cluster.createDatabase()),
};

const figure = async (name: string, measure: () => Promise<readonly [said: string, met: boolean]>): Promise<void> => {
  if (!name.includes(only)) return;
  try {
    const [said, met] = await measure();
    if (!met) missed++;
    console.log(`${met ? "✓" : "✗"} ${name}: ${said}`);
  } catch (cause) {
    missed++;
    console.log(`✗ ${name}: ${String(cause)}`);
  }
};

const median = (values: ReadonlyArray<number>): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

try {
  for (const [database, place] of Object.entries(places)) {
    await figure(`${database}: refunds a second`, async () => {
      const [bare, ours]: [Array<number>, Array<number>] = [[], []];
      for (let turn = 0; turn < 3; turn++) {
        bare.push(Number(await run("throughput", "prototype", await place(), "2000")));
        ours.push(Number(await run("throughput", "ours", await place(), "2000")));
      }
      const ratio = median(ours) / median(bare);
      return [
        `${median(ours)} (${ours.join(", ")}) beside ${median(bare)} (${bare.join(", ")}) of the prototype: ${ratio.toFixed(2)} of it, goal 0.4`,
        ratio >= 0.4,
      ];
    });
    await figure(`${database}: 100,000 due rows`, async () => {
      const address = await place();
      await run("backlog", "make", address, "100000");
      const driven = JSON.parse(await run("backlog", "drive", address, "100000")) as Record<string, number>;
      const claims = JSON.parse(await run("backlog", "claims", address, "100000")) as Record<string, number>;
      const of = (from: Record<string, number>, name: string): number => from[name] ?? Infinity;
      return [
        `${JSON.stringify({ ...driven, ...claims })}; goals: 200 MB, 1000 ms, 10 ms, 1000 ms`,
        of(driven, "RSS at most MB") <= 200 &&
          of(driven, "holds a merchant after ms") <= 1000 &&
          // A claim is the stored begin; what is due is read for many at once.
          of(claims, "due p99") <= 10 &&
          of(claims, "begin p99") <= 10 &&
          of(driven, "first of B after ms") <= 1000,
      ];
    });
    await figure(`${database}: 1,000,000 rows`, async () => {
      const address = await place();
      await run("million", "make", address, "1000000");
      const asked = JSON.parse(await run("million", "ask", address, "1000000")) as Record<string, number>;
      const slow = Object.entries(asked).filter(([, millis]) => millis > 10);
      const worst = Object.entries(asked).toSorted(([, a], [, b]) => b - a)[0];
      return [
        `${Object.keys(asked).length} questions, the slowest "${worst?.[0]}" in ${worst?.[1]} ms; longer than 10 ms: ${JSON.stringify(Object.fromEntries(slow))}`,
        slow.length === 0,
      ];
    });
  }
  await figure("PostgreSQL: notice to query in another process", async () => {
    const said = await run("latency", url(await cluster.createDatabase()));
    return [
      `${said}; goal 20 ms`,
      ((JSON.parse(said) as Record<string, number>)["notice to query p50 ms"] as number) <= 20,
    ];
  });
  await figure("PostgreSQL: one of three killed, the database away", async () => {
    const store = { url: url(await cluster.createDatabase()) };
    const arena = await Arena.make({
      name: "PostgreSQL",
      store,
      processes: 3,
      merchants: 6,
      refunds: 5000,
      adapter: "node:https",
      seed: "figures",
      faults: 0,
    });
    try {
      const said: Array<string> = [];
      let met = true;
      const note = (what: string, goal: number) => (millis: number) => {
        said.push(`${what} after ${(millis / 1000).toFixed(1)} s, goal ${goal} s`);
        met &&= millis <= goal * 1000;
      };
      for (let turn = 0; turn < 3; turn++) {
        await arena.part("take-over", parts.takeOver(note("taken over", 15)));
        await arena.part("server away 10 s", parts.healed(cluster, 10_000, note("healed", 5)));
      }
      return [said.join("; "), met];
    } finally {
      await arena.end();
    }
  });
} finally {
  await end();
  rmSync(folder, { recursive: true, force: true });
}
console.log(`${missed} goals missed`);
process.exitCode = missed === 0 ? 0 : 1;
