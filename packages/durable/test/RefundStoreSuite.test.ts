/** The suite of a store over both databases. */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import * as PgClient from "@effect/sql-pg/PgClient";
import { it } from "@effect/vitest";
import { Effect, Layer, String } from "effect";
import { describe } from "vitest";
import { Postgres, Sqlite } from "@wechat-refund/durable";
import { RefundStoreSuite } from "@wechat-refund/durable/testing";
import { directory } from "./support/files.ts";
import { database, isInstalled, sayIfSkipped } from "./support/Postgres.ts";

sayIfSkipped("the suite of the store on PostgreSQL");

const sqlite: RefundStoreSuite.Subject = {
  name: "SQLite",
  sharedByProcesses: false,
  empty: Effect.map(directory, (path) => {
    const file = join(path, "refunds.db");
    return {
      client: Sqlite.layer({ file }),
      script: (text) =>
        Effect.sync(() => {
          const database = new DatabaseSync(file);
          database.exec(text);
          database.close();
        }),
    };
  }),
};

const postgres: RefundStoreSuite.Subject = {
  name: "PostgreSQL",
  sharedByProcesses: true,
  hasRoles: true,
  empty: Effect.gen(function* () {
    const { cluster, name, url } = yield* database;
    const script = (text: string) => Effect.promise(() => cluster.run(text, name));
    return {
      client: Postgres.layer({ url }),
      script,
      limited: Effect.gen(function* () {
        const user = `limited_${randomBytes(6).toString("hex")}`;
        const password = randomBytes(12).toString("hex");
        yield* Effect.acquireRelease(script(`CREATE ROLE ${user} LOGIN PASSWORD '${password}'`), () =>
          script(`DROP OWNED BY ${user}; DROP ROLE ${user}`),
        );
        return {
          client: Postgres.layer({ url: cluster.url(name, { user, password }) }),
          grant: (tables) => {
            const named =
              tables === "ALL"
                ? "ALL TABLES IN SCHEMA wechat_refund"
                : tables.map((table) => `wechat_refund.${table}`).join(", ");
            return `GRANT USAGE ON SCHEMA wechat_refund TO ${user}; GRANT SELECT, INSERT, UPDATE, DELETE ON ${named} TO ${user};`;
          },
        } satisfies RefundStoreSuite.Limited;
      }),
    };
  }),
};

/** As an application has it that wants its columns in the names of its objects, on a server whose transactions are stricter. */
const ofAnApplication: RefundStoreSuite.Subject = {
  ...postgres,
  name: "PostgreSQL, by a client and on a server with settings of their own",
  hasRoles: false,
  empty: Effect.gen(function* () {
    const { cluster, name, url } = yield* database;
    const script = (text: string) => Effect.promise(() => cluster.run(text, name));
    yield* script(`ALTER DATABASE "${name}" SET default_transaction_isolation TO 'serializable'`);
    const names = { transformQueryNames: String.camelToSnake, transformResultNames: String.snakeToCamel };
    return { client: Layer.orDie(PgClient.layer({ url, ...names })), script };
  }),
};

/** What reads and writes rows in every way, side by side, and the caller's transaction on that client. */
const ofRows = new Set(["Recording a refund", "Who may write", "The caller's transaction"]);

for (const subject of [sqlite, postgres, ofAnApplication]) {
  describe.skipIf(subject !== sqlite && !isInstalled)(`a store on ${subject.name}`, () => {
    for (const { cases, title } of RefundStoreSuite.sections) {
      if (subject === ofAnApplication && !ofRows.has(title)) continue;
      describe.concurrent(title, () => {
        for (const one of cases) {
          if (RefundStoreSuite.applies(one, subject)) it.live(one.title, () => RefundStoreSuite.run(one, subject));
        }
      });
    }
  });
}
