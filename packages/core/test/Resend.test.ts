import { assert, describe, it } from "@effect/vitest";
import { Clock, Effect, Exit, Fiber, Layer, Result } from "effect";
import { TestClock } from "effect/testing";
import { Merchant, Operation, RefundClient, Resend, Transport } from "../src/index.ts";
import { Replies, TransportStub } from "../src/testing/index.ts";
import { merchantWith, request } from "./support/story.ts";

const merchant = merchantWith();
const transportError = (reason: Transport.Reason) => new Transport.TransportError({ reason });
const refused = transportError(new Transport.Unreachable({ detail: "refused" }));
const lost = transportError(new Transport.ConnectionLost({ detail: "reset" }));
const certificate = transportError(new Transport.HandshakeFailed({ detail: "expired" }));
const accepted = Replies.accepted(merchant, request);
const processing = Replies.queried(merchant, request, "PROCESSING");
const none = Replies.rejected(merchant, "REFUNDNOTEXIST", "not exist");
const code = (errCode: string) => Replies.rejected(merchant, errCode, "");
const otherAmount = Replies.queried(merchant, { ...request, refundFee: 2 }, "SUCCESS");

const clientOver = (transport: Layer.Layer<Transport.Transport>) =>
  RefundClient.layer.pipe(Layer.provide([Merchant.layer(merchant), transport]));

/** Every post of a run: `refund` or `query`, and when. */
const watched = (answers: ReadonlyArray<TransportStub.Answer>) => {
  const posts: Array<{ readonly what: string; readonly at: number; readonly fields: string }> = [];
  const layer = Layer.effect(
    Transport.Transport,
    Effect.map(Transport.Transport, (inner) => ({
      send: (post: Transport.TransportRequest) =>
        Effect.flatMap(Clock.currentTimeMillis, (at) => {
          const params = Result.getOrThrow(
            Operation.decode({ status: 200, headers: {}, body: post.body ?? new Uint8Array() }),
          );
          const fields = [...params].filter(([name]) => name !== "nonce_str" && name !== "sign");
          posts.push({ what: post.url.endsWith("refund") ? "refund" : "query", at, fields: JSON.stringify(fields) });
          return inner.send(post);
        }),
    })),
  ).pipe(Layer.provide(TransportStub.sequence(answers)));
  return { layer, posts };
};

/** Runs to the end of virtual time and tells what was posted, the pauses between in seconds, and what is known. */
const story = Effect.fnUntraced(function* (
  answers: ReadonlyArray<TransportStub.Answer>,
  options: Resend.UntilKnownOptions = {},
  budget: Resend.Budget = Resend.makeBudget(Infinity),
) {
  const { layer, posts } = watched(answers);
  const run = Resend.untilKnown(request, options).pipe(
    Effect.provide(clientOver(layer)),
    Effect.provideService(Resend.CurrentBudget, budget),
  );
  const fiber = yield* Effect.forkChild(run);
  yield* TestClock.adjust("25 hours");
  const known = yield* Fiber.join(fiber);
  const sends = new Set(posts.filter(({ what }) => what === "refund").map(({ fields }) => fields));
  assert.isAtMost(sends.size, 1, "every send repeats the same fields");
  return {
    known,
    what: posts.map(({ what }) => what).join(" "),
    pauses: posts.slice(1).map(({ at }, n) => (at - (posts[n]?.at ?? 0)) / 1000),
  };
});

type Pause = number | readonly [least: number, most: number];
const rows: ReadonlyArray<{
  readonly name: string;
  readonly answers: ReadonlyArray<TransportStub.Answer>;
  readonly what: string;
  readonly pauses: ReadonlyArray<Pause>;
  readonly final: Resend.Known["_tag"];
}> = [
  { name: "accepted at once", answers: [accepted], what: "refund", pauses: [], final: "Accepted" },
  {
    name: "not sent, then accepted: at once, then jitter",
    answers: [refused, refused, accepted],
    what: "refund refund refund",
    pauses: [0, [0, 1]],
    final: "Accepted",
  },
  {
    name: "never sent: five more attempts, then certainly not accepted",
    answers: Array.from({ length: 6 }, () => refused),
    what: "refund refund refund refund refund refund",
    pauses: [0, [0, 1], [0, 2], [0, 4], [0, 8]],
    final: "Rejected",
  },
  {
    name: "a certificate that is refused is not tried again",
    answers: [certificate],
    what: "refund",
    pauses: [],
    final: "Rejected",
  },
  {
    name: "a refusal at the first attempt is final",
    answers: [code("NOTENOUGH")],
    what: "refund",
    pauses: [],
    final: "Rejected",
  },
  {
    name: "lost, found by the query",
    answers: [lost, processing],
    what: "refund query",
    pauses: [1],
    final: "Accepted",
  },
  {
    name: "lost, not there, sent again",
    answers: [lost, none, accepted],
    what: "refund query refund",
    pauses: [1, 0],
    final: "Accepted",
  },
  {
    name: "lost twice, the query fails between",
    answers: [lost, lost, lost, none, accepted],
    what: "refund query query query refund",
    pauses: [1, 3, 10, 0],
    final: "Accepted",
  },
  {
    name: "lost, then 'already refunded': the query decides",
    answers: [lost, none, code("ERROR"), processing],
    what: "refund query refund query",
    pauses: [1, 0, 3],
    final: "Accepted",
  },
  {
    name: "lost, then a refusal: never taken as final",
    answers: [lost, none, code("NOTENOUGH"), processing],
    what: "refund query refund query",
    pauses: [1, 0, 3],
    final: "Accepted",
  },
  {
    name: "SYSTEMERROR is unknown",
    answers: [code("SYSTEMERROR"), processing],
    what: "refund query",
    pauses: [1],
    final: "Accepted",
  },
  {
    name: "an unknown code is unknown",
    answers: [code("NEW_CODE"), none, accepted],
    what: "refund query refund",
    pauses: [1, 0],
    final: "Accepted",
  },
  {
    name: "a rate code waits a minute",
    answers: [code("INVALID_REQ_TOO_MUCH"), none, accepted],
    what: "refund query refund",
    pauses: [[60, 70], 0],
    final: "Accepted",
  },
  {
    name: "a badly signed reply is unknown",
    answers: [Replies.accepted(merchantWith({ signType: "MD5" }), request), processing],
    what: "refund query",
    pauses: [1],
    final: "Accepted",
  },
];

describe("Resend.untilKnown", () => {
  for (const { answers, final, name, pauses, what } of rows) {
    it.effect(name, () =>
      Effect.gen(function* () {
        const run = yield* story(answers);
        assert.strictEqual(run.what, what);
        assert.strictEqual(run.known._tag, final);
        assert.strictEqual(run.known.sends, what.split(" ").filter((word) => word === "refund").length);
        assert.strictEqual(run.pauses.length, pauses.length);
        pauses.forEach((pause, n) => {
          const [least, most] = typeof pause === "number" ? [pause, pause] : pause;
          assert.isAtLeast(run.pauses[n] ?? -1, least);
          assert.isAtMost(run.pauses[n] ?? Infinity, most);
        });
      }),
    );
  }

  it.effect("never guesses: when the time is up it says unknown, and pauses stay below five minutes", () =>
    Effect.gen(function* () {
      const run = yield* story([lost, ...Array.from({ length: 20_000 }, () => lost)]);
      assert.strictEqual(run.known._tag, "Unknown");
      assert.strictEqual(run.known.sends, 1);
      assert.isTrue(run.pauses.every((pause) => pause <= 300));
      assert.isAbove(run.pauses.length, 24 * 12);
    }),
  );

  it.effect("does not take another refund under the number for this one", () =>
    Effect.gen(function* () {
      const run = yield* story([lost, otherAmount, ...Array.from({ length: 20_000 }, () => otherAmount)]);
      assert.strictEqual(run.known._tag, "Unknown");
      assert.strictEqual(run.known.sends, 1);
    }),
  );

  it.effect("asks first when an earlier call may have sent the refund", () =>
    Effect.gen(function* () {
      const found = yield* story([processing], { attempted: true });
      assert.deepStrictEqual([found.what, found.known._tag, found.known.sends], ["query", "Accepted", 0]);
      const absent = yield* story([none, accepted], { attempted: true });
      assert.deepStrictEqual([absent.what, absent.known._tag], ["query refund", "Accepted"]);
      const refusal = yield* story([none, code("NOTENOUGH"), processing], { attempted: true });
      assert.deepStrictEqual([refusal.what, refusal.known._tag], ["query refund query", "Accepted"]);
    }),
  );

  it.effect("repeats no more than its budget allows, and goes on when it fills again", () =>
    Effect.gen(function* () {
      const budget = Resend.makeBudget(10);
      assert.isTrue(yield* budget.spend(9));
      const run = yield* story([lost, none, accepted], {}, budget);
      assert.deepStrictEqual([run.what, run.known._tag], ["refund query refund", "Accepted"]);
      // One token for the query; the five of the re-send take five minutes to come.
      assert.strictEqual(run.pauses[0], 1);
      assert.isAtLeast(run.pauses[1] ?? 0, 4 * 60);
      assert.isAtMost(run.pauses[1] ?? 0, 11 * 60);
    }),
  );

  it.effect("earns by a success at the first attempt, up to the bucket's size", () =>
    Effect.gen(function* () {
      const budget = Resend.makeBudget(2);
      yield* budget.spend(2);
      yield* story([accepted], {}, { ...budget, spend: () => Effect.succeed(true) });
      assert.deepStrictEqual([yield* budget.spend(2), yield* budget.spend(1)], [true, false]);
    }),
  );

  it.effect("spreads its pauses", () =>
    Effect.gen(function* () {
      const run = yield* story([lost, ...Array.from({ length: 20_000 }, () => lost)]);
      const late = run.pauses.slice(10);
      const mean = late.reduce((sum, pause) => sum + pause, 0) / late.length;
      assert.isAbove(mean, 120);
      assert.isBelow(mean, 180);
    }),
  );

  it.effect("can be interrupted", () =>
    Effect.gen(function* () {
      const { layer } = watched([lost, lost, lost, lost]);
      const fiber = yield* Effect.forkChild(Resend.untilKnown(request).pipe(Effect.provide(clientOver(layer))));
      yield* TestClock.adjust("2 seconds");
      yield* Fiber.interrupt(fiber);
      assert.isTrue(Exit.hasInterrupts(yield* Fiber.await(fiber)));
    }),
  );
});

describe("Resend.untilFinal", () => {
  it.effect("asks each minute, then slower, until the state is final", () =>
    Effect.gen(function* () {
      const change = Replies.queried(merchant, request, "CHANGE");
      const notSure = Replies.queried(merchant, request, "NOTSURE");
      const done = Replies.queried(merchant, request, "SUCCESS");
      const { layer, posts } = watched([none, lost, processing, processing, processing, notSure, change, done]);
      const fiber = yield* Effect.forkChild(Resend.untilFinal(request).pipe(Effect.provide(clientOver(layer))));
      yield* TestClock.adjust("2 hours");
      assert.strictEqual((yield* Fiber.join(fiber))?.refundStatus, "SUCCESS");
      assert.deepStrictEqual(
        posts.map(({ at }) => at / 60_000),
        [0, 1, 2, 3, 4, 5, 10, 20],
      );
    }),
  );
});
