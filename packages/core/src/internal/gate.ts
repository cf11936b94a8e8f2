/**
 * The queue of {@link Pace}: who waits, who may leave now, and if nobody, when to look again. It runs nothing and reads time from whoever
 * made it, so that a simulation can drive it as the application does.
 *
 * A call is asked for (`enter`), granted when it may leave, leaves (`begin`: the moment at which every limit counts it) and ends (`end`); at
 * each point before the last it may be given up (`leave`). Each step costs the same however many wait.
 */
import type { Ended, Turn } from "../Pace.ts";
import { Causes, isAnswer } from "./causes.ts";
import { Budget, type Hold, Share, type Waiting, whole } from "./failing.ts";
import { Line, type Place, Queue } from "./line.ts";
import { type Before, type Order, Orders, type Sending } from "./orders.ts";
import { Outage } from "./outage.ts";

const second = 1000;
/** After so long without an answer a call no longer holds its part of the limits, and counts as unanswered. */
const patience = 2000;
const block = 60_000;
const blockJitter = 10_000;

/** Calls that fail alike wait together. `question` has two ways, of which it learns. */
interface Group {
  readonly send: Share;
  readonly ask: Share;
  readonly question: boolean;
  /** Alternates between ways of which none is better. */
  sendNext: boolean;
  waiting: number;
}

/** A merchant, or a sub-merchant. */
export class Lane implements Place<Lane> {
  line: Line<Lane> | undefined = undefined;
  before: Lane | undefined = undefined;
  after: Lane | undefined = undefined;
  readonly causes = new Causes();
  readonly orders = new Map<string, Order>();
  /** Who waits, by group; those that have waited for their order stand in lines of their own. */
  readonly lines = new Map<Group, Line<Sending>>();
  readonly late = new Map<Group, Line<Sending>>();
  /** When a merchant that is held may be looked at again. */
  asleepUntil = -Infinity;
}

/** One call, from when it is asked for. */
export interface Waiter extends Sending {
  readonly lane: Lane;
  readonly turn: Turn;
  readonly group: Group;
  readonly number: number;
  readonly granted: () => void;
  stage: "waiting" | "parked" | "granted" | "begun" | "ended";
  call: "send" | "ask";
  grantedAt: number;
  at: number;
  counted: boolean;
  hold: Hold | undefined;
  sent: Before | undefined;
}

/** What the gate needs of the world. */
export interface World {
  readonly now: () => number;
  readonly random: () => number;
  /** To call `pump` at a time, or not any more. */
  readonly arm: (at: number | undefined) => void;
  readonly recovered: () => void;
}

export interface Limits {
  readonly perSecond: number;
  readonly failingPerSecond: number;
  readonly spacing: number;
}

export class Gate {
  private readonly world: World;
  private readonly perSecond: number;
  private readonly budget: Budget;
  private readonly orders: Orders;
  private readonly outage = new Outage();
  private readonly shares = new Map<string, Share>();
  private readonly groups = new Map<string, Group>();
  /** Lanes in which somebody may be able to leave, in turn; and those that are held. */
  private readonly lanes = new Line<Lane>();
  private readonly asleep = new Set<Lane>();
  private wakeAsleep = Infinity;
  /** Calls that left in the last second, and those that may be answered yet; both in the order in which they left. */
  private readonly recent = new Queue<Waiter>();
  private readonly young = new Queue<Waiter>();
  private inSecond = 0;
  private blockedUntil = -Infinity;
  private jitter = 0;
  private waiting = 0;
  private numbers = 0;
  private pumping = false;

  constructor({ failingPerSecond, perSecond, spacing }: Limits, world: World) {
    this.world = world;
    this.perSecond = perSecond;
    this.budget = new Budget(failingPerSecond);
    this.orders = new Orders(spacing, (sending) => this.unpark(sending as Waiter));
  }

  enter(lane: Lane, turn: Turn, granted: () => void): Waiter {
    const waiter: Waiter = {
      line: undefined,
      before: undefined,
      after: undefined,
      outRefundNo: turn.outRefundNo,
      claims: false,
      lane,
      turn,
      group: this.groupOf(turn),
      number: this.numbers++,
      granted,
      stage: "waiting",
      call: turn.calls === "send" ? "send" : "ask",
      grantedAt: 0,
      at: 0,
      counted: false,
      hold: undefined,
      sent: undefined,
    };
    this.waiting++;
    this.stand(waiter, lane.lines);
    this.pump();
    return waiter;
  }

  /** Gives up a call that has not left. */
  leave(waiter: Waiter): void {
    const { lane, stage } = waiter;
    const now = this.world.now();
    if (stage === "waiting") {
      waiter.line?.leave(waiter);
      waiter.group.waiting--;
    } else if (stage === "parked") this.orders.leave(waiter);
    else if (stage === "granted") {
      this.giveBack(waiter, now);
    } else return;
    waiter.stage = "ended";
    if (stage !== "granted") this.waiting--;
    if (waiter.turn.order !== undefined) this.orders.unclaim(lane.orders, waiter.turn.order, waiter, now);
    if (this.waiting === 0) this.world.arm(undefined);
    else this.pump();
  }

  /** The call leaves now. */
  begin(waiter: Waiter): void {
    if (waiter.stage !== "granted") return;
    const now = this.world.now();
    waiter.stage = "begun";
    waiter.at = now;
    this.recent.push(waiter);
    this.young.push(waiter);
    const { lane, turn } = waiter;
    if (waiter.call === "send" && turn.order !== undefined && this.orders.spacing > 0) {
      waiter.sent = this.orders.begin(lane.orders, turn.order, waiter, now);
    }
    // Nobody looks again for those that wait behind a call that was granted and had not left.
    if (this.waiting > 0 && !this.pumping) this.world.arm(now + second);
  }

  end(waiter: Waiter, how: Ended): void {
    if (waiter.stage !== "begun") return;
    const now = this.world.now();
    waiter.stage = "ended";
    const { at, call, group, hold, sent } = waiter;
    if (how === "not-made" || how === "not-sent") {
      if (sent !== undefined) this.orders.undo(sent, waiter.outRefundNo, now);
      if (how === "not-made") {
        this.giveBack(waiter, now);
      }
    }
    if (how === "ok" || how === "failed") group[call].learn(how === "failed", now);
    // What became of it became of it before its end, so a second later it is out of any second of the gateway's.
    if (hold !== undefined) {
      if (how === "failed") this.budget.keep(hold, whole, now + second);
      else if (how === "unanswered" && hold.cost > 0) this.budget.keep(hold, hold.cost, now + second);
      else this.budget.release(hold);
    }
    if (how === "limited") {
      if (this.blockedUntil <= now) this.jitter = Math.floor(this.world.random() * blockJitter);
      this.blockedUntil = Math.max(this.blockedUntil, now + block + this.jitter);
    }
    if (isAnswer(how)) this.heard();
    // One that kept us waiting has been counted.
    else if (how !== "not-made" && now < at + patience) this.outage.unanswered(at, now);
    this.pump();
  }

  /** Somebody of a lane may leave whom something held. */
  wake(lane: Lane): void {
    this.rouse(lane);
    this.pump();
  }

  /** Lets leave whoever may, and arranges to be called again when another may. */
  pump(): void {
    if (this.pumping) return;
    this.pumping = true;
    let at: number | undefined;
    for (;;) {
      const now = this.world.now();
      this.expire(now);
      if (this.waiting === 0) break;
      at = Math.max(this.blockedUntil, this.outage.next, this.freeAt(now));
      if (at > now) break;
      const waiter = this.choose(now);
      if (waiter === undefined) {
        at = Math.min(this.budget.next, this.youngUntil, this.orders.next, this.wakeAsleep);
        break;
      }
      this.grant(waiter, now);
      at = undefined;
    }
    this.pumping = false;
    this.world.arm(at);
  }

  private heard(): void {
    if (!this.outage.answered()) return;
    // After an outage other calls fail than before it.
    for (const share of this.shares.values()) share.forget();
    this.world.recovered();
  }

  private expire(now: number): void {
    this.budget.expire(now);
    this.orders.expire(now);
    for (let first = this.recent.first; first !== undefined; first = this.recent.first) {
      if (first.counted && first.at + second > now) break;
      this.recent.shift();
      if (first.counted) this.inSecond--;
      first.counted = false;
    }
    for (let first = this.young.first; first !== undefined; first = this.young.first) {
      if (first.stage === "begun") {
        if (first.at + patience > now) break;
        if (first.hold !== undefined) this.budget.release(first.hold);
        this.outage.unanswered(first.at, now);
      }
      this.young.shift();
    }
    if (this.wakeAsleep <= now) {
      this.wakeAsleep = Infinity;
      for (const lane of this.asleep) {
        if (lane.asleepUntil <= now) this.rouse(lane);
        else this.wakeAsleep = Math.min(this.wakeAsleep, lane.asleepUntil);
      }
    }
  }

  private freeAt(now: number): number {
    if (this.inSecond < this.perSecond) return now;
    const { first } = this.recent;
    return first === undefined ? Infinity : first.at + second;
  }

  private get youngUntil(): number {
    const { first } = this.young;
    return first === undefined ? Infinity : first.at + patience;
  }

  private choose(now: number): Waiter | undefined {
    const waiting = { small: false, whole: false };
    let least: number = whole;
    for (const group of this.groups.values()) {
      if (group.waiting === 0) continue;
      const { cost } = group[this.wayOf(group, now)];
      if (cost < whole) waiting.small = true;
      else waiting.whole = true;
      least = Math.min(least, cost);
    }
    if (!this.budget.fits(least, waiting) && !(waiting.whole && this.budget.fits(whole, waiting))) return undefined;
    for (let lanes = this.lanes.length; lanes > 0; lanes--) {
      const lane = this.lanes.first;
      if (lane === undefined) break;
      this.lanes.leave(lane);
      const waiter = this.next(lane, waiting, now);
      if (lane.lines.size + lane.late.size > 0 && !this.asleep.has(lane)) this.lanes.push(lane);
      if (waiter !== undefined) return waiter;
    }
    return undefined;
  }

  /** Who of a lane is first among those that may leave. */
  private next(lane: Lane, waiting: Waiting, now: number): Waiter | undefined {
    let found: Waiter | undefined;
    let sleep = Infinity;
    for (const lines of [lane.late, lane.lines]) {
      for (const [group, line] of lines) {
        const first = this.head(line, lane, now);
        if (first === undefined) {
          lines.delete(group);
          continue;
        }
        const call = this.callOf(first, now);
        const next = lane.causes.next(call);
        sleep = Math.min(sleep, next);
        if (next > now || !this.budget.fits(group[call].fresh(now).cost, waiting)) continue;
        if (found !== undefined && found.number < first.number) continue;
        first.call = call;
        found = first;
      }
    }
    if (found === undefined && lane.causes.holds && sleep > now && sleep < Infinity) {
      lane.asleepUntil = sleep;
      this.asleep.add(lane);
      this.wakeAsleep = Math.min(this.wakeAsleep, sleep);
    }
    return found;
  }

  /** The first of a line that does not wait for its order. */
  private head(line: Line<Sending>, lane: Lane, now: number): Waiter | undefined {
    for (;;) {
      const first = line.first as Waiter | undefined;
      if (first === undefined || first.turn.calls !== "send" || first.turn.order === undefined) return first;
      const order = this.orders.occupied(lane.orders, first.turn.order, first, now);
      if (order === undefined) return first;
      line.leave(first);
      first.group.waiting--;
      first.stage = "parked";
      this.orders.park(order, first);
    }
  }

  private unpark(waiter: Waiter): void {
    waiter.stage = "waiting";
    this.stand(waiter, waiter.lane.late);
  }

  private stand(waiter: Waiter, lines: Map<Group, Line<Sending>>): void {
    const { group, lane } = waiter;
    let line = lines.get(group);
    if (line === undefined) {
      line = new Line<Sending>();
      lines.set(group, line);
    }
    line.push(waiter);
    group.waiting++;
    this.rouse(lane);
  }

  private rouse(lane: Lane): void {
    this.asleep.delete(lane);
    if (lane.line === undefined && lane.lines.size + lane.late.size > 0) this.lanes.push(lane);
  }

  private grant(waiter: Waiter, now: number): void {
    const { call, group, lane, turn } = waiter;
    waiter.line?.leave(waiter);
    group.waiting--;
    this.waiting--;
    waiter.stage = "granted";
    waiter.grantedAt = now;
    waiter.counted = true;
    this.inSecond++;
    waiter.hold = this.budget.take(group[call].cost);
    if (group.question) group.sendNext = call === "ask";
    if (turn.calls === "send" && turn.order !== undefined && this.orders.spacing > 0) {
      this.orders.claim(lane.orders, turn.order, waiter);
    }
    this.outage.probe(now);
    lane.causes.probe(call, now);
    waiter.granted();
  }

  /** As if it had never been asked for. */
  private giveBack(waiter: Waiter, now: number): void {
    if (waiter.counted) this.inSecond--;
    waiter.counted = false;
    if (waiter.hold !== undefined) this.budget.release(waiter.hold);
    this.outage.giveBack(now);
    waiter.lane.causes.giveBack(waiter.call, waiter.grantedAt);
  }

  private callOf({ group, lane, outRefundNo, turn }: Waiter, now: number): "send" | "ask" {
    if (turn.calls !== "question") return turn.calls;
    // A merchant's money is not asked for again and again; and an order of which another refund has just left is not sent to.
    if (lane.causes.holds) return "ask";
    const order = turn.order === undefined ? undefined : lane.orders.get(turn.order);
    const other = order !== undefined && order.until > now && !order.sent.has(outRefundNo);
    return other ? "ask" : this.wayOf(group, now);
  }

  /** The way that fails more rarely; that of the query, where it hardly ever fails; in turn, where they are alike. */
  private wayOf(group: Group, now: number): "send" | "ask" {
    const send = group.send.fresh(now).likely;
    // Both ways are one then.
    if (!group.question) return "send";
    const ask = group.ask.fresh(now).likely;
    if (ask <= 0.02) return "ask";
    if (Math.abs(send - ask) < 0.05) return group.sendNext ? "send" : "ask";
    return send < ask ? "send" : "ask";
  }

  private groupOf({ calls, kind = calls }: Turn): Group {
    const key = `${calls} ${kind}`;
    const known = this.groups.get(key);
    if (known !== undefined) return known;
    const question = calls === "question";
    const group: Group = {
      send: this.shareOf(question ? `${kind}:send` : kind),
      ask: this.shareOf(question ? `${kind}:ask` : kind),
      question,
      sendNext: false,
      waiting: 0,
    };
    this.groups.set(key, group);
    return group;
  }

  private shareOf(kind: string): Share {
    const share = this.shares.get(kind) ?? new Share();
    this.shares.set(kind, share);
    return share;
  }
}
