/**
 * The durable refund as layers: a store on a SQLite file, or over any `SqlClient`, with everything that works on it.
 *
 * `Merchants` are what it needs from outside; everything else is made here, and ends with the scope: calls under way are waited for.
 */
import type { Merchants } from "@wechat-refund/core/Merchants";
import * as Config from "effect/Config";
import type * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as Redacted from "effect/Redacted";
import * as Result from "effect/Result";
import * as SqlClient from "effect/sql/SqlClient";
import type { SqlError } from "effect/sql/SqlError";
import * as address from "./internal/address.ts";
import * as Events from "./Events.ts";
import * as Health from "./Health.ts";
import * as Migrations from "./Migrations.ts";
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
export type Services =
  | Refunds.Refunds
  | Events.Events
  | Worker.Worker
  | Health.Health
  | Reconciler.Reconciler
  | RefundStore.RefundStore
  | Signalling.Signalling
  | SqlClient.SqlClient;

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
 * `apart`: connections of what sees to the refunds, so that an application that uses up all of its own does not stop it. `patient`: one
 * that waits for as long as a migration takes.
 */
const over = <E, R>(
  options: Options,
  signalling: Layer.Layer<Signalling.Signalling, E, R>,
  { apart, patient }: Partial<Record<"apart" | "patient", Layer.Layer<SqlClient.SqlClient, StoreError>>> = {},
): Layer.Layer<Services, StoreError | SqlError | E, Merchants | SqlClient.SqlClient | R> => {
  const { migrate = true, reconciler, retention, store = "database" } = options;
  const ready = Layer.effectDiscard(migrate ? Migrations.migrate(store, patient) : Migrations.check(store));
  const worker = options.worker === false ? Worker.layerNone : Worker.layer(options.worker);
  const seeing = Layer.provideMerge(Health.layer(options.health), worker);
  return Layer.mergeAll(
    Events.layer({ poll: options.worker === false ? undefined : options.worker?.poll }),
    Refunds.layer(options),
    reconciler === undefined ? Reconciler.layerNone : Reconciler.layer(reconciler),
    apart === undefined
      ? seeing
      : seeing.pipe(Layer.provide(Layer.fresh(RefundStore.layer)), Layer.provide(Layer.fresh(apart))),
    retention === undefined ? Layer.empty : Retention.layer(retention),
  ).pipe(
    Layer.provideMerge(Layer.mergeAll(RefundStore.layer, signalling)),
    Layer.provideMerge(ready),
    Layer.provideMerge(Layer.effect(SqlClient.SqlClient, SqlClient.SqlClient)),
  );
};

/**
 * The store over the `SqlClient` in context, with a worker in this process. Other processes that share it hear of what is due within a
 * second; with {@link layerPostgres} at once.
 */
export const layer = (
  options: Options = {},
): Layer.Layer<Services, StoreError | SqlError, Merchants | SqlClient.SqlClient> => over(options, Signalling.layer);

/** The store in a file of this machine, which one process has at a time. */
export const layerSqlite = ({
  file,
  watched,
  ...options
}: Options & Sqlite.Options): Layer.Layer<Services, StoreError | SqlError, Merchants> =>
  layer({
    store: file,
    ...options,
    worker: options.worker === false ? false : { alone: true, ...options.worker },
    ...(options.reconciler !== undefined && { reconciler: { alone: true, ...options.reconciler } }),
  }).pipe(Layer.provide(Sqlite.layer({ file, watched })));

/** Enough for a merchant at its limits. */
const forWorker = 6;

/** The store on a PostgreSQL server, which any number of processes share. */
export const layerPostgres = ({
  connectTimeout,
  listenUrl,
  listens = true,
  maxConnections,
  silence,
  url,
  ...options
}: Options &
  Postgres.Options & {
    /** Whether `LISTEN` is used, which needs a session of its own; without it the other processes hear within a second. */
    readonly listens?: boolean | undefined;
  }): Layer.Layer<Services, StoreError | SqlError, Merchants> =>
  over(
    { store: Result.getOrElse(address.shown(Redacted.value(url)), () => address.unshown), ...options },
    listens ? Signalling.layerPostgres : Signalling.layer,
    {
      apart: Postgres.layer({ url, maxConnections: forWorker, connectTimeout, silence }),
      patient: Postgres.layerPatient({ url, connectTimeout }),
    },
  ).pipe(Layer.provide(Postgres.layer({ url, listenUrl, maxConnections, connectTimeout, silence })));

/** `sqlite:FILE` or `postgres://…`, from WECHAT_REFUND_DATABASE. */
export const config: Config.Config<Redacted.Redacted> = Config.Redacted("WECHAT_REFUND_DATABASE");

/** The store that WECHAT_REFUND_DATABASE names. */
export const layerConfig = (
  options: Options & { readonly connectTimeout?: Duration.Input } = {},
): Layer.Layer<Services, StoreError | SqlError | Config.ConfigError, Merchants> =>
  Layer.unwrap(
    Effect.map(config, (address): Layer.Layer<Services, StoreError | SqlError, Merchants> => {
      const text = Redacted.value(address);
      if (text.startsWith("sqlite:")) return layerSqlite({ file: text.slice("sqlite:".length), ...options });
      if (/^postgres(?:ql)?:\/\//.test(text)) return layerPostgres({ url: address, ...options });
      return Layer.effectDiscard(
        Effect.fail(
          new StoreError({
            reason: "BadAddress",
            store: "WECHAT_REFUND_DATABASE",
            detail: "it must begin with sqlite: and the path of a file, or with postgres:// and a server's address",
          }),
        ),
      ) as Layer.Layer<never, StoreError> as Layer.Layer<Services, StoreError>;
    }),
  );
