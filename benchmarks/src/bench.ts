/**
 * `pnpm bench`: every client against one gateway, in rotation, in one run.
 *
 *   --rounds=5      rounds of the rotation
 *   --millis=500    length of a sample
 *   --warm=6000     how long each client runs before it is measured, so that compiling is over
 *   --retakes=5     how often a noisy sample is taken again
 *   --soak=100000   refunds in a row for the memory, 0 to leave it out
 *   --only=ours     rows whose kind, name, connections or number of fields match this pattern
 *   --profile=5000  how long the profiler looks at ours over undici, and at what is written by hand, 0 to leave it out
 *   --readme        puts the result into README.md
 */
import type { ChildProcess } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Row } from "./Client.ts";
import * as Footprint from "./Footprint.ts";
import type { Counts, Ports } from "./gateway.ts";
import type { Micro } from "./micro.ts";
import * as Noise from "./Noise.ts";
import * as Report from "./Report.ts";
import { rows as allRows } from "./Rows.ts";
import type { Closed, Sample, Shares, Soak } from "./runner.ts";
import * as Stage from "./Stage.ts";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    millis: { type: "string", default: "500" },
    warm: { type: "string", default: "6000" },
    retakes: { type: "string", default: "5" },
    soak: { type: "string", default: "100000" },
    only: { type: "string", default: "" },
    profile: { type: "string", default: "5000" },
    readme: { type: "boolean", default: false },
  },
});
const rounds = Number(values.rounds);
const millis = Number(values.millis);
const soakTotal = Number(values.soak);
const inFlights = [1, 16, 64] as const;
const retakes = Number(values.retakes);
const profileMillis = Number(values.profile);

const say = (text: string): void => void process.stderr.write(`${text}\n`);

Stage.layOut();
const folder = Stage.makeCertificates();
// The processes end with their channel to this one.
const removeCertificates = (): void => rmSync(folder, { recursive: true, force: true });
for (const [signal, code] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const) {
  process.once(signal, () => {
    removeCertificates();
    process.exit(code);
  });
}
const gateway = Stage.start(1, folder, "gateway.js", [folder]);
const started = new Set<ChildProcess>();
let nextNumber = 1;

try {
  const ports = await Stage.hear<Ports>(gateway);

  /** Refund numbers are never used twice, whoever asks. */
  const open = async (
    row: Row,
    flags?: ReadonlyArray<string>,
  ): Promise<{ readonly child: ChildProcess; readonly coldMillis: number }> => {
    const at = performance.now();
    const origin = `https://127.0.0.1:${row.reply === "JSON" ? ports.v3 : ports.v2[row.reply]}`;
    const args = [String(allRows.indexOf(row)), origin, folder, String(nextNumber)];
    const child = Stage.start(0, folder, "runner.js", args, flags);
    nextNumber += 10_000_000;
    started.add(child);
    await Stage.hear(child);
    return { child, coldMillis: performance.now() - at };
  };
  const close = async (child: ChildProcess): Promise<void> => {
    await Stage.stop(child);
    started.delete(child);
  };

  const rows = allRows.filter(({ connections, kind, name, reply }) =>
    new RegExp(values.only).test(`${kind} ${name} ${connections} ${reply}`),
  );
  const state = rows.map((row): Report.Measured & { child: ChildProcess | undefined } => ({
    row,
    child: undefined,
    cold: [],
    samples: new Map(inFlights.map((inFlight) => [inFlight, []])),
    footprint: Footprint.of(row.packages),
  }));

  say("cold starts");
  for (let round = 0; round < rounds; round++) {
    for (const each of state) {
      const { child, coldMillis } = await open(each.row);
      each.cold.push(coldMillis);
      if (round === 0) each.child = child;
      else await close(child);
    }
  }

  const sample = async (child: ChildProcess, inFlight: number): Promise<Report.Taken> => {
    const before = await Stage.tell<Counts>(gateway, {});
    const noise = Noise.listen();
    const own = process.cpuUsage();
    const result = await Stage.tell<Sample>(child, { what: "sample", inFlight, millis });
    const after = await Stage.tell<Counts>(gateway, {});
    if (after.bad > before.bad) throw new Error("the gateway was sent a bad request");
    const { system, user } = process.cpuUsage(own);
    const gatewayMicros = after.cpuMicros - before.cpuMicros;
    return {
      ...result,
      connections: after.connections - before.connections,
      resumed: after.resumed - before.resumed,
      served: after.requests - before.requests,
      gatewayMicros,
      noise: noise(result.cpuMicros + gatewayMicros + system + user),
    };
  };

  say("warming up");
  for (const { child } of state) {
    if (child !== undefined)
      await Stage.tell<Sample>(child, { what: "sample", inFlight: 16, millis: Number(values.warm) });
  }

  for (let round = 0; round < rounds; round++) {
    for (const inFlight of inFlights) {
      say(`round ${round + 1} of ${rounds}, ${inFlight} in flight`);
      for (const { child, samples } of state) {
        if (child === undefined) continue;
        samples.get(inFlight)?.push(await Noise.quietest(retakes, () => sample(child, inFlight)));
      }
    }
  }

  // After everything that is measured: a client that was profiled is not as quick again.
  const profiles: Array<Report.Profiled> = [];
  const profiled = state.filter(
    ({ row }) =>
      row.transport === "undici" &&
      row.connections === "pooled" &&
      row.signType === "HMAC-SHA256" &&
      (row.kind === "ours" || row.kind === "hand-coded"),
  );
  for (const each of profileMillis > 0 ? profiled : []) {
    if (each.child === undefined) continue;
    say(`profile of ${each.row.name}, ${each.row.reply} fields`);
    const order = { what: "profile", inFlight: 16, millis: profileMillis };
    profiles.push({ measured: each, shares: await Stage.tell<Shares>(each.child, order) });
  }
  for (const { child } of state) if (child !== undefined) await close(child);

  say("pure parts");
  const pure = Stage.start(0, folder, "micro.js", [String(2 * rounds + 1)]);
  started.add(pure);
  const micro = await Stage.hear<Micro>(pure);
  await Stage.stop(pure);

  const soaks: Array<Report.Soaked> = [];
  const soaked = state.filter(
    ({ row }) => row.reply !== 28 && (row.kind === "ours" ? row.signType !== "MD5" : row.kind === "raw"),
  );
  for (const { row } of soakTotal > 0 ? soaked : []) {
    say(`${soakTotal} refunds in a row: ${row.name}, ${row.connections}`);
    // V8 enlarges its young generation in steps of its own, for every client: it starts with the largest, so that growth is ours.
    const { child } = await open(row, ["--min-semi-space-size=32"]);
    const marks = Array.from({ length: 10 }, (_, n) => ((n + 1) * soakTotal) / 10);
    const soak = await Stage.tell<Soak>(child, { what: "soak", inFlight: 16, marks });
    const closed = await Stage.tell<Closed>(child, { what: "close" });
    await close(child);
    soaks.push({ row, total: soakTotal, ...soak, ...closed });
  }

  const report = Report.print({ measured: state, micro, profiles, soaks, rounds, millis, pinned: Stage.pinned });
  console.log(report);
  if (values.readme) {
    const file = join(Stage.here, "..", "README.md");
    const marked = /(?<=<!-- last run -->\n)[\s\S]*(?=<!-- end of last run -->)/;
    writeFileSync(
      file,
      readFileSync(file, "utf8").replace(marked, () => `\n${report}\n\n`),
    );
  }
} finally {
  for (const child of started) await Stage.stop(child);
  await Stage.stop(gateway);
  removeCertificates();
}
