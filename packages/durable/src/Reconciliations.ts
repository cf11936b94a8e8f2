/**
 * The books of each merchant number in the database, day by day: which days there are to be compared, who is at one, what was found, and a
 * feed of the days that are done.
 *
 * A day is one process's at a time. Who is at it counts a beat up, and who wants to take over sees it stand still for the length of a lease;
 * every write names the epoch of its claim, so that one who was thought dead stores nothing.
 */
import type { Finding, Kind, Total } from "@wechat-refund/core/Reconciliation";
import { dayOf, days as daysBetween, readyAt } from "@wechat-refund/core/RefundBill";
import { Truth } from "@wechat-refund/core/RefundProgress";
import * as Effect from "effect/Effect";
import type { SqlError } from "effect/sql/SqlError";
import type { Fragment } from "effect/sql/Statement";
import * as Books from "./Books.ts";
import type { Found } from "./Comparing.ts";
import type { Database } from "./internal/database.ts";
import {
  type Answer,
  columns,
  type Day,
  dayFrom,
  type Difference,
  differenceFrom,
  type State,
} from "./internal/bookDay.ts";
import { monotonic } from "./internal/monotonic.ts";
import { numberOf, optionalNumber, type Raw } from "./internal/row.ts";
import { Watch } from "./internal/watch.ts";
import { booksFloor } from "./Maintenance.ts";

export type { Agreement, Answer, Day, Difference, State } from "./internal/bookDay.ts";

/** A day that this process is at. */
export interface Claim {
  readonly mchId: string;
  readonly date: string;
  readonly state: State;
  readonly attempts: number;
  readonly epoch: number;
  readonly comparedAt: number | undefined;
}

export interface Filter {
  /** Of one of these merchant numbers. */
  readonly mchIds?: ReadonlyArray<string> | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly state?: ReadonlyArray<State> | undefined;
}

/** Any number, the same in all processes: the lock of whoever gives a day its position. */
const lock = 7_393_119_421;
/** The gateway keeps bills for three months. */
export const keptDays = 92;
const millisOfDay = 86_400_000;
/** The longest that a day is put off; what is due later was planned by a clock that was set back since. */
export const longest = 6 * 3_600_000;
/** What is kept of a difference of one's own side: what was compared. */
const oursOf = (own: Finding["ours"]): string | null => {
  if (own === undefined) return null;
  const { currency, days, mchId, outRefundNo, outTradeNo, refundFee, refundId, subMchId, transactionId, truth } = own;
  return JSON.stringify({
    outRefundNo,
    refundFee,
    currency,
    truth,
    mchId,
    subMchId,
    refundId,
    transactionId,
    outTradeNo,
    days,
  });
};

/** The last day whose bill can be had. */
const lastOf = (now: number): string => {
  const yesterday = dayOf(now - millisOfDay);
  return now >= readyAt(yesterday) ? yesterday : dayOf(now - 2 * millisOfDay);
};

export const make = (database: Database, owner: string, lease: number) => {
  const { isOneOf, now: clock, pg, sql, table, tables, transaction } = database;
  const all = table("refund_reconciliations");
  const differences = table("refund_differences");
  const holders = new Watch();
  const planned = new Map<string, string>();

  const now: Effect.Effect<number, SqlError> = Effect.flatMap(clock, (clock) =>
    Effect.map(sql<Raw>`SELECT ${clock} AS now`, ([raw]) => numberOf(raw?.["now"])),
  );

  /** When the first refund of a merchant that the store has was recorded. */
  const since = (mchId: string): Effect.Effect<number | undefined, SqlError> => {
    const [first, ...more] = Truth.literals.map(
      (truth) =>
        sql`SELECT * FROM (SELECT created_at FROM ${tables.refunds} WHERE mch_id = ${mchId} AND truth = ${truth} ORDER BY id LIMIT 1) AS ${sql.literal(`f${truth}`)}`,
    );
    const union = more.reduce<Fragment>((all, part) => sql`${all} UNION ALL ${part}`, first ?? sql.literal(""));
    return Effect.map(sql<Raw>`SELECT MIN(created_at) AS first FROM (${union}) AS f`, ([raw]) =>
      optionalNumber(raw?.["first"]),
    );
  };

  /** The days of these merchants whose bills can be had by now, from the first refund on. */
  const plan = Effect.fnUntraced(function* (
    mchIds: ReadonlyArray<string>,
    at: number,
  ): Effect.fn.Return<void, SqlError> {
    const last = lastOf(at);
    for (const mchId of mchIds) {
      if (planned.get(mchId) === last) continue;
      const first = yield* since(mchId);
      if (first === undefined) continue;
      const [oldest, own] = [dayOf(at - keptDays * millisOfDay), dayOf(first)];
      const dates = daysBetween(own > oldest ? own : oldest, last);
      const listed = pg
        ? sql`(SELECT unnest(${dates}::text[]) AS day)`
        : sql`(SELECT value AS day FROM json_each(${JSON.stringify(dates)}))`;
      if (dates.length > 0) {
        yield* transaction(
          sql`INSERT INTO ${all} (mch_id, day, state, due_at) SELECT ${mchId}, l.day, 'waiting', ${at}${sql.literal(pg ? "::bigint" : "")} FROM ${listed} AS l WHERE ${sql.literal(pg ? "TRUE" : "1")}
            ON CONFLICT DO NOTHING`,
        );
      }
      planned.set(mchId, last);
    }
    // What the gateway keeps no more.
    const gone = dayOf(at - (keptDays + 1) * millisOfDay);
    yield* transaction(
      sql`UPDATE ${all} SET state = 'lost', due_at = NULL, owner = NULL, epoch = epoch + 1, said = COALESCE(said, 'its bill is kept no more')
        WHERE state = 'waiting' AND day < ${gone} AND ${isOneOf("mch_id", mchIds)}`,
    );
    yield* transaction(sql`DELETE FROM ${table("refund_unbilled")} WHERE day < ${gone}`);
  });

  /** The oldest day that is due of a merchant whose books nobody is at; of the others, when the next is. */
  const claim = Effect.fnUntraced(function* (
    mchIds: ReadonlyArray<string>,
    at: number,
  ): Effect.fn.Return<Claim | undefined, SqlError> {
    const before = yield* monotonic;
    const raws =
      yield* sql<Raw>`SELECT mch_id, day, state, owner, epoch, beat, attempts, due_at, compared_at FROM ${all}
        WHERE state IN ('waiting', 'asking') AND ${isOneOf("mch_id", mchIds)} ORDER BY day, mch_id`;
    const seen = [before, yield* monotonic] as const;
    const held = new Set<string>();
    const names = new Set<string>();
    for (const raw of raws) {
      if (raw["owner"] === null || raw["owner"] === owner) continue;
      const name = `${String(raw["mch_id"])} ${String(raw["day"])}`;
      names.add(name);
      const mark = `${String(raw["owner"])} ${String(raw["epoch"])} ${String(raw["beat"])}`;
      if (lease === 0 || holders.stood(name, mark, seen) >= lease) continue;
      held.add(String(raw["mch_id"]));
    }
    holders.keep(names);
    for (const raw of raws) {
      const mchId = String(raw["mch_id"]);
      const due = numberOf(raw["due_at"]);
      if (held.has(mchId) || (due > at && due <= at + longest)) continue;
      const date = String(raw["day"]);
      const taken = yield* transaction(
        sql<Raw>`UPDATE ${all} SET owner = ${owner}, epoch = epoch + 1, beat = 0, attempts = attempts + 1
          WHERE mch_id = ${mchId} AND day = ${date} AND state IN ('waiting', 'asking') AND epoch = ${numberOf(raw["epoch"])}
            AND beat = ${numberOf(raw["beat"])} RETURNING epoch, attempts`,
      );
      const [got] = taken;
      // Another was quicker: it is at this merchant now.
      if (got === undefined) return undefined;
      return {
        mchId,
        date,
        state: String(raw["state"]) as State,
        attempts: numberOf(got["attempts"]),
        epoch: numberOf(got["epoch"]),
        comparedAt: optionalNumber(raw["compared_at"]),
      };
    }
    return undefined;
  });

  const mine = ({ date, epoch, mchId }: Claim): Fragment =>
    sql`mch_id = ${mchId} AND day = ${date} AND owner = ${owner} AND epoch = ${epoch}`;

  /** Says that this process lives and is at it; `false` where it is another's by now. */
  const beat = (claim: Claim): Effect.Effect<boolean, SqlError> =>
    Effect.map(
      transaction(sql`UPDATE ${all} SET beat = beat + 1 WHERE ${mine(claim)} RETURNING 1 AS one`),
      ({ length }) => length > 0,
    );

  /** Gives it back as it is. */
  const release = (claim: Claim): Effect.Effect<void, SqlError> =>
    Effect.asVoid(transaction(sql`UPDATE ${all} SET owner = NULL WHERE ${mine(claim)}`));

  /** Puts it off. `everyDay`: what was in the way is in the way of the merchant's other days as well. */
  const later = (
    claim: Claim,
    { everyDay = false, millis, said }: { readonly millis: number; readonly said: string; readonly everyDay?: boolean },
  ): Effect.Effect<void, SqlError> =>
    Effect.gen(function* () {
      const due = sql`${yield* clock} + ${millis}`;
      const put =
        yield* sql`UPDATE ${all} SET owner = NULL, due_at = ${due}, said = ${said} WHERE ${mine(claim)} RETURNING 1 AS one`;
      if (everyDay && put.length > 0) {
        yield* sql`UPDATE ${all} SET due_at = ${due} WHERE mch_id = ${claim.mchId} AND state = 'waiting' AND owner IS NULL AND due_at < ${due}`;
      }
    }).pipe(transaction);

  /** There is no bill of it, and there will be none. */
  const lost = (claim: Claim, said: string): Effect.Effect<void, SqlError> =>
    Effect.asVoid(
      transaction(
        sql`UPDATE ${all} SET state = 'lost', owner = NULL, due_at = NULL, said = ${said} WHERE ${mine(claim)}`,
      ),
    );

  /** Its place in the feed. Whoever gives one holds the lock until it is committed, so that a later one is seen later. */
  const place = Effect.fnUntraced(function* (claim: Claim) {
    if (pg) yield* sql`SELECT pg_advisory_xact_lock(${lock})`;
    const at = yield* clock;
    yield* sql`UPDATE ${all} SET state = 'done', owner = NULL, due_at = NULL, said = NULL, done_at = ${at},
      position = ${(yield* newest(database)) + 1} WHERE ${mine(claim)}`;
  });

  /**
   * Stores what was found, all of it or nothing. `again`: the bill did not come whole, and is read once more in so many ms. Gives what is to
   * be asked for; nothing where the day is another's by now.
   */
  const compared = (
    claim: Claim,
    found: Found,
    totals: ReadonlyArray<Total>,
    {
      again,
      marks,
      whole,
    }: { readonly again?: number | undefined; readonly marks: ReadonlyArray<Books.Unbilled>; readonly whole: boolean },
  ): Effect.Effect<"stored" | "another's", SqlError> =>
    Effect.gen(function* () {
      const at = yield* clock;
      const problems = found.complaints.slice(0, 200).map(({ line, problem }) => ({
        ...(line !== undefined && { line }),
        problem,
      }));
      const asks = again === undefined && found.differences.length > 0;
      const stored =
        yield* sql`UPDATE ${all} SET state = ${asks ? "asking" : "waiting"}, whole = ${pg ? whole : Number(whole)}, lines = ${found.lines},
          totals = ${JSON.stringify(totals)}, problems = ${JSON.stringify(problems)}, differences = ${found.count}, kept = ${found.differences.length},
          compared_at = ${at}, said = ${again === undefined ? null : "the bill did not come whole"}, due_at = ${at} + ${again ?? 0}
          ${again === undefined ? sql.literal("") : sql`, owner = NULL`}
        WHERE ${mine(claim)} RETURNING 1 AS one`;
      if (stored.length === 0) return "another's" as const;
      yield* sql`DELETE FROM ${differences} WHERE mch_id = ${claim.mchId} AND day = ${claim.date}`;
      for (let from = 0; from < found.differences.length; from += 100) {
        const [first, ...more] = found.differences.slice(from, from + 100).map(
          ({ fields, kind, ours, outRefundNo, theirs }) =>
            sql`(${claim.mchId}, ${claim.date}, ${theirs?.subMchId || (ours?.subMchId ?? "")}, ${kind}, ${outRefundNo}, ${JSON.stringify(fields)},
              ${oursOf(ours)}, ${theirs === undefined ? null : JSON.stringify(theirs)})`,
        );
        if (first === undefined) continue;
        const values = more.reduce<Fragment>((all, one) => sql`${all}, ${one}`, first);
        yield* sql`INSERT INTO ${differences} (mch_id, day, sub_mch_id, kind, out_refund_no, fields, ours, theirs) VALUES ${values}`;
      }
      // What a bill that is not believed yet did not have, the next one may have.
      if (again === undefined) yield* Books.keep(database, marks);
      if (again === undefined && !asks) yield* place(claim);
      return "stored" as const;
    }).pipe(transaction);

  /** What of a day is still to be asked for, in its order. */
  const unasked = (
    { date, mchId }: Pick<Claim, "mchId" | "date">,
    limit: number,
  ): Effect.Effect<ReadonlyArray<Difference>, SqlError> =>
    Effect.map(
      sql<Raw>`SELECT id, kind, out_refund_no, sub_mch_id, fields, ours, theirs, agrees_with, record, asked_at FROM ${differences}
        WHERE mch_id = ${mchId} AND day = ${date} AND asked_at IS NULL ORDER BY id LIMIT ${limit}`,
      (raws) => raws.map(differenceFrom),
    );

  /** What the signed query said of a difference; `false` where the day is another's by now. */
  const answered = (claim: Claim, id: number, { agreesWith, ...record }: Answer): Effect.Effect<boolean, SqlError> =>
    Effect.gen(function* () {
      const at = yield* clock;
      const wrote =
        yield* sql`UPDATE ${differences} SET agrees_with = ${agreesWith}, record = ${JSON.stringify(record)}, asked_at = ${at}
        WHERE id = ${id} AND EXISTS (SELECT 1 FROM ${all} WHERE ${mine(claim)}) RETURNING id`;
      return wrote.length > 0;
    }).pipe(transaction);

  const done = (claim: Claim): Effect.Effect<void, SqlError> => transaction(place(claim));

  return { now, plan, claim, beat, release, later, lost, compared, unasked, answered, done };
};

/** Days, the newest first. */
export const list = Effect.fnUntraced(function* (
  { isOneOf, pg, sql, table }: Database,
  { from, mchIds, state, to }: Filter = {},
  { after, limit = 100 }: { readonly after?: Pick<Day, "mchId" | "date"> | undefined; readonly limit?: number } = {},
): Effect.fn.Return<ReadonlyArray<Day>, SqlError> {
  const clauses: ReadonlyArray<Fragment> = [
    sql.literal(pg ? "TRUE" : "1"),
    ...(mchIds === undefined ? [] : [isOneOf("mch_id", mchIds.length === 0 ? [""] : mchIds)]),
    ...(from === undefined ? [] : [sql`day >= ${from}`]),
    ...(to === undefined ? [] : [sql`day <= ${to}`]),
    ...(state === undefined ? [] : [isOneOf("state", state.length === 0 ? [""] : state)]),
    ...(after === undefined ? [] : [sql`(day < ${after.date} OR (day = ${after.date} AND mch_id > ${after.mchId}))`]),
  ];
  const raws = yield* sql<Raw>`SELECT ${sql.literal(columns)} FROM ${table("refund_reconciliations")}
    WHERE ${sql.and(clauses)} ORDER BY day DESC, mch_id LIMIT ${Math.min(1001, Math.max(1, limit))}`;
  return raws.map(dayFrom);
});

export const find = ({ sql, table }: Database, mchId: string, date: string): Effect.Effect<Day | undefined, SqlError> =>
  Effect.map(
    sql<Raw>`SELECT ${sql.literal(columns)} FROM ${table("refund_reconciliations")} WHERE mch_id = ${mchId} AND day = ${date}`,
    ([raw]) => (raw === undefined ? undefined : dayFrom(raw)),
  );

/** The differences of a day, in pages. */
export const differencesOf = (
  { sql, table }: Database,
  { date, mchId }: Pick<Day, "mchId" | "date">,
  { after = 0, limit = 100 }: { readonly after?: number | undefined; readonly limit?: number | undefined } = {},
): Effect.Effect<ReadonlyArray<Difference>, SqlError> =>
  Effect.map(
    sql<Raw>`SELECT id, kind, out_refund_no, sub_mch_id, fields, ours, theirs, agrees_with, record, asked_at FROM ${table("refund_differences")}
      WHERE mch_id = ${mchId} AND day = ${date} AND id > ${after} ORDER BY id LIMIT ${Math.min(1001, Math.max(1, limit))}`,
    (raws) => raws.map(differenceFrom),
  );

/** The newest position in the feed, also where its day was removed since. */
export const newest = ({
  sql,
  table,
  tables,
}: Pick<Database, "sql" | "table" | "tables">): Effect.Effect<number, SqlError> =>
  Effect.map(
    sql<Raw>`SELECT MAX(newest) AS newest FROM (SELECT COALESCE(MAX(position), 0) AS newest FROM ${table("refund_reconciliations")}
      WHERE position IS NOT NULL UNION ALL SELECT position FROM ${tables.consumers} WHERE name = ${booksFloor}) AS p`,
    (raws) => numberOf(raws[0]?.["newest"]),
  );

/** Days that are done, in the order in which they came to be, after a position. */
export const after = (
  { sql, table }: Database,
  position: number,
  limit = 100,
): Effect.Effect<ReadonlyArray<Day>, SqlError> =>
  Effect.map(
    sql<Raw>`SELECT ${sql.literal(columns)} FROM ${table("refund_reconciliations")}
      WHERE position > ${position} ORDER BY position LIMIT ${limit}`,
    (raws) => raws.map(dayFrom),
  );

/** Of each merchant number: days that wait for their bill or for answers, and differences by kind of all days that are kept. */
export interface Standing {
  readonly mchId: string;
  readonly open: number;
  readonly lost: number;
  readonly kinds: ReadonlyMap<Kind, number>;
}

export const standings = Effect.fnUntraced(function* ({
  sql,
  table,
}: Database): Effect.fn.Return<ReadonlyArray<Standing>, SqlError> {
  const raws = yield* sql<Raw>`SELECT mch_id, SUM(CASE WHEN state IN ('waiting', 'asking') THEN 1 ELSE 0 END) AS open,
      SUM(CASE WHEN state = 'lost' THEN 1 ELSE 0 END) AS lost FROM ${table("refund_reconciliations")} GROUP BY mch_id ORDER BY mch_id`;
  const counted =
    yield* sql<Raw>`SELECT mch_id, kind, COUNT(*) AS count FROM ${table("refund_differences")} GROUP BY mch_id, kind`;
  return raws.map((raw) => ({
    mchId: String(raw["mch_id"]),
    open: numberOf(raw["open"]),
    lost: numberOf(raw["lost"]),
    kinds: new Map(
      counted
        .filter((one) => one["mch_id"] === raw["mch_id"])
        .map((one) => [String(one["kind"]) as Kind, numberOf(one["count"])]),
    ),
  }));
});
