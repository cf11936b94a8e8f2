/**
 * When a call may leave: within the gateway's limits, in turn, and no faster than anybody answers.
 *
 * One {@link Pace} is kept for one merchant number (mch_id) in one process; everything that calls for it shares it. It decides at the moment of
 * sending: calls a second, failing calls a second, the minute between different refunds of an order, what may leave in an outage and
 * while a merchant is held by a cause such as no money (余额不足), and which question is asked after a doubt. What is to be done with an answer
 * is left to {@link Resend}. Calls wait, they do not fail.
 */
import * as Context from "effect/Context";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Exit from "effect/Exit";
import * as Fiber from "effect/Fiber";
import * as Layer from "effect/Layer";
import * as Random from "effect/Random";
import { Endpoint } from "./Endpoint.ts";
import { makeAlarm, signal } from "./internal/alarm.ts";
import { isLimitV3 } from "./internal/errorCodesV3.ts";
import { copyExpected } from "./internal/expected.ts";
import { Gate } from "./internal/gate.ts";
import { orderKey } from "./internal/orders.ts";
import { reader } from "./internal/monotonic.ts";
import type { MerchantCause } from "./internal/observed.ts";
import { placed } from "./internal/placed.ts";
import { Lane as Place, type Waiter } from "./internal/waiter.ts";
import { fromPage, type OrderRefunds } from "./OrderRefunds.ts";
import { operation } from "./Refund.ts";
import { type RefundByNumber, RefundClient } from "./RefundClient.ts";
import type { RefundError } from "./RefundError.ts";
import * as RefundQuery from "./RefundQuery.ts";

export type { MerchantCause } from "./internal/observed.ts";

/** The documented limits are the defaults: 150 calls/s, 6 failing calls/s, 60 s between different refunds of an order. */
export interface Options {
  readonly perSecond?: number | undefined;
  readonly failingPerSecond?: number | undefined;
  readonly betweenRefundsOfAnOrder?: Duration.Input | undefined;
}

/** What a call asks for. */
export interface Turn {
  /** `question`: after a doubt, a query or the identical request; which of them is chosen when it leaves. */
  readonly calls: "send" | "ask" | "question";
  readonly outRefundNo: string;
  /**
   * The order of a send, as JSON. Sends of different refunds of one order leave a minute apart; a repeat of the same refund waits for
   * nobody. A question of which the order forbids the send is a query.
   */
  readonly order?: string | undefined;
  /** Calls of one kind fail alike: the failing share is learned of each. There should be few. `calls` unless told otherwise. */
  readonly kind?: string | undefined;
}

/**
 * How a call ended. `ok`: answered, no failure. `failed`: answered with a failure, so it counts to the failing calls. `limited`: answered with
 * a rate code, so nothing leaves for 60 to 70 s. `unanswered`: it may have been sent. `not-sent`: it was certainly not. `unusable`: nor was
 * it, for a reason on this side, which says nothing of whether the gateway answers. `not-made`: given back, as if it had never been asked for.
 */
export type Ended = "ok" | "failed" | "limited" | "unanswered" | "not-sent" | "unusable" | "not-made";

/** What may leave now. */
export interface Permit {
  readonly call: "send" | "ask";
  /** Tells how it ended. Only the first time counts. */
  readonly end: (how: Ended) => void;
}

/** A turn that was taken by who has something to do before the call leaves, such as storing that it will. */
export interface Reserved {
  readonly call: "send" | "ask";
  /** The call leaves now, and counts from now on. */
  readonly leave: () => Permit;
  /** It does not leave, as if it had never been asked for; after {@link Reserved.leave} it changes nothing. */
  readonly giveBack: () => void;
}

/** A cause that holds a merchant, what the gateway or the transport said, and for how long. */
export interface Held {
  readonly cause: MerchantCause;
  readonly message: string;
  readonly sinceMillis: number;
}

/** One merchant, or one sub-merchant (特约商户) of a provider, within a pace. */
export interface Lane {
  /**
   * Waits for its turn and takes it: first come, first served, lanes in turn. Interruption gives it back. What waits for its order, for a
   * held merchant, or to fail, holds up nobody else.
   */
  readonly take: (turn: Turn) => Effect.Effect<Permit>;
  /** As {@link Lane.take}, for a call that leaves a while after its turn has come: a part of the limits is kept for it until then. */
  readonly reserve: (turn: Turn) => Effect.Effect<Reserved>;
  /** The cause that holds this merchant, if any: then a send an hour and four queries leave, each for all, and the rest waits. */
  readonly held: () => Held | undefined;
  /**
   * A refund met a cause, `by` a send or a query. It holds at once where it was `signed`; otherwise when it has been reported for ten
   * minutes while other calls succeeded.
   */
  readonly report: (cause: MerchantCause, message: string, signed: boolean, by: "send" | "ask") => void;
  /** An accepted send lifts every cause; an answered query lifts a `key` and an `account` that a query showed. */
  readonly succeeded: (call: "send" | "ask") => void;
  /**
   * A person says that what holds the merchant is mended: one send leaves to see, for all, at most 10 s after the last one and, each time that
   * it did not help, after twice as long.
   */
  readonly wish: () => void;
  /** Completes when a cause appears, changes or is lifted next. */
  readonly changed: Effect.Effect<void>;
  /** Completes when the next outage of this pace has ended: what waits for the gateway may come back at once. */
  readonly recovered: Effect.Effect<void>;
}

/** The limits of one merchant number, for everything that calls for it in this process. */
export interface Pace {
  /** By `sub_mch_id`, or `""`; the same name gives the same lane. */
  readonly lane: (name: string) => Lane;
  /** The client within this pace. Its requests are read when the call is made, not when it leaves. */
  readonly refundClient: (client: RefundClient["Service"], lane?: string) => RefundClient["Service"];
  readonly orderRefunds: (orders: OrderRefunds["Service"], lane?: string) => OrderRefunds["Service"];
}

const count = (name: string, value: number): number => {
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new RangeError(`${name} must be a whole number of calls, at least 1`);
};

const rateCodes: ReadonlySet<string> = new Set(["FREQUENCY_LIMITED", "INVALID_REQ_TOO_MUCH"]);

/** How an error ends its call. A page of a server that is down is no answer, nor is what anybody may have written. */
export const endedOf = ({ reason }: RefundError): Ended => {
  switch (reason._tag) {
    case "InvalidRequest":
      return "not-made";
    case "TransportFailed":
      if (reason.error.reason._tag === "Unusable") return "unusable";
      return reason.error.sent === "no" ? "not-sent" : "unanswered";
    case "GatewayRefused":
      if (reason.status === 429) return "limited";
      return reason.page !== undefined || (reason.status >= 400 && reason.status < 500) ? "failed" : "unanswered";
    case "MalformedReply":
      return "unanswered";
    case "UntrustedReply":
      // Its signature holds, so the gateway spoke, of something else.
      return reason.problem === "mismatch" ? "failed" : "unanswered";
    case "ProtocolRejected":
      return "failed";
    case "Rejected":
      return (reason.status === undefined ? rateCodes.has(reason.errCode) : isLimitV3(reason.errCode, reason.status))
        ? "limited"
        : "failed";
  }
};

/** The call in its turn. An interruption in between leaves it as one without an answer. */
const within =
  (lane: Lane, turn: Turn) =>
  <A>(call: Effect.Effect<A, RefundError>): Effect.Effect<A, RefundError> =>
    Effect.uninterruptibleMask((restore) =>
      Effect.flatMap(restore(lane.take(turn)), (permit) =>
        Effect.onExit(restore(call), (exit) =>
          Effect.sync(() => {
            if (Exit.isSuccess(exit)) lane.succeeded(permit.call);
            const failure = Exit.isSuccess(exit) ? undefined : exit.cause.reasons.find(({ _tag }) => _tag === "Fail");
            permit.end(Exit.isSuccess(exit) ? "ok" : failure?._tag === "Fail" ? endedOf(failure.error) : "unanswered");
          }),
        ),
      ),
    );

const known = new WeakMap<RefundClient["Service"], ReturnType<typeof of>>();

/** A pace of its own. Throws a `RangeError` that names a number which limits nothing. */
export const make = (options: Options = {}): Pace => {
  const { betweenRefundsOfAnOrder = "60 seconds" } = options;
  const lanes = new Map<string, Lane>();
  const read = reader();
  const alarm = makeAlarm(read);
  const recovered = signal();
  const gate = new Gate(
    {
      perSecond: count("perSecond", options.perSecond ?? 150),
      failingPerSecond: count("failingPerSecond", options.failingPerSecond ?? 6),
      spacing: Duration.toMillis(betweenRefundsOfAnOrder),
    },
    {
      now: read,
      random: () =>
        (Fiber.getCurrent()?.getRef(Random.Random) ?? Context.get(Context.empty(), Random.Random)).nextDoubleUnsafe(),
      arm: (at) => alarm(at, () => gate.pump()),
      recovered: recovered.now,
    },
  );

  const makeLane = (): Lane => {
    const place = new Place();
    const changed = signal();
    const change = (happened: boolean): void => {
      if (!happened) return;
      changed.now();
      gate.wake(place);
    };
    const entered = <A>(turn: Turn, granted: (waiter: Waiter) => A): Effect.Effect<A> =>
      Effect.callback<A>((resume) => {
        // Nothing may run between its turn and the caller's having it: an interruption there would lose it.
        const waiter = gate.enter(place, turn, () => resume(Effect.sync(() => granted(waiter))));
        return Effect.sync(() => gate.leave(waiter));
      });
    const left = (waiter: Waiter): Permit => {
      gate.begin(waiter);
      return { call: waiter.call, end: (how) => gate.end(waiter, how) };
    };
    return {
      take: (turn) => entered(turn, left),
      reserve: (turn) =>
        entered(turn, (waiter) => ({
          call: waiter.call,
          leave: () => left(waiter),
          giveBack: () => {
            if (waiter.stage === "granted") gate.leave(waiter);
          },
        })),
      held: () => place.causes.held(read()),
      report: (cause, message, signed, by) => change(place.causes.report(cause, message, signed, by, read())),
      succeeded: (call) => change(place.causes.succeeded(call)),
      wish: () => {
        if (place.causes.wish()) gate.wake(place);
      },
      changed: changed.wait,
      recovered: recovered.wait,
    };
  };

  const lane = (name: string): Lane => {
    const made = lanes.get(name) ?? makeLane();
    lanes.set(name, made);
    return made;
  };

  return {
    lane,
    refundClient: (client, name = "") => {
      const own = lane(name);
      const ask = (outRefundNo: string) => within(own, { calls: "ask", outRefundNo });
      const paced: RefundClient["Service"] = {
        refund: (asked) =>
          Effect.suspend(() => {
            // As it is now, and not as it may be a minute later.
            const request = operation.copy(asked);
            const turn: Turn = {
              calls: "send",
              outRefundNo: operation.outRefundNo(request) ?? "",
              order: orderKey(request),
            };
            return within(own, turn)(client.refund(request));
          }),
        query: (asked) =>
          Effect.suspend(() => {
            const request = RefundQuery.operation.copy(asked) as RefundByNumber;
            return ask(RefundQuery.operation.outRefundNo(request) ?? "")(client.query(request));
          }),
        confirm: (given) =>
          Effect.suspend(() => {
            const expected = copyExpected(given);
            return ask(expected.outRefundNo)(client.confirm(expected));
          }),
      };
      known.set(paced, { lane: own, client });
      return paced;
    },
    orderRefunds: ({ page }, name = "") =>
      fromPage((asked) =>
        Effect.suspend(() => {
          const request = RefundQuery.operation.copy(asked);
          return within(lane(name), { calls: "ask", outRefundNo: request.outRefundNo ?? "", kind: "list" })(
            page(request),
          );
        }),
      ),
  };
};

/**
 * The lane of a client, and the client without it, for who takes turns himself. A client that no pace was made for gets one of its own, with
 * the documented limits.
 */
export const of = (
  client: RefundClient["Service"],
): { readonly lane: Lane; readonly client: RefundClient["Service"] } => {
  const found = known.get(client);
  if (found !== undefined) return found;
  const made = { lane: make().lane(""), client };
  known.set(client, made);
  return made;
};

/**
 * Wraps the client in context, with a pace of its own wherever it is used: two merchants never wait for each other. What calls for one
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
