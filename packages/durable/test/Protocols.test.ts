/** A merchant that moves from APIv2 to APIv3 with refunds under way: each goes on through the protocol that began it. */
import { join } from "node:path";
import { describe, expect, it } from "@effect/vitest";
import { Clock, Context, Deferred, Effect, Layer, Redacted, Result } from "effect";
import { SqlClient } from "effect/sql";
import { TestClock } from "effect/testing";
import {
  Merchants,
  Refund,
  type RefundClient,
  RefundError,
  RefundNotice,
  RefundQuery,
  Speaker,
  Transport,
} from "@wechat-refund/core";
import { Durable, Refunds } from "@wechat-refund/durable";
import { directory } from "./support/files.ts";
import { gatewayOf, mchId, person, request, secret, start, Watched } from "./support/world.ts";

const order = { transactionId: "4200000000202601010000000001", outTradeNo: "T-1" };

/** What a gateway of the other protocol knows, and what came to it. */
class Other {
  readonly calls: Array<string> = [];
  silent = false;
  /** Whether each call said that it fetches nothing before it leaves. */
  leaveNow = true;
  /** What is waited for before a call is begun. */
  ready: Effect.Effect<void, RefundError.TransportFailed> | undefined;
  readonly known = new Set<string>();
  readonly transport: Transport.Transport["Service"] = {
    send: ({ body, url }) =>
      Effect.flatMap(Speaker.LeavesNow, (leavesNow) => {
        this.leaveNow &&= leavesNow;
        const number = new TextDecoder().decode(body);
        const call = url.endsWith("send") ? "send" : "ask";
        this.calls.push(`${call} ${number}`);
        if (this.silent)
          return Effect.fail(
            new Transport.TransportError({ reason: new Transport.ConnectionLost({ detail: "closed" }) }),
          );
        if (call === "send") this.known.add(number);
        return Effect.succeed({ status: 200, headers: { "wechatpay-serial": "K" }, body: new Uint8Array([1]) });
      }),
  };

  client(transport: Transport.Transport["Service"]): RefundClient.RefundClient["Service"] {
    const call = (operation: "refund" | "refundquery", number: string) =>
      transport
        .send({
          method: "POST",
          url: `https://v3.example/${operation === "refund" ? "send" : "ask"}`,
          headers: {},
          body: new TextEncoder().encode(number),
        })
        .pipe(
          Effect.mapError(
            (error) =>
              new RefundError.RefundError({
                operation,
                outRefundNo: number,
                reason: new RefundError.TransportFailed({ error }),
              }),
          ),
        );
    const fields = (number: string) => ({ outRefundNo: number as Refund.OutRefundNo, refundId: `50${number}` });
    const fee = 100 as Refund.Fen;
    const record = (number: string): RefundQuery.RefundRecord => ({
      ...fields(number),
      refundStatus: "SUCCESS",
      refundStatusText: "SUCCESS",
      refundFee: fee,
      coupons: [],
    });
    return {
      refund: ({ outRefundNo }) =>
        Effect.map(call("refund", outRefundNo), () => ({
          ...order,
          ...fields(outRefundNo),
          refundFee: fee,
          coupons: [],
          extra: {},
        })),
      confirm: ({ outRefundNo }) => Effect.map(call("refundquery", outRefundNo), () => record(outRefundNo)),
      query: ({ outRefundNo }) =>
        Effect.map(call("refundquery", outRefundNo), () => ({
          ...order,
          refundCount: 1,
          records: [record(outRefundNo)],
          extra: {},
        })),
    };
  }

  readonly block: Merchants.V3 = {
    transport: Layer.succeed(Transport.Transport, this.transport),
    make: () =>
      Result.succeed<Speaker.Speaker>({
        protocol: "v3",
        mchId,
        ready: this.ready,
        check: ({ opUserId }) =>
          opUserId === undefined
            ? Result.void
            : Result.fail(
                new RefundError.InvalidRequest({
                  issues: [{ field: "opUserId", wire: "opUserId", message: "is no field of APIv3: remove it" }],
                }),
              ),
        client: (transport) => this.client(transport),
        bill: () => Effect.succeed("none"),
        openNotice: ({ body }) => {
          const [number = "", fee = "100", other] = new TextDecoder().decode(body).replace("{", "").split(" ");
          return number === ""
            ? Effect.fail(new RefundNotice.BadNotice({ problem: "unsigned", protocol: "v3" }))
            : Effect.succeed({
                ...order,
                ...fields(number, Number(fee)),
                outTradeNo: other ?? `T-${number.slice(2)}`,
                refundStatus: "SUCCESS",
                refundStatusText: "SUCCESS",
                keyUsed: "current",
                noticeId: "EV-1",
                extra: {},
              });
        },
      }),
  };
}

const fields = (number: string, refundFee: number) => ({
  outRefundNo: number as Refund.OutRefundNo,
  refundId: `50${number}`,
  refundFee: refundFee as Refund.Fen,
  totalFee: 1000 as Refund.Fen,
});

const unhurried = { poll: "20 seconds", lease: "200 seconds" } as const;

const world = Effect.fnUntraced(function* (config: Parameters<typeof gatewayOf>[0] = {}) {
  yield* TestClock.setTime(start);
  const gateway = gatewayOf(config);
  const watched = new Watched();
  const other = new Other();
  const file = join(yield* directory, "refunds.db");
  const v2: Merchants.V2 = {
    appId: "wx8888888888888888",
    mchId,
    apiKey: Redacted.make(secret),
    transport: Layer.succeed(Transport.Transport, watched.transport(gateway, mchId)),
  };
  const open = Effect.fnUntraced(function* (entry: Partial<Merchants.Entry>, worker: false | undefined = undefined) {
    const merchants = Merchants.layer([{ name: "shop", ...entry }]);
    const context = yield* Layer.build(
      Durable.layerSqlite({ file, worker: worker ?? unhurried }).pipe(Layer.provideMerge(merchants)),
    );
    const refunds = Context.get(context, Refunds.Refunds);
    const until = Effect.fnUntraced(function* (number: string, is: (refund: Refunds.Refund) => boolean) {
      for (let seconds = 0; seconds < 7200; seconds++) {
        const refund = yield* Effect.flatMap(refunds.find("shop", number), Effect.fromNullishOr);
        if (is(refund)) return refund;
        yield* TestClock.adjust("1 second");
      }
      return yield* Effect.die(`${number} has not become so`);
    });
    return { refunds, until, sql: Context.get(context, SqlClient.SqlClient) };
  });
  return { gateway, watched, other, v2, open };
});

const succeeded = ({ truth }: Refunds.Refund) => truth === "Succeeded";

describe("a refund", () => {
  it.effect("is asked for and repeated through the protocol that began it, whatever new ones go through", () =>
    Effect.gen(function* () {
      const { open, other, v2, watched } = yield* world();
      yield* Effect.scoped(
        Effect.gen(function* () {
          const { refunds } = yield* open({ v2 }, false);
          expect(yield* refunds.start("shop", request(1))).toMatchObject({ protocol: "v2" });
        }),
      );
      yield* Effect.scoped(
        Effect.gen(function* () {
          const { refunds, until } = yield* open({ v2, v3: other.block, protocol: "v3" });
          yield* until("R-1", succeeded);
          expect(new Set(watched.left.map(({ number }) => number))).toEqual(new Set(["R-1"]));
          expect(other.calls).toEqual([]);
          // The same request again is the refund that there is.
          expect(yield* refunds.start("shop", request(1))).toMatchObject({ protocol: "v2", created: false });
          expect(yield* refunds.start("shop", request(2))).toMatchObject({ protocol: "v3", created: true });
          other.silent = true;
          yield* until("R-2", ({ truth }) => truth === "Unknown");
        }),
      );
      // Back again: what APIv3 began stays there.
      other.silent = false;
      const { until } = yield* open({ v2, v3: other.block });
      yield* until("R-2", succeeded);
      expect(new Set(other.calls)).toEqual(new Set(["send R-2", "ask R-2"]));
      expect(watched.left.some(({ number }) => number === "R-2")).toBe(false);
    }),
  );

  it.effect("is not sent through the other protocol where its own is gone, and goes on when it is back", () =>
    Effect.gen(function* () {
      const { open, other, v2, watched } = yield* world();
      yield* Effect.scoped(
        Effect.gen(function* () {
          const { refunds } = yield* open({ v2 }, false);
          yield* refunds.start("shop", request(1));
        }),
      );
      yield* Effect.scoped(
        Effect.gen(function* () {
          const { refunds, until } = yield* open({ v3: other.block });
          const blocked = yield* until("R-1", ({ block }) => block !== undefined);
          expect(blocked).toMatchObject({ truth: "Recorded", block: { cause: "account" } });
          expect(blocked.block?.refusal?.message).toContain("no v2 block");
          expect(yield* Effect.flip(refunds.refreeze("shop", "R-1", person))).toMatchObject({
            issues: [{ field: "merchant" }],
          });
          expect([...watched.left, ...other.calls]).toEqual([]);
        }),
      );
      const { until } = yield* open({ v2, v3: other.block, protocol: "v3" });
      yield* until("R-1", succeeded);
      expect(other.calls).toEqual([]);
    }),
  );

  it.effect("holds up none of the other protocol where its own is gone", () =>
    Effect.gen(function* () {
      const { open, other, v2 } = yield* world();
      yield* Effect.scoped(
        Effect.gen(function* () {
          const { refunds } = yield* open({ v2 }, false);
          for (let n = 1; n <= 25; n++) yield* refunds.start("shop", request(n));
        }),
      );
      const { refunds, until } = yield* open({ v3: other.block });
      for (let n = 1; n <= 25; n++) yield* until(`R-${n}`, ({ block }) => block?.cause === "account");
      yield* TestClock.adjust("2 hours");
      expect(yield* refunds.history("shop", "R-1")).toHaveLength(2);
      const before = yield* Clock.currentTimeMillis;
      yield* refunds.start("shop", request(26));
      yield* until("R-26", ({ truth }) => truth === "Accepted");
      expect((yield* Clock.currentTimeMillis) - before).toBeLessThan(5000);
    }),
  );

  it.effect.each(["before it waits for its turn", "when its turn has come"])(
    "holds up none of the other protocol where its own lacks what its calls need, %s",
    (when) =>
      Effect.gen(function* () {
        const minutes = 40;
        const { open, other, v2 } = yield* world({ course: [{ status: "SUCCESS", afterMillis: minutes * 60_000 }] });
        yield* Effect.scoped(
          Effect.gen(function* () {
            const { refunds } = yield* open({ v2 }, false);
            for (let n = 1; n <= 3; n++) yield* refunds.start("shop", request(n));
          }),
        );
        const reason = new Transport.Unusable({ detail: "no keys" });
        const lacking = Effect.fail(
          new RefundError.TransportFailed({ error: new Transport.TransportError({ reason }) }),
        );
        let looks = 0;
        let isThere = false;
        other.ready = Effect.suspend(() =>
          isThere || (looks++ % 2 === 0 && when === "when its turn has come") ? Effect.void : lacking,
        );
        const { refunds, until } = yield* open({ v2, v3: other.block, protocol: "v3" });
        const before = yield* Clock.currentTimeMillis;
        const took = Effect.map(Clock.currentTimeMillis, (now) => (now - before) / 60_000);
        for (let n = 4; n <= 60; n++) yield* refunds.start("shop", request(n));
        for (let n = 1; n <= 3; n++) yield* until(`R-${n}`, succeeded);
        expect(yield* took).toBeGreaterThan(minutes);
        expect(yield* took).toBeLessThan(minutes + 2);
        // Nothing was begun, and it was told once.
        const waits = yield* refunds.find("shop", "R-60");
        expect(waits).toMatchObject({ truth: "Recorded", block: { cause: "account" } });
        expect(yield* refunds.history("shop", "R-60")).toHaveLength(2);
        expect(other.calls).toEqual([]);
        isThere = true;
        for (let n = 4; n <= 60; n++) yield* until(`R-${n}`, succeeded);
        expect(yield* took).toBeLessThan(minutes + 10);
        expect(new Set(other.calls.filter((call) => call.startsWith("send"))).size).toBe(57);
      }),
  );

  it.effect(
    "is the same when it is asked for again after the merchant has moved, whatever fields only the old one knows",
    () =>
      Effect.gen(function* () {
        const { open, other, v2 } = yield* world();
        const asked = request(1, { opUserId: true, deviceInfo: "POS-1" });
        const issues = [{ field: "opUserId" }];
        yield* Effect.scoped(
          Effect.gen(function* () {
            const { refunds } = yield* open({ v2 }, false);
            yield* refunds.start("shop", asked);
          }),
        );
        yield* Effect.scoped(
          Effect.gen(function* () {
            const { refunds } = yield* open({ v2, v3: other.block, protocol: "v3" }, false);
            expect(yield* refunds.start("shop", asked)).toMatchObject({ protocol: "v2", created: false });
            const changed = { ...asked, refundDesc: "another" };
            expect(yield* Effect.flip(refunds.start("shop", changed))).toMatchObject({ fields: ["refundDesc"] });
            // What nobody has begun is checked as new ones are.
            expect(yield* Effect.flip(refunds.start("shop", request(2, { opUserId: true })))).toMatchObject({ issues });
            // Under a number that is taken it is another refund, also where it could not be sent.
            yield* refunds.start("shop", request(3));
            const fields = ["opUserId"];
            expect(yield* Effect.flip(refunds.start("shop", request(3, { opUserId: true })))).toMatchObject({ fields });
            expect(yield* Effect.flip(refunds.start("shop", request(3, { refundFee: 0 })))).toMatchObject({
              fields: ["refundFee"],
            });
            // What is no refund at all never was one.
            for (const other of [{ outRefundNo: 1 }, { opUserID: 5n }, { order: null }, { goodsDetail: [null] }]) {
              const none = { ...asked, ...other } as unknown as Refund.RefundRequest;
              expect(yield* Effect.flip(refunds.start("shop", none))).toMatchObject({ issues: expect.any(Array) });
            }
          }),
        );
        // With the old block gone it waits, and is known all the same; also when its row was removed after its end.
        const { refunds, sql } = yield* open({ v3: other.block }, false);
        expect(yield* refunds.start("shop", asked)).toMatchObject({ protocol: "v2", created: false });
        yield* sql`INSERT INTO refund_pruned VALUES (${mchId}, '', 'R-1', '1:', 'Succeeded', 100, 'CNY', 0)`;
        yield* sql`DELETE FROM refunds WHERE out_refund_no = 'R-1'`;
        expect(yield* Effect.flip(refunds.start("shop", asked))).toMatchObject({ _tag: "Pruned" });
        // No store has a number that there cannot be.
        const none = { ...asked, outRefundNo: "R\u0000" } as unknown as Refund.RefundRequest;
        expect(yield* Effect.flip(refunds.start("shop", none))).toMatchObject({ _tag: "InvalidRequest" });
      }),
  );

  it.effect("of APIv3 alone needs no appid, and is checked as APIv3 would", () =>
    Effect.gen(function* () {
      const { open, other } = yield* world();
      const { refunds, sql, until } = yield* open({ v3: other.block });
      const refused = yield* Effect.flip(refunds.start("shop", request(3, { opUserId: true })));
      expect(refused).toMatchObject({ issues: [{ field: "opUserId" }] });
      yield* refunds.start("shop", request(3));
      yield* until("R-3", succeeded);
      // What it was told by is kept as it came.
      const [proof] = yield* sql<{ readonly headers: string }>`SELECT headers FROM refund_proofs ORDER BY id DESC`;
      expect(proof?.headers).toContain("wechatpay-serial");
      expect(other.calls[0]).toBe("send R-3");
    }),
  );

  it.effect("is begun when all is there that its call needs, and not before", () =>
    Effect.gen(function* () {
      const { open, other } = yield* world();
      // Before it waits for its turn, and when that has come.
      const looks = [yield* Deferred.make<void>(), yield* Deferred.make<void>()] as const;
      let looked = 0;
      other.ready = Effect.suspend(() => Deferred.await(looks[looked++ === 0 ? 0 : 1]));
      const { refunds, sql, until } = yield* open({ v3: other.block });
      yield* refunds.start("shop", request(8));
      for (const [n, look] of looks.entries()) {
        yield* until("R-8", () => looked > n);
        yield* TestClock.adjust("3 seconds");
        expect(yield* refunds.find("shop", "R-8")).toMatchObject({ truth: "Recorded", calling: false });
        expect([looked, other.calls]).toEqual([n + 1, []]);
        yield* Deferred.succeed(look, undefined);
      }
      const now = yield* Clock.currentTimeMillis;
      yield* until("R-8", succeeded);
      expect(other.calls[0]).toBe("send R-8");
      expect(yield* sql`SELECT sent_at FROM refunds`).toEqual([{ sent_at: now }]);
      expect(other.leaveNow).toBe(true);
    }),
  );

  it.effect("does not wait for ever for what its call needs", () =>
    Effect.gen(function* () {
      const { open, other } = yield* world();
      other.ready = Effect.never;
      const { refunds, until } = yield* open({ v3: other.block });
      yield* refunds.start("shop", request(9));
      const before = yield* Clock.currentTimeMillis;
      yield* until("R-9", ({ truth }) => truth === "Accepted");
      expect((yield* Clock.currentTimeMillis) - before).toBeLessThan(150_000);
    }),
  );

  it.effect("whose protocol no version knows is damaged, and nothing is done with it", () =>
    Effect.gen(function* () {
      const { open, other } = yield* world();
      const { refunds, sql } = yield* open({ v3: other.block }, false);
      yield* refunds.start("shop", request(4));
      yield* sql`UPDATE refunds SET protocol = 'v4'`;
      expect(yield* Effect.flip(refunds.find("shop", "R-4"))).toMatchObject({ _tag: "Damaged", part: "protocol" });
    }),
  );
});

describe("a signed notice", () => {
  it.effect(
    "says that exactly this refund was accepted; of other amounts, or another order, it is a reason to ask",
    () =>
      Effect.gen(function* () {
        const { open, other } = yield* world();
        const { refunds, sql } = yield* open({ v3: other.block }, false);
        const notice = (text: string) =>
          refunds.notice({
            merchant: "shop",
            body: new TextEncoder().encode(text),
            headers: { "Wechatpay-Nonce": "n", Cookie: "whoever posts it writes this" },
          });
        const truth = Effect.map(refunds.find("shop", "R-5"), (refund) => refund?.truth);
        yield* refunds.start("shop", request(5), { attempted: true });
        for (const wrong of ["{R-5 99", "{R-5 100 T-6"]) {
          expect(yield* notice(wrong)).toBe("noted");
          expect(yield* truth).toBe("Unknown");
        }
        const proofs = sql`SELECT call, headers, body FROM refund_proofs`;
        expect(yield* proofs).toEqual([]);
        expect(yield* notice("{R-5")).toBe("noted");
        expect(yield* truth).toBe("Accepted");
        // What decided is kept, as it came; a repeat decides nothing.
        yield* notice("{R-5");
        expect(yield* proofs).toEqual([
          { call: "notice", headers: '{"Wechatpay-Nonce":"n"}', body: new TextEncoder().encode("{R-5") },
        ]);
        yield* refunds.start("shop", request(6, { order: { transactionId: order.transactionId } }), {
          attempted: true,
        });
        yield* notice("{R-6");
        expect((yield* refunds.find("shop", "R-6"))?.truth).toBe("Accepted");
        expect(yield* Effect.flip(notice("{"))).toMatchObject({ _tag: "BadNotice", protocol: "v3" });
        // Of one that was given up it is kept as well, and one that is known to be not made stays so until somebody starts it again.
        yield* refunds.start("shop", request(7));
        yield* refunds.cancel("shop", "R-7", { by: "ops", reason: "a mistake" });
        expect(yield* notice("{R-7")).toBe("contradiction");
        expect((yield* refunds.find("shop", "R-7"))?.truth).toBe("NotMade");
        expect((yield* proofs).at(-1)).toMatchObject({ call: "notice", body: new TextEncoder().encode("{R-7") });
      }),
  );
});
