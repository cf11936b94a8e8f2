/** Entries of both protocols: which one speaks, whose notice it is, and what is wrong with a block. */
import { assert, describe, it } from "@effect/vitest";
import { Context, Effect, Layer, Result } from "effect";
import { Merchant, Merchants, Pace, RefundClient, RefundNotice, type Speaker, Transport } from "../src/index.ts";
import { Replies, TransportStub } from "../src/testing/index.ts";
import { merchantWith, request } from "./support/story.ts";

const shop = merchantWith({ mchId: "1900000109" });
const sub = merchantWith({ mchId: "1900000309", subMchId: "1900000401" });

const v2 = (merchant: Merchant.MerchantIdentity): Merchants.V2 => ({
  ...merchant,
  transport: TransportStub.reply(Replies.accepted(merchant, request)),
});

const notice = { noticeId: "EV-1" } as RefundNotice.RefundNotice;
const accepted = { refundId: "of APIv3" } as Effect.Success<ReturnType<RefundClient.RefundClient["Service"]["refund"]>>;

/** A speaker that answers everything. */
const v3 = (numbers: Merchants.Numbers, more: Partial<Speaker.Speaker> = {}): Merchants.V3 => ({
  transport: TransportStub.never,
  make: () =>
    Result.succeed({
      protocol: "v3",
      ...numbers,
      check: () => Result.void,
      client: () => ({
        refund: () => Effect.succeed(accepted),
        query: () => Effect.never,
        confirm: () => Effect.never,
      }),
      bill: () => Effect.succeed("none"),
      openNotice: () => Effect.succeed(notice),
      ...more,
    }),
});

const made = (...entries: ReadonlyArray<Merchants.Entry>) => Merchants.make(entries).pipe(Effect.scoped);
const issuesOf = (...entries: ReadonlyArray<Merchants.Entry>) =>
  Effect.map(Effect.flip(made(...entries)), ({ issues }) => issues.map(({ field, message }) => `${field} ${message}`));
const whose = (client: RefundClient.RefundClient["Service"]) =>
  Effect.map(client.refund(request), ({ refundId }) => refundId);

describe("an entry", () => {
  it.effect("speaks APIv2 where it has both, unless it says otherwise, and APIv3 where it has nothing else", () =>
    Effect.gen(function* () {
      const refundId = yield* Effect.flatMap(made({ name: "a", v2: v2(shop) }), ({ all }) =>
        whose((all[0] as Merchants.Registered).client),
      );
      for (const [entry, protocol, expected] of [
        [{ v2: v2(shop) }, "v2", refundId],
        [{ v2: v2(shop), v3: v3(shop) }, "v2", refundId],
        [{ v2: v2(shop), v3: v3(shop), protocol: "v3" }, "v3", "of APIv3"],
        [{ v3: v3(shop) }, "v3", "of APIv3"],
      ] as const) {
        const { find } = yield* made({ name: "shop", ...entry });
        const registered = yield* find(shop);
        assert.strictEqual(registered.protocol, protocol);
        assert.strictEqual(yield* whose(registered.client), expected);
        assert.strictEqual(yield* whose(Context.get(registered.services, RefundClient.RefundClient)), expected);
        assert.strictEqual(Merchants.hasV2(registered), "v2" in entry);
        assert.strictEqual(Merchants.speakerOf(registered, "v2"), "v2" in entry ? registered.merchant : undefined);
        assert.strictEqual(Merchants.speakerOf(registered, "v3") !== undefined, "v3" in entry);
        assert.strictEqual(registered.held(), undefined);
      }
    }),
  );

  it.effect("of APIv3 alone runs programs of a client", () =>
    Effect.gen(function* () {
      const program = RefundClient.RefundClient.use(whose).pipe(
        Effect.flatMap((id) => Effect.as(Transport.Transport, id)),
        Merchants.provide("shop"),
        Effect.provide(Merchants.layer([{ name: "shop", v3: v3(shop, { endpoint: "https://one.example" }) }])),
      );
      assert.strictEqual(yield* program, "of APIv3");
      const { all } = yield* Merchants.make([{ name: "shop", v3: v3(shop, { endpoint: "https://one.example" }) }], {
        pace: false,
      });
      assert.deepStrictEqual(all[0]?.merchant, { mchId: shop.mchId, endpoint: "https://one.example" });
    }),
  );

  it.effect("shares its pace between both", () =>
    Effect.gen(function* () {
      const { get } = yield* made({ name: "shop", v2: v2(shop), v3: v3(shop), protocol: "v3" });
      const registered = yield* get("shop");
      assert(Merchants.hasV2(registered));
      assert.strictEqual(
        Pace.of(registered.client).lane,
        Pace.of((registered.v3 as Merchants.RegisteredV3).client).lane,
      );
    }),
  );

  it.effect("is refused with everything that is wrong with it", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* issuesOf({ name: "a" }), ["v2 is missing, and so is v3: give one of them"]);
      assert.deepStrictEqual(yield* issuesOf({ name: "a", v2: v2(shop), protocol: "v3" }), [
        "protocol is v3, and there is no block of that name",
      ]);
      assert.deepStrictEqual(yield* issuesOf({ name: "a", v2: v2(shop), v3: v3(sub) }), [
        "v3.mchId and v3.subMchId must be those of the v2 block: an entry is one merchant",
      ]);
      assert.deepStrictEqual(yield* issuesOf({ name: "a", v2: v2(shop) }, { name: "b", v3: v3(shop) }), [
        "mchId is the number of a: a number has one entry",
      ]);
      const bad: Merchants.V3 = {
        transport: TransportStub.never,
        make: () =>
          Result.fail(new Merchant.InvalidMerchant({ issues: [{ field: "serialNo", message: "is missing" }] })),
      };
      const broken = {
        transport: Layer.effect(Transport.Transport, Effect.fail(new Error("no transport"))),
        make: bad.make,
      };
      assert.deepStrictEqual(yield* issuesOf({ name: "a", v2: v2(shop), v3: bad }), ["v3.serialNo is missing"]);
      const both = Merchants.make([{ name: "a", v3: broken }]).pipe(Effect.scoped, Effect.flip);
      assert.deepStrictEqual(
        (yield* both).issues.map(({ field, message }) => `${field} ${message}`),
        ["transport no transport"],
      );
    }),
  );
});

describe("a notice", () => {
  const xml = Replies.notice(shop, request, "SUCCESS");
  const json = new TextEncoder().encode("{}");
  it.effect("is opened in the form that it came in", () =>
    Effect.gen(function* () {
      const { openNotice } = yield* made({ name: "shop", v2: v2(shop), v3: v3(shop) });
      const ofV2 = yield* openNotice("shop", xml, { "content-type": "text/xml" });
      assert.strictEqual(ofV2.notice.noticeId, undefined);
      assert.strictEqual((yield* openNotice("shop", json)).notice, notice);
      // Signed is APIv3's, whatever it looks like.
      assert.strictEqual((yield* openNotice("shop", xml, { "Wechatpay-Nonce": "n" })).notice, notice);
    }),
  );
  it.effect("that fails in its form is never tried in the other", () =>
    Effect.gen(function* () {
      const refusing = v3(shop, {
        openNotice: () => Effect.fail(new RefundNotice.BadNotice({ problem: "wrong-sign", protocol: "v3" })),
      });
      const both = yield* made({ name: "shop", v2: v2(shop), v3: refusing });
      const error = yield* Effect.flip(both.openNotice("shop", xml, { "wechatpay-signature": "x" }));
      assert(error._tag === "BadNotice");
      assert.strictEqual(error.problem, "wrong-sign");
      const only = yield* made({ name: "shop", v3: refusing });
      assert.strictEqual((yield* Effect.flip(only.openNotice("shop", xml)))._tag, "BadNotice");
      const old = yield* made({ name: "shop", v2: v2(shop) });
      const ofJson = yield* Effect.flip(old.openNotice("shop", json, { "wechatpay-signature": "x" }));
      assert(ofJson._tag === "BadNotice");
      assert.strictEqual(ofJson.problem, "json");
    }),
  );
  it("is answered in its form", () => {
    assert.strictEqual(RefundNotice.answerTo("v2", "acknowledge").body, RefundNotice.acknowledge);
    assert.strictEqual(RefundNotice.answerTo("v2", "refuse").status, 200);
    assert.strictEqual(RefundNotice.answerTo("v3", "acknowledge").status, 204);
    assert.strictEqual(RefundNotice.answerTo("v3", "refuse").status, 400);
    for (const text of ["", " \r\n\t", "<xml/>", "x"]) {
      assert.strictEqual(RefundNotice.formOf({ headers: {}, body: new TextEncoder().encode(text) }), "v2");
    }
  });
});
