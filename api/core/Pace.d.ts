import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import type { MerchantCause } from "./internal/observed.ts";
import { type OrderRefunds } from "./OrderRefunds.ts";
import { RefundClient } from "./RefundClient.ts";
import type { RefundError } from "./RefundError.ts";
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
/** How an error ends its call. A page of a server that is down is no answer, nor is what anybody may have written. */
export declare const endedOf: ({ reason }: RefundError) => Ended;
/** A pace of its own. Throws a `RangeError` that names a number which limits nothing. */
export declare const make: (options?: Options) => Pace;
/**
 * The lane of a client, and the client without it, for who takes turns himself. A client that no pace was made for gets one of its own, with
 * the documented limits.
 */
export declare const of: (client: RefundClient["Service"]) => {
    readonly lane: Lane;
    readonly client: RefundClient["Service"];
};
/**
 * Wraps the client in context, with a pace of its own wherever it is used: two merchants never wait for each other. What calls for one
 * merchant shares the layer that this one was provided to.
 */
export declare const layer: (options?: Options) => Layer.Layer<RefundClient, never, RefundClient>;
