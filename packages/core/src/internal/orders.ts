/** The minute between different refunds of an order, counted when they leave. A repeat of a refund waits for nobody. */
import { Line, type Place, Queue } from "./line.ts";

/** None where the order cannot be written down: then the check of the request has something to say. */
export const orderKey = (request: { readonly order: unknown }): string | undefined => {
  try {
    return JSON.stringify(request.order);
  } catch {
    return undefined;
  }
};

/** A send as far as its order is concerned. */
export interface Sending extends Place<Sending> {
  readonly outRefundNo: string;
  /** Whether the order is kept for this refund until it leaves. */
  claims: boolean;
}

/** One order of which a refund left in the last minute, or is about to. */
export class Order {
  readonly key: string;
  readonly home: Map<string, Order>;
  /** Those that wait for the minute. */
  readonly parked = new Line<Sending>();
  /** The refunds that left since somebody last had to wait. */
  readonly sent = new Set<string>();
  until = -Infinity;
  claimed = "";
  last: Before | undefined = undefined;
  claims = 0;

  constructor(key: string, home: Map<string, Order>) {
    this.key = key;
    this.home = home;
  }
}

/** How an order was before a refund of it left, for the case that it did not. */
export interface Before {
  readonly order: Order;
  readonly until: number;
  readonly fresh: boolean;
}

export class Orders {
  readonly spacing: number;
  waiting = 0;
  private readonly due = new Queue<{ readonly order: Order; readonly until: number }>();
  private readonly unpark: (sending: Sending) => void;

  /** `unpark`: its order is free and kept for it. */
  constructor(spacing: number, unpark: (sending: Sending) => void) {
    this.spacing = spacing;
    this.unpark = unpark;
  }

  /** The order, if this refund has to wait for it. */
  occupied(home: Map<string, Order>, key: string, sending: Sending, now: number): Order | undefined {
    const order = home.get(key);
    if (order === undefined || order.sent.has(sending.outRefundNo)) return undefined;
    const kept = order.claims > 0 && order.claimed !== sending.outRefundNo;
    // Also one for whom it was kept waits again, if a repeat of another refund left before it.
    return kept || order.until > now ? order : undefined;
  }

  park(order: Order, sending: Sending): void {
    if (sending.claims) order.claims--;
    sending.claims = false;
    order.parked.push(sending);
    this.waiting++;
  }

  /** Gives up waiting. */
  leave(sending: Sending): void {
    sending.line?.leave(sending);
    this.waiting--;
  }

  /** Keeps the order for a refund that is about to leave. */
  claim(home: Map<string, Order>, key: string, sending: Sending): void {
    const order = this.open(home, key);
    if (sending.claims || order.sent.has(sending.outRefundNo)) return;
    this.keep(order, sending);
  }

  unclaim(home: Map<string, Order>, key: string, sending: Sending, now: number): void {
    const order = home.get(key);
    if (order === undefined || !sending.claims) return;
    sending.claims = false;
    order.claims--;
    this.settle(order, now);
  }

  /** It leaves now. */
  begin(home: Map<string, Order>, key: string, sending: Sending, now: number): Before {
    const order = this.open(home, key);
    const { until } = order;
    const fresh = !order.sent.has(sending.outRefundNo);
    order.sent.add(sending.outRefundNo);
    order.until = now + this.spacing;
    if (sending.claims) order.claims--;
    sending.claims = false;
    order.last = { order, until, fresh };
    this.due.push({ order, until: order.until });
    return order.last;
  }

  /** It did not leave after all. */
  undo(before: Before, outRefundNo: string, now: number): void {
    const { fresh, order, until } = before;
    // Another left meanwhile.
    if (order.last !== before) return;
    order.until = until;
    if (fresh) order.sent.delete(outRefundNo);
    this.settle(order, now);
  }

  expire(now: number): void {
    for (let first = this.due.first; first !== undefined && first.until <= now; first = this.due.first) {
      this.due.shift();
      this.settle(first.order, now);
    }
  }

  /** When the next order may be free, if anybody waits for one. */
  get next(): number {
    return this.waiting === 0 ? Infinity : (this.due.first?.until ?? Infinity);
  }

  private open(home: Map<string, Order>, key: string): Order {
    const known = home.get(key);
    if (known !== undefined) return known;
    const order = new Order(key, home);
    home.set(key, order);
    return order;
  }

  private keep(order: Order, sending: Sending): void {
    sending.claims = true;
    order.claimed = sending.outRefundNo;
    order.claims++;
  }

  private settle(order: Order, now: number): void {
    if (order.claims > 0 || order.until > now) return;
    const next = order.parked.first;
    if (next === undefined) {
      if (order.home.get(order.key) === order) order.home.delete(order.key);
      return;
    }
    this.leave(next);
    this.keep(order, next);
    this.unpark(next);
  }
}
