/**
 * Each change of truth or block of a refund, once and in order, after a cursor.
 *
 * A position is given after the change was committed, by one process at a time, so that whoever has read up to a position has seen everything
 * before it: a transaction that is held open puts its change later and lets nobody skip it. The same pass adds the change to the totals.
 */
import { Block } from "@wechat-refund/core/RefundProgress";
import * as Context from "effect/Context";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as Schedule from "effect/Schedule";
import * as Schema from "effect/Schema";
import type * as Scope from "effect/Scope";
import type { SqlError } from "effect/sql/SqlError";
import * as Stream from "effect/Stream";
import type { Database } from "./internal/database.ts";
import { columns, eventOf } from "./internal/eventRow.ts";
import { monotonic } from "./internal/monotonic.ts";
import { numberOf, type Raw } from "./internal/row.ts";
import { said } from "./internal/said.ts";
import { floor } from "./Maintenance.ts";
import { RefundStore } from "./RefundStore.ts";
import { Signalling } from "./Signalling.ts";

const optionalText = Schema.optionalKey(Schema.String);

/** A change, the same whenever it is read. Amounts are fen, times milliseconds since 1970. */
export const Event = Schema.Struct({
  /** Where it stands among all events; a cursor is the position of the last one that was handled. */
  position: Schema.Int,
  /** The `position` as a line of the refund's history: 1, 2, 3 …, not all of them events. */
  seq: Schema.Int,
  at: Schema.Int,
  mchId: Schema.String,
  subMchId: optionalText,
  outRefundNo: Schema.String,
  refundFee: Schema.Int,
  currency: Schema.String,
  truth: Schema.String,
  fromTruth: optionalText,
  block: Schema.optionalKey(Block.fields.cause),
  fromBlock: Schema.optionalKey(Block.fields.cause),
  /** What happened, such as `send: accepted`. */
  what: Schema.String,
  /** What the answer or the person said: a refusal, a status, by whom and why. */
  detail: Schema.optionalKey(Schema.Record(Schema.String, Schema.Json)),
});
export type Event = typeof Event.Type;

export class Events extends Context.Service<
  Events,
  {
    /** A page of the events after a position. */
    readonly after: (position: number, limit?: number) => Effect.Effect<ReadonlyArray<Event>, SqlError>;
    /** All after a position, and then each as it happens. */
    readonly stream: (position?: number) => Stream.Stream<Event, SqlError>;
    /** The position of the newest event, also where that was removed since. */
    readonly newest: Effect.Effect<number, SqlError>;
    /**
     * Hands every event to a consumer of this name, in order, for as long as it runs. An event whose handler did not succeed, or that was handled
     * by a process that ended soon after, comes again: at least once, with the same content. Two processes that run one name both get each.
     */
    readonly consume: <E, R>(
      name: string,
      handle: (event: Event) => Effect.Effect<void, E, R>,
    ) => Effect.Effect<never, SqlError | E, R>;
    /** Where a consumer has come to; 0 for one that has not begun. */
    readonly cursor: (name: string) => Effect.Effect<number, SqlError>;
  }
>()("@wechat-refund/durable/Events") {}

/** How long a consumer's position may be behind what it has handled, in ms. */
const keepEvery = 100;
/** As many changes are given their positions in one transaction. */
const batch = 1000;
/** Any number, the same in all processes: the lock of whoever gives positions. */
const lock = 7_393_119_420;

/** What a batch adds to one of the totals, or takes from it. */
export interface Delta {
  readonly mchId: string;
  readonly subMchId: string;
  readonly currency: string;
  readonly truth: string;
  readonly block: string;
  count: number;
  amount: number;
}

/** What a batch of changes adds to the totals and takes from them. */
export const deltasOf = (raws: ReadonlyArray<Raw>): ReadonlyArray<Delta> => {
  const deltas = new Map<string, Delta>();
  const add = (raw: Raw, truth: unknown, block: unknown, sign: 1 | -1): void => {
    if (truth === null) return;
    const [mchId, subMchId, currency] = [String(raw["mch_id"]), String(raw["sub_mch_id"]), String(raw["currency"])];
    const shown = block === null ? "" : String(block);
    const key = JSON.stringify([mchId, subMchId, currency, truth, shown]);
    const delta = deltas.get(key) ?? {
      mchId,
      subMchId,
      currency,
      truth: String(truth),
      block: shown,
      count: 0,
      amount: 0,
    };
    deltas.set(key, delta);
    delta.count += sign;
    delta.amount += sign * numberOf(raw["refund_fee"]);
  };
  for (const raw of raws) {
    add(raw, raw["from_truth"], raw["from_block"], -1);
    add(raw, raw["truth"], raw["block"], 1);
  }
  // In one order everywhere, so that no two transactions wait for each other.
  return [...deltas]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, delta]) => delta)
    .filter(({ amount, count }) => count !== 0 || amount !== 0);
};

/** The newest position that was given, also where its event was removed since. */
const newestOf = ({ sql, tables }: Pick<Database, "sql" | "tables">): Effect.Effect<number, SqlError> =>
  Effect.map(
    sql<Raw>`SELECT MAX(newest) AS newest FROM (SELECT COALESCE(MAX(position), 0) AS newest FROM ${tables.history} WHERE position IS NOT NULL
      UNION ALL SELECT position FROM ${tables.consumers} WHERE name = ${floor}) AS p`,
    (raws) => numberOf(raws[0]?.["newest"]),
  );

/** Gives positions to what is committed and has none. Tells how many it gave; nothing where another process is at it. */
export const sequence = ({
  pg,
  sql,
  table,
  tables,
  transaction,
}: Database): Effect.Effect<number | undefined, SqlError> =>
  Effect.gen(function* () {
    const { history, refunds } = tables;
    if (pg) {
      const got = yield* sql<Raw>`SELECT pg_try_advisory_xact_lock(${lock}) AS got`;
      if (got[0]?.["got"] !== true) return undefined;
    }
    const raws =
      yield* sql<Raw>`SELECT h.id, ${sql.literal(columns)} FROM ${history} AS h JOIN ${refunds} AS r ON r.id = h.refund
      WHERE h.changed AND h.position IS NULL ORDER BY h.id LIMIT ${batch}`;
    if (raws.length === 0) return 0;
    const first = (yield* newestOf({ sql, tables })) + 1;
    const ids = raws.map((raw) => numberOf(raw["id"]));
    yield* pg
      ? sql`UPDATE ${history} SET position = ${first - 1}::bigint + array_position(${ids}::bigint[], id) WHERE id = ANY (${ids}::bigint[])`
      : sql`UPDATE ${history} SET position = ${first} + p.key FROM json_each(${JSON.stringify(ids)}) AS p WHERE ${history}.id = p.value`;
    for (const { amount, block, count, currency, mchId, subMchId, truth } of deltasOf(raws)) {
      yield* sql`INSERT INTO ${table("refund_totals")} AS t (mch_id, sub_mch_id, currency, truth, block, count, amount)
        VALUES (${mchId}, ${subMchId}, ${currency}, ${truth}, ${block}, ${count}, ${amount})
        ON CONFLICT (mch_id, sub_mch_id, currency, truth, block) DO UPDATE SET count = t.count + excluded.count, amount = t.amount + excluded.amount`;
    }
    return raws.length;
  }).pipe(transaction);

export interface Options {
  /** How often the store is looked at when nobody tells that something has changed; 1 s. */
  readonly poll?: Duration.Input | undefined;
}

export const make = Effect.fnUntraced(function* (
  options: Options = {},
): Effect.fn.Return<Events["Service"], never, RefundStore | Signalling | Scope.Scope> {
  const { database } = yield* RefundStore;
  const signals = yield* Signalling;
  const poll = options.poll ?? "1 second";
  const { pg, sql, tables, transaction } = database;
  const { consumers, history, refunds } = tables;

  /** Cheaper than a pass, which on SQLite keeps everybody else from writing. */
  const isOpen = Effect.map(
    sql<Raw>`SELECT 1 FROM ${history} WHERE changed AND position IS NULL LIMIT 1`,
    (raws) => raws.length > 0,
  );
  const pass = sequence(database);
  const look = Effect.flatMap(isOpen, (open) => (open ? pass : Effect.succeed(0)));
  yield* Effect.forkScoped(
    Effect.gen(function* () {
      let isTold = false;
      for (;;) {
        const changed = signals.changed.next();
        const given: number | undefined = yield* (isTold ? pass : look).pipe(
          Effect.tapError((error) => Effect.logWarning(`events wait for the store: ${said(error)}`)),
        );
        if (given === batch) continue;
        if (given !== undefined && given > 0) yield* signals.tell("placed");
        // Another process is at it, and may have looked before our change was there.
        isTold =
          given === undefined
            ? yield* Effect.as(Effect.sleep(50), false)
            : yield* Effect.raceFirst(Effect.as(changed, true), Effect.as(Effect.sleep(poll), false));
      }
    }).pipe(
      Effect.catchDefect((defect) =>
        Effect.andThen(Effect.logError("the sequencer met a defect", defect), Effect.fail("again")),
      ),
      Effect.retry(Schedule.spaced("500 millis")),
    ),
  );

  const after = (position: number, limit = batch): Effect.Effect<ReadonlyArray<Event>, SqlError> =>
    Effect.map(
      sql<Raw>`SELECT ${sql.literal(columns)} FROM ${history} AS h JOIN ${refunds} AS r ON r.id = h.refund
        WHERE h.position > ${position} ORDER BY h.position LIMIT ${limit}`,
      (raws) => raws.map(eventOf),
    );

  const newest = newestOf(database);

  const pages = Effect.fnUntraced(function* (position: number) {
    for (;;) {
      const told = signals.placed.next();
      const page = yield* after(position);
      if (page.length > 0) return page;
      yield* Effect.raceFirst(told, Effect.sleep(poll));
    }
  });

  const stream = (position = 0): Stream.Stream<Event, SqlError> =>
    Stream.unfold(position, (at) => Effect.map(pages(at), (page) => [page, page.at(-1)?.position ?? at] as const)).pipe(
      Stream.flattenIterable,
    );

  const cursor = (name: string) =>
    Effect.map(sql<Raw>`SELECT position FROM ${consumers} WHERE name = ${name}`, (raws) =>
      numberOf(raws[0]?.["position"] ?? 0),
    );

  return {
    after,
    newest,
    stream,
    cursor,
    consume: Effect.fnUntraced(function* (name, handle) {
      let position = yield* cursor(name);
      let [kept, keptAt] = [position, yield* monotonic];
      // A commit for each event would be slower than those who make the events; what is not kept yet only comes again.
      const keep = Effect.gen(function* () {
        if (position === kept) return;
        const reached = position;
        yield* transaction(
          sql`INSERT INTO ${consumers} AS c (name, position) VALUES (${name}, ${reached})
            ON CONFLICT (name) DO UPDATE SET position = ${sql.literal(pg ? "GREATEST" : "MAX")}(c.position, excluded.position)`,
        );
        [kept, keptAt] = [reached, yield* monotonic];
      });
      return yield* Effect.gen(function* () {
        for (;;) {
          for (const event of yield* pages(position)) {
            yield* handle(event);
            position = event.position;
            if ((yield* monotonic) - keptAt >= keepEvery) yield* keep;
          }
          yield* keep;
        }
      }).pipe(Effect.ensuring(Effect.ignore(keep)));
    }),
  };
});

/** The events, and the fiber that gives them their positions. */
export const layer = (options?: Options): Layer.Layer<Events, never, RefundStore | Signalling> =>
  Layer.effect(Events, make(options));
