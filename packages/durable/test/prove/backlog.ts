/**
 * `node --expose-gc backlog.ts make|claims|drive sqlite:FILE|postgres://… ROWS`: makes a backlog of merchant A; measures how long a
 * claim takes in it; and how a process does beside it. Prints figures as JSON.
 */
import { Durable, Migrations, Postgres, Refunds, RefundStore, Sqlite, Worker } from "@wechat-refund/durable";
import * as Context from "effect/Context";
import * as Deferred from "effect/Deferred";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as Logger from "effect/Logger";
import type * as Scope from "effect/Scope";
import * as Redacted from "effect/Redacted";
import { observe } from "@wechat-refund/core/RefundProgress";
import { cloned } from "./cloned.ts";
import { merchants, requestOf, settingsOf } from "./shop.ts";

const [what = "make", address = "", many = "100000"] = process.argv.slice(2);
const rows = Number(many);
const file = address.startsWith("sqlite:") ? address.slice("sqlite:".length) : undefined;
const client = file === undefined ? Postgres.layer({ url: Redacted.make(address) }) : Sqlite.layer({ file });

const percentile = (times: ReadonlyArray<number>, part: number): number =>
  Math.round((times.toSorted((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * part))] ?? 0) * 10) /
  10;

const timed = <A, E, R>(into: Array<number>, run: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const from = performance.now();
    const made = yield* run;
    into.push(performance.now() - from);
    return made;
  });

const a = settingsOf(0).mchId;
const room = { Recorded: 64, Unknown: 64, Accepted: 64 };

/** Reading what is due, and beginning each, without a worker beside. */
const claims = Effect.gen(function* () {
  const store = yield* RefundStore.RefundStore;
  const { sql, table } = store.database;
  yield* sql`DELETE FROM ${table("refund_merchants")}`;
  yield* sql`INSERT INTO ${table("refund_merchants")} (mch_id, owner, epoch, beat) VALUES (${a}, 'figures', 1, 0)`;
  const [reads, begins]: [Array<number>, Array<number>] = [[], []];
  for (let turn = 0; turn < 60; turn++) {
    const { rows } = yield* timed(reads, store.due(a, room, []));
    for (const row of rows.slice(0, 10)) {
      const claim = {
        what: "send: begun",
        progress: observe(row.progress, { _tag: "Begun", call: "send" }),
        call: "send",
        owner: "figures",
        leaseEpoch: 1,
        lease: 75_000,
      } as const;
      const begun = yield* timed(begins, store.begin(row, claim));
      if (begun === undefined || "_tag" in begun) return yield* Effect.die("not begun");
      yield* store.write(begun, { what: "send: not sent", progress: observe(begun.progress, { _tag: "NotSent" }) });
    }
  }
  yield* sql`DELETE FROM ${table("refund_merchants")}`;
  // The first are of connections and plans that are new.
  return { reads: reads.slice(5), begins: begins.slice(20) };
});

const make = Effect.andThen(Migrations.migrate("the store"), cloned(rows, 1, "open")).pipe(
  Effect.provide(Layer.mergeAll(merchants(1, {}), client)),
  Effect.as({ rows }),
);

const claiming = Effect.gen(function* () {
  const { begins, reads } = yield* Effect.provide(claims, Layer.provide(RefundStore.layer, client));
  return {
    "due p50": percentile(reads, 0.5),
    "due p99": percentile(reads, 0.99),
    "begin p50": percentile(begins, 0.5),
    "begin p99": percentile(begins, 0.99),
  };
});

const driving = Effect.gen(function* () {
  const sent = Deferred.makeUnsafe<number>();
  let most = 0;
  const rss = () => {
    most = Math.max(most, process.memoryUsage.rss());
    return most;
  };
  let calls = 0;
  const mine = rows + 1;
  const shop = merchants(2, {}, (_, n) => {
    calls++;
    if (n === mine) Deferred.doneUnsafe(sent, Effect.succeed(performance.now()));
  });
  const durable =
    file === undefined ? Durable.layerPostgres({ url: Redacted.make(address) }) : Durable.layerSqlite({ file });
  globalThis.gc?.();
  const before = process.memoryUsage.rss();
  const opening = performance.now();
  const context = yield* Layer.build(Layer.provideMerge(durable, shop));
  const opened = performance.now() - opening;
  const { state } = Context.get(context, Worker.Worker);
  while ((yield* state).merchants.length === 0) yield* Effect.sleep(5);
  const holding = performance.now() - opening;
  const refunds = Context.get(context, Refunds.Refunds);
  for (let turn = 0; turn < 100; turn++) {
    yield* Effect.sleep(100);
    rss();
  }
  const asked = performance.now();
  yield* refunds.start("m1", requestOf(mine));
  const first = (yield* Deferred.await(sent)) - asked;
  const peak = rss();
  globalThis.gc?.();
  return {
    "heap after a collection MB": Math.round(process.memoryUsage().heapUsed / 1e6),
    "opened ms": Math.round(opened),
    "holds a merchant after ms": Math.round(holding),
    "calls in 10 s": calls,
    "RSS before MB": Math.round(before / 1e6),
    "RSS at most MB": Math.round(peak / 1e6),
    "first of B after ms": Math.round(first),
  };
});

const figures = await Effect.runPromise(
  Effect.scoped(
    Effect.provide(
      Effect.suspend((): Effect.Effect<object, unknown, Scope.Scope> =>
        what === "make" ? make : what === "claims" ? claiming : driving,
      ),
      Logger.layer([]),
    ),
  ),
);
console.log(JSON.stringify(figures));
process.exit(0);
