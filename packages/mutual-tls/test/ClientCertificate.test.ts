import { ClientCertificate, TransportSettings } from "@wechat-refund/mutual-tls";
import { TestIdentities } from "@wechat-refund/testkit";
import { DateTime, Effect, Redacted } from "effect";
import { describe, expect, it } from "vitest";
import { identities, shake } from "./handshakes.ts";
import {
  captureLogs,
  encryptedKey as encryptedKeyOf,
  environment,
  expectNoSecret,
  merchantNumber,
  p12,
  passphrase,
  pem,
  secretsOf,
  write,
} from "./support.ts";

const { merchantA } = identities;
const certificate = merchantA.certificatePem;
const privateKey = merchantA.privateKeyPem;
const encryptedKey = encryptedKeyOf();
const pkcs12 = merchantA.pkcs12(passphrase, "rc2-40");
const secrets = secretsOf(privateKey, encryptedKey);

describe("good material", () => {
  const fixture = TestIdentities.legacyFixture();
  const good: ReadonlyArray<
    readonly [
      string,
      ClientCertificate.ClientCertificate["form"],
      Effect.Effect<ClientCertificate.ClientCertificate, unknown>,
    ]
  > = [
    ["PEM", "pem", pem(certificate, privateKey)],
    ["PEM, redacted key", "pem", ClientCertificate.fromPem({ certificate, privateKey: Redacted.make(privateKey) })],
    ["PEM, encrypted key", "pem", pem(certificate, encryptedKey, { passphrase: Redacted.make(passphrase) })],
    [
      "PEM, Windows line ends and a mark",
      "pem",
      pem(`\ufeff${certificate}`.replaceAll("\n", "\r\n"), privateKey.replaceAll("\n", "\r\n")),
    ],
    ["PEM, one text for both", "pem", pem(`${privateKey}${certificate}`, `${privateKey}${certificate}`)],
    ["PEM, authority first", "pem", pem(`${identities.ca}${certificate}`, privateKey)],
    ["PEM, EC key", "pem", pem(identities.merchantEc.certificatePem, identities.merchantEc.privateKeyPem)],
    [
      "PEM files",
      "pem",
      ClientCertificate.fromPemFiles({ certFile: write("c.pem", certificate), keyFile: write("k.pem", privateKey) }),
    ],
    ["modern .p12", "pkcs12", p12(merchantA.pkcs12(passphrase, "modern"))],
    ["3DES .p12", "pkcs12", p12(merchantA.pkcs12(passphrase, "3des"))],
    ["RC2-40 .p12", "pkcs12-legacy", p12(pkcs12)],
    [
      "RC2-40 .p12 file",
      "pkcs12-legacy",
      ClientCertificate.fromPkcs12File({ file: write("rc2.p12", pkcs12), passphrase, expectedOwner: merchantNumber }),
    ],
    ["modern .p12, EC key", "pkcs12", p12(identities.merchantEc.pkcs12(passphrase, "modern"))],
    ["RC2-40 .p12, EC key", "pkcs12-legacy", p12(identities.merchantEc.pkcs12(passphrase, "rc2-40"))],
    [".p12 with bytes after its end", "pkcs12-legacy", p12(Buffer.concat([pkcs12, Buffer.from("\n")]))],
    [".p12 by OpenSSL", "pkcs12-legacy", ClientCertificate.fromPkcs12(fixture)],
  ];

  describe.each(["TLSv1.2", "TLSv1.3"] as const)("over %s", (version) => {
    it.each(good)("%s connects", async (what, form, open) => {
      const opened = await Effect.runPromise(open);
      expect(opened).toMatchObject({ form, owner: merchantNumber });
      const ca = what === ".p12 by OpenSSL" ? fixture.caPem : identities.ca;
      expect(await shake(opened, { ca, minVersion: version, maxVersion: version })).toBe(
        `${merchantNumber} ${version}`,
      );
    });
  });

  it("keeps every byte of a certificate, and puts the authority behind it", async () => {
    const opened = await Effect.runPromise(p12(pkcs12));
    expect(opened.certificatePem).toBe(`${certificate}${identities.ca}`);
    expect(Redacted.value(opened.privateKeyPem)).toBe(privateKey);
    const reversed = await Effect.runPromise(pem(`${identities.otherCa}${identities.ca}${certificate}`, privateKey));
    expect(reversed.certificatePem).toBe(`${certificate}${identities.ca}`);
  });

  it("tells when it ends", async () => {
    const opened = await Effect.runPromise(pem(certificate, privateKey));
    const before = (days: number) => DateTime.subtract(opened.notAfter, { days });
    expect(ClientCertificate.expiresWithin(opened, before(31), 30)).toBe(false);
    expect(ClientCertificate.expiresWithin(opened, before(29), 30)).toBe(true);
    expect(ClientCertificate.expiresWithin(opened, before(-1), 30)).toBe(true);
    expect(DateTime.formatIso(opened.notBefore) < DateTime.formatIso(DateTime.nowUnsafe())).toBe(true);
  });

  it("prints no secret", async () => {
    const opened = await Effect.runPromise(p12(pkcs12));
    expectNoSecret(opened, secrets);
    expectNoSecret(TransportSettings.make({ certificate: opened }), secrets);
  });
});

const openWithMode = (mode: number) =>
  ClientCertificate.fromPemFiles({
    certFile: write("mode-cert.pem", certificate, 0o644),
    keyFile: write(`mode-${mode.toString(8)}.pem`, privateKey, mode),
  });

describe("configuration", () => {
  const files = {
    WECHAT_PAY_CERT_FILE: write("config-cert.pem", certificate),
    WECHAT_PAY_KEY_FILE: write("config-key.pem", encryptedKey),
    WECHAT_PAY_KEY_PASSPHRASE: passphrase,
  };

  it.each([
    ["a PEM pair", files],
    ["a PEM pair of the merchant", { ...files, WECHAT_PAY_MCH_ID: merchantNumber }],
    [
      "a .p12 with its passphrase",
      { WECHAT_PAY_P12_FILE: write("config.p12", pkcs12), WECHAT_PAY_P12_PASSPHRASE: passphrase },
    ],
    [
      "a .p12 under the merchant number",
      {
        WECHAT_PAY_P12_FILE: write("plain.p12", merchantA.pkcs12(merchantNumber, "rc2-40")),
        WECHAT_PAY_MCH_ID: merchantNumber,
      },
    ],
  ])("%s", async (_what, env) => {
    expect(await Effect.runPromise(ClientCertificate.config.pipe(Effect.provide(environment(env))))).toMatchObject({
      owner: merchantNumber,
    });
  });

  it.skipIf(process.platform === "win32")("warns of a key that others may read", async () => {
    const logs = captureLogs();
    await Effect.runPromise(Effect.andThen(openWithMode(0o600), openWithMode(0o640)).pipe(Effect.provide(logs.layer)));
    expect(logs.lines).toEqual([expect.stringMatching(/^Warn .*mode-640\.pem .*mode 640.*chmod 600/)]);
  });
});
