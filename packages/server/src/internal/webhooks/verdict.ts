/**
 * What follows from an attempt to deliver a message: delivered, later, dead or disabled. Pure and total; who delivers does what it says.
 *
 * Anything but 2xx is a failure, and is tried again for three days, ever more seldom: redirects too, for a message that is sent elsewhere
 * than the file says is nobody's wish. 410 says that nothing is wanted any more.
 */
import * as Schema from "effect/Schema";

/** What came of an attempt: the status of an answer and for how long it asks to be left alone, in ms; or no answer at all. */
export const Answer = Schema.Union([
  Schema.TaggedStruct("Answered", { status: Schema.Int, retryAfter: Schema.optionalKey(Schema.Finite) }),
  Schema.TaggedStruct("Silent", {}),
]);
export type Answer = typeof Answer.Type;

export const Attempt = Schema.Struct({
  answer: Answer,
  /** A ping is tried once: who sent it looks at the answer. */
  ping: Schema.Boolean,
  /** How often the message was tried, this time included. */
  attempts: Schema.Int.check(Schema.isGreaterThanOrEqualTo(1)),
  /** Since it is to be delivered, in ms. */
  age: Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)),
  /** From 0 up to, not including, 1: messages that failed together do not come back together. */
  random: Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 })),
});
export type Attempt = typeof Attempt.Type;

export const Verdict = Schema.Union([
  Schema.TaggedStruct("Delivered", {}),
  Schema.TaggedStruct("Later", { millis: Schema.Int.check(Schema.isGreaterThanOrEqualTo(1000)) }),
  Schema.TaggedStruct("Dead", {}),
  Schema.TaggedStruct("Disabled", {}),
]);
export type Verdict = typeof Verdict.Type;

const [second, minute, hour] = [1000, 60_000, 3_600_000];

/** How long is waited after each failure; the last one again and again. */
export const waits = [
  5 * second,
  30 * second,
  2 * minute,
  10 * minute,
  30 * minute,
  hour,
  2 * hour,
  4 * hour,
  6 * hour,
  8 * hour,
] as const;

/** A message is tried for so long, and the last time after that. */
export const patience = 72 * hour;
/** However old it is, it is tried so often: while the service itself stood still, nothing was. */
export const least = 5;
/** `Retry-After` is heard up to here; it never brings a message back sooner. */
export const longest = 12 * hour;
/** A wait is up to a fifth shorter or longer. */
const jitter = 0.2;

export const verdictOf = ({ age, answer, attempts, ping, random }: Attempt): Verdict => {
  const status = answer._tag === "Answered" ? answer.status : 0;
  if (status >= 200 && status <= 299) return { _tag: "Delivered" };
  if (ping) return { _tag: "Dead" };
  if (status === 410) return { _tag: "Disabled" };
  if (age >= patience && attempts >= least) return { _tag: "Dead" };
  const planned = waits[Math.min(attempts, waits.length) - 1] ?? 8 * hour;
  const wait = planned * (1 - jitter + 2 * jitter * random);
  const asked = answer._tag === "Answered" ? Math.min(answer.retryAfter ?? 0, longest) : 0;
  return { _tag: "Later", millis: Math.round(Math.max(wait, asked)) };
};
