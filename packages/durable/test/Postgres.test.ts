/** PostgreSQL itself: a server of the tests' own, and the client that is used with it. */
import * as PgClient from "@effect/sql-pg/PgClient";
import { it } from "@effect/vitest";
import { Effect } from "effect";
import { SqlClient } from "effect/sql";
import { describe, expect } from "vitest";
import { database, isInstalled, sayIfSkipped } from "./support/Postgres.ts";

sayIfSkipped("the stores on PostgreSQL");

describe.skipIf(!isInstalled)("the server of the tests", () => {
  it.effect("answers Effect's client", () =>
    Effect.gen(function* () {
      const { url } = yield* database;
      const version = Effect.flatMap(SqlClient.SqlClient, (sql) => sql<{ readonly version: string }>`SELECT version()`);
      const [row] = yield* Effect.provide(version, PgClient.layer({ url }));
      expect(row?.version).toMatch(/^PostgreSQL \d+/);
    }),
  );
});
