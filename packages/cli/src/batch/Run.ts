/**
 * Makes the refunds of a batch, as many at once as allowed, each known before it is left.
 *
 * *Guarantees.* A request leaves only after the result file holds its intent. A refund whose intent an earlier run left open is asked
 * for before it is sent. A refund that is known is not sent. Who stops a run stops what waits; what has left is waited for and
 * entered.
 */
import { RefundClient } from "@wechat-refund/core/RefundClient";
import type { RefundAccepted } from "@wechat-refund/core/Refund";
import type { RefundError } from "@wechat-refund/core/RefundError";
import type { RefundRecord } from "@wechat-refund/core/RefundQuery";
import * as Pace from "@wechat-refund/core/Pace";
import * as Resend from "@wechat-refund/core/Resend";
import * as Clock from "effect/Clock";
import * as Data from "effect/Data";
import * as DateTime from "effect/DateTime";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Fiber from "effect/Fiber";
import * as FiberSet from "effect/FiberSet";
import * as Layer from "effect/Layer";
import * as Option from "effect/Option";
import type * as Scope from "effect/Scope";
import { type Entry, type Journal, Unusable } from "./Journal.ts";
import type { Planned } from "./Plan.ts";

export interface Options {
  readonly concurrency: number;
  readonly perSecond: number;
  /** For one refund, from its first request on. */
  readonly within: Duration.Duration;
  /** Also what the gateway rejected before. */
  readonly retryRejected: boolean;
}

/** A failure that the next refund would meet too: the configuration is wrong, or nothing can be reached. */
export class Stopped extends Data.TaggedError("Stopped")<{ readonly error: RefundError }> {}

/** Whether an entry leaves something to find out; a refusal of the whole account says nothing about one refund. */
export const isOpen = ({ advice, reason, state }: Entry): boolean =>
  state === "sending" ||
  state === "unknown" ||
  (state === "rejected" && (advice === "fix-account" || reason === "TransportFailed"));

/** Whether a request may have left that nobody has an answer to. */
const mayBeSent = ({ state }: Entry): boolean => state === "sending" || state === "unknown";

/** What is still to do, in the order of the plan. */
export const remaining = (
  refunds: ReadonlyArray<Planned>,
  entries: ReadonlyMap<string, Entry>,
  { retryRejected }: Pick<Options, "retryRejected">,
): ReadonlyArray<Planned> =>
  refunds.filter(({ request: { outRefundNo } }) => {
    const entry = entries.get(outRefundNo);
    return entry === undefined || isOpen(entry) || (retryRejected && entry.state === "rejected");
  });

const errCodeOf = ({ reason }: RefundError): string | undefined =>
  reason._tag === "Rejected" ? reason.errCode : undefined;

const failureOf = (error: RefundError): Partial<Entry> => {
  const errCode = errCodeOf(error);
  const { advice, reason } = error;
  return { reason: reason._tag, advice, message: reason.message, ...(errCode !== undefined && { errCode }) };
};

const entryOf = Effect.fnUntraced(function* (
  { fingerprint, line, request }: Planned,
  state: Entry["state"],
  more: Partial<Entry> = {},
): Effect.fn.Return<Entry> {
  const { outRefundNo, refundFee, totalFee } = request;
  const at = DateTime.formatIso(yield* DateTime.now);
  return { outRefundNo, state, at, line, totalFee, refundFee, fingerprint, ...more };
});

/**
 * A client that enters each request before it leaves, and each answer; its calls belong to `calls`, not to whoever asks. A refusal is
 * entered as one only if no earlier request may have been accepted.
 */
const entering = (
  journal: Journal,
  planned: ReadonlyMap<string, Planned>,
  calls: FiberSet.FiberSet<unknown, unknown>,
): Layer.Layer<RefundClient, never, RefundClient> =>
  Layer.effect(
    RefundClient,
    Effect.gen(function* () {
      const client = yield* RefundClient;
      const maybe = new Set([...journal.entries.values()].filter(mayBeSent).map(({ outRefundNo }) => outRefundNo));
      const enter = Effect.fnUntraced(function* (outRefundNo: string, state: Entry["state"], more?: Partial<Entry>) {
        const of = planned.get(outRefundNo);
        if (of !== undefined) yield* Effect.orDie(journal.append(yield* entryOf(of, state, more)));
      });
      const apart = <A>(call: Effect.Effect<A, RefundError>): Effect.Effect<A, RefundError> =>
        Effect.gen(function* () {
          const fiber = yield* FiberSet.run(calls, Effect.exit(call));
          return yield* yield* Fiber.join(fiber);
        });
      const accept = (outRefundNo: string) => (by: RefundAccepted | RefundRecord) =>
        enter(outRefundNo, "accepted", { refundId: by.refundId });
      const fail = (outRefundNo: string) => (error: RefundError) => {
        if (error.outcome === "unknown") maybe.add(outRefundNo);
        return enter(outRefundNo, maybe.has(outRefundNo) ? "unknown" : "rejected", failureOf(error));
      };
      return {
        ...client,
        refund: (request) =>
          enter(request.outRefundNo, "sending").pipe(
            Effect.andThen(client.refund(request)),
            Effect.tap(accept(request.outRefundNo)),
            Effect.tapError(fail(request.outRefundNo)),
            apart,
          ),
        confirm: (expected) => client.confirm(expected).pipe(Effect.tap(accept(expected.outRefundNo)), apart),
      };
    }),
  );

/** So long after a request left, one that did not arrive will not: time limits of both sides are over. */
const settled = Duration.seconds(60);

/**
 * How long to wait until a request that left at `at` has settled. A clock that was set back puts it into the future: then the whole
 * time is waited, which costs at most that. One that was set forward makes it look older than it is: then the wait is cut short,
 * and only the query after it stands between a late acceptance and the word "rejected".
 */
export const untilSettled = (at: string, now: number): Duration.Duration => {
  const age = now - Date.parse(at);
  return Duration.subtract(settled, Duration.min(settled, Duration.millis(age > 0 ? age : 0)));
};

/** Asks until there is an answer; `undefined` when there was none in time. */
const ask = Effect.fnUntraced(function* (
  { request }: Planned,
  enterUnknown: (error: RefundError) => Effect.Effect<void, Unusable>,
  within: Duration.Duration,
): Effect.fn.Return<"found" | "none" | undefined, Stopped | Unusable, RefundClient> {
  const client = yield* RefundClient;
  let last: RefundError | undefined;
  const answer = yield* client.confirm({ ...request }).pipe(
    Effect.as("found" as const),
    Effect.tapError((error) => Effect.sync(() => void (last = error))),
    Effect.retry({
      schedule: Resend.unknown,
      while: (error) => errCodeOf(error) !== "REFUNDNOTEXIST" && error.advice !== "fix-account",
    }),
    Effect.catch((error) =>
      error.advice === "fix-account" ? Effect.fail(new Stopped({ error })) : Effect.succeed("none" as const),
    ),
    Effect.timeoutOption(within),
  );
  if (Option.isNone(answer) && last !== undefined) yield* enterUnknown(last);
  return Option.getOrUndefined(answer);
});

/** Makes one refund, and enters what became of it. */
const settle = Effect.fnUntraced(function* (planned: Planned, journal: Journal, within: Duration.Duration) {
  const { request } = planned;
  const before = journal.entries.get(request.outRefundNo);
  const isOld = before !== undefined && mayBeSent(before);
  const enter = Effect.fnUntraced(function* (state: Entry["state"], error: RefundError) {
    yield* journal.append(yield* entryOf(planned, state, failureOf(error)));
  });
  const unknown = (error: RefundError) => enter("unknown", error);
  if (isOld && (yield* ask(planned, unknown, within)) !== "none") return;
  const known = yield* Resend.untilKnown(request);
  if (known._tag === "Unknown") return yield* unknown(known.last);
  if (known._tag === "Accepted") return;
  const { error } = known;
  let isSettled = true;
  if (isOld) {
    // The earlier run's request may still have been under way when this one was refused.
    const wait = untilSettled(before.at, yield* Clock.currentTimeMillis);
    yield* Effect.sleep(Duration.min(wait, within));
    if ((yield* ask(planned, unknown, within)) !== "none") return;
    isSettled = Duration.isLessThanOrEqualTo(wait, within);
  }
  // What has not settled in the time given stays as it is: unknown.
  if (isSettled && journal.entries.get(request.outRefundNo)?.state !== "rejected") yield* enter("rejected", error);
  if (error.advice === "fix-account" || error.reason._tag === "TransportFailed") return yield* new Stopped({ error });
});

/** Makes the refunds. `onStop` is told how many requests are under way when somebody stops the run. */
export const run = Effect.fnUntraced(function* (
  refunds: ReadonlyArray<Planned>,
  journal: Journal,
  { concurrency, perSecond, within }: Options,
  onStop: (underWay: number) => Effect.Effect<void>,
): Effect.fn.Return<void, Stopped | Unusable, RefundClient | Scope.Scope> {
  const calls = yield* FiberSet.make<unknown, unknown>();
  const planned = new Map(refunds.map((planned) => [planned.request.outRefundNo, planned]));
  const client = Pace.layer({ perSecond }).pipe(Layer.provide(entering(journal, planned, calls)));
  yield* Effect.forEach(refunds, (planned) => settle(planned, journal, within), { concurrency, discard: true }).pipe(
    Effect.provideService(Resend.CurrentPolicy, { ...Resend.defaultPolicy, within }),
    Effect.provide(client),
    Effect.onInterrupt(() => Effect.flatMap(FiberSet.size(calls), onStop)),
    // What has left is waited for, also when the others were given up.
    Effect.ensuring(FiberSet.awaitEmpty(calls)),
    Effect.catchDefect((defect) => (defect instanceof Unusable ? Effect.fail(defect) : Effect.die(defect))),
  );
}, Effect.scoped);
