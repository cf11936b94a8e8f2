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
import * as SqlClient from "effect/sql/SqlClient";
import type { SqlError } from "effect/sql/SqlError";
import * as Events from "./Events.ts";
import * as MerchantLeases from "./MerchantLeases.ts";
import * as Migrations from "./Migrations.ts";
import * as Postgres from "./Postgres.ts";
import * as Refunds from "./Refunds.ts";
import * as RefundStore from "./RefundStore.ts";
import * as Signalling from "./Signalling.ts";
import * as Sqlite from "./Sqlite.ts";
import { StoreError } from "./StoreError.ts";
import * as Worker from "./Worker.ts";

/** Everything that works on a store. */
export type Services =
  | Refunds.Refunds
  | Events.Events
  | Worker.Worker
  | RefundStore.RefundStore
  | Signalling.Signalling
  | SqlClient.SqlClient;

export interface Options extends Refunds.Options {
  readonly worker?: Worker.Options | undefined;
  /** Whether the store may be brought to this version's form; where not, it must have it (`store migrate --print-sql`). */
  readonly migrate?: boolean | undefined;
  /** What the store is called where it is refused. */
  readonly store?: string | undefined;
}

const over = (
  options: Options,
  prepared: Effect.Effect<unknown, SqlError, SqlClient.SqlClient>,
): Layer.Layer<Services, StoreError | SqlError, Merchants | SqlClient.SqlClient> => {
  const { migrate = true, store = "database" } = options;
  const ready = Layer.effectDiscard(
    Effect.andThen(migrate ? Migrations.migrate(store) : Migrations.check(store), prepared),
  );
  const parts = Layer.mergeAll(Events.layer, Worker.layer(options.worker), Refunds.layer(options));
  return parts.pipe(
    Layer.provideMerge(Layer.mergeAll(RefundStore.layer, Signalling.layer)),
    Layer.provideMerge(ready),
    Layer.provideMerge(Layer.effect(SqlClient.SqlClient, SqlClient.SqlClient)),
  );
};

/** The store over the `SqlClient` in context, with a worker in this process. */
export const layer = (
  options: Options = {},
): Layer.Layer<Services, StoreError | SqlError, Merchants | SqlClient.SqlClient> => over(options, Effect.void);

/** The store in a file of this machine, which one process has at a time: whoever held a merchant before is gone. */
export const layerSqlite = ({
  file,
  ...options
}: Options & Sqlite.Options): Layer.Layer<Services, StoreError | SqlError, Merchants> =>
  over({ store: file, ...options }, Effect.flatMap(SqlClient.SqlClient, MerchantLeases.abandon)).pipe(
    Layer.provide(Sqlite.layer({ file })),
  );

/** The store on a PostgreSQL server, which any number of processes share. */
export const layerPostgres = ({
  connectTimeout,
  maxConnections,
  url,
  ...options
}: Options & Postgres.Options): Layer.Layer<Services, StoreError | SqlError, Merchants> =>
  layer(options).pipe(
    Layer.provide(
      Postgres.layer({
        url,
        ...(maxConnections !== undefined && { maxConnections }),
        ...(connectTimeout !== undefined && { connectTimeout }),
      }),
    ),
  );

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
