/**
 * A client in a process of its own: opens it, makes the first refund, and then measures what it is told to.
 *
 * What it reports is measured here, by its own clocks: time, CPU time of this process, memory.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { type Client, site, tellFirst } from "./Client.ts";
import * as Profile from "./Profile.ts";
import { rows } from "./Rows.ts";

export interface SampleOrder {
  readonly what: "sample";
  readonly inFlight: number;
  readonly millis: number;
}

export interface SoakOrder {
  readonly what: "soak";
  readonly inFlight: number;
  /** Memory is read after each of these numbers of refunds. */
  readonly marks: ReadonlyArray<number>;
}

export interface ProfileOrder {
  readonly what: "profile";
  readonly inFlight: number;
  readonly millis: number;
}

export type Order = SampleOrder | SoakOrder | ProfileOrder | { readonly what: "close" };

/** The share of each part in the client's time. */
export type Shares = Readonly<Record<string, number>>;

export interface Sample {
  readonly refunds: number;
  readonly wallMillis: number;
  readonly cpuMicros: number;
  readonly p50: number;
  readonly p99: number;
  readonly rssMB: number;
}

export interface Soak {
  readonly rssMB: ReadonlyArray<number>;
  readonly heapMB: ReadonlyArray<number>;
}

export interface Closed {
  /** What keeps the process busy, before the client was opened and after it was closed, by kind. */
  readonly before: ReadonlyArray<string>;
  readonly after: ReadonlyArray<string>;
}

const [, , index = "0", origin = "", folder = "", first = "0"] = process.argv;
const row = rows[Number(index)];
if (row === undefined) throw new Error("no such row");

let n = Number(first);
const megabytes = (bytes: number): number => bytes / 1e6;

const loop = async (client: Client, inFlight: number, goOn: () => boolean, took?: Array<number>): Promise<void> => {
  const worker = async () => {
    while (goOn()) {
      const start = performance.now();
      await client.refund(n++);
      took?.push(performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
};

const sample = async (client: Client, { inFlight, millis }: SampleOrder): Promise<Sample> => {
  let warm = inFlight * 2;
  await loop(client, inFlight, () => warm-- > 0);
  const took: Array<number> = [];
  const cpu = process.cpuUsage();
  const start = performance.now();
  await loop(client, inFlight, () => performance.now() - start < millis, took);
  const wallMillis = performance.now() - start;
  const { system, user } = process.cpuUsage(cpu);
  took.sort((a, b) => a - b);
  const at = (share: number) => took[Math.min(took.length - 1, Math.floor(took.length * share))] ?? Number.NaN;
  return {
    refunds: took.length,
    wallMillis,
    cpuMicros: system + user,
    p50: at(0.5),
    p99: at(0.99),
    rssMB: megabytes(process.memoryUsage.rss()),
  };
};

const soak = async (client: Client, { inFlight, marks }: SoakOrder): Promise<Soak> => {
  const rssMB: Array<number> = [];
  const heapMB: Array<number> = [];
  let done = 0;
  for (const mark of marks) {
    let left = mark - done;
    await loop(client, inFlight, () => left-- > 0);
    done = mark;
    globalThis.gc?.();
    rssMB.push(megabytes(process.memoryUsage.rss()));
    heapMB.push(megabytes(process.memoryUsage().heapUsed));
  }
  return { rssMB, heapMB };
};

const held = (): ReadonlyArray<string> => process.getActiveResourcesInfo().sort();

// The first listener makes the channel to the parent one of the things that keep the process busy: before the first look.
// So do the outputs, from the first time somebody uses them, where they are pipes.
process.stdout.write("");
process.stderr.write("");
let obeyed: (order: Order) => void = () => {};
process.on("message", (order: Order) => obeyed(order));
const before = held();
const client = await row.open(site(origin, folder));
await client.refund(n++);

/** A socket is gone only after the other side has heard of it. */
const settled = async (): Promise<ReadonlyArray<string>> => {
  for (let turn = 0; turn < 100 && held().length > before.length; turn++) await sleep(20);
  return held();
};

const obey = async (order: Order): Promise<Sample | Soak | Shares | Closed> => {
  if (order.what === "sample") return sample(client, order);
  if (order.what === "profile") {
    return Profile.shares(() => sample(client, { what: "sample", inFlight: order.inFlight, millis: order.millis }));
  }
  if (order.what === "soak") return soak(client, order);
  await client.close();
  return { before, after: await settled() };
};

obeyed = (order) => {
  obey(order).then(
    (result) => process.send?.(result),
    (cause: unknown) => {
      console.error(`${row.name}, ${row.connections}:`, cause);
      process.exit(1);
    },
  );
};
process.on("disconnect", () => process.exit(0));
tellFirst();
