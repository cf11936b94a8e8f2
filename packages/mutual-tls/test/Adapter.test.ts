/** What the exchange grants and refuses a client, also one that behaves badly. */
import * as net from "node:net";
import { describe, expect, it } from "@effect/vitest";
import { Endpoint } from "@wechat-refund/core/Endpoint";
import { TransportError, type TransportRequest } from "@wechat-refund/core/Transport";
import { Adapter, TransportSettings } from "@wechat-refund/mutual-tls";
import { Effect, Exit, Fiber, Scope } from "effect";

const request: TransportRequest = {
  method: "POST",
  url: "https://localhost/pay",
  headers: { "Content-Type": "text/xml" },
  body: new Uint8Array(3),
};

/** A transport over a client that does nothing by itself: the calls it was given, and how often each was aborted. */
const make = (options: TransportSettings.Options = {}, send?: (call: Adapter.Call) => void) => {
  const calls: Array<Adapter.Call> = [];
  const aborted: Array<Adapter.Call> = [];
  let closings = 0;
  const open: Adapter.Open = () => ({
    send: (call) => {
      calls.push(call);
      send?.(call);
      return () => void aborted.push(call);
    },
    close: () => {
      closings += 1;
    },
  });
  return Effect.map(Adapter.make(TransportSettings.make(options), open), ({ send }) => ({
    send,
    calls,
    aborted,
    closings: () => closings,
    /** Posts, and hands the call out as soon as the client has it. */
    start: Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(Effect.exit(send(request)), { startImmediately: true });
      const call = calls.at(-1);
      if (call === undefined) return yield* Effect.die(new Error("the client was given no call"));
      return { fiber, call };
    }),
  }));
};

const replyTo = (call: Adapter.Call): void => {
  call.head(200, ["Content-Type", "text/xml"]);
  call.data(Buffer.from("a"));
  call.data(Buffer.from("b"));
  call.end();
};

const outcome = (drive: (call: Adapter.Call) => void) =>
  Effect.gen(function* () {
    const { send } = yield* make({}, drive);
    const { reason, sent } = yield* Effect.flip(send(request));
    return [reason._tag, sent];
  });

const throwing = (): never => {
  throw new TypeError("no");
};

describe("begin", () => {
  it.live("is granted once", () =>
    Effect.gen(function* () {
      const { start, aborted } = yield* make();
      const { fiber, call } = yield* start;
      expect([call.begin(), call.begin(), call.begin()]).toEqual([true, false, false]);
      replyTo(call);
      expect(call.begin()).toBe(false);
      const exit = yield* Fiber.join(fiber);
      expect(exit).toEqual(
        Exit.succeed({ status: 200, headers: { "content-type": "text/xml" }, body: Buffer.from("ab") }),
      );
      expect(aborted).toEqual([]);
    }),
  );

  it.live("is refused to a call that timed out, was interrupted, failed or lost its scope", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make();
      const client = yield* make({ connectTimeout: "20 millis" }).pipe(Effect.provideService(Scope.Scope, scope));
      const timedOut = yield* client.start;
      yield* Fiber.join(timedOut.fiber);
      const interrupted = yield* client.start;
      yield* Fiber.interrupt(interrupted.fiber);
      const failed = yield* client.start;
      failed.call.fail(new Error("no"));
      yield* Fiber.join(failed.fiber);
      const closed = yield* client.start;
      yield* Scope.close(scope, Exit.void);
      yield* Fiber.join(closed.fiber);
      expect(client.calls.map((call) => call.begin())).toEqual([false, false, false, false]);
      expect(client.aborted).toEqual(client.calls);
      expect(client.closings()).toBe(1);
    }),
  );
});

it.live("the end of the scope ends exactly the calls that are under way, in whatever order others ended", () =>
  Effect.gen(function* () {
    for (const ending of [[0], [5], [2, 0, 4], [1, 5, 3, 0], [5, 4, 3, 2, 1, 0], [0, 1, 2, 3, 4, 5]]) {
      const scope = yield* Scope.make();
      const client = yield* make().pipe(Effect.provideService(Scope.Scope, scope));
      const started = yield* Effect.replicateEffect(client.start, 6);
      for (const { call } of started) call.begin();
      for (const index of ending) {
        const { call, fiber } = started[index] as (typeof started)[number];
        replyTo(call);
        yield* Fiber.join(fiber);
      }
      yield* Scope.close(scope, Exit.void);
      for (const [index, { call, fiber }] of started.entries()) {
        expect(Exit.isSuccess(yield* Fiber.join(fiber))).toBe(ending.includes(index));
        expect(client.aborted.includes(call)).toBe(!ending.includes(index));
      }
    }
  }),
);

describe("a transport whose settings name the gateway", () => {
  const postTo = (endpoint: string | undefined, url: string) =>
    Effect.gen(function* () {
      const { calls, send } = yield* make({ endpoint }, (call) => (call.begin(), replyTo(call)));
      const exit = yield* Effect.exit(send({ ...request, url }));
      return Exit.isSuccess(exit) ? calls.map(({ target }) => target.origin) : [yield* Effect.flip(exit), calls.length];
    });

  it.live("posts there", () =>
    Effect.gen(function* () {
      for (const [endpoint, url] of [
        [undefined, "https://api.mch.weixin.qq.com/pay"],
        ["https://localhost:8443/", "https://localhost:8443/pay"],
        ["https://api.mch.weixin.qq.com", "https://api2.mch.weixin.qq.com/pay"],
        ["https://apihk.mch.weixin.qq.com:443", "https://apius.mch.weixin.qq.com/pay"],
      ] as const) {
        expect(yield* postTo(endpoint, url)).toEqual([new URL(url).origin]);
      }
    }),
  );

  it.live("refuses to post elsewhere, and sends nothing", () =>
    Effect.gen(function* () {
      for (const [endpoint, url] of [
        ["https://localhost:8443", "https://api.mch.weixin.qq.com/pay"],
        ["https://localhost:8443", "https://localhost/pay"],
        ["https://127.0.0.1:8443", "https://localhost:8443/pay"],
        ["https://api.mch.weixin.qq.com", "https://localhost/pay"],
        ["https://api.mch.weixin.qq.com", "https://api.mch.weixin.qq.com.example/pay"],
        ["https://api.mch.weixin.qq.com", "https://api3.mch.weixin.qq.com/pay"],
        ["https://api.mch.weixin.qq.com", "https://api2.mch.weixin.qq.com:444/pay"],
      ] as const) {
        const [error, calls] = yield* postTo(endpoint, url);
        expect(calls).toBe(0);
        expect(error).toMatchObject({ sent: "no", reason: { _tag: "Unusable" } });
        const message = error instanceof TransportError ? error.reason.message : "";
        expect(message).toContain(`(WECHAT_PAY_ENDPOINT) is ${endpoint}, the request goes to ${new URL(url).origin}:`);
        expect(message).toContain("Merchant.layerConfig");
      }
    }),
  );

  it.live("heeds an Endpoint that the transport alone was given", () =>
    Effect.gen(function* () {
      const [error, calls] = yield* postTo(undefined, "https://api.mch.weixin.qq.com/pay").pipe(
        Effect.provideService(Endpoint, "https://localhost:8443/sandbox"),
      );
      expect(calls).toBe(0);
      expect(String(error)).toContain(
        "the Endpoint that the transport was given is https://localhost:8443, the request",
      );
      expect(
        yield* postTo(undefined, "https://localhost:8443/pay").pipe(
          Effect.provideService(Endpoint, "https://localhost:8443/sandbox"),
        ),
      ).toEqual(["https://localhost:8443"]);
    }),
  );

  it.live("repeats no host that may be a secret", () =>
    Effect.gen(function* () {
      const key = "192006250b4c09247ec02edce69f6a2d";
      const [error] = yield* postTo(`https://${key}`, `https://a.${key}.example/pay`);
      expect(String(error)).toContain("is another host, the request goes to another host");
      expect(JSON.stringify(error)).not.toContain(key.slice(0, 8));
    }),
  );

  it.live("heeds a rotation to settings that name another", () =>
    Effect.gen(function* () {
      const open: Adapter.Open = () => ({ send: (call) => (call.begin(), replyTo(call), () => {}), close: () => {} });
      const first = TransportSettings.make({ endpoint: "https://localhost" });
      const { rotate, transport } = yield* Adapter.makeRotating(first, open);
      expect(yield* transport.send(request)).toMatchObject({ status: 200 });
      yield* rotate(TransportSettings.make({ endpoint: "https://127.0.0.1" }));
      expect(yield* Effect.flip(transport.send(request))).toMatchObject({ sent: "no" });
    }).pipe(Effect.scoped),
  );
});

describe("a client that behaves badly", () => {
  it.live("that throws is not sent before begin, and maybe after it", () =>
    Effect.gen(function* () {
      expect(yield* outcome(throwing)).toEqual(["HandshakeFailed", "no"]);
      expect(yield* outcome((call) => (call.begin(), throwing()))).toEqual(["ConnectionLost", "maybe"]);
    }),
  );

  it.live("that brings a reply nobody asked for, or one without a head, has brought none", () =>
    Effect.gen(function* () {
      expect(yield* outcome(replyTo)).toEqual(["HandshakeFailed", "no"]);
      expect(yield* outcome((call) => (call.begin(), call.end()))).toEqual(["ConnectionLost", "maybe"]);
    }),
  );

  it.live("that goes on after the end changes nothing", () =>
    Effect.gen(function* () {
      const { start } = yield* make();
      const { fiber, call } = yield* start;
      call.begin();
      replyTo(call);
      call.data(Buffer.from("more"));
      call.fail(new Error("late"));
      call.end();
      expect(Exit.isSuccess(yield* Fiber.join(fiber))).toBe(true);
    }),
  );

  it.live("that keeps the call keeps nothing of the request", () =>
    Effect.gen(function* () {
      const { start } = yield* make();
      const { fiber, call } = yield* start;
      expect([call.method, call.headers.slice(0, 2), call.body]).toEqual([
        "POST",
        ["Content-Type", "text/xml"],
        request.body,
      ]);
      call.begin();
      replyTo(call);
      yield* Fiber.join(fiber);
      expect([call.headers, call.body]).toEqual([[], new Uint8Array(0)]);
    }),
  );

  it.live("that dials after the end gets no connection", () =>
    Effect.gen(function* () {
      const { start } = yield* make();
      const { fiber, call } = yield* start;
      call.fail(new Error("over"));
      yield* Fiber.join(fiber);
      const answers: Array<unknown> = [];
      call.dial((error, socket) => void answers.push(error instanceof Error, socket));
      expect(answers).toEqual([true, undefined]);
    }),
  );
});

it.live("a dial that is under way when the call ends is hung up", () =>
  Effect.gen(function* () {
    const accepted: Array<net.Socket> = [];
    const server = yield* Effect.acquireRelease(
      Effect.callback<net.Server>((resume) => {
        const server = net.createServer((socket) => void accepted.push(socket.on("error", () => {}).resume()));
        server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)));
      }),
      (server) => Effect.callback<void>((resume) => void server.close(() => resume(Effect.void))),
    );
    const { port } = server.address() as net.AddressInfo;
    const answer = Promise.withResolvers<readonly [Error | null, unknown]>();
    const { send } = yield* make({ connectTimeout: "50 millis" }, (call) =>
      call.dial((error, socket) => answer.resolve([error, socket])),
    );
    const error = yield* Effect.flip(send({ ...request, url: `https://127.0.0.1:${port}/` }));
    expect(error.reason._tag).toBe("TimedOut");
    const [socket] = accepted;
    if (socket === undefined) return yield* Effect.die(new Error("nobody connected"));
    if (!socket.closed) yield* Effect.callback<void>((resume) => void socket.once("close", () => resume(Effect.void)));
    expect(yield* Effect.promise(() => answer.promise)).toEqual([expect.any(Error), undefined]);
  }),
);

it.live("a limit that limits nothing is refused when the transport is made", () =>
  Effect.gen(function* () {
    const settings = { ...TransportSettings.make({}), maxReplyBytes: Number.NaN };
    const exit = yield* Effect.exit(Adapter.make(settings, () => ({ send: () => () => {}, close: () => {} })));
    expect(String(exit)).toMatch(/maxReplyBytes must be a whole number/);
  }),
);
