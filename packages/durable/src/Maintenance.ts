/** What is done to a whole store, by a person: after a backup was put back. */
import { initial, isFinal } from "@wechat-refund/core/RefundProgress";
import * as Effect from "effect/Effect";
import type { SqlError } from "effect/sql/SqlError";
import type { Fragment } from "effect/sql/Statement";
import * as Listing from "./Listing.ts";
import { type Damaged, RefundStore } from "./RefundStore.ts";
import type { Person } from "./Refunds.ts";
import { damage } from "./StoreCheck.ts";
import { damagedFile, StoreError } from "./StoreError.ts";

/** Further than any store has come between a backup and its loss, so that no reader's cursor lies ahead of what is to come. */
const ahead = 1_000_000_000;

/** The name under which the sequencer finds where positions go on, whatever was removed meanwhile; no consumer has it. */
export const floor = "#floor";
/** The same for the days of the books. */
export const booksFloor = "#books";

/** How many refunds are asked for, now that an older state of the store was put back. */
export interface Restored {
  readonly refunds: number;
  /** Those of them that had been given up: they are not sent, unless somebody starts them again. */
  readonly withheld: number;
  /** Rows that cannot be read, and so were left: who mends them, or runs a version that can read them, must say it once more before. */
  readonly damaged: ReadonlyArray<Damaged>;
}

/**
 * After an older state of the store was put back: what it does not know to be over may have been sent since. All of it is asked for before
 * anything is sent, and what had been given up is only asked for. The positions of events go on far beyond those that anybody can have read.
 */
export const restored = Effect.fn("Maintenance.restored")(function* ({
  by,
  reason,
}: Person): Effect.fn.Return<Restored, SqlError | Damaged | StoreError, RefundStore> {
  const store = yield* RefundStore;
  if ((yield* damage(store.database)) > 0) {
    return yield* new StoreError({ reason: "Damaged", store: "database", detail: damagedFile });
  }
  const { now: clock, pg, sql, tables, transaction } = store.database;
  const larger = sql.literal(pg ? "GREATEST" : "MAX");
  // Before anything is told, should somebody give positions meanwhile. The time makes it further where one backup is put back twice.
  const further = Effect.fnUntraced(function* (name: string, of: Fragment) {
    const now = yield* clock;
    yield* sql`INSERT INTO ${tables.consumers} AS c (name, position)
      SELECT ${name}, COALESCE(MAX(position), 0) + ${ahead} + ${now} FROM ${of} WHERE position IS NOT NULL
      ON CONFLICT (name) DO UPDATE SET position = ${larger}(c.position + ${ahead} + ${now}, excluded.position)`;
  }, transaction);
  yield* further(floor, tables.history);
  yield* further(booksFloor, store.database.table("refund_reconciliations"));
  const done = { refunds: 0, withheld: 0 };
  const damaged: Array<Damaged> = [];
  let after: string | undefined;
  do {
    const page = yield* Listing.list(
      store.database,
      { truth: ["Recorded", "Unknown", "NotMade", "Accepted"] },
      { after, limit: 500 },
    );
    damaged.push(...page.damaged);
    for (const row of page.rows) {
      const wrote = yield* store.update(row, (now) => {
        const { progress } = now;
        // What is known to be another's refund stays so: forgotten, it would be sent under that one's number as soon as a query lags.
        const stays = progress.foreign || (progress.truth === "Accepted" && progress.open === undefined);
        const isOver = isFinal(progress) || stays;
        const withheld = progress.truth === "NotMade" || progress.cancelled || progress.withheld;
        const start = progress.truth === "Accepted" ? { accepted: true } : { attempted: true, withheld };
        const detail = { by, reason, ...(withheld && { withheld }) };
        return Effect.succeed(
          isOver ? undefined : { what: "restored", detail, progress: initial(now.outRefundNo, start) },
        );
      });
      if (wrote === undefined || wrote.version === row.version) continue;
      done.refunds++;
      if (wrote.progress.withheld) done.withheld++;
    }
    after = page.next;
  } while (after !== undefined);
  return { ...done, damaged };
});
