/** What the document tells an operator to ask the database is asked. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { it } from "@effect/vitest";
import { Effect } from "effect";
import { SqlClient } from "effect/sql";
import { expect } from "vitest";
import { Migrations, Postgres, Sqlite } from "@wechat-refund/durable";
import { directory } from "./support/files.ts";
import { database, isInstalled, sayIfSkipped } from "./support/Postgres.ts";

const statements = [
  ...readFileSync(new URL("../../../docs/durable.md", import.meta.url), "utf8").matchAll(/^```sql\n([\s\S]*?)^```$/gm),
]
  .flatMap(([, code = ""]) => code.replace(/^--.*$/gm, "").split(";"))
  .filter((statement) => statement.trim() !== "");

const runs = (statements: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    expect(statements.length).toBe(6);
    yield* Migrations.migrate("the test's");
    const sql = yield* SqlClient.SqlClient;
    for (const statement of statements) yield* sql.unsafe(statement);
  });

/** By what the document says of a file. */
const ofSqlite = (statement: string): string =>
  statement.replaceAll("wechat_refund.", "").replace(/to_timestamp\((.*?)\)/g, "datetime($1, 'unixepoch')");

sayIfSkipped("the statements of docs/durable.md");

it.effect.skipIf(!isInstalled)("every statement of docs/durable.md runs", () =>
  Effect.gen(function* () {
    const { url } = yield* database;
    yield* Effect.provide(runs(statements), Postgres.layer({ url }));
  }),
);

it.effect("every statement of docs/durable.md runs on a SQLite file", () =>
  Effect.gen(function* () {
    const file = join(yield* directory, "refunds.db");
    yield* Effect.provide(runs(statements.map(ofSqlite)), Sqlite.layer({ file }));
  }),
);
