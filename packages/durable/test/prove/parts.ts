/** What is done to the processes and to their databases. Each part gives a remark on what it did. */
import { DatabaseSync } from "node:sqlite";
import { setTimeout } from "node:timers/promises";
import type { Cluster } from "../support/Postgres.ts";
import { refundOf } from "../../../simulator/test/prove/refunds.ts";
import type { Scene } from "./arena.ts";

type Act = (scene: Scene) => Promise<string>;

const anyOf = <A>(all: ReadonlyArray<A>, random: () => number): A | undefined => all[Math.floor(random() * all.length)];

/** SIGKILL at random moments, of whoever is at work. */
export const kills =
  (count: number, refunds: number): Act =>
  async ({ begin, fleet, random }) => {
    for (let killed = 0; killed < count; killed++) {
      begin(Math.floor(((killed + 1) * refunds) / count) - Math.floor((killed * refunds) / count));
      do await setTimeout(random() * 300);
      while (fleet.alive.length === 0);
      await fleet.kill(anyOf(fleet.alive, random) ?? 0);
    }
    await fleet.up();
    return `${count} × SIGKILL`;
  };

export const points = ["granted", "begun", "answered", "stored"] as const;

/** A process kills itself where it is told to. */
export const crashes =
  (point: string, count: number, refunds: number): Act =>
  async ({ begin, fleet, random }) => {
    let died = 0;
    for (let turn = 0; died < count && turn < 3 * count; turn++) {
      while (fleet.alive.length === 0) await setTimeout(5);
      const death = fleet.dieAt({ point, after: 1 + Math.floor(random() * 4) }, 8000);
      begin(Math.ceil(refunds / count));
      if (await death) died++;
    }
    await fleet.up();
    if (died < count) throw new Error(`only ${died} of ${count} died at ${point}`);
    return `${count} × SIGKILL at "${point}"`;
  };

/** One stands still for longer than its lease, others take over, and it goes on as if nothing had been. */
export const stops =
  (count: number, millis: number, perSecond: number): Act =>
  ({ fleet, random, under }) =>
    under(perSecond, async () => {
      for (let turn = 0; turn < count; turn++) {
        await setTimeout(200 + random() * 300);
        const slot = anyOf(fleet.alive, random) ?? 0;
        fleet.signal(slot, "SIGSTOP");
        await setTimeout(millis);
        fleet.signal(slot, "SIGCONT");
      }
      await setTimeout(500);
      const fenced = fleet.said.split("another process has taken it over").length - 1;
      return `${count} × SIGSTOP for ${millis / 1000} s, ${fenced} answers came too late and were not written`;
    });

/** The server crashes and comes back. */
export const down =
  (cluster: Cluster, millis: number): Act =>
  ({ under }) =>
    under(50, async () => {
      await setTimeout(1000);
      await cluster.stop("immediate");
      await setTimeout(millis);
      await cluster.start();
      await setTimeout(1000);
      return `the server away for ${millis / 1000} s`;
    });

export const lostConnections =
  (cluster: Cluster, database: string): Act =>
  ({ under }) =>
    under(50, async () => {
      let lost = 0;
      for (const until = Date.now() + 5000; Date.now() < until;) {
        lost += await cluster.killBackends(database);
        await setTimeout(150);
      }
      return `${lost} connections ended within 5 s`;
    });

export const readOnly =
  (cluster: Cluster): Act =>
  ({ under }) =>
    under(50, async () => {
      await setTimeout(500);
      await cluster.setReadOnly(true);
      await setTimeout(5000);
      await cluster.setReadOnly(false);
      return "no writes for 5 s";
    });

/** `fill` leaves no room, `free` gives it back. */
export const full =
  (how: string, fill: (scene: Scene) => Promise<void>, free: (scene: Scene) => Promise<void>): Act =>
  (scene) =>
    scene.under(100, async () => {
      await setTimeout(500);
      await fill(scene);
      await setTimeout(6000);
      const wrong = scene.fleet.said;
      await free(scene);
      const refused = wrong.match(/No space left|disk is full|could not extend|database or disk/g)?.length ?? 0;
      if (refused === 0) throw new Error("nothing was ever full");
      return `${how} full for 6 s, ${refused} statements refused in the log`;
    });

/** Another program holds the write lock of the file. */
export const locked =
  (file: string): Act =>
  ({ under }) =>
    under(50, async () => {
      await setTimeout(500);
      const other = new DatabaseSync(file, { timeout: 5000 });
      other.exec("BEGIN IMMEDIATE");
      await setTimeout(3000);
      other.exec("ROLLBACK");
      other.close();
      return "the file locked for 3 s";
    });

/** The network swallows everything; connections stay open. */
export const hole =
  (swallow: (on: boolean) => void): Act =>
  ({ fleet, under }) =>
    under(50, async () => {
      await setTimeout(1000);
      swallow(true);
      await setTimeout(30_000);
      swallow(false);
      const from = Date.now();
      while (fleet.alive.length < 3 && Date.now() < from + 60_000) await setTimeout(50);
      return "a black hole for 30 s";
    });

/** An application's transaction that began a refund stays open while many others are over. */
export const heldOpen =
  (millis: number, refunds: number): Act =>
  async ({ begin, fleet, gateway, hold, told }) => {
    // What waits for the gateway is not what is looked at here.
    gateway.tell({ faults: 0 });
    const from = told.events.length;
    const held = hold(millis);
    await setTimeout(500);
    const others = begin(refunds).map((n) => refundOf(n).outRefundNo);
    const left = await fleet.settled(others, millis - 1500);
    const delays = told.delays.slice(from).sort((a, b) => a - b);
    const number = await held;
    if (left.length > 0) throw new Error(`${left.length} of ${refunds} were not over while the transaction was open`);
    if (told.acknowledged.has(number) && told.truths.has(number))
      throw new Error("it was told of before it was committed");
    const [median, worst] = [delays[Math.floor(delays.length / 2)], delays.at(-1)];
    return `a start held open for ${millis / 1000} s, meanwhile ${refunds} others over, ${delays.length} events handed on after ${median} ms (median), ${worst} ms at most`;
  };

/** How long after the death of one of them the refunds that came then are accepted, whoever called for their merchants. */
export const takeOver =
  (note: (millis: number) => void): Act =>
  async ({ begin, fleet, random, told }) => {
    // All merchants have their process.
    await fleet.reached(begin(60), told, 60_000);
    await fleet.kill(anyOf(fleet.alive, random) ?? 0);
    const from = Date.now();
    await fleet.reached(begin(60), told, 60_000);
    note(Date.now() - from);
    return "one of three killed";
  };

/** How long after its database is back everything goes on. */
export const healed =
  (cluster: Cluster, millis: number, note: (millis: number) => void): Act =>
  async ({ begin, fleet, told }) => {
    await fleet.reached(begin(60), told, 60_000);
    await cluster.stop("immediate");
    await setTimeout(millis);
    await cluster.start();
    const from = Date.now();
    await fleet.reached(begin(60), told, 60_000);
    note(Date.now() - from);
    return `the server away for ${millis / 1000} s`;
  };
