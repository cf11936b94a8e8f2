/**
 * Takes due rows and drives them: for the merchants whose lease this process has, as many at a time as may soon leave, each in its turn.
 *
 * What a lease is worth ends before the lease does: at four fifths of it, unrenewed, nothing more is begun and what is under way is given
 * up, so that two processes never call for one merchant. A failing database stops nobody: what cannot be read or written now is tried again.
 */
import { randomUUID } from "node:crypto";
import * as Pace from "@wechat-refund/core/Pace";
import { Merchants } from "@wechat-refund/core/Merchants";
import * as Context from "effect/Context";
import * as Deferred from "effect/Deferred";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as FiberSet from "effect/FiberSet";
import * as Layer from "effect/Layer";
import * as Schedule from "effect/Schedule";
import type * as Scope from "effect/Scope";
import * as calls from "./internal/calls.ts";
import * as holdings from "./internal/holdings.ts";
import { said } from "./internal/said.ts";
import { monotonic, reader } from "./internal/monotonic.ts";
import type { Sub } from "./internal/step.ts";
import { Trust } from "./internal/trust.ts";
import * as MerchantLeases from "./MerchantLeases.ts";
import { RefundStore } from "./RefundStore.ts";
import { Signalling } from "./Signalling.ts";

export interface Options {
  /** For how long a merchant is this process's, unless renewed; 10 s. Another takes over so long after this one was killed. */
  readonly lease?: Duration.Input | undefined;
  /** How long one call may take; 60 s. */
  readonly limit?: Duration.Input | undefined;
  /** How often the store is looked at when nobody tells that something is due, or has changed; 1 s. */
  readonly poll?: Duration.Input | undefined;
  /** How long a process that is told to stop waits for its calls; 25 s. */
  readonly drain?: Duration.Input | undefined;
  /** Nobody else can have this store: what another process left is free at once. */
  readonly alone?: boolean | undefined;
  /** What this process is called in the store; a random id. It must be another's in no other process, nor after a restart. */
  readonly owner?: string | undefined;
  /** Named points of a refund's way, for tests that stop the process there. */
  readonly at?: ((point: string) => Effect.Effect<void>) | undefined;
}

/** How the worker is, for `Health`. Times are milliseconds since, `undefined` where it has not happened. */
export interface State {
  /** Since the last statement that looked for due rows had a result; of a merchant whose due rows cannot be read, since that began. */
  readonly looked: number | undefined;
  /** Since a row that `Pace` let go has been waiting for its claim. */
  readonly unclaimed: number | undefined;
  readonly merchants: ReadonlyArray<string>;
  readonly active: number;
}

export class Worker extends Context.Service<
  Worker,
  {
    /** This process, in the store. */
    readonly owner: string;
    readonly state: Effect.Effect<State>;
    /** Begins nothing more, waits for what is under way, and gives the merchants back. */
    readonly drain: Effect.Effect<void>;
  }
>()("@wechat-refund/durable/Worker") {}

export const make = Effect.fnUntraced(function* (
  options: Options = {},
): Effect.fn.Return<Worker["Service"], never, RefundStore | Merchants | Signalling | Scope.Scope> {
  const store = yield* RefundStore;
  const signals = yield* Signalling;
  const merchants = yield* Merchants;
  const lease = Duration.toMillis(options.lease ?? "10 seconds");
  const limit = Duration.toMillis(options.limit ?? "60 seconds");
  const poll = Duration.toMillis(options.poll ?? "1 second");
  const drainFor = Duration.toMillis(options.drain ?? "25 seconds");
  const { at = () => Effect.void } = options;
  const owner = options.owner ?? randomUUID();
  const leases = MerchantLeases.make(store.database, owner, options.alone === true ? 0 : lease);
  const elapsed = yield* reader;
  const trust = new Trust();
  const fibers = yield* FiberSet.make<void>();
  const held = new Map<string, holdings.Holding>();
  // Given back, and still ours in the store for a moment.
  const leaving = new Set<string>();
  let paused = new Set<string>();
  let draining = false;
  let validUntil = 0;
  let renewed = -Infinity;
  let looked: number | undefined;
  // Since when what is due of a merchant cannot be read, though the store answers others.
  const unread = new Map<string, number>();

  const subs = new Map<string, Sub>(
    merchants.all.map((registered) => {
      const { mchId, subMchId = "" } = registered.merchant;
      const key = holdings.keyOf(mchId, subMchId);
      return [
        key,
        {
          registered,
          lane: Pace.of(registered.client).lane,
          calls: calls.make(registered),
          isPaused: () => paused.has(key),
        },
      ];
    }),
  );
  const mchIds = [...new Set(merchants.all.map(({ merchant }) => merchant.mchId))];

  const cut = (holding: holdings.Holding): void => {
    if (held.get(holding.mchId) === holding) {
      held.delete(holding.mchId);
      signals.mine.delete(holding.mchId);
      unread.delete(holding.mchId);
    }
    Deferred.doneUnsafe(holding.stop, Effect.void);
    Deferred.doneUnsafe(holding.cut, Effect.void);
    holding.stir.now();
  };

  // Whether the store may hold what was planned by a clock that was set back since: perhaps while nobody was there to see it.
  let behind = true;
  const compared = Effect.fnUntraced(function* (wall: number, before: number) {
    const back = trust.compare(wall, before, yield* monotonic, store.latest(before));
    if (back > 0) {
      behind = true;
      yield* Effect.logWarning(
        `the store's clock was set back by ${Math.round(back / 1000)} s; what was planned is planned anew`,
      );
    }
    if (behind) {
      yield* Effect.ignore(
        Effect.andThen(
          leases.rebase,
          Effect.sync(() => (behind = false)),
        ),
      );
    }
  });

  const { granted, turn } = holdings.driver({
    store,
    signals,
    trust,
    owner,
    subs,
    leases,
    fibers,
    limit,
    poll,
    at,
    mayCall: (holding) => elapsed() <= validUntil && held.get(holding.mchId) === holding,
    compared,
    looked: ({ mchId }, now) => {
      looked = now;
      unread.delete(mchId);
    },
    // Somebody else wrote the row, or the merchant is not ours any more: then it is not to be tried again and again.
    refused: Effect.sync(() => {
      renewed = -Infinity;
      signals.merchants.now();
    }),
  });

  const adopt = Effect.fnUntraced(function* (mchId: string, epoch: number) {
    if (held.has(mchId) || leaving.has(mchId) || draining) return;
    const holding = holdings.open(mchId, epoch);
    // What held it when another process called for it holds it still. Where that cannot be read, it is not adopted yet.
    const holds = yield* leases.holds(mchId);
    if (draining) return;
    held.set(mchId, holding);
    signals.mine.add(mchId);
    for (const [key, { lane }] of subs) {
      if (!key.startsWith(`${mchId} `)) continue;
      const hold = holds.find(({ subMchId }) => holdings.keyOf(mchId, subMchId) === key);
      if (hold !== undefined) lane.report(hold.cause, hold.message, true, hold.call);
      // What this process knew of it once, another has lifted.
      else if (lane.held() !== undefined) lane.succeeded("send");
    }
    const [lane] = [...subs].flatMap(([key, sub]) => (key.startsWith(`${mchId} `) ? [sub.lane] : []));
    if (lane !== undefined) {
      yield* FiberSet.run(
        fibers,
        Effect.gen(function* () {
          for (;;) {
            yield* lane.recovered;
            holding.recoveredAt = yield* Effect.retry(leases.wake(mchId), Schedule.spaced("1 second"));
            signals.due(mchId).now();
          }
        }).pipe(Effect.ignore, Effect.raceFirst(Deferred.await(holding.stop))),
      );
    }
    yield* FiberSet.run(
      fibers,
      Effect.gen(function* () {
        while (!(yield* Deferred.isDone(holding.stop))) {
          yield* turn(holding).pipe(
            Effect.tapCause(() =>
              Effect.map(monotonic, (now) => void (held.has(mchId) && unread.set(mchId, unread.get(mchId) ?? now))),
            ),
            Effect.catch((error) =>
              Effect.andThen(
                Effect.logWarning(`due refunds cannot be read: ${said(error)}`),
                Effect.raceFirst(Effect.sleep(500), Deferred.await(holding.stop)),
              ),
            ),
            Effect.catchDefect((defect) =>
              Effect.andThen(Effect.logError("the worker met a defect", defect), Effect.sleep(500)),
            ),
          );
        }
      }),
    );
  });

  const giveBack = Effect.fnUntraced(function* (holding: holdings.Holding) {
    leaving.add(holding.mchId);
    Deferred.doneUnsafe(holding.stop, Effect.void);
    const over = Effect.gen(function* () {
      for (;;) {
        const stirred = holding.stir.next();
        if (holding.active === 0) return;
        yield* stirred;
      }
    });
    yield* Effect.raceFirst(over, Effect.sleep(drainFor));
    cut(holding);
    // Whoever takes it next begins with a pace that knows of no call: a second later none of these counts any more.
    const rest = holding.called + 1000 - (yield* monotonic);
    if (rest > 0 && options.alone !== true) yield* Effect.sleep(rest);
    yield* Effect.ensuring(
      leases.release(holding.mchId),
      Effect.sync(() => leaving.delete(holding.mchId)),
    );
  });

  let lonely = 0;
  const tick = Effect.gen(function* () {
    const started = yield* monotonic;
    if (started - renewed >= lease / 4) {
      const { held: mine, now } = yield* leases.beat;
      renewed = started;
      validUntil = started + lease * 0.8;
      yield* compared(now, started);
      for (const holding of held.values()) if (mine.get(holding.mchId) !== holding.epoch) cut(holding);
      for (const [mchId, epoch] of mine) yield* adopt(mchId, epoch);
      paused = new Set((yield* leases.paused).map(({ mchId, subMchId }) => holdings.keyOf(mchId, subMchId)));
    }
    if (draining) return;
    const { free, share } = yield* leases.free(
      mchIds.filter((mchId) => !held.has(mchId)),
      [...subs.keys()],
    );
    looked = yield* monotonic;
    // What nobody takes, though others should, is taken all the same.
    lonely = free.length > 0 && held.size >= share ? lonely + 1 : 0;
    for (const one of free) {
      if (held.size >= share && lonely < 3) break;
      const epoch = yield* leases.take(one);
      if (epoch !== undefined) yield* adopt(one.mchId, epoch);
    }
    const [first] = [...held.values()].sort((a, b) => a.active - b.active);
    if (held.size > share && free.length === 0 && first !== undefined)
      yield* FiberSet.run(fibers, Effect.ignore(giveBack(first)));
  });

  /** A lease that could not be renewed ends before it does in the store. */
  const guard = Effect.gen(function* () {
    const now = yield* monotonic;
    if (held.size === 0 || now <= validUntil) return;
    yield* Effect.logWarning("the store cannot be reached, and the leases of this process end: nothing more is begun");
    for (const holding of held.values()) cut(holding);
    renewed = -Infinity;
  });

  yield* Effect.forkScoped(
    Effect.gen(function* () {
      for (;;) {
        const due = signals.anyDue.next();
        const merchantsChanged = signals.merchants.next();
        yield* tick.pipe(
          Effect.catch((error) => Effect.logWarning(`the store cannot be reached: ${said(error)}`)),
          Effect.catchDefect((defect) => Effect.logError("the worker met a defect", defect)),
        );
        yield* Effect.raceAllFirst([
          Effect.sleep(poll),
          // What is due for a merchant of ours its own loop has heard of.
          Effect.andThen(due, mchIds.some((mchId) => !held.has(mchId)) ? Effect.void : Effect.never),
          Effect.andThen(
            merchantsChanged,
            Effect.sync(() => void (renewed = -Infinity)),
          ),
        ]);
      }
    }),
  );
  yield* Effect.forkScoped(Effect.forever(Effect.andThen(Effect.sleep(lease / 20), guard)));

  const drain = Effect.gen(function* () {
    if (draining) return;
    draining = true;
    const all = [...held.values()];
    yield* Effect.forEach(all, giveBack, { concurrency: "unbounded", discard: true }).pipe(Effect.ignore);
  });
  yield* Effect.addFinalizer(() => drain);

  return {
    owner,
    drain,
    state: Effect.gen(function* () {
      const now = yield* monotonic;
      const oldest = Math.min(...granted.values());
      return {
        looked: looked === undefined ? undefined : now - Math.min(looked, ...unread.values()),
        unclaimed: oldest === Infinity ? undefined : now - oldest,
        merchants: [...held.keys()],
        active: [...held.values()].reduce((sum, { active }) => sum + active, 0),
      };
    }),
  };
});

/** Only records and answers: what is due is another process's. It looks at the store now and then, for `Health`. */
export const layerNone: Layer.Layer<Worker, never, RefundStore> = Layer.effect(
  Worker,
  Effect.gen(function* () {
    const { sql } = (yield* RefundStore).database;
    let looked: number | undefined;
    const look = Effect.andThen(
      sql`SELECT 1`,
      Effect.map(monotonic, (now) => void (looked = now)),
    );
    yield* Effect.forkScoped(Effect.forever(Effect.andThen(Effect.ignore(look), Effect.sleep("1 second"))));
    return {
      owner: "",
      drain: Effect.void,
      state: Effect.map(monotonic, (now) => ({
        looked: looked === undefined ? undefined : now - looked,
        unclaimed: undefined,
        merchants: [],
        active: 0,
      })),
    };
  }),
);

/** The worker, for as long as the layer lives; when it ends it drains. */
export const layer = (options?: Options): Layer.Layer<Worker, never, RefundStore | Merchants | Signalling> =>
  Layer.effect(Worker, make(options));
