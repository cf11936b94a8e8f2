/** Endpoints of webhooks as a person sees them, and what he does about them: how each stands, what is dead, replay, switch on again. */
import * as Effect from "effect/Effect";
import type { SqlError } from "effect/sql/SqlError";
import * as Deliveries from "./Deliveries.ts";
import type { Database } from "./internal/database.ts";
import type { Person } from "./Refunds.ts";
/** How an endpoint stands. Times are ms since 1970 by the store's clock. */
export interface Standing {
    readonly name: string;
    readonly pending: number;
    /** Without pings: they tell of nothing, and whoever sent one looks at its end. */
    readonly dead: number;
    readonly deliveredAt?: number | undefined;
    readonly failedAt?: number | undefined;
    /** What the last failure was. */
    readonly failed?: string | undefined;
    /** Since when nothing is sent to it, and why. */
    readonly disabledAt?: number | undefined;
    readonly disabledWhy?: string | undefined;
    /** Who switched it on again. */
    readonly enabled?: {
        readonly by: string;
        readonly reason: string;
        readonly at: number;
    } | undefined;
}
/** A message on its way, or come to an end. */
export interface Delivery {
    readonly id: number;
    readonly endpoint: string;
    readonly state: Deliveries.State;
    readonly message: string;
    readonly type: string;
    /** What it holds; nothing where it could not be made. */
    readonly payload: string;
    /** Of the event among all events; none of a ping. */
    readonly position?: number | undefined;
    readonly happenedAt: number;
    readonly outRefundNo?: string | undefined;
    readonly attempts: number;
    readonly since: number;
    /** When it is tried next, or until when somebody is at it. */
    readonly dueAt?: number | undefined;
    /** What the last answer was, and what was wrong with it. */
    readonly status?: number | undefined;
    readonly said?: string | undefined;
    readonly endedAt?: number | undefined;
    /** Who had it delivered again last. */
    readonly replayed?: Person | undefined;
}
/** What a person has delivered again. */
export interface Replayed {
    readonly count: number;
    /** There is more to do, from this position on. */
    readonly next?: number | undefined;
}
/** Which events: by their positions, both included, or by when they happened, `until` not included. */
export interface Range {
    readonly first?: number | undefined;
    readonly last?: number | undefined;
    readonly from?: number | undefined;
    readonly until?: number | undefined;
}
/** All endpoints that were ever known, by name. */
export declare const standings: ({ sql, table }: Database) => Effect.Effect<ReadonlyArray<Standing>, SqlError>;
/** The messages to an endpoint, the newest first; `after` is the `id` of the last one of the page before. */
export declare const list: ({ sql, table }: Database, endpoint: string, { after, limit, state, }?: {
    readonly after?: number;
    readonly limit?: number;
    readonly state?: Deliveries.State;
}) => Effect.Effect<ReadonlyArray<Delivery>, SqlError>;
export declare const find: ({ sql, table }: Database, endpoint: string, id: number) => Effect.Effect<Delivery | undefined, SqlError>;
/** Has one message delivered again, however it ended; none where there is no such message, or none that could be made. */
export declare const replay: (database: Database, endpoint: string, id: number, person: Person) => Effect.Effect<Replayed, SqlError>;
/** Has the dead messages of a range delivered again. */
export declare const replayDead: (database: Database, endpoint: string, range: Range, person: Person) => Effect.Effect<Replayed, SqlError, never>;
/**
 * Has the messages of all changes of refunds in a range delivered again, also those that were delivered and are kept no more, as they are
 * made now; ten thousand at most. Days of the books are replayed one by one, or where they are dead.
 */
export declare const replayAll: (database: Database, endpoint: string, range: Range, maker: Deliveries.Maker, person: Person) => Effect.Effect<Replayed, SqlError, never>;
/** Switches an endpoint on again: it goes on where it ended, and what rested has all its time before it. `false`: it was on, or is unknown. */
export declare const enable: (database: Database, name: string, { by, reason }: Person) => Effect.Effect<boolean, SqlError>;
/** Has a message sent that is of no event, once, also where the endpoint is disabled. Its `id`; nothing where the endpoint is unknown. */
export declare const ping: ({ now: clock, sql, table, transaction }: Database, endpoint: string, { message, payload, type }: Deliveries.Message) => Effect.Effect<number | undefined, SqlError>;
