/** Lanes in turn, and in each the lines of those that wait. A lane in which nobody may leave before a time sleeps, and is no part of the turn. */
import type { Group } from "./kinds.ts";
import { Line } from "./line.ts";
import type { Sending } from "./orders.ts";
import type { Lane, Waiter } from "./waiter.ts";

export class Turns {
  private readonly lanes = new Line<Lane>();
  private readonly asleep = new Set<Lane>();
  /** When the next sleeper is to be looked at. */
  wake = Infinity;

  /** How many lanes may have somebody who can leave. */
  get length(): number {
    return this.lanes.length;
  }

  /** Joins the end of its line; `late`: it has waited for its order already. */
  join(waiter: Waiter, late: boolean): void {
    const { group, lane } = waiter;
    this.rouse(lane);
    const lines = late ? lane.late : lane.lines;
    let line = lines.get(group);
    if (line === undefined) {
      line = new Line<Sending>();
      lines.set(group, line);
    }
    line.push(waiter);
    group.waiting++;
    this.rouse(lane);
  }

  leave(waiter: Waiter): void {
    this.rouse(waiter.lane);
    waiter.line?.leave(waiter);
    waiter.group.waiting--;
  }

  /** The lane whose turn it is; it goes to the end, if anybody waits in it. */
  next(): Lane | undefined {
    const lane = this.lanes.first;
    if (lane === undefined) return undefined;
    this.lanes.leave(lane);
    this.rouse(lane);
    return lane;
  }

  /** Those that sleep count with nobody: they keep nothing from the others. */
  sleep(lane: Lane, until: number): void {
    lane.asleepUntil = until;
    this.asleep.add(lane);
    this.lanes.leave(lane);
    this.wake = Math.min(this.wake, until);
    this.count(lane, -1);
  }

  rouse(lane: Lane): void {
    if (this.asleep.delete(lane)) this.count(lane, 1);
    if (lane.line === undefined && lane.lines.size + lane.late.size > 0) this.lanes.push(lane);
  }

  expire(now: number): void {
    if (this.wake > now) return;
    this.wake = Infinity;
    for (const lane of this.asleep) {
      if (lane.asleepUntil <= now) this.rouse(lane);
      else this.wake = Math.min(this.wake, lane.asleepUntil);
    }
  }

  private count(lane: Lane, by: 1 | -1): void {
    const add = (line: Line<Sending>, group: Group): void => void (group.waiting += by * line.length);
    lane.late.forEach(add);
    lane.lines.forEach(add);
  }
}
