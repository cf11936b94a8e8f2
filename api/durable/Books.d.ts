/**
 * The refunds of a store as books: those that the bills of some days may have, any other by its number, and what is missing in the end.
 * The `Reconciler` and the command line compare by these. Only read; what a day's whole bill did not have is given to be kept.
 */
import * as Reconciliation from "@wechat-refund/core/Reconciliation";
import { type Billed } from "@wechat-refund/core/RefundBill";
import * as Effect from "effect/Effect";
import type { SqlError } from "effect/sql/SqlError";
import { type Found } from "./Comparing.ts";
import type { Database } from "./internal/database.ts";
/** An own refund, and where it stands in the store; `undefined` where its row was removed since. */
export interface Stored extends Reconciliation.Own {
    readonly id: number | undefined;
    readonly isBlocked: boolean;
}
/** The bill of a day came whole and had no line of this refund, of which nobody knows yet in which bill it belongs. */
export interface Unbilled {
    readonly refund: number;
    readonly day: string;
}
/** Days in Beijing, both of them in. */
export interface Period {
    readonly from: string;
    readonly to: string;
}
/** The own refund of a line is known, but not that it was accepted; or something of it is in the way. */
export declare const isDoubted: (own: Reconciliation.Own) => boolean;
/** Takes into the books what the bills of a period may have. */
export declare const take: (database: Database, books: Reconciliation.Books, mchId: string, period: Period) => Effect.Effect<void, SqlError, never>;
/** Looks up the refunds of lines that the books do not have, and takes them; also those whose rows were removed. */
export declare const lookUp: (database: Database, books: Reconciliation.Books, mchId: string, lines: readonly Billed[]) => Effect.Effect<void, SqlError, never>;
/** When a refund was sent and known. */
export interface Span {
    readonly firstSentAt: number;
    /** Absent while nobody knows that it was accepted. */
    readonly acceptedAt?: number | undefined;
}
/**
 * The spans of refunds by the ids of their rows. One that this store does not know whole is left out: it was attempted before it was
 * recorded, or the store was restored since; and one that was never sent.
 */
export declare const spans: (database: Database, ids: readonly number[]) => Effect.Effect<ReadonlyMap<number, Span>, SqlError, never>;
/**
 * What no bill had and should have, by the days that its history tells. One whose bills are not all in may be missing later: the days that
 * did not have it are given, and those that were kept of earlier bills count as read.
 */
export declare const missing: (database: Database, books: Reconciliation.Books, found: Found, period: Period) => Effect.Effect<readonly Unbilled[], SqlError, never>;
/** Keeps what a whole bill did not have. */
export declare const keep: (args_0: Database, marks: readonly Unbilled[]) => Effect.Effect<void, SqlError, never>;
