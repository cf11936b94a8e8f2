/** The store's form: made once, by whoever comes first, and never in what is not ours. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as SqlClient from "effect/sql/SqlClient";
import * as Migrations from "../../Migrations.ts";
import { namesOf } from "../names.ts";
import { type Case, open, type Place, request } from "./case.ts";

const within = <A, E>({ client }: Pick<Place, "client">, run: Effect.Effect<A, E, SqlClient.SqlClient>) =>
  Effect.scoped(Effect.flatMap(Layer.build(Layer.fresh(client)), (context) => Effect.provideContext(run, context)));

const migrate = Migrations.migrate("the store");

const isPostgres = Effect.map(SqlClient.SqlClient, (sql) =>
  sql.onDialectOrElse({ pg: () => true, orElse: () => false }),
);

/** Everything that stands in the database, by its definition. */
const form = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient;
  const raws = yield* (yield* isPostgres)
    ? sql`SELECT table_schema || '.' || table_name || '.' || column_name AS name,
          concat_ws(' ', data_type, is_nullable, column_default, collation_name, is_identity, identity_generation) AS text
        FROM information_schema.columns WHERE table_schema NOT IN ('pg_catalog', 'information_schema')
        UNION ALL SELECT schemaname || '.' || indexname, indexdef FROM pg_indexes WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
        UNION ALL SELECT conrelid::regclass || '.' || conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace::regnamespace::text NOT IN ('pg_catalog', 'information_schema')
        ORDER BY 1, 2`
    : sql`SELECT name, sql AS text FROM sqlite_schema ORDER BY name`;
  // White space and capitals are each one's own.
  return raws.map((raw) => [
    String(raw["name"]),
    String(raw["text"]).replaceAll(/\s+/g, "").replaceAll('"', "").toLowerCase(),
  ]);
});

const applied = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient;
  const table = sql.literal(namesOf(yield* isPostgres).of("refund_migrations"));
  const raws = yield* sql<{ id: unknown; name: unknown }>`SELECT migration_id AS id, name FROM ${table} ORDER BY 1`;
  return raws.map(({ id, name }) => [Number(id), String(name)]);
});

const works = Effect.fnUntraced(function* (place: Pick<Place, "client">) {
  const { refunds } = yield* open(place.client);
  yield* refunds.start("shop", request("R-1"));
  equal((yield* refunds.find("shop", "R-1"))?.truth, "Recorded");
}, Effect.scoped);

/** What is refused stays as it is. */
const refused = Effect.fnUntraced(function* (place: Place, script: string, words: RegExp) {
  yield* place.script(script);
  const before = yield* within(place, form);
  for (const use of [migrate, Migrations.check("the store")]) {
    const error = yield* Effect.flip(within(place, use));
    if (error._tag !== "StoreError") return yield* Effect.die(error);
    equal(error.reason, "NotOurs");
    match(error.message, words);
  }
  deepEqual(yield* within(place, form), before);
});

export const migrating: ReadonlyArray<Case> = [
  {
    title: "a store is made once: a second migration does nothing",
    run: Effect.fnUntraced(function* (subject) {
      const place = yield* subject.empty;
      const missing = yield* Effect.flip(within(place, Migrations.check("the store")));
      match(
        missing.message,
        /its form is not there yet, and this version needs \d+: run `wechat-refund store migrate`/,
      );
      yield* within(place, migrate);
      const before = yield* within(place, Effect.all([form, applied]));
      deepEqual(
        before[1].map(([id]) => id),
        Array.from({ length: Migrations.newest }, (_, n) => n + 1),
      );
      yield* within(place, Effect.andThen(migrate, migrate));
      deepEqual(yield* within(place, Effect.all([form, applied])), before);
      yield* within(place, Migrations.check("the store"));
      yield* works(place);
    }),
  },
  {
    title: "three processes that start at once make one store",
    needs: ["processes"],
    run: Effect.fnUntraced(function* (subject) {
      for (let round = 0; round < 2; round++) {
        const place = yield* subject.empty;
        const clients = yield* Effect.forEach([1, 2, 3], () => Layer.build(Layer.fresh(place.client)));
        const start = migrate.pipe(
          // Who finds another at it starts again.
          Effect.retry({ while: (error) => error._tag === "StoreError" && error.reason === "Busy", times: 20 }),
        );
        yield* Effect.forEach(clients, (context) => Effect.provideContext(start, context), {
          concurrency: "unbounded",
        });
        equal((yield* within(place, applied)).length, Migrations.newest);
        yield* works(place);
      }
    }),
  },
  {
    title: "a store of an older form is brought to this one",
    run: Effect.fnUntraced(function* (subject) {
      const [place, whole] = [yield* subject.empty, yield* subject.empty];
      const pg = yield* within(place, isPostgres);
      // The oldest there can be: whoever made it ended before its first migration.
      const head = Migrations.print(pg).split("\n-- 0001_", 1)[0] ?? "";
      match(head, /refund_migrations/);
      yield* place.script(head);
      ok((yield* within(place, form)).length > 0);
      yield* within(place, migrate);
      yield* within(whole, migrate);
      deepEqual(yield* within(place, form), yield* within(whole, form));
      yield* works(place);
    }),
  },
  {
    title: "a store of a newer form is refused, and stays as it is",
    run: Effect.fnUntraced(function* (subject) {
      const place = yield* subject.empty;
      yield* within(place, migrate);
      const names = namesOf(yield* within(place, isPostgres));
      yield* refused(
        place,
        `INSERT INTO ${names.of("refund_migrations")} (migration_id, name) VALUES (${Migrations.newest + 1}, 'later');
         ALTER TABLE ${names.refunds} ADD COLUMN of_a_later_version TEXT;`,
        /made by a newer version \(form \d+, this one knows \d+\); nothing was changed\. Run that version/,
      );
    }),
  },
  {
    title: "tables of another program where ours should stand are refused, and stay as they are",
    run: Effect.fnUntraced(function* (subject) {
      for (const table of ["refunds", "invoices"]) {
        const place = yield* subject.empty;
        const pg = yield* within(place, isPostgres);
        const schema = pg ? "CREATE SCHEMA wechat_refund;" : "";
        yield* refused(
          place,
          `${schema} CREATE TABLE ${namesOf(pg).of(table)} (id INTEGER PRIMARY KEY);`,
          /nothing was changed\. Give another/,
        );
      }
    }),
  },
  {
    title: "what --print-sql prints makes the same store as the migrator",
    run: Effect.fnUntraced(function* (subject) {
      const [printed, migrated] = [yield* subject.empty, yield* subject.empty];
      const pg = yield* within(printed, isPostgres);
      yield* printed.script(Migrations.print(pg));
      yield* within(printed, Migrations.check("the store"));
      yield* within(migrated, migrate);
      deepEqual(yield* within(printed, form), yield* within(migrated, form));
      deepEqual(yield* within(printed, applied), yield* within(migrated, applied));
      yield* within(printed, migrate);
      yield* works(printed);
    }),
  },
  {
    title: "a role that may make no tables is told so, and needs no such right where they stand",
    needs: ["roles"],
    run: Effect.fnUntraced(function* (subject) {
      const place = yield* subject.empty;
      const limited = yield* place.limited ?? Effect.die("there are no roles");
      const noRight = Effect.fnUntraced(function* (run: typeof migrate) {
        const error = yield* Effect.flip(within(limited, run));
        if (error._tag !== "StoreError") return yield* Effect.die(error);
        deepEqual([error.reason, error.code], ["NoRight", "42501"]);
        match(error.message, /GRANT/);
      });
      const empty = yield* within(place, form);
      yield* noRight(migrate);
      deepEqual(yield* within(place, form), empty);
      yield* place.script(Migrations.print(true));
      // A part of the rights is not taken for another program's store.
      yield* place.script(limited.grant(["refunds"]));
      yield* noRight(migrate);
      yield* noRight(Migrations.check("the store"));
      yield* place.script(limited.grant("ALL"));
      yield* within(limited, Migrations.check("the store"));
      yield* works(limited);
    }),
  },
];
