/**
 * The durable refund as layers: a store on a SQLite file, or over any `SqlClient`, with everything that works on it.
 *
 * `Merchants` are what it needs from outside; everything else is made here, and ends with the scope: calls under way are waited for.
 */
import type { Merchants } from "@wechat-refund/core/Merchants";
import * as Config from "effect/Config";
import type * as Duration from "effect/Duration";
import * as Layer from "effect/Layer";
import * as Redacted from "effect/Redacted";
import * as SqlClient from "effect/sql/SqlClient";
import type { SqlError } from "effect/sql/SqlError";
import * as Events from "./Events.ts";
import * as Health from "./Health.ts";
import * as Postgres from "./Postgres.ts";
import * as Reconciler from "./Reconciler.ts";
import * as Refunds from "./Refunds.ts";
import * as RefundStore from "./RefundStore.ts";
import * as Retention from "./Retention.ts";
import * as Signalling from "./Signalling.ts";
import * as Sqlite from "./Sqlite.ts";
import { StoreError } from "./StoreError.ts";
import * as Worker from "./Worker.ts";
/** Everything that works on a store. */
export type Services = Refunds.Refunds | Events.Events | Worker.Worker | Health.Health | Reconciler.Reconciler | RefundStore.RefundStore | Signalling.Signalling | SqlClient.SqlClient;
export interface Options extends Refunds.Options {
    /** `false`: this process only records, and answers what is asked of the store; another one calls. */
    readonly worker?: Worker.Options | false | undefined;
    /** Whether the store may be brought to this version's form; where not, it must have it (`store migrate --print-sql`). */
    readonly migrate?: boolean | undefined;
    readonly health?: Health.Options | undefined;
    /** How long what is over is kept; for ever unless told otherwise. */
    readonly retention?: Retention.Options | undefined;
    /** Compares the books with WeChat Pay's bills each day; off unless it is given. What was found can be read all the same. */
    readonly reconciler?: Reconciler.Options | undefined;
    /** What the store is called where it is refused. */
    readonly store?: string | undefined;
}
/**
 * The store over the `SqlClient` in context, with a worker in this process. Other processes that share it hear of what is due within a
 * second; with {@link layerPostgres} at once.
 */
export declare const layer: (options?: Options) => Layer.Layer<Services, StoreError | SqlError, Merchants | SqlClient.SqlClient>;
/** The store in a file of this machine, which one process has at a time. */
export declare const layerSqlite: ({ file, watched, ...options }: Options & Sqlite.Options) => Layer.Layer<Services, StoreError | SqlError, Merchants>;
/** The store on a PostgreSQL server, which any number of processes share. */
export declare const layerPostgres: ({ connectTimeout, listenUrl, listens, maxConnections, silence, url, ...options }: Options & Postgres.Options & {
    /** Whether `LISTEN` is used, which needs a session of its own; without it the other processes hear within a second. */
    readonly listens?: boolean | undefined;
}) => Layer.Layer<Services, StoreError | SqlError, Merchants>;
/** `sqlite:FILE` or `postgres://…`, from WECHAT_REFUND_DATABASE. */
export declare const config: Config.Config<Redacted.Redacted>;
/** The store that WECHAT_REFUND_DATABASE names. */
export declare const layerConfig: (options?: Options & {
    readonly connectTimeout?: Duration.Input;
}) => Layer.Layer<Services, StoreError | SqlError | Config.ConfigError, Merchants>;
