/**
 * The gateway's limits, kept before it has to enforce them: calls a second, failing calls a second, and the minute between
 * different refunds of one order.
 *
 * One {@link Limiter} limits one merchant number in one process; everything that calls for it shares it.
 */
import * as Clock from "effect/Clock";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import { fromPage, type OrderRefunds } from "./OrderRefunds.ts";
import type { RefundRequest } from "./Refund.ts";
import { RefundClient } from "./RefundClient.ts";
import type { RefundError } from "./RefundError.ts";

/** The documented limits are the defaults: 150 calls/s, 6 failing calls/s, 60 s between different refunds of an order. */
export interface Options {
  readonly perSecond?: number | undefined;
  readonly failingPerSecond?: number | undefined;
  readonly betweenRefundsOfAnOrder?: Duration.Input | undefined;
}

/** Hands out moments, at most `perSecond` in any second: the n-th before last must be a second ago. */
class Window {
  private readonly taken: Array<number> = [];
  private readonly perSecond: number;
  constructor(perSecond: number) {
    this.perSecond = perSecond;
  }
  /** The earliest time at which one more fits. */
  free(now: number): number {
    const oldest = this.taken[this.taken.length - this.perSecond];
    return oldest === undefined ? now : Math.max(now, oldest + 1000);
  }
  take(at: number): void {
    this.taken.push(at);
    if (this.taken.length > this.perSecond) this.taken.shift();
  }
}

const orderKey = ({ order }: RefundRequest): string => JSON.stringify(order ?? null);

/** The limits of one merchant number, for everything that calls for it in this process. Calls wait for their turn, they do not fail. */
export interface Limiter {
  /** The client within the limits. The minute between refunds is counted for each client: orders of another sub-merchant are other orders. */
  readonly refundClient: (client: RefundClient["Service"]) => RefundClient["Service"];
  readonly orderRefunds: (orders: OrderRefunds["Service"]) => OrderRefunds["Service"];
}

/** Limits of their own. */
export const make = (options: Options = {}): Limiter => {
  const { betweenRefundsOfAnOrder = "60 seconds", failingPerSecond = 6, perSecond = 150 } = options;
  const spacing = Duration.toMillis(betweenRefundsOfAnOrder);
  const calls = new Window(perSecond);
  const failing = new Window(failingPerSecond);

  const limited = Effect.fnUntraced(function* <A>(call: Effect.Effect<A, RefundError>) {
    const now = yield* Clock.currentTimeMillis;
    const at = Math.max(calls.free(now), failing.free(now));
    // Taken before waiting, so that whoever comes meanwhile stands behind.
    calls.take(at);
    if (at > now) yield* Effect.sleep(at - now);
    return yield* call.pipe(
      Effect.tapError((error) =>
        // A request that our own check refused never reached the gateway.
        error.reason._tag === "InvalidRequest"
          ? Effect.void
          : Effect.map(Clock.currentTimeMillis, (time) => failing.take(time)),
      ),
    );
  });

  const spaced = () => {
    const orders = new Map<string, { outRefundNo: string; at: number }>();
    return Effect.fnUntraced(function* (request: RefundRequest) {
      const { outRefundNo } = request;
      const order = orderKey(request);
      const now = yield* Clock.currentTimeMillis;
      for (const [key, entry] of orders) if (entry.at + spacing <= now) orders.delete(key);
      const last = orders.get(order);
      // A repeat of the same refund is not another refund of the order.
      const at = last === undefined || last.outRefundNo === outRefundNo ? now : Math.max(now, last.at + spacing);
      orders.set(order, { outRefundNo, at });
      if (at > now) yield* Effect.sleep(at - now);
    });
  };

  return {
    refundClient: (client) => {
      const turn = spaced();
      return {
        refund: (request) => Effect.andThen(turn(request), limited(client.refund(request))),
        query: (request) => limited(client.query(request)),
        confirm: (expected) => limited(client.confirm(expected)),
      };
    },
    orderRefunds: ({ page }) => fromPage((request) => limited(page(request))),
  };
};

/**
 * Wraps the client in context, with limits of its own wherever it is used: two merchants never wait for each other. What calls for one
 * merchant shares the layer that this one was provided to.
 */
export const layer = (options: Options = {}): Layer.Layer<RefundClient, never, RefundClient> =>
  Layer.fresh(
    Layer.effect(
      RefundClient,
      RefundClient.useSync((client) => make(options).refundClient(client)),
    ),
  );
