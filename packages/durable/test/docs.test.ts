/** What the document tells an operator to ask the database is asked. */
import { readFileSync } from "node:fs";
import { it } from "@effect/vitest";
import { Effect } from "effect";
import { SqlClient } from "effect/sql";
import { expect } from "vitest";
import { Migrations, Postgres } from "@wechat-refund/durable";
import { database, isInstalled, sayIfSkipped } from "./support/Postgres.ts";

sayIfSkipped("the statements of docs/durable.md");

it.effect.skipIf(!isInstalled)("every statement of docs/durable.md runs", () =>
  Effect.gen(function* () {
    const text = readFileSync(new URL("../../../docs/durable.md", import.meta.url), "utf8");
    const statements = [...text.matchAll(/^```sql\n([\s\S]*?)^```$/gm)]
      .flatMap(([, code = ""]) => code.replace(/^--.*$/gm, "").split(";"))
      .filter((statement) => statement.trim() !== "");
    expect(statements.length).toBe(6);
    const { url } = yield* database;
    yield* Effect.gen(function* () {
      yield* Migrations.migrate("the test's");
      const sql = yield* SqlClient.SqlClient;
      for (const statement of statements) yield* sql.unsafe(statement);
    }).pipe(Effect.provide(Postgres.layer({ url })));
  }),
);
