/** Where a part of the proof takes place: a store, a gateway that is never killed, and processes that are. */
import { setTimeout } from "node:timers/promises";
import { type Running, start as startGateway } from "../../../simulator/test/prove/gateway.ts";
import { refundOf } from "../../../simulator/test/prove/refunds.ts";
import { check } from "./checks.ts";
import type { Go } from "./child.ts";
import { Fleet, nothingTold, type Told } from "./fleet.ts";

export interface Settings {
  readonly name: string;
  readonly store: Go["store"];
  readonly processes: number;
  readonly merchants: number;
  /** How many refunds there may be in all. */
  readonly refunds: number;
  readonly adapter: Go["adapter"];
  /** The default where it is left out. */
  readonly lease?: string;
  readonly seed: string;
  readonly faults: number;
  readonly lateMillis?: number;
  readonly log?: (line: string) => void;
}

/** What a part may do. */
export interface Scene {
  readonly fleet: Fleet;
  readonly told: Told;
  readonly gateway: Running;
  /** Starts the next refunds, and does not wait for it; gives their numbers. */
  readonly begin: (count: number) => ReadonlyArray<number>;
  /** Starts one in a transaction that stays open for so long; gives its number once that is committed. */
  readonly hold: (millis: number) => Promise<string>;
  /** Starts about so many a second while something is done. */
  readonly under: <A>(perSecond: number, act: () => Promise<A>) => Promise<A>;
  readonly random: () => number;
}

export interface Outcome {
  readonly wrong: ReadonlyArray<string>;
}

/** Random numbers that a seed gives again. */
const seeded = (seed: string): (() => number) => {
  let state = [...seed].reduce((sum, character) => (sum * 31 + character.charCodeAt(0)) >>> 0, 7);
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
};

/** All that is done in an end has this long. */
const patience = 150_000;

/** Who is at work now, if anybody is. */
interface Working {
  now: Fleet | undefined;
  over: boolean;
}

export class Arena {
  readonly settings: Settings;
  private readonly gateway: Running;
  private readonly told: Told = nothingTold();
  private readonly fleetOf: Working;
  private readonly random: () => number;
  private next = 0;

  private constructor(settings: Settings, gateway: Running, fleetOf: Working) {
    this.settings = settings;
    this.gateway = gateway;
    this.fleetOf = fleetOf;
    this.random = seeded(settings.seed);
  }

  static async make(settings: Settings): Promise<Arena> {
    const fleetOf: Working = { now: undefined, over: false };
    const { faults, lateMillis = 300, refunds, seed } = settings;
    const merchants = Array.from({ length: settings.merchants }, (_, at) => ({
      mchId: `${1_900_000_101 + at}`,
      appId: "wx8888888888888888",
      apiKey: `192006250b4c09247ec02edce69f6a${String(10 + at)}`,
    }));
    const setup = {
      merchants,
      refunds,
      seed,
      faults,
      brisk: true,
      strays: false,
      lateMillis,
      successAfter: 400,
      notices: true,
    };
    const gateway = await startGateway(setup, async (notice) => {
      while (!fleetOf.over && (await fleetOf.now?.notice(notice)) !== true) await setTimeout(100);
    });
    return new Arena(settings, gateway, fleetOf);
  }

  /** Does something to the processes while they work, lets them come to an end, and looks what became of it. */
  async part(name: string, act: (scene: Scene) => Promise<string>, store = this.settings.store): Promise<Outcome> {
    const { adapter, faults, lease, log = console.log, name: where, processes } = this.settings;
    const { gateway, random, told } = this;
    const began = Date.now();
    gateway.tell({ faults });
    const go = { store, accesses: gateway.accesses, adapter, ...(lease !== undefined && { lease }) };
    const fleet = new Fleet({ size: processes, go, told, tellAgain: gateway.tell });
    this.fleetOf.now = fleet;
    const starts: Array<Promise<void>> = [];
    const numbers: Array<string> = [];
    const take = (): number => {
      const n = this.next++;
      if (n >= this.settings.refunds) throw new Error("the gateway has no more orders");
      numbers.push(refundOf(n).outRefundNo);
      return n;
    };
    const begin = (count: number): ReadonlyArray<number> =>
      Array.from({ length: count }, () => {
        const n = take();
        starts.push(fleet.start(n));
        return n;
      });
    const hold = async (millis: number): Promise<string> => {
      const n = take();
      await fleet.ask((id) => ({ id, start: n, open: millis }), undefined, millis + 10_000);
      return refundOf(n).outRefundNo;
    };
    const under = async <A>(perSecond: number, act: () => Promise<A>): Promise<A> => {
      const load = setInterval(() => begin(Math.ceil(perSecond / 20)), 50);
      try {
        return await act();
      } finally {
        clearInterval(load);
      }
    };
    const wrong: Array<string> = [];
    let remark = "";
    let left: ReadonlyArray<string> = [];
    try {
      await fleet.up();
      remark = await act({ fleet, told, gateway, begin, hold, under, random });
      gateway.tell({ faults: 0 });
      const all = Promise.all(starts).then(() => true);
      if (!(await Promise.race([all, setTimeout(patience, false, { ref: false })])))
        wrong.push("starts without an end");
      left = await fleet.settled(numbers, patience);
    } finally {
      wrong.push(...(await fleet.end()));
      this.fleetOf.now = undefined;
    }
    const calm = Date.now();
    const found = await check(this.settings.store, told, await gateway.ledger(), await gateway.seen());
    wrong.push(...left.map((number) => `${number}: not over after ${patience / 1000} s`), ...found.wrong);
    const kinds = new Map<string, number>();
    for (const exit of fleet.exits) kinds.set(exit, (kinds.get(exit) ?? 0) + 1);
    const ended = [...kinds].map(([exit, count]) => `${count} × ${exit.replaceAll(/postgres:\S+/g, "…")}`);
    const exits = ended.length === 0 ? "" : `, ended by themselves: ${ended.join("; ")}`;
    log(
      `${wrong.length === 0 ? "✓" : "✗"} ${where}: ${name}: ${numbers.length} refunds${remark === "" ? "" : `, ${remark}`}${exits}; in all ${found.rows} rows, ${found.sends} sends, ${found.asks} queries, ${told.events.length} events, ${found.blocked} blocked; ${((calm - began) / 1000).toFixed(1)} s`,
    );
    for (const line of wrong.slice(0, 20)) log(`    ${line}`);
    if (wrong.length > 0) log(fleet.said.slice(-3000));
    return { wrong };
  }

  /**
   * The gateway is away for so long while a store has many due rows: longer than anything that a process waits for, so that an outage of
   * half a day shows it nothing else. None may end, and none may grow.
   */
  async outage(store: Go["store"], millis: number): Promise<void> {
    const { adapter, log = console.log, name } = this.settings;
    const { gateway, told } = this;
    gateway.tell({ away: true });
    const fleet = new Fleet({
      size: 1,
      go: { store, accesses: gateway.accesses, adapter },
      told,
      tellAgain: gateway.tell,
    });
    const memory = async () => Math.round(((await fleet.ask((id) => ({ id, memory: true }), 0)) ?? 0) / 1e6);
    const wrong: Array<string> = [];
    const sizes: Array<number> = [];
    await fleet.up();
    for (let turn = 0; turn < 5; turn++) {
      await setTimeout(millis / 5);
      sizes.push(await memory());
    }
    const calls = (await gateway.seen()).length;
    wrong.push(...fleet.exits.map((exit) => `a process ended: ${exit}`), ...(await fleet.end()));
    gateway.tell({ away: false });
    const [first = 0] = sizes.slice(1);
    if ((sizes.at(-1) ?? 0) > first * 1.3) wrong.push(`it grew: ${sizes.join(", ")} MB`);
    log(
      `${wrong.length === 0 ? "✓" : "✗"} ${name}: the gateway away for ${millis / 1000} s with 100,000 due rows: ${sizes.join(", ")} MB, ${calls} numbers asked for`,
    );
    for (const line of wrong) log(`    ${line}`);
    if (wrong.length > 0) throw new Error("a process did not outlast the gateway");
  }

  end(): Promise<void> {
    this.fleetOf.over = true;
    return this.gateway.end();
  }
}
