/**
 * A `SqlClient` over a PostgreSQL server, for a store that several processes share. `@effect/sql-pg`, which speaks to the server, is
 * loaded when the layer is built: who has a store in a file need not install it.
 *
 * Its duty is that a server which cannot hold the store is known at the start, by a {@link StoreError} with the remedy and without the
 * password. It sets nothing for the session beyond its name, for a pooler between would refuse or forget it: limits of time are each
 * transaction's own. A 64-bit integer comes back as a bigint. `sslmode` of the address is honoured, and a certificate that is asked for
 * is always verified.
 */
import * as Context from "effect/Context";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as Redacted from "effect/Redacted";
import type * as Scope from "effect/Scope";
import * as SqlClient from "effect/sql/SqlClient";
import type { SqlError } from "effect/sql/SqlError";
import * as Stream from "effect/Stream";
import { StoreError } from "./StoreError.ts";
export interface Options {
    /** `postgres://user:password@host:5432/database`, with `?sslmode=require` for TLS. */
    readonly url: Redacted.Redacted;
    /** Where to listen, if not there: behind a pooler that keeps no session (pgbouncer in transaction mode) nothing is heard. */
    readonly listenUrl?: Redacted.Redacted | undefined;
    /** How many connections there are at most; 10 if absent. Each listener opens one besides. */
    readonly maxConnections?: number | undefined;
    /** How long a connection may take; 3 seconds if absent. */
    readonly connectTimeout?: Duration.Input | undefined;
    /**
     * For how long a statement may be without any answer; 8 seconds if absent. Then its connection is ended, for behind a black hole nobody
     * else would. It holds for statements of your own on this client as well.
     */
    readonly silence?: Duration.Input | undefined;
}
declare const Notifications_base: Context.ServiceClass<Notifications, "@wechat-refund/durable/Postgres/Notifications", {
    /**
     * The payloads on a channel, from the moment that this succeeds. The stream fails when its connection is lost: listen again then,
     * and look what was missed.
     */
    readonly listen: (channel: string) => Effect.Effect<Stream.Stream<string, SqlError>, SqlError, Scope.Scope>;
}>;
/** What the server tells between its clients (`LISTEN`); `SELECT pg_notify(channel, payload)` tells it. */
export declare class Notifications extends Notifications_base {
}
/** The client of a server as a layer, which has spoken to the server once it is built. */
export declare const layer: (options: Options) => Layer.Layer<SqlClient.SqlClient | Notifications, StoreError>;
/** A client for a statement that may take long, such as an index over many rows: it is waited for, for up to a day. */
export declare const layerPatient: (options: Pick<Options, "url" | "connectTimeout">) => ReturnType<typeof layer>;
export {};
