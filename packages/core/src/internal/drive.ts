/** One refund, driven in this process: what `next` says is done in `Pace`'s turns, and what came of it observed. No rule stands here. */
import * as Deferred from "effect/Deferred";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Result from "effect/Result";
import { reportTo, succeededTo, tellBlock, turnOf } from "../Driving.ts";
import * as Pace from "../Pace.ts";
import type { RefundAccepted } from "../Refund.ts";
import { RefundClient } from "../RefundClient.ts";
import type { RefundError } from "../RefundError.ts";
import type { RefundRecord } from "../RefundQuery.ts";
import {
  type Cause,
  isMerchants,
  type MerchantCause,
  next,
  type Observation,
  observe,
  ofAsk,
  ofSend,
  type Progress,
} from "../RefundProgress.ts";
import { now } from "./monotonic.ts";
import { hour } from "./progress.ts";

type Client = RefundClient["Service"];

/** The calls of one refund. Without `send` it is only asked for. */
export interface Calls {
  readonly outRefundNo: string;
  /** As `orderKey` gives it. */
  readonly order?: string | undefined;
  readonly send?: ((client: Client) => Effect.Effect<RefundAccepted, RefundError>) | undefined;
  readonly ask: (client: Client) => Effect.Effect<RefundRecord, RefundError>;
}

export interface Options {
  readonly start: Progress;
  readonly done: (progress: Progress) => boolean;
  readonly within: Duration.Input;
  /** Between two questions, in place of what `next` says. */
  readonly every?: Duration.Input | undefined;
  readonly endWhenBlocked?: boolean | ReadonlyArray<Cause> | undefined;
  readonly onProgress?: ((progress: Progress) => Effect.Effect<void>) | undefined;
}

/** What is known, and by what. */
export interface Driven {
  readonly progress: Progress;
  readonly by: RefundAccepted | RefundRecord | undefined;
  readonly record: RefundRecord | undefined;
  /** The last refusal of a send, and the last failure of any call. */
  readonly refused: RefundError | undefined;
  readonly last: RefundError | undefined;
  /** What it rested by when it was given up. */
  readonly block: Progress["block"];
  readonly sends: number;
}

/** Whether a block that the caller wants to hear of as an ending has come, and no question is about to decide. */
const ends = (progress: Progress, wanted: boolean | ReadonlyArray<Cause>): boolean => {
  const { block, open } = progress;
  if (block === undefined || open !== undefined || wanted === false) return false;
  if (wanted !== true && !wanted.includes(block.cause)) return false;
  // What nobody signed may pass, and a question is due that may decide.
  if (isMerchants(block.cause) && (block.firm || progress.truth !== "Unknown")) return true;
  const step = next(progress);
  return step._tag === "Wait" && step.millis >= 60_000;
};

/** Drives it until it is done, or the time is up, or, where that was asked for, it is blocked. Interruption ends it where it stands. */
export const drive = Effect.fnUntraced(function* (
  calls: Calls,
  options: Options,
): Effect.fn.Return<Driven, never, RefundClient> {
  const { client, lane } = Pace.of(yield* RefundClient);
  const { done, endWhenBlocked = false, onProgress = () => Effect.void } = options;
  const within = Duration.toMillis(options.within);
  const every = options.every === undefined ? undefined : Duration.toMillis(options.every);
  const { ask, order, outRefundNo, send } = calls;
  const stopped = yield* Deferred.make<void>();
  const started = yield* Deferred.make<void>();
  const driven: { -readonly [K in keyof Driven]: Driven[K] } = {
    progress: options.start,
    by: undefined,
    record: undefined,
    refused: undefined,
    last: undefined,
    block: undefined,
    sends: 0,
  };
  let mark = yield* now;
  let held: MerchantCause | undefined;
  let ending = false;
  let shown = driven.progress;

  /** Tells what has changed since it was told last. */
  const look = Effect.fnUntraced(function* () {
    const before = shown;
    const { block, truth } = driven.progress;
    if (truth !== before.truth || block?.cause !== before.block?.cause) {
      shown = driven.progress;
      yield* tellBlock(outRefundNo, before, driven.progress);
      yield* onProgress(driven.progress);
    }
    if (!ends(driven.progress, endWhenBlocked)) return;
    ending = true;
    yield* Deferred.succeed(stopped, undefined);
  });

  const tell = Effect.fnUntraced(function* (observation?: Observation) {
    const at = yield* now;
    driven.progress = observe(driven.progress, { _tag: "Passed", millis: at - mark, clock: "monotonic" });
    mark = Math.max(mark, at);
    if (observation !== undefined) driven.progress = observe(driven.progress, observation);
    yield* look();
    if (left() < Infinity) yield* Deferred.succeed(started, undefined);
  });

  /** What holds the merchant, for whoever waits for it. */
  const hear = Effect.suspend(() => {
    const before = held;
    const hold = lane.held();
    held = hold?.cause;
    if (hold === undefined) return before === undefined ? Effect.void : tell({ _tag: "Lifted", cause: before });
    const isNew = before !== hold.cause || driven.progress.block === undefined;
    return isNew ? tell({ _tag: "Held", cause: hold.cause }) : Effect.void;
  });

  const answered = Effect.fnUntraced(function* (call: "send" | "ask", observation: Observation) {
    // Of the merchant first: what is told of the refund may end its story.
    reportTo(lane, call, observation);
    yield* tell(observation);
    succeededTo(lane, call, observation);
    yield* hear;
  });

  const asked = Effect.fnUntraced(function* (permit: Pace.Permit) {
    const answer = yield* Effect.result(ask(client));
    permit.end(Result.isSuccess(answer) ? "ok" : Pace.endedOf(answer.failure));
    if (Result.isFailure(answer)) driven.last = answer.failure;
    else {
      driven.record = answer.success;
      if (answer.success.refundStatus !== "NOTSURE") driven.by ??= answer.success;
    }
    yield* answered("ask", ofAsk(answer));
  });

  const sent = Effect.fnUntraced(function* (permit: Pace.Permit, call: NonNullable<Calls["send"]>) {
    driven.sends += 1;
    const answer = yield* Effect.result(call(client));
    permit.end(Result.isSuccess(answer) ? "ok" : Pace.endedOf(answer.failure));
    const observation = ofSend(answer);
    if (Result.isSuccess(answer)) driven.by = answer.success;
    else {
      driven.last = answer.failure;
      if (observation._tag === "Refused") driven.refused = answer.failure;
    }
    if (observation._tag === "Unanswered") driven.refused = undefined;
    yield* answered("send", observation);
  });

  const make = Effect.fnUntraced(function* (permit: Pace.Permit) {
    // It was given up, or answered otherwise, while it waited for its turn.
    if (ending) return;
    const sending = permit.call === "send" && send !== undefined;
    yield* tell({ _tag: "Begun", call: sending ? "send" : "ask" });
    yield* sending ? sent(permit, send) : asked(permit);
  });

  /** A call in its turn. The wait for it can be interrupted, and gives the turn back. */
  const one = (step: "Send" | "Ask" | "Question") => {
    const turn = turnOf(step, driven.progress, { outRefundNo, order, maySend: send !== undefined });
    return Effect.uninterruptibleMask((restore) =>
      Effect.flatMap(restore(lane.take(turn)), (permit) =>
        Effect.onExit(restore(make(permit)), () =>
          Effect.sync(() => permit.end(driven.progress.open === undefined ? "not-made" : "unanswered")),
        ),
      ),
    );
  };

  /** How long until the time is up; it does not run before something was begun, or holds the merchant. */
  const left = (): number => {
    const { block, first } = driven.progress;
    const spent = first ?? block?.since;
    return spent === undefined ? Infinity : within - spent;
  };

  const over = Effect.gen(function* () {
    yield* Deferred.await(started);
    for (;;) {
      yield* tell();
      const rest = left();
      if (rest <= 0 && driven.progress.open === undefined) {
        ending = true;
        return;
      }
      // What lasts too long is told when it does.
      const overdue = hour - (driven.progress.first ?? 0);
      yield* Effect.sleep(rest <= 0 ? 1000 : overdue > 0 ? Math.min(rest, overdue) : rest);
    }
  });

  const life = Effect.gen(function* () {
    for (;;) {
      yield* tell();
      if (ending || done(driven.progress)) return;
      yield* hear;
      // Who only asks leaves it to the one who sends to move NOTSURE (未确定) on.
      const step = next(send === undefined ? { ...driven.progress, notSure: false } : driven.progress);
      if (step._tag === "Rest" || step._tag === "Busy") return;
      if (step._tag !== "Wait") {
        yield* one(step._tag);
        continue;
      }
      const millis = every === undefined ? step.millis : every;
      // A change of what holds the merchant, or the end of an outage, comes first.
      const woken = yield* Effect.raceAllFirst([
        Effect.as(Effect.sleep(millis), "due" as const),
        Effect.as(lane.changed, "sooner" as const),
        Effect.as(lane.recovered, "sooner" as const),
      ]);
      if (woken === "due" && every !== undefined) yield* one(step.for);
    }
  });

  yield* Effect.raceAllFirst([
    life,
    over,
    Deferred.await(stopped),
    Effect.forever(Effect.andThen(lane.changed, hear)),
    Effect.forever(Effect.andThen(lane.recovered, tell({ _tag: "Reachable" }))),
  ]);
  driven.block = driven.progress.block;
  if (!done(driven.progress)) yield* tell({ _tag: "Cancel" });
  return driven;
});
