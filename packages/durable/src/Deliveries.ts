/**
 * What is on its way to webhooks, in the database: messages that are made of events once each was placed, and who is at one.
 *
 * Each endpoint has cursors of its own over the feeds of events and of the books, so that none waits for another, and a message is planned
 * in the transaction that moves the cursor: none is missing, none is there twice. A message is one process's for as long as it says; it is
 * tried again by anybody where nobody has said by then how it ended. What a message holds, and what follows from an answer, is decided by
 * who delivers.
 */
import * as Effect from "effect/Effect";
import type { SqlError } from "effect/sql/SqlError";
import type { Fragment } from "effect/sql/Statement";
import type { Event } from "./Events.ts";
import type { Database } from "./internal/database.ts";
import { columns as eventColumns, eventOf } from "./internal/eventRow.ts";
import { numberOf, type Raw } from "./internal/row.ts";
import { booksFloor, floor } from "./Maintenance.ts";
import * as Reconciliations from "./Reconciliations.ts";
import type { Person } from "./Refunds.ts";

/** `pending`: to be tried, or being tried; `delivered`; `dead`: given up, until a person replays it. */
export const states = ["pending", "delivered", "dead"] as const;
export type State = (typeof states)[number];

/** What may become a message: a change of a refund, or a day of the books that is done. */
export type Source =
  | { readonly _tag: "Refund"; readonly event: Event }
  | { readonly _tag: "Books"; readonly day: Reconciliations.Day };

/** A message to be delivered. */
export interface Message {
  /** The same for the same event, whenever and to whomever it is sent. */
  readonly message: string;
  readonly type: string;
  readonly payload: string;
}

/** What an endpoint is told. */
export interface Maker {
  /** Makes the message of an event; nothing where the endpoint does not want it. */
  readonly make: (source: Source) => Message | undefined;
  /** Whether it is told of a merchant's refunds: of a change that cannot be read nothing else is sure. */
  readonly isTold: (numbers: { readonly mchId: string; readonly subMchId: string }) => boolean;
}

/** A message that this process is at. */
export interface Claimed extends Message {
  readonly id: number;
  /** It is tried once, and never again by itself. */
  readonly ping: boolean;
  /** How often it was tried, this time included. */
  readonly attempts: number;
  /** For how long it has been tried, in ms. */
  readonly age: number;
  readonly epoch: number;
}

/** How an attempt ended. */
export type Ending =
  | { readonly _tag: "Delivered" }
  | { readonly _tag: "Later"; readonly millis: number }
  | { readonly _tag: "Dead" }
  /** Its endpoint wants nothing any more; what is on its way to it rests. */
  | { readonly _tag: "Disabled" };

/** Events from which messages are made in one transaction. */
const batch = 200;
/** The longest that a message is put off; what is due later was planned by a clock that was set back since. */
const longest = 2 * 86_400_000;

/** What stands for a message that could not be made. */
const unmade = { message: "", type: "unreadable", payload: "" };

/** A message, or what stands where none could be made, before it is stored. */
export interface Planned extends Partial<Message> {
  readonly source: "refund" | "books";
  readonly position: number;
  readonly at: number;
  readonly outRefundNo: string | null;
}

/** The message, none, or `broken` where it cannot be made: one event that nobody can read must not stand before all that come after it. */
const made = (make: Maker["make"], source: () => Source): Message | "none" | "broken" => {
  try {
    return make(source()) ?? "none";
  } catch {
    return "broken";
  }
};

const plannedOf = (
  from: Pick<Planned, "source" | "position" | "at" | "outRefundNo">,
  found: ReturnType<typeof made>,
): ReadonlyArray<Planned> => (found === "none" ? [] : [{ ...from, ...(found !== "broken" && found) }]);

/** The changes of refunds that stand after a position and fulfil `which`, in their order. */
export const refundsAfter = Effect.fnUntraced(function* (
  { sql, tables }: Database,
  position: number,
  { isTold, make }: Maker,
  which: Fragment,
  limit = batch,
) {
  const raws =
    yield* sql<Raw>`SELECT ${sql.literal(eventColumns)} FROM ${tables.history} AS h JOIN ${tables.refunds} AS r ON r.id = h.refund
    WHERE h.position > ${position} AND ${which} ORDER BY h.position LIMIT ${limit}`;
  const planned = raws.flatMap((raw) => {
    const at = numberOf(raw["at"]);
    const found = made(make, () => ({ _tag: "Refund", event: eventOf(raw) }));
    const mayKnow = found !== "broken" || isTold({ mchId: String(raw["mch_id"]), subMchId: String(raw["sub_mch_id"]) });
    return plannedOf(
      {
        source: "refund",
        position: numberOf(raw["position"]),
        // What is no time may be what makes it unreadable.
        at: Math.abs(at) <= 8.64e15 ? at : 0,
        outRefundNo: String(raw["out_refund_no"]),
      },
      mayKnow ? found : "none",
    );
  });
  return { planned, reached: raws.length === 0 ? position : numberOf(raws.at(-1)?.["position"]), read: raws.length };
});

const booksAfter = Effect.fnUntraced(function* (database: Database, position: number, { make }: Maker) {
  const days = yield* Reconciliations.after(database, position, batch);
  const planned = days.flatMap((day) =>
    plannedOf(
      { source: "books", position: day.position ?? 0, at: day.doneAt ?? 0, outRefundNo: null },
      made(make, () => ({ _tag: "Books", day })),
    ),
  );
  return { planned, reached: days.at(-1)?.position ?? position, read: days.length };
});

/** Stores messages; one that is there already stays as it is, or is tried anew where a person wants it `again`. */
export const store = Effect.fnUntraced(function* (
  { now: clock, sql, table }: Database,
  endpoint: string,
  planned: ReadonlyArray<Planned>,
  again?: Person | undefined,
) {
  const now = yield* clock;
  let count = 0;
  for (let from = 0; from < planned.length; from += 100) {
    const [first, ...more] = planned
      .slice(from, from + 100)
      .map(({ at, message, outRefundNo, payload, position, source, type }) => {
        const isMade = payload !== undefined;
        return sql`(${endpoint}, ${source}, ${position}, ${message ?? unmade.message}, ${type ?? unmade.type}, ${at}, ${outRefundNo}, ${payload ?? unmade.payload},
        ${isMade ? "pending" : "dead"}, ${now}, ${isMade ? now : sql.literal("NULL")}, ${isMade ? null : "the event cannot be read"},
        ${isMade ? sql.literal("NULL") : now}, ${again?.by ?? null}, ${again?.reason ?? null})`;
      });
    if (first === undefined) continue;
    const values = more.reduce<Fragment>((all, one) => sql`${all}, ${one}`, first);
    const conflict =
      again !== undefined
        ? sql`DO UPDATE SET message = excluded.message, type = excluded.type, payload = excluded.payload, state = excluded.state, attempts = 0, epoch = d.epoch + 1, since = excluded.since, due_at = excluded.due_at,
          said = excluded.said, ended_at = excluded.ended_at, replayed_by = excluded.replayed_by, replayed_reason = excluded.replayed_reason`
        : sql.literal("DO NOTHING");
    const stored =
      yield* sql`INSERT INTO ${table("refund_deliveries")} AS d (endpoint, source, position, message, type, happened_at,
      out_refund_no, payload, state, since, due_at, said, ended_at, replayed_by, replayed_reason) VALUES ${values}
      ON CONFLICT (endpoint, source, position) ${conflict} RETURNING id`;
    count += stored.length;
  }
  return count;
});

export const make = (database: Database) => {
  const { isOneOf, moment, now: clock, sql, table, tables, transaction } = database;
  const endpoints = table("refund_endpoints");
  const deliveries = table("refund_deliveries");
  const skipLocked = database.skipLocked;

  return {
    /** Makes an endpoint known: from then on every event is told to it. One that is known stays where it is. */
    register: (name: string): Effect.Effect<void, SqlError> =>
      Effect.gen(function* () {
        const now = yield* clock;
        const known = yield* sql`SELECT 1 FROM ${endpoints} WHERE name = ${name}`;
        if (known.length > 0) return;
        const newest = (of: Fragment, floored: string) =>
          sql`(SELECT MAX(p) FROM (SELECT COALESCE(MAX(position), 0) AS p FROM ${of} WHERE position IS NOT NULL
            UNION ALL SELECT position FROM ${tables.consumers} WHERE name = ${floored}) AS n)`;
        yield* sql`INSERT INTO ${endpoints} (name, position, books_position, created_at)
          SELECT ${name}, ${newest(tables.history, floor)}, ${newest(table("refund_reconciliations"), booksFloor)}, ${now}
          ON CONFLICT DO NOTHING`;
      }).pipe(transaction),

    /**
     * Makes messages of what came after the endpoint's cursors. How many there are now, and whether there may be more; nothing where it is
     * disabled, unknown, or another process is at it.
     */
    plan: (
      name: string,
      maker: Maker,
    ): Effect.Effect<{ readonly count: number; readonly more: boolean } | undefined, SqlError> =>
      Effect.gen(function* () {
        const [at] = yield* sql<Raw>`SELECT position, books_position FROM ${endpoints}
          WHERE name = ${name} AND disabled_at IS NULL ${skipLocked}`;
        if (at === undefined) return undefined;
        const refunds = yield* refundsAfter(database, numberOf(at["position"]), maker, sql`h.changed`);
        const books = yield* booksAfter(database, numberOf(at["books_position"]), maker);
        if (refunds.read + books.read === 0) return { count: 0, more: false };
        const count = yield* store(database, name, [...refunds.planned, ...books.planned]);
        yield* sql`UPDATE ${endpoints} SET position = ${refunds.reached}, books_position = ${books.reached} WHERE name = ${name}`;
        return { count, more: refunds.read === batch || books.read === batch };
      }).pipe(transaction),

    /**
     * Takes messages of an endpoint that are due, for `lease` ms: `fresh` ones that were never tried, and such as were. Of a disabled
     * endpoint only what a person sends to try it.
     */
    claim: (
      name: string,
      { again, fresh, lease }: { readonly fresh: number; readonly again: number; readonly lease: number },
    ): Effect.Effect<ReadonlyArray<Claimed>, SqlError> =>
      Effect.gen(function* () {
        const [now, at] = [yield* clock, yield* moment];
        const [endpoint] = yield* sql<Raw>`SELECT disabled_at FROM ${endpoints} WHERE name = ${name}`;
        if (endpoint === undefined) return [];
        const due = (which: Fragment, limit: number) =>
          sql`SELECT id FROM ${deliveries} WHERE endpoint = ${name} AND state = 'pending' AND ${which} AND due_at <= ${at}
            ORDER BY due_at, id LIMIT ${limit} ${skipLocked}`;
        const parts =
          endpoint["disabled_at"] === null
            ? [due(sql`attempts = 0`, fresh), due(sql`attempts > 0`, again)]
            : [due(sql`source = 'ping'`, fresh)];
        const ids: Array<number> = [];
        for (const part of parts) for (const raw of yield* sql<Raw>`${part}`) ids.push(numberOf(raw["id"]));
        if (ids.length === 0) return [];
        const raws =
          yield* sql<Raw>`UPDATE ${deliveries} SET attempts = attempts + 1, epoch = epoch + 1, due_at = ${now} + ${lease}
          WHERE ${isOneOf("id", ids)} RETURNING id, source, message, type, payload, attempts, epoch, ${now} - since AS age`;
        return raws
          .map((raw) => ({
            id: numberOf(raw["id"]),
            message: String(raw["message"]),
            type: String(raw["type"]),
            payload: String(raw["payload"]),
            ping: raw["source"] === "ping",
            attempts: numberOf(raw["attempts"]),
            age: Math.max(0, numberOf(raw["age"])),
            epoch: numberOf(raw["epoch"]),
          }))
          .sort((a, b) => a.id - b.id);
      }).pipe(transaction),

    /** Says how an attempt ended; `false` where the message is another's by now. `said`: why it was not delivered. */
    end: (
      name: string,
      { epoch, id }: Pick<Claimed, "id" | "epoch">,
      ending: Ending,
      { said, status }: { readonly status?: number | undefined; readonly said?: string | undefined } = {},
    ): Effect.Effect<boolean, SqlError> =>
      Effect.gen(function* () {
        const now = yield* clock;
        const none = sql.literal("NULL");
        const state = ending._tag === "Delivered" ? "delivered" : ending._tag === "Dead" ? "dead" : "pending";
        const due = ending._tag === "Later" ? sql`${now} + ${ending.millis}` : ending._tag === "Disabled" ? now : none;
        const ended = state === "pending" ? none : now;
        const isFailed = ending._tag !== "Delivered";
        const wrote =
          yield* sql`UPDATE ${deliveries} SET state = ${state}, due_at = ${due}, ended_at = ${ended}, status = ${status ?? null}, said = ${said ?? null}
          ${isFailed ? sql`, failed_at = ${now}` : sql.literal("")} WHERE id = ${id} AND epoch = ${epoch} AND state = 'pending' RETURNING id`;
        if (wrote.length > 0 && ending._tag === "Disabled") {
          yield* sql`UPDATE ${endpoints} SET disabled_at = ${now}, disabled_why = ${said ?? "it is gone"} WHERE name = ${name} AND disabled_at IS NULL`;
        }
        return wrote.length > 0;
      }).pipe(transaction),

    /** Gives back what was taken and not tried. */
    release: (claimed: ReadonlyArray<Pick<Claimed, "id" | "epoch">>): Effect.Effect<void, SqlError> =>
      Effect.gen(function* () {
        for (const { epoch, id } of claimed) {
          yield* sql`UPDATE ${deliveries} SET due_at = ${yield* clock} WHERE id = ${id} AND epoch = ${epoch} AND state = 'pending'`;
        }
      }).pipe(transaction),

    /** What a clock that was set back has planned too late is planned anew; what ended is kept for so many ms. How many rows are gone. */
    tidy: (kept: { readonly delivered: number; readonly dead: number }): Effect.Effect<number, SqlError> =>
      Effect.gen(function* () {
        const names = (yield* sql<Raw>`SELECT name FROM ${endpoints}`).map((raw) => String(raw["name"]));
        let gone = 0;
        for (const name of names) {
          yield* transaction(
            Effect.gen(function* () {
              const now = yield* clock;
              for (const which of [sql`attempts = 0`, sql`attempts > 0`]) {
                yield* sql`UPDATE ${deliveries} SET due_at = ${now} WHERE endpoint = ${name} AND state = 'pending' AND ${which}
                  AND due_at > ${yield* moment} + ${longest}`;
              }
            }),
          );
          for (const [state, age] of [
            ["delivered", kept.delivered],
            ["dead", kept.dead],
          ] as const) {
            let part: number;
            do {
              part = (yield* transaction(
                Effect.flatMap(
                  moment,
                  (at) =>
                    sql`DELETE FROM ${deliveries} WHERE id IN (SELECT id FROM ${deliveries} WHERE endpoint = ${name} AND state = ${state}
                    AND ended_at IS NOT NULL AND ended_at < ${at} - ${age} LIMIT 500) RETURNING id`,
                ),
              )).length;
              gone += part;
            } while (part === 500);
          }
        }
        return gone;
      }),
  };
};
