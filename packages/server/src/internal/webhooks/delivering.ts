/**
 * Delivers to the endpoints of a file for as long as the scope lives: plans what the feeds hold, takes what is due, posts it, and stores
 * what follows. Each endpoint has a fiber and room of its own, so that none waits for another.
 */
import type { Registered } from "@wechat-refund/core/Merchants";
import * as Deliveries from "@wechat-refund/durable/Deliveries";
import { RefundStore } from "@wechat-refund/durable/RefundStore";
import { Signalling } from "@wechat-refund/durable/Signalling";
import * as Clock from "effect/Clock";
import * as Deferred from "effect/Deferred";
import * as Effect from "effect/Effect";
import * as Fiber from "effect/Fiber";
import * as FiberSet from "effect/FiberSet";
import * as Metric from "effect/Metric";
import * as Random from "effect/Random";
import * as Schedule from "effect/Schedule";
import type * as Scope from "effect/Scope";
import type { SqlError } from "effect/sql/SqlError";
import type { Configured } from "./configured.ts";
import { isStillTold, maker } from "./messages.ts";
import * as post from "./post.ts";
import { fieldsOf } from "./signing.ts";
import { verdictOf } from "./verdict.ts";

export interface Options extends post.Options {
  /** For how long delivered messages and dead ones are kept, in ms; 7 and 90 days. */
  readonly kept?: { readonly delivered: number; readonly dead: number } | undefined;
  /** For how long a message is this process's, in ms; a minute, and more than an attempt takes. */
  readonly lease?: number | undefined;
  /** How long attempts under way are waited for at the end, in ms; 10 s. */
  readonly drain?: number | undefined;
}

const attempts = Metric.counter("wechat_refund_webhook_attempts", {
  description: "Attempts to deliver a message by webhook and what followed: delivered, later, dead, disabled",
  incremental: true,
});

const day = 86_400_000;
/** As often the store and the files are looked at where nobody tells, in ms. */
const poll = 1000;
const minute = 60_000;
const gather = 10;
/** Attempts at a time in this process, shared by the endpoints: for what is new, and as many for what was tried before. */
const atOnce = 64;
const mostOfOne = 8;

const monotonic = Effect.map(Clock.monotonicTimeNanos, (nanos) => Number(nanos / 1_000_000n));

/** Tells what changes, and not every failure: an endpoint that is down fails thousands of times. */
const teller = (name: string) => {
  let isFailing = false;
  let toldAt = -Infinity;
  let dead = 0;
  return Effect.fnUntraced(function* (ending: Deliveries.Ending, said: string, ping: boolean) {
    if (ping) return yield* Effect.logInfo(`a ping of the webhook ${name} ended: ${said}`);
    switch (ending._tag) {
      case "Delivered":
        if (isFailing) yield* Effect.logInfo(`the webhook ${name} takes messages again`);
        isFailing = false;
        return;
      case "Later":
        if (!isFailing) yield* Effect.logWarning(`the webhook ${name} took no message: ${said}; it is tried again`);
        isFailing = true;
        return;
      case "Disabled":
        return yield* Effect.logError(
          `the webhook ${name} is disabled: ${said}. What is for it rests until somebody enables it again`,
        );
      case "Dead": {
        dead++;
        const now = yield* Clock.currentTimeMillis;
        if (Math.abs(now - toldAt) < minute) return;
        toldAt = now;
        const count = dead;
        dead = 0;
        return yield* Effect.logError(
          `${count} messages to the webhook ${name} are dead, the last one for this: ${said}`,
        );
      }
    }
  });
};

export const run = Effect.fnUntraced(function* (
  configured: Configured,
  merchants: ReadonlyArray<Registered>,
  options: Options = {},
): Effect.fn.Return<void, never, RefundStore | Signalling | Scope.Scope> {
  const { database } = yield* RefundStore;
  const signals = yield* Signalling;
  const desk = Deliveries.make(database);
  const { drain = 10_000, kept = { delivered: 7 * day, dead: 90 * day }, lease = minute } = options;

  /** One message, once. */
  const attempt = (name: string, tell: ReturnType<typeof teller>, claimed: Deliveries.Claimed) =>
    Effect.gen(function* () {
      const endpoint = configured.get(name);
      if (endpoint === undefined) return yield* Effect.ignore(desk.release([claimed]));
      const attempted: post.Attempted = yield* Effect.gen(function* () {
        if (!isStillTold(merchants, endpoint, claimed)) {
          return post.silent("it is of a merchant that the file names for this webhook no more");
        }
        const fields = fieldsOf(endpoint.keys, claimed.message, yield* Clock.currentTimeMillis, claimed.payload);
        return yield* post.post(endpoint, fields, claimed.payload, options);
      }).pipe(
        Effect.catchDefect((defect) =>
          Effect.as(
            Effect.logError(`a message to the webhook ${name} met a defect`, defect),
            post.silent("the service met a defect; its log says which"),
          ),
        ),
      );
      const { ping } = claimed;
      const verdict = verdictOf({
        answer: attempted.answer,
        ping,
        attempts: claimed.attempts,
        age: claimed.age,
        random: yield* Random.next,
      });
      const { said, status } = attempted;
      // Until the message is anybody's again; then it is delivered once more, which is what is promised.
      yield* desk.end(name, claimed, verdict, { status, said }).pipe(
        Effect.retry({ schedule: Schedule.spaced("500 millis"), times: Math.floor(lease / 1000) }),
        Effect.catch((error: SqlError) =>
          Effect.logWarning(`what came of a message to the webhook ${name} was not stored: ${error.reason._tag}`),
        ),
      );
      const result = verdict._tag.toLowerCase();
      yield* Metric.update(Metric.withAttributes(attempts, { webhook: name, result }), 1);
      yield* tell(verdict, said ?? `it answered with the status ${status}`, ping);
    }).pipe(Effect.onInterrupt(() => Effect.ignore(desk.release([claimed]))));

  const deliver = (name: string) =>
    Effect.gen(function* () {
      const tell = teller(name);
      const flying = yield* FiberSet.make();
      const room = { fresh: 0, again: 0 };
      let freed = yield* Deferred.make<void>();
      // On a fiber of its own: this one was interrupted, and can wait for nothing that is to be given up in the end.
      yield* Effect.addFinalizer(() =>
        Effect.raceFirst(FiberSet.awaitEmpty(flying), Effect.sleep(drain)).pipe(
          Effect.interruptible,
          Effect.forkDetach,
          Effect.flatMap(Fiber.await),
        ),
      );

      const take = (claimed: Deliveries.Claimed) => {
        const kind = claimed.attempts === 1 ? "fresh" : "again";
        room[kind]++;
        return FiberSet.run(
          flying,
          Effect.ensuring(
            attempt(name, tell, claimed),
            Effect.suspend(() => {
              room[kind]--;
              return Deferred.succeed(freed, undefined);
            }),
          ),
        );
      };

      let isKnown = false;
      const turn = Effect.fnUntraced(function* (plans: boolean) {
        const endpoint = configured.get(name);
        if (endpoint === undefined) return "gone" as const;
        if (!isKnown) yield* desk.register(name);
        isKnown = true;
        const planned = plans ? yield* desk.plan(name, maker(merchants, endpoint)) : undefined;
        const most = Math.max(1, Math.min(mostOfOne, Math.floor(atOnce / configured.all().length)));
        const [fresh, again] = [most - room.fresh, most - room.again];
        // What was taken must be given back, so nothing comes between.
        yield* Effect.uninterruptible(
          Effect.gen(function* () {
            if (fresh + again <= 0) return;
            const claimed = yield* desk.claim(name, { fresh: Math.max(0, fresh), again: Math.max(0, again), lease });
            yield* Effect.forEach(claimed, take, { discard: true });
          }),
        );
        return planned?.more === true ? ("more" as const) : ("done" as const);
      });
      const safely = (plans: boolean) =>
        turn(plans).pipe(
          Effect.catch((error) =>
            Effect.as(
              Effect.logWarning(`the webhook ${name} waits for the store: ${error.reason._tag}`),
              "done" as const,
            ),
          ),
          Effect.catchDefect((defect) =>
            Effect.as(Effect.logError(`the webhook ${name} met a defect`, defect), "done" as const),
          ),
        );

      // The feed is looked at when it was told of, and every second; when only room is free again, what is planned is taken.
      let placed = signals.placed.next();
      let plannedAt = -Infinity;
      let plans = true;
      for (;;) {
        freed = yield* Deferred.make<void>();
        if (plans) {
          placed = signals.placed.next();
          plannedAt = yield* monotonic;
        }
        const done = yield* safely(plans);
        if (done === "gone") return;
        plans = true;
        if (done === "more") continue;
        plans = yield* Effect.raceAllFirst([
          Effect.as(placed, true),
          Effect.as(Deferred.await(freed), false),
          Effect.as(Effect.sleep(poll), true),
        ]);
        if (!plans) {
          // Others are about to be done as well, and one look serves them all.
          yield* Effect.sleep(gather);
          plans = (yield* monotonic) - plannedAt >= poll;
        }
      }
    }).pipe(Effect.scoped);

  const running = new Set<string>();
  // They end together, and so wait no longer than one of them.
  const loops = yield* FiberSet.make();
  const supervise = Effect.gen(function* () {
    for (;;) {
      for (const { name } of configured.all()) {
        if (running.has(name)) continue;
        running.add(name);
        yield* FiberSet.run(
          loops,
          Effect.ensuring(
            deliver(name),
            Effect.sync(() => void running.delete(name)),
          ),
        );
      }
      yield* Effect.sleep(poll);
      // Whoever looks must not end before the service does: nothing that the file says later would count, and nobody would know.
      yield* Effect.catchDefect(configured.look, (defect) =>
        Effect.logError("a look at the file of the webhooks met a defect", defect),
      );
    }
  });

  const tidy = Effect.gen(function* () {
    for (;;) {
      yield* Effect.sleep(minute);
      yield* desk.tidy(kept).pipe(
        Effect.catch((error) =>
          Effect.logWarning(`what is over of the webhooks cannot be removed yet: ${error.reason._tag}`),
        ),
        Effect.catchDefect((defect) =>
          Effect.logError("the removal of what is over of the webhooks met a defect", defect),
        ),
      );
    }
  });

  // Known before anything can happen that they are to be told; where the store is away now, once it is there.
  for (const { name } of configured.all()) {
    yield* Effect.ignore(Effect.retry(desk.register(name), { schedule: Schedule.spaced("200 millis"), times: 10 }));
  }
  yield* Effect.forkScoped(tidy);
  yield* Effect.forkScoped(supervise);
});
