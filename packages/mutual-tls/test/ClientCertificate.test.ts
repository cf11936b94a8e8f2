import { randomBytes, X509Certificate } from "node:crypto";
import forge from "node-forge";
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

  describe("of several certificates takes the one that is good", () => {
    const day = 86_400_000;
    const key = forge.pki.privateKeyFromPem(privateKey);
    /** On the one key. */
    const issued = (commonName: string, from: number, to: number, cA = false): string => {
      const made = forge.pki.createCertificate();
      made.publicKey = forge.pki.setRsaPublicKey(key.n, key.e);
      made.serialNumber = `40${randomBytes(8).toString("hex")}`;
      made.validity.notBefore = new Date(Date.now() + from * day);
      made.validity.notAfter = new Date(Date.now() + to * day);
      made.setSubject([{ shortName: "CN", value: commonName }]);
      made.setIssuer([{ shortName: "CN", value: "somebody" }]);
      made.setExtensions([{ name: "basicConstraints", cA }]);
      made.sign(key, forge.md.sha256.create());
      return forge.pki.certificateToPem(made).replaceAll("\r\n", "\n");
    };
    const expired = issued(merchantNumber, -400, -2);
    const later = issued(merchantNumber, 300, 700);
    const foreign = issued("1900000777", -1, 300);
    const foreignExpired = issued("1900000777", -400, -2);
    const renewed = issued(merchantNumber, -1, 300);
    const authority = issued(merchantNumber, -1, 300, true);
    const store = (all: ReadonlyArray<string>): Uint8Array => {
      const asn1 = forge.pkcs12.toPkcs12Asn1(
        key,
        all.map((one) => forge.pki.certificateFromPem(one)),
        passphrase,
        {
          algorithm: "3des",
        },
      );
      return Buffer.from(forge.asn1.toDer(asn1).getBytes(), "latin1");
    };

    it.each<[what: string, all: ReadonlyArray<string>, expectedOwner?: string]>([
      ["the renewed behind the old", [expired, renewed]],
      ["the valid before the coming", [renewed, later]],
      ["the valid behind the coming", [later, renewed]],
      ["the merchant's behind another's", [foreign, renewed], merchantNumber],
      ["the merchant's among all of them", [expired, foreignExpired, later, foreign, renewed], merchantNumber],
      ["the merchant's behind an authority on its key", [authority, renewed]],
      ["the first of two that are good", [renewed, foreign]],
    ])("%s", async (_, all, expectedOwner) => {
      const options = expectedOwner === undefined ? {} : { expectedOwner };
      for (const open of [
        ClientCertificate.fromPem({ certificate: all.join(""), privateKey, ...options }),
        ClientCertificate.fromPkcs12({ pkcs12: store(all), passphrase, ...options }),
      ]) {
        const opened = await Effect.runPromise(open);
        expect(new X509Certificate(opened.certificatePem).fingerprint256).toBe(
          new X509Certificate(renewed).fingerprint256,
        );
      }
    });

    it.each<[what: string, all: ReadonlyArray<string>, problem: string, expectedOwner?: string]>([
      ["the merchant's that expired, not another's", [foreign, expired], "expired", merchantNumber],
      ["the coming one", [later], "not-yet-valid"],
      ["another's", [foreignExpired, foreign], "wrong-owner", merchantNumber],
      ["an authority", [authority], "authority-certificate"],
    ])("and where there is none says what is wrong with %s", async (_, all, problem, expectedOwner) => {
      const options = expectedOwner === undefined ? {} : { expectedOwner };
      const open = ClientCertificate.fromPem({ certificate: all.join(""), privateKey, ...options });
      expect(await Effect.runPromise(Effect.flip(open))).toMatchObject({ problem });
    });

    it("with its own key", async () => {
      const old = identities.merchantExpired;
      const open = pem(old.certificatePem + certificate, old.privateKeyPem + privateKey);
      expect(Redacted.value((await Effect.runPromise(open)).privateKeyPem)).toBe(privateKey);
    });
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
    expect(logs.lines).toEqual([expect.stringMatching(/^Warn .*mode-640\.pem holds a secret .*mode 640.*chmod 600/)]);
  });
});
