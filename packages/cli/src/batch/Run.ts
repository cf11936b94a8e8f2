/**
 * Makes the refunds of a file: records them in the store, lets its worker drive them, and ends when there is nothing left to wait for.
 *
 * *Guarantees.* Nothing leaves before it is recorded. What is recorded under a number stays what it is: the same fields go on, others are
 * refused before anything is sent. Who stops a run stops what waits; what has left is waited for. What an answer proves, and when to call
 * again, is decided by `RefundProgress` and `Pace` alone; whatever is left open goes on when the store is worked on next.
 */
import { Merchants, type Registered } from "@wechat-refund/core/Merchants";
import type { Cause } from "@wechat-refund/core/RefundProgress";
import * as Durable from "@wechat-refund/durable/Durable";
import * as Events from "@wechat-refund/durable/Events";
import * as Frozen from "@wechat-refund/durable/Frozen";
import * as Listing from "@wechat-refund/durable/Listing";
import * as MerchantLeases from "@wechat-refund/durable/MerchantLeases";
import * as Refunds from "@wechat-refund/durable/Refunds";
import { betweenRefundsOfAnOrder, RefundStore, type Row } from "@wechat-refund/durable/RefundStore";
import * as Worker from "@wechat-refund/durable/Worker";
import * as Clock from "effect/Clock";
import * as Context from "effect/Context";
import type * as Duration from "effect/Duration";
import { toMillis } from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as Queue from "effect/Queue";
import * as Result from "effect/Result";
import * as Schedule from "effect/Schedule";
import * as SqlClient from "effect/sql/SqlClient";
import * as Stream from "effect/Stream";
import type { Planned } from "./Plan.ts";
import type { Issue } from "./Rows.ts";
import { type Look, Standing, type Stopped } from "./Standing.ts";

export interface Options {
  /** For one refund, from the first request of this run on. */
  readonly within: Duration.Duration;
  /** An earlier attempt may have been made of which the store knows nothing. */
  readonly attempted: boolean;
  /** Whether the store is this process's alone. */
  readonly alone: boolean;
  /** Whether it is where it was when it was opened. */
  readonly isThere: () => boolean;
  /** Who has the command run, for the histories. */
  readonly by: string;
}

/** What the store knows of the refunds of a file, by their numbers. */
export type Known = ReadonlyMap<string, Row>;

/** A row whose number stands in the store with other fields. */
export interface Conflict {
  readonly planned: Planned;
  readonly fields: ReadonlyArray<string>;
  readonly row: Row;
}

/** Looks the file's numbers up, and at those that nobody knows as they would be sent. */
export const find = Effect.fnUntraced(function* (refunds: ReadonlyArray<Planned>, registered: Registered) {
  const store = yield* RefundStore;
  const known = new Map<string, Row>();
  const conflicts: Array<Conflict> = [];
  const unfit: Array<Issue> = [];
  const { mchId, subMchId } = registered.merchant;
  for (const planned of refunds) {
    const { outRefundNo } = planned.request;
    const row = yield* store.find({ mchId, subMchId, outRefundNo });
    if (row === undefined) {
      const frozen = Frozen.freezeFor(planned.request, registered);
      for (const { message, wire } of Result.isFailure(frozen) ? frozen.failure.issues : []) {
        unfit.push({ line: planned.line, field: wire, message });
      }
      continue;
    }
    known.set(outRefundNo, row);
    // Whether it could be sent now is no matter: what the row was recorded with is compared.
    const asked = Frozen.recordedAs(planned.request, registered.merchant);
    if (asked === undefined || Frozen.fingerprint({ asked }) === row.fingerprint) continue;
    conflicts.push({ planned, row, fields: Frozen.differing(row.frozen, { asked }) });
  }
  return { known: known as Known, conflicts, unfit };
});

const isOpen = ({ progress: { truth } }: Row): boolean => truth === "Recorded" || truth === "Unknown";

/** What is still to do: what the store does not know, and what it knows to be open. What a person gave up stays so. */
export const remaining = (refunds: ReadonlyArray<Planned>, known: Known): ReadonlyArray<Planned> =>
  refunds.filter(({ request: { outRefundNo } }) => {
    const row = known.get(outRefundNo);
    return row === undefined || isOpen(row);
  });

/** Rows that are recorded in one transaction. */
const together = 500;
const everyMillis = 200;

/** The file's rows for which a call was ever begun, and of which nothing is known. */
const openRows = Effect.fnUntraced(function* ({ merchant: { mchId, subMchId = "" } }: Registered, standing: Standing) {
  const { database } = yield* RefundStore;
  const open: Array<Row> = [];
  let after: string | undefined;
  do {
    const filter = { mchId, subMchId, truth: ["Recorded", "Unknown"], begun: true } as const;
    const page: Listing.Page = yield* Listing.list(database, filter, { after, limit: 1000 });
    open.push(...page.rows.filter(({ outRefundNo }) => standing.has(outRefundNo)));
    after = page.next;
  } while (after !== undefined);
  return open;
});

/** So many that were not begun are looked at: near the end of a run, when only such are left, they are all or nearly all. */
const someRows = 20;

/** Some of the file's rows that wait for the minute of their order, as far as the store shows it: they wait for their turn in memory. */
const orderRows = Effect.fnUntraced(function* ({ merchant: { mchId, subMchId = "" } }: Registered, standing: Standing) {
  const { database } = yield* RefundStore;
  const { isOneOf, now, sql, tables } = database;
  const filter = { mchId, subMchId, truth: ["Recorded"], begun: false } as const;
  const page: Listing.Page = yield* Listing.list(database, filter, { limit: someRows });
  const rows = page.rows.filter(({ outRefundNo }) => standing.has(outRefundNo));
  if (rows.length === 0) return [];
  const waiting = yield* sql<{ readonly id: unknown }>`SELECT r.id FROM ${tables.refunds} AS r WHERE ${isOneOf(
    "r.id",
    rows.map(({ id }) => id),
  )} AND EXISTS (SELECT 1 FROM ${tables.refunds} AS o WHERE o.order_no = r.order_no AND o.mch_id = r.mch_id AND o.id <> r.id
      AND o.sent_at > ${yield* now} - ${betweenRefundsOfAnOrder})`;
  const ids = new Set(waiting.map(({ id }) => Number(id)));
  return rows.filter(({ id }) => ids.has(id));
});

/** What holds the merchant is looked into anew: who has the command run again may have mended it. Gives the causes. */
const lifted = Effect.fnUntraced(function* ({ merchant: { mchId, subMchId = "" } }: Registered) {
  const { database } = yield* RefundStore;
  const leases = MerchantLeases.make(database, "", 0);
  const causes = new Set<Cause>();
  for (const hold of yield* leases.holds(mchId)) {
    if (hold.subMchId !== subMchId) continue;
    yield* leases.lift(mchId, subMchId);
    causes.add(hold.cause);
  }
  return causes;
});

/** What was asked to go on is called for within this time. */
const soonMillis = 10_000;

/** A look, with some of the file's rows that wait for the minute of their order. */
export interface Seen extends Look {
  readonly ofOrder: ReadonlyArray<Row>;
}

/** What a run tells of itself. */
export interface Told {
  readonly onLook: (standing: Standing, look: Seen) => Effect.Effect<void>;
  /** How many requests are under way when somebody stops the run. */
  readonly onStop: (underWay: number) => Effect.Effect<void>;
}

/** Makes them. Gives why it ended, if something is left to do. */
export const run = Effect.fnUntraced(function* (
  refunds: ReadonlyArray<Planned>,
  known: Known,
  { alone, attempted, by, isThere, within }: Options,
  { onLook, onStop }: Told,
) {
  const merchants = yield* Merchants;
  const sql = yield* SqlClient.SqlClient;
  const [registered] = merchants.all;
  if (registered === undefined) return yield* Effect.die(new Error("no merchant"));
  const { name } = registered;
  const causes = yield* lifted(registered);
  const services = yield* Layer.build(Durable.layer({ migrate: false, worker: { alone } }));
  const [events, service, worker] = [
    Context.get(services, Events.Events),
    Context.get(services, Refunds.Refunds),
    Context.get(services, Worker.Worker),
  ];
  const millis = Effect.map(Clock.monotonicTimeNanos, (nanos) => Number(nanos / 1_000_000n));
  const blocked = yield* Queue.sliding<void>(1);
  const standing = new Standing(yield* millis, toMillis(within));

  const record = Effect.gen(function* () {
    for (const row of known.values()) {
      standing.set(row.outRefundNo, row.progress.truth, row.progress.block?.cause, yield* millis);
    }
    // What is known is not started: a person may have given it up since it was looked up.
    const fresh = refunds.filter(({ request }) => !known.has(request.outRefundNo));
    for (let from = 0; from < fresh.length; from += together) {
      const part = fresh.slice(from, from + together);
      const started = yield* sql.withTransaction(
        Effect.forEach(part, ({ request }) => service.start(name, request, { attempted })),
      );
      for (const { block, outRefundNo, truth } of started) {
        standing.set(outRefundNo, truth, block?.cause, yield* millis);
      }
    }
    for (const row of known.values()) {
      const { block } = row.progress;
      const isLifted = block !== undefined && block.firm && causes.has(block.cause);
      const isSoon = row.dueAt === undefined || row.dueAt - row.now <= soonMillis;
      if (!isOpen(row) || row.epoch === 0 || isLifted || isSoon) continue;
      // It may be known by now.
      yield* Effect.ignore(service.goOn(name, row.outRefundNo, { by, reason: "batch was run again" }));
    }
  });

  const follow = (position: number) =>
    events.stream(position).pipe(
      Stream.runForEach(({ block, outRefundNo, truth }) =>
        Effect.gen(function* () {
          if (!standing.has(outRefundNo)) return;
          standing.set(outRefundNo, truth as Row["progress"]["truth"], block, yield* millis);
          // It may be what stops the run.
          if (block !== undefined) yield* Queue.offer(blocked, undefined);
        }),
      ),
      Effect.retry(Schedule.spaced("1 second")),
    );

  const look: Effect.Effect<Seen, never> = Effect.gen(function* () {
    const open = yield* openRows(registered, standing);
    const { mchId, subMchId = "" } = registered.merchant;
    const paused = (yield* service.paused).some((one) => one.mchId === mchId && one.subMchId === subMchId);
    // Asked for where nothing else shows what is waited for.
    const ofOrder = open.length === 0 ? yield* orderRows(registered, standing) : [];
    return { now: yield* millis, open, ofOrder, held: registered.held()?.cause, paused, gone: !isThere() };
  }).pipe(
    Effect.provideContext(services),
    // The store is away: what is under way is not ended by that, nor is the run.
    Effect.retry(Schedule.spaced("1 second")),
    Effect.orDie,
  );

  const ended = Effect.gen(function* () {
    for (;;) {
      const before = yield* millis;
      const looked = yield* look;
      yield* onLook(standing, looked);
      const end = standing.end(looked);
      if (end !== undefined) return end.stopped;
      // A look at many rows is taken less often.
      yield* Effect.raceFirst(
        Effect.sleep(Math.max(everyMillis, 20 * ((yield* millis) - before))),
        Queue.take(blocked),
      );
    }
  });

  return yield* Effect.gen(function* () {
    const position = yield* events.newest;
    yield* record;
    yield* Effect.forkScoped(follow(position));
    const stopped: Stopped | undefined = yield* ended;
    const held = registered.held();
    const pause = (yield* service.paused)[0];
    yield* worker.drain;
    return { stopped, held, pause };
  }).pipe(
    Effect.onInterrupt(() =>
      Effect.gen(function* () {
        const { open } = yield* look;
        yield* onStop(open.filter(({ progress }) => progress.open !== undefined).length);
        yield* worker.drain;
      }),
    ),
  );
}, Effect.scoped);
