/**
 * Compares the books with WeChat Pay's bills (对账): each merchant number's day once among all processes, from ten in the morning of the day
 * after, again until there is a bill, the oldest day first. Days that were missed are made up for as long as the gateway keeps their bills.
 *
 * A bill is not signed: it changes nothing. What it has of a refund that is not known yet is a reason to ask for that now; what differs is asked
 * for by a signed query, and stored beside its answer. A contradiction is an alarm, and the books stay as they are.
 *
 * Days are a feed of their own, and no events: an event is a change of one refund, with its number and truth, which a day has not; and what a
 * day leads to, a refund that is known after all, is an event already.
 */
import { randomUUID } from "node:crypto";
import { Merchants } from "@wechat-refund/core/Merchants";
import * as Context from "effect/Context";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import type * as Scope from "effect/Scope";
import type { SqlError } from "effect/sql/SqlError";
import * as Stream from "effect/Stream";
import * as dayOfBooks from "./internal/dayOfBooks.ts";
import { monotonic } from "./internal/monotonic.ts";
import { said } from "./internal/said.ts";
import * as Reconciliations from "./Reconciliations.ts";
import { RefundStore } from "./RefundStore.ts";
import { Signalling } from "./Signalling.ts";

export interface Options {
  /** Whether a number may be one of ours; one that is not was made elsewhere. Without it, only what has no number of a merchant was. */
  readonly isOurs?: ((mchId: string, outRefundNo: string) => boolean) | undefined;
  /** How often is looked whether a day is due; a minute. */
  readonly poll?: Duration.Input | undefined;
  /** Between two bills, and between two questions about differences; 10 s and 200 ms. */
  readonly betweenBills?: Duration.Input | undefined;
  readonly betweenQuestions?: Duration.Input | undefined;
  /** For how long a day is this process's, unless it says that it lives; 30 s. */
  readonly lease?: Duration.Input | undefined;
  /** Nobody else can have this store: what another process left is free at once. */
  readonly alone?: boolean | undefined;
  /** Named points of a day's way, for tests that stop the process there. */
  readonly at?: ((point: string) => Effect.Effect<void>) | undefined;
}

/** Reads the results; they are there whichever process compared. */
export interface Service {
  /** The newest first; `after` is the last one of the page before. */
  readonly list: (
    filter?: Reconciliations.Filter,
    page?: {
      readonly after?: Pick<Reconciliations.Day, "mchId" | "date"> | undefined;
      readonly limit?: number;
    },
  ) => Effect.Effect<ReadonlyArray<Reconciliations.Day>, SqlError>;
  readonly find: (mchId: string, date: string) => Effect.Effect<Reconciliations.Day | undefined, SqlError>;
  /** Of a day, in pages; `after` is the `id` of the last one of the page before. */
  readonly differences: (
    day: Pick<Reconciliations.Day, "mchId" | "date">,
    page?: { readonly after?: number | undefined; readonly limit?: number | undefined },
  ) => Effect.Effect<ReadonlyArray<Reconciliations.Difference>, SqlError>;
  /** Days that are done, each once, in the order in which they came to be, after a position. */
  readonly after: (position: number, limit?: number) => Effect.Effect<ReadonlyArray<Reconciliations.Day>, SqlError>;
  /** The position of the newest day that is done, also where that was removed since. */
  readonly newest: Effect.Effect<number, SqlError>;
  /** All after a position, and then each as it is done. */
  readonly stream: (position?: number) => Stream.Stream<Reconciliations.Day, SqlError>;
  readonly standings: Effect.Effect<ReadonlyArray<Reconciliations.Standing>, SqlError>;
}

export class Reconciler extends Context.Service<Reconciler, Service>()("@wechat-refund/durable/Reconciler") {}

const reading = Effect.gen(function* () {
  const { database } = yield* RefundStore;
  const signals = yield* Signalling;
  const after: Service["after"] = (position, limit) => Reconciliations.after(database, position, limit);
  const pages = Effect.fnUntraced(function* (position: number) {
    for (;;) {
      const told = signals.placed.next();
      const page = yield* after(position);
      if (page.length > 0) return page;
      yield* Effect.raceFirst(told, Effect.sleep("1 second"));
    }
  });
  return Reconciler.of({
    list: (filter, page) => Reconciliations.list(database, filter, page),
    find: (mchId, date) => Reconciliations.find(database, mchId, date),
    differences: (day, page) => Reconciliations.differencesOf(database, day, page),
    after,
    newest: Reconciliations.newest(database),
    stream: (position = 0) =>
      Stream.unfold(position, (at) =>
        Effect.map(pages(at), (page) => [page, page.at(-1)?.position ?? at] as const),
      ).pipe(Stream.flattenIterable),
    standings: Reconciliations.standings(database),
  });
});

/** Looks for due days for as long as the scope lives. Fails nobody: what cannot be done now is tried again. */
const run = Effect.fnUntraced(function* (
  options: Options,
): Effect.fn.Return<void, never, RefundStore | Merchants | Signalling | Scope.Scope> {
  const store = yield* RefundStore;
  const merchants = yield* Merchants;
  const signals = yield* Signalling;
  const lease = Duration.toMillis(options.lease ?? "30 seconds");
  const poll = Duration.toMillis(options.poll ?? "1 minute");
  const betweenBills = Duration.toMillis(options.betweenBills ?? "10 seconds");
  // A bill holds the refunds of both protocols, through whichever it is asked for.
  const mchIds = [...new Set(merchants.all.map(({ merchant }) => merchant.mchId))];
  const days = Reconciliations.make(store.database, randomUUID(), options.alone === true ? 0 : lease);
  const work = dayOfBooks.make({
    store,
    merchants,
    days,
    isOurs: options.isOurs,
    betweenQuestions: Duration.toMillis(options.betweenQuestions ?? "200 millis"),
    due: (mchId) => signals.tell(`due:${mchId}`),
    placed: signals.tell("placed"),
    at: options.at ?? (() => Effect.void),
  });

  /** Says that this process lives; ends where it is not its day any more, or nobody can have heard of it for long. */
  const guard = Effect.fnUntraced(function* (claim: Reconciliations.Claim) {
    let heard = yield* monotonic;
    for (;;) {
      yield* Effect.sleep(lease / 4);
      const isMine = yield* Effect.option(days.beat(claim));
      const now = yield* monotonic;
      if (isMine._tag === "Some" && isMine.value) heard = now;
      else if (isMine._tag === "Some" || now - heard > lease * 0.8) {
        return yield* Effect.logWarning(`${claim.mchId} on ${claim.date}: given up, for another process has it by now`);
      }
    }
  });

  const tick = Effect.gen(function* () {
    const now = yield* days.now;
    yield* days.plan(mchIds, now);
    const claim = yield* days.claim(mchIds, now);
    if (claim === undefined) return false;
    yield* Effect.raceFirst(work(claim), guard(claim)).pipe(
      Effect.catchDefect((defect) =>
        Effect.andThen(
          Effect.logError(`${claim.mchId} on ${claim.date}: the reconciler met a defect`, defect),
          days.later(claim, { millis: 1_800_000, said: "the reconciler met a defect" }),
        ),
      ),
      Effect.onInterrupt(() => Effect.ignore(days.release(claim))),
    );
    return true;
  });

  yield* Effect.forkScoped(
    Effect.forever(
      tick.pipe(
        Effect.catch((error) => Effect.as(Effect.logWarning(`the books wait for the store: ${said(error)}`), false)),
        Effect.catchDefect((defect) => Effect.as(Effect.logError("the reconciler met a defect", defect), false)),
        Effect.flatMap((isWorked) => Effect.sleep(isWorked ? betweenBills : poll)),
      ),
    ),
  );
});

/** Compares, and gives what was found. */
export const layer = (options: Options = {}): Layer.Layer<Reconciler, never, RefundStore | Merchants | Signalling> =>
  Layer.effect(
    Reconciler,
    Effect.tap(reading, () => run(options)),
  );

/** Gives what other processes found. */
export const layerNone: Layer.Layer<Reconciler, never, RefundStore | Signalling> = Layer.effect(Reconciler, reading);
