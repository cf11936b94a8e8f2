/**
 * What wakes the parts of this package, see `internal/signals.ts`; on PostgreSQL `LISTEN` and `NOTIFY` carry it to other processes.
 *
 * It makes things sooner and nothing right: whoever is woken looks by himself within a second anyway.
 */
import * as Context from "effect/Context";
import * as Layer from "effect/Layer";
import * as SqlClient from "effect/sql/SqlClient";
import * as signals from "./internal/signals.ts";
import { Notifications } from "./Postgres.ts";
declare const Signalling_base: Context.ServiceClass<Signalling, "@wechat-refund/durable/Signalling", signals.Signals>;
export declare class Signalling extends Signalling_base {
}
/** Within this process alone. */
export declare const layer: Layer.Layer<Signalling>;
/** Between the processes that share a PostgreSQL server. */
export declare const layerPostgres: Layer.Layer<Signalling, never, SqlClient.SqlClient | Notifications>;
export {};
