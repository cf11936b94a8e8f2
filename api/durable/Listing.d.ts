/** What a store is asked by people: which refunds, in pages that go on where the last one ended, and how many and how much in all. */
import { Cause, Truth } from "@wechat-refund/core/RefundProgress";
import * as Effect from "effect/Effect";
import * as Schema from "effect/Schema";
import type { SqlError } from "effect/sql/SqlError";
import type { Database } from "./internal/database.ts";
import { type Damaged, type Row } from "./internal/row.ts";
/**
 * What Recorded is made of: `Sending`, whose first send is under way, or was when its process ended, so that they may have been accepted;
 * `Blocked` and `Unsent`, which certainly were not.
 */
export declare const Part: Schema.Literals<readonly ["Sending", "Blocked", "Unsent"]>;
export type Part = typeof Part.Type;
/** Which refunds. Everything that is given must hold; of a list one. */
export declare const Filter: Schema.Struct<{
    readonly mchId: Schema.optional<Schema.String>;
    /** `""` for refunds of the merchant itself. */
    readonly subMchId: Schema.optional<Schema.String>;
    /** Of one of these merchants, `subMchId` being `""` for the merchant itself; of none where the list is empty. */
    readonly whose: Schema.optional<Schema.$Array<Schema.Struct<{
        readonly mchId: Schema.String;
        readonly subMchId: Schema.String;
    }>>>;
    readonly truth: Schema.optional<Schema.$Array<Schema.Union<readonly [Schema.Literals<readonly ["Recorded", "Unknown", "Accepted", "Succeeded", "Closed", "Rejected", "NotMade", "Resolved"]>, Schema.Literals<readonly ["Sending", "Blocked", "Unsent"]>]>>>;
    /** Blocked by one of these; `any` by whatever cause. */
    readonly block: Schema.optional<Schema.Union<readonly [Schema.Literal<"any">, Schema.$Array<Schema.Literals<readonly ["top-up", "key", "certificate", "account", "request", "other-refund", "change", "overdue", "denied", "withheld"]>>]>>;
    /** Whether a call of it was ever begun. */
    readonly begun: Schema.optional<Schema.Boolean>;
    readonly transactionId: Schema.optional<Schema.String>;
    readonly outTradeNo: Schema.optional<Schema.String>;
    readonly outRefundNo: Schema.optional<Schema.String>;
    /** How the number begins. */
    readonly prefix: Schema.optional<Schema.String>;
    /** How a number of the order begins. */
    readonly transactionIdPrefix: Schema.optional<Schema.String>;
    readonly outTradeNoPrefix: Schema.optional<Schema.String>;
    /** Recorded from then on, and before: milliseconds since 1970. */
    readonly from: Schema.optional<Schema.Number>;
    readonly until: Schema.optional<Schema.Number>;
}>;
export type Filter = typeof Filter.Type;
export interface Page {
    readonly rows: ReadonlyArray<Row>;
    /** Give it as `after` for the next page; absent where this is the last. */
    readonly next?: string | undefined;
    readonly damaged: ReadonlyArray<Damaged>;
}
/** How many refunds, and of how much in fen, are in a state. */
export interface Total {
    readonly mchId: string;
    readonly subMchId: string;
    readonly currency: string;
    readonly truth: Truth;
    readonly block: Cause | undefined;
    readonly count: number;
    readonly amount: number;
}
type Cursor = string;
/**
 * The newest first; where a prefix is asked for, the highest number first. A page has at most `limit` rows, 100 unless told otherwise.
 * `after` is the `next` of the page before, of the same filter.
 */
export declare const list: (database: Database, filter: Filter, page?: {
    readonly after?: Cursor | undefined;
    readonly limit?: number | undefined;
}) => Effect.Effect<Page, SqlError>;
/** Whether a filter finds this refund now; inside the transaction that has its row, until that ends. */
export declare const finds: (database: Database, filter: Filter, id: number) => Effect.Effect<boolean, SqlError>;
/**
 * By merchant, currency, truth and block: what was folded up, and what has changed since, in one look at the store. It costs the same
 * however many refunds there are.
 */
export declare const totals: (database: Database) => Effect.Effect<ReadonlyArray<Total>, SqlError>;
/**
 * Of what {@link totals} counts as Recorded: those whose first send is under way, or was when the process that made it ended. They may have
 * been accepted.
 */
export declare const sending: (database: Database) => Effect.Effect<ReadonlyArray<Total>, SqlError>;
/** Refunds of one currency, and the sum of their amounts in fen. */
export interface Sum {
    readonly currency: string;
    readonly count: number;
    readonly amount: number;
}
/** How many refunds a filter finds, and of how much, by currency: counted row by row, to be shown before an act on all of them. */
export declare const count: (database: Database, filter: Filter) => Effect.Effect<ReadonlyArray<Sum>, SqlError>;
/** As {@link count}, but nothing where a filter finds more than `most`: a page that shows sums must not count for long. */
export declare const countUpTo: (database: Database, filter: Filter, most: number) => Effect.Effect<ReadonlyArray<Sum> | undefined, SqlError>;
export {};
