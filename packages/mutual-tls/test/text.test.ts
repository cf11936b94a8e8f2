/** Certificates given as text, in every form that environments and secret stores make of them. */
import { createPrivateKey } from "node:crypto";
import { ClientCertificate, TransportSettings } from "@wechat-refund/mutual-tls";
import { Effect, Redacted } from "effect";
import { describe, expect, it } from "vitest";
import { identities, shake } from "./handshakes.ts";
import { encryptedKey as encryptedKeyOf, environment, merchantNumber, passphrase, write } from "./support.ts";

const { certificatePem, pkcs12, privateKeyPem } = identities.merchantA;
const encryptedKey = encryptedKeyOf();
/** The old form, with headers in the block. */
const oldEncryptedKey = createPrivateKey(privateKeyPem)
  .export({ type: "pkcs1", format: "pem", cipher: "aes-128-cbc", passphrase })
  .toString();
const p12 = Buffer.from(pkcs12(passphrase, "rc2-40"));

const lost: Readonly<Record<string, (pem: string) => string>> = {
  "as it was": (pem) => pem,
  "with Windows line ends": (pem) => pem.replaceAll("\n", "\r\n"),
  "with old Mac line ends": (pem) => pem.replaceAll("\n", "\r"),
  "with \\n written out": (pem) => pem.replaceAll("\n", String.raw`\n`),
  "with \\r\\n written out": (pem) => pem.replaceAll("\n", String.raw`\r\n`),
  "in quotes, with \\n written out": (pem) => JSON.stringify(pem),
  "on one line with blanks": (pem) => pem.trim().replaceAll("\n", " "),
  "on one line without": (pem) => pem.replaceAll(/(?<=[A-Za-z0-9+/=])\n(?=[A-Za-z0-9+/=])/g, ""),
  "indented, as in YAML": (pem) => pem.replaceAll(/^/gm, "    "),
  "in base64 once more": (pem) => Buffer.from(pem).toString("base64"),
  "in base64 once more, in lines": (pem) => Buffer.from(pem).toString("base64").replaceAll(/.{76}/g, "$&\n"),
};
const unarmoured = (pem: string): string => pem.replaceAll(/-----.*?-----|\n/g, "");
const forms = { ...lost, "without first and last line": unarmoured };

const configured = (env: Record<string, string>) =>
  Effect.runPromise(ClientCertificate.config.pipe(Effect.provide(environment(env))));

describe("PEM text", () => {
  it.each(Object.entries(forms))("%s is opened", async (_how, change) => {
    const opened = await configured({
      WECHAT_PAY_CERT: change(certificatePem),
      WECHAT_PAY_KEY: change(privateKeyPem),
      WECHAT_PAY_MCH_ID: merchantNumber,
    });
    expect(opened.certificatePem).toBe(certificatePem);
    expect(Redacted.value(opened.privateKeyPem)).toBe(privateKeyPem);
    expect(await shake(opened)).toBe(`${merchantNumber} TLSv1.3`);
  });

  it.each(Object.entries(lost))("an encrypted key %s is opened", async (how, change) => {
    // Run together, headers cannot be told from what follows.
    for (const key of how === "on one line without" ? [encryptedKey] : [encryptedKey, oldEncryptedKey]) {
      const opened = await configured({
        WECHAT_PAY_CERT: certificatePem,
        WECHAT_PAY_KEY: change(key),
        WECHAT_PAY_KEY_PASSPHRASE: passphrase,
      });
      expect(Redacted.value(opened.privateKeyPem)).toBe(privateKeyPem);
    }
  });

  it.each(Object.entries(lost))("a chain %s is kept", async (_how, change) => {
    const certificate = change(`${certificatePem}${identities.ca}`);
    const opened = await configured({ WECHAT_PAY_CERT: certificate, WECHAT_PAY_KEY: privateKeyPem });
    expect(opened.certificatePem).toBe(`${certificatePem}${identities.ca}`);
  });

  it("stands beside a file for the other half", async () => {
    const certFile = write("half-cert.pem", certificatePem);
    const keyFile = write("half-key.pem", privateKeyPem);
    expect(await configured({ WECHAT_PAY_CERT_FILE: certFile, WECHAT_PAY_KEY: privateKeyPem })).toMatchObject({
      owner: merchantNumber,
    });
    expect(await configured({ WECHAT_PAY_CERT: certificatePem, WECHAT_PAY_KEY_FILE: keyFile })).toMatchObject({
      owner: merchantNumber,
    });
  });
});

describe("PKCS#12 in base64", () => {
  const base64 = p12.toString("base64");
  it.each([
    ["as it is", base64],
    ["in lines", base64.replaceAll(/.{76}/g, "$&\r\n")],
    ["in quotes, with \\n written out", JSON.stringify(base64.replaceAll(/.{64}/g, "$&\n"))],
    ["in the alphabet for addresses", p12.toString("base64url")],
  ])("%s is opened", async (_how, text) => {
    const opened = await configured({ WECHAT_PAY_P12_BASE64: text, WECHAT_PAY_P12_PASSPHRASE: passphrase });
    expect(opened).toMatchObject({ form: "pkcs12-legacy", owner: merchantNumber });
    const fromCode = ClientCertificate.fromPkcs12Base64({ base64: Redacted.make(text), passphrase });
    expect(await Effect.runPromise(fromCode)).toMatchObject({ owner: merchantNumber });
  });

  it("has the merchant number for a passphrase unless another is given", async () => {
    const text = Buffer.from(pkcs12(merchantNumber)).toString("base64");
    const opened = await configured({ WECHAT_PAY_P12_BASE64: text, WECHAT_PAY_MCH_ID: merchantNumber });
    expect(opened.owner).toBe(merchantNumber);
  });
});

it.each(Object.entries(forms))("authorities as text %s are trusted", async (_how, change) => {
  const settings = await Effect.runPromise(
    TransportSettings.config.pipe(
      Effect.provide(
        environment({
          WECHAT_PAY_CERT: certificatePem,
          WECHAT_PAY_KEY: privateKeyPem,
          WECHAT_PAY_CA: change(identities.ca),
        }),
      ),
    ),
  );
  expect(await shake(settings.certificate, {}, settings.trust)).toBe(`${merchantNumber} TLSv1.3`);
});
