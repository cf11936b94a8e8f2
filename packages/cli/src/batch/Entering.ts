/**
 * The client of a batch: each request is entered in the result file before it leaves, and each answer when it comes.
 *
 * Its calls belong to the run and not to whoever asks, so that an answer is entered though the run was stopped meanwhile. What an answer
 * proves is left to `RefundProgress`.
 */
import { RefundClient } from "@wechat-refund/core/RefundClient";
import type { RefundError } from "@wechat-refund/core/RefundError";
import type { RefundRecord } from "@wechat-refund/core/RefundQuery";
import { initial, type Observation, observe, ofAsk, ofSend, type Progress } from "@wechat-refund/core/RefundProgress";
import * as Clock from "effect/Clock";
import * as DateTime from "effect/DateTime";
import * as Effect from "effect/Effect";
import * as Fiber from "effect/Fiber";
import * as FiberSet from "effect/FiberSet";
import * as Layer from "effect/Layer";
import * as Result from "effect/Result";
import type { Entry, Journal, State } from "./Journal.ts";
import type { Planned } from "./Plan.ts";
import type { Waits } from "./Waits.ts";

/** Whether a request may have left that nobody has an answer to. */
export const mayBeSent = (entry: Entry | undefined): boolean =>
  entry?.state === "sending" || entry?.state === "unknown";

/** The word for what is known. Without money it stays a refusal that `--retry-rejected` takes up again. */
export const stateOf = ({ block, truth }: Pick<Progress, "block" | "truth">): State => {
  switch (truth) {
    case "Accepted":
    case "Succeeded":
      return "accepted";
    case "Closed":
      return "closed";
    case "Rejected":
      return "rejected";
    case "Recorded":
    case "NotMade":
      return block?.cause === "top-up" && block.refusal !== undefined ? "rejected" : "not-made";
    case "Unknown":
    case "Resolved":
      return "unknown";
  }
};

/** What an entry says of a failure. */
export const failureOf = ({ advice, reason }: RefundError): Partial<Entry> => ({
  reason: reason._tag,
  advice,
  message: reason.message,
  ...(reason._tag === "Rejected" && { errCode: reason.errCode }),
});

/** What an entry says of a record that a query found. */
const recordOf = ({ refundId, refundStatus }: RefundRecord): Partial<Entry> => {
  if (refundStatus === "REFUNDCLOSE") {
    return {
      refundId,
      reason: "RefundClosed",
      advice: "final",
      message: "REFUNDCLOSE (退款关闭): nothing went back, and this number brings nothing back any more",
    };
  }
  return refundStatus === "NOTSURE"
    ? { refundId, advice: "resend-same", message: "NOTSURE (未确定): the identical request, sent again, moves it on" }
    : { refundId };
};

export const entryOf = Effect.fnUntraced(function* (
  { fingerprint, line, request }: Planned,
  state: State,
  more: Partial<Entry> = {},
): Effect.fn.Return<Entry> {
  const { outRefundNo, refundFee, totalFee } = request;
  const at = DateTime.formatIso(yield* DateTime.now);
  return { outRefundNo, state, at, line, totalFee, refundFee, fingerprint, ...more };
});

/** The client in context, with its calls entered. They run in `calls`; `waits` is told of each. */
export const layer = (
  journal: Journal,
  planned: ReadonlyMap<string, Planned>,
  calls: FiberSet.FiberSet<unknown, unknown>,
  waits: Waits,
): Layer.Layer<RefundClient, never, RefundClient> =>
  Layer.effect(
    RefundClient,
    Effect.gen(function* () {
      const client = yield* RefundClient;
      const known = new Map<string, Progress>();
      /** What is known after an answer, by whoever drives the refund, and here also when nobody does any more. */
      const after = (outRefundNo: string, call: "send" | "ask", answer: Observation): State => {
        const attempted = mayBeSent(journal.entries.get(outRefundNo));
        const before = known.get(outRefundNo) ?? initial(outRefundNo, { attempted });
        const now = observe(observe(before, { _tag: "Begun", call }), answer);
        known.set(outRefundNo, now);
        return stateOf(now);
      };
      const enter = Effect.fnUntraced(function* (outRefundNo: string, state: State, more?: Partial<Entry>) {
        const of = planned.get(outRefundNo);
        if (of !== undefined) yield* Effect.orDie(journal.append(yield* entryOf(of, state, more)));
      });
      const apart = <A>(
        outRefundNo: string,
        call: "send" | "ask",
        effect: Effect.Effect<A, RefundError>,
      ): Effect.Effect<A, RefundError> =>
        Effect.gen(function* () {
          waits.called(outRefundNo, call, yield* Clock.currentTimeMillis);
          const fiber = yield* FiberSet.run(calls, Effect.exit(effect));
          return yield* yield* Fiber.join(fiber);
        }).pipe(
          Effect.tapError((error) => Effect.sync(() => waits.answered(outRefundNo, call, error))),
          Effect.tap(() => Effect.sync(() => waits.answered(outRefundNo, call, undefined))),
        );
      return {
        ...client,
        refund: (request) => {
          const { outRefundNo } = request;
          // Before the intent is entered, which alone would say that an attempt may have been made.
          const start = Effect.sync(() => {
            const attempted = mayBeSent(journal.entries.get(outRefundNo));
            if (!known.has(outRefundNo)) known.set(outRefundNo, initial(outRefundNo, { attempted }));
          });
          return start.pipe(
            Effect.andThen(enter(outRefundNo, "sending")),
            Effect.andThen(client.refund(request)),
            Effect.tap((by) =>
              enter(outRefundNo, after(outRefundNo, "send", ofSend(Result.succeed(by))), { refundId: by.refundId }),
            ),
            Effect.tapError((error) =>
              enter(outRefundNo, after(outRefundNo, "send", ofSend(Result.fail(error))), failureOf(error)),
            ),
            (effect) => apart(outRefundNo, "send", effect),
          );
        },
        confirm: (expected) => {
          const { outRefundNo } = expected;
          return client.confirm(expected).pipe(
            Effect.tap((record) =>
              enter(outRefundNo, after(outRefundNo, "ask", ofAsk(Result.succeed(record))), recordOf(record)),
            ),
            // It says something of the refund only together with what was answered before: whoever asks enters that.
            Effect.tapError((error) => Effect.sync(() => after(outRefundNo, "ask", ofAsk(Result.fail(error))))),
            (effect) => apart(outRefundNo, "ask", effect),
          );
        },
      };
    }),
  );
