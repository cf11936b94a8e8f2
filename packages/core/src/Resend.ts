/**
 * Re-sending, visibly: what to do when a refund's outcome is not known yet.
 *
 * Every send repeats the same number and the same business fields with a fresh nonce and sign, so the gateway refunds once. A
 * result is never guessed: what was sent and not answered is asked for before it is sent again, and a refusal ends the story
 * only if no earlier attempt may have been accepted.
 */
import * as Clock from "effect/Clock";
import * as Context from "effect/Context";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Random from "effect/Random";
import * as Schedule from "effect/Schedule";
import { operation, type RefundAccepted, type RefundRequest } from "./Refund.ts";
import { RefundClient } from "./RefundClient.ts";
import type { RefundError } from "./RefundError.ts";
import type { RefundRecord } from "./RefundQuery.ts";

/** A random delay between zero and the schedule's own: "full jitter", so that many clients do not return together. */
const fullJitter = <Out, In>(schedule: Schedule.Schedule<Out, In>): Schedule.Schedule<Out, In> =>
  Schedule.modifyDelay(schedule, ({ duration }) =>
    Effect.map(Random.next, (random) => Duration.times(duration, random)),
  );

const capped = (base: Duration.Input, cap: Duration.Input): Schedule.Schedule<unknown> =>
  Schedule.min([Schedule.exponential(base), Schedule.spaced(cap)]);

/** After "not sent": at once, then full jitter up to min(30 s, 0.5 s · 2ⁿ); five in all. */
export const notSent: Schedule.Schedule<unknown> = fullJitter(capped("500 millis", "30 seconds")).pipe(
  Schedule.modifyDelay(({ attempt, duration }) => Effect.succeed(attempt === 1 ? Duration.zero : duration)),
  Schedule.upTo({ times: 5 }),
);

const firstQueries = [1, 3, 10];

/** Between an unknown outcome and the next question: 1 s, 3 s, 10 s, then full jitter up to 5 min, without an end of its own. */
export const unknown: Schedule.Schedule<unknown> = Schedule.exponential("20 seconds").pipe(
  Schedule.modifyDelay(({ attempt, duration }) => {
    const first = firstQueries[attempt - 1];
    if (first !== undefined) return Effect.succeed(Duration.seconds(first));
    const limit = Duration.min(duration, Duration.minutes(5));
    return Effect.map(Random.next, (random) => Duration.times(limit, random));
  }),
);

/** After a rate code: 60 s, and up to 10 s more. */
export const rateLimited: Schedule.Schedule<unknown> = Schedule.spaced("60 seconds").pipe(
  Schedule.modifyDelay(({ duration }) =>
    Effect.map(Random.next, (random) => Duration.sum(duration, Duration.times(Duration.seconds(10), random))),
  ),
);

/** For asking after acceptance: five times a minute apart, then 5, 10, 20, 30 min, 30 min …, for 30 days. A notice comes first. */
export const polling: Schedule.Schedule<unknown> = Schedule.spaced("1 minute").pipe(
  Schedule.modifyDelay(({ attempt, duration }) =>
    Effect.succeed(attempt <= 5 ? duration : Duration.minutes([5, 10, 20][attempt - 6] ?? 30)),
  ),
  Schedule.upTo({ duration: "30 days" }),
);

/** The schedules of `untilKnown` and its end: `within` is the time after which it gives up with `Unknown`. */
export interface Policy {
  readonly notSent: Schedule.Schedule<unknown>;
  readonly unknown: Schedule.Schedule<unknown>;
  readonly rateLimited: Schedule.Schedule<unknown>;
  readonly within: Duration.Input;
}

/** The schedules above, for 24 hours. */
export const defaultPolicy: Policy = { notSent, unknown, rateLimited, within: "24 hours" };

/** The policy in use; provide another to change it. */
export const CurrentPolicy = Context.Reference<Policy>("@wechat-refund/core/Resend/Policy", {
  defaultValue: () => defaultPolicy,
});

/**
 * What is known in the end. `Accepted`: by a reply of the application, or by a query's record. `Rejected`: certainly not
 * accepted by any attempt of this call. `Unknown`: the time was up; the number is still open, so keep asking, never use another.
 */
export type Known =
  | { readonly _tag: "Accepted"; readonly by: RefundAccepted | RefundRecord; readonly sends: number }
  | { readonly _tag: "Rejected"; readonly error: RefundError; readonly sends: number }
  | { readonly _tag: "Unknown"; readonly last: RefundError; readonly sends: number };

/** Waits for the schedule's next recurrence; `false` when it has no more. */
type Wait = () => Effect.Effect<boolean>;

const waiting = Effect.fnUntraced(function* (schedule: Schedule.Schedule<unknown>): Effect.fn.Return<Wait> {
  const step = yield* Schedule.toStepWithSleep(schedule);
  return () => Effect.as(step(undefined), true).pipe(Effect.catch(() => Effect.succeed(false)));
});

const rateCodes = new Set(["INVALID_REQ_TOO_MUCH", "FREQUENCY_LIMITED", "ORDER_NOT_READY"]);

const errCodeOf = (error: RefundError): string => (error.reason._tag === "Rejected" ? error.reason.errCode : "");

/**
 * A shared allowance for calls that repeat others, so that an outage is not met by everybody at once: `spend` answers whether
 * there is enough and takes it, `earn` gives back.
 */
export interface Budget {
  readonly spend: (tokens: number) => Effect.Effect<boolean>;
  readonly earn: (tokens: number) => Effect.Effect<void>;
}

/** What repeating costs, and what a clean success gives back. */
export const costs = { resend: 5, query: 1, success: 1 } as const;

/** A bucket of tokens, full at first, that also fills by one each minute, so that no refund is stuck for ever. */
export const makeBudget = (capacity = 100): Budget => {
  let tokens = capacity;
  let filledAt: number | undefined;
  const fill = Effect.map(Clock.currentTimeMillis, (now) => {
    const minutes = Math.floor((now - (filledAt ?? now)) / 60_000);
    if (minutes > 0) tokens = Math.min(capacity, tokens + minutes);
    filledAt = (filledAt ?? now) + minutes * 60_000;
  });
  return {
    spend: (wanted) =>
      Effect.map(fill, () => {
        if (tokens < wanted) return false;
        tokens -= wanted;
        return true;
      }),
    earn: (given) => Effect.sync(() => void (tokens = Math.min(capacity, tokens + given))),
  };
};

/** The budget that `untilKnown` spends from; by default each client, and so each merchant, has one of 100 tokens. */
export const CurrentBudget = Context.Reference<Budget | undefined>("@wechat-refund/core/Resend/Budget", {
  defaultValue: () => undefined,
});

const budgets = new WeakMap<RefundClient["Service"], Budget>();

const budgetOf = (client: RefundClient["Service"]): Budget => {
  const known = budgets.get(client);
  if (known !== undefined) return known;
  const made = makeBudget();
  budgets.set(client, made);
  return made;
};

/** `attempted`: an earlier call, perhaps of another process, may have sent this refund. It is then asked for before it is sent. */
export interface UntilKnownOptions {
  readonly attempted?: boolean | undefined;
}

/**
 * Sends the refund until its outcome is known, or the policy's time is up.
 *
 * *Guarantees.* The request never changes: it is read once, at the start. After an attempt that may have been sent, a query comes first; only its
 * `REFUNDNOTEXIST` leads to another send. `Rejected` needs a refusal and no earlier attempt that may have been accepted: after
 * one, a record under the number (also of an "already refunded" refusal) is `Accepted`.
 */
export const untilKnown = Effect.fn("Resend.untilKnown")(function* (
  asked: RefundRequest,
  options: UntilKnownOptions = {},
): Effect.fn.Return<Known, never, RefundClient> {
  const request = operation.copy(asked);
  const client = yield* RefundClient;
  const policy = yield* CurrentPolicy;
  const budget = (yield* CurrentBudget) ?? budgetOf(client);
  const end = (yield* Clock.currentTimeMillis) + Duration.toMillis(policy.within);
  const waitNotSent = yield* waiting(policy.notSent);
  const waitUnknown = yield* waiting(policy.unknown);
  const waitRate = yield* waiting(policy.rateLimited);
  let sends = 0;
  let maybeSent = options.attempted ?? false;

  const inTime = Effect.map(Clock.currentTimeMillis, (now) => now < end);

  /** Waits for the schedule and then for the budget; `false` when the time is up or the schedule has ended. */
  const turn = Effect.fnUntraced(function* (wait: Wait, cost: number) {
    for (;;) {
      if (!(yield* wait()) || !(yield* inTime)) return false;
      if (yield* budget.spend(cost)) return true;
    }
  });

  type Answer =
    | { readonly _tag: "Found"; readonly record: RefundRecord }
    | { readonly _tag: "None" | "Open"; readonly last: RefundError };

  const query = Effect.fnUntraced(function* (): Effect.fn.Return<Answer> {
    const asked = yield* Effect.result(client.confirm(request));
    if (asked._tag === "Success") return { _tag: "Found", record: asked.success };
    return { _tag: errCodeOf(asked.failure) === "REFUNDNOTEXIST" ? "None" : "Open", last: asked.failure };
  });

  /** Asks until there is a record, or the gateway says that there is none; `Open` when the time is up. */
  const ask = Effect.fnUntraced(function* (first: RefundError): Effect.fn.Return<Answer> {
    let answer: Answer = { _tag: "Open", last: first };
    while (answer._tag === "Open") {
      const wait = rateCodes.has(errCodeOf(answer.last)) ? waitRate : waitUnknown;
      if (!(yield* turn(wait, costs.query))) return answer;
      answer = yield* query();
    }
    return answer;
  });

  if (maybeSent) {
    let answer = yield* query();
    if (answer._tag === "Open") answer = yield* ask(answer.last);
    if (answer._tag === "Found") return { _tag: "Accepted", by: answer.record, sends };
    if (answer._tag === "Open") return { _tag: "Unknown", last: answer.last, sends };
  }

  for (;;) {
    sends++;
    const sent = yield* Effect.result(client.refund(request));
    if (sent._tag === "Success") {
      if (sends === 1) yield* budget.earn(costs.success);
      return { _tag: "Accepted", by: sent.success, sends };
    }
    const error = sent.failure;
    const notAccepted = error.outcome === "not-accepted";
    const sendAgain = notAccepted && error.advice === "resend-same";
    if (notAccepted && !sendAgain && !maybeSent) return { _tag: "Rejected", error, sends };
    if (sendAgain) {
      if (yield* turn(waitNotSent, costs.resend)) continue;
      if (!maybeSent) return { _tag: "Rejected", error, sends };
    }
    maybeSent ||= !notAccepted;
    const answer = yield* ask(error);
    if (answer._tag === "Found") return { _tag: "Accepted", by: answer.record, sends };
    if (answer._tag === "Open") return { _tag: "Unknown", last: answer.last, sends };
    if (!(yield* budget.spend(costs.resend)) && !(yield* turn(waitUnknown, costs.resend))) {
      return { _tag: "Unknown", last: answer.last, sends };
    }
  }
});

/**
 * Follows an accepted refund until its state is final (`SUCCESS` or `REFUNDCLOSE`) or the schedule ends, and gives the last
 * record seen. `CHANGE` is not final: a person must act, and polling goes on slowly. Nor is `NOTSURE`, which only the identical request
 * moves on: nothing is sent from here. A query that fails is asked again.
 */
export const untilFinal = Effect.fn("Resend.untilFinal")(function* (
  asked: RefundRequest,
  schedule: Schedule.Schedule<unknown> = polling,
): Effect.fn.Return<RefundRecord | undefined, never, RefundClient> {
  const request = operation.copy(asked);
  const client = yield* RefundClient;
  const wait = yield* waiting(schedule);
  let last: RefundRecord | undefined;
  for (;;) {
    const asked = yield* Effect.result(client.confirm(request));
    if (asked._tag === "Success") last = asked.success;
    if (last?.refundStatus === "SUCCESS" || last?.refundStatus === "REFUNDCLOSE") return last;
    if (!(yield* wait())) return last;
  }
});
