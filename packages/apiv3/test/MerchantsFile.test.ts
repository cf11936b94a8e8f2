/** `v3` blocks of a file of merchants: read as the environment is, alone or beside `v2`, and said to be wrong field by field. */
import * as Merchants from "@wechat-refund/core/Merchants";
import * as MerchantsFile from "@wechat-refund/core/MerchantsFile";
import { TransportStub } from "@wechat-refund/core/testing";
import * as ConfigProvider from "effect/ConfigProvider";
import * as Effect from "effect/Effect";
import { describe, expect, it } from "@effect/vitest";
import { ApiV3 } from "../src/index.ts";
import { apiV3Key, keyId, mchId, merchantKey, pem, platform, serialNo } from "./support/gateway.ts";

const files: Readonly<Record<string, string>> = {
  "v2.key": "a".repeat(32),
  "apiclient_key.pem": pem(merchantKey.privateKey),
  "pub_key.pem": pem(platform.publicKey),
};
const readFile = (path: string) =>
  files[path] === undefined ? Effect.fail(new Error(`${path} is missing`)) : Effect.succeed(files[path]);
const transport = TransportStub.never;
const environment = ConfigProvider.layer(
  ConfigProvider.fromEnv({ env: { V3_KEY: apiV3Key, WECHAT_PAY_MCH_ID: "1900000999", WECHAT_PAY_V3_SERIAL_NO: "0" } }),
);
const load = (merchants: ReadonlyArray<object>) =>
  Effect.gen(function* () {
    const { entries, issues } = yield* MerchantsFile.read(JSON.stringify({ merchants }), {
      transport,
      readFile,
      v3: ApiV3.blockConfig(transport),
    });
    return yield* Merchants.make(entries, { issues });
  }).pipe(Effect.scoped, Effect.provide(environment));
const wrong = (merchants: ReadonlyArray<object>) =>
  Effect.map(Effect.flip(load(merchants)), ({ issues }) => issues.map(({ field, message }) => `${field} ${message}`));

const v2 = { appId: "wx8888888888888888", mchId, apiKey: { file: "v2.key" } };
const v3 = {
  mchId,
  serialNo,
  privateKey: { file: "apiclient_key.pem" },
  publicKey: { file: "pub_key.pem" },
  publicKeyId: keyId,
  apiV3Key: { variable: "V3_KEY" },
};

describe("a v3 block", () => {
  it.effect("stands alone, or beside a v2 block, and new refunds go where the entry says", () =>
    Effect.gen(function* () {
      const shown = (entry: object) =>
        Effect.map(load([{ name: "shop", ...entry }]), ({ all }) =>
          all.map((one) => [one.protocol, Merchants.hasV2(one), one.v3?.speaker.mchId]),
        );
      expect(yield* shown({ v3 })).toEqual([["v3", false, mchId]]);
      expect(yield* shown({ v2, v3 })).toEqual([["v2", true, mchId]]);
      expect(yield* shown({ v2, v3, protocol: "v3" })).toEqual([["v3", true, mchId]]);
      expect(yield* shown({ v2 })).toEqual([["v2", true, undefined]]);
    }),
  );
  it.effect("has sub-merchants, each in both protocols where both name it", () =>
    Effect.gen(function* () {
      const subMerchants = [
        { name: "north", subMchId: "1900000301" },
        { name: "south", subMchId: "1900000302" },
      ];
      const { all } = yield* load([
        { name: "provider", v2: { ...v2, subMerchants }, v3: { ...v3, subMerchants }, protocol: "v3" },
      ]);
      expect(
        all.map(({ merchant, name, protocol, v3 }) => [name, protocol, merchant.subMchId, v3?.speaker.subMchId]),
      ).toEqual([
        ["north", "v3", "1900000301", "1900000301"],
        ["south", "v3", "1900000302", "1900000302"],
      ]);
      expect(
        yield* wrong([{ name: "a", v3: { ...v3, subMchId: "1", subMerchants: [{ name: "b", subAppId: "x" }] } }]),
      ).toEqual([
        "v3.subMerchants.0.subAppId is read by nobody: there are name, subMchId",
        "v3.subMerchants.0.subMchId is missing",
        "v3.subMchId stands beside subMerchants: give it to each of them",
      ]);
    }),
  );
  it.effect("is wrong by its own names, and shows no secret", () =>
    Effect.gen(function* () {
      expect(yield* wrong([{ name: "a", v3: 1 }])).toEqual(["v3 is missing: it holds the settings of APIv3"]);
      expect(yield* wrong([{ name: "a", v3: {} }])).toEqual(["v3.mchId is missing", "v3.serialNo is missing"]);
      expect(yield* wrong([{ name: "a", v3, protocol: "v1" }])).toEqual(["protocol must be v2 or v3"]);
      expect((yield* wrong([{ name: "a", v3: { ...v3, serialNo: "0" } }]))[0]).toContain(
        "v3.serialNo is written in decimal",
      );
      const { privateKey: _, ...keyless } = v3;
      expect((yield* wrong([{ name: "a", v3: keyless }]))[0]).toMatch(/^v3\.privateKeyFile is not set/);
      const pasted = yield* wrong([{ name: "a", v3: { ...v3, apiV3Key, privateKey: files["apiclient_key.pem"] } }]);
      expect(pasted).toEqual([
        expect.stringContaining("v3.privateKey is a secret and does not stand here"),
        expect.stringContaining("v3.apiV3Key is a secret and does not stand here"),
      ]);
      expect(yield* wrong([{ name: "a", v3: { ...v3, serialNumber: "1" } }])).toEqual([
        expect.stringContaining("v3.serialNumber is read by nobody"),
      ]);
    }),
  );
  it.effect("cannot be read where nobody was given who could", () =>
    Effect.gen(function* () {
      const { entries, issues } = yield* MerchantsFile.read(JSON.stringify({ merchants: [{ name: "a", v3 }] }), {
        transport,
        readFile,
      });
      expect([entries, issues.map(({ field, message }) => `${field} ${message}`)]).toEqual([
        [],
        ["v3 cannot be read here: give `v3`, which is ApiV3.blockConfig"],
      ]);
    }).pipe(Effect.provide(environment)),
  );
});
