/** What stands in the queue of a pace: calls, and the merchants for which they are made. */
import type { Turn } from "../Pace.ts";
import { Causes } from "./causes.ts";
import type { Hold } from "./failing.ts";
import type { Group } from "./kinds.ts";
import type { Line, Place } from "./line.ts";
import type { Before, Order, Sending } from "./orders.ts";

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
  readonly granted: (waiter: Waiter) => void;
  stage: "waiting" | "parked" | "granted" | "begun" | "ended";
  call: "send" | "ask";
  grantedAt: number;
  at: number;
  counted: boolean;
  hold: Hold | undefined;
  sent: Before | undefined;
}

export const waiterOf = (
  lane: Lane,
  turn: Turn,
  group: Group,
  number: number,
  granted: (waiter: Waiter) => void,
): Waiter => ({
  line: undefined,
  before: undefined,
  after: undefined,
  outRefundNo: turn.outRefundNo,
  claims: false,
  lane,
  turn,
  group,
  number,
  granted,
  stage: "waiting",
  call: turn.calls === "send" ? "send" : "ask",
  grantedAt: 0,
  at: 0,
  counted: false,
  hold: undefined,
  sent: undefined,
});
