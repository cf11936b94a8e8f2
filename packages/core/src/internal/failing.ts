/**
 * The limit on failing calls, kept before it is known which calls fail: a call holds as much of it as its kind is likely to need.
 *
 * Costs are counted in thousandths of a failing call.
 */
import { Queue } from "./line.ts";

export const whole = 1000;

/** No kind is so good that more than four hundred calls may be under way. */
const least = 5;

/** What is known of the calls of one kind: the share of them that the gateway answers with a failure. */
export class Share {
  private failed = 1;
  private answered = 2;
  private at = 0;
  /** What a call of this kind holds: all of one failing call until its share is shown to be under a tenth, then its upper bound. */
  cost = whole;
  /** The likely share, 0.5 while nothing is known. */
  likely = 0.5;

  /** Newer answers count more: what is a hundred answers old counts a third. */
  learn(failed: boolean, now: number): void {
    this.failed = this.failed * 0.99 + (failed ? 1 : 0);
    this.answered = this.answered * 0.99 + 1;
    this.at = now;
    this.likely = this.failed / this.answered;
    const bound = this.likely + 2 * Math.sqrt((this.likely * (1 - this.likely)) / this.answered);
    this.cost = bound > 0.1 ? whole : Math.max(least, Math.ceil(bound * whole));
  }

  forget(): void {
    this.failed = 1;
    this.answered = 2;
    this.cost = whole;
    this.likely = 0.5;
  }

  /** What was so a minute ago and has not been tried since says little. */
  fresh(now: number): this {
    if (this.cost < whole && now - this.at > 60_000) this.forget();
    return this;
  }
}

/** A part of the limit that a call holds. */
export interface Hold {
  cost: number;
}

/** What waits beside a call that asks for a part: the parts of those that hardly ever fail, in all; and whether any may well fail. */
export interface Waiting {
  readonly small: number;
  readonly whole: boolean;
}

/** What the limit must leave for calls of which so many are likely to fail: by chance more of them may, rarely by 2.6 standard deviations. */
const room = (likely: number): number => likely + 2.6 * Math.sqrt(likely * whole);

/**
 * The parts that are held. Kinds that fail and kinds that hardly do wait for different things, so that neither may have it all while the other
 * waits: the latter leave two thirds, the former what the latter can use of a third.
 */
export class Budget {
  private readonly total: number;
  private small = 0;
  private whole = 0;
  private readonly ending = new Queue<{ readonly cost: number; readonly until: number }>();

  constructor(perSecond: number) {
    this.total = perSecond * whole;
  }

  fits(cost: number, waiting: Waiting): boolean {
    const third = this.total / 3;
    if (cost >= whole) {
      const left = third < whole ? 0 : Math.min(third, room(this.small + waiting.small));
      return this.whole + cost + Math.max(left, room(this.small)) <= this.total;
    }
    const needed = room(this.small + cost);
    if (!waiting.whole) return this.whole + needed <= this.total;
    // Too little to divide: they go one by one, in turn.
    if (third < whole) return this.whole + room(this.small) + whole <= this.total;
    return needed <= third && this.whole + needed <= this.total;
  }

  take(cost: number): Hold {
    this.add(cost);
    return { cost };
  }

  release(hold: Hold): void {
    this.drop(hold.cost);
    hold.cost = 0;
  }

  /** Holds on until a time, for whatever a call of this end may have cost. Times must not go back. */
  keep(hold: Hold, cost: number, until: number): void {
    this.release(hold);
    this.add(cost);
    this.ending.push({ cost, until });
  }

  expire(now: number): void {
    for (let first = this.ending.first; first !== undefined && first.until <= now; first = this.ending.first) {
      this.drop(first.cost);
      this.ending.shift();
    }
  }

  /** When the next part is free again. */
  get next(): number {
    return this.ending.first?.until ?? Infinity;
  }

  private add(cost: number): void {
    if (cost < whole) this.small += cost;
    else this.whole += cost;
  }

  private drop(cost: number): void {
    if (cost < whole) this.small -= cost;
    else this.whole -= cost;
  }
}
