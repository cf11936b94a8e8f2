/**
 * The gateway's limits, kept before it has to enforce them: calls a second, failing calls a second, and the minute between
 * different refunds of one order.
 *
 * One {@link Limiter} limits one merchant number in one process; everything that calls for it shares it.
 */
import * as Clock from "effect/Clock";
import * as Context from "effect/Context";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import { Endpoint } from "./Endpoint.ts";
import { agreed } from "./internal/endpoint.ts";
import { fromPage, type OrderRefunds } from "./OrderRefunds.ts";
import { operation, type RefundRequest } from "./Refund.ts";
import { RefundClient } from "./RefundClient.ts";
import { type OperationName, RefundError } from "./RefundError.ts";

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

const count = (name: string, value: number): number => {
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new RangeError(`${name} must be a whole number of calls, at least 1`);
};

/** Limits of their own. Throws a `RangeError` that names a number which limits nothing. */
export const make = (options: Options = {}): Limiter => {
  const { betweenRefundsOfAnOrder = "60 seconds" } = options;
  const perSecond = count("perSecond", options.perSecond ?? 150);
  const failingPerSecond = count("failingPerSecond", options.failingPerSecond ?? 6);
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
        refund: (asked) =>
          Effect.suspend(() => {
            // As it is now, and not as it may be a minute later.
            const request = operation.copy(asked);
            return Effect.andThen(turn(request), limited(client.refund(request)));
          }),
        query: (request) => limited(client.query(request)),
        confirm: (expected) => limited(client.confirm(expected)),
      };
    },
    orderRefunds: ({ page }) => fromPage((request) => limited(page(request))),
  };
};

/** The client with the `Endpoint` that the layer around it was given, where the call itself names none. */
const placed = (client: RefundClient["Service"], endpoint: string | undefined): RefundClient["Service"] => {
  if (endpoint === undefined) return client;
  const at = <A>(name: OperationName, outRefundNo: string, call: Effect.Effect<A, RefundError>) =>
    Effect.contextWith((context: Context.Context<never>) => {
      const named = agreed([Context.getOrUndefined(context, Endpoint), endpoint]);
      return named._tag === "Success"
        ? Effect.provideService(call, Endpoint, endpoint)
        : Effect.fail(new RefundError({ operation: name, outRefundNo, reason: named.failure }));
    });
  return {
    refund: (request) => at("refund", request.outRefundNo, client.refund(request)),
    query: (request) => at("refundquery", request.outRefundNo, client.query(request)),
    confirm: (expected) => at("refundquery", expected.outRefundNo, client.confirm(expected)),
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
      Effect.contextWith((context: Context.Context<RefundClient>) => {
        const client = placed(Context.get(context, RefundClient), Context.getOrUndefined(context, Endpoint));
        return Effect.succeed(make(options).refundClient(client));
      }),
    ),
  );
