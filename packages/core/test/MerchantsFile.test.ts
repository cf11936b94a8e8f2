/** Merchants from a file: what its blocks mean, that a field is read or said to be none, and that no secret of it is printed. */
import { assert, describe, it } from "@effect/vitest";
import { Config, ConfigProvider, Effect, Layer, Option, Redacted } from "effect";
import { Merchants, MerchantsFile, RefundClient, Transport } from "../src/index.ts";
import { TransportStub } from "../src/testing/index.ts";
import { request } from "./support/story.ts";

const canary = "CanaryCanaryCanaryCanaryCanary32";
const files: Readonly<Record<string, string>> = { "a.key": `${"a".repeat(32)}\n`, "b.key": "b".repeat(32) };
const readFile = (path: string) =>
  files[path] === undefined ? Effect.fail(new Error(`${path} is missing`)) : Effect.succeed(files[path]);
const environment = ConfigProvider.layer(
  ConfigProvider.fromEnvRecord({ PROVIDER_KEY: "c".repeat(32), WECHAT_PAY_MCH_ID: "1900000999", EMPTY_ONE: "" }),
);

/** A transport that reads its settings as an adapter's layerConfig does, and counts how often it was built. */
const configured = () => {
  const built: Array<string> = [];
  const layer = Layer.effect(
    Transport.Transport,
    Effect.gen(function* () {
      const all = yield* Config.all({
        certFile: Config.option(Config.String("WECHAT_PAY_CERT_FILE")),
        keyPassphrase: Config.option(Config.Redacted("WECHAT_PAY_KEY_PASSPHRASE")),
        mchId: Config.String("WECHAT_PAY_MCH_ID"),
      });
      built.push(`${all.mchId} ${Option.getOrElse(all.certFile, () => "-")}`);
      return yield* Transport.Transport;
    }),
  ).pipe(
    Layer.provide(
      TransportStub.failing(
        new Transport.TransportError({ reason: new Transport.Unusable({ detail: "of this test" }) }),
      ),
    ),
  );
  return { built, layer };
};

const load = (text: string, transport: Layer.Layer<Transport.Transport, Config.ConfigError> = configured().layer) =>
  Effect.gen(function* () {
    const { entries, issues } = yield* MerchantsFile.read(text, { transport, readFile });
    return yield* Merchants.make(entries, { pace: false, issues });
  }).pipe(Effect.scoped, Effect.provide(environment));

const block = { appId: "wx8888888888888888", mchId: "1900000109", apiKey: { file: "a.key" } };
const of = (...merchants: ReadonlyArray<object>): string => JSON.stringify({ merchants });

describe("a file", () => {
  it.effect("names merchants, and the sub-merchants of a provider over one transport", () =>
    Effect.gen(function* () {
      const { built, layer } = configured();
      const merchants = yield* load(
        of(
          {
            name: "a",
            v2: { ...block, certFile: "a.pem", endpoint: "https://api2.mch.weixin.qq.com", signType: "MD5" },
          },
          { name: "b", v2: { ...block, mchId: "1900000209", apiKey: { file: "b.key" }, certFile: "b.pem" } },
          {
            name: "provider",
            v2: {
              ...block,
              mchId: "1900000309",
              apiKey: { variable: "PROVIDER_KEY" },
              keyPassphrase: { variable: "PROVIDER_KEY" },
              subMerchants: [
                { name: "s1", subMchId: "1900000401" },
                { name: "s2", subMchId: "1900000402", subAppId: "wx7777777777777777" },
              ],
            },
          },
        ),
        layer,
      );
      assert.deepStrictEqual(
        merchants.all
          .filter(Merchants.hasV2)
          .map(({ merchant, name }) => [name, merchant.mchId, merchant.subMchId, merchant.subAppId]),
        [
          ["a", "1900000109", undefined, undefined],
          ["b", "1900000209", undefined, undefined],
          ["s1", "1900000309", "1900000401", undefined],
          ["s2", "1900000309", "1900000402", "wx7777777777777777"],
        ],
      );
      const [first, second, third] = merchants.all.filter(Merchants.hasV2).map(({ merchant }) => merchant);
      assert.deepStrictEqual(
        [first, second, third].map((merchant) => Redacted.value(merchant?.apiKey ?? Redacted.make(""))[0]),
        ["a", "b", "c"],
      );
      assert.deepStrictEqual([first?.endpoint, first?.signType], ["https://api2.mch.weixin.qq.com", "MD5"]);
      // The environment has a merchant number too; nothing of it was read.
      assert.deepStrictEqual(built, ["1900000109 a.pem", "1900000209 b.pem", "1900000309 -"]);
      const error = yield* Effect.flip(
        RefundClient.RefundClient.use((client) => client.refund(request)).pipe(
          Merchants.provide("s2"),
          Effect.provideService(Merchants.Merchants, merchants),
        ),
      );
      assert.include(error.message, "of this test");
    }),
  );

  it.effect("may begin with the mark of its encoding", () =>
    Effect.gen(function* () {
      const merchants = yield* load(`\uFEFF${of({ name: "a", v2: block })}`);
      assert.strictEqual(merchants.all.length, 1);
    }),
  );

  it.effect(
    "says what is wrong with a transport with the field that was meant, and with what is wrong with others",
    () =>
      Effect.gen(function* () {
        const failing = Layer.effect(
          Transport.Transport,
          Effect.gen(function* () {
            yield* Config.option(Config.String("WECHAT_PAY_CERT_FILE"));
            yield* Config.option(Config.String("WECHAT_PAY_P12_FILE"));
            return yield* Effect.fail(new Error("set WECHAT_PAY_CERT_FILE, or WECHAT_PAY_P12_FILE"));
          }),
        );
        const error = yield* Effect.flip(
          load(
            of(
              { name: "a", v2: { ...block, appId: undefined } },
              { name: "b", v2: { ...block, certfile: "b.pem", keyFile: "b.key" } },
            ),
            failing as never,
          ),
        );
        assert.deepStrictEqual(error.message.split("; "), [
          "a: v2.appId is missing",
          "b: v2.certfile is read by nobody: did you mean certFile?",
          "b: transport set certFile, or p12File",
        ]);
      }),
  );

  const wrong: ReadonlyArray<readonly [what: string, text: string, issues: ReadonlyArray<string>]> = [
    ["no JSON", `{"merchants": [${canary}`, ["the file: (text) is not JSON"]],
    [
      "a field that is given twice, of which one would be lost",
      `{"merchants":[{"name":"a","v2":{"mchId":"1900000109","mchId":"1900000209"}}]}`,
      ["the file: mchId is given twice"],
    ],
    ["no list", "[]", ["the file: merchants is missing"]],
    ["an empty list", of(), ["merchants: list is empty"]],
    ["an entry that is none", of(3 as never), ["entry 1: name is missing", "entry 1: v2 is missing"]],
    [
      "what is missing",
      of({ name: "a", v2: {} }),
      ["a: v2.appId is missing", "a: v2.mchId is missing", "a: v2.apiKey is missing"],
    ],
    [
      "a secret in the file itself",
      of({ name: "a", v2: { ...block, apiKey: canary, keyPassphrase: canary } }),
      ["a: v2.apiKey is a secret and does not stand here", "a: v2.keyPassphrase is a secret and does not stand here"],
    ],
    [
      "secrets that are not where they are said to be",
      of({
        name: "a",
        v2: {
          ...block,
          apiKey: { file: "c.key" },
          previousApiKey: { variable: "EMPTY_ONE" },
          keyPassphrase: { variable: "NOT_SET" },
        },
      }),
      [
        "a: v2.apiKey c.key is missing",
        "a: v2.previousApiKey names the variable EMPTY_ONE, which is not set",
        "a: v2.keyPassphrase names the variable NOT_SET, which is not set",
      ],
    ],
    [
      "values of other kinds",
      of({ name: "a", v2: { ...block, certFile: ["x"], endpoint: null, apiKey: { file: "a.key", variable: "X" } } }),
      [
        "a: v2.certFile must be a text",
        "a: v2.endpoint must be a text",
        'a: v2.apiKey must be a value, { "file": "a path" }',
      ],
    ],
    [
      "fields that the merchant or the transport would have to read, and nobody does",
      of({ name: "a", v2: { ...block, certfile: "a.pem", keyFile: "a.key", [canary]: 1 } }),
      [
        "a: v2.certfile is read by nobody: did you mean certFile?",
        "a: v2.keyFile is read by nobody",
        "a: v2.(a field) is read by nobody",
      ],
    ],
    [
      "a variable that is none",
      of({ name: "a", v2: { ...block, keyPassphrase: { variable: "hunter2Secret" } } }),
      ["a: v2.keyPassphrase names the variable (not a name), which is not set"],
    ],
    [
      "a number that JSON rounds",
      `{"merchants":[{"name":"a","v2":{"appId":"wx8888888888888888","mchId":"1900000109","apiKey":{"file":"a.key"},"subMchId":90071992547409931}}]}`,
      ["a: v2.subMchId must be a text: a number of so many digits is rounded"],
    ],
    [
      "the name of a provider's block",
      of({ name: "a b", v2: { ...block, subMerchants: [{ name: "s", subMchId: "1" }] } }),
      ["(not a name): name must be"],
    ],
    [
      "another spelling of a field",
      of({ name: "a", v2: { ...block, cert_file: "a.pem" } }),
      ["a: v2.cert_file is read by nobody: did you mean certFile?"],
    ],
    [
      "fields of the entries",
      JSON.stringify({ merchant: [], merchants: [{ name: "a", V2: {}, v2: block }] }),
      ["the file: merchant is read by nobody: did you mean merchants?", "a: V2 is read by nobody: did you mean v2?"],
    ],
    [
      "sub-merchants",
      of(
        { name: "p", v2: { ...block, subMchId: "1", subMerchants: [{ name: "s1", subMchid: "2" }] } },
        { name: "q", v2: { ...block, subMerchants: [] } },
      ),
      [
        "p: v2.subMerchants.0.subMchid is read by nobody: did you mean subMchId?",
        "p: v2.subMerchants.0.subMchId is missing",
        "p: v2.subMchId stands beside subMerchants",
        "q: v2.subMerchants must be a list",
      ],
    ],
    [
      "settings that are none",
      of({ name: "a", v2: { ...block, appId: "a b", signType: "SHA1" } }, { name: "a b", v2: block }),
      ["a: v2.signType Expected", "(not a name): name must be"],
    ],
    ["a name that is none", of({ name: "a b", v2: block }), ["(not a name): name must be"]],
  ];
  for (const [what, text, issues] of wrong) {
    it.effect(`says ${what}`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(load(text));
        assert.strictEqual(error._tag, "InvalidMerchants");
        const lines = error.message.split("; ");
        for (const issue of issues) {
          assert.isTrue(
            lines.some((line) => line.startsWith(issue)),
            `${issue} in ${error.message}`,
          );
        }
        assert.notInclude(error.message, canary);
      }),
    );
  }
});
