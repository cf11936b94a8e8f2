/** How often a merchant may call: sliding windows, and the block that follows too many failing calls. */
import type { Kind } from "../Fault.ts";
import type { Limits } from "../GatewayConfig.ts";

const second = 1_000;
const minute = 60_000;

/** The latest `size` times; full when they all lie within `span`. A size of 0 is never full. */
const makeWindow = (size: number, span: number) => {
  const times: Array<number> = [];
  let total = 0;
  return {
    isFull: (now: number): boolean => {
      const oldest = times[total % size];
      return oldest !== undefined && oldest > now - span;
    },
    add: (now: number): void => {
      if (size > 0) times[total++ % size] = now;
    },
  };
};

export interface Limiter {
  /** Counts a call, or says what stands in its way. Both interfaces count together: it is one merchant that calls. */
  readonly admit: (mchId: string, kind: Kind, now: number) => "tooOften" | "tooManyFailing" | undefined;
  /** Counts a refund of an order that is more than a month old, or refuses it. */
  readonly admitOldOrder: (mchId: string, now: number) => "oldOrdersTooOften" | undefined;
  /** Counts a call that failed. */
  readonly fail: (mchId: string, kind: Kind, now: number) => void;
}

export const make = (limits: Limits): Limiter => {
  const windows = new Map<string, ReturnType<typeof makeWindow>>();
  const blockedUntil = new Map<string, number>();
  const windowOf = (key: string, size: number, span: number) => {
    const known = windows.get(key);
    if (known !== undefined) return known;
    const made = makeWindow(size, span);
    windows.set(key, made);
    return made;
  };
  const hasRoom = (key: string, size: number, span: number, now: number): boolean => {
    if (size === 0) return true;
    const window = windowOf(key, size, span);
    if (window.isFull(now)) return false;
    window.add(now);
    return true;
  };
  const perSecond: Readonly<Record<Kind, number>> = {
    refund: limits.refundsPerSecond,
    query: limits.queriesPerSecond,
    bill: 0,
    certificates: 0,
  };
  return {
    admit: (mchId, kind, now) => {
      const key = `${mchId}/${kind}`;
      if (now < (blockedUntil.get(key) ?? now)) return "tooManyFailing";
      return hasRoom(key, perSecond[kind], second, now) ? undefined : "tooOften";
    },
    admitOldOrder: (mchId, now) =>
      hasRoom(`${mchId}/old`, limits.oldOrdersPerMinute, minute, now) ? undefined : "oldOrdersTooOften",
    fail: (mchId, kind, now) => {
      if (limits.failuresPerSecond === 0) return;
      const key = `${mchId}/${kind}`;
      if (now < (blockedUntil.get(key) ?? now)) return;
      const window = windowOf(`${key}/failing`, limits.failuresPerSecond, second);
      if (window.isFull(now)) blockedUntil.set(key, now + limits.blockMillis);
      window.add(now);
    },
  };
};
