/** What a store is asked by people: which refunds, in pages that go on where the last one ended, and how many and how much in all. */
import { Cause, Truth } from "@wechat-refund/core/RefundProgress";
import * as Effect from "effect/Effect";
import * as Result from "effect/Result";
import * as Schema from "effect/Schema";
import type { SqlError } from "effect/sql/SqlError";
import type { Fragment } from "effect/sql/Statement";
import type { Database } from "./internal/database.ts";
import { type Damaged, numberOf, type Raw, type Row, rowOf } from "./internal/row.ts";
import { columns, told } from "./RefundStore.ts";

/**
 * What Recorded is made of: `Sending`, whose first send is under way, or was when its process ended, so that they may have been accepted;
 * `Blocked` and `Unsent`, which certainly were not.
 */
export const Part = Schema.Literals(["Sending", "Blocked", "Unsent"]);
export type Part = typeof Part.Type;

/** Which refunds. Everything that is given must hold; of a list one. */
export const Filter = Schema.Struct({
  mchId: Schema.optional(Schema.String),
  /** `""` for refunds of the merchant itself. */
  subMchId: Schema.optional(Schema.String),
  /** Of one of these merchants, `subMchId` being `""` for the merchant itself; of none where the list is empty. */
  whose: Schema.optional(Schema.Array(Schema.Struct({ mchId: Schema.String, subMchId: Schema.String }))),
  truth: Schema.optional(Schema.Array(Schema.Union([Truth, Part]))),
  /** Blocked by one of these; `any` by whatever cause. */
  block: Schema.optional(Schema.Union([Schema.Literal("any"), Schema.Array(Cause)])),
  /** Whether a call of it was ever begun. */
  begun: Schema.optional(Schema.Boolean),
  transactionId: Schema.optional(Schema.String),
  outTradeNo: Schema.optional(Schema.String),
  outRefundNo: Schema.optional(Schema.String),
  /** How the number begins. */
  prefix: Schema.optional(Schema.String),
  /** How a number of the order begins. */
  transactionIdPrefix: Schema.optional(Schema.String),
  outTradeNoPrefix: Schema.optional(Schema.String),
  /** Recorded from then on, and before: milliseconds since 1970. */
  from: Schema.optional(Schema.Number),
  until: Schema.optional(Schema.Number),
});
export type Filter = typeof Filter.Type;

export interface Page {
  readonly rows: ReadonlyArray<Row>;
  /** Give it as `after` for the next page; absent where this is the last. */
  readonly next?: string | undefined;
  readonly damaged: ReadonlyArray<Damaged>;
}

/** How many refunds, and of how much in fen, are in a state. */
export interface Total {
  readonly mchId: string;
  readonly subMchId: string;
  readonly currency: string;
  readonly truth: Truth;
  readonly block: Cause | undefined;
  readonly count: number;
  readonly amount: number;
}

/** The first text after all that begin so, in the order of code points, which is that of their bytes; nothing where there is none. */
const beyond = (prefix: string): string | undefined => {
  const points = Array.from(prefix, (sign) => sign.codePointAt(0) ?? 0);
  const at = points.findLastIndex((point) => point < 0x10ffff);
  const point = points[at];
  if (point === undefined) return undefined;
  // Half of a pair is no sign, and no database takes it.
  return String.fromCodePoint(...points.slice(0, at), point === 0xd7ff ? 0xe000 : point + 1);
};

const timeRange = ({ sql }: Database, { from, until }: Filter, plain: boolean): ReadonlyArray<Fragment> => {
  const at = sql.literal(plain ? "(r.created_at + 0)" : "r.created_at");
  return [
    ...(from === undefined ? [] : [sql`${at} >= ${Math.floor(from)}`]),
    ...(until === undefined ? [] : [sql`${at} < ${Math.floor(until)}`]),
  ];
};

const begins = ({ sql }: Database, column: Fragment, prefix: string): ReadonlyArray<Fragment> => {
  const end = beyond(prefix);
  return [sql`${column} >= ${prefix}`, ...(end === undefined ? [] : [sql`${column} < ${end}`])];
};

const prefixRange = (
  database: Database,
  { prefix = "" }: Filter,
  number: Fragment = database.sql.literal("r.out_refund_no"),
): ReadonlyArray<Fragment> => (prefix === "" ? [] : begins(database, number, prefix));

/** Of an order, or of those whose number begins so: it is kept as JSON. */
const orderRange = (database: Database, filter: Filter, plain: boolean): ReadonlyArray<Fragment> => {
  const { pg, sql } = database;
  const { outTradeNo, outTradeNoPrefix = "", transactionId, transactionIdPrefix = "" } = filter;
  const order = sql.literal(!plain ? "r.order_no" : pg ? "(r.order_no || '')" : "+r.order_no");
  const from = (start: object): ReadonlyArray<Fragment> => begins(database, order, JSON.stringify(start).slice(0, -2));
  return [
    ...(transactionId === undefined ? [] : [sql`${order} = ${JSON.stringify({ transactionId })}`]),
    ...(outTradeNo === undefined ? [] : [sql`${order} = ${JSON.stringify({ outTradeNo })}`]),
    ...(transactionIdPrefix === "" ? [] : from({ transactionId: transactionIdPrefix })),
    ...(outTradeNoPrefix === "" ? [] : from({ outTradeNo: outTradeNoPrefix })),
  ];
};

// Few are being sent, and an index holds them alone; that of the truth holds all that wait.
const underWay = "(r.truth || '') = 'Recorded' AND r.owner IS NOT NULL";

const parts: Readonly<Record<Part, (database: Database) => string>> = {
  Sending: ({ names: { pg, refunds } }) =>
    // SQLite would go through the newest of all for their order.
    pg
      ? underWay
      : `${underWay} AND r.id IN (SELECT o.id FROM ${refunds} AS o INDEXED BY refunds_open WHERE o.owner IS NOT NULL)`,
  Blocked: () => "r.truth = 'Recorded' AND r.owner IS NULL AND r.block IS NOT NULL",
  Unsent: () => "r.truth = 'Recorded' AND r.owner IS NULL AND r.block IS NULL",
};

const isPart = (truth: Truth | Part): truth is Part => Object.hasOwn(parts, truth);

const stands = (database: Database, truths: ReadonlyArray<Truth | Part>): Fragment => {
  const { sql } = database;
  const whole = truths.filter((truth) => !isPart(truth));
  const some = truths.filter(isPart).map((part) => sql.literal(`(${parts[part](database)})`));
  return some.length === 0
    ? sql.in("r.truth", whole)
    : sql.or([...(whole.length === 0 ? [] : [sql.in("r.truth", whole)]), ...some]);
};

/** `plain`: so that no index is looked into for the time and the order. */
const where = (database: Database, filter: Filter, plain = false): Fragment => {
  const { pg, sql } = database;
  const { begun, block, mchId, outRefundNo, subMchId, truth, whose } = filter;
  const clauses: Array<Fragment> = [];
  if (mchId !== undefined) clauses.push(sql`r.mch_id = ${mchId}`);
  if (subMchId !== undefined) clauses.push(sql`r.sub_mch_id = ${subMchId}`);
  if (whose !== undefined) {
    const each = whose.map((of) => sql`(r.mch_id = ${of.mchId} AND r.sub_mch_id = ${of.subMchId})`);
    clauses.push(each.length === 0 ? sql.literal("1 = 0") : sql.or(each));
  }
  if (truth !== undefined) clauses.push(stands(database, truth));
  if (block === "any") clauses.push(sql`r.block IS NOT NULL`);
  else if (block !== undefined) clauses.push(sql.in("r.block", block));
  if (begun !== undefined) clauses.push(sql.literal(begun ? "r.epoch > 0" : "r.epoch = 0"));
  if (outRefundNo !== undefined) clauses.push(sql`r.out_refund_no = ${outRefundNo}`);
  clauses.push(
    ...prefixRange(database, filter),
    ...orderRange(database, filter, plain),
    ...timeRange(database, filter, plain),
  );
  return clauses.length === 0 ? sql.literal(pg ? "TRUE" : "1") : sql.and(clauses);
};

/** A filter for each of the values that it allows: each finds its newest in an index, where for all of them at once all were sorted. */
const single = (filter: Filter): ReadonlyArray<Filter> => {
  const { block, mchId, subMchId, truth } = filter;
  if (block !== undefined) {
    const causes = block === "any" ? Cause.literals : [...new Set(block)];
    return causes.map((cause) => ({ ...filter, block: [cause] }));
  }
  // Of a merchant there is an index for each of them.
  const truths = truth ?? (mchId !== undefined && subMchId === undefined ? Truth.literals : undefined);
  return truths === undefined ? [filter] : [...new Set(truths)].map((one) => ({ ...filter, truth: [one] }));
};

/** As many rows are sorted without more ado. Where there are more, they are looked for among as many of the newest first. */
const few = 10_000;

type Cursor = string;

/** Where a page ended: at the row of this id, and by number at this one. */
interface End {
  readonly id: number;
  readonly outRefundNo: string | undefined;
}

const endOf = (after: Cursor | undefined): End | undefined => {
  const [, id, outRefundNo] = /^([0-9]{1,15})(?::(.*))?$/s.exec(after ?? "") ?? [];
  return id === undefined ? undefined : { id: Number(id), outRefundNo };
};

/** Whether so few are found, roughly where a state is asked for: how many there are of each is kept, and choosing a way is all it is for. */
const isAtMost = (most: number, database: Database, filter: Filter): Effect.Effect<boolean, SqlError> => {
  const { sql, table, tables } = database;
  const { block, from, truth, until } = filter;
  const states = [
    ...(truth === undefined
      ? []
      : [
          sql.in(
            "truth",
            truth.map((one) => (isPart(one) ? "Recorded" : one)),
          ),
        ]),
    ...(block === undefined ? [] : [block === "any" ? sql.literal("block <> ''") : sql.in("block", block)]),
  ];
  // In the order of an index nothing is gathered before the first is counted.
  const order = sql.literal(from === undefined && until === undefined ? "" : "ORDER BY r.created_at DESC");
  const counted =
    states.length > 0
      ? sql`SELECT COALESCE(SUM(count), 0) AS count FROM ${table("refund_totals")} WHERE ${sql.and(states)}`
      : sql`SELECT COUNT(*) AS count FROM (SELECT r.id FROM ${tables.refunds} AS r WHERE ${where(database, filter)} ${order} LIMIT ${most + 1}) AS f`;
  return Effect.map(sql<Raw>`${counted}`, ([found]) => numberOf(found?.["count"]) <= most);
};

/** The newest first. */
const byId = Effect.fnUntraced(function* (
  database: Database,
  filter: Filter,
  end: End | undefined,
  most: number,
): Effect.fn.Return<ReadonlyArray<Raw>, SqlError> {
  const { now: clock, pg, sql, tables } = database;
  const { refunds } = tables;
  const now = yield* clock;
  const before = end === undefined ? sql.literal("") : sql`AND r.id < ${end.id}`;
  const wanted = sql.literal(`${columns}, ${told(database)}`);
  const read = (within: Fragment, filters: ReadonlyArray<Filter>): Effect.Effect<ReadonlyArray<Raw>, SqlError> => {
    const [first, ...more] = filters.map(
      (one) => sql`SELECT * FROM (SELECT ${wanted}, ${now} AS now FROM ${refunds} AS r
        WHERE ${where(database, one, true)} ${within} ${before} ORDER BY r.id DESC LIMIT ${most}) AS p`,
    );
    if (first === undefined) return Effect.succeed([]);
    const all = more.reduce<Fragment>((all, part) => sql`${all} UNION ALL ${part}`, first);
    return sql<Raw>`${all} ORDER BY id DESC LIMIT ${most}`;
  };
  const { from, outTradeNo, outTradeNoPrefix, transactionId, transactionIdPrefix, until } = filter;
  const ofOrder = orderRange(database, filter, false);
  const within = ofOrder.length > 0 ? ofOrder : timeRange(database, filter, false);
  /** What of the filter `within` is. */
  const own: Filter =
    ofOrder.length > 0 ? { outTradeNo, outTradeNoPrefix, transactionId, transactionIdPrefix } : { from, until };
  if (within.length === 0) return yield* read(sql.literal(""), single(filter));
  const ids = sql`SELECT r.id AS found FROM ${refunds} AS r WHERE ${sql.and(within)}`;
  if (!(yield* isAtMost(few, database, own))) {
    const newest = end === undefined ? sql`(SELECT MAX(id) FROM ${refunds})` : sql`${end.id}`;
    const raws = yield* read(sql`AND r.id > ${newest} - ${few}`, [filter]);
    if (raws.length === most) return raws;
  }
  // Whether nothing else is asked for: its index alone then knows which rows.
  const isAlone = Object.entries(filter).every(([name, value]) => value === undefined || Object.hasOwn(own, name));
  /** No index is gone through for their order: it would meet the newest of all. */
  const newestOf = pg
    ? sql`SELECT found FROM (${ids} ${before} OFFSET 0) AS f ORDER BY found DESC LIMIT ${most}`
    : sql`${ids} ${before} ORDER BY +r.id DESC LIMIT ${isAlone ? most : -1}`;
  // PostgreSQL would go through the newest of all for an IN, to meet those of the range among them.
  if (pg) return yield* read(sql`AND r.id = ANY (ARRAY(${isAlone ? newestOf : ids}))`, [filter]);
  // SQLite looks at all of an IN before it sorts: here at the newest of them until there are enough.
  return yield* sql<Raw>`SELECT * FROM (SELECT ${wanted}, ${now} AS now FROM
      (${newestOf}) AS i CROSS JOIN ${refunds} AS r ON r.id = i.found
    WHERE ${where(database, filter, true)} LIMIT ${most}) AS p ORDER BY id DESC`;
});

/** The highest number first: what a prefix finds stands together in that order, and nothing else needs to be looked at. */
const byNumber = Effect.fnUntraced(function* (
  database: Database,
  filter: Filter,
  end: End | undefined,
  most: number,
): Effect.fn.Return<ReadonlyArray<Raw>, SqlError> {
  const { now: clock, pg, sql, tables } = database;
  const { refunds } = tables;
  const now = yield* clock;
  const wanted = sql.literal(`${columns}, ${told(database)}`);
  const beforeOf = (number: Fragment): Fragment =>
    end?.outRefundNo === undefined ? sql.literal("") : sql`AND (${number}, r.id) < (${end.outRefundNo}, ${end.id})`;
  const { mchId, prefix: _prefix, subMchId, whose, ...more } = filter;
  if (Object.values(more).some((value) => value !== undefined)) {
    const others = { ...more, mchId, subMchId, whose };
    if (yield* isAtMost(few / 2, database, others)) {
      // No index is gone through for the order of the numbers: it would meet those of all.
      const number = sql.literal(pg ? "(r.out_refund_no || '')" : "+r.out_refund_no");
      const chosen = sql`SELECT r.id FROM ${refunds} AS r WHERE ${where(database, others)}
        AND ${sql.and(prefixRange(database, filter, number))} ${beforeOf(number)} ORDER BY ${number} DESC, r.id DESC LIMIT ${most}`;
      const isChosen = pg ? sql`r.id = ANY (ARRAY(${chosen}))` : sql`r.id IN (${chosen})`;
      return yield* sql<Raw>`SELECT ${wanted}, ${now} AS now FROM ${refunds} AS r WHERE ${isChosen} ORDER BY ${number} DESC, r.id DESC`;
    }
  }
  // A file takes what is sorted already, of one merchant or of all.
  const index = sql.literal(pg || (mchId !== undefined && subMchId !== undefined) ? "" : "INDEXED BY refunds_number");
  return yield* sql<Raw>`SELECT ${wanted}, ${now} AS now FROM ${refunds} AS r ${index} WHERE ${where(database, filter)}
    ${beforeOf(sql.literal("r.out_refund_no"))} ORDER BY r.out_refund_no DESC, r.id DESC LIMIT ${most}`;
});

const listed = Effect.fnUntraced(function* (
  database: Database,
  filter: Filter,
  { after, limit = 100 }: { readonly after?: Cursor | undefined; readonly limit?: number | undefined } = {},
): Effect.fn.Return<Page, SqlError> {
  const most = Math.min(1000, Math.max(1, Math.floor(limit)));
  const isByNumber = filter.prefix !== undefined && filter.prefix !== "";
  const raws = yield* (isByNumber ? byNumber : byId)(database, filter, endOf(after), most + 1);
  const page = raws.slice(0, most);
  const decoded = page.map(rowOf);
  const last = page.at(-1);
  return {
    rows: decoded.flatMap((result) => (Result.isSuccess(result) ? [result.success] : [])),
    damaged: decoded.flatMap((result) => (Result.isFailure(result) ? [result.failure] : [])),
    ...(raws.length > most &&
      last !== undefined && {
        next: isByNumber ? `${numberOf(last["id"])}:${String(last["out_refund_no"])}` : String(numberOf(last["id"])),
      }),
  };
});

/**
 * In a transaction's surroundings a server looks into the indexes; a plan for any value at all, which it makes after some questions, would
 * not. A file that is only read takes no transaction.
 */
const planned = <A, R>(database: Database, run: Effect.Effect<A, SqlError, R>): Effect.Effect<A, SqlError, R> => {
  const { pg, sql, transaction } = database;
  const anew = sql`SELECT set_config('plan_cache_mode', 'force_custom_plan', true)`;
  return pg ? transaction(Effect.andThen(anew, run)) : run;
};

/**
 * The newest first; where a prefix is asked for, the highest number first. A page has at most `limit` rows, 100 unless told otherwise.
 * `after` is the `next` of the page before, of the same filter.
 */
export const list = (
  database: Database,
  filter: Filter,
  page: { readonly after?: Cursor | undefined; readonly limit?: number | undefined } = {},
): Effect.Effect<Page, SqlError> => planned(database, listed(database, filter, page));

/** Whether a filter finds this refund now; inside the transaction that has its row, until that ends. */
export const finds = (database: Database, filter: Filter, id: number): Effect.Effect<boolean, SqlError> => {
  const { sql, tables } = database;
  return Effect.map(
    sql<Raw>`SELECT 1 FROM ${tables.refunds} AS r WHERE r.id = ${id} AND ${where(database, filter, true)}`,
    (raws) => raws.length > 0,
  );
};

const totalOf = (raw: Raw): Total => ({
  mchId: String(raw["mch_id"]),
  subMchId: String(raw["sub_mch_id"]),
  currency: String(raw["currency"]),
  truth: String(raw["truth"]) as Truth,
  block: raw["block"] === "" || raw["block"] === null ? undefined : (String(raw["block"]) as Cause),
  count: numberOf(raw["count"]),
  amount: numberOf(raw["amount"]),
});

/** Adds amounts up where the sum may be beyond a BIGINT: SQLite's SUM fails there, and PostgreSQL's does not. Exact up to 2^53−1. */
const sumOf = ({ pg, sql }: Database): Fragment => sql.literal(pg ? "SUM" : "TOTAL");

/**
 * By merchant, currency, truth and block: what was folded up, and what has changed since, in one look at the store. It costs the same
 * however many refunds there are.
 */
export const totals = (database: Database): Effect.Effect<ReadonlyArray<Total>, SqlError> => {
  const { sql, table, tables } = database;
  const { history, refunds } = tables;
  const sum = sumOf(database);
  const open = sql`${history} AS h JOIN ${refunds} AS r ON r.id = h.refund WHERE h.changed AND h.position IS NULL`;
  return Effect.map(
    sql<Raw>`SELECT mch_id, sub_mch_id, currency, truth, block, SUM(count) AS count, ${sum}(amount) AS amount FROM (
        SELECT mch_id, sub_mch_id, currency, truth, block, count, amount FROM ${table("refund_totals")}
        UNION ALL SELECT r.mch_id, r.sub_mch_id, r.currency, h.truth, COALESCE(h.block, ''), 1, r.refund_fee FROM ${open}
        UNION ALL SELECT r.mch_id, r.sub_mch_id, r.currency, h.from_truth, COALESCE(h.from_block, ''), -1, -r.refund_fee FROM ${open}
          AND h.from_truth IS NOT NULL
      ) AS t GROUP BY mch_id, sub_mch_id, currency, truth, block HAVING SUM(count) <> 0 ORDER BY 1, 2, 3, 4, 5`,
    (raws) => raws.map(totalOf),
  );
};

/**
 * Of what {@link totals} counts as Recorded: those whose first send is under way, or was when the process that made it ended. They may have
 * been accepted.
 */
export const sending = (database: Database): Effect.Effect<ReadonlyArray<Total>, SqlError> => {
  const { sql, tables } = database;
  return Effect.map(
    sql<Raw>`SELECT mch_id, sub_mch_id, currency, truth, block, COUNT(*) AS count, ${sumOf(database)}(refund_fee) AS amount
      FROM ${tables.refunds} AS r WHERE r.truth = 'Recorded' AND r.owner IS NOT NULL
      GROUP BY mch_id, sub_mch_id, currency, truth, block ORDER BY 1, 2, 3, 5`,
    (raws) => raws.map(totalOf),
  );
};

/** Refunds of one currency, and the sum of their amounts in fen. */
export interface Sum {
  readonly currency: string;
  readonly count: number;
  readonly amount: number;
}

const sumOfRaw = (raw: Raw): Sum => ({
  currency: String(raw["currency"]),
  count: numberOf(raw["count"]),
  amount: numberOf(raw["amount"]),
});

/** How many refunds a filter finds, and of how much, by currency: counted row by row, to be shown before an act on all of them. */
export const count = (database: Database, filter: Filter): Effect.Effect<ReadonlyArray<Sum>, SqlError> => {
  const { sql, tables } = database;
  return Effect.map(
    sql<Raw>`SELECT r.currency, COUNT(*) AS count, ${sumOf(database)}(r.refund_fee) AS amount FROM ${tables.refunds} AS r
      WHERE ${where(database, filter)} GROUP BY r.currency ORDER BY r.currency`,
    (raws) => raws.map(sumOfRaw),
  );
};

/** As {@link count}, but nothing where a filter finds more than `most`: a page that shows sums must not count for long. */
export const countUpTo = (
  database: Database,
  filter: Filter,
  most: number,
): Effect.Effect<ReadonlyArray<Sum> | undefined, SqlError> => {
  const { sql, tables } = database;
  return planned(
    database,
    Effect.map(
      sql<Raw>`SELECT currency, COUNT(*) AS count, ${sumOf(database)}(refund_fee) AS amount FROM (
        SELECT r.currency, r.refund_fee FROM ${tables.refunds} AS r WHERE ${where(database, filter)} LIMIT ${most + 1}
      ) AS f GROUP BY currency ORDER BY currency`,
      (raws) => {
        const sums = raws.map(sumOfRaw);
        return sums.reduce((all, { count }) => all + count, 0) > most ? undefined : sums;
      },
    ),
  );
};
