/** Several merchants in one process: who they are, what is wrong with them, and that each call, notice and limit is its own. */
import { assert, describe, it } from "@effect/vitest";
import { ConfigProvider, Context, Effect, Fiber, Layer, Redacted } from "effect";
import { TestClock } from "effect/testing";
import { Merchant, Merchants, OrderRefunds, RefundClient, Resend, Transport } from "../src/index.ts";
import { Replies, TransportStub } from "../src/testing/index.ts";
import { merchantWith, request } from "./support/story.ts";

const keyOf = (letter: string) => Redacted.make(letter.repeat(32));
const a = merchantWith({ mchId: "1900000109", apiKey: keyOf("a") });
const b = merchantWith({ mchId: "1900000209", appId: "wxbbbbbbbbbbbbbbbb", apiKey: keyOf("b") });
const s1 = merchantWith({ mchId: "1900000309", apiKey: keyOf("c"), subMchId: "1900000401" });
const s2 = { ...s1, subMchId: "1900000402" };
const named = { a, b, s1, s2 };

/** Answers each request as the gateway would this merchant. */
const wire = (merchant: Merchant.MerchantIdentity) =>
  TransportStub.reply(({ url }) =>
    url.endsWith("/refund") ? Replies.accepted(merchant, request) : Replies.queried(merchant, request, "SUCCESS"),
  );
const entry = (name: keyof typeof named): Merchants.Entry => ({
  name,
  v2: { ...named[name], transport: wire(named[name]) },
});
const all = Object.keys(named).map((name) => entry(name as keyof typeof named));
const provided = Effect.provide(Merchants.layer(all));

describe("a merchant", () => {
  it.effect("is found by its name and by its numbers, and has what is its own", () =>
    Effect.gen(function* () {
      const merchants = yield* Merchants.Merchants;
      for (const [name, identity] of Object.entries(named)) {
        const registered = yield* merchants.get(name);
        assert.strictEqual(registered, yield* merchants.find(identity));
        assert.deepStrictEqual(registered.merchant, identity);
        const accepted = yield* registered.client.refund(request);
        assert.deepStrictEqual([accepted.mchId, accepted.subMchId], [identity.mchId, identity.subMchId]);
        assert(Merchants.hasV2(registered));
        const { records } = yield* registered.orders.page({ outTradeNo: "1415757673" });
        assert.strictEqual(records.length, 1);
      }
      assert.deepStrictEqual(
        merchants.all.map(({ name }) => name),
        Object.keys(named),
      );
    }).pipe(provided),
  );

  it.effect("takes the place of whatever client surrounds a program", () =>
    Effect.gen(function* () {
      const program = Effect.gen(function* () {
        const known = yield* Resend.untilKnown(request);
        const { mchId, subMchId } = yield* Merchant.Merchant;
        yield* OrderRefunds.OrderRefunds;
        yield* Transport.Transport;
        return [known._tag === "Accepted" && "mchId" in known.by ? known.by.mchId : undefined, mchId, subMchId];
      });
      assert.deepStrictEqual(yield* Merchants.provide("b")(program), [b.mchId, b.mchId, undefined]);
      assert.deepStrictEqual(yield* Merchants.provide("s2")(program), [s2.mchId, s2.mchId, s2.subMchId]);
    }).pipe(
      Effect.provide(RefundClient.layer.pipe(Layer.provide([Layer.orDie(Merchant.layer(a)), wire(a)]))),
      provided,
    ),
  );

  it.effect("is the one of the program, though the same layer was built around it for another", () =>
    Effect.gen(function* () {
      // A service over the client, as a program would keep it: one value, which needs a client.
      class Orders extends Context.Service<Orders, { readonly whose: Effect.Effect<string | undefined> }>()("Orders") {}
      const orders = Layer.effect(
        Orders,
        Effect.map(RefundClient.RefundClient, (client) => ({
          whose: Effect.map(Effect.orDie(client.refund(request)), ({ mchId, subMchId }) => subMchId ?? mchId),
        })),
      );
      const program = Orders.use(({ whose }) => whose).pipe(Effect.provide(orders));
      const byHand = (name: string) =>
        Effect.flatMap(
          Merchants.Merchants.use(({ get }) => get(name)),
          ({ services }) => Effect.provideContext(program, services),
        );
      const around = Layer.provideMerge(
        orders,
        Layer.orDie(RefundClient.layer.pipe(Layer.provide([Merchant.layer(a), wire(a)]))),
      );
      const seen = yield* Effect.gen(function* () {
        return [
          yield* Orders.use(({ whose }) => whose),
          yield* program.pipe(Merchants.provide("b")),
          yield* byHand("s1"),
          yield* Effect.andThen(program, program.pipe(Merchants.provide("s2"))).pipe(Merchants.provide("b")),
        ];
      }).pipe(Effect.provide(around));
      assert.deepStrictEqual(seen, [a.mchId, b.mchId, s1.subMchId, s2.subMchId]);
    }).pipe(provided),
  );

  it.effect("has the transport that its entry names, though two are made of one layer", () =>
    Effect.gen(function* () {
      // A half layer, kept as one value, that becomes two merchants' transports.
      const half = Layer.effect(
        Transport.Transport,
        Effect.map(Merchant.Merchant, (merchant) => ({
          send: () => Effect.succeed(Replies.accepted(merchant, request)),
        })),
      );
      const built: Array<string> = [];
      const counted = Layer.fresh(
        Layer.effect(
          Transport.Transport,
          Effect.suspend(() => {
            built.push("built");
            return Transport.Transport;
          }),
        ).pipe(Layer.provide(wire(s1))),
      );
      const merchants = yield* Merchants.make([
        { name: "a", v2: { ...a, transport: half.pipe(Layer.provide(Layer.succeed(Merchant.Merchant, a))) } },
        { name: "b", v2: { ...b, transport: half.pipe(Layer.provide(Layer.succeed(Merchant.Merchant, b))) } },
        { name: "s1", v2: { ...s1, transport: counted } },
        { name: "s2", v2: { ...s2, transport: counted } },
      ]);
      for (const [name, { mchId }] of Object.entries({ a, b })) {
        const { client } = yield* merchants.get(name);
        assert.strictEqual((yield* client.refund(request)).mchId, mchId);
      }
      // The same value is one transport, though it is a layer that is built anew at each use.
      assert.deepStrictEqual(built, ["built"]);
    }),
  );

  it.effect("that nobody registered is an error that says who is; what is no name is not repeated", () =>
    Effect.gen(function* () {
      const merchants = yield* Merchants.Merchants;
      const messages = [
        yield* Effect.flip(merchants.get("c")),
        yield* Effect.flip(merchants.get("9kQ2xV7bT4mZ0pL6cR1sW8yD3fG5hJaN")),
        yield* Effect.flip(merchants.find({ mchId: s1.mchId })),
        yield* Effect.flip(
          merchants.find({ mchId: "x\n[ERROR] forged", subMchId: "9kQ2xV7bT4mZ0pL6cR1sW8yD3fG5hJaN" }),
        ),
        yield* Effect.flip(Merchants.provide("c")(Effect.void)),
      ].map(({ message }) => message);
      assert.deepStrictEqual(messages, [
        "there is no merchant c; there are: a, b, s1, s2",
        "there is no merchant (not a name); there are: a, b, s1, s2",
        `there is no merchant ${s1.mchId}; there are: a, b, s1, s2`,
        "there is no merchant (not a number)/(not a number); there are: a, b, s1, s2",
        "there is no merchant c; there are: a, b, s1, s2",
      ]);
    }).pipe(provided),
  );
});

describe("what is wrong is said at once, for all of them, without a secret", () => {
  class Refused extends Error {}
  const broken = Layer.effect(
    Transport.Transport,
    Effect.fail(new Refused("the certificate has expired: apply for a new one")),
  );
  const cases: ReadonlyArray<readonly [string, ReadonlyArray<Merchants.Entry<unknown>>, ReadonlyArray<string>]> = [
    ["nobody", [], ["merchants: list is empty: name at least one"]],
    [
      "names",
      [entry("a"), { ...entry("b"), name: "a" }, { ...entry("s1"), name: "a b" }],
      ["a: name is used twice", "(not a name): name must be 1 to 64 letters"],
    ],
    ["numbers", [entry("s1"), { ...entry("s1"), name: "again" }], ["again: mchId is the number of s1"]],
    [
      "identity, key and transport",
      [
        { name: "x", v2: { ...a, mchId: "", apiKey: Redacted.make("canary-key"), transport: broken } },
        { name: "y", v2: { ...b, transport: broken } },
      ],
      [
        "x: mchId must be 1 to 32",
        "x: apiKey must be 32 letters and digits",
        "x: transport the certificate has expired",
        "y: transport the certificate has expired",
      ],
    ],
  ];
  for (const [name, entries, issues] of cases) {
    it.effect(name, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(Effect.scoped(Merchants.make(entries)));
        assert.strictEqual(error.issues.length, issues.length, error.message);
        const lines = error.message.split("; ");
        for (const issue of issues)
          assert.isTrue(
            lines.some((line) => line.startsWith(issue)),
            `${issue} in ${error.message}`,
          );
        assert.notInclude(error.message, "canary");
      }),
    );
  }

  it.effect("what was built for the others is given back", () =>
    Effect.gen(function* () {
      const seen: Array<string> = [];
      const held = Layer.effect(
        Transport.Transport,
        Effect.acquireRelease(Effect.sync(() => seen.push("opened")).pipe(Effect.andThen(Transport.Transport)), () =>
          Effect.sync(() => seen.push("closed")),
        ),
      ).pipe(Layer.provide(wire(a)));
      yield* Effect.flip(
        Effect.scoped(
          Layer.build(
            Merchants.layer([
              { name: "a", v2: { ...a, transport: held } },
              { name: "b", v2: { ...b, transport: broken } },
            ]),
          ),
        ),
      );
      assert.deepStrictEqual(seen, ["opened", "closed"]);
    }),
  );
});

describe("a notice belongs to the merchant of the address it came to", () => {
  const opened = (address: string, body: Uint8Array) =>
    Merchants.Merchants.use(({ openNotice }) => openNotice(address, body)).pipe(provided);

  it.effect("whose envelope agrees", () =>
    Effect.gen(function* () {
      for (const [name, identity] of Object.entries(named)) {
        const { notice, registered } = yield* opened(name, Replies.notice(identity, request, "SUCCESS"));
        assert.strictEqual(registered.name, name);
        assert.strictEqual(notice.outRefundNo, request.outRefundNo);
      }
    }),
  );

  it.effect("and of nobody else", () =>
    Effect.gen(function* () {
      for (const [address, whose] of [
        ["a", b],
        ["b", a],
        ["s1", a],
        ["s1", s2],
        ["s2", s1],
      ] as const) {
        const error = yield* Effect.flip(opened(address, Replies.notice(whose, request, "SUCCESS")));
        assert.strictEqual(error._tag, "BadNotice", `${address} took the notice of ${whose.mchId}`);
      }
      assert.strictEqual(
        (yield* Effect.flip(opened("c", Replies.notice(a, request, "SUCCESS"))))._tag,
        "UnknownMerchant",
      );
    }),
  );

  it.effect("an address of the provider itself gets nothing for a sub-merchant", () =>
    Effect.gen(function* () {
      const { subMchId: _, ...provider } = s1;
      const error = yield* Merchants.Merchants.use(({ openNotice }) =>
        openNotice("provider", Replies.notice(s1, request, "SUCCESS")),
      ).pipe(
        Effect.provide(Merchants.layer([{ name: "provider", v2: { ...provider, transport: wire(provider) } }])),
        Effect.flip,
      );
      assert.strictEqual(error._tag, "BadNotice");
    }),
  );
});

describe("a pace", () => {
  const one = { pace: { perSecond: 1, betweenRefundsOfAnOrder: "1 hour" } } as const;
  const refund = (name: string, outRefundNo = request.outRefundNo) =>
    Merchants.provide(name)(RefundClient.RefundClient.use((client) => client.refund({ ...request, outRefundNo })));

  it.effect("are a merchant number's, whichever sub-merchant calls, and nobody else's", () =>
    Effect.gen(function* () {
      // The first takes the second's only call; the other merchants have their own.
      yield* refund("s1");
      yield* refund("a");
      yield* refund("b");
      const waiting = yield* Effect.forkChild(refund("s2"), { startImmediately: true });
      assert.isUndefined(waiting.pollUnsafe());
      yield* TestClock.adjust("1 second");
      yield* Fiber.join(waiting);
    }).pipe(Effect.provide(Merchants.layer(all, one))),
  );

  it.effect("can be left out", () =>
    Effect.gen(function* () {
      for (const name of ["s1", "s2", "s1", "s2"]) yield* refund(name);
    }).pipe(Effect.provide(Merchants.layer(all, { pace: false }))),
  );

  it.effect("the minute between refunds is of one sub-merchant's order", () =>
    Effect.gen(function* () {
      yield* refund("s1");
      yield* refund("s2");
    }).pipe(Effect.provide(Merchants.layer(all, { pace: { betweenRefundsOfAnOrder: "1 hour" } }))),
  );
});

describe("the one merchant of the environment", () => {
  const environment = (values: Readonly<Record<string, string>>) =>
    Effect.provide(
      Merchants.layerConfig(wire(a)).pipe(
        Layer.provide(ConfigProvider.layer(ConfigProvider.fromEnvRecord({ ...values }))),
      ),
    );

  it.effect("is called default", () =>
    Effect.gen(function* () {
      const { client, merchant } = yield* Merchants.Merchants.use(({ get }) => get("default"));
      assert.strictEqual(merchant.mchId, a.mchId);
      yield* client.refund(request);
    }).pipe(
      environment({
        WECHAT_PAY_APP_ID: a.appId,
        WECHAT_PAY_MCH_ID: a.mchId,
        WECHAT_PAY_API_KEY: Redacted.value(a.apiKey),
      }),
    ),
  );

  it.effect("says what is missing", () =>
    Effect.gen(function* () {
      const error = yield* Merchants.Merchants.pipe(environment({ WECHAT_PAY_MCH_ID: a.mchId }), Effect.flip);
      assert.match(error.message, /^default: WECHAT_PAY_APP_ID /);
    }),
  );
});
