import { assert, describe, it } from "@effect/vitest";
import { Clock, type Context, Effect, Exit, Fiber, Layer, Redacted, Result, Stream } from "effect";
import { TestClock } from "effect/testing";
import { Merchant, Operation, RefundClient, type RefundProgress, Resend, Transport } from "../src/index.ts";
import { Replies, TransportStub } from "../src/testing/index.ts";
import { merchantWith, request } from "./support/story.ts";

const merchant = merchantWith();
const failure = (reason: Transport.Reason) => new Transport.TransportError({ reason });
const refused = failure(new Transport.Unreachable({ detail: "refused" }));
const lost = failure(new Transport.ConnectionLost({ detail: "reset" }));
const handshake = failure(new Transport.HandshakeFailed({ detail: "expired" }));
const closed = failure(new Transport.Unusable({ detail: "the transport was closed" }));
const alert = failure(
  new Transport.ConnectionLost({
    detail: "alert",
    cause: { name: "Error", code: "ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED" },
  }),
);
const accepted = Replies.accepted(merchant, request);
const record = (status: Parameters<typeof Replies.queried>[2]) => Replies.queried(merchant, request, status);
const processing = record("PROCESSING");
const code = (errCode: string) => Replies.rejected(merchant, errCode, "");
const none = code("REFUNDNOTEXIST");
const otherAmount = Replies.queried(merchant, { ...request, refundFee: 2 }, "SUCCESS");
const page = (status: number) => ({ status, headers: {}, body: new TextEncoder().encode("<html></html>") });
const wrongKey = Replies.accepted(merchantWith({ apiKey: Redacted.make("0123456789ABCDEF0123456789ABCDEF") }), request);

const clientOver = (transport: Layer.Layer<Transport.Transport>) =>
  RefundClient.layer.pipe(Layer.provide([Merchant.layer(merchant), transport]));

type Answer = Transport.TransportReply | Transport.TransportError;

/** What the gateway answers, in order, and its last answer from then on. */
interface Script {
  readonly refund: ReadonlyArray<Answer>;
  readonly query?: ReadonlyArray<Answer>;
}

interface Post {
  readonly what: "refund" | "query";
  /** Seconds. */
  readonly at: number;
  readonly fields: string;
}

/** A gateway that answers so, and every post to it. */
const gateway = ({ query = [none], refund }: Script) => {
  const posts: Array<Post> = [];
  const layer = TransportStub.reply((post) =>
    Effect.flatMap(Clock.currentTimeMillis, (at) => {
      const params = Result.getOrThrow(
        Operation.decode({ status: 200, headers: {}, body: post.body ?? new Uint8Array() }),
      );
      const fields = [...params].filter(([name]) => name !== "nonce_str" && name !== "sign");
      const what = post.url.endsWith("refund") ? "refund" : "query";
      const script = what === "refund" ? refund : query;
      const before = posts.filter((one) => one.what === what).length;
      posts.push({ what, at: at / 1000, fields: JSON.stringify(fields) });
      const answer = script[Math.min(before, script.length - 1)];
      if (answer === undefined) throw new Error(`no answer to a ${what}`);
      return answer instanceof Transport.TransportError ? Effect.fail(answer) : Effect.succeed(answer);
    }),
  );
  return { layer, posts };
};

interface Shown {
  readonly at: number;
  readonly truth: RefundProgress.Truth;
  readonly cause: RefundProgress.Cause | undefined;
}

/** Runs to the end of virtual time. */
const story = Effect.fnUntraced(function* (script: Script, options: Resend.UntilKnownOptions = {}) {
  const { layer, posts } = gateway(script);
  const shown: Array<Shown> = [];
  const onProgress = ({ block, truth }: RefundProgress.Progress) =>
    Effect.map(Clock.currentTimeMillis, (at) => void shown.push({ at: at / 1000, truth, cause: block?.cause }));
  const run = Resend.untilKnown(request, { onProgress, ...options }).pipe(Effect.provide(clientOver(layer)));
  const fiber = yield* Effect.forkChild(run);
  yield* TestClock.adjust("26 hours");
  const known = yield* Fiber.join(fiber);
  const sends = posts.filter(({ what }) => what === "refund");
  assert.isAtMost(new Set(sends.map(({ fields }) => fields)).size, 1, "every send repeats the same fields");
  assert.strictEqual(known.sends, sends.length);
  const queries = posts.length - sends.length;
  return { known, posts, shown, sends: sends.length, queries };
});

const rows: ReadonlyArray<{
  readonly name: string;
  readonly script: Script;
  readonly final: Resend.Known["_tag"];
  readonly sends: readonly [least: number, most: number];
  readonly queries: readonly [least: number, most: number];
  /** All is over by then, in seconds. */
  readonly by?: number;
}> = [
  {
    name: "accepted at once",
    script: { refund: [accepted] },
    final: "Accepted",
    sends: [1, 1],
    queries: [0, 0],
    by: 0,
  },
  {
    name: "not sent, then accepted",
    script: { refund: [refused, refused, accepted] },
    final: "Accepted",
    sends: [3, 3],
    queries: [0, 0],
    by: 5,
  },
  {
    name: "never sent: given up in the end, certainly not made",
    script: { refund: [refused] },
    final: "NotMade",
    sends: [200, 3000],
    queries: [0, 0],
  },
  {
    name: "a refusal that no repeat changes is final at once",
    script: { refund: [code("TRADE_OVERDUE")] },
    final: "Rejected",
    sends: [1, 1],
    queries: [0, 0],
    by: 0,
  },
  {
    name: "lost, and there",
    script: { refund: [lost, accepted], query: [processing] },
    final: "Accepted",
    sends: [1, 2],
    queries: [0, 1],
    by: 2,
  },
  {
    name: "lost, and not there",
    script: { refund: [lost, accepted] },
    final: "Accepted",
    sends: [2, 2],
    queries: [0, 1],
    by: 5,
  },
  {
    name: "lost twice, and the questions fail between",
    script: { refund: [lost, lost, accepted], query: [lost, lost, none] },
    final: "Accepted",
    sends: [2, 3],
    queries: [0, 3],
    by: 60,
  },
  {
    name: "'already refunded' (已全额退款) with nothing in doubt: the query decides, there is one",
    script: { refund: [code("ERROR")], query: [processing] },
    final: "Accepted",
    sends: [1, 1],
    queries: [1, 1],
    by: 5,
  },
  ...["REFUND_FEE_MISMATCH", "REFUND_FEE_INVALID", "ERROR", "INVALID_REQUEST", "TRADE_STATE_ERROR"].map((errCode) => ({
    name: `${errCode} with nothing in doubt: the query decides, there is none`,
    script: { refund: [code(errCode)] },
    final: "Rejected" as const,
    sends: [1, 1] as const,
    queries: [1, 1] as const,
    by: 5,
  })),
  {
    name: "lost, then 'already refunded': the query decides",
    script: { refund: [lost, code("ERROR")], query: [none, processing] },
    final: "Accepted",
    sends: [1, 2],
    queries: [1, 2],
    by: 30,
  },
  {
    name: "SYSTEMERROR is unknown",
    script: { refund: [code("SYSTEMERROR"), accepted], query: [processing] },
    final: "Accepted",
    sends: [1, 2],
    queries: [0, 1],
    by: 5,
  },
  {
    name: "an unknown code is unknown",
    script: { refund: [code("NEW_CODE"), accepted], query: [none] },
    final: "Accepted",
    sends: [2, 2],
    queries: [0, 1],
    by: 5,
  },
];

describe("Resend.untilKnown", () => {
  for (const { by, final, name, queries, script, sends } of rows) {
    it.effect(name, () =>
      Effect.gen(function* () {
        const run = yield* story(script);
        assert.strictEqual(run.known._tag, final);
        assert.isAtLeast(run.sends, sends[0], "sends");
        assert.isAtMost(run.sends, sends[1], "sends");
        assert.isAtLeast(run.queries, queries[0], "queries");
        assert.isAtMost(run.queries, queries[1], "queries");
        if (by !== undefined) assert.isAtMost(run.posts.at(-1)?.at ?? 0, by, "seconds");
      }),
    );
  }

  it.effect("after a rate code nothing leaves for a minute", () =>
    Effect.gen(function* () {
      const run = yield* story({ refund: [code("INVALID_REQ_TOO_MUCH"), accepted] });
      assert.strictEqual(run.known._tag, "Accepted");
      assert.isAtLeast((run.posts[1]?.at ?? 0) - (run.posts[0]?.at ?? 0), 60);
    }),
  );

  it.effect("refuses what is no request, as the client does", () =>
    Effect.gen(function* () {
      const cyclic: Record<string, unknown> = {};
      cyclic["self"] = cyclic;
      for (const hostile of [null, undefined, 1, { ...request, order: cyclic }, { ...request, outRefundNo: {} }]) {
        const { layer, posts } = gateway({ refund: [accepted] });
        const known = yield* Resend.untilKnown(hostile as never).pipe(Effect.provide(clientOver(layer)));
        assert.strictEqual(known._tag, "Rejected");
        assert.strictEqual(posts.length, 0);
      }
    }),
  );

  it.effect.each([
    ["an address that is named twice", RefundClient.Endpoint, "https://api2.mch.weixin.qq.com"],
    ["a nonce that cannot be sent", RefundClient.Nonce, Effect.succeed("0-0")],
  ] as const)("rejects nothing for %s: mended, the same refund is made", ([, service, value]) =>
    Effect.gen(function* () {
      const { layer, posts } = gateway({ refund: [accepted] });
      const placed = merchantWith({ endpoint: Operation.mainEndpoint });
      const client = yield* Layer.build(RefundClient.layer.pipe(Layer.provide([Merchant.layer(placed), layer])));
      const run = Resend.untilKnown(request, { endWhenBlocked: true }).pipe(Effect.provideContext(client));
      const known = yield* Effect.provideService(run, service as Context.Reference<unknown>, value);
      assert.strictEqual(known._tag, "NotMade");
      assert.strictEqual("block" in known && known.block?.cause, "account");
      assert.strictEqual("last" in known && known.last?.advice, "fix-account");
      assert.strictEqual(posts.length, 0);
      assert.strictEqual((yield* run)._tag, "Accepted");
    }),
  );

  it.effect("asks first when an earlier call may have sent the refund", () =>
    Effect.gen(function* () {
      const found = yield* story({ refund: [accepted], query: [processing] }, { attempted: true });
      assert.strictEqual(found.known._tag, "Accepted");
      assert.strictEqual(found.posts.length, 1);
    }),
  );

  it.effect("is never final by a refusal after a doubt, before a day and a question after it", () =>
    Effect.gen(function* () {
      const run = yield* story({ refund: [lost, code("ORDERNOTEXIST")] });
      assert.strictEqual(run.known._tag, "Unknown");
      assert.deepStrictEqual(run.known._tag === "Unknown" && run.known.block?.cause, "request");
      assert.include(run.known._tag === "Unknown" ? run.known.last?.message : "", "ORDERNOTEXIST");
    }),
  );

  it.effect("is final a day after the last doubt, by the question after it", () =>
    Effect.gen(function* () {
      const run = yield* story({ refund: [lost, code("ORDERNOTEXIST")] }).pipe(
        Effect.provideService(Resend.CurrentPolicy, { within: "25 hours" }),
      );
      assert.strictEqual(run.known._tag, "Rejected");
      assert.include(run.known._tag === "Rejected" ? run.known.error.message : "", "ORDERNOTEXIST");
    }),
  );
});

/** What each plain cause shows, and how many calls it costs in a day. */
const causes: ReadonlyArray<{
  readonly name: string;
  readonly script: Script;
  readonly options?: Resend.UntilKnownOptions;
  readonly cause: RefundProgress.Cause;
  readonly final: Resend.Known["_tag"];
  readonly sends: number;
  readonly queries: number;
}> = [
  {
    name: "NOTENOUGH (余额不足)",
    script: { refund: [code("NOTENOUGH")] },
    cause: "top-up",
    final: "NotMade",
    sends: 25,
    queries: 0,
  },
  {
    name: "one lost reply, then NOTENOUGH",
    script: { refund: [lost, code("NOTENOUGH")] },
    cause: "top-up",
    final: "Unknown",
    sends: 26,
    queries: 98,
  },
  {
    name: "one lost reply, then ORDERNOTEXIST",
    script: { refund: [lost, code("ORDERNOTEXIST")] },
    cause: "request",
    final: "Unknown",
    sends: 3,
    queries: 98,
  },
  {
    name: "one lost reply, then pages of HTTP 400",
    script: { refund: [lost, page(400)] },
    cause: "account",
    final: "Unknown",
    sends: 41,
    queries: 420,
  },
  { name: "SIGNERROR", script: { refund: [code("SIGNERROR")] }, cause: "key", final: "NotMade", sends: 25, queries: 0 },
  {
    name: "a wrong key, with an earlier attempt",
    script: { refund: [code("SIGNERROR")], query: [code("SIGNERROR")] },
    options: { attempted: true },
    cause: "key",
    final: "Unknown",
    sends: 1,
    queries: 98,
  },
  {
    name: "a key changed after a lost send",
    script: { refund: [lost, wrongKey], query: [wrongKey] },
    cause: "key",
    final: "Unknown",
    sends: 41,
    queries: 420,
  },
  {
    name: "APPID_NOT_EXIST",
    script: { refund: [code("APPID_NOT_EXIST")] },
    cause: "account",
    final: "NotMade",
    sends: 25,
    queries: 0,
  },
  {
    name: "a certificate alert of TLS 1.3",
    script: { refund: [alert] },
    cause: "certificate",
    final: "Unknown",
    sends: 41,
    queries: 420,
  },
  {
    name: "a handshake that breaks",
    script: { refund: [handshake] },
    cause: "certificate",
    final: "NotMade",
    sends: 420,
    queries: 0,
  },
  {
    name: "a wrong endpoint (404)",
    script: { refund: [page(404)], query: [page(404)] },
    cause: "account",
    final: "Unknown",
    sends: 41,
    queries: 420,
  },
  {
    name: "a closed transport",
    script: { refund: [closed] },
    cause: "account",
    final: "NotMade",
    sends: 420,
    queries: 0,
  },
  {
    name: "another amount under the number",
    script: { refund: [code("ERROR")], query: [otherAmount] },
    cause: "other-refund",
    final: "Unknown",
    sends: 1,
    queries: 2,
  },
];

describe("a plain cause is told at once, and work goes on slowly", () => {
  for (const { cause, final, name, options = {}, queries, script, sends } of causes) {
    it.effect(name, () =>
      Effect.gen(function* () {
        const run = yield* story(script, options);
        const first = run.shown.find((one) => one.cause === cause);
        assert.isDefined(first);
        // The lost send, its question and the refusal take a moment of their own.
        assert.isAtMost(first?.at ?? Infinity, 5);
        assert.strictEqual(run.known._tag, final);
        assert.strictEqual(
          (run.known._tag === "NotMade" || run.known._tag === "Unknown") && run.known.block?.cause,
          cause,
        );
        assert.isAtMost(run.sends, sends, "sends");
        assert.isAtMost(run.queries, queries, "queries");
      }),
    );
    it.effect(`${name}: or ends it, if wanted`, () =>
      Effect.gen(function* () {
        const run = yield* story(script, { ...options, endWhenBlocked: [cause] });
        assert.strictEqual(run.known._tag, final);
        // A cause that nobody signed may pass while a question is due: that is waited for, some minutes.
        assert.isAtMost(run.posts.at(-1)?.at ?? Infinity, 15 * 60);
      }),
    );
  }

  it.effect("every change comes through a stream, and the ending last", () =>
    Effect.gen(function* () {
      const { layer } = gateway({ refund: [code("NOTENOUGH"), accepted] });
      const all = yield* Effect.forkChild(
        Resend.progress(request).pipe(Stream.runCollect, Effect.provide(clientOver(layer))),
      );
      yield* TestClock.adjust("2 hours");
      const told = yield* Fiber.join(all);
      assert.deepStrictEqual(
        told.map((one) => ("_tag" in one ? one._tag : [one.truth, one.block?.cause])),
        [["Recorded", "top-up"], ["Accepted", undefined], "Accepted"],
      );
    }),
  );

  it.effect("waits for the answer of a call that is under way when the time is up", () =>
    Effect.gen(function* () {
      const late = TransportStub.reply(() => Effect.as(Effect.sleep("2 minutes"), accepted));
      const fiber = yield* Effect.forkChild(
        Resend.untilKnown(request).pipe(
          Effect.provide(clientOver(late)),
          Effect.provideService(Resend.CurrentPolicy, { within: "1 minute" }),
        ),
      );
      yield* TestClock.adjust("5 minutes");
      assert.strictEqual((yield* Fiber.join(fiber))._tag, "Accepted");
    }),
  );

  it.effect("can be interrupted", () =>
    Effect.gen(function* () {
      const { layer } = gateway({ refund: [lost], query: [lost] });
      const fiber = yield* Effect.forkChild(Resend.untilKnown(request).pipe(Effect.provide(clientOver(layer))));
      yield* TestClock.adjust("2 seconds");
      yield* Fiber.interrupt(fiber);
      assert.isTrue(Exit.hasInterrupts(yield* Fiber.await(fiber)));
    }),
  );
});

describe("Resend.untilFinal", () => {
  it.effect("asks each minute, then slower, until the state is final, and never sends", () =>
    Effect.gen(function* () {
      const query = [none, lost, processing, processing, processing, processing, processing, record("SUCCESS")];
      const { layer, posts } = gateway({ refund: [accepted], query });
      const fiber = yield* Effect.forkChild(Resend.untilFinal(request).pipe(Effect.provide(clientOver(layer))));
      yield* TestClock.adjust("2 hours");
      assert.strictEqual((yield* Fiber.join(fiber))?.refundStatus, "SUCCESS");
      assert.deepStrictEqual(
        posts.map(({ at, what }) => [what, at / 60]),
        [0, 1, 2, 3, 4, 5, 10, 20].map((at) => ["query", at]),
      );
    }),
  );

  it.effect("shows CHANGE, and asks once a day", () =>
    Effect.gen(function* () {
      const { layer, posts } = gateway({ refund: [accepted], query: [record("CHANGE")] });
      const causes: Array<string | undefined> = [];
      const fiber = yield* Effect.forkChild(
        Resend.untilFinal(request, {
          within: "3 days",
          onProgress: ({ block }) => Effect.sync(() => void causes.push(block?.cause)),
        }).pipe(Effect.provide(clientOver(layer))),
      );
      yield* TestClock.adjust("4 days");
      assert.strictEqual((yield* Fiber.join(fiber))?.refundStatus, "CHANGE");
      assert.deepStrictEqual(causes, ["change"]);
      assert.isAtMost(posts.length, 4);
    }),
  );
});
