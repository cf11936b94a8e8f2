/** The client over PostgreSQL: what it gives, and every server that a store cannot be on, each of them real. */
import { cpSync, mkdirSync, symlinkSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { fileURLToPath, pathToFileURL } from "node:url";
import * as PgClient from "@effect/sql-pg/PgClient";
import { it } from "@effect/vitest";
import { Context, Effect, Fiber, Layer, Redacted, Result, Stream } from "effect";
import { SqlClient } from "effect/sql";
import { describe, expect } from "vitest";
import { Durable, Migrations, Postgres, Refunds, StoreCheck, type StoreError } from "@wechat-refund/durable";
import { TestIdentities } from "@wechat-refund/testkit";
import * as address from "../src/internal/address.ts";
import { merchants, requestOf } from "./prove/shop.ts";
import { directory } from "./support/files.ts";
import { database, isInstalled, own, sayIfSkipped, shared } from "./support/Postgres.ts";

sayIfSkipped("the stores on PostgreSQL");

const password = "hunter2 /?#@:%";

const ask = <A>(url: string | Redacted.Redacted, query: (sql: SqlClient.SqlClient) => Effect.Effect<A, unknown>) =>
  Effect.provide(
    Effect.flatMap(SqlClient.SqlClient, query),
    Postgres.layer({ url: typeof url === "string" ? Redacted.make(url) : url }),
  );

/** The refusal of an address. Wherever one looks at it, there is no password. */
const refusal = (url: string | Redacted.Redacted, options: Omit<Postgres.Options, "url"> = {}) =>
  Effect.map(
    Effect.flip(
      Effect.scoped(
        Layer.build(Postgres.layer({ url: typeof url === "string" ? Redacted.make(url) : url, ...options })),
      ),
    ),
    (error) => {
      for (const said of [JSON.stringify(error), String(error), error.stack ?? "", `${error.message} ${error.cause}`]) {
        expect(said).not.toContain("hunter2");
      }
      return error;
    },
  );

/** A server of Node's that listens until the scope closes, and its port. */
const listening = (server: Server) =>
  Effect.gen(function* () {
    const open = new Set<Socket>();
    server.on("connection", (socket) => open.add(socket.on("error", () => {})));
    yield* Effect.acquireRelease(
      Effect.promise(() => new Promise<void>((done) => server.listen(0, "127.0.0.1", done))),
      () =>
        Effect.promise(() => {
          for (const socket of open) socket.destroy();
          return new Promise<void>((done) => void server.close(() => done()));
        }),
    );
    return (server.address() as AddressInfo).port;
  });

describe.skipIf(!isInstalled)("a store's server", () => {
  it.effect("answers, by the name of the application, without any setting that a pooler would refuse", () =>
    Effect.gen(function* () {
      const { url, name } = yield* database;
      yield* ask(url, (sql) =>
        Effect.gen(function* () {
          const [row] =
            yield* sql`SELECT version(), current_database() AS database, current_setting('application_name') AS application`;
          expect(row).toMatchObject({ database: name, application: "wechat-refund" });
          expect(String(row?.["version"])).toMatch(/^PostgreSQL \d+/);
          const sent = yield* sql`SELECT name FROM pg_settings WHERE source = 'client' ORDER BY name`.values;
          expect(sent).toEqual([["application_name"], ["client_encoding"]]);
        }),
      );
    }),
  );

  it.effect("has no more connections than it may", () =>
    Effect.gen(function* () {
      const { url, name } = yield* database;
      const count = Effect.flatMap(SqlClient.SqlClient, (sql) => {
        const one = sql.withTransaction(
          sql`SELECT count(*)::int AS n, pg_sleep(0.02) FROM pg_stat_activity WHERE datname = ${name}`,
        );
        return Effect.all(
          Array.from({ length: 12 }, () => one),
          { concurrency: "unbounded" },
        );
      });
      const rows = yield* Effect.provide(count, Postgres.layer({ url, maxConnections: 3 }));
      expect(Math.max(...rows.flat().map(({ n }) => Number(n)))).toBe(3);
    }),
  );

  it.live("waits for a migration for longer than for any other statement", () =>
    Effect.gen(function* () {
      const { url } = yield* database;
      const store = Durable.layerPostgres({ url, silence: "300 millis", worker: false, listens: false });
      const head = Migrations.print(true).split("\n-- 0001_", 1)[0] ?? "";
      yield* ask(url, (sql) => Effect.forEach(head.split(";\n"), (statement) => sql.unsafe(statement)));
      const table = "wechat_refund.refund_migrations";
      const held = ask(url, (sql) =>
        sql.withTransaction(Effect.andThen(sql.unsafe(`LOCK TABLE ${table} IN SHARE MODE`), Effect.sleep("1 second"))),
      );
      const began = Date.now();
      yield* Effect.all(
        [held, Effect.delay(Effect.scoped(Layer.build(Layer.provide(store, merchants(1, {})))), "200 millis")],
        { concurrency: 2 },
      );
      expect(Date.now() - began).toBeGreaterThan(900);
      expect(yield* ask(url, (sql) => sql.unsafe(`SELECT migration_id FROM ${table}`))).toHaveLength(Migrations.newest);
    }),
  );

  it.live("that took over the rows and not the sequences is told as what it is", () =>
    Effect.gen(function* () {
      const { url } = yield* database;
      const context = yield* Layer.build(
        Durable.layerPostgres({ url, worker: false, listens: false }).pipe(Layer.provide(merchants(1, {}))),
      );
      const { start } = Context.get(context, Refunds.Refunds);
      const broken = Effect.map(Effect.provideContext(StoreCheck.check, context), ({ findings }) =>
        findings.flatMap(({ refunds, rule }) => (rule.startsWith("the ids") ? refunds : [])),
      );
      for (const n of [1, 2]) yield* start("m0", requestOf(n));
      expect(yield* broken).toEqual([]);
      yield* ask(url, (sql) => sql`ALTER TABLE wechat_refund.refunds ALTER COLUMN id RESTART WITH 1`);
      expect(yield* broken).toEqual(["refunds"]);
      expect(yield* Effect.flip(start("m0", requestOf(3)))).toMatchObject({ reason: { _tag: "UniqueViolation" } });
      yield* ask(url, (sql) => sql`SELECT setval('wechat_refund.refunds_id_seq', 2)`);
      expect(yield* broken).toEqual([]);
      expect(yield* start("m0", requestOf(3))).toMatchObject({ created: true });
    }),
  );

  it.effect("tells what happens on a channel, from the moment that it listens; a lost connection ends that", () =>
    Effect.gen(function* () {
      const { cluster, url, name } = yield* database;
      const heard = Effect.scoped(
        Effect.gen(function* () {
          const sql = yield* SqlClient.SqlClient;
          const { listen } = yield* Postgres.Notifications;
          const payloads = yield* listen("refunds");
          yield* sql`SELECT pg_notify('refunds', 'R-1')`;
          yield* sql`SELECT pg_notify('refunds', 'R-2')`;
          expect(yield* Stream.runCollect(Stream.take(payloads, 2))).toEqual(["R-1", "R-2"]);

          const rest = yield* Effect.forkChild(Effect.flip(Stream.runDrain(yield* listen("refunds"))));
          expect(yield* Effect.promise(() => cluster.killBackends(name))).toBeGreaterThan(0);
          expect((yield* Fiber.join(rest))._tag).toBe("SqlError");
          // The connections of the pool were ended too: the first to use one is told so.
          yield* Effect.ignore(sql`SELECT 1 AS n`);
          expect(yield* sql`SELECT 1 AS n`).toEqual([{ n: 1 }]);
        }),
      );
      yield* Effect.provide(heard, Postgres.layer({ url }));
    }),
  );
});

describe.skipIf(!isInstalled)("a server that a store cannot be on", () => {
  it.effect("wrong password, unknown user, no login, no database, no right: each says what to do", () =>
    Effect.gen(function* () {
      const cluster = yield* shared;
      const { name } = yield* database;
      const shop = `shop_${name}`;
      const guest = `guest_${name}`;
      yield* Effect.acquireRelease(
        Effect.promise(() =>
          cluster.run(`CREATE ROLE ${shop} LOGIN PASSWORD 'right'; CREATE ROLE ${guest} PASSWORD 'right';
            REVOKE CONNECT ON DATABASE ${name} FROM PUBLIC;`),
        ),
        () => Effect.promise(() => cluster.run(`DROP ROLE ${shop}; DROP ROLE ${guest};`)),
      );
      const at = (user: string, secret: string, to: string) => cluster.url(to, { user, password: secret });
      const shown = `postgres://${shop}@127.0.0.1:${cluster.port}/`;

      const wrong = yield* refusal(at(shop, password, name));
      expect(wrong).toMatchObject({ reason: "WrongPassword", store: shown + name, code: "28P01" });
      expect(wrong.message).toBe(
        `the store ${shown}${name} cannot be used: the server knows no such user with this password: check both in the address (28P01)`,
      );
      expect(yield* refusal(at("ghost", password, name))).toMatchObject({ reason: "WrongPassword", code: "28P01" });
      expect(yield* refusal(`postgres://${shop}@127.0.0.1:${cluster.port}/${name}`)).toMatchObject({
        reason: "WrongPassword",
        detail: "the server asks for a password: put it into the address",
      });

      const barred = yield* refusal(at(guest, "right", name));
      expect([barred.reason, barred.code]).toEqual(["NoRight", "28000"]);
      expect(barred.detail).toContain("LOGIN");

      const none = yield* refusal(at(shop, "right", "none"));
      expect([none.reason, none.code, none.store]).toEqual(["NotFound", "3D000", `${shown}none`]);
      expect(none.detail).toContain("CREATE DATABASE");

      const closed = yield* refusal(at(shop, "right", name));
      expect([closed.reason, closed.code]).toEqual(["NoRight", "42501"]);
      expect(closed.detail).toContain("GRANT it CONNECT");
    }),
  );

  it.effect("a database whose encoding has not all that WeChat Pay answers", () =>
    Effect.gen(function* () {
      const { cluster, name } = yield* database;
      const refused = Effect.fnUntraced(function* (encoding: string) {
        const other = `${name}_${encoding.toLowerCase()}`;
        const made = `CREATE DATABASE ${other} ENCODING '${encoding}' LOCALE 'C' TEMPLATE template0`;
        yield* Effect.acquireRelease(
          Effect.promise(() => cluster.run(made)),
          () => Effect.promise(() => cluster.dropDatabase(other)),
        );
        const url = cluster.url(other);
        // By a client of one's own, too.
        const known = Migrations.known("database").pipe(Effect.provide(PgClient.layer({ url })), Effect.result);
        const durable = Durable.layerPostgres({ url, worker: false, listens: false }).pipe(
          Layer.provide(merchants(1, {})),
        );
        const [ours, own] = [yield* Effect.result(Effect.scoped(Layer.build(durable))), yield* known];
        expect(Result.isSuccess(own)).toBe(Result.isSuccess(ours));
        return own;
      });
      for (const encoding of ["LATIN1", "EUC_CN"]) {
        const { failure } = (yield* refused(encoding)) as Result.Failure<unknown, StoreError.StoreError>;
        expect(failure.detail).toContain("encoding does not have all characters");
      }
      // What it is given, it keeps.
      expect(Result.isSuccess(yield* refused("SQL_ASCII"))).toBe(true);
    }),
  );

  it.effect("one that takes no writes, has no connection left, or no TLS", () =>
    Effect.gen(function* () {
      const cluster = yield* own({ settings: { max_connections: "4", superuser_reserved_connections: "1" } });
      const name = yield* Effect.promise(() => cluster.createDatabase());
      yield* Effect.promise(() => cluster.run("CREATE ROLE shop LOGIN PASSWORD 'right'"));
      const url = cluster.url(name, { user: "shop", password: "right" });

      const plain = yield* refusal(`${Redacted.value(url)}?sslmode=require`);
      expect([plain.reason, plain.detail]).toEqual([
        "Unreachable",
        "the server has no TLS: switch it on there, or leave sslmode=require out",
      ]);

      yield* Effect.promise(() => cluster.setReadOnly(true));
      expect(yield* refusal(url)).toMatchObject({ reason: "ReadOnly" });
      yield* Effect.promise(() => cluster.setReadOnly(false));

      const crowded = ask(url, (sql) =>
        Effect.scoped(
          Effect.gen(function* () {
            for (let n = 0; n < 3; n++) yield* sql.reserve;
            return yield* refusal(url);
          }),
        ),
      );
      expect(yield* crowded).toMatchObject({ reason: "Busy", code: "53300" });

      yield* Effect.promise(() => cluster.stop("immediate"));
      expect(yield* refusal(url)).toMatchObject({ reason: "Unreachable", code: "ECONNREFUSED" });
      yield* Effect.promise(() => cluster.start());
      expect(yield* ask(url, (sql) => sql`SELECT 1 AS n`)).toEqual([{ n: 1 }]);
    }),
  );
});

describe.skipIf(!isInstalled)("TLS to the server", () => {
  it.effect("a certificate that nobody vouches for is refused; without it being asked for there is no TLS", () =>
    Effect.gen(function* () {
      const cluster = yield* own({ tls: TestIdentities.make().server });
      const plain = cluster.url("postgres");
      const refused = yield* refusal(`${Redacted.value(plain)}?sslmode=require`);
      expect(refused.reason).toBe("Unreachable");
      expect(refused.detail).toContain("name its authority in NODE_EXTRA_CA_CERTS");
      expect(yield* ask(plain, (sql) => sql`SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()`.values)).toEqual([
        [false],
      ]);
    }),
  );
});

describe("an address where there is no PostgreSQL", () => {
  // Live: the test clock would never say that time is up.
  it.live("nothing listens; nothing answers; something else answers; the name is unknown", () =>
    Effect.gen(function* () {
      const closed = yield* Effect.scoped(listening(createServer()));
      const at = (port: number) => `postgres://shop:hunter2@127.0.0.1:${port}/refunds`;
      expect(yield* refusal(at(closed))).toMatchObject({ reason: "Unreachable", code: "ECONNREFUSED" });

      const silent = yield* listening(createServer());
      const late = yield* refusal(at(silent), { connectTimeout: "200 millis" });
      expect([late.reason, late.detail]).toEqual([
        "Unreachable",
        "the server does not answer in time: check that host and port are a PostgreSQL's",
      ]);

      const web = yield* listening(createHttpServer((_, response) => response.end("hello")));
      expect((yield* refusal(at(web), { connectTimeout: "500 millis" })).detail).toContain(
        "check that host and port are a PostgreSQL's",
      );

      expect(yield* refusal("postgres://shop:hunter2@db.invalid/refunds")).toMatchObject({ reason: "Unreachable" });
    }),
  );

  it.effect("no address at all, or one whose password parts it in the wrong places: nothing of it is repeated", () =>
    Effect.gen(function* () {
      for (const url of [
        "",
        "hunter2",
        "host=db user=shop password=hunter2",
        "mysql://shop:hunter2@db/refunds",
        "postgres://shop:hun#hunter2@db/refunds",
        "postgres://shop:1#hunter2@db/refunds",
        "postgres://shop:1/hunter2@db/refunds",
        "postgres://shop:1?hunter2@db/refunds",
        "postgres://shop:1/hunter2%40db/refunds",
        "postgres://shop:1/%hunter2",
        "postgres://db/refunds/hunter2",
        "postgres://shop:hunter2@%/refunds",
      ]) {
        const error = yield* refusal(url);
        expect([url, error.reason, error.store]).toEqual([url, "BadAddress", "(an address that is not shown)"]);
        expect(error.detail).toContain("postgres://user:password@host:5432/database");
        const heard = yield* refusal("postgres://db/refunds", { listenUrl: Redacted.make(url) });
        expect([url, heard.reason, heard.store]).toEqual([url, "BadAddress", "postgres://db/refunds"]);
        expect(heard.detail).toBe(`listenUrl: ${error.detail}`);
      }
    }),
  );

  it("an address is shown without password and parameters", () => {
    const cases = {
      "postgres://shop:hunter2@db:5433/refunds?sslmode=require&password=hunter2": "postgres://shop@db:5433/refunds",
      "postgresql://db/refunds": "postgresql://db/refunds",
      "postgres:///refunds?host=/run/postgresql": "postgres:///run/postgresql/refunds",
      [`postgres://a%40b:${encodeURIComponent(password)}@[::1]/refunds`]: "postgres://a%40b@[::1]/refunds",
    };
    for (const [url, expected] of Object.entries(cases)) expect(address.shown(url)).toEqual(Result.succeed(expected));
  });
});

describe("without the package that speaks to the server", () => {
  it.effect("a file is a store all the same, and a server's refusal says what to install", () =>
    Effect.gen(function* () {
      const path = yield* directory;
      const root = fileURLToPath(new URL("..", import.meta.url));
      cpSync(join(root, "src"), join(path, "src"), { recursive: true });
      mkdirSync(join(path, "node_modules"));
      mkdirSync(join(path, "node_modules", "@wechat-refund"));
      for (const name of ["effect", "@wechat-refund/core"]) {
        symlinkSync(join(root, "node_modules", name), join(path, "node_modules", name));
      }
      const program = `
        import { Effect, Redacted } from "effect";
        import { SqlClient } from "effect/sql";
        import { Postgres, Sqlite } from ${JSON.stringify(pathToFileURL(join(path, "src", "index.ts")).href)};
        const ask = Effect.flatMap(SqlClient.SqlClient, (sql) => sql\`SELECT 1 AS n\`);
        console.log(await Effect.runPromise(Effect.provide(ask, Sqlite.layer({ file: "refunds.db" }))));
        const url = Redacted.make("postgres://shop:hunter2@db/refunds");
        console.log((await Effect.runPromise(Effect.flip(Effect.provide(ask, Postgres.layer({ url }))))).message);
      `;
      const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", program], {
        cwd: path,
        encoding: "utf8",
      });
      expect(stderr).toBe("");
      expect(stdout.split("\n")).toEqual([
        "[ { n: 1 } ]",
        "the store postgres://shop@db/refunds cannot be used: PostgreSQL needs a package that is not installed: npm install @effect/sql-pg@^4.0.5",
        "",
      ]);
    }),
  );
});
