/** A consumer of the events keeps its position: seldom, for that is a commit, and where a handler fails. */
import { join } from "node:path";
import { it } from "@effect/vitest";
import { Effect, Fiber, Layer, Redacted } from "effect";
import { SqlClient } from "effect/sql";
import { expect } from "vitest";
import { Merchant } from "@wechat-refund/core";
import { Events, Frozen, Migrations, RefundStore, Signalling, Sqlite } from "@wechat-refund/durable";
import { directory } from "./support/files.ts";

const count = 300;

const record = Effect.fnUntraced(function* (n: number) {
  const { record } = yield* RefundStore.RefundStore;
  const merchant = yield* Effect.fromResult(
    Merchant.make({
      mchId: "1900000109",
      appId: "wx8888888888888888",
      apiKey: Redacted.make("192006250b4c09247ec02edce69f6a2d"),
    }),
  );
  const asked = { order: { outTradeNo: `O-${n}` }, outRefundNo: `R-${n}`, totalFee: 100, refundFee: 1 };
  const frozen = yield* Effect.fromResult(Frozen.freeze(asked, merchant));
  const { mchId } = merchant;
  const fingerprint = Frozen.fingerprint(frozen);
  return yield* record({ mchId, subMchId: "", frozen, fingerprint, orderNo: `O-${n}`, attempted: false });
});

it.live("a position is kept far more seldom than an event is handled, and where a handler fails", () =>
  Effect.gen(function* () {
    const file = join(yield* directory, "refunds.db");
    yield* Effect.provide(Migrations.migrate(file), Sqlite.layer({ file }));
    const layer = Events.layer().pipe(
      Layer.provideMerge(Layer.merge(RefundStore.layer, Signalling.layer)),
      Layer.provideMerge(Sqlite.layer({ file })),
    );
    yield* Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient;
      const { consume, cursor } = yield* Events.Events;
      yield* sql`CREATE TABLE kept (position INTEGER)`;
      for (const on of ["INSERT", "UPDATE"])
        yield* sql.unsafe(
          `CREATE TRIGGER kept_${on} AFTER ${on} ON refund_consumers BEGIN INSERT INTO kept VALUES (NEW.position); END`,
        );
      yield* Effect.forEach(
        Array.from({ length: count }, (_, n) => n),
        record,
        { concurrency: "unbounded" },
      );
      const running = yield* Effect.forkScoped(consume("reader", () => Effect.void));
      while ((yield* cursor("reader")) < count) yield* Effect.sleep(5);
      yield* Fiber.interrupt(running);
      const [[writes] = []] = yield* sql`SELECT count(*) FROM kept`.values;
      expect(writes).toBeLessThan(count / 3);

      // Who fails at one keeps what was handled before it, and gets that one again.
      const seen: Array<number> = [];
      const failing = consume("other", ({ position }) => {
        seen.push(position);
        return position === 5 ? Effect.fail(`not ${position}`) : Effect.void;
      });
      expect(yield* Effect.flip(failing)).toBe("not 5");
      expect(yield* cursor("other")).toBe(4);
      expect(yield* Effect.flip(failing)).toBe("not 5");
      expect(seen).toEqual([1, 2, 3, 4, 5, 5]);
    }).pipe(Effect.provide(layer));
  }),
);
