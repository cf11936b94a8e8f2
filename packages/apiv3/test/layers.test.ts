/** Published layers are built anew at each use: two merchants in one program are two, whatever value their layers come from. */
import * as Merchants from "@wechat-refund/core/Merchants";
import { RefundClient } from "@wechat-refund/core/RefundClient";
import { Transport, type TransportRequest } from "@wechat-refund/core/Transport";
import { NodeHttpsTransport } from "@wechat-refund/adapter-node-https";
import * as ConfigProvider from "effect/ConfigProvider";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as Result from "effect/Result";
import { expect, it } from "@effect/vitest";
import { ApiV3, Merchant } from "../src/index.ts";
import { keyId, merchantKey, options, pem, platform, request, serialNo, unsigned } from "./support/gateway.ts";

const shops = ["1900000109", "1900000209"];
const environment = (mchId: string, more: Readonly<Record<string, string>> = {}) =>
  ConfigProvider.layer(
    ConfigProvider.fromEnv({
      env: {
        WECHAT_PAY_MCH_ID: mchId,
        WECHAT_PAY_V3_SERIAL_NO: serialNo,
        WECHAT_PAY_V3_PRIVATE_KEY: pem(merchantKey.privateKey),
        WECHAT_PAY_V3_PUBLIC_KEY: pem(platform.publicKey),
        WECHAT_PAY_V3_PUBLIC_KEY_ID: keyId,
        ...more,
      },
    }),
  );

/** Whose refund left, by the field that says so. */
const wire = () => {
  const seen: Array<string | undefined> = [];
  const layer = Layer.succeed(Transport, {
    send: ({ headers }: TransportRequest) => {
      seen.push(/mchid="(\d+)"/.exec(headers["Authorization"] ?? "")?.[1]);
      return Effect.succeed(unsigned(500, ""));
    },
  });
  return { seen, layer };
};
const program = RefundClient.use(({ refund }) => Effect.exit(refund(request)));

it.effect("from settings, from the environment, and as several merchants", () =>
  Effect.gen(function* () {
    const { layer, seen } = wire();
    const shared = {
      client: ApiV3.layerConfig(layer),
      merchant: Merchant.layerConfig,
      all: ApiV3.layerMerchants(layer),
    };
    const over = (mchId: string) => ApiV3.layer.pipe(Layer.provide([Merchant.layer({ ...options, mchId }), layer]));
    const ofEach: ReadonlyArray<(mchId: string) => Effect.Effect<unknown, unknown>> = [
      (mchId: string) => program.pipe(Effect.provide(over(mchId))),
      (mchId: string) => program.pipe(Effect.provide(Layer.provide(shared.client, environment(mchId)))),
      (mchId: string) =>
        program.pipe(
          Effect.provide(ApiV3.layer.pipe(Layer.provide([Layer.provide(shared.merchant, environment(mchId)), layer]))),
        ),
      (mchId: string) =>
        program.pipe(Merchants.provide("default"), Effect.provide(Layer.provide(shared.all, environment(mchId)))),
    ];
    for (const one of ofEach)
      for (const another of ofEach) {
        seen.length = 0;
        // In one program, and one within the other.
        yield* Effect.all([one(shops[0] as string), another(shops[1] as string)]);
        yield* another(shops[1] as string).pipe(Effect.provide(over(shops[0] as string)));
        expect(seen).toEqual([shops[0], shops[1], shops[1]]);
      }
  }),
);

it.effect("says what is wrong with the one merchant of the environment", () =>
  Effect.gen(function* () {
    const { layer } = wire();
    const built = yield* Effect.result(
      Effect.scoped(
        Layer.build(
          Layer.provide(
            ApiV3.layerMerchants(layer, { name: "shop" }),
            environment("1900000109", { WECHAT_PAY_V3_SERIAL_NO: "" }),
          ),
        ),
      ),
    );
    expect(Result.isFailure(built) && built.failure.issues[0]).toMatchObject({ merchant: "shop" });
  }),
);

it.effect("over a transport without a certificate, made anew for each", () =>
  Effect.gen(function* () {
    const shared = NodeHttpsTransport.layerConfigNoCertificate;
    const of = (endpoint: string) =>
      Transport.use(({ send }) =>
        Effect.flip(send({ method: "GET", url: "https://three.example/", headers: {} })),
      ).pipe(Effect.provide(Layer.provide(shared, environment("1900000109", { WECHAT_PAY_ENDPOINT: endpoint }))));
    const [one, two] = yield* Effect.all([of("https://one.example"), of("https://two.example")]);
    expect([one.sent, two.sent]).toEqual(["no", "no"]);
    expect(one.message).toContain("one.example");
    expect(two.message).toContain("two.example");
  }),
);
