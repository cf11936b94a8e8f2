/** Real processes with a reconciler each: killed on a day's way, and two over one server. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { it } from "@effect/vitest";
import { Context, Effect, Layer, Redacted } from "effect";
import type { SqlClient } from "effect/sql";
import { describe, expect } from "vitest";
import { Merchants, RefundBill, Transport } from "@wechat-refund/core";
import {
  Migrations,
  Postgres,
  Reconciliations,
  Refunds,
  RefundStore,
  Signalling,
  Sqlite,
  StoreCheck,
  type StoreError,
} from "@wechat-refund/durable";
import { directory } from "./support/files.ts";
import { database, isInstalled, sayIfSkipped } from "./support/Postgres.ts";

sayIfSkipped("the reconcilers that share a store on PostgreSQL");

const mchId = "1900000109";
const day = 86_400_000;
const script = fileURLToPath(new URL("support/reconcilerProcess.ts", import.meta.url));

const mute = Layer.succeed(Transport.Transport, { send: () => Effect.die("nothing is sent here") });
const apiKey = Redacted.make("192006250b4c09247ec02edce69f6a2d");
const merchants = Merchants.layer([
  { name: "shop", v2: { appId: "wx8888888888888888", mchId, apiKey, transport: mute } },
]);

/** Looks into a store that no process has open, or that several may. */
const inside = <A, E>(
  client: Layer.Layer<SqlClient.SqlClient, StoreError.StoreError>,
  look: (
    store: RefundStore.RefundStore["Service"],
    refunds: Refunds.Service,
  ) => Effect.Effect<A, E, RefundStore.RefundStore>,
) =>
  Effect.gen(function* () {
    const context = yield* Layer.build(
      Refunds.layer().pipe(
        Layer.provideMerge(Layer.mergeAll(RefundStore.layer, Signalling.layer)),
        Layer.provide(merchants),
        Layer.provideMerge(Layer.effectDiscard(Migrations.migrate("the store"))),
        Layer.provideMerge(Layer.fresh(client)),
      ),
    );
    const store = Context.get(context, RefundStore.RefundStore);
    return yield* Effect.provideContext(look(store, Context.get(context, Refunds.Refunds)), context);
  }).pipe(Effect.scoped);

/** A store whose first refund was recorded so many days ago, and given up: it stands in no bill. */
const seeded = (client: Parameters<typeof inside>[0], days: number) =>
  inside(
    client,
    Effect.fnUntraced(function* (store, refunds) {
      yield* refunds.start("shop", { order: { outTradeNo: "T-1" }, outRefundNo: "R-1", totalFee: 100, refundFee: 100 });
      yield* refunds.cancel("shop", "R-1", { by: "ming", reason: "a test" });
      yield* store.database.sql`UPDATE ${store.database.tables.refunds} SET created_at = ${Date.now() - days * day}`;
    }),
  );

/** The days whose bills can be had. */
const daysOf = (count: number): ReadonlyArray<string> => {
  const now = Date.now();
  const last = now >= RefundBill.readyAt(RefundBill.dayOf(now - day)) ? now - day : now - 2 * day;
  return RefundBill.days(RefundBill.dayOf(now - count * day), RefundBill.dayOf(last));
};

const started = (store: string, log: string, point = "none") =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const child = spawn(process.execPath, [script, store, log, point], {
        stdio: ["ignore", "inherit", "inherit", "ipc"],
      });
      const gone = once(child, "exit");
      const end = async () => {
        if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
        await gone;
      };
      return { child, gone, end };
    }),
    ({ end }) => Effect.promise(end),
  );

const downloads = (log: string): ReadonlyArray<string> =>
  existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : [];
const times = (lines: ReadonlyArray<string>): ReadonlyMap<string, number> => {
  const counted = new Map<string, number>();
  for (const line of lines) counted.set(line.slice(0, 8), (counted.get(line.slice(0, 8)) ?? 0) + 1);
  return counted;
};

const until = Effect.fnUntraced(function* (is: Effect.Effect<boolean, unknown>, what: string) {
  for (const since = performance.now(); !(yield* is); yield* Effect.sleep(50)) {
    if (performance.now() - since > 60_000) return yield* Effect.die(`not after a minute: ${what}`);
  }
});

/** What stands in the store in the end: each day once, with its one difference, asked for; and nothing amiss. */
const judged = (client: Parameters<typeof inside>[0], count: number) =>
  inside(
    client,
    Effect.fnUntraced(function* ({ database }) {
      const all = yield* Reconciliations.list(database, {}, { limit: 1000 });
      expect(all.map(({ date, differences, kept, state }) => [date, state, differences, kept])).toEqual(
        daysOf(count)
          .map((date) => [date, "done", 1, 1])
          .reverse(),
      );
      for (const one of all) {
        const differences = yield* Reconciliations.differencesOf(database, one);
        expect(differences.map(({ answer, kind, outRefundNo }) => [kind, outRefundNo, answer])).toEqual([
          ["only-there", `X-${one.date.replaceAll("-", "")}`, { agreesWith: "ours" }],
        ]);
      }
      expect((yield* Reconciliations.after(database, 0, 1000)).map(({ position }) => position)).toEqual(
        daysOf(count).map((_, n) => n + 1),
      );
      expect((yield* StoreCheck.check).findings).toEqual([]);
    }),
  );

const isDone = (client: Parameters<typeof inside>[0], count: number) =>
  inside(client, ({ database }) =>
    Effect.map(Reconciliations.after(database, 0, 1000), ({ length }) => length === daysOf(count).length),
  );

const killedAt = Effect.fnUntraced(function* (
  client: Parameters<typeof inside>[0],
  store: string,
  point: string,
  finished: (log: string) => Effect.Effect<boolean, unknown>,
) {
  const log = join(yield* directory, "bills");
  yield* seeded(client, 3);
  const first = yield* started(store, log, point);
  yield* Effect.promise(() => first.gone);
  expect(first.child.signalCode).toBe("SIGKILL");
  expect(downloads(log)).toHaveLength(1);
  const [oldest = ""] = daysOf(3);
  yield* inside(
    client,
    Effect.fnUntraced(function* ({ database }) {
      const left = yield* Reconciliations.find(database, mchId, oldest);
      const differences = yield* Reconciliations.differencesOf(database, { mchId, date: oldest });
      // All of it or nothing.
      expect([left?.state, differences.length]).toEqual(point === "bill: stored" ? ["asking", 1] : ["waiting", 0]);
    }),
  );
  yield* Effect.scoped(
    Effect.gen(function* () {
      yield* started(store, log);
      yield* until(finished(log), "all days are done");
    }),
  );
  yield* judged(client, 3);
  const again = times(downloads(log));
  expect(again.get(oldest.replaceAll("-", ""))).toBe(point === "bill: stored" ? 1 : 2);
  expect([...again.values()].filter((count) => count > 1).length).toBe(point === "bill: stored" ? 0 : 1);
});

const points = ["bill: downloaded", "bill: compared", "bill: stored"];

describe("a reconciler that is killed", () => {
  it.live.each(points)("at %s over a file has the day done again, once", (point) =>
    Effect.gen(function* () {
      const file = join(yield* directory, "refunds.db");
      const client = Sqlite.layer({ file });
      // Nobody else may have the file open: the process says what it has done.
      const finished = (log: string) =>
        Effect.sync(() => existsSync(`${log}.done`) && downloads(`${log}.done`).length === daysOf(3).length);
      yield* killedAt(client, file, point, finished);
    }),
  );

  for (const point of isInstalled ? points : []) {
    it.live(`at ${point} over a server has the day done again, once`, () =>
      Effect.gen(function* () {
        const { url } = yield* database;
        const client = Postgres.layer({ url });
        yield* killedAt(client, Redacted.value(url), point, () => isDone(client, 3));
      }),
    );
  }
});

it.live.skipIf(!isInstalled)("two reconcilers over one server do each day once, and both do some", () =>
  Effect.gen(function* () {
    const { url } = yield* database;
    const client = Postgres.layer({ url });
    const log = join(yield* directory, "bills");
    yield* seeded(client, 60);
    yield* started(Redacted.value(url), log);
    yield* started(Redacted.value(url), log);
    yield* until(isDone(client, 60), "all days are done");
    const lines = downloads(log);
    expect([...times(lines)].map(([date, count]) => `${date} ${count}`)).toEqual(
      daysOf(60).map((date) => `${date.replaceAll("-", "")} 1`),
    );
    expect(new Set(lines.map((line) => line.slice(9))).size).toBe(2);
    yield* judged(client, 60);
  }),
);
