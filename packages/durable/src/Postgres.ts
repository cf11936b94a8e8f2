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
import * as Reactivity from "effect/reactivity/Reactivity";
import * as Redacted from "effect/Redacted";
import * as Result from "effect/Result";
import type * as Scope from "effect/Scope";
import * as SqlClient from "effect/sql/SqlClient";
import type { SqlError } from "effect/sql/SqlError";
import * as Stream from "effect/Stream";
import * as address from "./internal/address.ts";
import { connector } from "./internal/silence.ts";
import { refusal } from "./internal/postgresRefusal.ts";
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

/** What the server tells between its clients (`LISTEN`); `SELECT pg_notify(channel, payload)` tells it. */
export class Notifications extends Context.Service<
  Notifications,
  {
    /**
     * The payloads on a channel, from the moment that this succeeds. The stream fails when its connection is lost: listen again then,
     * and look what was missed.
     */
    readonly listen: (channel: string) => Effect.Effect<Stream.Stream<string, SqlError>, SqlError, Scope.Scope>;
  }
>()("@wechat-refund/durable/Postgres/Notifications") {}

const load = (store: string) =>
  Effect.tryPromise({
    try: () => import("@effect/sql-pg/PgClient"),
    catch: () =>
      new StoreError({
        reason: "PackageMissing",
        store,
        detail: "PostgreSQL needs a package that is not installed: npm install @effect/sql-pg@^4.0.5",
      }),
  });

const make = Effect.fnUntraced(function* ({
  connectTimeout = "3 seconds",
  maxConnections = 10,
  silence = "8 seconds",
  url,
  listenUrl = url,
}: Options) {
  const shown = address.shown(Redacted.value(url));
  if (Result.isFailure(shown)) {
    return yield* new StoreError({ reason: "BadAddress", store: address.unshown, detail: shown.failure });
  }
  const store = shown.success;
  // It has a password too, which what cannot read it would repeat.
  const heard = address.shown(Redacted.value(listenUrl));
  if (Result.isFailure(heard)) {
    return yield* new StoreError({ reason: "BadAddress", store, detail: `listenUrl: ${heard.failure}` });
  }
  const PgClient = yield* load(store);
  return yield* Effect.gen(function* () {
    const stream = connector(Redacted.value(url), Duration.toMillis(silence));
    const named = { connectTimeout, applicationName: "wechat-refund" };
    const sql = yield* PgClient.make({ url, maxConnections, ...named, ...(stream !== undefined && { stream }) });
    const [[readOnly] = []] = yield* sql`SELECT current_setting('transaction_read_only')`.values;
    if (readOnly !== "off") {
      const detail =
        "the server takes no writes: name the primary, not a standby, and check default_transaction_read_only";
      return yield* new StoreError({ reason: "ReadOnly", store, detail });
    }
    const listening = connector(Redacted.value(listenUrl), Duration.toMillis(silence));
    const listen = Effect.fnUntraced(function* (channel: string) {
      // A connection of its own, which may be silent for long: who listens sees to it that something is heard now and then.
      const client = yield* Effect.provide(
        PgClient.make({
          url: listenUrl,
          maxConnections: 1,
          ...named,
          ...(listening !== undefined && { stream: listening }),
        }),
        Reactivity.layer,
      );
      return Stream.map(Stream.fromQueue(yield* client.listen(channel)), ({ payload }) => payload);
    });
    return Context.make(SqlClient.SqlClient, sql).pipe(Context.add(Notifications, { listen }));
  }).pipe(Effect.catchTag("SqlError", (error) => refusal(store, error)));
});

/** The client of a server as a layer, which has spoken to the server once it is built. */
export const layer = (options: Options): Layer.Layer<SqlClient.SqlClient | Notifications, StoreError> =>
  Layer.effectContext(make(options)).pipe(Layer.provide(Reactivity.layer));

/** A client for a statement that may take long, such as an index over many rows: it is waited for, for up to a day. */
export const layerPatient = (options: Pick<Options, "url" | "connectTimeout">): ReturnType<typeof layer> =>
  layer({ ...options, maxConnections: 2, silence: "1 day" });
