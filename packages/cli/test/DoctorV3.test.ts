/** `doctor` over APIv3. */
import { afterEach, beforeEach, expect, it } from "vitest";
import { document, run } from "./support/bin.ts";
import * as Gateway from "./support/gatewayV3.ts";

let running: Gateway.Running;
beforeEach(async () => void (running = await Gateway.start()));
afterEach(() => running.stop());

interface Check {
  readonly name: string;
  readonly status: string;
  readonly detail: string;
  readonly remedy?: string;
}
const doctor = async (env: Readonly<Record<string, string>> = {}) => {
  const ran = await run(["doctor", "--json", "--endpoint", running.url], { env: { ...running.env, ...env } });
  for (const secret of Gateway.secrets) expect(ran.stdout + ran.stderr).not.toContain(secret);
  const { checks } = document(ran.stdout) as { readonly checks: ReadonlyArray<Check> };
  return { code: ran.code, of: (name: string) => checks.find((check) => check.name === name), checks };
};

it("finds everything ready, and makes no refund", async () => {
  const { checks, code, of } = await doctor();
  expect(code, JSON.stringify(checks)).toBe(0);
  expect(of("serial number and private key")?.detail).toContain(Gateway.serialNo);
  expect(of("platform key")?.detail).toBe(Gateway.keyId);
  expect(of("APIv3 key right")).toMatchObject({ status: "skipped" });
  expect(of("signature accepted")).toMatchObject({ status: "ok" });
  expect(running.calls.some((call) => call.startsWith("POST"))).toBe(false);
});

it("compares serial number and key with the certificate where there is one", async () => {
  const { certificatePem } = Gateway.identities.merchantA;
  expect((await doctor({ WECHAT_PAY_CERT: certificatePem })).of("serial number and private key")?.detail).toContain(
    "those of the certificate",
  );
  const other = await doctor({ WECHAT_PAY_CERT: Gateway.identities.merchantB.certificatePem });
  expect(other.of("serial number and private key")).toMatchObject({
    status: "wrong",
    detail: expect.stringContaining("not that of the certificate"),
  });
  expect(other.of("signature accepted")).toMatchObject({ status: "skipped" });
  const file = await doctor({ WECHAT_PAY_CERT_FILE: "/nowhere/at/all.pem" });
  expect(file.of("serial number and private key")).toMatchObject({ status: "ok" });
});

it.each([
  [
    "no platform key",
    { WECHAT_PAY_V3_PUBLIC_KEY_FILE: "", WECHAT_PAY_V3_PUBLIC_KEY_ID: "", WECHAT_PAY_V3_KEY: "" },
    "platform key",
  ],
  ["an id without its key", { WECHAT_PAY_V3_PUBLIC_KEY_FILE: "" }, "platform key"],
  ["no APIv3 key", { WECHAT_PAY_V3_KEY: "" }, "APIv3 key"],
  ["a short APIv3 key", { WECHAT_PAY_V3_KEY: "short" }, "APIv3 key"],
  [
    "certificates that the merchant has none of",
    { WECHAT_PAY_V3_PUBLIC_KEY_FILE: "", WECHAT_PAY_V3_PUBLIC_KEY_ID: "" },
    "APIv3 key right",
  ],
  ["another platform key's id", { WECHAT_PAY_V3_PUBLIC_KEY_ID: "PUB_KEY_ID_1" }, "signature accepted"],
  [
    "another serial number",
    { WECHAT_PAY_V3_SERIAL_NO: "408B07E79B8269FEC3D5D3E6AB8ED163A6A380DB" },
    "signature accepted",
  ],
  ["no way there", { WECHAT_PAY_CA_FILE: "" }, "host: TLS"],
] as const)("finds %s", async (_, env, name) => {
  const { checks, code, of } = await doctor(env);
  expect(code).toBe(1);
  expect(of(name), JSON.stringify(checks)).toMatchObject({ status: "wrong" });
});

it.each([
  ["sign-error", "serial number of the certificate"],
  ["wrong-sign", "again"],
  ["unsigned", undefined],
] as const)("says what to do about %s", async (mode, remedy) => {
  running.mode = mode;
  const check = (await doctor()).of("signature accepted");
  expect(check).toMatchObject({
    status: "wrong",
    ...(remedy !== undefined && { remedy: expect.stringContaining(remedy) }),
  });
});
