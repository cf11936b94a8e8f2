/**
 * The limit on failing calls, kept before it is known which calls fail: a call holds as much of it as its kind is likely to need.
 *
 * Costs are counted in thousandths of a failing call.
 */
import { Queue } from "./line.ts";

export const whole = 1000;

/** What is known of the calls of one kind: the share of them that the gateway answers with a failure. */
export class Share {
  private failed = 1;
  private answered = 2;
  private at = 0;
  /** What a call of this kind holds: all of one failing call until the share is shown to be under a tenth, then its upper bound. */
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
    this.cost = bound > 0.1 ? whole : Math.max(10, Math.ceil(bound * whole));
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
  readonly small: boolean;
}

/** What waits beside a call that asks for a part. */
export interface Waiting {
  readonly small: boolean;
  readonly whole: boolean;
}

/**
 * The parts that are held. Kinds that fail and kinds that do not wait for different things, so that neither may have it all while the
 * other waits: those that hold whole calls leave one to the others, and those leave half.
 */
export class Budget {
  private readonly total: number;
  private small = 0;
  private whole = 0;
  private readonly ending = new Queue<Hold & { readonly until: number }>();

  constructor(perSecond: number) {
    this.total = perSecond * whole;
  }

  fits(cost: number, waiting: Waiting): boolean {
    if (this.small + this.whole + cost > this.total) return false;
    if (this.total === whole) return true;
    return cost < whole
      ? !waiting.whole || this.small + cost <= this.total / 2
      : !waiting.small || this.whole + cost <= this.total - whole;
  }

  take(cost: number): Hold {
    const hold = { cost, small: cost < whole };
    this.add(hold, cost);
    return hold;
  }

  release(hold: Hold): void {
    this.add(hold, -hold.cost);
    hold.cost = 0;
  }

  /** Holds on until a time, for whatever a call of this end may have cost. Times must not go back. */
  keep(hold: Hold, cost: number, until: number): void {
    this.release(hold);
    this.add(hold, cost);
    this.ending.push({ cost, small: hold.small, until });
  }

  expire(now: number): void {
    for (let first = this.ending.first; first !== undefined && first.until <= now; first = this.ending.first) {
      this.add(first, -first.cost);
      this.ending.shift();
    }
  }

  /** When the next part is free again. */
  get next(): number {
    return this.ending.first?.until ?? Infinity;
  }

  private add({ small }: Hold, cost: number): void {
    if (small) this.small += cost;
    else this.whole += cost;
  }
}
