/** A store is opened again: by the next process, at once and with all that the last one held, and by one that only looks. */
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { it } from "@effect/vitest";
import { Effect, Layer } from "effect";
import { SqlClient } from "effect/sql";
import { expect } from "vitest";
import { Migrations, Sqlite } from "@wechat-refund/durable";
import { directory, held } from "./support/files.ts";

const using = <A, E>(
  layer: Layer.Layer<SqlClient.SqlClient, E>,
  run: (sql: SqlClient.SqlClient) => Effect.Effect<A, unknown>,
) => Effect.provide(Effect.flatMap(SqlClient.SqlClient, run), layer);

it.effect("is ours again after it was migrated", () =>
  Effect.gen(function* () {
    const file = join(yield* directory, "refunds.db");
    for (let n = 0; n < 2; n++) yield* Effect.provide(Migrations.migrate(file), Sqlite.layer({ file }));
    expect(yield* using(Sqlite.layer({ file }), (sql) => sql`SELECT count(*) FROM refunds`.values)).toEqual([[0]]);
  }),
);

it.live("is read beside a process that has it, which nothing is written to", () =>
  Effect.gen(function* () {
    const file = join(yield* directory, "refunds.db");
    yield* Effect.provide(Migrations.migrate(file), Sqlite.layer({ file }));
    yield* held(file);
    const layer = Sqlite.layerReadOnly({ file });
    yield* Effect.provide(Migrations.check(file), layer);
    const failed = yield* Effect.flip(using(layer, (sql) => sql`DELETE FROM refunds`));
    expect(failed).toMatchObject({ _tag: "SqlError" });
  }),
);

it.effect("is not made by who only looks, and another file is no store", () =>
  Effect.gen(function* () {
    const folder = yield* directory;
    const file = join(folder, "refunds.db");
    const refused = (path: string) => Effect.flip(Effect.provide(Effect.void, Sqlite.layerReadOnly({ file: path })));
    expect(yield* refused(file)).toMatchObject({ reason: "NotFound" });
    expect(existsSync(file)).toBe(false);
    writeFileSync(join(folder, "note.txt"), "no database at all, and more than a page would need".repeat(100));
    writeFileSync(join(folder, "empty.db"), "");
    expect(yield* refused(join(folder, "note.txt"))).toMatchObject({ reason: "NotOurs" });
    expect(yield* refused(join(folder, "empty.db"))).toMatchObject({ reason: "NotFound" });
    expect(existsSync(`${file}.lock`)).toBe(false);
  }),
);
