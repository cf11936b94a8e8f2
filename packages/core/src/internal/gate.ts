/**
 * The queue of {@link Pace}: who waits, who may leave now, and if nobody, when to look again. It runs nothing and reads time from whoever
 * made it, so that a simulation can drive it as the application does.
 *
 * A call is asked for (`enter`), granted when it may leave, leaves (`begin`: the moment at which every limit counts it) and ends (`end`); at
 * each point before the last it may be given up (`leave`). Each step costs the same however many wait.
 */
import type { Ended, Turn } from "../Pace.ts";
import { isAnswer } from "./causes.ts";
import { Budget, type Waiting, whole } from "./failing.ts";
import { type Group, Kinds } from "./kinds.ts";
import { type Line, Queue } from "./line.ts";
import { Orders, type Sending } from "./orders.ts";
import { Outage } from "./outage.ts";
import { PerSecond, second } from "./perSecond.ts";
import { Turns } from "./turns.ts";
import { type Lane, type Waiter, waiterOf } from "./waiter.ts";

/** After so long without an answer a call no longer holds its part of the limits, and counts as unanswered. */
const patience = 2000;
const block = 60_000;
const blockJitter = 10_000;

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
  private readonly calls: PerSecond;
  private readonly budget: Budget;
  private readonly orders: Orders;
  private readonly outage = new Outage();
  private readonly kinds = new Kinds();
  private readonly turns = new Turns();
  /** Calls that left so lately that an answer may still be expected, in the order in which they left. */
  private readonly young = new Queue<Waiter>();
  private blockedUntil = -Infinity;
  /** Until when nobody at all may leave, as far as is known. */
  private closedUntil = -Infinity;
  private jitter = 0;
  private waiting = 0;
  private numbers = 0;
  private pumping = false;

  constructor({ failingPerSecond, perSecond, spacing }: Limits, world: World) {
    this.world = world;
    this.calls = new PerSecond(perSecond);
    this.budget = new Budget(failingPerSecond);
    this.orders = new Orders(spacing, (sending) => this.unpark(sending as Waiter));
  }

  enter(lane: Lane, turn: Turn, granted: (waiter: Waiter) => void): Waiter {
    const waiter = waiterOf(lane, turn, this.kinds.of(turn), this.numbers++, granted);
    this.waiting++;
    this.turns.join(waiter, false);
    // One more of those for whom it is closed changes nothing.
    if (this.closedUntil <= this.world.now()) this.pump();
    return waiter;
  }

  /** Gives up a call that has not left. */
  leave(waiter: Waiter): void {
    const { lane, stage } = waiter;
    const now = this.world.now();
    if (stage === "waiting") this.turns.leave(waiter);
    else if (stage === "parked") this.orders.leave(waiter);
    else if (stage === "granted") this.giveBack(waiter, now);
    else return;
    waiter.stage = "ended";
    if (stage !== "granted") this.waiting--;
    if (waiter.turn.order !== undefined) this.orders.unclaim(lane.orders, waiter.turn.order, waiter, now);
    this.pump();
  }

  /** The call leaves now. */
  begin(waiter: Waiter): void {
    if (waiter.stage !== "granted") return;
    const now = this.world.now();
    waiter.stage = "begun";
    waiter.at = now;
    this.calls.begin(waiter);
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
    // Before it counts as ended, what its silence meant until now.
    this.expire(now);
    waiter.stage = "ended";
    const { at, call, group, hold, sent } = waiter;
    if (sent !== undefined && (how === "not-made" || how === "unusable" || how === "not-sent")) {
      this.orders.undo(sent, waiter.outRefundNo, now);
    }
    if (how === "not-made") this.giveBack(waiter, now);
    if (how === "unusable") this.outage.giveBack(now);
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
    if (isAnswer(how)) this.heard(at);
    // One that kept us waiting has been counted.
    else if (how !== "not-made" && how !== "unusable" && now < at + patience) this.outage.unanswered(at, now);
    this.pump();
  }

  /** Somebody of a lane may leave whom something held. */
  wake(lane: Lane): void {
    this.turns.rouse(lane);
    this.pump();
  }

  /** Lets leave whoever may, and arranges to be called again when another may. */
  pump(): void {
    if (this.pumping) return;
    this.pumping = true;
    try {
      this.world.arm(this.grantAll());
    } finally {
      this.pumping = false;
    }
  }

  /** Until when nobody can leave, if anybody waits. */
  private grantAll(): number | undefined {
    for (;;) {
      const now = this.world.now();
      this.expire(now);
      this.closedUntil = -Infinity;
      if (this.waiting === 0) return undefined;
      const at = Math.max(this.blockedUntil, this.outage.next, this.calls.next(now));
      if (at > now) {
        this.closedUntil = at;
        return at;
      }
      const waiter = this.choose(now);
      if (waiter === undefined) return Math.min(this.budget.next, this.youngUntil, this.orders.next, this.turns.wake);
      this.grant(waiter, now);
    }
  }

  private heard(begun: number): void {
    if (!this.outage.answered(begun)) return;
    this.kinds.forget();
    this.world.recovered();
  }

  private expire(now: number): void {
    this.budget.expire(now);
    this.orders.expire(now);
    this.calls.expire(now);
    for (let first = this.young.first; first !== undefined; first = this.young.first) {
      if (first.stage === "begun") {
        if (first.at + patience > now) break;
        if (first.hold !== undefined) this.budget.release(first.hold);
        this.outage.unanswered(first.at, now);
      }
      this.young.shift();
    }
    this.turns.expire(now);
  }

  private get youngUntil(): number {
    const { first } = this.young;
    return first === undefined ? Infinity : first.at + patience;
  }

  private choose(now: number): Waiter | undefined {
    const waiting = this.kinds.waiting(now);
    const some = this.budget.fits(waiting.least, waiting) || (waiting.whole && this.budget.fits(whole, waiting));
    if (!some) return undefined;
    for (let lanes = this.turns.length; lanes > 0; lanes--) {
      const lane = this.turns.next();
      const waiter = lane === undefined ? undefined : this.first(lane, waiting, now);
      if (waiter !== undefined) return waiter;
    }
    return undefined;
  }

  /** Who of a lane is first among those that may leave. */
  private first(lane: Lane, waiting: Waiting, now: number): Waiter | undefined {
    let found: Waiter | undefined;
    let sleep = Infinity;
    const look = (line: Line<Sending>, group: Group, lines: Map<Group, Line<Sending>>): void => {
      const first = this.head(line, lane, now);
      if (first === undefined) {
        lines.delete(group);
        return;
      }
      const call = this.callOf(first, now);
      const next = lane.causes.next(call);
      sleep = Math.min(sleep, next);
      if (next > now || !this.budget.fits(group[call].fresh(now).cost, waiting)) return;
      if (found !== undefined && found.number < first.number) return;
      first.call = call;
      found = first;
    };
    if (lane.late.size > 0) lane.late.forEach(look);
    lane.lines.forEach(look);
    if (found === undefined && lane.causes.holds && sleep > now && sleep < Infinity) {
      this.turns.sleep(lane, sleep);
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
      this.turns.leave(first);
      first.stage = "parked";
      this.orders.park(order, first);
    }
  }

  private unpark(waiter: Waiter): void {
    waiter.stage = "waiting";
    this.turns.join(waiter, true);
  }

  private grant(waiter: Waiter, now: number): void {
    const { call, group, lane, turn } = waiter;
    this.turns.leave(waiter);
    this.waiting--;
    waiter.stage = "granted";
    waiter.grantedAt = now;
    this.calls.take(waiter);
    waiter.hold = this.budget.take(group[call].cost);
    if (group.question) group.sendNext = call === "ask";
    if (turn.calls === "send" && turn.order !== undefined && this.orders.spacing > 0) {
      this.orders.claim(lane.orders, turn.order, waiter);
    }
    this.outage.probe(now);
    lane.causes.probe(call, now);
    waiter.granted(waiter);
  }

  /** As if it had never been asked for. */
  private giveBack(waiter: Waiter, now: number): void {
    this.calls.giveBack(waiter);
    if (waiter.hold !== undefined) this.budget.release(waiter.hold);
    this.outage.giveBack(now);
    waiter.lane.causes.giveBack(waiter.call, waiter.grantedAt);
    this.turns.rouse(waiter.lane);
  }

  private callOf({ group, lane, outRefundNo, turn }: Waiter, now: number): "send" | "ask" {
    if (turn.calls !== "question") return turn.calls;
    // A merchant's money is not asked for again and again; and an order of which another refund has just left is not sent to.
    if (lane.causes.holds) return "ask";
    const order = turn.order === undefined ? undefined : lane.orders.get(turn.order);
    const other = order !== undefined && order.until > now && !order.sent.has(outRefundNo);
    return other ? "ask" : this.kinds.way(group, now);
  }
}
