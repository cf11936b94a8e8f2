/** A merchant from settings and from the environment. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Endpoint } from "@wechat-refund/core/Endpoint";
import * as ConfigProvider from "effect/ConfigProvider";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as Redacted from "effect/Redacted";
import * as Result from "effect/Result";
import { afterAll, describe, expect, it } from "vitest";
import { Merchant } from "../src/index.ts";
import { apiV3Key, keyId, mchId, merchantKey, options, pem, platform, serialNo } from "./support/gateway.ts";

const messageOf = (given: object): string => {
  const made = Merchant.make({ ...options, ...given });
  return Result.isFailure(made) ? made.failure.message : "made";
};

describe("a merchant", () => {
  it("verifies with public keys, with certificates that the APIv3 key opens, or with both", () => {
    expect(messageOf({})).toBe("made");
    expect(messageOf({ publicKeys: undefined })).toBe("made");
    expect(messageOf({ apiV3Key: undefined })).toBe("made");
    expect(messageOf({ subMchId: "1900000200", endpoint: "https://api2.mch.weixin.qq.com" })).toBe("made");
    expect(messageOf({ apiV3Key: undefined, publicKeys: undefined })).toContain("publicKeys are missing");
  });
  it.each([
    ["a key that is too short", { apiV3Key: Redacted.make("short") }, "apiV3Key must be 32 bytes, it has 5"],
    ["a key with a line end", { apiV3Key: Redacted.make(`${apiV3Key}\n`) }, "apiV3Key has white space"],
    ["a key that is not redacted", { apiV3Key }, "apiV3Key is missing"],
    ["another sub-merchant number", { subMchId: "sub" }, "subMchId must be 1 to 32 digits"],
    ["no endpoint", { endpoint: "http://a" }, "endpoint must be an https: address"],
    ["an unreadable public key", { publicKeys: [{ id: keyId, key: "-" }] }, "publicKey is neither PEM"],
    [
      "its own serial number as the platform's",
      { publicKeys: [{ id: serialNo, key: pem(platform.publicKey) }] },
      "merchant's own certificate",
    ],
  ])("is refused with %s", (_, given, said) => {
    expect(messageOf(given)).toContain(said);
    expect(messageOf(given)).not.toContain(apiV3Key);
  });
  it("says all that is wrong at once", () => {
    const made = Merchant.make({ ...options, mchId: "", serialNo: "0", subMchId: "x", publicKeys: [{ key: "-" }] });
    expect(Result.isFailure(made) && made.failure.issues.map(({ field }) => field)).toEqual([
      "mchId",
      "serialNo",
      "subMchId",
      "publicKey",
    ]);
  });
});

describe("the environment", () => {
  const directory = mkdtempSync(join(tmpdir(), "apiv3-"));
  afterAll(() => rmSync(directory, { recursive: true }));
  const file = (name: string, text: string) => {
    writeFileSync(join(directory, name), text);
    return join(directory, name);
  };
  const privateKeyFile = file("apiclient_key.pem", pem(merchantKey.privateKey));
  const publicKeyFile = file("pub_key.pem", pem(platform.publicKey));
  const all = {
    WECHAT_PAY_MCH_ID: mchId,
    WECHAT_PAY_V3_SERIAL_NO: serialNo,
    WECHAT_PAY_V3_PRIVATE_KEY_FILE: privateKeyFile,
    WECHAT_PAY_V3_KEY: apiV3Key,
    WECHAT_PAY_V3_PUBLIC_KEY_FILE: publicKeyFile,
    WECHAT_PAY_V3_PUBLIC_KEY_ID: keyId,
  };
  const read = (env: Record<string, string>) =>
    Effect.runPromise(
      Effect.result(
        Merchant.Merchant.use(Effect.succeed).pipe(
          Effect.provide(Merchant.layerConfig),
          Effect.provide(ConfigProvider.layer(ConfigProvider.fromEnv({ env }))),
        ),
      ),
    );
  const said = async (env: Record<string, string>) => {
    const found = await read(env);
    return Result.isFailure(found) ? found.failure.message : "read";
  };
  it("gives the merchant, from files or from texts", async () => {
    const found = Result.getOrThrow(await read(all));
    expect(found).toMatchObject({ credential: { mchId, serialNo } });
    expect([...found.platformKeys.keys()]).toEqual([keyId]);
    const { WECHAT_PAY_V3_PRIVATE_KEY_FILE: _, WECHAT_PAY_V3_PUBLIC_KEY_FILE: __, ...rest } = all;
    const texts = {
      ...rest,
      WECHAT_PAY_V3_PRIVATE_KEY: pem(merchantKey.privateKey),
      WECHAT_PAY_V3_PUBLIC_KEY: pem(platform.publicKey),
      WECHAT_PAY_ENDPOINT: " ",
    };
    expect(await said(texts)).toBe("read");
    const { WECHAT_PAY_V3_PUBLIC_KEY_FILE: ___, WECHAT_PAY_V3_PUBLIC_KEY_ID: ____, ...certificates } = all;
    expect(await said(certificates)).toBe("read");
    const { WECHAT_PAY_V3_KEY: _____, ...withoutKey } = all;
    expect(await said(withoutKey)).toBe("read");
  });
  it("names the variable that is wrong, and repeats none", async () => {
    expect(await said({ ...all, WECHAT_PAY_V3_PRIVATE_KEY: "x" })).toContain("are both set");
    expect(await said({ ...all, WECHAT_PAY_V3_PRIVATE_KEY_FILE: "" })).toMatch(
      /^WECHAT_PAY_V3_PRIVATE_KEY_FILE is not set/,
    );
    expect(await said({ ...all, WECHAT_PAY_V3_PUBLIC_KEY_FILE: "" })).toMatch(
      /^WECHAT_PAY_V3_PUBLIC_KEY_FILE is not set beside/,
    );
    const text = pem(merchantKey.privateKey);
    for (const pasted of [text, text.replaceAll("\n", "\\n"), text.replaceAll(/-----.*-----\n|\n/g, "")]) {
      expect(await said({ ...all, WECHAT_PAY_V3_PRIVATE_KEY_FILE: pasted })).toBe(
        "WECHAT_PAY_V3_PRIVATE_KEY_FILE holds the key itself, not the path of its file: set WECHAT_PAY_V3_PRIVATE_KEY to it",
      );
    }
    expect(await said({ ...all, WECHAT_PAY_V3_PRIVATE_KEY_FILE: "a\0b" })).toMatch(/names no file that can be read/);
    expect(await said({ ...all, WECHAT_PAY_V3_PUBLIC_KEY_FILE: "/dev/zero" })).toBe(
      "WECHAT_PAY_V3_PUBLIC_KEY_FILE names no file that can be read (EFBIG)",
    );
    const { WECHAT_PAY_V3_SERIAL_NO: _, ...rest } = all;
    expect(await said(rest)).toContain("WECHAT_PAY_V3_SERIAL_NO");
  });
});

it("takes the address that its own layer was given, and no other beside it", async () => {
  const endpointOf = (own: string | undefined, around: string) =>
    Effect.runPromise(
      Effect.result(
        Merchant.Merchant.use(({ endpoint }) => Effect.succeed(endpoint)).pipe(
          Effect.provide(
            Merchant.layer({ ...options, endpoint: own }).pipe(Layer.provide(Layer.succeed(Endpoint, around))),
          ),
        ),
      ),
    );
  const [one, two] = ["https://one.example", "https://two.example"];
  expect(await endpointOf(undefined, one)).toEqual(Result.succeed(one));
  expect(Result.isFailure(await endpointOf(two, one))).toBe(true);
});
