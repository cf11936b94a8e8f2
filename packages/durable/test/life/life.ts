/**
 * One simulation of refunds' lives: the real drivers over one database in memory, in virtual time, with all that a seed has in store for
 * them; then nothing goes wrong any more, and everything must end. The invariants are judged by `Checker` all the while.
 */
import { boundOf } from "./bound.ts";
import { Callers } from "./callers.ts";
import { type Broken, finals } from "./checker.ts";
import { forged, forgedV3 } from "./forged.ts";
import { GoesRound } from "./machine.ts";
import { type Plan, planOf } from "./plan.ts";
import { World } from "./world.ts";

export interface Lived {
  readonly seed: number;
  readonly broken: ReadonlyArray<Broken>;
  /** How often a process died or stood at each point. */
  readonly points: Readonly<Record<string, number>>;
  /** How the refunds ended. */
  readonly ends: Readonly<Record<string, number>>;
  /** Calls at the gateway, and ms of virtual time. */
  readonly calls: number;
  readonly millis: number;
}

/** What held a merchant while there was trouble, and is in order by then: it must be found out. */
const passing: ReadonlySet<string> = new Set(["key", "certificate", "account"]);
const longestHold = 65 * 60_000;

class Life {
  private readonly world: World;
  private readonly callers: Callers;
  private readonly only: string | undefined;

  constructor(world: World, only: string | undefined) {
    this.world = world;
    this.callers = new Callers(world);
    this.only = only;
  }

  private plans(): void {
    const { plan, time } = this.world;
    const within = plan.trouble;
    for (let n = 0; n < plan.machines; n++) time.after(plan.between(0, 2000), () => this.world.boot());
    for (const intent of plan.intents) {
      if (intent.before) this.world.network.before(intent);
      time.after(intent.at, () => this.callers.want(intent));
    }
    const times = (kind: Parameters<Plan["has"]>[0], most: number, act: () => void): void => {
      if (!plan.has(kind)) return;
      for (let n = plan.between(1, most + 1); n > 0; n--) time.after(plan.between(0, within), act);
    };
    times("operators", 6, () => this.callers.operate());
    times("forged", 6, () => this.forge());
    times("silence", 2, () => {
      this.world.network.silentUntil = time.now + plan.pick([2000, 10_000, 40_000]);
    });
    times("outages", 2, () => {
      this.world.away = {
        until: time.now + plan.pick([300, 3000, 8000, 60_000]),
        what: plan.pick(["server", "server", "writes"]),
      };
      this.world.log(`the store is away: ${this.world.away.what}`);
    });
    times("stops", 2, () => {
      const up = this.world.any();
      if (up?.parts !== undefined) this.world.stop(up);
    });
    times("pauses", 2, () => {
      const up = this.world.any();
      if (up !== undefined) this.world.stand(up.machine, plan.pick([2000, plan.lease * 1.5, plan.lease * 4]));
    });
    times("clock", 2, () => this.world.jump());
    if (plan.has("backup") && plan.random() < 0.5) {
      const at = plan.between(0, within);
      time.after(at, () => {
        // Within a transaction no backup sees anything of it; here there is one connection alone.
        if (!this.world.migrated || this.world.database.database.isTransaction) return;
        const backup = this.world.database.backup();
        this.world.log("a backup is made");
        time.after(plan.between(0, within - at), () => this.restore(backup));
      });
    }
    times("funds", 2, () => this.world.network.topUp());
    if ([...plan.speech.values()].some(({ first, later }) => first !== later)) {
      time.after(plan.movesAt, () => this.world.move());
    }
    for (const rotation of plan.rotations) {
      time.after(rotation.at, () => {
        this.world.log(`another platform certificate for ${rotation.mchId}`);
        this.world.network.rotate(rotation);
      });
    }
  }

  private forge(): void {
    const { network, plan, time } = this.world;
    const serials = [...network.platformKeys.keys()].map((key) => key.split(" ")[1] ?? "");
    const posted =
      serials.length > 0 && plan.random() < 0.6
        ? forgedV3(plan, serials, time.start + time.now)
        : { body: forged(plan) };
    this.callers.noticed(plan.pick(plan.mchIds), posted);
  }

  /** D08: everybody is stopped, and an older state of the store put back. */
  private restore(backup: Uint8Array): void {
    const { checker, plan, time } = this.world;
    if (this.world.calm) return;
    this.world.log("the backup is put back");
    this.world.points["D08"] = (this.world.points["D08"] ?? 0) + 1;
    for (const { machine } of this.world.ups.slice()) this.world.crash(machine);
    this.world.database.restore(backup);
    this.world.restoring = "nobody";
    checker.over(this.world.database.database, true);
    for (const intent of plan.intents) {
      if (!checker.acknowledged.has(intent.number) || checker.rows.has(intent.number)) continue;
      // Its caller finds that it is gone, and knows that it may have been sent.
      checker.acknowledged.delete(intent.number);
      time.after(plan.between(0, 10_000), () => this.callers.want({ ...intent, attempted: true, givenUp: false }));
    }
  }

  /** From now on nothing goes wrong. */
  private clear(): void {
    this.world.log("calm");
    this.world.calm = true;
    this.world.away = undefined;
    this.world.checker.jumps++;
    this.world.wallFrozen = undefined;
    this.world.time.wallOffset = this.world.time.start;
    this.world.network.clear();
    for (const up of this.world.ups.slice()) {
      up.trap = undefined;
      if (up.machine.state === "stands") {
        this.world.checker.stood(up.machine);
        up.machine.goOn();
      }
    }
    while (this.world.ups.length < this.world.plan.machines) this.world.boot();
    for (const mchId of this.world.plan.mchIds) this.callers.resume(mchId);
  }

  private isSettled(number: string): boolean {
    const row = this.world.checker.rows.get(number);
    return (
      row !== undefined &&
      this.world.checker.acknowledged.has(number) &&
      (finals.has(row.truth) || row.truth === "NotMade" || (row.block !== null && !this.world.checker.isUnasked(row)))
    );
  }

  /** Whether it waits for something that is in order by now. Where the merchant has no money there is hardly a turn to find that out. */
  private isHeldInVain(number: string): boolean {
    const row = this.world.checker.rows.get(number);
    if (row === undefined || finals.has(row.truth)) return false;
    const hold = this.world.checker.holdOf(row) ?? "";
    return passing.has(row.block ?? "") && (hold === "" || passing.has(hold));
  }

  private step(): void {
    this.world.time.advance();
    this.settle();
    this.callers.later();
  }

  private settle(): void {
    for (let more = true; more;) {
      more = this.world.outside.work();
      for (const { machine } of this.world.ups.slice()) more = machine.work() || more;
    }
  }

  private get isOver(): boolean {
    const { broken } = this.world.checker;
    return this.only === undefined ? broken.length > 0 : broken.some(({ id }) => id === this.only);
  }

  run(): Lived {
    const { checker, plan, time } = this.world;
    try {
      this.lives();
    } catch (error) {
      if (!(error instanceof GoesRound)) throw error;
      checker.is(false, "I9", () => error.message);
    }
    this.world.settled = true;
    if (checker.broken.length > 0 && this.world.trace !== undefined) {
      for (const table of ["refunds", "refund_merchants", "refund_workers"]) {
        for (const row of this.world.database.database.prepare(`SELECT * FROM ${table}`).all())
          this.world.log(JSON.stringify(row));
      }
    }
    const ends: Record<string, number> = {};
    for (const { block, truth } of checker.rows.values()) {
      const end = block === null ? truth : `${truth} (${block})`;
      ends[end] = (ends[end] ?? 0) + 1;
    }
    this.world.database.database.close();
    return {
      seed: plan.seed,
      broken: checker.broken,
      points: this.world.points,
      ends,
      calls: this.world.network.gateway.log.total(),
      millis: time.now,
    };
  }

  /** Until all have ended, or show why they rest; each within its bound. `held`: also what holds a merchant that is in order has gone. */
  private ends(kind: "" | "held", boundOf: (number: string) => number, calm: number): void {
    const { checker, plan, time } = this.world;
    while (!this.isOver) {
      const open = plan.intents.filter(({ number }) =>
        kind === "held" ? this.isHeldInVain(number) : !this.isSettled(number),
      );
      if (open.length === 0) return;
      const late = open.filter(({ number }) => time.now - calm > boundOf(number));
      for (const { number } of late) {
        checker.is(
          false,
          "I9",
          () =>
            `${number} is ${checker.rows.get(number)?.truth ?? "not recorded"} ${Math.round((time.now - calm) / 1000)} s after the trouble: ${checker.rows.get(number)?.progress}`,
        );
      }
      if (late.length > 0) return;
      this.step();
    }
  }

  private lives(): void {
    const { checker, plan, time } = this.world;
    this.plans();
    while (time.now < plan.trouble && !this.isOver) this.step();
    this.clear();
    const calm = time.now;
    const bounds = new Map(
      plan.intents.map((intent) => {
        const there = this.world.network.gateway.ledger.findRow(
          { mchId: intent.mchId },
          { outRefundNo: intent.number },
        );
        const course = plan.orders[intent.order]?.course ?? [{ status: "SUCCESS", afterMillis: 5000 }];
        const ends = course.find(({ status }) => status !== "NOTSURE")?.afterMillis ?? 0;
        const result = there === undefined ? ends : there.acceptedAt + ends - (time.start + time.now);
        return [intent.number, boundOf(plan, checker.rows.get(intent.number), result, course as never)];
      }),
    );
    this.ends("", (number) => bounds.get(number) ?? 0, calm);
    // What passes may have hidden what a refund waits for as well.
    this.ends("held", (number) => longestHold + (bounds.get(number) ?? 0), calm);
    // Events are told a little later.
    const ended = time.now;
    const within = 10 * plan.poll;
    while (time.now < ended + within && !this.isOver && !(time.now > ended + 2000 && checker.isTold)) this.step();
    if (!this.isOver) checker.end();
  }
}

export interface Options {
  /** Hears what happens. */
  readonly trace?: ((line: string) => void) | undefined;
  /** Goes on until this invariant is broken, whatever others are. */
  readonly only?: string | undefined;
  /** Few refunds, and soon calm. */
  readonly small?: boolean | undefined;
}

/** Lives one seed. */
export const live = (seed: number, { only, small, trace }: Options = {}): Lived =>
  new Life(new World(planOf(seed, small), trace), only).run();
