import { ClientCertificate, SecureContext } from "@wechat-refund/mutual-tls";
import { Cause, Effect, Exit } from "effect";
import { describe, expect, it } from "vitest";
import { identities } from "./handshakes.ts";
import { expectNoSecret, p12, passphrase, pem, secretsOf } from "./support.ts";

const { certificatePem, privateKeyPem, pkcs12 } = identities.merchantA;
const secrets = secretsOf(privateKeyPem);

/** `bytes` with one bit turned over, at every `step`th byte. */
const damaged = function* (bytes: Buffer, step: number) {
  for (let index = 0; index < bytes.length; index += step) {
    const copy = Buffer.from(bytes);
    copy[index] = (copy[index] ?? 0) ^ (1 << (index % 8));
    yield copy;
  }
};

/** Opened and used, or refused with a problem; never a defect, never a secret. Returns how many were refused. */
const judge = async (
  opened: Iterable<Effect.Effect<ClientCertificate.ClientCertificate, ClientCertificate.CertificateError>>,
) => {
  let refused = 0;
  for (const open of opened) {
    const exit = await Effect.runPromiseExit(
      Effect.flatMap(open, (certificate) => SecureContext.make({ certificate })),
    );
    if (Exit.isSuccess(exit)) continue;
    const error = Cause.squash(exit.cause);
    expect(error).toBeInstanceOf(ClientCertificate.CertificateError);
    expectNoSecret(error, secrets);
    refused += 1;
  }
  return refused;
};

const der = Buffer.from(certificatePem.replace(/-----.*-----/g, ""), "base64");
const armour = (bytes: Buffer): string =>
  `-----BEGIN CERTIFICATE-----\n${bytes.toString("base64").replace(/.{64}/g, "$&\n")}\n-----END CERTIFICATE-----\n`;

describe("one bit turned over", () => {
  it("in a certificate", async () => {
    const files = [...damaged(der, 2)].map((bytes) => pem(armour(bytes), privateKeyPem));
    expect(await judge(files)).toBeGreaterThan(der.length / 8);
  });

  it("in a private key", async () => {
    const files = [...damaged(Buffer.from(privateKeyPem), 5)].map((bytes) =>
      pem(certificatePem, bytes.toString("latin1")),
    );
    expect(await judge(files)).toBeGreaterThan(privateKeyPem.length / 20);
  });

  it.each(["modern", "rc2-40"] as const)("in a %s .p12", async (form) => {
    const files = [...damaged(Buffer.from(pkcs12(passphrase, form)), 41)];
    // All but a few bytes of its frame are under the MAC.
    expect(await judge(files.map((bytes) => p12(bytes)))).toBeGreaterThanOrEqual(files.length - 1);
  });
});

it("a certificate with a date that is none is damaged", async () => {
  const copy = Buffer.from(der);
  // The month of the first UTCTime of the validity.
  copy.write("99", copy.indexOf(Buffer.from("301e170d", "hex")) + 6, "latin1");
  expect(await Effect.runPromise(Effect.flip(pem(armour(copy), privateKeyPem)))).toMatchObject({ problem: "damaged" });
});
