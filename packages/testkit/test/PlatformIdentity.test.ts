import { createPublicKey, sign, verify, X509Certificate } from "node:crypto";
import { PlatformIdentity, TestIdentities } from "@wechat-refund/testkit";
import { expect, it } from "vitest";

it("is a platform certificate with its keys, named by 40 hex digits", () => {
  const { certificatePem, privateKeyPem, publicKeyPem, serialNo } = PlatformIdentity.make();
  const certificate = new X509Certificate(certificatePem);
  expect(serialNo).toMatch(/^[0-9A-F]{40}$/);
  expect(certificate.serialNumber).toBe(serialNo);
  expect(certificate.publicKey.export({ type: "spki", format: "pem" })).toBe(publicKeyPem);
  expect(certificate.publicKey.asymmetricKeyDetails?.modulusLength).toBe(2048);
  const signature = sign("sha256", Buffer.from("text"), privateKeyPem);
  expect(verify("sha256", Buffer.from("text"), createPublicKey(publicKeyPem), signature)).toBe(true);
  expect(verify("sha256", Buffer.from("text"), PlatformIdentity.make().publicKeyPem, signature)).toBe(false);
});

it("is valid whatever a test's clock shows", () => {
  const { validFromDate, validToDate } = new X509Certificate(PlatformIdentity.make().certificatePem);
  expect([validFromDate.getTime(), validToDate.getTime()]).toEqual([0, Date.UTC(2049, 0, 1)]);
});

it("goes with merchants' certificates whose numbers are as long", () => {
  const { merchantA } = TestIdentities.make();
  expect(new X509Certificate(merchantA.certificatePem).serialNumber).toMatch(/^[0-9A-F]{40}$/);
});
