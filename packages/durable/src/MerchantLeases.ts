/**
 * Which process calls for which merchant number. One does, for as long as its lease beats, and so its `Pace` is the merchant's: limits,
 * outages and what holds the merchant are known in one place. Rows are fenced by their own epoch, whoever holds the merchant.
 *
 * No clock that can be set decides who lives: a holder counts its beats up, and who wants to take over watches, on its own monotonic clock,
 * that they stand still for the length of a lease.
 */
import type { MerchantCause } from "@wechat-refund/core/RefundProgress";
import * as Effect from "effect/Effect";
import type { SqlError } from "effect/sql/SqlError";
import type { Database } from "./internal/database.ts";
import { monotonic } from "./internal/monotonic.ts";
import { numberOf, type Raw } from "./internal/row.ts";
import { Watch } from "./internal/watch.ts";
import { type Hold, queues } from "./RefundStore.ts";

/** A merchant, or a sub-merchant of it, whose sends stand still because a person said so. */
export interface Paused {
  readonly mchId: string;
  readonly subMchId: string;
  readonly by: string;
  readonly reason: string;
  readonly since: number;
}

/** A merchant number with work that nobody does, as it was seen. */
export interface Free {
  readonly mchId: string;
  /** The epoch to take it from; 0 where nobody ever had it. */
  readonly epoch: number;
  /** How far its holder had counted. */
  readonly beat: number;
}

export interface MerchantLeases {
  /** Beats for what this process holds, and says that it lives. Gives the database's clock, and what it still holds with its epoch. */
  readonly beat: Effect.Effect<{ readonly now: number; readonly held: ReadonlyMap<string, number> }, SqlError>;
  /**
   * Merchant numbers of these that have work and are free, and how many each living process should hold. `ours`: whose rows are work, each a
   * merchant number, a space, and a sub-merchant's number or nothing; all, unless given.
   */
  readonly free: (
    mchIds: ReadonlyArray<string>,
    ours?: ReadonlyArray<string>,
  ) => Effect.Effect<{ readonly free: ReadonlyArray<Free>; readonly share: number }, SqlError>;
  /** Takes one, if it is as it was seen: then what was under way for it is due, for whoever did it is gone. Gives its epoch. */
  readonly take: (free: Free) => Effect.Effect<number | undefined, SqlError>;
  readonly release: (mchId: string) => Effect.Effect<void, SqlError>;
  readonly holds: (mchId: string) => Effect.Effect<ReadonlyArray<Hold>, SqlError>;
  /** Lifts what held a merchant: everything of it that waited for that is due. */
  readonly lift: (mchId: string, subMchId: string) => Effect.Effect<void, SqlError>;
  /** The gateway has come back: what was to be tried again within minutes is due. Gives the moment. */
  readonly wake: (mchId: string) => Effect.Effect<number, SqlError>;
  readonly paused: Effect.Effect<ReadonlyArray<Paused>, SqlError>;
  /** The clock was set back: what was planned on the old one is planned on the new. */
  readonly rebase: Effect.Effect<void, SqlError>;
}

const gone = 60_000;
/** The longest that is waited between two tries, and a little more. */
const backOff = 330_000;
/** Rows that are planned anew in one statement; more would keep claims waiting. */
const batch = 500;

export const make = (database: Database, owner: string, lease: number): MerchantLeases => {
  const { atOnce, isOneOf, moment, now: clock, pg, sql, table, tables, transaction } = database;
  const { merchants, refunds } = tables;
  const workers = table("refund_workers");
  const holds = table("refund_holds");
  const pauses = table("refund_pauses");
  const [processes, holders] = [new Watch(), new Watch()];

  /** In parts, until none is left. */
  const inBatches = (statement: Effect.Effect<ReadonlyArray<unknown>, SqlError>): Effect.Effect<void, SqlError> =>
    Effect.gen(function* () {
      while ((yield* transaction(statement)).length === batch);
    });

  return {
    beat: Effect.gen(function* () {
      const now = yield* clock;
      const beaten = yield* sql<Raw>`INSERT INTO ${workers} AS w (owner, beat) VALUES (${owner}, 1)
        ON CONFLICT (owner) DO UPDATE SET beat = w.beat + 1 RETURNING ${now} AS now`;
      const held =
        yield* sql<Raw>`UPDATE ${merchants} SET beat = beat + 1 WHERE owner = ${owner} RETURNING mch_id, epoch`;
      return {
        now: numberOf(beaten[0]?.["now"]),
        held: new Map(held.map((raw) => [String(raw["mch_id"]), numberOf(raw["epoch"])])),
      };
    }).pipe(transaction),

    free: (mchIds, ours) =>
      Effect.gen(function* () {
        const before = yield* monotonic;
        const known = yield* sql<Raw>`SELECT owner, beat FROM ${workers}`;
        const leases = yield* sql<Raw>`SELECT mch_id, owner, epoch, beat FROM ${merchants}`;
        const at = [before, yield* monotonic] as const;
        const ages = known.map((raw) => {
          const name = String(raw["owner"]);
          return { name, age: name === owner ? 0 : processes.stood(name, String(raw["beat"]), at) };
        });
        processes.keep(new Set(ages.map(({ name }) => name)));
        const dead = ages.filter(({ age }) => age > gone).map(({ name }) => name);
        if (dead.length > 0) yield* sql`DELETE FROM ${workers} WHERE ${isOneOf("owner", dead)}`;
        const alive = ages.filter(({ age }) => age < lease).length;
        let busy = 0;
        const taken = new Set<string>();
        const seen = new Map<string, Free>();
        for (const raw of leases) {
          const mchId = String(raw["mch_id"]);
          seen.set(mchId, { mchId, epoch: numberOf(raw["epoch"]), beat: numberOf(raw["beat"]) });
          if (raw["owner"] === null) continue;
          const mark = `${String(raw["owner"])} ${String(raw["epoch"])} ${String(raw["beat"])}`;
          if (raw["owner"] !== owner && holders.stood(mchId, mark, at) >= lease) continue;
          taken.add(mchId);
          busy++;
        }
        const wanted = mchIds.filter((mchId) => !taken.has(mchId));
        const share = (free: number) => Math.max(1, Math.ceil((busy + free) / Math.max(1, alive)));
        if (wanted.length === 0) return { free: [], share: share(0) };
        const now = yield* moment;
        const listed = pg
          ? sql`(SELECT unnest(${wanted}::text[]) AS mch_id)`
          : sql`(SELECT value AS mch_id FROM json_each(${JSON.stringify(wanted)}))`;
        const isOurs =
          ours === undefined ? sql.literal("") : sql`AND ${isOneOf("(d.mch_id || ' ' || d.sub_mch_id)", ours)}`;
        const due = queues.map(
          (truth) =>
            sql`EXISTS (SELECT 1 FROM ${refunds} AS d WHERE d.mch_id = l.mch_id AND d.truth = ${truth} AND d.due_at <= ${now} ${isOurs})`,
        );
        // What was under way when its holder died is due when somebody takes it.
        const open = sql`EXISTS (SELECT 1 FROM ${refunds} AS d WHERE d.mch_id = l.mch_id AND d.owner IS NOT NULL ${isOurs})`;
        const found = yield* sql<Raw>`SELECT l.mch_id FROM ${listed} AS l WHERE ${sql.or([...due, open])}`;
        const free = found.map((raw) => {
          const mchId = String(raw["mch_id"]);
          return seen.get(mchId) ?? { mchId, epoch: 0, beat: 0 };
        });
        return { free, share: share(free.length) };
      }).pipe(transaction),

    take: ({ beat, epoch, mchId }) =>
      Effect.gen(function* () {
        const taken =
          yield* sql<Raw>`INSERT INTO ${merchants} AS m (mch_id, owner, epoch, beat) VALUES (${mchId}, ${owner}, 1, 0)
          ON CONFLICT (mch_id) DO UPDATE SET owner = excluded.owner, epoch = m.epoch + 1, beat = 0
          WHERE m.epoch = ${epoch} AND m.beat = ${beat} RETURNING epoch`;
        const raw = taken[0];
        if (raw === undefined) return undefined;
        yield* sql`UPDATE ${refunds} SET due_at = ${yield* atOnce} WHERE mch_id = ${mchId} AND owner IS NOT NULL AND owner <> ${owner}`;
        return numberOf(raw["epoch"]);
      }).pipe(transaction),

    release: (mchId) =>
      Effect.asVoid(
        transaction(sql`UPDATE ${merchants} SET owner = NULL WHERE mch_id = ${mchId} AND owner = ${owner}`),
      ),

    holds: Effect.fnUntraced(function* (mchId) {
      const raws = yield* sql<Raw>`SELECT sub_mch_id, cause, message, call FROM ${holds} WHERE mch_id = ${mchId}`;
      return raws.map((raw) => ({
        mchId,
        subMchId: String(raw["sub_mch_id"]),
        cause: String(raw["cause"]) as MerchantCause,
        message: String(raw["message"]),
        call: raw["call"] === "ask" ? ("ask" as const) : ("send" as const),
      }));
    }),

    lift: (mchId, subMchId) =>
      Effect.gen(function* () {
        const lifted = yield* transaction(
          sql<Raw>`DELETE FROM ${holds} WHERE mch_id = ${mchId} AND sub_mch_id = ${subMchId} RETURNING cause`,
        );
        // One that shows its own cause and waits for its hour was not held by this: many that do would be written at each success.
        const waits = sql`(progress LIKE '%"firm":true%' OR due_at < ${yield* moment} + ${backOff})`;
        for (const { cause } of lifted) {
          yield* inBatches(
            sql`UPDATE ${refunds} SET due_at = ${yield* atOnce} WHERE id IN (SELECT id FROM ${refunds} WHERE mch_id = ${mchId} AND sub_mch_id = ${subMchId}
              AND block = ${cause} AND due_at > ${yield* moment} AND ${waits} AND owner IS NULL LIMIT ${batch}) RETURNING id`,
          );
        }
      }),

    wake: Effect.fnUntraced(function* (mchId) {
      const now = yield* clock;
      const at = yield* moment;
      yield* inBatches(
        sql`UPDATE ${refunds} SET due_at = ${yield* atOnce} WHERE id IN (SELECT id FROM ${refunds} WHERE mch_id = ${mchId} AND truth IN ('Recorded', 'Unknown')
          AND due_at > ${at} AND due_at < ${at} + ${backOff} AND owner IS NULL LIMIT ${batch}) RETURNING id`,
      );
      return numberOf((yield* sql<Raw>`SELECT ${now} AS now`)[0]?.["now"]);
    }),

    paused: Effect.map(
      sql<Raw>`SELECT mch_id, sub_mch_id, by_whom, reason, since FROM ${pauses} WHERE ended_at IS NULL ORDER BY since`,
      (raws) =>
        raws.map((raw) => ({
          mchId: String(raw["mch_id"]),
          subMchId: String(raw["sub_mch_id"]),
          by: String(raw["by_whom"]),
          reason: String(raw["reason"]),
          since: numberOf(raw["since"]),
        })),
    ),

    rebase: Effect.gen(function* () {
      const now = yield* clock;
      const slack = 2000;
      yield* inBatches(
        sql`UPDATE ${refunds} SET due_at = due_at - (progress_at - ${now}), progress_at = ${now}, version = version + 1,
            sent_at = CASE WHEN sent_at > ${now} THEN ${now} ELSE sent_at END
          WHERE id IN (SELECT id FROM ${refunds} WHERE due_at IS NOT NULL AND progress_at > ${now} + ${slack} LIMIT ${batch}) RETURNING id`,
      );
    }),
  };
};
