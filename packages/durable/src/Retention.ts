/**
 * How long what is over is kept. Off unless asked for. A number whose row is gone is remembered, and never sent again.
 *
 * A row goes with its history, and so with its events: keep it for longer than the slowest consumer needs.
 */
import { dayOf } from "@wechat-refund/core/RefundBill";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import type { SqlError } from "effect/sql/SqlError";
import type { Fragment } from "effect/sql/Statement";
import { proofsFloor } from "./internal/names.ts";
import { said } from "./internal/said.ts";
import { numberOf, type Raw } from "./internal/row.ts";
import { booksFloor, floor } from "./Maintenance.ts";
import { RefundStore } from "./RefundStore.ts";

export interface Options {
  /** Refunds that are final, from their last change. */
  readonly refunds?: Duration.Input | undefined;
  /** The signed replies, with the payer's account in them, from when they came. */
  readonly proofs?: Duration.Input | undefined;
  /** Days of the books that are over, with their differences; never while the gateway keeps their bills, for then they would be compared anew. */
  readonly reconciliations?: Duration.Input | undefined;
  /** How often that is looked for; an hour. */
  readonly every?: Duration.Input | undefined;
}

const batch = 500;

/** How much was removed. */
export interface Removed {
  readonly refunds: number;
  readonly proofs: number;
  readonly reconciliations: number;
}

/** As long as the gateway keeps bills, and a while. */
const billed = 100 * 86_400_000;

/** Removes what is older, in parts; tells how much it was. */
export const prune = Effect.fnUntraced(function* ({
  proofs,
  reconciliations,
  refunds,
}: Options): Effect.fn.Return<Removed, SqlError, RefundStore> {
  const { database } = yield* RefundStore;
  const { isOneOf, moment, now: clock, pg, skipLocked, sql, table, tables, transaction } = database;
  const removed = { refunds: 0, proofs: 0, reconciliations: 0 };

  /** The newest may be removed with what has it: positions go on after it all the same, for who has read up to it reads nothing before. */
  const keepNewest = (name: string, of: Fragment) =>
    sql`INSERT INTO ${tables.consumers} AS c (name, position)
      SELECT ${name}, COALESCE(MAX(position), 0) FROM ${of} WHERE position IS NOT NULL
      ON CONFLICT (name) DO UPDATE SET position = ${sql.literal(pg ? "GREATEST" : "MAX")}(c.position, excluded.position)`;

  const someRefunds = (age: number) =>
    Effect.gen(function* () {
      const now = yield* clock;
      // What no event has told yet stays until it has. Who removes the same in another process takes others: each leaves the totals once.
      const raws =
        yield* sql<Raw>`SELECT r.id, r.mch_id, r.sub_mch_id, r.currency, r.truth, r.refund_fee FROM ${tables.refunds} AS r
        WHERE r.truth IN ('Succeeded', 'Closed', 'Rejected', 'Resolved') AND r.updated_at < ${now} - ${age}
        AND NOT EXISTS (SELECT 1 FROM ${tables.history} AS h WHERE h.refund = r.id AND h.changed AND h.position IS NULL) LIMIT ${batch} ${skipLocked}`;
      if (raws.length === 0) return 0;
      const ids = raws.map((raw) => numberOf(raw["id"]));
      yield* sql`INSERT INTO ${table("refund_pruned")} (mch_id, sub_mch_id, out_refund_no, fingerprint, truth, refund_fee, currency, at)
        SELECT mch_id, sub_mch_id, out_refund_no, fingerprint, truth, refund_fee, currency, ${now} FROM ${tables.refunds} WHERE ${isOneOf("id", ids)}
        ON CONFLICT DO NOTHING`;
      for (const raw of raws) {
        yield* sql`UPDATE ${table("refund_totals")} SET count = count - 1, amount = amount - ${numberOf(raw["refund_fee"])}
          WHERE mch_id = ${String(raw["mch_id"])} AND sub_mch_id = ${String(raw["sub_mch_id"])} AND currency = ${String(raw["currency"])}
          AND truth = ${String(raw["truth"])} AND block = ''`;
      }
      yield* keepNewest(floor, tables.history);
      yield* sql`DELETE FROM ${tables.refunds} WHERE ${isOneOf("id", ids)}`;
      return ids.length;
    }).pipe(transaction);

  const someProofs = (age: number) =>
    Effect.gen(function* () {
      const before = sql`${yield* moment} - ${age}`;
      // For who checks the store: what was known by then is proved by what was removed.
      yield* sql`INSERT INTO ${tables.consumers} AS c (name, position) VALUES (${proofsFloor}, ${before})
        ON CONFLICT (name) DO UPDATE SET position = ${sql.literal(pg ? "GREATEST" : "MAX")}(c.position, excluded.position)`;
      const gone = yield* sql`DELETE FROM ${table("refund_proofs")} WHERE id IN
        (SELECT id FROM ${table("refund_proofs")} WHERE at < ${before} LIMIT ${batch}) RETURNING id`;
      return gone.length;
    }).pipe(transaction);

  const someDays = (age: number) =>
    Effect.gen(function* () {
      const [clocked] = yield* sql<Raw>`SELECT ${yield* clock} AS now`;
      const before = dayOf(numberOf(clocked?.["now"]) - Math.max(age, billed));
      const days = table("refund_reconciliations");
      yield* keepNewest(booksFloor, days);
      const gone = yield* sql`DELETE FROM ${days} WHERE (mch_id, day) IN
        (SELECT mch_id, day FROM ${days} WHERE state IN ('done', 'lost') AND day < ${before} LIMIT ${batch}) RETURNING day`;
      return gone.length;
    }).pipe(transaction);

  for (const [what, age, some] of [
    ["refunds", refunds, someRefunds],
    ["proofs", proofs, someProofs],
    ["reconciliations", reconciliations, someDays],
  ] as const) {
    if (age === undefined) continue;
    let part: number;
    do {
      part = yield* some(Duration.toMillis(age));
      removed[what] += part;
    } while (part === batch);
  }
  return removed;
});

/** Prunes now and then, for as long as the layer lives. */
export const layer = (options: Options): Layer.Layer<never, never, RefundStore> =>
  Layer.effectDiscard(
    Effect.forkScoped(
      Effect.forever(
        Effect.andThen(
          prune(options).pipe(
            Effect.tap((removed) =>
              removed.refunds + removed.proofs + removed.reconciliations === 0
                ? Effect.void
                : Effect.logInfo(
                    `removed ${removed.refunds} refunds, ${removed.proofs} proofs and ${removed.reconciliations} days of the books that were older than they are kept`,
                  ),
            ),
            Effect.catch((error) => Effect.logWarning(`what is over cannot be removed yet: ${said(error)}`)),
          ),
          Effect.sleep(options.every ?? "1 hour"),
        ),
      ),
    ),
  );
