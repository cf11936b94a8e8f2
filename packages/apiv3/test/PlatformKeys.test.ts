/** The gateway's keys: as settings name them, and as they are downloaded. */
import { generateKeyPairSync } from "node:crypto";
import * as Result from "effect/Result";
import { describe, expect, it } from "vitest";
import { PlatformKeys } from "../src/index.ts";
import {
  apiV3Key,
  bytes,
  identities,
  keyId,
  listed,
  pem,
  platform,
  seal,
  serialNo,
  serialOf,
} from "./support/gateway.ts";

const certificate = identities.merchantA.certificatePem;
const another = identities.merchantB.certificatePem;
const publicKey = pem(platform.publicKey);
const said = (given: PlatformKeys.PlatformKeyText): string =>
  Result.match(PlatformKeys.fromText(given), {
    onSuccess: ({ id }) => id,
    onFailure: ({ field, message }) => `${field} ${message}`,
  });

describe("a key of the settings", () => {
  it("is a public key with its id, or a certificate with or without", () => {
    expect(said({ id: keyId, key: publicKey })).toBe(keyId);
    expect(said({ id: `${keyId}\n`, key: publicKey.replaceAll("\n", String.raw`\n`) })).toBe(keyId);
    expect(said({ id: keyId, key: String(platform.publicKey.export({ format: "pem", type: "pkcs1" })) })).toBe(keyId);
    expect(said({ id: serialNo.toLowerCase(), key: publicKey })).toBe(serialNo);
    expect(said({ key: certificate })).toBe(serialOf(certificate));
    expect(said({ id: serialOf(certificate).toLowerCase(), key: certificate })).toBe(serialOf(certificate));
  });
  const bare = (text: string): string => text.replaceAll(/-----.*?-----|\s/g, "");
  const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
  // It would verify, and with another padding.
  const pss = generateKeyPairSync("rsa-pss", { modulusLength: 2048 });
  it.each([
    ["no id", { key: publicKey }, "publicKeyId must be the id"],
    ["another kind of id", { id: "PUB_KEY_ID_", key: publicKey }, "publicKeyId must be the id"],
    ["another certificate's id", { id: serialNo, key: certificate }, "publicKeyId is not the serial number"],
    ["a path", { id: keyId, key: "./pub_key.pem" }, "publicKey is neither PEM"],
    ["a private key", { id: keyId, key: pem(platform.privateKey) }, "publicKey is a private key"],
    ["one without its first line", { id: keyId, key: bare(pem(platform.privateKey)) }, "publicKey is a private key"],
    ["an EC key", { id: keyId, key: pem(ec.publicKey) }, "publicKey is no RSA public key"],
    ["one of RSA-PSS", { id: keyId, key: pem(pss.publicKey) }, "publicKey is no RSA public key"],
    ["other bytes", { id: keyId, key: "AAAA" }, "publicKey is no RSA public key"],
  ])("is refused with %s", (_, given, message) => {
    expect(said(given)).toContain(message);
  });
  it("is never the merchant's own", () => {
    const key = Result.getOrThrow(PlatformKeys.fromText({ key: certificate }));
    const own = PlatformKeys.make([key], serialOf(certificate));
    expect(Result.isFailure(own) && own.failure[0]?.message).toContain("merchant's own certificate");
    expect(Result.getOrThrow(PlatformKeys.make([key], serialNo)).get(serialOf(certificate))).toBe(key);
    const given = Result.getOrThrow(PlatformKeys.fromText({ id: keyId, key: publicKey }));
    const ownKey = PlatformKeys.make([given], serialNo, publicKey);
    expect(Result.isFailure(ownKey) && ownKey.failure).toMatchObject([
      { field: "publicKey", message: expect.stringContaining("is the merchant's own") },
    ]);
  });
});

describe("the list of certificates", () => {
  const read = (value: unknown, merchantSerial = serialNo) =>
    PlatformKeys.fromCertificates(bytes(value), apiV3Key, merchantSerial);
  const problem = (value: unknown, merchantSerial?: string) => {
    const found = read(value, merchantSerial);
    return Result.isFailure(found) ? found.failure : "read";
  };
  it("gives all of them by serial number", () => {
    const found = Result.getOrThrow(read({ data: [listed(certificate), listed(another)] }));
    expect([...found.keys()]).toEqual([serialOf(certificate), serialOf(another)]);
  });
  it.each<readonly [string, unknown, string]>([
    ["not JSON", "<xml>", "not-json"],
    ["no list", {}, "no-list"],
    ["an empty list", { data: [] }, "no-list"],
    ["a list of something else", { data: [1] }, "no-list"],
    ["an entry without its seal", { data: [{ serial_no: "1" }] }, "no-list"],
    ["sealed with another key", { data: [listed(certificate, { key: "b".repeat(32) })] }, "sealed"],
    ["one good and one bad", { data: [listed(certificate), listed(another, { key: "b".repeat(32) })] }, "sealed"],
    ["another serial number than its own", { data: [listed(certificate, { serial: serialNo })] }, "other-serial"],
    ["no certificate", { data: [{ serial_no: serialNo, encrypt_certificate: seal("-----") }] }, "not-a-certificate"],
    ["an EC certificate", { data: [listed(identities.merchantEc.certificatePem)] }, "not-a-certificate"],
    [
      "bytes of something else",
      { data: [{ serial_no: serialNo, encrypt_certificate: seal("AAAA") }] },
      "not-a-certificate",
    ],
  ])("is refused for %s", (_, value, expected) => {
    expect(problem(value)).toBe(expected);
  });
  it("is refused where the merchant's own is in it", () => {
    expect(problem({ data: [listed(certificate)] }, serialOf(certificate))).toBe("merchant-serial");
  });
  const sealed = seal("x");
  it.each([
    { ...sealed, algorithm: "AES" },
    { ...sealed, nonce: "" },
    { ...sealed, nonce: 1 },
    { ...sealed, nonce: "n".repeat(33) },
    { ...sealed, associated_data: 1 },
    { ...sealed, ciphertext: 1 },
    { ...sealed, ciphertext: `${sealed.ciphertext} ` },
    { ...sealed, ciphertext: Buffer.alloc(16).toString("base64") },
  ])("is refused for a seal like %j", (encrypt_certificate) => {
    expect(problem({ data: [{ serial_no: serialNo, encrypt_certificate }] })).toBe("sealed");
  });
});

it("prefers a public key, and of certificates the newest that holds", () => {
  const now = Date.now();
  const at = (id: string, from: number, to: number) =>
    new PlatformKeys.PlatformKey(id, platform.publicKey, { from, to });
  const of = (...keys: ReadonlyArray<PlatformKeys.PlatformKey>) =>
    PlatformKeys.preferred(new Map(keys.map((key) => [key.id, key])), now);
  const old = at("OLD", now - 20, now + 20);
  const fresh = at("FRESH", now - 10, now + 20);
  expect(of()).toBeUndefined();
  expect(of(old, fresh)).toBe("FRESH");
  expect(of(fresh, old)).toBe("FRESH");
  expect(of(old, at("EXPIRED", now - 5, now - 1), at("LATER", now + 5, now + 9))).toBe("OLD");
  expect(of(new PlatformKeys.PlatformKey("ODD", platform.publicKey, { from: now - 1 }))).toBeUndefined();
  expect(of(old, new PlatformKeys.PlatformKey(keyId, platform.publicKey))).toBe(keyId);
});
