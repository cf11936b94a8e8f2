/**
 * Makes the refunds of a file: records them in the store, lets its worker drive them, and ends when there is nothing left to wait for.
 *
 * *Guarantees.* Nothing leaves before it is recorded. What is recorded under a number stays what it is: the same fields go on, others are
 * refused before anything is sent. Who stops a run stops what waits; what has left is waited for. What an answer proves, and when to call
 * again, is decided by `RefundProgress` and `Pace` alone; whatever is left open goes on when the store is worked on next.
 */
import { Merchants, type Registered } from "@wechat-refund/core/Merchants";
import * as MerchantLeases from "@wechat-refund/durable/MerchantLeases";
import * as Refunds from "@wechat-refund/durable/Refunds";
import { RefundStore, type Row } from "@wechat-refund/durable/RefundStore";
import type * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as SqlClient from "effect/sql/SqlClient";
import type { Planned } from "./Plan.ts";
import type { Issue } from "./Rows.ts";
import { type Look, Standing, type Stopped } from "./Standing.ts";
export interface Options {
    /** For one refund, from the first request of this run on. */
    readonly within: Duration.Duration;
    /** An earlier attempt may have been made of which the store knows nothing. */
    readonly attempted: boolean;
    /** Whether the store is this process's alone. */
    readonly alone: boolean;
    /** Whether it is where it was when it was opened. */
    readonly isThere: () => boolean;
    /** Who has the command run, for the histories. */
    readonly by: string;
}
/** What the store knows of the refunds of a file, by their numbers. */
export type Known = ReadonlyMap<string, Row>;
/** A row whose number stands in the store with other fields. */
export interface Conflict {
    readonly planned: Planned;
    readonly fields: ReadonlyArray<string>;
    readonly row: Row;
}
/** Looks the file's numbers up, and at those that nobody knows as they would be sent. */
export declare const find: (refunds: readonly Planned[], registered: Registered) => Effect.Effect<{
    known: Known;
    conflicts: Conflict[];
    unfit: Issue[];
}, import("@wechat-refund/durable/RefundStore").Damaged | import("effect/sql/SqlError").SqlError, RefundStore>;
/** What is still to do: what the store does not know, and what it knows to be open. What a person gave up stays so. */
export declare const remaining: (refunds: ReadonlyArray<Planned>, known: Known) => ReadonlyArray<Planned>;
/** A look, with some of the file's rows that wait for the minute of their order. */
export interface Seen extends Look {
    readonly ofOrder: ReadonlyArray<Row>;
}
/** What a run tells of itself. */
export interface Told {
    readonly onLook: (standing: Standing, look: Seen) => Effect.Effect<void>;
    /** How many requests are under way when somebody stops the run. */
    readonly onStop: (underWay: number) => Effect.Effect<void>;
}
/** Makes them. Gives why it ended, if something is left to do. */
export declare const run: (refunds: readonly Planned[], known: Known, args_2: Options, args_3: Told) => Effect.Effect<{
    stopped: Stopped | undefined;
    held: import("@wechat-refund/core/Pace").Held | undefined;
    pause: MerchantLeases.Paused | undefined;
}, import("@wechat-refund/core/RefundError").InvalidRequest | Refunds.OtherRefund | Refunds.Pruned | import("@wechat-refund/durable/StoreError").StoreError | (import("@wechat-refund/durable/RefundStore").Damaged | import("effect/sql/SqlError").SqlError | import("@wechat-refund/core/Merchants").UnknownMerchant), Merchants | RefundStore | SqlClient.SqlClient>;
