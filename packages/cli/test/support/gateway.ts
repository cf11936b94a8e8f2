/** A gateway on loopback with one paid order, and the environment of its merchant, with files on disk. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Gateway, type GatewayConfig, Server } from "@wechat-refund/simulator";
import { TestIdentities } from "@wechat-refund/testkit";
import { Effect, Exit, Scope } from "effect";

export const mchId = "1900000109";
export const apiKey = "192006250b4c09247ec02edce69f6a2d";
export const passphrase = "not-the-merchant-number";
export const order = { transactionId: "4200000000202601010000000001", outTradeNo: "ORDER-1", totalFee: 100 };

export const identities = TestIdentities.make({ merchantA: mchId });
const { certificatePem, pkcs12, privateKeyPem } = identities.merchantA;
const folder = mkdtempSync(join(tmpdir(), "wechat-refund-cli-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));

export const file = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, content, { mode: 0o600 });
  return path;
};

/** The environment without a certificate. */
export const bare: Readonly<Record<string, string>> = {
  WECHAT_PAY_APP_ID: "wx8888888888888888",
  WECHAT_PAY_MCH_ID: mchId,
  WECHAT_PAY_API_KEY: apiKey,
  WECHAT_PAY_CA_FILE: file("ca.pem", identities.ca),
  // Only ends a hang: a busy machine may take longer than the usual five seconds.
  WECHAT_PAY_CONNECT_TIMEOUT: "60 seconds",
};

/** The environment with the PEM pair. */
export const pem: Readonly<Record<string, string>> = {
  ...bare,
  WECHAT_PAY_CERT_FILE: file("apiclient_cert.pem", certificatePem),
  WECHAT_PAY_KEY_FILE: file("apiclient_key.pem", privateKeyPem),
};

/** The environment with the old PKCS#12 file. */
export const p12: Readonly<Record<string, string>> = {
  ...bare,
  WECHAT_PAY_P12_FILE: file("apiclient_cert.p12", pkcs12(passphrase, "rc2-40")),
  WECHAT_PAY_P12_PASSPHRASE: passphrase,
};

/** What must never be printed. */
export const secrets: ReadonlyArray<string> = [
  apiKey,
  passphrase,
  ...privateKeyPem.split("\n").filter((line) => line.length > 40),
];

export interface Running {
  readonly url: string;
  readonly gateway: Gateway.Gateway;
  readonly stop: () => Promise<void>;
}

/** A file with the certificate material of another identity. */
export const pair = (name: string, { certificatePem, privateKeyPem }: TestIdentities.Identity) => ({
  WECHAT_PAY_CERT_FILE: file(`${name}_cert.pem`, certificatePem),
  WECHAT_PAY_KEY_FILE: file(`${name}_key.pem`, privateKeyPem),
});

/** Starts it; refunds are given back at once unless another course is given. */
export const start = async (
  course: GatewayConfig.Course = [{ status: "SUCCESS", afterMillis: 0 }],
  {
    merchant = {},
    badCertificate = "page",
    server = identities.server,
  }: {
    readonly merchant?: Partial<(typeof GatewayConfig.Merchant)["Encoded"]>;
    readonly badCertificate?: GatewayConfig.Config["badCertificate"];
    readonly server?: TestIdentities.Identity;
  } = {},
): Promise<Running> => {
  const [sub] = merchant.subMerchants ?? [];
  const shop = sub === undefined ? {} : { subMchId: sub.subMchId };
  const gateway = Gateway.make({
    merchants: [{ appId: "wx8888888888888888", mchId, apiKey, ...merchant }],
    orders: [{ mchId, ...shop, ...order, paidAt: Date.now() - 60_000 }],
    course,
    badCertificate,
  });
  const scope = Scope.makeUnsafe();
  const { url } = await Effect.runPromise(
    Scope.provide(
      Server.make(gateway, { identities: Object.create(identities, { server: { value: server } }) }),
      scope,
    ),
  );
  return { url, gateway, stop: () => Effect.runPromise(Scope.close(scope, Exit.void)) };
};
