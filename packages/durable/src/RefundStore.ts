/**
 * The refunds in the database: one row each, what happened to it beside it, in transactions that leave either the old state or the new one.
 *
 * Every write names the version that it read; a worker's write names the epoch of its claim as well, so that one who was thought dead
 * changes nothing. What is decided stands in `RefundProgress`; here it is only kept.
 */
import type { Protocol } from "@wechat-refund/core/Merchants";
import type { MerchantCause, Progress } from "@wechat-refund/core/RefundProgress";
import { initial, isFinal } from "@wechat-refund/core/RefundProgress";
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as Result from "effect/Result";
import * as Schema from "effect/Schema";
import { onOneLine } from "@wechat-refund/core/Printed";
import type * as SqlClient from "effect/sql/SqlClient";
import type { SqlError } from "effect/sql/SqlError";
import type { Fragment } from "effect/sql/Statement";
import type { Frozen } from "./Frozen.ts";
import * as Database from "./internal/database.ts";
import { Damaged, dueIn, type Key, numberOf, type Raw, type Row, rowOf } from "./internal/row.ts";
import { monotonic } from "./internal/monotonic.ts";

export { Damaged, type Key, type Row } from "./internal/row.ts";

/** The refund was final long ago, and its row was deleted: its number is never sent again. */
export class Pruned extends onOneLine(
  Schema.TaggedError<Pruned>("@wechat-refund/durable/Pruned")("Pruned", {
    outRefundNo: Schema.String,
    truth: Schema.String,
  }),
) {
  override get message(): string {
    return `refund ${this.outRefundNo} ended as ${this.truth} and was removed from the store since: its number is never used again`;
  }
}

/** What is recorded of a refund before anything of it is sent. */
export interface Recorded {
  readonly mchId: string;
  readonly subMchId: string;
  readonly frozen: Frozen;
  readonly fingerprint: string;
  readonly orderNo: string;
  /** What it is made through, for ever; APIv2 unless it says otherwise. */
  readonly protocol?: Protocol | undefined;
  /** An earlier attempt may have been made that this store does not know. */
  readonly attempted: boolean;
}

/** What happened, in a line of the history. */
export interface Note {
  readonly what: string;
  readonly detail?: Readonly<Record<string, unknown>> | undefined;
  /** Left out of the history where it changed neither truth nor block. */
  readonly quiet?: boolean | undefined;
}

/** A signed reply, or a notice of APIv3, as it came. */
export interface Proof {
  readonly call: "send" | "ask" | "notice";
  readonly digest: string;
  readonly headers: string;
  readonly body: Uint8Array;
}

export interface Change extends Note {
  readonly progress: Progress;
  readonly refundId?: string | undefined;
  readonly proof?: Proof | undefined;
  /** ms before which it is not looked at again, whatever the progress says. */
  readonly notBefore?: number | undefined;
  /** Fields frozen anew. */
  readonly frozen?: Frozen | undefined;
  /** What the merchant is held by from now on, in the same transaction. */
  readonly held?:
    | { readonly cause: MerchantCause; readonly message: string; readonly call: "send" | "ask" }
    | undefined;
}

/** A claim: the begin of a call, stored before its first byte. */
export interface Begin extends Change {
  readonly call: "send" | "ask";
  readonly owner: string;
  /** Of the lease on its merchant: who has lost that begins nothing. */
  readonly leaseEpoch: number;
  /** ms after which it is due again, if nobody has written what came of it. */
  readonly lease: number;
}

/** What holds a merchant. */
export interface Hold {
  readonly mchId: string;
  readonly subMchId: string;
  readonly cause: MerchantCause;
  readonly message: string;
  readonly call: "send" | "ask";
}

/** Another refund of the order was sent less than a minute ago: in so many ms it may be. */
export interface Later {
  readonly _tag: "Later";
  readonly millis: number;
}

/** What is not ended waits in three queues, so that what is slow in one of them, such as questions that fail, holds up no new refund. */
export const queues = ["Recorded", "Unknown", "Accepted"] as const;
export type Queue = (typeof queues)[number];

/** What was sent later than this from now was sent by a clock that has been set back since, and holds up nobody. */
export const betweenRefundsOfAnOrder = 60_000;

export class RefundStore extends Context.Service<
  RefundStore,
  {
    readonly database: Database.Database;
    /**
     * The latest moment, by the store's clock, that this process had written into a row before a moment of its own monotonic clock, since it
     * asked last; −∞ where there is none.
     */
    readonly latest: (before: number) => number;
    /** Records it, or gives the one that is there. */
    readonly record: (
      recorded: Recorded,
    ) => Effect.Effect<{ readonly row: Row; readonly fresh: boolean }, SqlError | Damaged | Pruned>;
    readonly find: (key: Key) => Effect.Effect<Row | undefined, SqlError | Damaged>;
    /** What has a number: nothing, a row, or one that was removed since. */
    readonly taken: (key: Key) => Effect.Effect<Row | undefined, SqlError | Damaged | Pruned>;
    /**
     * Rows of a merchant number that are due, of each queue in their order, and only of these sub-merchants (`""` is the number's own) where
     * they are given; those that cannot be read are left, and told.
     */
    readonly due: (
      mchId: string,
      room: Readonly<Record<Queue, number>>,
      without: ReadonlyArray<number>,
      subMchIds?: ReadonlyArray<string>,
    ) => Effect.Effect<{ readonly rows: ReadonlyArray<Row>; readonly damaged: ReadonlyArray<Damaged> }, SqlError>;
    /** Whose the rows of a merchant number are that have been due for longest. */
    readonly dueOf: (mchId: string) => Effect.Effect<ReadonlyArray<string>, SqlError>;
    /** Puts off, by an hour, rows that cannot be read: else they would stand before all others. */
    readonly leave: (damaged: ReadonlyArray<Damaged>) => Effect.Effect<void, SqlError>;
    /** The row as it is written now, or nothing where somebody else has written it or the merchant is another's to call for. */
    readonly begin: (row: Row, begin: Begin) => Effect.Effect<Row | Later | undefined, SqlError>;
    /** Writes what was decided of a row that was read, if nobody has written it since. */
    readonly write: (row: Row, change: Change) => Effect.Effect<Row | undefined, SqlError>;
    /** Reads a row for itself alone, decides, and writes; `decide` may be asked to decide nothing. */
    readonly update: <E>(
      key: Key,
      decide: (row: Row) => Effect.Effect<Change | undefined, E>,
    ) => Effect.Effect<Row | undefined, SqlError | Damaged | E>;
  }
>()("@wechat-refund/durable/RefundStore") {}

export const columns =
  "id, mch_id, sub_mch_id, out_refund_no, protocol, order_no, refund_fee, currency, request, fingerprint, progress, progress_at, refund_id, due_at, owner, epoch, version, seq, created_at, updated_at";

/** Of a row `r`: the position of its newest event. */
export const told = ({ names }: Pick<Database.Database, "names">): string =>
  `(SELECT MAX(e.position) FROM ${names.of("refund_history")} AS e WHERE e.refund = r.id) AS told`;

export const currencyOf = ({ asked }: Frozen): string => asked.refundFeeType ?? "CNY";

export const make: Effect.Effect<RefundStore["Service"], never, SqlClient.SqlClient> = Effect.gen(function* () {
  const database = yield* Database.make;
  const { forUpdate, isOneOf, moment, names, now: clock, pg, sql, table, tables, transaction } = database;
  const { history, merchants, refunds } = tables;
  const all = sql.literal(columns);
  const whole = sql.literal(`${columns}, ${told(database)}`);
  const proofs = table("refund_proofs");
  const holds = table("refund_holds");
  const pruned = table("refund_pruned");
  const pauses = table("refund_pauses");
  // A server never gives an id again. SQLite gives that of the newest row once more, and who deletes that one by hand leaves its history and
  // its proofs, for the sqlite3 command holds to no reference unless told: they would stand before every refund that comes then, or be its own.
  const last = [`SELECT MAX(id) AS last FROM ${names.refunds}`].concat(
    [names.history, ...["refund_proofs", "refund_unbilled"].map(names.of)].map((of) => `SELECT MAX(refund) FROM ${of}`),
  );
  const [idOf, nextId] = pg
    ? [sql.literal(""), sql.literal("")]
    : [sql.literal("id, "), sql.literal(`(SELECT COALESCE(MAX(last), 0) + 1 FROM (${last.join(" UNION ALL ")})), `)];
  // PostgreSQL takes a parameter in a list of columns for text.
  const bigint = sql.literal(pg ? "::bigint" : "");

  let latest = { wall: -Infinity, monotonic: -Infinity };
  const wrote = Effect.fnUntraced(function* (row: Row) {
    if (row.updatedAt > latest.wall) latest = { wall: row.updatedAt, monotonic: yield* monotonic };
    return row;
  });

  const one = (raws: ReadonlyArray<Raw>): Effect.Effect<Row | undefined, Damaged> => {
    const raw = raws[0];
    return raw === undefined ? Effect.succeed(undefined) : Effect.fromResult(rowOf(raw));
  };

  const isOf = ({ mchId, outRefundNo, subMchId = "" }: Key): Fragment =>
    sql`r.mch_id = ${mchId} AND r.sub_mch_id = ${subMchId} AND r.out_refund_no = ${outRefundNo}`;

  const find = Effect.fnUntraced(function* (key: Key) {
    const now = yield* clock;
    return yield* one(yield* sql<Raw>`SELECT ${whole}, ${now} AS now FROM ${refunds} AS r WHERE ${isOf(key)}`);
  });

  const taken: RefundStore["Service"]["taken"] = Effect.fnUntraced(function* (key) {
    const there = yield* find(key);
    if (there !== undefined) return there;
    const { mchId, outRefundNo, subMchId = "" } = key;
    const [gone] =
      yield* sql<Raw>`SELECT truth FROM ${pruned} AS p WHERE p.mch_id = ${mchId} AND p.sub_mch_id = ${subMchId}
      AND p.out_refund_no = ${outRefundNo}`;
    return gone === undefined ? undefined : yield* new Pruned({ outRefundNo, truth: String(gone["truth"]) });
  });

  const record = Effect.fnUntraced(function* ({
    attempted,
    fingerprint,
    frozen,
    mchId,
    orderNo,
    protocol = "v2",
    subMchId,
  }: Recorded): Effect.fn.Return<{ readonly row: Row; readonly fresh: boolean }, SqlError | Damaged | Pruned> {
    const { outRefundNo, refundFee, totalFee } = frozen.asked;
    const progress = initial(outRefundNo, { attempted });
    const inserted = yield* Effect.gen(function* () {
      const now = yield* clock;
      const made =
        yield* sql<Raw>`INSERT INTO ${refunds} AS r (${idOf}mch_id, sub_mch_id, out_refund_no, protocol, order_no, refund_fee, total_fee,
          currency, request, fingerprint, truth, progress, progress_at, due_at, created_at, updated_at)
        SELECT ${nextId}${mchId}, ${subMchId}, ${outRefundNo}, ${protocol}, ${orderNo}, ${refundFee}${bigint}, ${totalFee}${bigint}, ${currencyOf(frozen)},
          ${JSON.stringify(frozen)}, ${fingerprint}, ${progress.truth}, ${JSON.stringify(progress)}, ${now}, ${now}, ${now}, ${now}
        WHERE NOT EXISTS (SELECT 1 FROM ${pruned} AS p WHERE p.mch_id = ${mchId} AND p.sub_mch_id = ${subMchId} AND p.out_refund_no = ${outRefundNo})
        ON CONFLICT (mch_id, sub_mch_id, out_refund_no) DO NOTHING RETURNING ${all}, ${now} AS now`;
      const row = yield* one(made);
      if (row === undefined) return undefined;
      yield* sql`INSERT INTO ${history} (refund, seq, at, what, truth, changed)
        VALUES (${row.id}, 1, ${row.createdAt}, 'recorded', ${progress.truth}, ${pg ? true : 1})`;
      return yield* wrote(row);
    }).pipe(transaction);
    if (inserted !== undefined) return { row: inserted, fresh: true };
    const there = yield* taken({ mchId, subMchId, outRefundNo });
    return there === undefined
      ? yield* Effect.die(new Error(`the number ${outRefundNo} was taken, and is free again in the same moment`))
      : { row: there, fresh: false };
  });

  const due: RefundStore["Service"]["due"] = Effect.fnUntraced(function* (mchId, room, without, subMchIds) {
    const wanted = queues.filter((truth) => room[truth] > 0);
    if (wanted.length === 0) return { rows: [], damaged: [] };
    const [now, at] = [yield* clock, yield* moment];
    const others = sql`AND NOT (${isOneOf("r.id", without)})`;
    // Not through the index of sub-merchants: it would meet all their rows, and not those that are due.
    const known = subMchIds === undefined ? sql.literal("") : sql`AND ${isOneOf("(r.sub_mch_id || '')", subMchIds)}`;
    const parts = wanted.map(
      (truth) => sql`SELECT * FROM (SELECT ${all}, ${now} AS now,
        (SELECT MAX(o.sent_at) FROM ${refunds} AS o WHERE o.order_no = r.order_no AND o.mch_id = r.mch_id AND o.id <> r.id
          AND o.sent_at <= ${now} + ${betweenRefundsOfAnOrder}) AS order_sent_at
        FROM ${refunds} AS r WHERE r.mch_id = ${mchId} AND r.truth = ${truth} AND r.due_at <= ${at} ${others} ${known}
        ORDER BY r.due_at, r.id LIMIT ${room[truth]}) AS ${sql.literal(`q${truth}`)}`,
    );
    const [first, ...more] = parts;
    const raws =
      yield* sql<Raw>`${more.reduce<Fragment>((all, part) => sql`${all} UNION ALL ${part}`, first ?? sql.literal(""))}`;
    const read = raws.map(rowOf);
    return {
      rows: read.flatMap((result) => (Result.isSuccess(result) ? [result.success] : [])),
      damaged: read.flatMap((result) => (Result.isFailure(result) ? [result.failure] : [])),
    };
  }, transaction);

  const dueOf: RefundStore["Service"]["dueOf"] = Effect.fnUntraced(function* (mchId) {
    const at = yield* moment;
    const found = new Set<string>();
    for (const truth of queues) {
      const raws =
        yield* sql<Raw>`SELECT DISTINCT sub_mch_id FROM (SELECT r.sub_mch_id FROM ${refunds} AS r WHERE r.mch_id = ${mchId}
        AND r.truth = ${truth} AND r.due_at <= ${at} ORDER BY r.due_at, r.id LIMIT 1000) AS d`;
      for (const raw of raws) found.add(String(raw["sub_mch_id"]));
    }
    return [...found];
  }, transaction);

  /** One UPDATE of a row and its line in the history; nothing where the row is not as it was read. */
  const written = Effect.fnUntraced(function* (
    row: Row,
    change: Change,
    how: { readonly claim?: Begin | undefined; readonly lease: number; readonly only?: Fragment | undefined },
  ) {
    const now = yield* clock;
    const { detail, frozen, progress, quiet = false, refundId, what } = change;
    const { block, truth } = progress;
    const changed = truth !== row.progress.truth || block?.cause !== row.progress.block?.cause;
    const noted = changed || !quiet;
    const planned = dueIn(progress, how.lease);
    const wait = planned === undefined ? undefined : Math.max(planned, change.notBefore ?? 0);
    const { claim } = how;
    const owner = claim?.owner ?? (progress.open === undefined ? null : (row.owner ?? null));
    // A call under way keeps the end of its lease, whatever else becomes of the row: by the clock of now, where it was set back since.
    const keeps = claim === undefined && progress.open !== undefined;
    const dueAt = keeps
      ? sql`due_at - CASE WHEN progress_at > ${now} THEN progress_at - ${now} ELSE 0 END`
      : wait === undefined
        ? sql.literal("NULL")
        : sql`${now} + ${wait}`;
    const update = sql`UPDATE ${refunds} AS r SET truth = ${truth}, block = ${block?.cause ?? null}, progress = ${JSON.stringify(progress)},
        progress_at = ${now}, due_at = ${dueAt}, owner = ${owner}, epoch = epoch + ${claim === undefined ? 0 : 1}, version = version + 1,
        seq = seq + ${noted ? 1 : 0}, updated_at = ${now}${
          refundId === undefined ? sql.literal("") : sql`, refund_id = ${refundId}`
        }${claim?.call === "send" ? sql`, sent_at = ${now}` : sql.literal("")}${
          frozen === undefined ? sql.literal("") : sql`, request = ${JSON.stringify(frozen)}`
        }
      WHERE r.id = ${row.id} AND r.version = ${row.version} ${how.only ?? sql.literal("")}`;
    const returning = sql.literal("RETURNING id, epoch, version, seq, updated_at");
    const line = (from: Fragment) => sql`INSERT INTO ${history}
        (refund, seq, at, what, truth, block, from_truth, from_block, detail, changed)
      SELECT id, seq, updated_at, ${what}, ${truth}, ${block?.cause ?? null}, ${row.progress.truth}, ${row.progress.block?.cause ?? null},
        ${detail === undefined ? null : JSON.stringify(detail)}, ${pg ? changed : Number(changed)} FROM ${from}`;
    let raws: ReadonlyArray<Raw>;
    if (pg && noted) {
      raws = yield* sql<Raw>`WITH changed AS (${update} ${returning}), noted AS (${line(sql.literal("changed"))})
        SELECT id, epoch, version, seq, updated_at FROM changed`;
    } else {
      raws = yield* sql<Raw>`${update} ${returning}`;
      if (noted && raws.length > 0) yield* line(sql`${refunds} WHERE id = ${row.id}`);
    }
    const raw = raws[0];
    if (raw === undefined) return undefined;
    const at = numberOf(raw["updated_at"]);
    if (change.proof !== undefined) {
      const { body, call, digest, headers } = change.proof;
      yield* sql`INSERT INTO ${proofs} (refund, at, call, digest, headers, body) VALUES (${row.id}, ${at}, ${call}, ${digest}, ${headers}, ${body})`;
    }
    if (change.held !== undefined) {
      const { call, cause, message } = change.held;
      yield* sql`INSERT INTO ${holds} AS h (mch_id, sub_mch_id, cause, message, call, since)
        VALUES (${row.mchId}, ${row.subMchId}, ${cause}, ${message}, ${call}, ${at})
        ON CONFLICT (mch_id, sub_mch_id) DO UPDATE SET cause = excluded.cause, message = excluded.message, call = excluded.call,
          since = CASE WHEN h.cause = excluded.cause THEN h.since ELSE excluded.since END`;
    }
    return yield* wrote({
      ...row,
      progress,
      progressAt: at,
      epoch: numberOf(raw["epoch"]),
      version: numberOf(raw["version"]),
      seq: numberOf(raw["seq"]),
      updatedAt: at,
      now: at,
      dueAt: wait === undefined ? undefined : at + wait,
      owner: owner ?? undefined,
      refundId: refundId ?? row.refundId,
      frozen: frozen ?? row.frozen,
    });
  });

  const beginNow: RefundStore["Service"]["begin"] = (row, claim) =>
    Effect.gen(function* () {
      const now = yield* clock;
      const mine = sql`AND EXISTS (SELECT 1 FROM ${merchants} AS m WHERE m.mch_id = r.mch_id AND m.owner = ${claim.owner} AND m.epoch = ${claim.leaseEpoch})`;
      const free =
        claim.call === "ask"
          ? sql.literal("")
          : sql`AND NOT EXISTS (SELECT 1 FROM ${refunds} AS o WHERE o.order_no = r.order_no AND o.mch_id = r.mch_id AND o.id <> r.id
              AND o.sent_at > ${now} - ${betweenRefundsOfAnOrder} AND o.sent_at <= ${now} + ${betweenRefundsOfAnOrder})
            AND NOT EXISTS (SELECT 1 FROM ${pauses} AS p WHERE p.mch_id = r.mch_id AND p.sub_mch_id = r.sub_mch_id AND p.ended_at IS NULL)`;
      const begun = yield* written(row, claim, { claim, lease: claim.lease, only: sql`${mine} ${free}` });
      if (begun !== undefined || claim.call === "ask") return begun;
      const raws =
        yield* sql<Raw>`SELECT MAX(o.sent_at) + ${betweenRefundsOfAnOrder} - ${now} AS millis FROM ${refunds} AS o
        WHERE o.order_no = ${row.orderNo} AND o.mch_id = ${row.mchId} AND o.id <> ${row.id}
          AND o.sent_at <= ${now} + ${betweenRefundsOfAnOrder}`;
      const millis = numberOf(raws[0]?.["millis"] ?? 0);
      return millis > 0 ? ({ _tag: "Later", millis } as const) : undefined;
    }).pipe(transaction);

  /** Orders of which a send is being begun: who holds their merchant has all of them here, and no transaction sees another's that is open. */
  const orders = new Map<string, number>();
  const begin: RefundStore["Service"]["begin"] = (row, claim) => {
    const order = claim.call === "ask" || row.orderNo === "" ? undefined : `${row.mchId} ${row.orderNo}`;
    if (order === undefined) return beginNow(row, claim);
    return Effect.suspend(() => {
      if ((orders.get(order) ?? row.id) !== row.id) return Effect.succeed({ _tag: "Later", millis: 1000 } as const);
      orders.set(order, row.id);
      return Effect.ensuring(
        beginNow(row, claim),
        Effect.sync(() => void orders.delete(order)),
      );
    });
  };

  return {
    database,
    latest: (before) => {
      if (latest.monotonic > before) return -Infinity;
      const { wall } = latest;
      latest = { wall: -Infinity, monotonic: -Infinity };
      return wall;
    },
    record,
    find,
    taken,
    due,
    dueOf,
    begin,
    leave: (damaged) =>
      Effect.gen(function* () {
        const ids = damaged.map(({ id }) => id);
        yield* sql`UPDATE ${refunds} SET due_at = ${yield* clock} + 3600000 WHERE ${isOneOf("id", ids)}`;
      }).pipe(transaction),
    write: (row, change) => transaction(written(row, change, { lease: 0 })),
    update: (key, decide) =>
      Effect.gen(function* () {
        const now = yield* clock;
        const row = yield* one(
          yield* sql<Raw>`SELECT ${whole}, ${now} AS now FROM ${refunds} AS r WHERE ${isOf(key)} ${forUpdate}`,
        );
        if (row === undefined) return undefined;
        const change = yield* decide(row);
        return change === undefined ? row : yield* written(row, change, { lease: 0 });
      }).pipe(transaction),
  };
});

export const layer: Layer.Layer<RefundStore, never, SqlClient.SqlClient> = Layer.effect(RefundStore, make);

/** Whether a row is one that nothing changes any more. */
export const isEnded = ({ progress }: Row): boolean => isFinal(progress);
