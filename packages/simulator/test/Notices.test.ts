import { createDecipheriv, hash } from "node:crypto";
import { createServer as createHttpServer, type RequestListener } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { it } from "@effect/vitest";
import { Effect, Fiber, Redacted, Result } from "effect";
import { TestClock } from "effect/testing";
import { describe, expect } from "vitest";
import { type Gateway, Message, NoticePoster, Notices } from "@wechat-refund/simulator";
import * as Merchant from "@wechat-refund/core/Merchant";
import * as RefundNotice from "@wechat-refund/core/RefundNotice";
import { TestIdentities } from "@wechat-refund/testkit";
import { sealText } from "../src/internal/seal.ts";
import { apiKey, appId, type Config, day, type Fields, gateway, mchId, now, otherKey, paid, refund } from "./client.ts";
import vectors from "./data/vectors.json" with { type: "json" };
import wire from "./data/wire.json" with { type: "json" };
import { until } from "./wire.ts";

const url = "http://127.0.0.1:9/refunds";
const merchant = { appId, mchId, apiKey };
const done = 5_000;
const thanks = { status: 200, body: wire.acknowledged } as const;

/** A gateway with one refund that asked to be told. */
const refunded = (config: Partial<Config> = {}, fields: Fields = {}): Gateway.Gateway => {
  const to = gateway(config);
  refund(to, { notify_url: url, ...fields });
  return to;
};

const outerOf = ({ body }: { readonly body: Uint8Array }) => Object.fromEntries(Result.getOrThrow(Message.read(body)));
const innerOf = (delivery: { readonly body: Uint8Array }, key = apiKey) => {
  const decipher = createDecipheriv("aes-256-ecb", hash("md5", key), null);
  const sealed = Buffer.from(outerOf(delivery)["req_info"] ?? "", "base64");
  const text = Buffer.concat([decipher.update(sealed), decipher.final()]);
  return Object.fromEntries(Result.getOrThrow(Message.read(text, "root")));
};
const one = <T>(things: ReadonlyArray<T>): T => {
  expect(things).toHaveLength(1);
  return things[0] as T;
};

describe("a notice", () => {
  it.each(vectors.vectors.filter(({ kind }) => kind === "req_info"))(
    "is sealed as in $id",
    ({ key, plaintext, req_info }) => {
      expect(sealText(Buffer.from(plaintext ?? ""), key ?? "")).toBe(req_info);
    },
  );

  it("says what became of the refund, when it did", () => {
    const to = refunded();
    expect(to.notices.take(now + done - 1)).toEqual([]);
    const delivery = one(to.notices.take(now + done));
    expect(delivery).toMatchObject({ url, contentType: "text/xml", attempt: 0 });
    const outer = outerOf(delivery);
    expect(Object.keys(outer)).toEqual(["return_code", "appid", "mch_id", "nonce_str", "req_info"]);
    expect(outer).toMatchObject({
      return_code: "SUCCESS",
      appid: appId,
      mch_id: mchId,
      nonce_str: expect.stringMatching(/^\w{32}$/),
    });
    expect(innerOf(delivery)).toEqual({
      out_refund_no: "R-1",
      out_trade_no: "T-1",
      refund_account: "REFUND_SOURCE_RECHARGE_FUNDS",
      refund_fee: "30",
      refund_id: to.ledger.findRow({ mchId }, { outRefundNo: "R-1" })?.refundId,
      refund_recv_accout: "支付用户零钱",
      refund_request_source: "API",
      refund_status: "SUCCESS",
      settlement_refund_fee: "30",
      cash_refund_fee: "30",
      success_time: "2026-01-01 12:00:05",
      total_fee: "100",
      transaction_id: paid.transactionId,
    });
    expect(to.notices.take(now + done)).toEqual([]);
  });

  it("is opened by the library's reader", () => {
    const coupons = [{ id: "1", type: "NO_CASH", fee: 50 }] as const;
    const to = refunded({ orders: [{ ...paid, coupons }] });
    const { body } = one(to.notices.take(now + done));
    const identity = Result.getOrThrow(Merchant.make({ appId, mchId, apiKey: Redacted.make(apiKey) }));
    expect(Result.getOrThrow(RefundNotice.open(body, identity))).toMatchObject({
      outRefundNo: "R-1",
      refundStatus: "SUCCESS",
      settlementTotalFee: 50,
      settlementRefundFee: 15,
      cashRefundFee: 15,
      keyUsed: "current",
    });
  });

  it("comes for each result, and not for the way there", () => {
    const course = [
      { status: "NOTSURE", afterMillis: 5 },
      { status: "CHANGE", afterMillis: 10 },
      { status: "REFUNDCLOSE", afterMillis: 20 },
    ] as const;
    const statuses = refunded({ course })
      .notices.take(now + 30)
      .map((delivery) => innerOf(delivery));
    expect(statuses.map(({ refund_status, success_time }) => [refund_status, success_time])).toEqual([
      ["CHANGE", undefined],
      ["REFUNDCLOSE", undefined],
    ]);
    expect(refunded({ course: [] }).notices.take(now + day)).toEqual([]);
  });

  it("comes after posts that are no refund notices, where that is wanted, and the client tells them apart", () => {
    const me = Result.getOrThrow(Merchant.make({ appId, mchId, apiKey: Redacted.make(apiKey) }));
    const problems = Array.from({ length: 8 }, (_, n) => {
      const to = refunded({ seed: `strangers ${n}`, notices: { strangers: 1 } });
      const [stranger, own] = to.notices.take(now + done);
      if (stranger === undefined || own === undefined) throw new Error("two posts were expected");
      expect(stranger).toMatchObject({ noticeId: 0, url });
      expect(Result.isSuccess(RefundNotice.open(own.body, me))).toBe(true);
      to.notices.settle(stranger, thanks);
      expect(one(to.notices.all())).toMatchObject({ state: "waiting" });
      const opened = RefundNotice.open(stranger.body, me);
      return Result.isFailure(opened) ? opened.failure.problem : "none";
    });
    expect([...new Set(problems)].toSorted()).toEqual(["json", "payment-notice"]);
  });

  it("goes to the request's address, else to the merchant's, else nowhere", () => {
    const merchants = [{ ...merchant, notifyUrl: "https://example.com/platform" }] as const;
    const urls = (to: Gateway.Gateway) => to.notices.take(now + done).map((delivery) => delivery.url);
    expect(urls(refunded({ merchants }))).toEqual([url]);
    expect(urls(refunded({ merchants }, { notify_url: undefined }))).toEqual(["https://example.com/platform"]);
    expect(urls(refunded({}, { notify_url: undefined }))).toEqual([]);
  });

  it("comes once for a number that is asked for twice", () => {
    const to = refunded();
    refund(to, { notify_url: url });
    one(to.notices.take(now + done));
  });

  it("names a provider's sub-merchant", () => {
    const to = refunded(
      {
        merchants: [{ ...merchant, subMerchants: [{ subMchId: "1900000111", subAppId: "wx1" }] }],
        orders: [{ ...paid, subMchId: "1900000111" }],
      },
      { sub_mch_id: "1900000111" },
    );
    expect(outerOf(one(to.notices.take(now + done)))).toMatchObject({ sub_appid: "wx1", sub_mch_id: "1900000111" });
  });

  it("is sealed with the old key while it lasts, where told so", () => {
    const keys = { apiKey: otherKey, previousApiKey: apiKey, previousKeyUntil: now + done + 1_000 };
    const sealedWith = (noticesSealedWith: "apiKey" | "previousApiKey", at: number) => {
      const to = gateway({ merchants: [{ ...merchant, ...keys, noticesSealedWith }] });
      refund(to, { notify_url: url }, { key: otherKey });
      const delivery = one(to.notices.take(at));
      return [apiKey, otherKey].filter((key) => {
        try {
          return innerOf(delivery, key)["out_refund_no"] === "R-1";
        } catch {
          return false;
        }
      });
    };
    expect(sealedWith("apiKey", now + done)).toEqual([otherKey]);
    expect(sealedWith("previousApiKey", now + done)).toEqual([apiKey]);
    expect(sealedWith("previousApiKey", now + done + 1_000)).toEqual([otherKey]);
  });
});

/** Posts everything due until the time, one moment at a time, and answers it. */
const story = (to: Gateway.Gateway, end: number, answer: (n: number) => Notices.Answer) => {
  const times: Array<number> = [];
  for (let at = to.notices.nextAt(); at !== undefined && at <= end; at = to.notices.nextAt()) {
    for (const delivery of to.notices.take(at)) {
      times.push(at - now - done);
      to.notices.settle(delivery, answer(times.length));
    }
  }
  return times;
};

describe("an unanswered notice", () => {
  const minute = 60_000;
  const documented = [0, 0.25, 0.5, 1, 4, 14, 34, 64, 94, 124, 184, 364, 544, 724, 1_084, 1_444].map(
    (at) => at * minute,
  );

  it("is posted again in 15 steps over 24 hours and 4 minutes, then given up", () => {
    const to = refunded();
    expect(story(to, now + 10 * day, () => ({ failure: "ECONNREFUSED" }))).toEqual(documented);
    expect(one(to.notices.all())).toMatchObject({ state: "givenUp", nextAt: undefined });
    expect(one(to.notices.all()).attempts).toHaveLength(16);
  });

  it.each([
    ["FAIL", { status: 200, body: wire.acknowledged.replace("SUCCESS", "FAIL") }],
    ["another status", { ...thanks, status: 500 }],
    ["no XML", { status: 200, body: "SUCCESS" }],
    ["nothing", { status: 200, body: "" }],
    ["a failure", { failure: "ECONNREFUSED" }],
  ] as const)("is posted again after %s, and no more after SUCCESS", (_, answer) => {
    const to = refunded();
    expect(story(to, now + 10 * day, (n) => (n === 3 ? thanks : answer))).toEqual(documented.slice(0, 3));
    expect(one(to.notices.all())).toMatchObject({
      state: "acknowledged",
      attempts: [{ answer }, { answer }, { answer: thanks }],
    });
  });

  it("counts from the post, not from its late answer, and waits for an answer before the next", () => {
    const to = refunded();
    const delivery = one(to.notices.take(now + done));
    expect(to.notices.nextAt()).toBeUndefined();
    to.notices.settle(delivery, { failure: "no answer in time" });
    to.notices.settle(delivery, thanks);
    expect([to.notices.nextAt(), one(to.notices.all()).state]).toEqual([now + done + 15_000, "waiting"]);
  });

  it("is posted once more by hand, whatever became of it", () => {
    const to = refunded();
    story(to, now + day, () => thanks);
    to.notices.again(1, now + day);
    const delivery = one(to.notices.take(now + day));
    expect(innerOf(delivery)["out_refund_no"]).toBe("R-1");
    to.notices.settle(delivery, { failure: "x" });
    expect([to.notices.nextAt(), one(to.notices.all()).state]).toEqual([undefined, "acknowledged"]);
    to.notices.again(99, now + day);
    expect(to.notices.nextAt()).toBeUndefined();
  });

  it("is kept with the latest that are done with", () => {
    const to = gateway({ logLimit: 2 });
    for (const n of [1, 2, 3, 4]) refund(to, { notify_url: url, out_refund_no: `R-${n}`, refund_fee: "1" });
    story(to, now + day, (n) => (n === 1 ? { failure: "x" } : thanks));
    expect(to.notices.all().map(({ outRefundNo }) => outRefundNo)).toEqual(["R-1", "R-4"]);
  });
});

describe("notices that misbehave", () => {
  const many = (config: Partial<Config>) => {
    const to = gateway({ orders: [{ ...paid, totalFee: 50 }], ...config });
    for (let n = 0; n < 50; n++) {
      refund(
        to,
        { notify_url: url, out_refund_no: `R-${n}`, total_fee: "50", refund_fee: "1" },
        { now: now + n * 100 },
      );
    }
    return to;
  };
  const posts = (to: Gateway.Gateway) => {
    const numbers: Array<string> = [];
    for (let at = to.notices.nextAt(); at !== undefined; at = to.notices.nextAt()) {
      for (const delivery of to.notices.take(at)) {
        numbers.push(innerOf(delivery)["out_refund_no"] ?? "");
        to.notices.settle(delivery, thanks);
      }
    }
    return numbers;
  };
  const inOrder = Array.from({ length: 50 }, (_, n) => `R-${n}`);

  it("come once and in order by default", () => {
    expect(posts(many({}))).toEqual(inOrder);
  });

  it("come twice as often as asked for, acknowledged or not", () => {
    expect(posts(many({ notices: { duplicates: 1 } })).toSorted()).toEqual([...inOrder, ...inOrder].toSorted());
    const half = posts(many({ notices: { duplicates: 0.5 } })).length;
    expect(half).toBeGreaterThan(60);
    expect(half).toBeLessThan(90);
  });

  it("come out of order by seed", () => {
    const held = { notices: { held: 0.5 } };
    const first = posts(many(held));
    expect(first).not.toEqual(inOrder);
    expect(first.toSorted()).toEqual(inOrder.toSorted());
    expect(posts(many(held))).toEqual(first);
    expect(posts(many({ ...held, seed: "another" }))).not.toEqual(first);
  });

  it("leave the gateway's replies as they are", () => {
    const bytes = (config: Partial<Config>) =>
      many(config)
        .log.entries()
        .map(({ reply }) => reply.body);
    expect(bytes({ notices: { held: 1, duplicates: 1 } })).toEqual(bytes({}));
  });
});

const background = Effect.forkScoped({ startImmediately: true });

describe("a poster", () => {
  it.effect("posts on the test's clock, or when the gateway's own time is moved", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(now);
      const to = gateway();
      const posted: Array<readonly [number, string | undefined]> = [];
      const post: NoticePoster.Post = (delivery) =>
        Effect.sync(() => {
          posted.push([delivery.attempt, innerOf(delivery)["out_refund_no"]]);
          return posted.length < 3 ? { failure: "x" } : thanks;
        });
      yield* background(NoticePoster.run(to, post));
      refund(to, { notify_url: url });
      yield* TestClock.adjust(done - 1);
      expect(posted).toEqual([]);
      yield* TestClock.adjust(1);
      expect(posted).toEqual([[0, "R-1"]]);
      yield* TestClock.adjust(15_000);
      expect(posted).toHaveLength(2);
      to.clock.advance(15_000);
      yield* TestClock.adjust(0);
      expect(posted).toEqual([0, 1, 2].map((n) => [n, "R-1"]));
      yield* TestClock.adjust("3 days");
      expect(posted).toHaveLength(3);
    }),
  );

  it.effect("takes a late answer for none", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(now);
      const to = refunded();
      yield* background(NoticePoster.run(to, () => Effect.delay(Effect.succeed(thanks), "5001 millis")));
      yield* TestClock.adjust(done + 5_000);
      expect(one(to.notices.all()).attempts).toEqual([{ at: now + done, answer: { failure: "no answer in time" } }]);
    }),
  );

  it.effect("stops when it is interrupted, and lets go of the gateway", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(now);
      const to = refunded();
      const fiber = yield* Effect.forkChild(
        NoticePoster.run(to, () => Effect.never),
        { startImmediately: true },
      );
      yield* TestClock.adjust(done);
      yield* Fiber.interrupt(fiber);
      expect(one(to.notices.all()).attempts).toEqual([{ at: now + done }]);
      to.clock.advance(1);
    }),
  );
});

/** A merchant's server that remembers what it was sent. */
const listening = (
  listener: RequestListener,
  secure?: { readonly cert: string; readonly key: string },
): Effect.Effect<string, never, import("effect").Scope.Scope> =>
  Effect.acquireRelease(
    Effect.callback<ReturnType<typeof createHttpServer>>((resume) => {
      const server = secure === undefined ? createHttpServer(listener) : createHttpsServer(secure, listener);
      server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)));
    }),
    (server) =>
      Effect.callback<void>((resume) => {
        server.close(() => resume(Effect.void));
        server.closeAllConnections();
      }),
  ).pipe(
    Effect.map((server) => {
      const { port } = server.address() as AddressInfo;
      return `${secure === undefined ? "http" : "https"}://localhost:${port}/refunds`;
    }),
  );

const delivery = (to: string): Notices.Delivery => ({
  noticeId: 1,
  attempt: 0,
  url: to,
  contentType: "text/xml",
  requestId: "a",
  body: Buffer.from("<xml></xml>"),
});

describe("over HTTP", () => {
  it.live("a notice reaches a server of this machine, and its answer the gateway", () =>
    Effect.gen(function* () {
      const seen: Array<unknown> = [];
      const address = yield* listening((request, response) => {
        const chunks: Array<Buffer> = [];
        request.on("data", (chunk: Buffer) => chunks.push(chunk));
        request.on("end", () => {
          const { "content-type": contentType, "request-id": requestId } = request.headers;
          seen.push([
            request.method,
            request.url,
            contentType,
            requestId,
            outerOf({ body: Buffer.concat(chunks) })["mch_id"],
          ]);
          response.end(wire.acknowledged);
        });
      });
      const to = gateway({
        orders: [{ ...paid, paidAt: Date.now() }],
        course: [{ status: "SUCCESS", afterMillis: 0 }],
      });
      yield* background(NoticePoster.run(to, NoticePoster.overHttp()));
      refund(to, { notify_url: address }, { now: Date.now() });
      yield* until(() => to.notices.all()[0]?.state === "acknowledged");
      expect(seen).toEqual([["POST", "/refunds", "text/xml", expect.stringMatching(/^\d+-0$/), mchId]]);
    }),
  );

  it.live("and TLS, if its authority is known", () =>
    Effect.gen(function* () {
      const { ca, server } = TestIdentities.make();
      const secure = { cert: server.certificatePem, key: server.privateKeyPem };
      const address = yield* listening((_, response) => response.end(wire.acknowledged), secure);
      expect(yield* NoticePoster.overHttp({ ca })(delivery(address))).toEqual(thanks);
      expect(yield* NoticePoster.overHttp()(delivery(address))).toEqual({ failure: "UNABLE_TO_VERIFY_LEAF_SIGNATURE" });
    }),
  );

  it.live("nothing goes to other machines unless that is allowed", () =>
    Effect.gen(function* () {
      const post = NoticePoster.overHttp();
      for (const stranger of [
        "http://example.com/",
        "http://10.0.0.1/",
        "http://localhost.example.com/",
        "http://127.0.0.1.example.com/",
        "http://0.0.0.0/",
        "https://[::2]/",
        "nonsense",
      ]) {
        expect(yield* post(delivery(stranger)), stranger).toHaveProperty("forbidden");
      }
      const allowed = NoticePoster.overHttp({ allow: "anywhere" });
      expect(yield* allowed(delivery("http://127.0.0.1:9/"))).toEqual({ failure: "ECONNREFUSED" });
      const to = refunded({}, { notify_url: "https://example.com/refunds" });
      const taken = one(to.notices.take(now + done));
      to.notices.settle(taken, yield* post(taken));
      expect(one(to.notices.all())).toMatchObject({ state: "givenUp", nextAt: undefined });
    }),
  );

  it.live("redirects are not followed, large answers not read, broken ones told", () =>
    Effect.gen(function* () {
      const address = yield* listening((request, response) => {
        if (request.url === "/large") response.end("x".repeat(200_000));
        else if (request.url === "/cut") {
          response.writeHead(200, { "content-length": 10 });
          response.write("x", () => response.destroy());
        } else response.writeHead(302, { location: "http://example.com/" }).end();
      });
      const post = NoticePoster.overHttp();
      expect(yield* post(delivery(address))).toEqual({ status: 302, body: "" });
      expect(yield* post(delivery(new URL("/large", address).href))).toEqual({
        failure: "an answer that is too large",
      });
      expect(yield* post(delivery(new URL("/cut", address).href))).toEqual({ failure: "ECONNRESET" });
    }),
  );
});
