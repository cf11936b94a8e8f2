/**
 * One simulation of refunds' lives: the real drivers over one database in memory, in virtual time, with all that a seed has in store for
 * them; then nothing goes wrong any more, and everything must end. The invariants are judged by `Checker` all the while.
 */
import { Merchants, Transport } from "@wechat-refund/core";
import type { Refund } from "@wechat-refund/core";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as Redacted from "effect/Redacted";
import * as Result from "effect/Result";
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
import { boundOf } from "./bound.ts";
import { type Broken, Checker, contentOfEvent, finals } from "./checker.ts";
import { Database, type Failure, passing, type Stage } from "./database.ts";
import { Doing, GoesRound, Machine } from "./machine.ts";
import { Network } from "./network.ts";
import { apiKeyOf, appId, type Intent, type Plan, planOf } from "./plan.ts";
import { idOf, points } from "./points.ts";
import { forged } from "./forged.ts";

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

/** A process with everything in it, once it is up. */
interface Up {
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

const doing = (what: string) => Effect.provideService(Doing, what);
const minute = 60_000;

class Life {
  readonly plan: Plan;
  readonly time = new VirtualTime();
  readonly checker: Checker;
  readonly database: Database;
  readonly network: Network;
  readonly ups: Array<Up> = [];
  readonly points: Record<string, number> = {};
  readonly world: Machine;
  private readonly trace: ((line: string) => void) | undefined;
  private readonly only: string | undefined;
  private born = 0;
  private calm = false;
  private migrated = false;
  /** An older state of the store was put back, and not everybody knows: by whom it is told. */
  private restoring: "nobody" | Machine | undefined;
  private away: { until: number; readonly what: "server" | "writes" } | undefined;
  private wallFrozen: number | undefined;
  private settled = false;

  constructor(plan: Plan, trace?: (line: string) => void, only?: string) {
    this.plan = plan;
    this.trace = trace;
    this.only = only;
    this.checker = new Checker(plan, this.time, () => this.network);
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
    this.world = this.machine("world");
    this.network = new Network(plan, this.time, this.world, point, {
      leaves: (call) => {
        this.log(`${call.machine.name} ${call.what} ${call.number}`);
        this.checker.leaves(call);
      },
      heard: (fields, isSend, outcome, isCopy) => {
        this.log(`gateway hears ${isSend ? "send" : "ask"} ${fields.get("out_refund_no")}: ${outcome}`);
        this.checker.heard(fields, isSend, outcome, isCopy);
      },
    });
  }

  log(line: string): void {
    this.trace?.(`${String(this.time.now).padStart(8)} ${line}`);
  }

  private machine(name: string): Machine {
    return new Machine(name, {
      time: this.time,
      wall: () => this.wallFrozen ?? this.time.wallOffset + this.time.now,
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

  private fails(stage: Stage, what: string): Failure | undefined {
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
    if (kind < 0.35) return { error: "lost", broken: true, ran: stage === "COMMIT" || plan.random() < 0.5 };
    if (kind < 0.5 && stage === "COMMIT") return { error: "lost", broken: true };
    if (kind < 0.65) return { error: "busy", wait: 5500 };
    if (kind < 0.8) return { error: "serialisation" };
    return stage === "write" ? { error: "full", undone: true } : { error: "serialisation" };
  }

  private point(machine: Machine, name: string): void {
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
    else for (const one of [...this.ups]) this.crash(one.machine);
  }

  private crash(machine: Machine): void {
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

  private stand(machine: Machine, millis: number): void {
    machine.pause();
    this.checker.stood(machine);
    this.database.stands(machine);
    this.time.after(millis, () => {
      this.checker.stood(machine);
      machine.goOn();
    });
  }

  // Processes

  private boot(): void {
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
    const entries = plan.mchIds.map((mchId) => ({
      name: mchId,
      v2: {
        appId,
        mchId,
        apiKey: Redacted.make(apiKeyOf(mchId)),
        transport: Layer.succeed(Transport.Transport, this.network.transport(machine, mchId)),
      },
    }));
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

  /** A process that runs, any of them. */
  private any(): Up | undefined {
    const running = this.ups.filter(({ machine, parts }) => machine.state === "runs" && parts !== undefined);
    return running.length === 0 ? undefined : this.plan.pick(running);
  }

  // Callers

  private act<A, E>(
    what: string,
    program: (up: Required<Up>) => Effect.Effect<A, E>,
    told: (result: Result.Result<A, E>) => void,
  ): boolean {
    const up = this.any();
    if (up?.parts === undefined) return false;
    const { machine } = up;
    machine.run(
      Effect.suspend(() => program(up as Required<Up>)).pipe(
        doing(what),
        Effect.result,
        Effect.flatMap((result) => {
          this.point(machine, `${what}: answer`);
          return Effect.andThen(
            passing(machine),
            Effect.sync(() => told(result)),
          );
        }),
        Effect.catchDefect((defect) =>
          Effect.sync(() => this.checker.is(false, "defect", () => `${what}: ${String(defect)}`)),
        ),
      ),
    );
    return true;
  }

  private request({ fee, mchId: _, number, order, totalFee }: Intent): Refund.RefundRequest {
    return {
      order: { outTradeNo: `T-${order}` },
      outRefundNo: number,
      totalFee,
      refundFee: fee,
      refundDesc: "商品已售完",
    };
  }

  /** Asks for it until somebody says that it is recorded. */
  private want(intent: Intent): void {
    const { checker, plan } = this;
    const { attempted, inTransaction, mchId, number } = intent;
    if (this.settled || checker.acknowledged.has(number)) return;
    const again = (): void => void this.time.after(plan.between(500, 4000), () => this.want(intent));
    let open = true;
    const is = this.act(
      "start",
      ({ parts: { refunds, sql } }) => {
        const start = refunds.start(mchId, this.request(intent), { attempted });
        if (!inTransaction) return start;
        return sql
          .withTransaction(
            Effect.andThen(sql`INSERT INTO shop_orders (number) VALUES (${number}) ON CONFLICT DO NOTHING`, start),
          )
          .pipe(
            // A rollback that fails says so as a defect.
            Effect.catchDefect((defect) => Effect.fail(defect as never)),
          );
      },
      (result) => {
        open = false;
        if (Result.isFailure(result)) {
          checker.printed(String(result.failure));
          this.log(`start of ${number} failed: ${String(result.failure)}`);
          return again();
        }
        checker.acknowledged.add(number);
        checker.revived.delete(number);
        checker.is(checker.rows.has(number), "I8", () => `${number} is acknowledged before it is committed`);
        this.log(`${number} is acknowledged`);
        if (plan.has("conflicts")) this.time.after(plan.between(0, 20_000), () => this.other(intent));
      },
    );
    if (!is) return again();
    // Who gets no answer asks again.
    this.time.after(8000, () => {
      if (open) again();
    });
  }

  /** The same number again: with the same fields, and with others. */
  private other(intent: Intent): void {
    const { checker } = this;
    const { mchId, number } = intent;
    const isSame = this.plan.random() < 0.5;
    const request = this.request(intent);
    const changed = isSame
      ? request
      : this.plan.pick([
          { ...request, refundFee: intent.fee - 1 },
          { ...request, order: { outTradeNo: "T-other" } },
          { ...request, refundDesc: "别的" },
        ]);
    this.act(
      isSame ? "start" : "other",
      ({ parts: { refunds } }) => refunds.start(mchId, changed),
      (result) => {
        if (Result.isFailure(result)) {
          const { _tag } = result.failure;
          checker.is(
            _tag === "SqlError" || (!isSame && _tag === "OtherRefund"),
            "I14",
            () => `${number} again: ${_tag}`,
          );
          return;
        }
        checker.is(isSame, "I14", () => `${number} was recorded twice, with other fields`);
        checker.is(
          result.success.outRefundNo === number && result.success.refundFee === intent.fee,
          "I14",
          () => `${number} is another refund`,
        );
      },
    );
  }

  private operate(): void {
    const { plan } = this;
    const intent = plan.pick(plan.intents);
    const person = { by: "somebody", reason: "a test" };
    const acts = ["cancel", "goOn", "goOn", "resolve", "pause", "resume", "startAgain"] as const;
    const act = plan.pick(acts);
    if (act === "resolve" && plan.random() < 0.7) return;
    this.act(
      act,
      ({ parts: { refunds } }): Effect.Effect<unknown, { readonly _tag: string }> => {
        if (act === "pause") return refunds.pause(intent.mchId, person);
        if (act === "resume") return refunds.resume(intent.mchId);
        return refunds[act](intent.mchId, intent.number, person);
      },
      (result) => {
        this.log(`${act} ${intent.number}: ${Result.isFailure(result) ? result.failure._tag : "done"}`);
        if (Result.isSuccess(result) || ["SqlError", "NotPermitted", "UnknownRefund"].includes(result.failure._tag))
          return;
        this.checker.is(false, "defect", () => `${act}: ${String(result.failure)}`);
      },
    );
  }

  /** Posts what the gateway has to tell. */
  private post(): void {
    const { notices } = this.network.gateway;
    const now = this.time.start + this.time.now;
    for (const delivery of notices.take(now)) {
      let open = true;
      const settle = (status: number, body: string): void => {
        if (!open) return;
        open = false;
        notices.settle(delivery, status === 0 ? { failure: "no answer" } : { status, body });
      };
      this.time.after(5000, () => settle(0, ""));
      this.noticed(delivery.url.slice(-10), delivery.body, (isGood) =>
        settle(
          200,
          isGood ? "<xml><return_code>SUCCESS</return_code></xml>" : "<xml><return_code>FAIL</return_code></xml>",
        ),
      );
      if (this.plan.has("forged") && this.plan.random() < 0.5) {
        this.time.after(this.plan.between(0, 60_000), () =>
          this.noticed(this.plan.pick(this.plan.mchIds), delivery.body),
        );
      }
    }
    this.later();
  }

  private nextPost = Infinity;
  private later(): void {
    const next = this.network.gateway.notices.nextAt();
    const at = next === undefined ? Infinity : Math.max(0, next - this.time.start);
    if (at === Infinity || (this.nextPost <= at && this.nextPost > this.time.now)) return;
    this.nextPost = at;
    this.time.after(at - this.time.now, () => {
      this.nextPost = Infinity;
      this.post();
    });
  }

  private noticed(mchId: string, body: Uint8Array, told: (isGood: boolean) => void = () => {}): void {
    this.act(
      "notice",
      ({ parts: { refunds } }) => refunds.notice({ merchant: mchId, body }),
      (result) => {
        if (Result.isFailure(result)) this.checker.printed(String(result.failure));
        told(Result.isSuccess(result));
      },
    );
  }

  // The course of it

  private plans(): void {
    const { plan, time } = this;
    const within = plan.trouble;
    for (let n = 0; n < plan.machines; n++) time.after(plan.between(0, 2000), () => this.boot());
    for (const intent of plan.intents) {
      if (intent.before) this.network.before(intent);
      time.after(intent.at, () => this.want(intent));
    }
    const times = (kind: Parameters<Plan["has"]>[0], most: number, act: () => void): void => {
      if (!plan.has(kind)) return;
      for (let n = plan.between(1, most + 1); n > 0; n--) time.after(plan.between(0, within), act);
    };
    times("operators", 6, () => this.operate());
    times("forged", 6, () => this.noticed(plan.pick(plan.mchIds), forged(plan)));
    times("silence", 2, () => {
      this.network.silentUntil = time.now + plan.pick([2000, 10_000, 40_000]);
    });
    times("outages", 2, () => {
      this.away = {
        until: time.now + plan.pick([300, 3000, 8000, 60_000]),
        what: plan.pick(["server", "server", "writes"]),
      };
      this.log(`the store is away: ${this.away.what}`);
    });
    times("stops", 2, () => {
      const up = this.any();
      if (up?.parts === undefined) return;
      const { machine, parts } = up;
      this.log(`${machine.name} is told to stop`);
      machine.run(
        Effect.andThen(
          Effect.ignore(parts.worker.drain),
          Effect.sync(() => this.crash(machine)),
        ),
      );
    });
    times("pauses", 2, () => {
      const up = this.any();
      if (up !== undefined) this.stand(up.machine, plan.pick([2000, plan.lease * 1.5, plan.lease * 4]));
    });
    times("clock", 2, () => this.jump());
    if (plan.has("backup")) {
      const at = plan.between(0, within);
      time.after(at, () => {
        // Within a transaction no backup sees anything of it; here there is one connection alone.
        if (!this.migrated || this.database.database.isTransaction) return;
        const backup = this.database.backup();
        this.log("a backup is made");
        time.after(plan.between(0, within - at), () => this.restore(backup));
      });
    }
    times("funds", 2, () => this.network.topUp());
  }

  /** D08: everybody is stopped, and an older state of the store put back. */
  private restore(backup: Uint8Array): void {
    const { checker, plan, time } = this;
    if (this.calm) return;
    this.log("the backup is put back");
    this.points["D08"] = (this.points["D08"] ?? 0) + 1;
    for (const { machine } of [...this.ups]) this.crash(machine);
    this.database.restore(backup);
    this.restoring = "nobody";
    checker.over(this.database.database, true);
    for (const intent of plan.intents) {
      if (!checker.acknowledged.has(intent.number) || checker.rows.has(intent.number)) continue;
      // Its caller finds that it is gone, and knows that it may have been sent.
      checker.acknowledged.delete(intent.number);
      time.after(plan.between(0, 10_000), () => this.want({ ...intent, attempted: true }));
    }
  }

  private jump(): void {
    const hour = 60 * minute;
    const by = this.plan.pick([hour, -hour, 10 * 365 * 24 * hour, undefined]);
    this.checker.jumps++;
    this.log(`the clock ${by === undefined ? "stands" : `jumps ${by / hour} h`}`);
    if (by === undefined) this.wallFrozen = this.time.wallOffset + this.time.now;
    else {
      this.wallFrozen = undefined;
      this.time.wallOffset = this.time.start + by;
    }
  }

  /** From now on nothing goes wrong. */
  private clear(): void {
    this.log("calm");
    this.calm = true;
    this.away = undefined;
    this.checker.jumps++;
    this.wallFrozen = undefined;
    this.time.wallOffset = this.time.start;
    this.network.clear();
    for (const up of [...this.ups]) {
      up.trap = undefined;
      if (up.machine.state === "stands") {
        this.checker.stood(up.machine);
        up.machine.goOn();
      }
    }
    while (this.ups.length < this.plan.machines) this.boot();
    for (const mchId of this.plan.mchIds) this.resume(mchId);
  }

  private resume(mchId: string): void {
    const again = (): void => void this.time.after(1000, () => this.resume(mchId));
    const is = this.act(
      "calm",
      ({ parts: { refunds } }) => refunds.resume(mchId),
      (result) => {
        if (Result.isFailure(result)) again();
      },
    );
    if (!is) again();
  }

  private isSettled(number: string): boolean {
    const row = this.checker.rows.get(number);
    return (
      row !== undefined &&
      this.checker.acknowledged.has(number) &&
      (finals.has(row.truth) || row.truth === "NotMade" || row.block !== null)
    );
  }

  private step(): void {
    this.time.advance();
    this.settle();
    this.later();
  }

  private settle(): void {
    for (let more = true; more;) {
      more = this.world.work();
      for (const { machine } of [...this.ups]) more = machine.work() || more;
    }
  }

  private get isOver(): boolean {
    const { broken } = this.checker;
    return this.only === undefined ? broken.length > 0 : broken.some(({ id }) => id === this.only);
  }

  run(): Lived {
    const { checker, plan, time } = this;
    try {
      this.lives();
    } catch (error) {
      if (!(error instanceof GoesRound)) throw error;
      checker.is(false, "I9", () => error.message);
    }
    this.settled = true;
    if (checker.broken.length > 0 && this.trace !== undefined) {
      for (const table of ["refunds", "refund_merchants", "refund_workers"]) {
        for (const row of this.database.database.prepare(`SELECT * FROM ${table}`).all()) this.log(JSON.stringify(row));
      }
    }
    const ends: Record<string, number> = {};
    for (const { block, truth } of checker.rows.values()) {
      const end = block === null ? truth : `${truth} (${block})`;
      ends[end] = (ends[end] ?? 0) + 1;
    }
    this.database.database.close();
    return {
      seed: plan.seed,
      broken: checker.broken,
      points: this.points,
      ends,
      calls: this.network.gateway.log.total(),
      millis: time.now,
    };
  }

  private lives(): void {
    const { checker, plan, time } = this;
    this.plans();
    while (time.now < plan.trouble && !this.isOver) this.step();
    this.clear();
    const calm = time.now;
    const bounds = new Map(
      plan.intents.map((intent) => {
        const there = this.network.gateway.ledger.findRow({ mchId: intent.mchId }, { outRefundNo: intent.number });
        const course = plan.orders[intent.order]?.course ?? [{ status: "SUCCESS", afterMillis: 5000 }];
        const ends = course.find(({ status }) => status !== "NOTSURE")?.afterMillis ?? 0;
        const result = there === undefined ? ends : there.acceptedAt + ends - (time.start + time.now);
        return [intent.number, boundOf(plan, checker.rows.get(intent.number), result, course as never)];
      }),
    );
    const late = new Set<string>();
    for (;;) {
      if (this.isOver) break;
      const open = plan.intents.filter(({ number }) => !this.isSettled(number));
      if (open.length === 0) break;
      if (open.some(({ number }) => late.has(number))) break;
      for (const { number } of open) {
        const bound = bounds.get(number) ?? 0;
        if (time.now - calm > bound) late.add(number);
        checker.is(
          time.now - calm <= bound,
          "I9",
          () =>
            `${number} is ${checker.rows.get(number)?.truth ?? "not recorded"} ${Math.round((time.now - calm) / 1000)} s after the trouble: ${checker.rows.get(number)?.progress}`,
        );
      }
      this.step();
    }
    // Events are told a little later.
    const ended = time.now;
    while (time.now < ended + 3 * plan.poll + 2000 && !this.isOver) this.step();
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
  new Life(planOf(seed, small), trace, only).run();
