/**
 * The store's form: numbered migrations for both databases, safe to run from several processes at once, and what a store is asked before
 * it is used. A store of another program, or of a newer version, is refused and left as it is.
 */
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as SqlClient from "effect/sql/SqlClient";
import { type SqlError } from "effect/sql/SqlError";
import { StoreError } from "./StoreError.ts";
/** The number of the newest migration that this version knows. */
export declare const newest: number;
/** Everything as SQL, for those who run it themselves: with it `layer` needs no right to create. */
export declare const print: (pg: boolean) => string;
/**
 * Refuses a store that is not ours, or not of a form that this version can use. Gives the number of the form that it has, 0 for a store
 * that is not there yet.
 */
export declare const known: (store: string) => Effect.Effect<number, SqlError | StoreError, SqlClient.SqlClient>;
/** Fails where the store does not have the form of this version. */
export declare const check: (store: string) => Effect.Effect<void, StoreError | SqlError, SqlClient.SqlClient>;
/**
 * Brings the store to the form of this version. Does nothing, and needs no right, where it has it. `patient`: a client to do it by, where
 * the one in context would not wait for a statement as long as an index over many rows may take.
 */
export declare const migrate: (store: string, patient?: Layer.Layer<SqlClient.SqlClient, StoreError>) => Effect.Effect<void, StoreError | SqlError, SqlClient.SqlClient>;
