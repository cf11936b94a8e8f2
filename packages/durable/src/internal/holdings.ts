/**
 * The merchants that a process holds: what of one is due is read, and as many rows are driven as may soon leave, each in its turn.
 *
 * Which they are, and for how long, is the worker's to say.
 */
import * as Deferred from "effect/Deferred";
import * as Effect from "effect/Effect";
import * as FiberSet from "effect/FiberSet";
import * as Schedule from "effect/Schedule";
import type { MerchantLeases } from "../MerchantLeases.ts";
import { type Queue, queues, type Row } from "../RefundStore.ts";
import { monotonic } from "./monotonic.ts";
import { said } from "./said.ts";
import { type Signal, type Signals, signal } from "./signals.ts";
import { type Around, step, type Sub } from "./step.ts";

/** As many rows of each queue of a merchant wait for their turn at a time: what may leave in half a second. */
const window = 64;

export interface Holding {
  readonly mchId: string;
  readonly epoch: number;
  readonly stop: Deferred.Deferred<void>;
  readonly cut: Deferred.Deferred<void>;
  /** Rows that wait for their turn, by the queue that they came from. */
  readonly waiting: Map<number, Queue>;
  /** Queues that have more than there is room for. */
  crowded: ReadonlySet<Queue>;
  /** Something has changed that the loop should look at. */
  readonly stir: Signal;
  soonest: number;
  active: number;
  /** When its last call left. */
  called: number;
  recoveredAt: number;
  /** When it was last looked for refunds of sub-merchants that this process does not know. */
  lookedForOthers: number;
}

/** How often it is looked for refunds that wait for another process, in ms. */
const lookForOthers = 60_000;

/** Whose a row is: a merchant number, and a sub-merchant's where there is one. */
export const keyOf = (mchId: string, subMchId: string): string => `${mchId} ${subMchId}`;

/** One that was just taken: nothing of it is read yet. */
export const open = (mchId: string, epoch: number): Holding => ({
  mchId,
  epoch,
  stop: Deferred.makeUnsafe<void>(),
  cut: Deferred.makeUnsafe<void>(),
  waiting: new Map(),
  crowded: new Set(),
  stir: signal(),
  soonest: Infinity,
  active: 0,
  called: -Infinity,
  recoveredAt: -Infinity,
  lookedForOthers: -Infinity,
});

/** What all holdings of a process share. */
export interface Company extends Pick<Around, "store" | "trust" | "owner" | "limit" | "at" | "refused"> {
  readonly signals: Signals;
  readonly subs: ReadonlyMap<string, Sub>;
  readonly leases: MerchantLeases;
  readonly fibers: FiberSet.FiberSet<void>;
  /** ms after which the store is looked at though nobody told of anything. */
  readonly poll: number;
  /** Whether the lease is good for a while yet. */
  readonly mayCall: (holding: Holding) => boolean;
  /** The store's clock as a statement told it, begun at this monotonic time. */
  readonly compared: (wall: number, before: number) => Effect.Effect<void>;
  /** The store gave what is due of it. */
  readonly looked: (holding: Holding, now: number) => void;
}

export const driver = (company: Company) => {
  const { at, compared, fibers, leases, limit, owner, poll, refused, signals, store, subs, trust } = company;
  // Rows that Pace let go, and since when their claim is tried.
  const granted = new Map<object, number>();
  // Rows that steps of this process are at. While a call is under way its row may be due all the same, as when the clock was set.
  const steps = new Set<number>();

  const subMchIdsOf = (mchId: string): ReadonlyArray<string> =>
    [...subs.values()].flatMap(({ registered: { merchant } }) =>
      merchant.mchId === mchId ? [merchant.subMchId ?? ""] : [],
    );

  // Each is told of once: what is due of it stays due, for a process that knows it.
  const unknown = new Set<string>();
  const tellOfOthers = Effect.fnUntraced(function* (holding: Holding) {
    const { mchId } = holding;
    const now = yield* monotonic;
    if (now - holding.lookedForOthers < lookForOthers) return;
    holding.lookedForOthers = now;
    for (const subMchId of yield* store.dueOf(mchId)) {
      const key = keyOf(mchId, subMchId);
      if (subs.has(key) || unknown.has(key)) continue;
      unknown.add(key);
      const who = subMchId === "" ? mchId : `${mchId}/${subMchId}`;
      yield* Effect.logError(
        `this process knows no merchant ${who}, and its refunds wait for one that does; name it in its configuration`,
      );
    }
  });

  const work = (holding: Holding, row: Row, sub: Sub): Effect.Effect<void> => {
    const mine = {};
    const around: Around = {
      store,
      trust,
      owner,
      isCrowded: () => holding.crowded.has(row.progress.truth as Queue),
      leaseEpoch: holding.epoch,
      mayCall: () => company.mayCall(holding),
      limit,
      at,
      rest: Effect.raceFirst(Effect.sleep("500 millis"), Deferred.await(holding.stop)),
      refused,
      stop: Deferred.await(holding.stop),
      cut: Deferred.await(holding.cut),
      recoveredAt: () => holding.recoveredAt,
      left: Effect.map(monotonic, (now) => {
        holding.called = now;
        holding.waiting.delete(row.id);
        holding.stir.now();
      }),
      lift: ({ mchId, subMchId }) =>
        leases.lift(mchId, subMchId).pipe(
          Effect.tapError((error) =>
            Effect.logWarning(`what held merchant ${mchId} cannot be lifted in the store yet: ${said(error)}`),
          ),
          Effect.retry(Schedule.spaced("1 second")),
          Effect.ignore,
          Effect.andThen(signals.tell(`due:${mchId}`)),
        ),
      tried: (isGranted) =>
        Effect.map(monotonic, (now) => void (isGranted ? granted.set(mine, now) : granted.delete(mine))),
      written: Effect.fnUntraced(function* (written, changed) {
        if (changed) yield* signals.tell("changed");
        if (written.dueAt === undefined) return;
        const wait = written.dueAt - written.updatedAt;
        if (wait > poll) return;
        const now = yield* monotonic;
        holding.soonest = Math.min(holding.soonest, now + Math.max(0, wait));
        holding.stir.now();
      }),
    };
    holding.active++;
    steps.add(row.id);
    return step(around, sub, row).pipe(
      Effect.catchCause((cause) =>
        Effect.andThen(
          Effect.logWarning(`refund ${row.outRefundNo}: a step failed and is done again`, cause),
          around.rest,
        ),
      ),
      Effect.ensuring(
        Effect.sync(() => {
          holding.active--;
          steps.delete(row.id);
          granted.delete(mine);
          holding.waiting.delete(row.id);
          holding.stir.now();
        }),
      ),
    );
  };

  const turn = Effect.fnUntraced(function* (holding: Holding) {
    const { mchId, stir, waiting } = holding;
    yield* tellOfOthers(holding);
    const due = signals.due(mchId).next();
    const stirred = stir.next();
    const room = { Recorded: window, Unknown: window, Accepted: window };
    for (const queue of waiting.values()) room[queue]--;
    // A look for a few rows costs as much as one for many.
    for (const queue of queues) if (room[queue] < window / 2) room[queue] = 0;
    let wait = poll;
    if (queues.some((queue) => room[queue] > 0)) {
      const started = yield* monotonic;
      holding.soonest = Infinity;
      const { damaged, rows } = yield* store.due(mchId, room, [...steps], subMchIdsOf(mchId));
      company.looked(holding, yield* monotonic);
      if (rows[0] !== undefined) yield* compared(rows[0].now, started);
      for (const one of damaged) yield* Effect.logError(one.message);
      if (damaged.length > 0) yield* store.leave(damaged);
      const came = { Recorded: 0, Unknown: 0, Accepted: 0 };
      for (const row of rows) {
        const sub = subs.get(keyOf(row.mchId, row.subMchId));
        if (sub === undefined) continue;
        const queue = row.progress.truth as Queue;
        came[queue]++;
        waiting.set(row.id, queue);
        yield* FiberSet.run(fibers, work(holding, row, sub));
      }
      holding.crowded = new Set([
        ...[...holding.crowded].filter((queue) => room[queue] === 0),
        ...queues.filter((queue) => room[queue] > 0 && came[queue] === room[queue]),
      ]);
      const isOpen = queues.some((queue) => room[queue] > 0 && came[queue] < room[queue]);
      // A queue that has more is looked at when it has room again. What was left stood before others, and may be as many as a hand changed at once.
      wait = damaged.length > 0 ? 0 : isOpen ? Math.min(poll, Math.max(0, holding.soonest - started)) : Infinity;
    } else wait = Infinity;
    // With the window full there is nothing to look for before one of them has left.
    yield* Effect.raceAllFirst([
      ...(wait === Infinity ? [] : [Effect.sleep(wait), due]),
      stirred,
      Deferred.await(holding.stop),
      ...(wait === Infinity ? [Effect.sleep("10 seconds")] : []),
    ]);
  });

  return { turn, granted: granted as ReadonlyMap<object, number> };
};
