/**
 * What every adapter says of every fault, on Node 22 and 24, under TLS 1.2 and 1.3, with fresh and with pooled connections, over the
 * calls of both protocols, many times over with random timing; and that every saboteur is caught. `pnpm prove:transport`
 *
 *   --runs 20        how often each clause is checked
 *   --seed text      the same choices again; printed by every run
 *   --node 24,22     which of the two
 *   --calls XML,JSON,GET   which of the calls: APIv2's, and both kinds of APIv3's
 *   --saboteurs no   leaves them out
 */
import { execFileSync, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Effect } from "effect";

const here = fileURLToPath(import.meta.url);
const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "20" },
    seed: { type: "string", default: String(Date.now()) },
    node: { type: "string", default: "24,22" },
    calls: { type: "string", default: "XML,JSON,GET" },
    saboteurs: { type: "string", default: "yes" },
    job: { type: "string" },
  },
});

const adapters = {
  "node:https": async () => (await import("../packages/adapter-node-https/src/index.ts")).NodeHttpsTransport.layer,
  undici: async () => (await import("../packages/adapter-undici/src/index.ts")).UndiciTransport.layer,
};
const versions = ["TLSv1.2", "TLSv1.3"];
const modes = ["fresh", "pooled"];

/** How one post ended, in a letter: not sent, unknown, answered. */
const letter = (end) => (end._tag === "Success" ? "A" : end.failure.sent === "no" ? "N" : "U");
const letters = { "not-sent": "N", "maybe-sent": "U", reply: "A", "at-build": "C" };

// A job runs in a process of its own, under the Node that it is about, and tells its result as its last line.
const proveAdapter = async ({ adapter, runs, seed, calls }) => {
  const { TransportContract } = await import("../packages/testkit/src/index.ts");
  const layer = await adapters[adapter]();
  const cells = [];
  const ways = Array.from({ length: runs }, (_, run) => run).flatMap((run) =>
    versions.flatMap((version) =>
      modes.flatMap((connections) => calls.map((kind) => ({ run, version, connections, calls: kind }))),
    ),
  );
  for (const { run, ...way } of ways) {
    const options = { ...way, volume: run === 0 && runs > 1 ? 1_000 : 50, concurrency: 12 };
    const seedOfRun = `${seed} ${adapter} ${way.version} ${way.connections} ${way.calls} ${run}`;
    const verdicts = await Effect.runPromise(
      TransportContract.run({ name: adapter, layer }, { ...options, seed: seedOfRun }),
    );
    for (const { clause, verdict, detail, ends, leaks } of verdicts) {
      if (verdict === "not-applicable") continue;
      const fault = TransportContract.faults.find(({ id }) => id === clause.fault);
      const counted = ends.filter((end) => letter(end) === letters[fault?.outcome]).length;
      const wrong = verdict === "holds" ? undefined : `${clause.id} (${seedOfRun}): ${detail}`;
      const { version, calls } = way;
      cells.push({ id: clause.id, fault: clause.fault, version, calls, posts: ends.length, counted, wrong, leaks });
    }
  }
  return cells;
};

/** Over APIv2's calls every saboteur meets every clause, over the others its own. */
const proveSaboteurs = async ({ calls }) => {
  const { TransportContract } = await import("../packages/testkit/src/index.ts");
  const { clauseOf, failures, itself } = await import("../packages/testkit/test/matrix.ts");
  const { Saboteurs } = await import("../packages/testkit/src/index.ts");
  const failed = new Map();
  for (const kind of calls) {
    const meets = kind === "XML" ? () => TransportContract.clauses : itself(kind);
    failed.set(kind, await Effect.runPromise(failures(meets, kind)));
  }
  return Saboteurs.all.map((saboteur) => {
    const own = clauseOf(saboteur);
    const asked = calls.filter((kind) => itself(kind)(own).length > 0);
    const by = failed.get("XML")?.get(saboteur.clause) ?? [];
    const kin = own.kin ?? [];
    return {
      id: saboteur.clause,
      does: saboteur.does,
      caught: asked.every((kind) => failed.get(kind).get(saboteur.clause).includes(saboteur.clause)),
      strays: by.filter((id) => id !== saboteur.clause && !kin.includes(id)),
    };
  });
};

if (values.job !== undefined) {
  const job = JSON.parse(values.job);
  const result = job.adapter === undefined ? await proveSaboteurs(job) : await proveAdapter(job);
  process.stdout.write(`\n${JSON.stringify(result)}\n`, () => process.exit(0));
} else await main();

async function main() {
  const wanted = values.node.split(",");
  const node22 = fileURLToPath(
    new URL(`../node_modules/node-22/bin/node${process.platform === "win32" ? ".exe" : ""}`, import.meta.url),
  );
  const executables = { 24: process.execPath, 22: node22 };
  for (const major of wanted) {
    const file = executables[major];
    const version =
      file !== undefined && existsSync(file)
        ? execFileSync(file, ["--version"], { encoding: "utf8" }).trim()
        : "not there";
    if (version.startsWith(`v${major}.`)) continue;
    console.error(
      `NOTHING IS PROVED: Node ${major} is needed, and ${file ?? "a Node of that version"} is ${version}.\n` +
        "Both come as the npm package `node`, the older one under the name node-22: npx --yes pnpm@12 install fetches them where there are any.",
    );
    process.exit(1);
  }
  const runs = Number(values.runs);
  console.log(`seed ${values.seed}, ${runs} runs each`);

  const calls = values.calls.split(",");
  const jobs = [
    ...(values.saboteurs === "yes" ? [{ node: "24", calls }] : []),
    ...wanted.flatMap((node) =>
      Object.keys(adapters).map((adapter) => ({
        node,
        adapter,
        runs,
        seed: values.seed,
        calls,
      })),
    ),
  ];
  const started = Date.now();
  const results = new Map();
  const waiting = [...jobs];
  const work = async () => {
    for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) {
      results.set(job, await runJob(executables[job.node], job));
      const seconds = Math.round((Date.now() - started) / 1000);
      console.log(`${seconds} s: ${job.adapter ?? "saboteurs"} on Node ${job.node} done`);
    }
  };
  // Jobs wait more than they compute.
  await Promise.all(Array.from({ length: 2 * availableParallelism() }, work));
  const ok = await report(jobs, results, runs);
  console.log(`${Math.round((Date.now() - started) / 1000)} s`);
  process.exit(ok ? 0 : 1);
}

function runJob(executable, job) {
  return new Promise((resolve, reject) => {
    const child = spawn(executable, [here, "--job", JSON.stringify(job)], { stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (chunk) => (output += chunk));
    child.on("close", (code) => {
      if (code === 0) resolve(JSON.parse(output.trimEnd().split("\n").at(-1)));
      else reject(new Error(`the job ${JSON.stringify(job)} ended with ${code}\n${output}`));
    });
  });
}

async function report(jobs, results, runs) {
  const { TransportContract } = await import("../packages/testkit/src/index.ts");
  const proofs = jobs.filter(({ adapter }) => adapter !== undefined);
  const columns = proofs.flatMap((job) => versions.map((version) => ({ job, version })));
  const title = ({ job, version }) => `${job.adapter} ${job.node} ${version.slice(4)}`;
  const cell =
    (fault) =>
    ({ job, version }) => {
      const cells = results.get(job).filter((one) => one.fault === fault.id && one.version === version);
      if (cells.length === 0) return "";
      const wrong = cells.filter((one) => one.wrong !== undefined).length;
      // Layers that are not built, and posts that are interrupted, have no end to count.
      const count = cells.reduce((sum, one) => sum + one.counted, 0) || cells.length;
      return wrong > 0 ? `WRONG ${wrong}` : `${letters[fault.outcome]} ${count}`;
    };
  const rows = TransportContract.faults
    .filter(({ notHere }) => notHere === undefined)
    .map((fault) => [`${fault.id} ${fault.what}`, ...columns.map(cell(fault))]);
  const table = [
    ["fault: posts that were N not sent, U maybe sent, A answered; C layers not built", ...columns.map(title)],
    ...rows,
  ];
  const widths = table[0].map((_, column) => Math.max(...table.map((row) => row[column].length)));
  for (const row of table)
    console.log(
      row
        .map((text, column) => text.padEnd(widths[column]))
        .join("  ")
        .trimEnd(),
    );

  const cells = proofs.flatMap((job) => results.get(job));
  const wrong = cells.flatMap((one) => one.wrong ?? []);
  const leaks = cells.flatMap((one) => one.leaks);
  const sum = (of) => of.reduce((total, { posts }) => total + posts, 0);
  const faults = cells.filter((one) => one.fault !== undefined);
  for (const line of wrong) console.log(`WRONG ${line}`);
  console.log(`faults: ${faults.length} checks with ${sum(faults)} posts`);
  console.log(
    `all clauses: ${cells.length} checks with ${sum(cells)} posts, ${wrong.length} wrong (${runs} runs each)`,
  );
  for (const calls of new Set(cells.map((one) => one.calls))) {
    const of = cells.filter((one) => one.calls === calls);
    console.log(`  over ${calls}: ${of.length} checks with ${sum(of)} posts`);
  }
  console.log(`secrets printed: ${leaks.length}`);
  const saboteurs = jobs.filter(({ adapter }) => adapter === undefined).flatMap((job) => results.get(job));
  const missed = saboteurs.filter(({ caught, strays }) => !caught || strays.length > 0);
  for (const { id, does, caught, strays } of missed) {
    console.log(`SABOTEUR ${id} (${does}): ${caught ? `also caught by ${strays.join(", ")}` : "not caught"}`);
  }
  if (saboteurs.length > 0) {
    const caught = saboteurs.length - missed.length;
    console.log(
      `saboteurs: ${caught} of ${saboteurs.length} caught by their own clause and by none but its kin, of ${TransportContract.clauses.length} clauses`,
    );
  }
  return wrong.length === 0 && leaks.length === 0 && missed.length === 0 && cells.length > 0;
}
