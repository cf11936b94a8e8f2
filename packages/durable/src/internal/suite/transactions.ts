/** A refund that is recorded with the application's own change, or neither. */
import { deepEqual, equal } from "node:assert/strict";
import * as Effect from "effect/Effect";
import { type Case, opened, processes, request } from "./case.ts";

export const transactions: ReadonlyArray<Case> = [
  {
    title: "a start in the caller's transaction is committed with the caller's own table, or undone with it",
    run: Effect.fnUntraced(function* (subject) {
      const [process = yield* Effect.die("no process"), beside = process] = yield* processes(subject, 2);
      const { place, refunds, sql } = process;
      yield* sql`CREATE TABLE orders (number VARCHAR(32) PRIMARY KEY, state VARCHAR(32) NOT NULL)`;
      yield* sql`INSERT INTO orders (number, state) VALUES ('T-1', 'paid'), ('T-2', 'paid'), ('T-3', 'paid')`;
      const refunded = (order: string, refundFee = 100) =>
        Effect.gen(function* () {
          yield* sql`UPDATE orders SET state = 'refunded' WHERE number = ${order}`;
          return yield* refunds.start("shop", request(`R-${order}`, { order: { outTradeNo: order }, refundFee }));
        });
      const stand = Effect.gen(function* () {
        const rows = yield* beside.sql<{
          number: string;
          state: string;
        }>`SELECT number, state FROM orders ORDER BY number`;
        return yield* Effect.forEach(rows, ({ number, state }) =>
          Effect.map(beside.refunds.find("shop", `R-${number}`), (refund) => [number, state, refund?.truth]),
        );
      });

      const made = yield* sql.withTransaction(refunded("T-1"));
      // Its event may have its position by now.
      deepEqual({ ...(yield* refunds.find("shop", "R-T-1")), created: true, version: 0 }, made);

      const undone = yield* Effect.flip(
        sql.withTransaction(Effect.andThen(refunded("T-2"), Effect.fail("no" as const))),
      );
      equal(undone, "no");

      // A part of its own inside, undone alone; what surrounds it stands.
      yield* sql.withTransaction(
        Effect.gen(function* () {
          yield* refunded("T-3");
          yield* Effect.flip(sql.withTransaction(Effect.andThen(refunded("T-2"), Effect.fail("no"))));
          yield* Effect.flip(refunded("T-1", 200));
        }),
      );
      deepEqual(yield* stand, [
        ["T-1", "refunded", "Recorded"],
        ["T-2", "paid", undefined],
        ["T-3", "refunded", "Recorded"],
      ]);

      // The whole undone, what was done inside included.
      yield* Effect.flip(sql.withTransaction(Effect.andThen(sql.withTransaction(refunded("T-2")), Effect.fail("no"))));
      yield* place;
      deepEqual(
        (yield* process.events.after(0)).map(({ outRefundNo }) => outRefundNo),
        ["R-T-1", "R-T-3"],
      );
      // The number was never used.
      equal((yield* refunds.start("shop", request("R-T-2", { refundFee: 1 }))).refundFee, 1);
    }),
  },
  {
    title: "starts within one transaction stand beside starts of their own",
    run: Effect.fnUntraced(function* (subject) {
      const { refunds, sql } = yield* opened(subject);
      yield* Effect.all(
        [
          sql.withTransaction(
            Effect.forEach(["A-1", "A-2", "A-3"], (number) => refunds.start("shop", request(number))),
          ),
          Effect.exit(
            sql.withTransaction(
              Effect.andThen(
                Effect.forEach(["B-1", "B-2"], (number) => refunds.start("shop", request(number))),
                Effect.die("a defect of the application's"),
              ),
            ),
          ),
          Effect.forEach(["C-1", "C-2", "C-3"], (number) => refunds.start("shop", request(number)), {
            concurrency: "unbounded",
          }),
        ],
        { concurrency: "unbounded" },
      );
      deepEqual((yield* refunds.list()).refunds.map(({ outRefundNo }) => outRefundNo).sort(), [
        "A-1",
        "A-2",
        "A-3",
        "C-1",
        "C-2",
        "C-3",
      ]);
    }),
  },
];
