/**
 * The gateway's limits, kept before it has to enforce them: calls a second, failing calls a second, and the minute between
 * different refunds of one order.
 *
 * One instance limits one merchant in one process; share its layer between everything that calls for that merchant.
 */
import * as Clock from "effect/Clock";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as Stream from "effect/Stream";
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

/** Wraps the client in context; calls wait for their turn, they do not fail. */
export const layer = (options: Options = {}): Layer.Layer<RefundClient, never, RefundClient> =>
  Layer.effect(
    RefundClient,
    Effect.gen(function* () {
      const { betweenRefundsOfAnOrder = "60 seconds", failingPerSecond = 6, perSecond = 150 } = options;
      const spacing = Duration.toMillis(betweenRefundsOfAnOrder);
      const client = yield* RefundClient;
      const calls = new Window(perSecond);
      const failing = new Window(failingPerSecond);
      const orders = new Map<string, { outRefundNo: string; at: number }>();

      const turnOfOrder = Effect.fnUntraced(function* (order: string, outRefundNo: string) {
        const now = yield* Clock.currentTimeMillis;
        for (const [key, entry] of orders) if (entry.at + spacing <= now) orders.delete(key);
        const last = orders.get(order);
        // A repeat of the same refund is not another refund of the order.
        const at = last === undefined || last.outRefundNo === outRefundNo ? now : Math.max(now, last.at + spacing);
        orders.set(order, { outRefundNo, at });
        if (at > now) yield* Effect.sleep(at - now);
      });

      const limited = Effect.fnUntraced(function* <A>(
        call: Effect.Effect<A, RefundError>,
        order: string | undefined,
        outRefundNo: string,
      ) {
        if (order !== undefined) yield* turnOfOrder(order, outRefundNo);
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

      return {
        refund: (request) => limited(client.refund(request), orderKey(request), request.outRefundNo),
        query: (request) => limited(client.query(request), undefined, ""),
        confirm: (expected) => limited(client.confirm(expected), undefined, ""),
        queryAll: (order) => Stream.unwrap(limited(Effect.succeed(client.queryAll(order)), undefined, "")),
      };
    }),
  );
