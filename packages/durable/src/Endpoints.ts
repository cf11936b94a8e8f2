/** Endpoints of webhooks as a person sees them, and what he does about them: how each stands, what is dead, replay, switch on again. */
import * as Effect from "effect/Effect";
import type { SqlError } from "effect/sql/SqlError";
import type { Fragment } from "effect/sql/Statement";
import * as Deliveries from "./Deliveries.ts";
import type { Database } from "./internal/database.ts";
import { numberOf, optionalNumber, type Raw } from "./internal/row.ts";
import type { Person } from "./Refunds.ts";

/** How an endpoint stands. Times are ms since 1970 by the store's clock. */
export interface Standing {
  readonly name: string;
  readonly pending: number;
  /** Without pings: they tell of nothing, and whoever sent one looks at its end. */
  readonly dead: number;
  readonly deliveredAt?: number | undefined;
  readonly failedAt?: number | undefined;
  /** What the last failure was. */
  readonly failed?: string | undefined;
  /** Since when nothing is sent to it, and why. */
  readonly disabledAt?: number | undefined;
  readonly disabledWhy?: string | undefined;
  /** Who switched it on again. */
  readonly enabled?: { readonly by: string; readonly reason: string; readonly at: number } | undefined;
}

/** A message on its way, or come to an end. */
export interface Delivery {
  readonly id: number;
  readonly endpoint: string;
  readonly state: Deliveries.State;
  readonly message: string;
  readonly type: string;
  /** What it holds; nothing where it could not be made. */
  readonly payload: string;
  /** Of the event among all events; none of a ping. */
  readonly position?: number | undefined;
  readonly happenedAt: number;
  readonly outRefundNo?: string | undefined;
  readonly attempts: number;
  readonly since: number;
  /** When it is tried next, or until when somebody is at it. */
  readonly dueAt?: number | undefined;
  /** What the last answer was, and what was wrong with it. */
  readonly status?: number | undefined;
  readonly said?: string | undefined;
  readonly endedAt?: number | undefined;
  /** Who had it delivered again last. */
  readonly replayed?: Person | undefined;
}

/** What a person has delivered again. */
export interface Replayed {
  readonly count: number;
  /** There is more to do, from this position on. */
  readonly next?: number | undefined;
}

/** Which events: by their positions, both included, or by when they happened, `until` not included. */
export interface Range {
  readonly first?: number | undefined;
  readonly last?: number | undefined;
  readonly from?: number | undefined;
  readonly until?: number | undefined;
}

const columns =
  "id, endpoint, state, message, type, payload, position, happened_at, out_refund_no, attempts, since, due_at, status, said, ended_at, replayed_by, replayed_reason";
/** So many are replayed in one transaction, and so many transactions on one asking. */
const batch = 500;
const most = 50;

const textOf = (value: unknown): string | undefined => (value === null ? undefined : String(value));

const deliveryOf = (raw: Raw): Delivery => ({
  id: numberOf(raw["id"]),
  endpoint: String(raw["endpoint"]),
  state: String(raw["state"]) as Deliveries.State,
  message: String(raw["message"]),
  type: String(raw["type"]),
  payload: String(raw["payload"]),
  position: optionalNumber(raw["position"]),
  happenedAt: numberOf(raw["happened_at"]),
  outRefundNo: textOf(raw["out_refund_no"]),
  attempts: numberOf(raw["attempts"]),
  since: numberOf(raw["since"]),
  dueAt: optionalNumber(raw["due_at"]),
  status: optionalNumber(raw["status"]),
  said: textOf(raw["said"]),
  endedAt: optionalNumber(raw["ended_at"]),
  ...(raw["replayed_by"] !== null && {
    replayed: { by: String(raw["replayed_by"]), reason: String(raw["replayed_reason"]) },
  }),
});

/** All endpoints that were ever known, by name. */
export const standings = ({ sql, table }: Database): Effect.Effect<ReadonlyArray<Standing>, SqlError> => {
  const deliveries = table("refund_deliveries");
  const counted = (state: Deliveries.State) =>
    sql`(SELECT COUNT(*) FROM ${deliveries} AS d WHERE d.endpoint = e.name AND d.state = ${state})`;
  // There are few of these: they are taken off what an index alone counts.
  const deadPings = sql`(SELECT COUNT(*) FROM ${deliveries} AS d WHERE d.endpoint = e.name AND d.source = 'ping' AND d.state = 'dead')`;
  const failure = (column: string) =>
    sql`(SELECT ${sql.literal(column)} FROM ${deliveries} AS d WHERE d.endpoint = e.name AND d.failed_at IS NOT NULL ORDER BY d.failed_at DESC LIMIT 1)`;
  return Effect.map(
    sql<Raw>`SELECT e.name, e.disabled_at, e.disabled_why, e.enabled_by, e.enabled_reason, e.enabled_at, ${counted("pending")} AS pending,
      ${counted("dead")} - ${deadPings} AS dead, ${failure("d.failed_at")} AS failed_at, ${failure("COALESCE(d.said, '')")} AS failed,
      (SELECT MAX(d.ended_at) FROM ${deliveries} AS d WHERE d.endpoint = e.name AND d.state = 'delivered' AND d.ended_at IS NOT NULL) AS delivered_at
      FROM ${table("refund_endpoints")} AS e ORDER BY e.name`,
    (raws) =>
      raws.map((raw) => ({
        name: String(raw["name"]),
        pending: numberOf(raw["pending"]),
        dead: numberOf(raw["dead"]),
        deliveredAt: optionalNumber(raw["delivered_at"]),
        failedAt: optionalNumber(raw["failed_at"]),
        failed: textOf(raw["failed"]),
        disabledAt: optionalNumber(raw["disabled_at"]),
        disabledWhy: textOf(raw["disabled_why"]),
        ...(raw["enabled_at"] !== null && {
          enabled: {
            by: String(raw["enabled_by"]),
            reason: String(raw["enabled_reason"]),
            at: numberOf(raw["enabled_at"]),
          },
        }),
      })),
  );
};

/** The messages to an endpoint, the newest first; `after` is the `id` of the last one of the page before. */
export const list = (
  { sql, table }: Database,
  endpoint: string,
  {
    after,
    limit = 100,
    state,
  }: { readonly after?: number; readonly limit?: number; readonly state?: Deliveries.State } = {},
): Effect.Effect<ReadonlyArray<Delivery>, SqlError> => {
  const clauses: ReadonlyArray<Fragment> = [
    sql`endpoint = ${endpoint}`,
    ...(state === undefined ? [] : [sql`state = ${state}`]),
    ...(after === undefined ? [] : [sql`id < ${after}`]),
  ];
  return Effect.map(
    sql<Raw>`SELECT ${sql.literal(columns)} FROM ${table("refund_deliveries")} WHERE ${sql.and(clauses)}
      ORDER BY id DESC LIMIT ${Math.min(1001, Math.max(1, limit))}`,
    (raws) => raws.map(deliveryOf),
  );
};

export const find = (
  { sql, table }: Database,
  endpoint: string,
  id: number,
): Effect.Effect<Delivery | undefined, SqlError> =>
  Effect.map(
    sql<Raw>`SELECT ${sql.literal(columns)} FROM ${table("refund_deliveries")} WHERE endpoint = ${endpoint} AND id = ${id}`,
    ([raw]) => (raw === undefined ? undefined : deliveryOf(raw)),
  );

const within = ({ sql }: Database, { first, from, last, until }: Range, at: string, position: string): Fragment =>
  sql.and([
    sql`1 = 1`,
    ...(first === undefined ? [] : [sql`${sql.literal(position)} >= ${first}`]),
    ...(last === undefined ? [] : [sql`${sql.literal(position)} <= ${last}`]),
    ...(from === undefined ? [] : [sql`${sql.literal(at)} >= ${from}`]),
    ...(until === undefined ? [] : [sql`${sql.literal(at)} < ${until}`]),
  ]);

/** As new: due at once, with all its time before it; who is at it now has no say any more. */
const anew = ({ sql }: Database, now: Fragment): Fragment =>
  sql`state = 'pending', attempts = 0, epoch = epoch + 1, since = ${now}, due_at = ${now}, ended_at = NULL`;

const by = ({ sql }: Database, person: Person): Fragment =>
  sql`, replayed_by = ${person.by}, replayed_reason = ${person.reason}`;

/** Has one message delivered again, however it ended; none where there is no such message, or none that could be made. */
export const replay = (
  database: Database,
  endpoint: string,
  id: number,
  person: Person,
): Effect.Effect<Replayed, SqlError> => {
  const { now: clock, sql, table, transaction } = database;
  return Effect.gen(function* () {
    const wrote =
      yield* sql`UPDATE ${table("refund_deliveries")} SET ${anew(database, yield* clock)} ${by(database, person)}
      WHERE endpoint = ${endpoint} AND id = ${id} AND payload <> '' RETURNING id`;
    return { count: wrote.length };
  }).pipe(transaction);
};

/** Has the dead messages of a range delivered again. */
export const replayDead = Effect.fnUntraced(function* (
  database: Database,
  endpoint: string,
  range: Range,
  person: Person,
): Effect.fn.Return<Replayed, SqlError> {
  const { now: clock, sql, table, transaction } = database;
  const deliveries = table("refund_deliveries");
  let count = 0;
  let part: number;
  do {
    part = (yield* transaction(
      Effect.flatMap(
        clock,
        (
          now,
        ) => sql`UPDATE ${deliveries} SET ${anew(database, now)} ${by(database, person)} WHERE id IN (SELECT id FROM ${deliveries}
          WHERE endpoint = ${endpoint} AND state = 'dead' AND payload <> '' AND ${within(database, range, "happened_at", "position")}
          ORDER BY id LIMIT ${batch}) RETURNING id`,
      ),
    )).length;
    count += part;
  } while (part === batch);
  return { count };
});

/**
 * Has the messages of all changes of refunds in a range delivered again, also those that were delivered and are kept no more, as they are
 * made now; ten thousand at most. Days of the books are replayed one by one, or where they are dead.
 */
export const replayAll = Effect.fnUntraced(function* (
  database: Database,
  endpoint: string,
  range: Range,
  maker: Deliveries.Maker,
  person: Person,
): Effect.fn.Return<Replayed, SqlError> {
  const which = within(database, range, "h.at", "h.position");
  // What comes after the cursor is told anyway.
  const [at] =
    yield* database.sql<Raw>`SELECT position FROM ${database.table("refund_endpoints")} WHERE name = ${endpoint}`;
  const last = numberOf(at?.["position"] ?? 0);
  let position = Math.max(0, (range.first ?? 1) - 1);
  let count = 0;
  for (let pages = 0; pages < most; pages++) {
    const page = yield* Deliveries.refundsAfter(
      database,
      position,
      maker,
      database.sql`h.changed AND h.position <= ${last} AND ${which}`,
    );
    if (page.read === 0) return { count };
    count += yield* database.transaction(Deliveries.store(database, endpoint, page.planned, person));
    position = page.reached;
  }
  return { count, next: position + 1 };
});

/** Switches an endpoint on again: it goes on where it ended, and what rested has all its time before it. `false`: it was on, or is unknown. */
export const enable = (database: Database, name: string, { by, reason }: Person): Effect.Effect<boolean, SqlError> => {
  const { now: clock, sql, table, transaction } = database;
  return Effect.gen(function* () {
    const now = yield* clock;
    const wrote =
      yield* sql`UPDATE ${table("refund_endpoints")} SET disabled_at = NULL, disabled_why = NULL, enabled_by = ${by}, enabled_reason = ${reason},
      enabled_at = ${now} WHERE name = ${name} AND disabled_at IS NOT NULL RETURNING name`;
    if (wrote.length === 0) return false;
    for (const which of [sql`attempts = 0`, sql`attempts > 0`]) {
      yield* sql`UPDATE ${table("refund_deliveries")} SET ${anew(database, now)} WHERE endpoint = ${name} AND state = 'pending' AND ${which}`;
    }
    return true;
  }).pipe(transaction);
};

/** Has a message sent that is of no event, once, also where the endpoint is disabled. Its `id`; nothing where the endpoint is unknown. */
export const ping = (
  { now: clock, sql, table, transaction }: Database,
  endpoint: string,
  { message, payload, type }: Deliveries.Message,
): Effect.Effect<number | undefined, SqlError> =>
  Effect.gen(function* () {
    const now = yield* clock;
    const stored =
      yield* sql<Raw>`INSERT INTO ${table("refund_deliveries")} (endpoint, source, message, type, happened_at, payload, state, since, due_at)
      SELECT e.name, 'ping', ${message}, ${type}, ${now}, ${payload}, 'pending', ${now}, ${now} FROM ${table("refund_endpoints")} AS e
      WHERE e.name = ${endpoint} RETURNING id`;
    return stored[0] === undefined ? undefined : numberOf(stored[0]["id"]);
  }).pipe(transaction);
