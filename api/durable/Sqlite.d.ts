/**
 * A `SqlClient` over `node:sqlite`, for a store in one file of this machine.
 *
 * Its duty is that nothing acknowledged is lost (log ahead of the data, every commit on the disk) and that one process has the file: a
 * second one, or a file that is not a store, is refused by a {@link StoreError} with the remedy. Transactions take the write lock when
 * they begin. An integer comes back as a number where that is exact, as a bigint elsewhere. Another program's write lock stops the
 * process for a second at most, then the statement fails with `LockTimeoutError`, which may be tried again.
 *
 * It goes when Effect's own client for `node:sqlite` is released for this version of Effect; the checks of the file stay.
 */
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as Reactivity from "effect/reactivity/Reactivity";
import type * as Scope from "effect/Scope";
import * as SqlClient from "effect/sql/SqlClient";
import type { StoreError } from "./StoreError.ts";
export interface Options {
    /** The path of the file. It is made, for its owner alone, if there is none; `FILE.lock` beside it stays. */
    readonly file: string;
}
/** The client of a file, until the scope closes. */
export declare const make: (options: Options) => Effect.Effect<SqlClient.SqlClient, StoreError, Reactivity.Reactivity | Scope.Scope>;
/** The client of a file as a layer. Two layers over one file are two owners: the second is refused. */
export declare const layer: (options: Options) => Layer.Layer<SqlClient.SqlClient, StoreError>;
