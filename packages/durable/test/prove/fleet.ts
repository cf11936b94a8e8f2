/**
 * The parent of the processes that are proved: it starts them again when they end, as a supervisor does, hands refunds and notices to
 * whoever lives, and keeps what it was told, to be compared with the store in the end.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { setTimeout } from "node:timers/promises";
import type { Events } from "@wechat-refund/durable";
import type { Notice, Running } from "../../../simulator/test/prove/gateway.ts";
import { refundOf } from "../../../simulator/test/prove/refunds.ts";
import type { Arm, Go, Order, Said } from "./child.ts";

const program = fileURLToPath(new URL("child.ts", import.meta.url));
/** Many are started, and compiling what they import is most of what that costs. */
const env = {
  ...process.env,
  NODE_COMPILE_CACHE: fileURLToPath(new URL("../../node_modules/.cache/compiled", import.meta.url)),
};

interface Process {
  readonly child: ChildProcess;
  readonly waiting: Map<number, (said: { readonly wrong?: string; readonly value?: number }) => void>;
  /** Its first message: from there on it hears a signal, which would else end it at once. */
  readonly loaded: Promise<unknown>;
  readonly gone: Promise<unknown>;
  said: string;
}

interface Member extends Process {
  readonly slot: number;
  ready: boolean;
  stopped: boolean;
  /** When it was killed or told to go. */
  doomed: boolean;
}

/** What the parent was told, whoever told it. */
export interface Told {
  /** Numbers whose `start` was answered. */
  readonly acknowledged: Set<string>;
  /** By position. */
  readonly events: Array<Events.Event>;
  /** How long after it was written each came here, in ms. */
  readonly delays: Array<number>;
  /** The newest truth of each number, by the events, and when it came to be known here. */
  readonly truths: Map<string, { readonly truth: string; readonly at: number }>;
  readonly wrong: Array<string>;
}

export const nothingTold = (): Told => ({
  acknowledged: new Set(),
  events: [],
  delays: [],
  truths: new Map(),
  wrong: [],
});

export interface Options {
  readonly size: number;
  readonly go: Omit<Go, "consumes">;
  readonly told: Told;
  /** Events are handed over by the first of them. */
  readonly tellAgain: Running["tell"];
}

/** How long a process may leave a question without an answer. */
const patience = 8000;

const finals: ReadonlySet<string> = new Set(["Succeeded", "Closed", "Rejected", "Resolved"]);

export class Fleet {
  readonly exits: Array<string> = [];
  private readonly members: Array<Member> = [];
  private readonly options: Options;
  private standby: Process;
  private ids = 0;
  private running = true;

  constructor(options: Options) {
    this.options = options;
    this.standby = this.spawn();
    for (let slot = 0; slot < options.size; slot++) this.deploy(slot);
  }

  private spawn(): Process {
    const child = fork(program, [], { env, execArgv: [], stdio: ["ignore", "pipe", "pipe", "ipc"] });
    const gone = once(child, "exit");
    const loaded = Promise.race([once(child, "message"), gone]);
    const made: Process = { child, waiting: new Map(), loaded, gone, said: "" };
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (chunk: Buffer) => void (made.said = `${made.said}${chunk.toString()}`.slice(-200_000)));
    }
    child.on("error", () => {});
    return made;
  }

  private deploy(slot: number): void {
    const fresh = this.standby;
    this.standby = this.spawn();
    const member: Member = Object.assign(fresh, { slot, ready: false, stopped: false, doomed: false });
    this.members[slot] = member;
    const { child } = member;
    child.on("message", (said: Said) => this.heard(member, said));
    this.send(member, { go: { ...this.options.go, consumes: slot === 0 } });
    child.once("exit", (code, signal) => {
      member.ready = false;
      for (const answer of member.waiting.values()) answer({ wrong: "the process is gone" });
      member.waiting.clear();
      if (!member.doomed && signal !== "SIGKILL")
        this.exits.push(`${signal ?? code}${/ended: .*/.exec(member.said)?.[0] ?? ""}`);
      if (this.running) void this.again(slot, signal === null ? 200 : 0);
    });
  }

  private async again(slot: number, pause: number): Promise<void> {
    if (pause > 0) await setTimeout(pause);
    if (this.running) this.deploy(slot);
  }

  private send(member: Process, order: Order): void {
    if (member.child.connected) member.child.send(order, () => {});
  }

  private heard(member: Member, said: Said): void {
    if ("loaded" in said) return;
    if ("ready" in said) member.ready = true;
    else if ("event" in said) {
      this.event(said.event);
      this.send(member, { acknowledge: said.event.position });
    } else {
      member.waiting.get(said.done)?.(said);
      member.waiting.delete(said.done);
    }
  }

  private event(event: Events.Event): void {
    const { delays, events, truths, wrong } = this.options.told;
    const { outRefundNo, position, truth } = event;
    const before = events[position - 1];
    if (before !== undefined) {
      if (JSON.stringify(before) !== JSON.stringify(event)) wrong.push(`event ${position} came with other content`);
      return;
    }
    if (position !== events.length + 1) wrong.push(`event ${position} came after ${events.length}`);
    const known = truths.get(outRefundNo);
    if (known?.truth !== event.fromTruth) {
      wrong.push(`${outRefundNo}: an event from ${event.fromTruth} after one to ${known?.truth}`);
    }
    if (known !== undefined && finals.has(known.truth)) wrong.push(`${outRefundNo}: an event after the last`);
    events[position - 1] = event;
    delays[position - 1] = Date.now() - event.at;
    truths.set(outRefundNo, { truth, at: Date.now() });
  }

  /** Those that can be spoken to. */
  get alive(): ReadonlyArray<number> {
    return this.members.filter(({ ready, stopped }) => ready && !stopped).map(({ slot }) => slot);
  }

  /** Everything that the processes of now have written. */
  get said(): string {
    return this.members.map(({ said }) => said).join("");
  }

  /** Waits until all of them work. */
  async up(): Promise<void> {
    while (this.alive.length < this.options.size) await setTimeout(20);
  }

  /** Asks one that is alive, of these if there are any given; fails where it does not answer. */
  async ask(order: (id: number) => Order, slot?: number, within = patience): Promise<number | undefined> {
    const { alive } = this;
    const member = this.members[slot ?? alive[this.ids % Math.max(1, alive.length)] ?? 0];
    if (member === undefined || !member.ready) throw new Error("nobody is there");
    const id = ++this.ids;
    const answered = new Promise<{ readonly wrong?: string; readonly value?: number }>((resolve) => {
      member.waiting.set(id, resolve);
    });
    this.send(member, order(id));
    const given = await Promise.race([answered, setTimeout(within, { wrong: "no answer" }, { ref: false })]);
    member.waiting.delete(id);
    if (given.wrong !== undefined) throw new Error(given.wrong);
    return "value" in given ? given.value : undefined;
  }

  /** As an application that repeats what was not answered, until it is, or until nobody is there any more. Tells which. */
  async persist(order: (id: number) => Order, pause = 100): Promise<boolean> {
    for (let wait = pause; this.running; wait = Math.min(3000, wait * 2)) {
      try {
        await this.ask(order);
        return true;
      } catch {
        await setTimeout(wait * (0.5 + Math.random() / 2));
      }
    }
    return false;
  }

  /** Starts a refund, again and again until that is answered. */
  async start(n: number): Promise<void> {
    if (!(await this.persist((id) => ({ id, start: n })))) return;
    this.options.told.acknowledged.add(refundOf(n).outRefundNo);
  }

  notice({ body, mchId }: Notice): Promise<boolean> {
    return this.persist((id) => ({ id, notice: { mchId, body } }), 500);
  }

  kill(slot: number): Promise<unknown> {
    const member = this.members[slot];
    if (member === undefined) throw new Error(`no process ${slot}`);
    member.doomed = true;
    member.ready = false;
    member.child.kill("SIGKILL");
    return member.gone;
  }

  /** All are to stop at a point; completes when one has, and the others are to go on. Tells whether one did. */
  async dieAt(arm: Arm, within: number): Promise<boolean> {
    const all = [...this.members];
    for (const member of all) {
      member.doomed = true;
      this.send(member, { arm });
    }
    const died = await Promise.race([
      ...all.map(({ gone }) => gone.then(() => true)),
      setTimeout(within, false, { ref: false }),
    ]);
    for (const member of all) {
      if (member.child.exitCode !== null || member.child.signalCode !== null) continue;
      this.send(member, { arm: undefined });
      member.doomed = false;
    }
    return died;
  }

  signal(slot: number, signal: "SIGSTOP" | "SIGCONT"): void {
    const member = this.members[slot];
    if (member === undefined) return;
    member.stopped = signal === "SIGSTOP";
    member.child.kill(signal);
  }

  /** Waits until events have told that all of these are over; meanwhile they are told of again. Gives those that are not. */
  async settled(numbers: ReadonlyArray<string>, within: number): Promise<ReadonlyArray<string>> {
    const { tellAgain, told } = this.options;
    const until = Date.now() + within;
    const open = () => numbers.filter((number) => !finals.has(told.truths.get(number)?.truth ?? ""));
    for (let turn = 1; open().length > 0 && Date.now() < until; turn++) {
      await setTimeout(100);
      if (turn % 10 === 0) tellAgain({ tellAgain: open() });
    }
    return open();
  }

  /** Waits until events have told that these were sent and accepted. */
  async reached(all: ReadonlyArray<number>, { truths }: Told, within: number): Promise<void> {
    const until = Date.now() + within;
    const isOpen = (n: number) => {
      const truth = truths.get(refundOf(n).outRefundNo)?.truth;
      return truth === undefined || truth === "Recorded" || truth === "Unknown";
    };
    while (all.some(isOpen)) {
      if (Date.now() > until) throw new Error(`${all.filter(isOpen).length} were not sent within ${within / 1000} s`);
      await setTimeout(10);
    }
  }

  /** Ends all of them as a deployment does; gives those that did not end well. */
  async end(): Promise<ReadonlyArray<string>> {
    this.running = false;
    const wrong: Array<string> = [];
    await Promise.all(
      [...this.members, this.standby].map(async (member) => {
        const { child, loaded } = member;
        await loaded;
        if (child.exitCode !== null || child.signalCode !== null) return;
        if ("doomed" in member) member.doomed = true;
        child.kill("SIGTERM");
        const gone = await Promise.race([member.gone, setTimeout(20_000, undefined, { ref: false })]);
        if (gone === undefined) child.kill("SIGKILL");
        if (child.exitCode !== 0)
          wrong.push(`a process that was told to end gave ${child.signalCode ?? child.exitCode}`);
      }),
    );
    return wrong;
  }
}
