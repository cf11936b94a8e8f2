/**
 * The refunds in the database: one row each, what happened to it beside it, in transactions that leave either the old state or the new one.
 *
 * Every write names the version that it read; a worker's write names the epoch of its claim as well, so that one who was thought dead
 * changes nothing. What is decided stands in `RefundProgress`; here it is only kept.
 */
import type { Protocol } from "@wechat-refund/core/Merchants";
import type { MerchantCause, Progress } from "@wechat-refund/core/RefundProgress";
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as Schema from "effect/Schema";
import type * as SqlClient from "effect/sql/SqlClient";
import type { SqlError } from "effect/sql/SqlError";
import type { Frozen } from "./Frozen.ts";
import * as Database from "./internal/database.ts";
import { Damaged, type Key, type Row } from "./internal/row.ts";
export { Damaged, type Key, type Row } from "./internal/row.ts";
declare const Pruned_base: Schema.Class<Pruned, Schema.TaggedStruct<"Pruned", {
    readonly outRefundNo: Schema.String;
    readonly truth: Schema.String;
}>, import("effect/Cause").YieldableError>;
/** The refund was final long ago, and its row was deleted: its number is never sent again. */
export declare class Pruned extends Pruned_base {
    get message(): string;
}
/** What is recorded of a refund before anything of it is sent. */
export interface Recorded {
    readonly mchId: string;
    readonly subMchId: string;
    readonly frozen: Frozen;
    readonly fingerprint: string;
    readonly orderNo: string;
    /** What it is made through, for ever; APIv2 unless it says otherwise. */
    readonly protocol?: Protocol | undefined;
    /** An earlier attempt may have been made that this store does not know. */
    readonly attempted: boolean;
}
/** What happened, in a line of the history. */
export interface Note {
    readonly what: string;
    readonly detail?: Readonly<Record<string, unknown>> | undefined;
    /** Left out of the history where it changed neither truth nor block. */
    readonly quiet?: boolean | undefined;
}
/** A signed reply, or a notice of APIv3, as it came. */
export interface Proof {
    readonly call: "send" | "ask" | "notice";
    readonly digest: string;
    readonly headers: string;
    readonly body: Uint8Array;
}
export interface Change extends Note {
    readonly progress: Progress;
    readonly refundId?: string | undefined;
    readonly proof?: Proof | undefined;
    /** ms before which it is not looked at again, whatever the progress says. */
    readonly notBefore?: number | undefined;
    /** Fields frozen anew. */
    readonly frozen?: Frozen | undefined;
    /** What the merchant is held by from now on, in the same transaction. */
    readonly held?: {
        readonly cause: MerchantCause;
        readonly message: string;
        readonly call: "send" | "ask";
    } | undefined;
}
/** A claim: the begin of a call, stored before its first byte. */
export interface Begin extends Change {
    readonly call: "send" | "ask";
    readonly owner: string;
    /** Of the lease on its merchant: who has lost that begins nothing. */
    readonly leaseEpoch: number;
    /** ms after which it is due again, if nobody has written what came of it. */
    readonly lease: number;
}
/** What holds a merchant. */
export interface Hold {
    readonly mchId: string;
    readonly subMchId: string;
    readonly cause: MerchantCause;
    readonly message: string;
    readonly call: "send" | "ask";
}
/** Another refund of the order was sent less than a minute ago: in so many ms it may be. */
export interface Later {
    readonly _tag: "Later";
    readonly millis: number;
}
/** What is not ended waits in three queues, so that what is slow in one of them, such as questions that fail, holds up no new refund. */
export declare const queues: readonly ["Recorded", "Unknown", "Accepted"];
export type Queue = (typeof queues)[number];
/** What was sent later than this from now was sent by a clock that has been set back since, and holds up nobody. */
export declare const betweenRefundsOfAnOrder = 60000;
declare const RefundStore_base: Context.ServiceClass<RefundStore, "@wechat-refund/durable/RefundStore", {
    readonly database: Database.Database;
    /**
     * The latest moment, by the store's clock, that this process had written into a row before a moment of its own monotonic clock, since it
     * asked last; −∞ where there is none.
     */
    readonly latest: (before: number) => number;
    /** Records it, or gives the one that is there. */
    readonly record: (recorded: Recorded) => Effect.Effect<{
        readonly row: Row;
        readonly fresh: boolean;
    }, SqlError | Damaged | Pruned>;
    readonly find: (key: Key) => Effect.Effect<Row | undefined, SqlError | Damaged>;
    /** What has a number: nothing, a row, or one that was removed since. */
    readonly taken: (key: Key) => Effect.Effect<Row | undefined, SqlError | Damaged | Pruned>;
    /**
     * Rows of a merchant number that are due, of each queue in their order, and only of these sub-merchants (`""` is the number's own) where
     * they are given; those that cannot be read are left, and told.
     */
    readonly due: (mchId: string, room: Readonly<Record<Queue, number>>, without: ReadonlyArray<number>, subMchIds?: ReadonlyArray<string>) => Effect.Effect<{
        readonly rows: ReadonlyArray<Row>;
        readonly damaged: ReadonlyArray<Damaged>;
    }, SqlError>;
    /** Whose the rows of a merchant number are that have been due for longest. */
    readonly dueOf: (mchId: string) => Effect.Effect<ReadonlyArray<string>, SqlError>;
    /** Puts off, by an hour, rows that cannot be read: else they would stand before all others. */
    readonly leave: (damaged: ReadonlyArray<Damaged>) => Effect.Effect<void, SqlError>;
    /** The row as it is written now, or nothing where somebody else has written it or the merchant is another's to call for. */
    readonly begin: (row: Row, begin: Begin) => Effect.Effect<Row | Later | undefined, SqlError>;
    /** Writes what was decided of a row that was read, if nobody has written it since. */
    readonly write: (row: Row, change: Change) => Effect.Effect<Row | undefined, SqlError>;
    /** Reads a row for itself alone, decides, and writes; `decide` may be asked to decide nothing. */
    readonly update: <E>(key: Key, decide: (row: Row) => Effect.Effect<Change | undefined, E>) => Effect.Effect<Row | undefined, SqlError | Damaged | E>;
}>;
export declare class RefundStore extends RefundStore_base {
}
export declare const columns = "id, mch_id, sub_mch_id, out_refund_no, protocol, order_no, refund_fee, currency, request, fingerprint, progress, progress_at, refund_id, due_at, owner, epoch, version, seq, created_at, updated_at";
/** Of a row `r`: the position of its newest event. */
export declare const told: ({ names }: Pick<Database.Database, "names">) => string;
export declare const currencyOf: ({ asked }: Frozen) => string;
export declare const make: Effect.Effect<RefundStore["Service"], never, SqlClient.SqlClient>;
export declare const layer: Layer.Layer<RefundStore, never, SqlClient.SqlClient>;
/** Whether a row is one that nothing changes any more. */
export declare const isEnded: ({ progress }: Row) => boolean;
