/**
 * What is on its way to webhooks, in the database: messages that are made of events once each was placed, and who is at one.
 *
 * Each endpoint has cursors of its own over the feeds of events and of the books, so that none waits for another, and a message is planned
 * in the transaction that moves the cursor: none is missing, none is there twice. A message is one process's for as long as it says; it is
 * tried again by anybody where nobody has said by then how it ended. What a message holds, and what follows from an answer, is decided by
 * who delivers.
 */
import * as Effect from "effect/Effect";
import type { SqlError } from "effect/sql/SqlError";
import type { Fragment } from "effect/sql/Statement";
import type { Event } from "./Events.ts";
import type { Database } from "./internal/database.ts";
import * as Reconciliations from "./Reconciliations.ts";
import type { Person } from "./Refunds.ts";
/** `pending`: to be tried, or being tried; `delivered`; `dead`: given up, until a person replays it. */
export declare const states: readonly ["pending", "delivered", "dead"];
export type State = (typeof states)[number];
/** What may become a message: a change of a refund, or a day of the books that is done. */
export type Source = {
    readonly _tag: "Refund";
    readonly event: Event;
} | {
    readonly _tag: "Books";
    readonly day: Reconciliations.Day;
};
/** A message to be delivered. */
export interface Message {
    /** The same for the same event, whenever and to whomever it is sent. */
    readonly message: string;
    readonly type: string;
    readonly payload: string;
}
/** What an endpoint is told. */
export interface Maker {
    /** Makes the message of an event; nothing where the endpoint does not want it. */
    readonly make: (source: Source) => Message | undefined;
    /** Whether it is told of a merchant's refunds: of a change that cannot be read nothing else is sure. */
    readonly isTold: (numbers: {
        readonly mchId: string;
        readonly subMchId: string;
    }) => boolean;
}
/** A message that this process is at. */
export interface Claimed extends Message {
    readonly id: number;
    /** It is tried once, and never again by itself. */
    readonly ping: boolean;
    /** How often it was tried, this time included. */
    readonly attempts: number;
    /** For how long it has been tried, in ms. */
    readonly age: number;
    readonly epoch: number;
}
/** How an attempt ended. */
export type Ending = {
    readonly _tag: "Delivered";
} | {
    readonly _tag: "Later";
    readonly millis: number;
} | {
    readonly _tag: "Dead";
}
/** Its endpoint wants nothing any more; what is on its way to it rests. */
 | {
    readonly _tag: "Disabled";
};
/** A message, or what stands where none could be made, before it is stored. */
export interface Planned extends Partial<Message> {
    readonly source: "refund" | "books";
    readonly position: number;
    readonly at: number;
    readonly outRefundNo: string | null;
}
/** The changes of refunds that stand after a position and fulfil `which`, in their order. */
export declare const refundsAfter: (args_0: Database, position: number, args_2: Maker, which: Fragment, limit?: any) => Effect.Effect<{
    planned: Planned[];
    reached: number;
    read: number;
}, SqlError, never>;
/** Stores messages; one that is there already stays as it is, or is tried anew where a person wants it `again`. */
export declare const store: (args_0: Database, endpoint: string, planned: readonly Planned[], again?: Person | undefined) => Effect.Effect<number, SqlError, never>;
export declare const make: (database: Database) => {
    /** Makes an endpoint known: from then on every event is told to it. One that is known stays where it is. */
    register: (name: string) => Effect.Effect<void, SqlError>;
    /**
     * Makes messages of what came after the endpoint's cursors. How many there are now, and whether there may be more; nothing where it is
     * disabled, unknown, or another process is at it.
     */
    plan: (name: string, maker: Maker) => Effect.Effect<{
        readonly count: number;
        readonly more: boolean;
    } | undefined, SqlError>;
    /**
     * Takes messages of an endpoint that are due, for `lease` ms: `fresh` ones that were never tried, and such as were. Of a disabled
     * endpoint only what a person sends to try it.
     */
    claim: (name: string, { again, fresh, lease }: {
        readonly fresh: number;
        readonly again: number;
        readonly lease: number;
    }) => Effect.Effect<ReadonlyArray<Claimed>, SqlError>;
    /** Says how an attempt ended; `false` where the message is another's by now. `said`: why it was not delivered. */
    end: (name: string, { epoch, id }: Pick<Claimed, "id" | "epoch">, ending: Ending, { said, status }?: {
        readonly status?: number | undefined;
        readonly said?: string | undefined;
    }) => Effect.Effect<boolean, SqlError>;
    /** Gives back what was taken and not tried. */
    release: (claimed: ReadonlyArray<Pick<Claimed, "id" | "epoch">>) => Effect.Effect<void, SqlError>;
    /** What a clock that was set back has planned too late is planned anew; what ended is kept for so many ms. How many rows are gone. */
    tidy: (kept: {
        readonly delivered: number;
        readonly dead: number;
    }) => Effect.Effect<number, SqlError>;
};
