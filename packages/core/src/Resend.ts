/**
 * Drives a refund in memory: does what `RefundProgress` says, in the turns that `Pace` gives, until what became of it is known.
 *
 * There are no rules here. Every send repeats the same number and the same business fields with a fresh nonce and sign, so the gateway
 * refunds once (同一退款单号多次请求只退一笔).
 */
import * as Context from "effect/Context";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Queue from "effect/Queue";
import * as Stream from "effect/Stream";
import { drive, type Driven } from "./internal/drive.ts";
import { orderKey } from "./internal/orders.ts";
import { operation, type RefundAccepted, type RefundRequest } from "./Refund.ts";
import { RefundClient } from "./RefundClient.ts";
import { RefundError, UntrustedReply } from "./RefundError.ts";
import { type Block, type Cause, initial, isFinal, type Progress } from "./RefundProgress.ts";
import { type RefundQueryReply, type RefundRecord, recordOf } from "./RefundQuery.ts";

/** `within`: the time, from the first begin of a call, after which `untilKnown` gives up. */
export interface Policy {
  readonly within: Duration.Input;
}

/** 24 hours. */
export const defaultPolicy: Policy = { within: "24 hours" };

/** The policy in use; provide another to change it. */
export const CurrentPolicy = Context.Reference<Policy>("@wechat-refund/core/Resend/Policy", {
  defaultValue: () => defaultPolicy,
});

/**
 * What is known in the end. `Accepted`: by a reply of the application, or by a query's record. `Rejected`: certainly not accepted by any
 * attempt of this call, and no repeat changes it. `NotMade`: given up, certainly not accepted; the same request may be started again.
 * `Unknown`: given up while it may have been accepted; keep asking, never use another number. `block`: why work rested, since when (ms)
 * and the refusal that showed it; `last`: that refusal, or else the last failure.
 */
export type Known =
  | { readonly _tag: "Accepted"; readonly by: RefundAccepted | RefundRecord; readonly sends: number }
  | { readonly _tag: "Rejected"; readonly error: RefundError; readonly sends: number }
  | {
      readonly _tag: "NotMade";
      readonly last?: RefundError | undefined;
      readonly block?: Block | undefined;
      readonly sends: number;
    }
  | {
      readonly _tag: "Unknown";
      readonly last?: RefundError | undefined;
      readonly block?: Block | undefined;
      readonly sends: number;
    };

/** What a program may want to hear while a refund is driven. */
export interface Heard {
  /** Told of every change of what is known, of a block (`progress.block`) as soon as it is seen. */
  readonly onProgress?: ((progress: Progress) => Effect.Effect<void>) | undefined;
}

/** `attempted`: an earlier call, perhaps of another process, may have sent this refund. It is then asked for before it is sent. */
export interface UntilKnownOptions extends Heard {
  readonly attempted?: boolean | undefined;
  /**
   * Gives up as soon as work rests until somebody acts, by any cause or by one of these: `NotMade`, or `Unknown` where an attempt may have
   * been accepted.
   */
  readonly endWhenBlocked?: boolean | ReadonlyArray<Cause> | undefined;
}

/** Also of what is no request, which the client's check then refuses. */
const numberOf = (request: RefundRequest): string => String(operation.outRefundNo(request));

const isKnown = ({ truth }: Progress): boolean => truth !== "Recorded" && truth !== "Unknown";

const knownOf = ({ block, by, last, progress, refused, sends }: Driven): Known => {
  const error = refused ?? last;
  const { truth } = progress;
  if (by !== undefined) return { _tag: "Accepted", by, sends };
  if (truth === "Rejected" && error !== undefined) return { _tag: "Rejected", error, sends };
  return { _tag: truth === "NotMade" ? "NotMade" : "Unknown", last: error, block, sends };
};

/**
 * Sends the refund until its outcome is known, or the policy's time is up.
 *
 * *Guarantees.* The request never changes: it is read once, at the start. What may have been accepted is asked for, by a query or by the
 * identical request, which is refunded once. `Rejected` needs a refusal, and no attempt that went unanswered, or a day since the last one.
 */
export const untilKnown = Effect.fn("Resend.untilKnown")(function* (
  asked: RefundRequest,
  options: UntilKnownOptions = {},
): Effect.fn.Return<Known, never, RefundClient> {
  const request = operation.copy(asked);
  const { within } = yield* CurrentPolicy;
  const driven = yield* drive(
    {
      outRefundNo: numberOf(request),
      order: orderKey(request),
      send: (client) => client.refund(request),
      ask: (client) => client.confirm(request),
    },
    { ...options, start: initial(numberOf(request), options), done: isKnown, within },
  );
  return knownOf(driven);
});

/** Every change of what is known of the refund, and at last how it ended, as `untilKnown` drives it. */
export const progress = (
  asked: RefundRequest,
  options: Omit<UntilKnownOptions, "onProgress"> = {},
): Stream.Stream<Progress | Known, never, RefundClient> =>
  Stream.callback<Progress | Known, never, RefundClient>((queue) =>
    untilKnown(asked, { ...options, onProgress: (now) => Effect.asVoid(Queue.offer(queue, now)) }).pipe(
      Effect.flatMap((known) => Queue.offer(queue, known)),
      Effect.andThen(Queue.end(queue)),
    ),
  );

/** How long an accepted refund is followed, and how often it is asked for. */
export interface UntilFinalOptions extends Heard {
  /** 30 days unless told otherwise. */
  readonly within?: Duration.Input | undefined;
  /** Between two questions; unless told otherwise five times a minute, then 5, 10, 20, 30 min, 30 min … A notice comes first. */
  readonly every?: Duration.Input | undefined;
}

/**
 * Follows an accepted refund until its state is final (`SUCCESS` or `REFUNDCLOSE`) or the time is up, and gives the last record seen. It is
 * never sent from here. `CHANGE` is not final: a person must act, and it is asked for once a day.
 */
export const untilFinal = Effect.fn("Resend.untilFinal")(function* (
  asked: RefundRequest,
  { every, onProgress, within = "30 days" }: UntilFinalOptions = {},
): Effect.fn.Return<RefundRecord | undefined, never, RefundClient> {
  const request = operation.copy(asked);
  const { record } = yield* drive(
    { outRefundNo: numberOf(request), ask: (client) => client.confirm(request) },
    { start: initial(numberOf(request), { accepted: true }), done: isFinal, within, every, onProgress },
  );
  return record;
});

/** As {@link UntilFinalOptions}; `onAnswer` is told of every answer. */
export interface FollowOptions extends UntilFinalOptions {
  readonly onAnswer?: ((answer: RefundQueryReply | RefundError) => Effect.Effect<void>) | undefined;
}

/** Follows a refund of which only the number is known, as `untilFinal` does; a record is believed whatever its amounts. */
export const follow = Effect.fn("Resend.follow")(function* (
  outRefundNo: string,
  { every, onAnswer = () => Effect.void, onProgress, within = "30 days" }: FollowOptions = {},
): Effect.fn.Return<RefundRecord | undefined, never, RefundClient> {
  const ask = (client: RefundClient["Service"]) =>
    client.query({ outRefundNo }).pipe(
      Effect.tapError(onAnswer),
      Effect.tap(onAnswer),
      Effect.flatMap((reply) => {
        const found = recordOf(reply, outRefundNo);
        if (found !== undefined) return Effect.succeed(found);
        const reason = new UntrustedReply({ problem: "mismatch", field: "out_refund_no", expected: outRefundNo });
        return Effect.fail(new RefundError({ operation: "refundquery", outRefundNo, reason }));
      }),
    );
  const start = initial(outRefundNo, { accepted: true });
  const { record } = yield* drive({ outRefundNo, ask }, { start, done: isFinal, within, every, onProgress });
  return record;
});
