/** Calls a second, counted when they leave; a call that is about to leave counts too. */
import { Queue } from "./line.ts";

export const second = 1000;

export interface Counted {
  at: number;
  counted: boolean;
}

/** The calls of the last second. */
export class PerSecond {
  private readonly limit: number;
  private count = 0;
  private readonly left = new Queue<Counted>();

  constructor(limit: number) {
    this.limit = limit;
  }

  take(call: Counted): void {
    call.counted = true;
    this.count++;
  }

  /** It leaves. Times must not go back. */
  begin(call: Counted): void {
    this.left.push(call);
  }

  giveBack(call: Counted): void {
    if (call.counted) this.count--;
    call.counted = false;
  }

  expire(now: number): void {
    for (let { first } = this.left; first !== undefined; first = this.left.first) {
      if (first.counted && first.at + second > now) return;
      this.left.shift();
      this.giveBack(first);
    }
  }

  /** When the next call may leave; `Infinity` where that depends on those that are about to. */
  next(now: number): number {
    if (this.count < this.limit) return now;
    const { first } = this.left;
    return first === undefined ? Infinity : first.at + second;
  }
}
