/** What an operator sees of a call: span attributes, two metrics, one log line. Never a key, certificate, sign or body. */
import * as Cause from "effect/Cause";
import * as Clock from "effect/Clock";
import * as Effect from "effect/Effect";
import * as Exit from "effect/Exit";
import * as LogLevel from "effect/LogLevel";
import * as Metric from "effect/Metric";
import * as References from "effect/References";
import type { OperationName, Outcome, RefundError } from "../RefundError.ts";

const calls = Metric.counter("wechat_refund_calls", {
  description: "Calls to the gateway by operation, outcome and reason",
  incremental: true,
});

const duration = Metric.histogram("wechat_refund_call_duration_seconds", {
  description: "Time of a call to the gateway, from the request's checks to the verified reply",
  boundaries: [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60],
});

/** The two metrics with the attributes of one kind of ending; there are few kinds, and making a metric costs more than updating it. */
const metricsOf = (() => {
  const made = new Map<string, { readonly calls: Metric.Counter<number>; readonly duration: typeof duration }>();
  return (operation: Ended["operation"], outcome: Ended["outcome"], reason: Ended["reason"]) => {
    const kind = `${operation} ${outcome} ${reason}`;
    const known = made.get(kind);
    if (known !== undefined) return known;
    const attributes = { operation, outcome, reason };
    const metrics = {
      calls: Metric.withAttributes(calls, attributes),
      duration: Metric.withAttributes(duration, attributes),
    };
    made.set(kind, metrics);
    return metrics;
  };
})();

/** How a call ended. `outcome` is what is known of the refund; an interrupted call that may have been sent is `unknown`. */
export interface Ended {
  readonly operation: OperationName;
  readonly outRefundNo: string | undefined;
  readonly host: string;
  /** The merchant number, and after a `/` that of the sub-merchant. */
  readonly merchant: string;
  readonly outcome: "ok" | Outcome;
  readonly reason: string;
}

const describe = <A>(
  operation: OperationName,
  exit: Exit.Exit<A, RefundError>,
  posted: boolean,
): Pick<Ended, "outcome" | "reason"> => {
  if (Exit.isSuccess(exit)) return { outcome: "ok", reason: "none" };
  const failure = exit.cause.reasons.find(Cause.isFailReason);
  if (failure !== undefined) return { outcome: failure.error.outcome, reason: failure.error.reason._tag };
  return {
    // A query says nothing about the refund, whether it was sent or not.
    outcome: posted || operation === "refundquery" ? "unknown" : "not-accepted",
    reason: Cause.hasInterruptsOnly(exit.cause) ? "Interrupted" : "Defect",
  };
};

const line = (ended: Ended, error: RefundError | undefined): Effect.Effect<void> => {
  if (ended.outcome === "ok") return Effect.logDebug(`${ended.operation} ok`);
  if (error?.reason._tag === "UntrustedReply") {
    // A probe (探测流量) is refused, which is all there is to it.
    return error.reason.problem === "probe" ? Effect.logInfo(error.message) : Effect.logError(error.message);
  }
  if (error !== undefined)
    return ended.outcome === "not-accepted" ? Effect.logInfo(error.message) : Effect.logWarning(error.message);
  const sent =
    ended.operation === "refundquery"
      ? "ask again"
      : ended.outcome === "unknown"
        ? "it may have been sent; query before anything else"
        : "nothing was sent";
  return Effect.logWarning(`${ended.operation} ${ended.outRefundNo ?? ""} ended by ${ended.reason}: ${sent}`);
};

const log = (ended: Ended, error: RefundError | undefined): Effect.Effect<void> =>
  line(ended, error).pipe(
    Effect.annotateLogs({
      "wechat.operation": ended.operation,
      "wechat.out_refund_no": ended.outRefundNo ?? "",
      "wechat.host": ended.host,
      "wechat.merchant": ended.merchant,
      "wechat.outcome": ended.outcome,
      "wechat.reason": ended.reason,
    }),
  );

/** Records the end of a call on its span, its metrics and its log line; one that was interrupted is then told of. */
export const record = <A>(
  call: Pick<Ended, "operation" | "outRefundNo" | "host" | "merchant">,
  exit: Exit.Exit<A, RefundError>,
  posted: boolean,
  started: number,
  tell: (interrupted: Ended) => Effect.Effect<void>,
): Effect.Effect<void> =>
  // One step, as it belongs to every call.
  Effect.withFiber((fiber) => {
    const millis = fiber.getRef(Clock.Clock).currentTimeMillisUnsafe() - started;
    const { outcome, reason } = describe(call.operation, exit, posted);
    const metrics = metricsOf(call.operation, outcome, reason);
    metrics.calls.updateUnsafe(1, fiber.context);
    metrics.duration.updateUnsafe(millis / 1000, fiber.context);
    const { span } = fiber.cache;
    if (span?._tag === "Span") {
      span.attribute("wechat.outcome", outcome);
      span.attribute("wechat.reason", reason);
      span.attribute("wechat.duration_ms", millis);
    }
    // What nobody listens for is not written.
    const quiet = LogLevel.isGreaterThan(fiber.getRef(References.MinimumLogLevel), "Debug");
    if (outcome === "ok" && quiet) return Effect.void;
    const ended: Ended = { ...call, outcome, reason };
    const error = Exit.isSuccess(exit) ? undefined : exit.cause.reasons.find(Cause.isFailReason)?.error;
    const written = log(ended, error);
    // Also where closing it broke: that error goes to nobody who waits for an answer.
    const interrupted = error === undefined && Exit.hasInterrupts(exit);
    return interrupted ? Effect.andThen(written, tell(ended)) : written;
  });
