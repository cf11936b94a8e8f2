/** Time that goes to the next moment at which anybody wakes, and numbers by seed: for simulations of what takes days. */
import type * as Clock from "effect/Clock";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";

/** Numbers from 0 to below 1, the same for the same seed. */
export const seeded = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0;
  let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
};

interface Sleeper {
  readonly at: number;
  readonly order: number;
  wake: (() => void) | undefined;
}

/** Virtual time: a heap of sleepers. */
export class VirtualTime {
  now = 0;
  readonly start = Date.UTC(2026, 0, 5);
  wallOffset = this.start;
  private readonly heap: Array<Sleeper> = [];
  private entered = 0;

  /** Calls `wake` in so many ms, unless the function it gives back is called before. */
  after(millis: number, wake: () => void): () => void {
    const sleeper: Sleeper = { at: this.now + Math.max(0, Math.ceil(millis)), order: this.entered++, wake };
    this.push(sleeper);
    return () => {
      sleeper.wake = undefined;
    };
  }

  sleep(millis: number): Effect.Effect<void> {
    if (millis === Infinity) return Effect.never;
    return Effect.callback<void>((resume) => {
      const forget = this.after(millis, () => resume(Effect.void));
      return Effect.sync(forget);
    });
  }

  /** Wakes everybody of the next time; false when nobody sleeps. */
  advance(): boolean {
    for (;;) {
      const next = this.heap[0];
      if (next === undefined) return false;
      if (next.wake === undefined) {
        this.pop();
        continue;
      }
      this.now = Math.max(this.now, next.at);
      while (this.heap[0] !== undefined && this.heap[0].at <= this.now) this.pop()?.wake?.();
      return true;
    }
  }

  private before(a: Sleeper, b: Sleeper): boolean {
    return a.at < b.at || (a.at === b.at && a.order < b.order);
  }

  private push(sleeper: Sleeper): void {
    const { heap } = this;
    let at = heap.push(sleeper) - 1;
    while (at > 0) {
      const up = (at - 1) >> 1;
      const parent = heap[up] as Sleeper;
      if (this.before(parent, sleeper)) break;
      heap[at] = parent;
      at = up;
    }
    heap[at] = sleeper;
  }

  private pop(): Sleeper | undefined {
    const { heap } = this;
    const top = heap[0];
    const last = heap.pop();
    if (top === undefined || last === undefined || heap.length === 0) return top;
    let at = 0;
    for (;;) {
      let down = 2 * at + 1;
      if (down >= heap.length) break;
      if (down + 1 < heap.length && this.before(heap[down + 1] as Sleeper, heap[down] as Sleeper)) down++;
      if (!this.before(heap[down] as Sleeper, last)) break;
      heap[at] = heap[down] as Sleeper;
      at = down;
    }
    heap[at] = last;
    return top;
  }

  get clock(): Clock.Clock {
    return this.clockOf(() => this.wallOffset + this.now);
  }

  get gatewayClock(): Clock.Clock {
    const start = this.start;
    return this.clockOf(() => start + this.now);
  }

  /** A clock that shows this wall time; who sleeps on it is woken by `sleep`. */
  clockOf(
    wall: () => number,
    sleep: (millis: number) => Effect.Effect<void> = (millis) => this.sleep(millis),
  ): Clock.Clock {
    const nanos = (millis: number) => BigInt(Math.floor(millis)) * 1_000_000n;
    return {
      currentTimeMillisUnsafe: wall,
      currentTimeMillis: Effect.sync(wall),
      currentTimeNanosUnsafe: () => nanos(wall()),
      currentTimeNanos: Effect.sync(() => nanos(wall())),
      monotonicTimeNanosUnsafe: () => nanos(this.now),
      monotonicTimeNanos: Effect.sync(() => nanos(this.now)),
      sleep: (duration) => sleep(Duration.toMillis(duration)),
    } as Clock.Clock;
  }
}
