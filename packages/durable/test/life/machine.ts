/**
 * A process of the simulation: its fibers run on a scheduler of their own, so that all of them can stop for ever (`crash`) or for a while
 * (`pause`), as SIGKILL and SIGSTOP do it. Whatever comes from outside, such as a time, a reply or a lock, comes through `enter`.
 */
import * as Clock from "effect/Clock";
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Logger from "effect/Logger";
import * as Random from "effect/Random";
import * as References from "effect/References";
import * as Scheduler from "effect/Scheduler";
import type { VirtualTime } from "../../../simulator/test/virtualTime.ts";

/** What the code that runs is at work for: a name of a caller's act, or of a part of the product. */
export const Doing = Context.Reference<string>("@wechat-refund/durable/test/Doing", { defaultValue: () => "work" });

/** More tasks than any step has, at one time: nothing moves on. */
const most = 20_000;

/** A process that is busy for ever, at one moment. */
export class GoesRound extends Error {}

export interface Surroundings {
  readonly time: VirtualTime;
  readonly wall: () => number;
  readonly random: () => number;
  readonly logged: (machine: Machine, level: string, message: string) => void;
}

export class Machine {
  readonly name: string;
  state: "runs" | "stands" | "dead" = "runs";
  /** Told once, when it dies. */
  readonly died: Array<() => void> = [];
  private tasks: Array<() => void> = [];
  private at = 0;
  private readonly context: Context.Context<never>;

  constructor(name: string, { logged, random, time, wall }: Surroundings) {
    this.name = name;
    const sleep = (millis: number): Effect.Effect<void> =>
      millis === Infinity
        ? Effect.never
        : Effect.callback<void>((resume) => {
            const forget = time.after(millis, () => this.enter(() => resume(Effect.void)));
            return Effect.sync(forget);
          });
    const scheduler: Scheduler.Scheduler = {
      executionMode: "async",
      shouldYield: (fiber) => fiber.currentOpCount >= 2048,
      makeDispatcher: () => ({ scheduleTask: (task) => this.enter(task), flush: () => {} }),
    };
    const logger = Logger.make<unknown, void>(({ cause, logLevel, message }) => {
      const words = (Array.isArray(message) ? message : [message]).map((word) =>
        typeof word === "string" ? word : String(word instanceof Error ? word.stack : JSON.stringify(word)),
      );
      logged(this, logLevel, `${words.join(" ")}${cause.reasons.map((reason) => ` ${String(told(reason))}`).join("")}`);
    });
    this.context = Context.empty().pipe(
      Context.add(Clock.Clock, time.clockOf(wall, sleep)),
      Context.add(Scheduler.Scheduler, scheduler),
      Context.add(Random.Random, {
        nextDoubleUnsafe: random,
        nextIntUnsafe: () => Math.floor((random() - 0.5) * 2 * Number.MAX_SAFE_INTEGER),
      }),
      Context.add(Logger.CurrentLoggers, new Set([logger])),
      Context.add(References.MinimumLogLevel, "Info"),
      Context.add(References.TracerEnabled, false),
    ) as Context.Context<never>;
  }

  /** Runs in it, when it next may. */
  enter(task: () => void): void {
    if (this.state !== "dead") this.tasks.push(task);
  }

  /** Nobody waits for it: what it dies of is told. */
  run<A, E>(effect: Effect.Effect<A, E>): void {
    const told = Effect.catchCause(effect, (cause) => Effect.logError("a defect of the simulation", cause));
    this.enter(() => Effect.runForkWith(this.context)(told));
  }

  crash(): void {
    if (this.state === "dead") return;
    this.state = "dead";
    this.tasks = [];
    this.at = 0;
    for (const tell of this.died) tell();
  }

  pause(): void {
    if (this.state === "runs") this.state = "stands";
  }

  goOn(): void {
    if (this.state === "stands") this.state = "runs";
  }

  get isBusy(): boolean {
    return this.state === "runs" && this.at < this.tasks.length;
  }

  /** Runs until it waits, stands or is dead. Tells whether it did anything. */
  work(): boolean {
    if (!this.isBusy) return false;
    for (let done = 0; this.isBusy; done++) {
      if (done > most) throw new GoesRound(`${this.name} goes round and round`);
      const task = this.tasks[this.at++];
      task?.();
      if (this.at > 1000) {
        this.tasks.splice(0, this.at);
        this.at = 0;
      }
    }
    if (this.at >= this.tasks.length) {
      this.tasks = [];
      this.at = 0;
    }
    return true;
  }
}

const told = (reason: unknown): unknown => {
  if (typeof reason !== "object" || reason === null) return reason;
  const value = "error" in reason ? reason.error : "defect" in reason ? reason.defect : reason;
  return value instanceof Error ? (value.stack ?? value.message) : value;
};
