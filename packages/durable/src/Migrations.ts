/**
 * The store's form: numbered migrations for both databases, safe to run from several processes at once, and what a store is asked before
 * it is used. A store of another program, or of a newer version, is refused and left as it is.
 */
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as Migrator from "effect/sql/Migrator";
import * as SqlClient from "effect/sql/SqlClient";
import { isSqlError, type SqlError } from "effect/sql/SqlError";
import { applicationId, type Names, namesOf, schema } from "./internal/names.ts";
import { unfitEncoding } from "./internal/postgresRefusal.ts";
import * as first from "./migrations/0001_refunds.ts";
import * as second from "./migrations/0002_webhooks.ts";
import { StoreError } from "./StoreError.ts";

interface Migration {
  readonly name: string;
  readonly statements: (names: Names) => ReadonlyArray<string>;
}

const migrations: ReadonlyArray<Migration> = [first, second];

/** The number of the newest migration that this version knows. */
export const newest = migrations.length;

const idOf = (index: number): string => String(index + 1).padStart(4, "0");

/** Everything as SQL, for those who run it themselves: with it `layer` needs no right to create. */
export const print = (pg: boolean): string => {
  const names = namesOf(pg);
  const table = names.of("refund_migrations");
  const record = (index: number, name: string): string =>
    `INSERT INTO ${table} (migration_id, name) VALUES (${index + 1}, '${name}');`;
  return [
    ...(pg ? [`CREATE SCHEMA IF NOT EXISTS ${schema};`] : [`PRAGMA application_id = ${applicationId};`]),
    `CREATE TABLE IF NOT EXISTS ${table} (migration_id INTEGER PRIMARY KEY NOT NULL, created_at ${
      pg
        ? "TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), name TEXT"
        : "DATETIME NOT NULL DEFAULT current_timestamp, name VARCHAR(255)"
    } NOT NULL);`,
    ...migrations.flatMap(({ name, statements }, index) => [
      `-- ${idOf(index)}_${name}`,
      "BEGIN;",
      ...statements(names).map((statement) => `${statement};`),
      record(index, name),
      "COMMIT;",
    ]),
    "",
  ].join("\n");
};

interface State {
  /** The newest migration that has run; 0 for a store that is not there yet. */
  readonly version: number;
  /** Tables of others, where ours should stand. */
  readonly foreign: boolean;
}

const stateOf = Effect.gen(function* () {
  const sql = (yield* SqlClient.SqlClient).withoutTransforms();
  const pg = sql.onDialectOrElse({ pg: () => true, orElse: () => false });
  const listed = pg
    ? // Also those that the role may not use: information_schema would hide them.
      sql<{ name: string }>`SELECT tablename AS name FROM pg_tables WHERE schemaname = ${schema}`
    : sql<{ name: string }>`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`;
  const tables = Effect.map(listed, (rows) => new Set(rows.map(({ name }) => name)));
  const known = yield* tables;
  if (!known.has("refund_migrations")) return { version: 0, foreign: known.size > 0 } satisfies State;
  const raws = yield* sql<{ version: unknown }>`SELECT COALESCE(MAX(migration_id), 0) AS version FROM ${sql.literal(
    namesOf(pg).of("refund_migrations"),
  )}`;
  const version = Number(raws[0]?.version ?? 0);
  // Listed once more: another process may have made them since, and this one has waited for it.
  return { version, foreign: version > 0 && !(yield* tables).has("refunds") } satisfies State;
});

/**
 * Refuses a store that is not ours, or not of a form that this version can use. Gives the number of the form that it has, 0 for a store
 * that is not there yet.
 */
export const known = Effect.fnUntraced(function* (
  store: string,
): Effect.fn.Return<number, StoreError | SqlError, SqlClient.SqlClient> {
  const sql = (yield* SqlClient.SqlClient).withoutTransforms();
  const pg = sql.onDialectOrElse({ pg: () => true, orElse: () => false });
  if (pg) {
    // Of a client that an application brings, too.
    const [found] = yield* sql<{ encoding: string }>`SELECT current_setting('server_encoding') AS encoding`;
    const unfit = unfitEncoding(store, found?.encoding);
    if (unfit !== undefined) return yield* unfit;
  }
  const { foreign, version } = yield* stateOf;
  const refused = (detail: string) => new StoreError({ reason: "NotOurs", store, detail });
  if (foreign) {
    return yield* refused(
      pg
        ? `there is a schema ${schema} that is not ours; nothing was changed. Give another database`
        : "it is a database of another program; nothing was changed. Give another file",
    );
  }
  if (version > newest) {
    return yield* refused(
      `it was made by a newer version (form ${version}, this one knows ${newest}); nothing was changed. Run that version`,
    );
  }
  return version;
});

/** What a role must be given, where it may not do it. */
const rights =
  (store: string) =>
  <A, E, R>(run: Effect.Effect<A, E | SqlError, R>): Effect.Effect<A, E | SqlError | StoreError, R> =>
    Effect.catchIf(
      run,
      (error): error is SqlError => isSqlError(error) && error.reason._tag === "AuthorizationError",
      () =>
        Effect.fail(
          new StoreError({
            reason: "NoRight",
            store,
            detail: `the role may not make the store's tables, or not use them: let one that may run what \`wechat-refund store migrate --print-sql\` prints, and GRANT this one USAGE ON SCHEMA ${schema} and SELECT, INSERT, UPDATE, DELETE ON ALL TABLES in it`,
            code: "42501",
          }),
        ),
    );

/** Fails where the store does not have the form of this version. */
export const check = (store: string): Effect.Effect<void, StoreError | SqlError, SqlClient.SqlClient> =>
  Effect.flatMap(known(store), (version) =>
    version === newest
      ? Effect.void
      : Effect.fail(
          new StoreError({
            reason: "NotOurs",
            store,
            detail: `its form is ${version === 0 ? "not there yet" : version}, and this version needs ${newest}: run \`wechat-refund store migrate\`, or what it prints with --print-sql`,
          }),
        ),
  ).pipe(rights(store));

/**
 * Brings the store to the form of this version. Does nothing, and needs no right, where it has it. `patient`: a client to do it by, where
 * the one in context would not wait for a statement as long as an index over many rows may take.
 */
export const migrate = (
  store: string,
  patient?: Layer.Layer<SqlClient.SqlClient, StoreError>,
): Effect.Effect<void, StoreError | SqlError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient;
    const pg = sql.onDialectOrElse({ pg: () => true, orElse: () => false });
    const version = yield* known(store);
    if (version === newest) return;
    if (patient !== undefined) return yield* Effect.provide(migrate(store), Layer.fresh(patient));
    const names = namesOf(pg);
    // Two at once may both find none. A SQLite file was marked as ours when it was opened.
    const setUp = pg
      ? sql`CREATE SCHEMA IF NOT EXISTS ${sql.literal(schema)}`.pipe(
          Effect.catchIf(
            () => true,
            (error) =>
              Effect.flatMap(
                sql`SELECT 1 FROM pg_namespace WHERE nspname = ${schema}`,
                (found): Effect.Effect<unknown, SqlError> => (found.length > 0 ? Effect.void : Effect.fail(error)),
              ),
          ),
        )
      : Effect.void;
    yield* setUp;
    yield* Migrator.make({})({
      table: names.of("refund_migrations"),
      loader: Effect.succeed(
        migrations.map(
          ({ name, statements }, index) =>
            [
              index + 1,
              name,
              // The migrator takes the program from a program.
              Effect.succeed(
                Effect.forEach(statements(names), (statement) => sql.unsafe(statement), { discard: true }),
              ),
            ] as const,
        ),
      ),
    }).pipe(
      Effect.catchTag("MigrationError", (error): Effect.Effect<never, StoreError> =>
        error.kind === "Locked"
          ? Effect.fail(
              new StoreError({
                reason: "Busy",
                store,
                detail: "another process is bringing it up to date; start again",
              }),
            )
          : Effect.die(error),
      ),
    );
  }).pipe(rights(store));
