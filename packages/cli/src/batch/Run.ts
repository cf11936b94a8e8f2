/**
 * Makes the refunds of a batch, as many at once as allowed, each driven by `Resend` until it is known or its time is up.
 *
 * *Guarantees.* A request leaves only after the result file holds its intent. A refund whose intent an earlier run left open is asked
 * for before it is sent. A refund that is known is not sent. Who stops a run stops what waits; what has left is waited for and
 * entered. What an answer proves, and when to call again, is decided by `RefundProgress` and `Pace` alone.
 */
import * as Pace from "@wechat-refund/core/Pace";
import type { RefundClient } from "@wechat-refund/core/RefundClient";
import type { RefundError } from "@wechat-refund/core/RefundError";
import type { Cause } from "@wechat-refund/core/RefundProgress";
import * as Resend from "@wechat-refund/core/Resend";
import * as Data from "effect/Data";
import type * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as FiberSet from "effect/FiberSet";
import * as Layer from "effect/Layer";
import type * as Scope from "effect/Scope";
import * as Entering from "./Entering.ts";
import { type Entry, type Journal, Unusable } from "./Journal.ts";
import type { Planned } from "./Plan.ts";
import type { Waits } from "./Waits.ts";

export interface Options {
  readonly concurrency: number;
  readonly perSecond: number;
  /** For one refund, from its first request on. */
  readonly within: Duration.Duration;
  /** Also what the gateway rejected before. */
  readonly retryRejected: boolean;
}

/** A failure that the next refund would meet too: the configuration is wrong, the money is out, or nothing can be reached. */
export class Stopped extends Data.TaggedError("Stopped")<{ readonly error: RefundError }> {}

/**
 * Whether an entry leaves something to find out or to make. A refusal of the whole account says nothing about one refund; what never left
 * was called rejected by earlier versions.
 */
export const isOpen = ({ advice, reason, state }: Entry): boolean =>
  state === "sending" ||
  state === "unknown" ||
  state === "not-made" ||
  (state === "rejected" && (advice === "fix-account" || reason === "TransportFailed"));

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

/** Nobody waits in a batch for a person to act: the next run goes on. */
const endWhenBlocked: ReadonlyArray<Cause> = ["key", "certificate", "account", "other-refund", "request", "top-up"];

/** Why the run ends with this refund, if it does. */
const stopsBy = (known: Resend.Known): RefundError | undefined => {
  if (known._tag === "Accepted") return undefined;
  const error = known._tag === "Rejected" ? known.error : known.last;
  const block = known._tag === "Rejected" ? undefined : known.block;
  // Without a refusal another refund met it, and that one stops the run.
  if (error === undefined || (block !== undefined && block.refusal === undefined)) return undefined;
  const isUnreachable = known._tag === "NotMade" && block === undefined && error.reason._tag === "TransportFailed";
  return error.advice === "fix-account" || isUnreachable ? error : undefined;
};

/** Makes one refund, and enters what became of it. */
const settle = Effect.fnUntraced(function* (planned: Planned, journal: Journal, waits: Waits) {
  const { outRefundNo } = planned.request;
  const before = journal.entries.get(outRefundNo);
  const known = yield* Resend.untilKnown(planned.request, {
    attempted: Entering.mayBeSent(before),
    endWhenBlocked,
    onProgress: (progress) => Effect.sync(() => waits.known(outRefundNo, progress)),
  });
  if (known._tag === "Accepted") return known;
  const error = known._tag === "Rejected" ? known.error : known.last;
  const now = journal.entries.get(outRefundNo);
  const block = known._tag === "Rejected" ? undefined : known.block;
  const state = Entering.stateOf({ truth: known._tag, ...(block !== undefined && { block }) });
  // Nothing was begun, or its last answer said the same.
  if (error !== undefined && (now === before || now?.state !== state)) {
    yield* journal.append(yield* Entering.entryOf(planned, state, Entering.failureOf(error)));
  }
  return known;
});

/** Makes the refunds. `onStop` is told how many requests are under way when somebody stops the run. */
export const run = Effect.fnUntraced(function* (
  refunds: ReadonlyArray<Planned>,
  journal: Journal,
  { concurrency, perSecond, within }: Options,
  waits: Waits,
  onStop: (underWay: number) => Effect.Effect<void>,
): Effect.fn.Return<void, Stopped | Unusable, RefundClient | Scope.Scope> {
  const calls = yield* FiberSet.make<unknown, unknown>();
  const planned = new Map(refunds.map((planned) => [planned.request.outRefundNo, planned]));
  const client = Pace.layer({ perSecond }).pipe(Layer.provide(Entering.layer(journal, planned, calls, waits)));
  let noMoney: RefundError | undefined;
  let skipped = 0;
  const one = Effect.fnUntraced(function* (planned: Planned) {
    waits.begun(planned.request);
    const known = yield* settle(planned, journal, waits);
    waits.left(planned.request.outRefundNo);
    const error = stopsBy(known);
    if (error !== undefined) return yield* new Stopped({ error });
    if (known._tag !== "NotMade" || known.block?.cause !== "top-up") return;
    if (known.block.refusal !== undefined) noMoney = known.last;
    else skipped += 1;
  });
  yield* Effect.forEach(refunds, one, { concurrency, discard: true }).pipe(
    Effect.provideService(Resend.CurrentPolicy, { within }),
    Effect.provide(client),
    Effect.onInterrupt(() => Effect.flatMap(FiberSet.size(calls), onStop)),
    // What has left is waited for, also when the others were given up.
    Effect.ensuring(FiberSet.awaitEmpty(calls)),
    Effect.catchDefect((defect) => (defect instanceof Unusable ? Effect.fail(defect) : Effect.die(defect))),
  );
  if (noMoney !== undefined && skipped > 0) return yield* new Stopped({ error: noMoney });
}, Effect.scoped);
