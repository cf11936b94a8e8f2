/** What a store is asked by people: which refunds, in pages that go on where the last one ended, and how many and how much in all. */
import { Cause, Truth } from "@wechat-refund/core/RefundProgress";
import * as Effect from "effect/Effect";
import * as Result from "effect/Result";
import * as Schema from "effect/Schema";
import type { SqlError } from "effect/sql/SqlError";
import type { Fragment } from "effect/sql/Statement";
import type { Database } from "./internal/database.ts";
import { type Damaged, numberOf, type Raw, type Row, rowOf } from "./internal/row.ts";
import { columns } from "./RefundStore.ts";

/** Which refunds. Everything that is given must hold; of a list one. */
export const Filter = Schema.Struct({
  mchId: Schema.optional(Schema.String),
  /** `""` for refunds of the merchant itself. */
  subMchId: Schema.optional(Schema.String),
  /** Of one of these merchants, `subMchId` being `""` for the merchant itself; of none where the list is empty. */
  whose: Schema.optional(Schema.Array(Schema.Struct({ mchId: Schema.String, subMchId: Schema.String }))),
  truth: Schema.optional(Schema.Array(Truth)),
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
  readonly next?: number | undefined;
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

const ranges = ["prefix", "transactionIdPrefix", "outTradeNoPrefix", "order", "time"] as const;
type Range = (typeof ranges)[number];

/** The column that a range is of, and how its text begins there: the order's number is kept as JSON. */
const begins = (filter: Filter, kind: Exclude<Range, "time" | "order">): readonly [column: string, prefix: string] => {
  const { [kind]: prefix = "" } = filter;
  if (kind === "prefix" || prefix === "") return ["out_refund_no", prefix];
  const name = kind === "outTradeNoPrefix" ? "outTradeNo" : "transactionId";
  return ["order_no", JSON.stringify({ [name]: prefix }).slice(0, -2)];
};

/** What of a filter is a part of an index in its order. `plain`: so that no index is looked into for it. */
const range = ({ pg, sql }: Database, filter: Filter, kind: Range, plain = false): ReadonlyArray<Fragment> => {
  if (kind === "time") {
    const { from, until } = filter;
    const at = sql.literal(plain ? "(r.created_at + 0)" : "r.created_at");
    return [
      ...(from === undefined ? [] : [sql`${at} >= ${Math.floor(from)}`]),
      ...(until === undefined ? [] : [sql`${at} < ${Math.floor(until)}`]),
    ];
  }
  if (kind === "order") {
    const { outTradeNo, transactionId } = filter;
    const order = sql.literal(!plain ? "r.order_no" : pg ? "(r.order_no || '')" : "+r.order_no");
    return [
      ...(transactionId === undefined ? [] : [sql`${order} = ${JSON.stringify({ transactionId })}`]),
      ...(outTradeNo === undefined ? [] : [sql`${order} = ${JSON.stringify({ outTradeNo })}`]),
    ];
  }
  const [column, prefix] = begins(filter, kind);
  if (prefix === "") return [];
  const number = sql.literal(!plain ? `r.${column}` : pg ? `(r.${column} || '')` : `+r.${column}`);
  const end = beyond(prefix);
  return [sql`${number} >= ${prefix}`, ...(end === undefined ? [] : [sql`${number} < ${end}`])];
};

/** `plain`: parts that no index is to be looked into for. */
const where = (database: Database, filter: Filter, plain: ReadonlySet<Range> = new Set()): Fragment => {
  const { pg, sql } = database;
  const { begun, block, mchId, outRefundNo, subMchId, truth, whose } = filter;
  const clauses: Array<Fragment> = [];
  if (mchId !== undefined) clauses.push(sql`r.mch_id = ${mchId}`);
  if (subMchId !== undefined) clauses.push(sql`r.sub_mch_id = ${subMchId}`);
  if (whose !== undefined) {
    const each = whose.map((of) => sql`(r.mch_id = ${of.mchId} AND r.sub_mch_id = ${of.subMchId})`);
    clauses.push(each.length === 0 ? sql.literal("1 = 0") : sql.or(each));
  }
  if (truth !== undefined) clauses.push(sql.in("r.truth", truth));
  if (block === "any") clauses.push(sql`r.block IS NOT NULL`);
  else if (block !== undefined) clauses.push(sql.in("r.block", block));
  if (begun !== undefined) clauses.push(sql.literal(begun ? "r.epoch > 0" : "r.epoch = 0"));
  if (outRefundNo !== undefined) clauses.push(sql`r.out_refund_no = ${outRefundNo}`);
  for (const kind of ranges) clauses.push(...range(database, filter, kind, plain.has(kind)));
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

/** Whether nothing is asked for but a range: its index alone then knows which rows. */
const isAlone = (filter: Filter, kind: Range): boolean => {
  const own: ReadonlyArray<string> =
    kind === "time" ? ["from", "until"] : kind === "order" ? ["transactionId", "outTradeNo"] : [kind];
  return Object.entries(filter).every(([name, value]) => value === undefined || own.includes(name));
};

/** As many rows of a range are sorted without more ado. Where it has more, they are looked for among as many of the newest first. */
const few = 10_000;

const listed = Effect.fnUntraced(function* (
  database: Database,
  filter: Filter,
  { after, limit = 100 }: { readonly after?: number | undefined; readonly limit?: number | undefined } = {},
): Effect.fn.Return<Page, SqlError> {
  const { now: clock, pg, sql, tables } = database;
  const { refunds } = tables;
  const now = yield* clock;
  const most = Math.min(1000, Math.max(1, Math.floor(limit)));
  const before = after === undefined ? sql.literal("") : sql`AND r.id < ${after}`;
  const asked = ranges.filter((kind) => range(database, filter, kind).length > 0);
  const plain = new Set(asked);
  const idsOf = (kind: Range): Fragment =>
    sql`SELECT r.id AS found FROM ${refunds} AS r WHERE ${sql.and(range(database, filter, kind))}`;
  /** No index is gone through for their order: it would meet the newest of all. */
  const newestOf = (kind: Range): Fragment =>
    pg
      ? sql`SELECT found FROM (${idsOf(kind)} ${before} OFFSET 0) AS f ORDER BY found DESC LIMIT ${most + 1}`
      : sql`${idsOf(kind)} ${before} ORDER BY +r.id DESC LIMIT ${isAlone(filter, kind) ? most + 1 : -1}`;
  const wanted = sql.literal(columns);
  const read = (within: Fragment, filters: ReadonlyArray<Filter>): Effect.Effect<ReadonlyArray<Raw>, SqlError> => {
    const [first, ...more] = filters.map(
      (one) => sql`SELECT * FROM (SELECT ${wanted}, ${now} AS now FROM ${refunds} AS r
        WHERE ${where(database, one, plain)} ${within} ${before} ORDER BY r.id DESC LIMIT ${most + 1}) AS p`,
    );
    if (first === undefined) return Effect.succeed([]);
    const all = more.reduce<Fragment>((all, part) => sql`${all} UNION ALL ${part}`, first);
    return sql<Raw>`${all} ORDER BY id DESC LIMIT ${most + 1}`;
  };
  let narrow: Range | undefined;
  for (const kind of asked) {
    const [found] = yield* sql<Raw>`SELECT COUNT(*) AS count FROM (${idsOf(kind)} LIMIT ${few + 1}) AS f`;
    if (numberOf(found?.["count"]) <= few) narrow = kind;
  }
  let raws: ReadonlyArray<Raw> = [];
  const [wide] = asked;
  if (narrow === undefined && wide !== undefined) {
    const newest = after === undefined ? sql`(SELECT MAX(id) FROM ${refunds})` : sql`${after}`;
    raws = yield* read(sql`AND r.id > ${newest} - ${few}`, [filter]);
  }
  if (raws.length <= most) {
    const kind = narrow ?? wide;
    if (kind === undefined) raws = yield* read(sql.literal(""), single(filter));
    // PostgreSQL would go through the newest of all for an IN, to meet those of the range among them.
    else if (pg)
      raws = yield* read(sql`AND r.id = ANY (ARRAY(${isAlone(filter, kind) ? newestOf(kind) : idsOf(kind)}))`, [
        filter,
      ]);
    // SQLite looks at all of an IN before it sorts: here at the newest of them until there are enough.
    else
      raws = yield* sql<Raw>`SELECT * FROM (SELECT ${wanted}, ${now} AS now FROM
          (${newestOf(kind)}) AS i CROSS JOIN ${refunds} AS r ON r.id = i.found
        WHERE ${where(database, filter, plain)} LIMIT ${most + 1}) AS p ORDER BY id DESC`;
  }
  const page = raws.slice(0, most);
  const decoded = page.map(rowOf);
  const last = page.at(-1);
  return {
    rows: decoded.flatMap((result) => (Result.isSuccess(result) ? [result.success] : [])),
    damaged: decoded.flatMap((result) => (Result.isFailure(result) ? [result.failure] : [])),
    ...(raws.length > most && last !== undefined && { next: numberOf(last["id"]) }),
  };
});

/** The newest first. A page has at most `limit` rows, 100 unless told otherwise. */
export const list = (
  database: Database,
  filter: Filter,
  page: { readonly after?: number | undefined; readonly limit?: number | undefined } = {},
): Effect.Effect<Page, SqlError> => {
  const run = listed(database, filter, page);
  // In its surroundings a server looks into the indexes; a file that is only read takes no transaction.
  return database.pg ? database.transaction(run) : run;
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
  return Effect.map(
    sql<Raw>`SELECT currency, COUNT(*) AS count, ${sumOf(database)}(refund_fee) AS amount FROM (
        SELECT r.currency, r.refund_fee FROM ${tables.refunds} AS r WHERE ${where(database, filter)} LIMIT ${most + 1}
      ) AS f GROUP BY currency ORDER BY currency`,
    (raws) => {
      const sums = raws.map(sumOfRaw);
      return sums.reduce((all, { count }) => all + count, 0) > most ? undefined : sums;
    },
  );
};
