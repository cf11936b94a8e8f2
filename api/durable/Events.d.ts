import * as Context from "effect/Context";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as Schema from "effect/Schema";
import type * as Scope from "effect/Scope";
import type { SqlError } from "effect/sql/SqlError";
import * as Stream from "effect/Stream";
import type { Database } from "./internal/database.ts";
import { type Raw } from "./internal/row.ts";
import { RefundStore } from "./RefundStore.ts";
import { Signalling } from "./Signalling.ts";
/** A change, the same whenever it is read. Amounts are fen, times milliseconds since 1970. */
export declare const Event: Schema.Struct<{
    /** Where it stands among all events; a cursor is the position of the last one that was handled. */
    readonly position: Schema.Int;
    /** The `position` as a line of the refund's history: 1, 2, 3 …, not all of them events. */
    readonly seq: Schema.Int;
    readonly at: Schema.Int;
    readonly mchId: Schema.String;
    readonly subMchId: Schema.optionalKey<Schema.String>;
    readonly outRefundNo: Schema.String;
    readonly refundFee: Schema.Int;
    readonly currency: Schema.String;
    readonly truth: Schema.String;
    readonly fromTruth: Schema.optionalKey<Schema.String>;
    readonly block: Schema.optionalKey<Schema.Literals<readonly ["top-up", "key", "certificate", "account", "request", "other-refund", "change", "overdue", "denied", "withheld"]>>;
    readonly fromBlock: Schema.optionalKey<Schema.Literals<readonly ["top-up", "key", "certificate", "account", "request", "other-refund", "change", "overdue", "denied", "withheld"]>>;
    /** What happened, such as `send: accepted`. */
    readonly what: Schema.String;
    /** What the answer or the person said: a refusal, a status, by whom and why. */
    readonly detail: Schema.optionalKey<Schema.$Record<Schema.String, Schema.Codec<Schema.Json, Schema.Json, never, never>>>;
}>;
export type Event = typeof Event.Type;
declare const Events_base: Context.ServiceClass<Events, "@wechat-refund/durable/Events", {
    /** A page of the events after a position. */
    readonly after: (position: number, limit?: number) => Effect.Effect<ReadonlyArray<Event>, SqlError>;
    /** All after a position, and then each as it happens. */
    readonly stream: (position?: number) => Stream.Stream<Event, SqlError>;
    /** The position of the newest event, also where that was removed since. */
    readonly newest: Effect.Effect<number, SqlError>;
    /**
     * Hands every event to a consumer of this name, in order, for as long as it runs. An event whose handler did not succeed, or that was handled
     * by a process that ended soon after, comes again: at least once, with the same content. Two processes that run one name both get each.
     */
    readonly consume: <E, R>(name: string, handle: (event: Event) => Effect.Effect<void, E, R>) => Effect.Effect<never, SqlError | E, R>;
    /** Where a consumer has come to; 0 for one that has not begun. */
    readonly cursor: (name: string) => Effect.Effect<number, SqlError>;
}>;
export declare class Events extends Events_base {
}
/** What a batch adds to one of the totals, or takes from it. */
export interface Delta {
    readonly mchId: string;
    readonly subMchId: string;
    readonly currency: string;
    readonly truth: string;
    readonly block: string;
    count: number;
    amount: number;
}
/** What a batch of changes adds to the totals and takes from them. */
export declare const deltasOf: (raws: ReadonlyArray<Raw>) => ReadonlyArray<Delta>;
/** Gives positions to what is committed and has none. Tells how many it gave; nothing where another process is at it. */
export declare const sequence: ({ pg, sql, table, tables, transaction, }: Database) => Effect.Effect<number | undefined, SqlError>;
export interface Options {
    /** How often the store is looked at when nobody tells that something has changed; 1 s. */
    readonly poll?: Duration.Input | undefined;
}
export declare const make: (options?: Options | undefined) => Effect.Effect<{
    /** A page of the events after a position. */
    readonly after: (position: number, limit?: number) => Effect.Effect<ReadonlyArray<Event>, SqlError>;
    /** All after a position, and then each as it happens. */
    readonly stream: (position?: number) => Stream.Stream<Event, SqlError>;
    /** The position of the newest event, also where that was removed since. */
    readonly newest: Effect.Effect<number, SqlError>;
    /**
     * Hands every event to a consumer of this name, in order, for as long as it runs. An event whose handler did not succeed, or that was handled
     * by a process that ended soon after, comes again: at least once, with the same content. Two processes that run one name both get each.
     */
    readonly consume: <E, R>(name: string, handle: (event: Event) => Effect.Effect<void, E, R>) => Effect.Effect<never, SqlError | E, R>;
    /** Where a consumer has come to; 0 for one that has not begun. */
    readonly cursor: (name: string) => Effect.Effect<number, SqlError>;
}, never, RefundStore | Scope.Scope | Signalling>;
/** The events, and the fiber that gives them their positions. */
export declare const layer: (options?: Options) => Layer.Layer<Events, never, RefundStore | Signalling>;
export {};
