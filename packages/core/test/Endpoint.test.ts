/** Where requests go: every way to say it works, and two ways that say different things send nothing. */
import { assert, describe, it } from "@effect/vitest";
import { ConfigProvider, Effect, Layer, Redacted, Result } from "effect";
import {
  Bills,
  Merchant,
  Merchants,
  Operation,
  OrderRefunds,
  Pace,
  Pipeline,
  Refund,
  RefundClient,
  Transport,
} from "../src/index.ts";
import { Replies, TransportStub } from "../src/testing/index.ts";
import { apiKey, merchantWith, request } from "./support/story.ts";

const merchant = merchantWith();
const [ours, another] = ["https://gateway.example:8443", "https://other.example"];
const recorder = () => TransportStub.recorder(TransportStub.reply(Replies.accepted(merchant, request)));
type Recorder = ReturnType<typeof recorder>;

const environment = (more: Readonly<Record<string, string>> = {}) =>
  ConfigProvider.layer(
    ConfigProvider.fromEnvRecord({
      WECHAT_PAY_APP_ID: merchant.appId,
      WECHAT_PAY_MCH_ID: merchant.mchId,
      WECHAT_PAY_API_KEY: apiKey,
      ...more,
    }),
  );

const refund = RefundClient.RefundClient.use((client) => client.refund(request));
const overMerchant = ({ layer }: Recorder, options: Partial<Merchant.MerchantOptions> = {}) =>
  RefundClient.layer.pipe(Layer.provide([Merchant.layer({ ...merchant, ...options }), layer]));
const overEnvironment = ({ layer }: Recorder, more?: Readonly<Record<string, string>>) =>
  RefundClient.layer.pipe(Layer.provide([Merchant.layerConfig, layer]), Layer.provide(environment(more)));

const named = Layer.succeed(RefundClient.Endpoint, ours);
const around = Effect.provideService(RefundClient.Endpoint, ours);

/** The same refund with the gateway named in one way. */
const ways: Readonly<Record<string, (recorder: Recorder) => Effect.Effect<unknown, unknown>>> = {
  "around the call": (to) => refund.pipe(Effect.provide(overMerchant(to)), around),
  "around the call, a slash at its end": (to) =>
    refund.pipe(Effect.provide(overMerchant(to)), Effect.provideService(RefundClient.Endpoint, `${ours}/`)),
  "to the client's layer": (to) => refund.pipe(Effect.provide(Layer.provide(overMerchant(to), named))),
  "beside the client": (to) => refund.pipe(Effect.provide(Layer.provideMerge(overMerchant(to), named))),
  "merged with the client": (to) => refund.pipe(Effect.provide(Layer.merge(overMerchant(to), named))),
  "in a list": (to) => refund.pipe(Effect.provide([overMerchant(to), named])),
  "to the merchant's layer alone": (to) =>
    refund.pipe(
      Effect.provide(
        RefundClient.layer.pipe(
          Layer.provide(to.layer),
          Layer.provide(Merchant.layer(merchant).pipe(Layer.provide(named))),
        ),
      ),
    ),
  "to the pace around the client": (to) =>
    refund.pipe(Effect.provide(Pace.layer().pipe(Layer.provide(named), Layer.provide(overMerchant(to))))),
  "to the merchants' layer": (to) =>
    refund.pipe(
      Merchants.provide("a"),
      Effect.provide(Layer.provide(Merchants.layer([{ name: "a", v2: { ...merchant, transport: to.layer } }]), named)),
    ),
  "to the merchants' layer, for a program of the stages": (to) =>
    Effect.gen(function* () {
      const params = yield* Effect.flatMap(Pipeline.encode(Refund.operation, request), Pipeline.sign);
      yield* Pipeline.send(yield* Pipeline.serialize(Refund.operation, request, params));
    }).pipe(
      Merchants.provide("a"),
      Effect.provide(Layer.provide(Merchants.layer([{ name: "a", v2: { ...merchant, transport: to.layer } }]), named)),
    ),
  "to the merchant's layer as well": (to) =>
    refund.pipe(
      Effect.provide(
        RefundClient.layer.pipe(
          Layer.provide(to.layer),
          Layer.provide(Merchant.layer(merchant).pipe(Layer.provideMerge(named))),
        ),
      ),
    ),
  "by the merchant's settings": (to) => refund.pipe(Effect.provide(overMerchant(to, { endpoint: ours }))),
  "by the environment": (to) => refund.pipe(Effect.provide(overEnvironment(to, { WECHAT_PAY_ENDPOINT: ours }))),
  "by the environment and around the call": (to) =>
    refund.pipe(Effect.provide(overEnvironment(to, { WECHAT_PAY_ENDPOINT: ours })), around),
};

describe("the gateway is named", () => {
  for (const [name, way] of Object.entries(ways)) {
    it.effect(name, () =>
      Effect.gen(function* () {
        const to = recorder();
        yield* way(to);
        assert.deepStrictEqual(
          to.posts.map(({ request: { url } }) => url),
          [`${ours}/secapi/pay/refund`],
        );
      }),
    );
  }

  it.effect("by nobody: it is WeChat Pay's own", () =>
    Effect.gen(function* () {
      for (const more of [{}, { WECHAT_PAY_ENDPOINT: "" }, { WECHAT_PAY_ENDPOINT: " " }]) {
        const to = recorder();
        yield* refund.pipe(Effect.provide(overEnvironment(to, more)));
        assert.strictEqual(to.posts[0]?.request.url, `${Operation.mainEndpoint}/secapi/pay/refund`);
      }
    }),
  );

  it.effect("for the stages by themselves, and for the refunds of an order", () =>
    Effect.gen(function* () {
      const params = yield* Effect.fromResult(Operation.encode(Refund.operation, request, merchant));
      const post = yield* Pipeline.serialize(Refund.operation, request, params).pipe(
        Effect.provideService(Merchant.Merchant, { ...merchant, endpoint: ours }),
      );
      assert.strictEqual(post.url, `${ours}/secapi/pay/refund`);
      const to = recorder();
      const orders = OrderRefunds.layer.pipe(
        Layer.provide([Layer.succeed(Merchant.Merchant, { ...merchant, endpoint: ours }), to.layer]),
      );
      yield* Effect.exit(
        OrderRefunds.OrderRefunds.use(({ page }) => page({ outTradeNo: "1" })).pipe(Effect.provide(orders)),
      );
      assert.strictEqual(to.posts[0]?.request.url, `${ours}/pay/refundquery`);
    }),
  );

  it.effect("for a day's bill, by its merchant or around the call", () =>
    Effect.gen(function* () {
      const to = recorder();
      const bill = (options: Partial<Merchant.MerchantOptions>) =>
        Transport.Transport.use((transport) =>
          Bills.download({ date: "2026-11-23" }, merchantWith(options), transport),
        ).pipe(Effect.provide(to.layer), Effect.exit);
      yield* bill({ endpoint: ours });
      yield* around(bill({}));
      yield* bill({});
      assert.deepStrictEqual(
        to.posts.map(({ request: { url } }) => url),
        [ours, ours, Operation.mainEndpoint].map((origin) => `${origin}/pay/downloadbill`),
      );
      assert.include(String(yield* around(bill({ endpoint: another }))), "endpoint is named twice and not the same");
      assert.strictEqual(to.posts.length, 3);
    }),
  );
});

describe("two that differ send nothing, and both are named", () => {
  const elsewhere = Effect.provideService(RefundClient.Endpoint, another);
  const pairs: Readonly<Record<string, (recorder: Recorder) => Effect.Effect<unknown, unknown>>> = {
    "around the call and by the merchant": (to) =>
      refund.pipe(Effect.provide(overMerchant(to, { endpoint: ours })), elsewhere),
    "around the call and to the layer": (to) =>
      refund.pipe(Effect.provide(Layer.provide(overMerchant(to), named)), elsewhere),
    "to the layer and by the environment": (to) =>
      refund.pipe(Effect.provide(Layer.provide(overEnvironment(to, { WECHAT_PAY_ENDPOINT: another }), named))),
    "an outer client's beside an inner one's": (to) =>
      refund.pipe(
        Effect.provide(Layer.provide(overMerchant(to), named)),
        Effect.provide(Layer.provideMerge(overMerchant(recorder()), Layer.succeed(RefundClient.Endpoint, another))),
      ),
  };
  for (const [name, way] of Object.entries(pairs)) {
    it.effect(name, () =>
      Effect.gen(function* () {
        const to = recorder();
        const error = yield* Effect.flip(way(to));
        // While the merchant is made, or at the call.
        assert.match(String(error), /(InvalidMerchant|InvalidRequest).*endpoint is named twice and not the same/);
        assert.include(String(error), ours);
        assert.include(String(error), another);
        assert.strictEqual(to.posts.length, 0);
      }),
    );
  }

  it.effect("but an address that is none is not repeated: it may be anything", () =>
    Effect.gen(function* () {
      for (const endpoint of [
        apiKey,
        `https://shop:${apiKey}@gateway.example`,
        `https://g.example/?key=${apiKey}`,
        "",
      ]) {
        const to = recorder();
        const client = yield* Layer.build(overMerchant(to));
        const error = yield* refund.pipe(
          Effect.provideContext(client),
          Effect.provideService(RefundClient.Endpoint, endpoint),
          Effect.flip,
        );
        assert.match(error.message, /^InvalidRequest: .*endpoint must be an https: address/);
        assert.notInclude(String(error), apiKey);
        assert.strictEqual(to.posts.length, 0);
      }
    }),
  );

  it.effect("two spellings of one are the same, and are written in one", () =>
    Effect.gen(function* () {
      for (const endpoint of ["https://Gateway.Example:8443/", "HTTPS://gateway.example:8443"]) {
        const to = recorder();
        yield* refund.pipe(
          Effect.provide(overMerchant(to, { endpoint })),
          Effect.provideService(RefundClient.Endpoint, ours),
        );
        assert.strictEqual(to.posts[0]?.request.url, `${ours}/secapi/pay/refund`);
      }
    }),
  );
});

it("a merchant's address is checked with its other settings", () => {
  for (const endpoint of [
    "http://gateway.example",
    "https://user:word@gateway.example",
    "gateway",
    "https://g.example/?a=b",
    "https://g.example/?",
    "https://g.example#",
    "https://g.example//",
    "https://g.example/a/../b",
    " https://g.example",
    "https://g.example ",
    "https:g.example",
    "",
  ]) {
    const made = Merchant.make({ ...merchant, apiKey: Redacted.make(apiKey), endpoint });
    assert.match(Result.isFailure(made) ? made.failure.message : "", /^endpoint must be an https: address/);
  }
});
