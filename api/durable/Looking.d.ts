/**
 * What people look at beside the refunds themselves: since when refunds are blocked, what holds their merchants, what proves how one stands,
 * and what the bills have of it. Only read.
 */
import type { Cause, MerchantCause, Truth } from "@wechat-refund/core/RefundProgress";
import * as Effect from "effect/Effect";
import type { SqlError } from "effect/sql/SqlError";
import type { Database } from "./internal/database.ts";
import { type Key } from "./internal/row.ts";
import { type Difference } from "./internal/bookDay.ts";
import { type Refund } from "./Refunds.ts";
/** Refunds of a merchant that one cause blocks, in one state. */
export interface Blocked {
    readonly mchId: string;
    readonly subMchId: string;
    readonly truth: Truth;
    readonly block: Cause;
}
/** The one of them that was recorded first, and since when it is blocked, in ms since 1970. */
export declare const firstOf: ({ names, now, sql, tables }: Database, { block, mchId, subMchId, truth }: Blocked) => Effect.Effect<{
    readonly refund: Refund;
    readonly since: number;
} | undefined, SqlError>;
/** What holds a merchant, or a sub-merchant of it, whichever process calls for it. */
export interface Held {
    readonly mchId: string;
    readonly subMchId: string;
    readonly cause: MerchantCause;
    /** What the gateway said. */
    readonly message: string;
    /** In ms since 1970. */
    readonly since: number;
}
export declare const held: ({ sql, table }: Database) => Effect.Effect<ReadonlyArray<Held>, SqlError>;
/** A signed reply, or a notice of APIv3, that decided something of a refund; what is kept of it is for a dispute, and not for a page. */
export interface Kept {
    readonly at: number;
    readonly call: string;
    /** SHA-256 of what came. */
    readonly digest: string;
}
export declare const proofs: ({ sql, table, tables }: Database, { mchId, outRefundNo, subMchId }: Key) => Effect.Effect<ReadonlyArray<Kept>, SqlError>;
/** What the bills of all days that are kept have otherwise than the books about a refund. */
export declare const differences: ({ sql, table }: Database, { mchId, outRefundNo, subMchId }: Key) => Effect.Effect<ReadonlyArray<Difference & {
    readonly date: string;
}>, SqlError>;
