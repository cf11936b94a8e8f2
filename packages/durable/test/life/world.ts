/**
 * The world of a simulation: one store, one gateway, processes that start, stand still and die, and what goes wrong with statements and
 * clocks. Who wants what of them is in `callers.ts`, when what happens in `life.ts`.
 */
import { Merchants, Transport } from "@wechat-refund/core";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as Redacted from "effect/Redacted";
import * as Schedule from "effect/Schedule";
import * as Scope from "effect/Scope";
import * as SqlClient from "effect/sql/SqlClient";
import { VirtualTime } from "../../../simulator/test/virtualTime.ts";
import * as signals from "../../src/internal/signals.ts";
import * as Events from "../../src/Events.ts";
import * as Maintenance from "../../src/Maintenance.ts";
import * as Migrations from "../../src/Migrations.ts";
import * as Refunds from "../../src/Refunds.ts";
import * as RefundStore from "../../src/RefundStore.ts";
import { Signalling } from "../../src/Signalling.ts";
import * as Worker from "../../src/Worker.ts";
import { Checker, contentOfEvent } from "./checker.ts";
import { Database, type Failure, passing, type Stage } from "./database.ts";
import { Doing, Machine } from "./machine.ts";
import { Network } from "./network.ts";
import { apiKeyOf, appId, type Plan } from "./plan.ts";
import { idOf, points } from "./points.ts";
import { blockOf } from "./speech.ts";

/** A process with everything in it, once it is up. */
export interface Up {
  readonly machine: Machine;
  parts?: {
    readonly refunds: Refunds.Service;
    readonly worker: Worker.Worker["Service"];
    readonly signals: signals.Signals;
    readonly sql: SqlClient.SqlClient;
  };
  /** Where it dies or stands: at the nth time that it comes there. */
  trap:
    | { readonly at: string; left: number; readonly act: "crash" | "pause" | "power"; readonly millis: number }
    | undefined;
}

export const doing = (what: string) => Effect.provideService(Doing, what);
const minute = 60_000;

export class World {
  readonly plan: Plan;
  readonly time = new VirtualTime();
  readonly checker: Checker;
  readonly database: Database;
  readonly network: Network;
  readonly ups: Array<Up> = [];
  readonly points: Record<string, number> = {};
  /** What is no process of ours: the way to the gateway. */
  readonly outside: Machine;
  readonly trace: ((line: string) => void) | undefined;
  born = 0;
  calm = false;
  hasMoved = false;
  migrated = false;
  /** An older state of the store was put back, and not everybody knows: by whom it is told. */
  restoring: "nobody" | Machine | undefined;
  away: { until: number; readonly what: "server" | "writes" } | undefined;
  wallFrozen: number | undefined;
  settled = false;

  constructor(plan: Plan, trace?: (line: string) => void) {
    this.plan = plan;
    this.trace = trace;
    this.checker = new Checker(
      plan,
      this.time,
      () => this.wall(),
      () => this.network,
    );
    const point = (machine: Machine, name: string): void => this.point(machine, name);
    this.database = new Database(
      {
        time: this.time,
        fails: (stage, what) => this.fails(stage, what),
        point,
        committed: () => this.checker.committed(this.migrated),
      },
      plan.deadRollback,
    );
    this.outside = this.machine("world");
    this.network = new Network(plan, this.time, this.outside, point, {
      leaves: (call) => {
        this.log(`${call.machine.name} ${call.protocol} ${call.what} ${call.number}`);
        this.checker.leaves(call);
      },
      heard: (said, outcome, isCopy) => {
        this.log(`gateway hears ${said.protocol} ${said.what} ${said.fields.get("out_refund_no")}: ${outcome}`);
        this.checker.heard(said, outcome, isCopy);
      },
    });
  }

  private wall(): number {
    return this.wallFrozen ?? this.time.wallOffset + this.time.now;
  }

  log(line: string): void {
    this.trace?.(`${String(this.time.now).padStart(8)} ${line}`);
  }

  machine(name: string): Machine {
    return new Machine(name, {
      time: this.time,
      wall: () => this.wall(),
      random: this.plan.random,
      logged: (machine, level, message) => {
        this.log(`${machine.name} ${level}: ${message}`);
        this.checker.printed(message);
        // What is not told as a failure is a mistake of the product's.
        this.checker.is(!/defect|a step failed/.test(message) || message.includes("SqlError"), "defect", () =>
          message.slice(0, 600),
        );
      },
    });
  }

  // What goes wrong

  fails(stage: Stage, what: string): Failure | undefined {
    const { plan, time } = this;
    if (this.calm || what === "calm") return undefined;
    if (this.away !== undefined && time.now < this.away.until) {
      if (this.away.what === "server") return { error: "lost", broken: true };
      if (stage === "write") return { error: "read-only" };
      return undefined;
    }
    if (!plan.has("statements") || plan.random() >= plan.statements * (stage === "COMMIT" ? 4 : 1)) return undefined;
    if (stage === "ROLLBACK" || stage === "SAVEPOINT") return undefined;
    this.log(`a ${stage} of ${what} fails`);
    const kind = plan.random();
    if (what === "restored") return { error: "lost", broken: true };
    if (kind < 0.25) return { error: "lost", broken: true, ran: stage === "COMMIT" || plan.random() < 0.5 };
    if (kind < 0.5 && stage === "COMMIT") return { error: "lost", broken: true };
    if (kind < 0.65) return { error: "busy", wait: 5500 };
    if (kind < 0.8) return { error: "serialisation" };
    return stage === "write" ? { error: "full", undone: true } : { error: "serialisation" };
  }

  point(machine: Machine, name: string): void {
    const up = this.ups.find((one) => one.machine === machine);
    const trap = up?.trap;
    if (up === undefined || trap === undefined || trap.at !== name || this.calm) return;
    if (--trap.left > 0) return;
    up.trap = undefined;
    const id = trap.act === "pause" ? "C22" : trap.act === "power" ? "D07" : (idOf(name) ?? name);
    this.points[id] = (this.points[id] ?? 0) + 1;
    this.log(`${machine.name} ${trap.act} at ${name}`);
    if (trap.act === "pause") this.stand(machine, trap.millis);
    else if (trap.act === "crash") this.crash(machine);
    else for (const one of this.ups.slice()) this.crash(one.machine);
  }

  crash(machine: Machine): void {
    if (machine.state === "dead") return;
    machine.crash();
    this.database.gone(machine);
    this.log(`${machine.name} is dead`);
    this.ups.splice(
      this.ups.findIndex((one) => one.machine === machine),
      1,
    );
    this.time.after(this.calm ? 500 : this.plan.between(500, 15_000), () => this.boot());
  }

  stand(machine: Machine, millis: number): void {
    machine.pause();
    this.checker.stood(machine);
    this.database.stands(machine);
    this.time.after(millis, () => {
      this.checker.stood(machine);
      machine.goOn();
    });
  }

  // Processes

  boot(): void {
    const { plan } = this;
    if (this.settled || this.ups.length >= plan.machines) return;
    const machine = this.machine(`p${++this.born}`);
    const up: Up = { machine, trap: undefined };
    this.ups.push(up);
    if (!this.calm && plan.random() < 0.8) {
      const [crashes, pauses, power] = [plan.has("crashes"), plan.has("pauses"), plan.has("power")];
      const acts = [
        ...(crashes ? (["crash", "crash", "crash"] as const) : []),
        ...(pauses ? (["pause", "pause"] as const) : []),
        ...(power ? (["power"] as const) : []),
      ];
      const act = acts.length === 0 ? undefined : plan.pick(acts);
      const millis = plan.pick([1500, plan.lease * 0.9, plan.lease * 1.5, plan.lease * 3]);
      if (act !== undefined) {
        const at =
          act === "power"
            ? plan.pick(["work: COMMIT", "work: committed", "start: COMMIT"])
            : act === "pause" && plan.random() < 0.5
              ? plan.pick(["granted", "begun", "answered"])
              : plan.pick(plan.pick(points).at);
        up.trap = { at, left: at.startsWith("work") ? plan.between(1, 40) : plan.between(1, 3), act, millis };
        if (at === "asleep") this.time.after(plan.between(0, plan.trouble / 2), () => this.point(machine, "asleep"));
      }
    }
    this.log(
      `${machine.name} starts${up.trap === undefined ? "" : `, ${up.trap.act} at ${up.trap.at} × ${up.trap.left}`}`,
    );
    const at = (name: string): Effect.Effect<void> =>
      Effect.suspend(() => {
        this.point(machine, name);
        return passing(machine);
      });
    const entries = plan.mchIds.map((mchId) => this.entry(machine, mchId));
    const sql = this.database.client(machine);
    const tell = (told: string): Effect.Effect<void> =>
      Effect.sync(() => {
        if (!plan.has("signals")) return;
        for (const other of this.ups) {
          if (other !== up) other.machine.enter(() => other.parts?.signals.hear(told));
        }
      });
    const program = Effect.gen({ self: this }, function* () {
      if (!this.migrated) {
        yield* Migrations.migrate("the store").pipe(doing("migrate"));
        yield* sql`CREATE TABLE IF NOT EXISTS shop_orders (number TEXT PRIMARY KEY)`.pipe(doing("migrate"));
        this.checker.over(this.database.database);
        this.migrated = true;
      }
      const store = yield* RefundStore.make;
      while (this.restoring instanceof Machine && this.restoring.state !== "dead") yield* Effect.sleep(500);
      if (this.restoring !== undefined) {
        this.restoring = machine;
        yield* Maintenance.restored({ by: "somebody", reason: "a backup was put back" }).pipe(
          Effect.provideService(RefundStore.RefundStore, store),
          doing("restored"),
        );
        this.restoring = undefined;
        this.log(`${machine.name} has told that the store was restored`);
      }
      const merchants = yield* Merchants.make(entries);
      const heard = signals.make(tell);
      const provided = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
        effect.pipe(
          Effect.provideService(RefundStore.RefundStore, store),
          Effect.provideService(Merchants.Merchants, merchants),
          Effect.provideService(Signalling, heard),
        );
      const refunds = yield* provided(Refunds.make());
      const events = yield* provided(Events.make({ poll: plan.poll })).pipe(doing("events"));
      const worker = yield* provided(
        Worker.make({ owner: machine.name, lease: plan.lease, poll: plan.poll, limit: plan.limit, drain: 5000, at }),
      );
      up.parts = { refunds, worker, signals: heard, sql };
      yield* Effect.forkScoped(
        events
          .consume("shop", (event) =>
            Effect.gen({ self: this }, function* () {
              yield* at("events: handling");
              this.checker.event(event.position, contentOfEvent(event));
              yield* at("events: handled");
            }),
          )
          .pipe(Effect.retry(Schedule.spaced("1 second")), Effect.ignore, doing("events")),
      );
      return yield* Effect.never;
    }).pipe(
      Effect.provideService(SqlClient.SqlClient, sql),
      Effect.provideService(Scope.Scope, Scope.makeUnsafe()),
      // Whoever cannot come up is started again.
      Effect.catchCause((cause) =>
        Effect.sync(() => {
          this.log(`${machine.name} cannot start: ${String(cause)}`);
          this.checker.is(
            String(cause).includes("SqlError"),
            "defect",
            () => `a process cannot start: ${String(cause)}`,
          );
          this.crash(machine);
        }),
      ),
    );
    machine.run(program);
  }

  /** A merchant as this process is told of it when it starts. */
  private entry(machine: Machine, mchId: string): Merchants.Entry {
    const speech = this.plan.speech.get(mchId);
    const transport = this.network.transport(machine, mchId);
    const v2 = {
      appId,
      mchId,
      apiKey: Redacted.make(apiKeyOf(mchId)),
      transport: Layer.succeed(Transport.Transport, transport),
    };
    if (speech === undefined) return { name: mchId, v2 };
    const v3 = blockOf(mchId, speech, this.network.gateway.platform.publicKey(mchId), transport);
    return { name: mchId, ...(speech.hasV2 && { v2 }), v3, protocol: this.hasMoved ? speech.later : speech.first };
  }

  /** Those that move from one protocol to the other: from now on processes start so, and those that run are started again. */
  move(): void {
    if (this.hasMoved) return;
    this.hasMoved = true;
    this.log("merchants move");
    for (const up of this.ups.slice()) this.time.after(this.plan.between(0, 8000), () => this.stop(up));
  }

  /** It is told to stop, and ends when it has. */
  stop(up: Up): void {
    const { machine, parts } = up;
    if (parts === undefined) return this.crash(machine);
    this.log(`${machine.name} is told to stop`);
    machine.run(
      Effect.andThen(
        Effect.ignore(parts.worker.drain),
        Effect.sync(() => this.crash(machine)),
      ),
    );
  }

  /** A process that runs, any of them. */
  any(): Up | undefined {
    const running = this.ups.filter(({ machine, parts }) => machine.state === "runs" && parts !== undefined);
    return running.length === 0 ? undefined : this.plan.pick(running);
  }

  jump(): void {
    const hour = 60 * minute;
    const years = 10 * 365 * 24 * hour;
    const by = this.plan.pick([hour, -hour, years, years, undefined]);
    this.checker.jumps++;
    this.log(`the clock ${by === undefined ? "stands" : `jumps ${by / hour} h`}`);
    if (by === undefined) this.wallFrozen = this.time.wallOffset + this.time.now;
    else {
      this.wallFrozen = undefined;
      this.time.wallOffset = this.time.start + by;
    }
  }
}
