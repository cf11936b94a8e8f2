/**
 * `pnpm prove:durable`: real processes over both databases and a gateway that misbehaves. The processes are killed and stopped, their
 * databases crash, fill up and vanish; in the end every refund that was acknowledged was made once, and the store says so.
 *
 *     node packages/durable/test/prove/durable.ts [part of a part's name] [seed]
 */
import { execFile, execFileSync } from "node:child_process";
import { chownSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import * as Redacted from "effect/Redacted";
import { start as startCluster } from "../support/Postgres.ts";
import { Arena, type Outcome, type Scene, type Settings } from "./arena.ts";
import { open } from "./network.ts";
import * as parts from "./parts.ts";

const [only = "", seed = "proof"] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "wechat-refund-durable-"));
const wrong: Array<string> = [];

type Part = readonly [name: string, act: (scene: Scene) => Promise<string>, store?: Settings["store"]];

const run = async (settings: Settings, all: ReadonlyArray<Part>): Promise<void> => {
  const chosen = all.filter(([name]) => `${settings.name}: ${name}`.includes(only));
  if (chosen.length === 0) return;
  const arena = await Arena.make(settings);
  try {
    for (const [name, act, store] of chosen) {
      const outcome = await arena.part(name, act, store).catch((cause: unknown): Outcome => {
        console.log(`✗ ${settings.name}: ${name}: ${String(cause)}`);
        return { wrong: [String(cause)] };
      });
      wrong.push(...outcome.wrong);
    }
  } finally {
    await arena.end();
  }
};

const inFile = async (): Promise<void> => {
  const file = join(folder, "refunds.sqlite");
  const pages =
    (count: number) =>
    async ({ fleet }: Scene) => {
      for (const slot of fleet.alive) {
        await fleet.ask((id) => ({ id, sql: `PRAGMA max_page_count = ${count}` }), slot).catch(() => {});
      }
    };
  const settings: Settings = {
    name: "SQLite",
    store: { file },
    processes: 1,
    merchants: 2,
    refunds: 12_000,
    adapter: "undici",
    lease: "2 seconds",
    seed,
    faults: 0.1,
  };
  await run(settings, [
    ["kills", parts.kills(200, 1000)],
    ...parts.points.map((point): Part => [`crash at ${point}`, parts.crashes(point, 20, 200)]),
    ["stops", parts.stops(20, 2500, 20)],
    // SQLite takes a number below the pages that there are for that number: nothing can be added.
    ["full disk", parts.full("max_page_count", pages(1), pages(1_073_741_823))],
    ["locked file", parts.locked(file)],
  ]);
  const other = join(folder, "backlog.sqlite");
  await away({ ...settings, store: { file: other } }, `sqlite:${other}`);
};

const name = "gateway away";

/** Of a store with 100,000 due rows, which another process makes. */
const away = async (settings: Settings, address: string): Promise<void> => {
  if (!`${settings.name}: ${name}`.includes(only)) return;
  const program = fileURLToPath(new URL("backlog.ts", import.meta.url));
  await promisify(execFile)(process.execPath, [program, "make", address, "100000"]);
  const arena = await Arena.make({ ...settings, merchants: 1, refunds: 10 });
  try {
    await arena.outage(settings.store, 75_000);
  } catch (cause) {
    wrong.push(`${settings.name}: ${name}: ${String(cause)}`);
  } finally {
    await arena.end();
  }
};

/** A small disk for a database, where this process may mount one. */
const smallDisk = ():
  | { readonly path: string; readonly fill: () => void; readonly free: () => void; readonly end: () => void }
  | undefined => {
  const path = mkdtempSync(join(tmpdir(), "wechat-refund-disk-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=32m", "tmpfs", path], { stdio: "ignore" });
  } catch {
    rmSync(path, { recursive: true });
    return undefined;
  }

  const ids = ["-u", "-g"].map((of) => Number(execFileSync("id", [of, "postgres"])));
  chownSync(path, ids[0] ?? 0, ids[1] ?? 0);

  const stone = join(path, "ballast");
  return {
    path,
    fill: () => {
      const { bavail, bsize } = statfsSync(path);
      try {
        writeFileSync(stone, Buffer.alloc(bavail * bsize));
      } catch {
        // Somebody was quicker: it is full all the same.
      }
    },
    free: () => rmSync(stone, { force: true }),
    end: () => {
      execFileSync("umount", ["-l", path]);
      rmSync(path, { recursive: true });
    },
  };
};

const onServer = async (): Promise<void> => {
  const { cluster, end } = await startCluster({ settings: { max_connections: "200" } });
  const url = (name: string) => Redacted.value(cluster.url(name));
  const database = await cluster.createDatabase();
  const way = await open(cluster.port);
  const settings: Settings = {
    name: "PostgreSQL",
    store: { url: url(database) },
    processes: 3,
    merchants: 6,
    refunds: 14_000,
    adapter: "node:https",
    lease: "2 seconds",
    seed,
    faults: 0.1,
  };
  try {
    await run(settings, [
      ["kills", parts.kills(200, 1000)],
      ...parts.points.map((point): Part => [`crash at ${point}`, parts.crashes(point, 20, 200)]),
      ["stops", parts.stops(20, 3000, 20)],
      ["server away 3 s", parts.down(cluster, 3000)],
      ["server away 30 s", parts.down(cluster, 30_000)],
      ["lost connections", parts.lostConnections(cluster, database)],
      ["read-only", parts.readOnly(cluster)],
      ["black hole", parts.hole(way.swallow), { url: url(database).replace(`:${cluster.port}/`, `:${way.port}/`) }],
      ["held transaction", parts.heldOpen(45_000, 1000)],
    ]);
    const other = url(await cluster.createDatabase());
    await away({ ...settings, store: { url: other } }, other);
    if (!"PostgreSQL: full disk".includes(only)) return;
    const disk = smallDisk();
    if (disk === undefined) {
      console.log("- PostgreSQL: full disk: skipped, this user cannot mount a small one");
      return;
    }
    try {
      await cluster.run(`CREATE TABLESPACE small LOCATION '${disk.path}'`);
      await cluster.run("CREATE DATABASE small TABLESPACE small");
      await run({ ...settings, name: "PostgreSQL on a tmpfs of 32 MB", store: { url: url("small") } }, [
        [
          "full disk",
          parts.full(
            "the tablespace",
            async () => disk.fill(),
            async () => disk.free(),
          ),
        ],
      ]);
    } finally {
      await cluster.run("DROP DATABASE IF EXISTS small WITH (FORCE)");
      await cluster.run("DROP TABLESPACE IF EXISTS small");
      disk.end();
    }
  } finally {
    await way.end();
    await end();
  }
};

const started = Date.now();
try {
  await Promise.all([inFile(), onServer()]);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`${wrong.length} wrong, ${((Date.now() - started) / 1000).toFixed(0)} s, seed ${seed}`);
process.exitCode = wrong.length === 0 ? 0 : 1;
