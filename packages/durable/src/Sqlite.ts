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
import type { DatabaseSync } from "node:sqlite";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as Reactivity from "effect/reactivity/Reactivity";
import type * as Scope from "effect/Scope";
import * as Semaphore from "effect/Semaphore";
import * as SqlClient from "effect/sql/SqlClient";
import * as Statement from "effect/sql/Statement";
import * as connection from "./internal/sqliteConnection.ts";
import { hold, look } from "./internal/storeFile.ts";
import type { StoreError } from "./StoreError.ts";

export interface Options {
  /** The path of the file. It is made, for its owner alone, if there is none; `FILE.lock` beside it stays. */
  readonly file: string;
  /**
   * Whether statements fail once the file was deleted or replaced, for what is stored from then on is lost with the process. They do unless
   * told otherwise, by who looks himself.
   */
  readonly watched?: boolean | undefined;
}

const over = (
  database: DatabaseSync,
  lost?: () => string | undefined,
): Effect.Effect<SqlClient.SqlClient, never, Reactivity.Reactivity> =>
  SqlClient.make({
    ...SqlClient.makeSqliteAcquirers({
      connection: Effect.succeed(connection.make(database, lost)),
      semaphore: Semaphore.makeUnsafe(1),
      isTransaction: () => database.isTransaction,
    }),
    compiler: Statement.makeCompilerSqlite(),
    driver: "node:sqlite",
    beginTransaction: "BEGIN IMMEDIATE",
    spanAttributes: [["db.system.name", "sqlite"]],
  });

/** The client of a file, until the scope closes. */
export const make = (
  options: Options,
): Effect.Effect<SqlClient.SqlClient, StoreError, Scope.Scope | Reactivity.Reactivity> =>
  Effect.flatMap(hold(options.file), ({ database, lost, unlocked }) =>
    over(database, options.watched === false ? unlocked : lost),
  );

/**
 * A client that only reads, of a file that exists: also while another process has the store, which does not notice. A statement that
 * would write fails.
 */
export const layerReadOnly = ({ file }: Options): Layer.Layer<SqlClient.SqlClient, StoreError> =>
  Layer.effect(
    SqlClient.SqlClient,
    Effect.flatMap(look(file), (database) => over(database)),
  ).pipe(Layer.provide(Reactivity.layer));

/** The client of a file as a layer. Two layers over one file are two owners: the second is refused. */
export const layer = (options: Options): Layer.Layer<SqlClient.SqlClient, StoreError> =>
  Layer.effect(SqlClient.SqlClient, make(options)).pipe(Layer.provide(Reactivity.layer));
