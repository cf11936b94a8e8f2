/** What is told of the refunds: every change once and in order, and sums that are the rows'. */
import { deepEqual, equal, ok } from "node:assert/strict";
import { type Observation, observe } from "@wechat-refund/core/RefundProgress";
import * as Deferred from "effect/Deferred";
import * as Effect from "effect/Effect";
import * as Fiber from "effect/Fiber";
import * as Stream from "effect/Stream";
import type { Event } from "../../Events.ts";
import * as Listing from "../../Listing.ts";
import * as Maintenance from "../../Maintenance.ts";
import { RefundStore } from "../../RefundStore.ts";
import * as Retention from "../../Retention.ts";
import * as StoreCheck from "../../StoreCheck.ts";
import { type Case, open, type Opened, opened, person, processes, request, shop } from "./case.ts";

const change = ({ store }: Opened, outRefundNo: string, ...observations: ReadonlyArray<Observation>) =>
  store.update({ mchId: shop, outRefundNo }, (row) =>
    Effect.succeed({ what: observations.at(-1)?._tag ?? "", progress: observations.reduce(observe, row.progress) }),
  );

const accepted: ReadonlyArray<Observation> = [{ _tag: "Begun", call: "send" }, { _tag: "Accepted" }];
const found: ReadonlyArray<Observation> = [
  { _tag: "Begun", call: "ask" },
  { _tag: "Found", status: "SUCCESS" },
];

/** All events there are, by pages of a few. */
const readAll = Effect.fnUntraced(function* ({ events }: Opened, from = 0) {
  const all: Array<Event> = [];
  for (;;) {
    const page = yield* events.after(all.at(-1)?.position ?? from, 7);
    if (page.length === 0) return all;
    all.push(...page);
  }
});

const numbersFrom = (first: number, last: number): ReadonlyArray<number> =>
  Array.from({ length: last - first + 1 }, (_, n) => first + n);

const keyOf = ({ block = "", currency, mchId, subMchId, truth }: Omit<Listing.Total, "block"> & { block?: unknown }) =>
  JSON.stringify([mchId, subMchId, currency, truth, block]);

/** The totals and what the rows add up to, in one look at the store. */
const compared = ({ sql, store }: Opened) =>
  sql.withTransaction(
    Effect.gen(function* () {
      const { database } = store;
      if (database.pg) yield* sql`SET TRANSACTION ISOLATION LEVEL REPEATABLE READ`;
      const totals = yield* Listing.totals(database);
      const rows = yield* sql.withoutTransforms()<
        Record<string, unknown>
      >`SELECT mch_id, sub_mch_id, currency, truth, block,
        COUNT(*) AS count, SUM(refund_fee) AS amount FROM ${database.tables.refunds} GROUP BY 1, 2, 3, 4, 5`;
      const sums = (all: ReadonlyArray<readonly [string, number, number]>) =>
        Object.fromEntries(all.map(([key, count, amount]) => [key, [count, amount]]));
      return {
        totals: sums(totals.map((total) => [keyOf(total), total.count, total.amount])),
        rows: sums(
          rows.map((raw) => [
            JSON.stringify([raw["mch_id"], raw["sub_mch_id"], raw["currency"], raw["truth"], raw["block"] ?? ""]),
            Number(raw["count"]),
            Number(raw["amount"]),
          ]),
        ),
      };
    }),
  );

export const telling: ReadonlyArray<Case> = [
  {
    title: "every change of truth or block is an event, once, in order",
    run: Effect.fnUntraced(function* (subject) {
      const process = yield* opened(subject);
      const { place, refunds } = process;
      for (const n of [1, 2, 3]) yield* refunds.start("shop", request(`R-${n}`));
      yield* change(process, "R-2", ...accepted);
      // A line of the history that changes neither is none.
      yield* refunds.goOn("shop", "R-1", person);
      yield* place;
      yield* change(process, "R-2", ...found);
      yield* refunds.resolve("shop", "R-3", person);
      yield* place;
      equal(yield* place, 0);
      const all = yield* readAll(process);
      deepEqual(
        all.map(({ position, outRefundNo, fromTruth, truth }) => [position, outRefundNo, fromTruth, truth]),
        [
          [1, "R-1", undefined, "Recorded"],
          [2, "R-2", undefined, "Recorded"],
          [3, "R-3", undefined, "Recorded"],
          [4, "R-2", "Recorded", "Accepted"],
          [5, "R-2", "Accepted", "Succeeded"],
          [6, "R-3", "Recorded", "Resolved"],
        ],
      );
      deepEqual(all[5]?.detail, person);
      deepEqual(yield* readAll(process), all, "the same whenever it is read");
      deepEqual(yield* readAll(process, 4), all.slice(4));
      equal(yield* process.events.newest, 6);
    }),
  },
  {
    title:
      "a refund's version is the position of its newest event, and never goes back where an older state of the store was put back",
    run: Effect.fnUntraced(function* (subject) {
      const process = yield* opened(subject);
      const { place, refunds, sql, store } = process;
      const { table, tables } = store.database;
      const versions = Effect.gen(function* () {
        const { refunds: listed } = yield* refunds.list();
        for (const { outRefundNo, version } of listed)
          equal((yield* refunds.find("shop", outRefundNo))?.version, version);
        return Object.fromEntries(listed.map(({ outRefundNo, version }) => [outRefundNo, version] as const));
      });
      for (const n of [1, 2]) equal((yield* refunds.start("shop", request(`R-${n}`))).version, 0, "nothing was told");
      yield* place;
      deepEqual(yield* versions, { "R-1": 1, "R-2": 2 });
      equal((yield* refunds.start("shop", request("R-1"))).version, 1);
      yield* change(process, "R-1", ...accepted);
      for (let n = 0; n < 9; n++) yield* refunds.goOn("shop", "R-1", person);
      yield* place;
      deepEqual(yield* versions, { "R-1": 3, "R-2": 2 });
      // As a backup has it that was made after R-1 was recorded: it knows nothing of the rest.
      yield* sql`DELETE FROM ${tables.refunds} WHERE out_refund_no = 'R-2'`;
      yield* sql`DELETE FROM ${tables.history} WHERE seq > 1`;
      yield* sql`DELETE FROM ${table("refund_totals")}`;
      const [row] = yield* sql<Record<string, unknown>>`SELECT progress FROM ${tables.refunds}`;
      const young = JSON.stringify({ ...JSON.parse(String(row?.["progress"])), truth: "Recorded", open: undefined });
      yield* sql`UPDATE ${tables.refunds} SET truth = 'Recorded', seq = 1, progress = ${young}`;
      yield* Effect.provideService(Maintenance.restored(person), RefundStore, store);
      yield* refunds.start("shop", request("R-2"));
      yield* place;
      const anew = yield* versions;
      for (const version of Object.values(anew)) ok(version > 3, "newer than anybody has seen it");
      deepEqual((yield* readAll(process, 3)).map(({ outRefundNo, position }) => [outRefundNo, position]).sort(), [
        ["R-1", anew["R-1"]],
        ["R-2", anew["R-2"]],
      ]);
    }),
  },
  {
    title: "positions go on where the newest events were removed, and who has read them hears of what comes then",
    run: Effect.fnUntraced(function* (subject) {
      const process = yield* opened(subject);
      const { events, place, refunds, sql, store } = process;
      const heard: Array<readonly [string, number]> = [];
      const until = (count: number) =>
        Effect.gen(function* () {
          while (heard.length < count) yield* Effect.sleep(10);
        });
      yield* Effect.forkScoped(
        events.consume("ledger", ({ outRefundNo, position }) =>
          Effect.sync(() => void heard.push([outRefundNo, position])),
        ),
      );
      const resolved = Effect.fnUntraced(function* (number: string) {
        yield* refunds.start("shop", request(number));
        yield* refunds.resolve("shop", number, person);
        yield* place;
      });
      const pruned = Effect.gen(function* () {
        yield* sql`UPDATE ${store.database.tables.refunds} SET updated_at = 0`;
        return (yield* Effect.provideService(Retention.prune({ refunds: "1 day" }), RefundStore, store)).refunds;
      });
      yield* resolved("Q-1");
      yield* resolved("Q-2");
      yield* until(4);
      equal(yield* pruned, 2);
      equal(yield* events.newest, 4);
      yield* resolved("Q-3");
      yield* until(6).pipe(Effect.timeoutOption("5 seconds"));
      deepEqual(heard.slice(4), [
        ["Q-3", 5],
        ["Q-3", 6],
      ]);
      // A restore goes on from what was given last, and not from what was kept when something was removed.
      equal(yield* pruned, 1);
      yield* resolved("Q-4");
      yield* sql`UPDATE ${store.database.tables.history} SET position = position + 5000000000`;
      yield* Effect.provideService(Maintenance.restored(person), RefundStore, store);
      const restoredTo = yield* events.newest;
      ok(restoredTo > 6_000_000_000);
      // The same backup is put back once more, and knows nothing of the first time.
      yield* sql`DELETE FROM ${store.database.tables.consumers}`;
      yield* Effect.sleep(20);
      yield* Effect.provideService(Maintenance.restored(person), RefundStore, store);
      ok((yield* events.newest) > restoredTo, "further than the first time");
    }),
  },
  {
    title: "what was proved by signed replies that were removed since is as it should be, and what never was is not",
    run: Effect.fnUntraced(function* (subject) {
      const process = yield* opened(subject);
      const { place, refunds, sql, store } = process;
      const { history, refunds: rows } = store.database.tables;
      const made = Effect.fnUntraced(function* (number: string, proved: boolean) {
        yield* refunds.start("shop", request(number));
        yield* change(process, number, ...accepted);
        yield* store.update({ mchId: shop, outRefundNo: number }, ({ progress }) =>
          Effect.succeed({
            what: "ask: found",
            progress: found.reduce(observe, progress),
            ...(proved && { proof: { call: "ask", digest: "d", headers: "{}", body: new Uint8Array([1]) } as const }),
          }),
        );
        yield* place;
      });
      const broken = Effect.map(Effect.provideService(StoreCheck.check, RefundStore, store), ({ findings }) =>
        findings.flatMap(({ refunds }) => refunds),
      );
      yield* made("R-1", true);
      // Two months ago.
      for (const [table, column] of [
        [history, "at"],
        [rows, "updated_at"],
        [store.database.table("refund_proofs"), "at"],
      ] as const)
        yield* sql`UPDATE ${table} SET ${sql.literal(column)} = ${sql.literal(column)} - 5184000000`;
      deepEqual(yield* broken, []);
      const { proofs } = yield* Effect.provideService(Retention.prune({ proofs: "30 days" }), RefundStore, store);
      equal(proofs, 1);
      deepEqual(yield* broken, []);
      yield* made("R-2", false);
      deepEqual(yield* broken, ["R-2"]);
    }),
  },
  {
    title: "several processes that remove what is old take each refund out of the totals once",
    needs: ["processes"],
    run: Effect.fnUntraced(function* (subject) {
      const all = yield* processes(subject, 3);
      const [process = yield* Effect.die("no process")] = all;
      const { place, refunds, sql, store } = process;
      yield* Effect.forEach(
        numbersFrom(1, 40),
        (n) => Effect.andThen(refunds.start("shop", request(`R-${n}`)), refunds.resolve("shop", `R-${n}`, person)),
        { concurrency: 8 },
      );
      yield* refunds.start("shop", request("R-young"));
      yield* refunds.resolve("shop", "R-young", person);
      yield* place;
      yield* sql`UPDATE ${store.database.tables.refunds} SET updated_at = 0 WHERE out_refund_no <> 'R-young'`;
      const removed = yield* Effect.forEach(
        all,
        (one) => Effect.provideService(Retention.prune({ refunds: "1 day" }), RefundStore, one.store),
        { concurrency: "unbounded" },
      );
      equal(
        removed.reduce((sum, { refunds }) => sum + refunds, 0),
        40,
      );
      deepEqual((yield* Effect.provideService(StoreCheck.check, RefundStore, store)).findings, []);
    }),
  },
  {
    title: "several processes that give positions at once give each one once",
    needs: ["processes"],
    run: Effect.fnUntraced(function* (subject) {
      const all = yield* processes(subject, 3);
      const [process = yield* Effect.die("no process")] = all;
      yield* Effect.forEach(
        numbersFrom(1, 150),
        (n) =>
          Effect.gen(function* () {
            const at = all[n % 3] ?? process;
            yield* at.refunds.start("shop", request(`R-${n}`));
            if (n % 10 === 0) yield* at.place;
            yield* change(at, `R-${n}`, ...accepted);
          }),
        { concurrency: 12 },
      );
      yield* Effect.forEach(all, ({ place }) => place, { concurrency: "unbounded" });
      const told = yield* readAll(process);
      deepEqual(
        told.map(({ position }) => position),
        numbersFrom(1, 300),
      );
      const lines = new Map<string, ReadonlyArray<number>>();
      for (const { outRefundNo, seq } of told) lines.set(outRefundNo, [...(lines.get(outRefundNo) ?? []), seq]);
      equal(lines.size, 150);
      for (const seqs of lines.values()) deepEqual(seqs, [1, 2]);
    }),
  },
  {
    title: "a transaction that is held open delays nobody's event, and its own is not skipped",
    needs: ["processes"],
    run: Effect.fnUntraced(function* (subject) {
      const { client } = yield* subject.empty;
      const process = yield* open(client);
      const holder = yield* open(client);
      const begun = yield* Deferred.make<void>();
      const commit = yield* Deferred.make<void>();
      const held = yield* Effect.forkScoped(
        holder.sql.withTransaction(
          Effect.gen(function* () {
            yield* holder.refunds.start("shop", request("R-held"));
            yield* Deferred.succeed(begun, undefined);
            // It has more to do.
            yield* Deferred.await(commit);
          }),
        ),
      );
      yield* Deferred.await(begun);
      // A reader that has come to the end each time: what it has passed it never reads again.
      const read: Array<Event> = [];
      const reader = Effect.gen(function* () {
        yield* process.place;
        read.push(...(yield* readAll(process, read.at(-1)?.position ?? 0)));
      });
      for (const first of [1, 51, 101, 151]) {
        yield* Effect.forEach(
          numbersFrom(first, first + 49),
          Effect.fnUntraced(function* (n) {
            yield* process.refunds.start("shop", request(`R-${n}`));
            yield* change(process, `R-${n}`, ...accepted, ...found);
          }),
          { concurrency: 8, discard: true },
        );
        yield* reader;
      }
      equal(read.length, 400, "all the others are told while it is open");
      equal(yield* process.refunds.find("shop", "R-held"), undefined);
      yield* Deferred.succeed(commit, undefined);
      yield* Fiber.join(held);
      yield* reader;
      equal(read.length, 401);
      deepEqual(
        [read[400]?.position, read[400]?.outRefundNo, new Set(read.map(({ position }) => position)).size],
        [401, "R-held", 401],
      );
    }),
  },
  {
    title: "the totals are what the rows add up to, at every moment",
    run: Effect.fnUntraced(function* (subject) {
      const all = yield* processes(subject, 2);
      const [process = yield* Effect.die("no process"), beside = process] = all;
      const writing = yield* Effect.forkScoped(
        Effect.forEach(
          numbersFrom(1, 60),
          (n) =>
            Effect.gen(function* () {
              const number = `R-${n}`;
              const name = n % 3 === 0 ? "other" : n % 3 === 1 ? "sub" : "shop";
              const currency = n % 5 === 0 ? { refundFeeType: "CNY" } : {};
              yield* process.refunds.start(name, request(number, { refundFee: n, ...currency }));
              if (n % 7 === 0) yield* process.refunds.cancel(name, number, person);
              if (name !== "shop") return;
              yield* change(process, number, { _tag: "Begun", call: "send" });
              yield* change(process, number, { _tag: "Unanswered", limited: false, cause: "top-up" });
              yield* change(process, number, { _tag: "Lifted" });
              yield* change(process, number, ...found);
            }),
          { concurrency: 4 },
        ),
      );
      let looks = 0;
      const pending = () => writing.pollUnsafe() === undefined;
      do {
        const { rows, totals } = yield* compared(beside);
        deepEqual(totals, rows);
        if (looks++ % 2 === 0) yield* process.place;
        yield* Effect.yieldNow;
      } while (pending());
      yield* Fiber.join(writing);
      for (const fold of [false, true]) {
        if (fold) yield* beside.place;
        const { rows, totals } = yield* compared(beside);
        deepEqual(totals, rows);
        ok(Object.keys(rows).length >= 5);
      }
    }),
  },
  {
    title: "a consumer goes on where it stood, and an event that it did not handle comes again",
    run: Effect.fnUntraced(function* (subject) {
      const { events, place, refunds } = yield* opened(subject);
      for (const n of numbersFrom(1, 5)) yield* refunds.start("shop", request(`R-${n}`));
      yield* place;
      const handled: Array<number> = [];
      const consume = (failAt: number) =>
        Effect.result(
          events.consume("books", ({ position }) =>
            Effect.suspend(() => {
              handled.push(position);
              return position === failAt ? Effect.fail("no books today") : Effect.void;
            }),
          ),
        );
      yield* consume(3);
      equal(yield* events.cursor("books"), 2);
      yield* consume(5);
      deepEqual(handled, [1, 2, 3, 3, 4, 5]);
      equal(yield* events.cursor("books"), 4);
      equal(yield* events.cursor("others"), 0);
      const two = yield* Stream.runCollect(Stream.take(events.stream(3), 2));
      deepEqual(
        [...two].map(({ position }) => position),
        [4, 5],
      );
    }),
  },
];
