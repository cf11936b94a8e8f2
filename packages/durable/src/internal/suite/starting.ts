/** A number is an intent: recorded once, whoever asks how often. */
import { deepEqual, equal, ok } from "node:assert/strict";
import * as Effect from "effect/Effect";
import { type Case, opened, other, person, processes, request, shop, sub } from "./case.ts";

export const starting: ReadonlyArray<Case> = [
  {
    title: "the same request again is the same refund",
    run: Effect.fnUntraced(function* (subject) {
      const { refunds, sql, store } = yield* opened(subject);
      const first = yield* refunds.start("shop", request("R-1", { refundDesc: "too large" }));
      const again = yield* refunds.start("shop", {
        refundDesc: "too large",
        refundFee: 100,
        totalFee: 1000,
        deviceInfo: undefined,
        outRefundNo: "R-1",
        order: { outTradeNo: "T-R-1" },
      });
      // Its event may have its position by now.
      deepEqual({ ...again, version: 0 }, { ...first, created: false });
      equal(first.created, true);
      equal(first.truth, "Recorded");
      deepEqual(
        (yield* refunds.history("shop", "R-1")).map(({ seq, what }) => [seq, what]),
        [[1, "recorded"]],
      );
      const rows = yield* sql<{ n: unknown }>`SELECT COUNT(*) AS n FROM ${store.database.tables.refunds}`;
      equal(Number(rows[0]?.n), 1);
    }),
  },
  {
    title: "a start that was given up may be stored, and the same request again is that refund",
    run: Effect.fnUntraced(function* (subject) {
      const { refunds, sql, store } = yield* opened(subject);
      yield* Effect.raceFirst(refunds.start("shop", request("R-1")), Effect.yieldNow);
      const again = yield* refunds.start("shop", request("R-1"));
      equal(again.truth, "Recorded");
      const rows = yield* sql<{ n: unknown }>`SELECT COUNT(*) AS n FROM ${store.database.tables.refunds}`;
      equal(Number(rows[0]?.n), 1);
      const other = yield* Effect.flip(refunds.start("shop", request("R-1", { refundFee: 101 })));
      equal(other._tag, "OtherRefund");
    }),
  },
  {
    title: "other fields under a number are refused by name, and change nothing",
    run: Effect.fnUntraced(function* (subject) {
      const { refunds } = yield* opened(subject);
      const first = yield* refunds.start("shop", request("R-1"));
      const others = yield* Effect.forEach(
        [
          request("R-1", { refundFee: 101 }),
          request("R-1", { refundDesc: "too large", totalFee: 1001 }),
          request("R-1", { order: { outTradeNo: "T-2" } }),
          request("R-1", { notifyUrl: "https://shop.example/notices" }),
        ],
        (changed) => Effect.flip(refunds.start("shop", changed)),
      );
      deepEqual(
        others.map((error) => (error._tag === "OtherRefund" ? error.fields : error)),
        [["refundFee"], ["refundDesc", "totalFee"], ["order"], ["notifyUrl"]],
      );
      deepEqual({ ...(yield* refunds.find("shop", "R-1")), created: true, version: 0 }, first);
      equal((yield* refunds.history("shop", "R-1")).length, 1);
    }),
  },
  {
    title: "a number means something within a merchant and a sub-merchant",
    run: Effect.fnUntraced(function* (subject) {
      const { refunds } = yield* opened(subject);
      yield* refunds.start("shop", request("R-1", { refundFee: 1 }));
      yield* refunds.start("other", request("R-1", { refundFee: 2 }));
      yield* refunds.start("sub", request("R-1", { refundFee: 3 }));
      const found = yield* Effect.forEach(["shop", "other", "sub"], (name) => refunds.find(name, "R-1"));
      deepEqual(
        found.map((refund) => [refund?.mchId, refund?.subMchId, refund?.refundFee]),
        [
          [shop, undefined, 1],
          [other, undefined, 2],
          [shop, sub, 3],
        ],
      );
    }),
  },
  {
    title: "twenty starts at once make one refund, and of twenty with other fields one is recorded",
    run: Effect.fnUntraced(function* (subject) {
      const all = yield* processes(subject, 3);
      const at = (n: number) => all[n % all.length] ?? all[0];
      const twenty = Array.from({ length: 20 }, (_, n) => n);
      const same = yield* Effect.forEach(
        twenty,
        (n) => Effect.flatMap(Effect.fromNullishOr(at(n)), ({ refunds }) => refunds.start("shop", request("R-1"))),
        { concurrency: "unbounded" },
      );
      equal(new Set(same.map(({ createdAt }) => createdAt)).size, 1);
      equal(same.filter(({ created }) => created).length, 1);
      const mixed = yield* Effect.forEach(
        twenty,
        (n) =>
          Effect.flatMap(Effect.fromNullishOr(at(n)), ({ refunds }) =>
            Effect.result(refunds.start("shop", request("R-2", { refundFee: n + 1 }))),
          ),
        { concurrency: "unbounded" },
      );
      const [winner, ...more] = mixed.flatMap((result) => (result._tag === "Success" ? [result.success] : []));
      deepEqual(more, []);
      ok(mixed.every((result) => result._tag === "Success" || result.failure._tag === "OtherRefund"));
      const [{ refunds, sql, store } = yield* Effect.die("no process")] = all;
      // Its event may have its position by now.
      deepEqual({ ...(yield* refunds.find("shop", "R-2")), created: true, version: 0 }, winner);
      const { history, refunds: table } = store.database.tables;
      const rows = yield* sql<{
        n: unknown;
        lines: unknown;
      }>`SELECT (SELECT COUNT(*) FROM ${table}) AS n, (SELECT COUNT(*) FROM ${history}) AS lines`;
      deepEqual(
        rows.map(({ lines, n }) => [Number(n), Number(lines)]),
        [[2, 2]],
      );
    }),
  },
  {
    title: "a number whose refund was deleted after its end is never used again",
    run: Effect.fnUntraced(function* (subject) {
      const { refunds, sql, store } = yield* opened(subject);
      const ended = yield* refunds.start("shop", request("R-1"));
      yield* refunds.resolve("shop", "R-1", person);
      const { table, tables, transaction } = store.database;
      yield* sql`INSERT INTO ${table("refund_pruned")} (mch_id, sub_mch_id, out_refund_no, fingerprint, truth, refund_fee, currency, at)
        SELECT mch_id, sub_mch_id, out_refund_no, fingerprint, truth, refund_fee, currency, updated_at FROM ${tables.refunds}`;
      yield* transaction(sql`DELETE FROM ${tables.refunds}`);
      for (const again of [request("R-1"), request("R-1", { refundFee: 1 })]) {
        const error = yield* Effect.flip(refunds.start("shop", again));
        deepEqual(error._tag === "Pruned" ? [error.outRefundNo, error.truth] : error, ["R-1", "Resolved"]);
      }
      equal(yield* refunds.find("shop", ended.outRefundNo), undefined);
      // Of another merchant it is another number.
      equal((yield* refunds.start("other", request("R-1"))).truth, "Recorded");
    }),
  },
];
