/** Keys as they are pasted, and what is said of those that cannot sign. */
import { generateKeyPairSync, verify } from "node:crypto";
import { inspect } from "node:util";
import * as Redacted from "effect/Redacted";
import * as Result from "effect/Result";
import { describe, expect, it } from "vitest";
import { Credential } from "../src/index.ts";
import { identities, mchId, merchantKey, pem, serialNo, serialOf } from "./support/gateway.ts";

const pkcs8 = pem(merchantKey.privateKey);
const pkcs1 = String(merchantKey.privateKey.export({ format: "pem", type: "pkcs1" }));
const der = (type: "pkcs1" | "pkcs8") => merchantKey.privateKey.export({ format: "der", type }).toString("base64");
const make = (changes: object = {}) =>
  Credential.make({ mchId, serialNo, privateKey: Redacted.make(pkcs8), ...changes } as Credential.CredentialOptions);
const withKey = (text: unknown) => make({ privateKey: Redacted.make(text) });
const messageOf = (made: ReturnType<typeof make>): string => (Result.isFailure(made) ? made.failure.message : "made");

describe("a private key", () => {
  const signature = Result.getOrThrow(make()).sign("a text").signature;
  it.each([
    ["PKCS#8", pkcs8],
    ["PKCS#1", pkcs1],
    ["a literal \\n where lines end", pkcs8.replaceAll("\n", String.raw`\n`)],
    ["a literal \\r\\n", pkcs1.replaceAll("\n", String.raw`\r\n`)],
    ["line ends of Windows, blanks and tabs", `\t ${pkcs8.replaceAll("\n", "\r\n ")}`],
    ["on one line", pkcs8.replaceAll("\n", " ")],
    ["base64 of DER", der("pkcs8")],
    ["base64 of DER, PKCS#1, in lines", der("pkcs1").replace(/.{64}/g, "$&\n")],
  ])("is read as %s, and signs alike", (_, text) => {
    expect(Result.getOrThrow(withKey(text)).sign("a text")).toEqual({ signature, serialNo });
  });
  it("gives its public half, which checks what it signs, and nothing of the private one", () => {
    const { publicKey } = Result.getOrThrow(make());
    expect(publicKey).toBe(pem(merchantKey.publicKey));
    expect(verify("sha256", Buffer.from("a text"), publicKey, Buffer.from(signature, "base64"))).toBe(true);
  });
  const encrypted = String(
    merchantKey.privateKey.export({ format: "pem", type: "pkcs8", cipher: "aes-256-cbc", passphrase: "x" }),
  );
  const ec = pem(generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey);
  // It would sign, and with another padding.
  const pss = pem(generateKeyPairSync("rsa-pss", { modulusLength: 2048 }).privateKey);
  const weak = pem(generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey);
  it.each([
    ["nothing", undefined, "privateKey is missing"],
    ["blanks", "  ", "privateKey is missing"],
    ["a path", "./apiclient_key.pem", "neither PEM nor base64"],
    ["half of it", pkcs8.slice(0, 400), "neither PEM nor base64"],
    ["other bytes", "AAAA", "no private key in PKCS#8 or PKCS#1"],
    ["an encrypted one", encrypted, "is encrypted"],
    ["a certificate", identities.merchantA.certificatePem, "is a certificate, not a private key"],
    ["a public one", pem(merchantKey.publicKey), "is a public key, not a private key"],
    ["an EC key", ec, "is not an RSA key"],
    ["one of RSA-PSS", pss, "is not an RSA key"],
    ["a short one", weak, "has 1024 bits"],
  ])("is refused where it is %s", (_, text, said) => {
    const message = messageOf(withKey(text));
    expect(message).toContain(said);
    expect(message).toMatch(/^privateKey /);
    if (typeof text === "string")
      for (const line of text.split("\n")) if (line.length > 20) expect(message).not.toContain(line);
  });
  it("is refused where it is not redacted, and by field", () => {
    expect(messageOf(make({ privateKey: pkcs8 }))).toContain("privateKey is missing");
  });
});

describe("a serial number", () => {
  it.each([serialNo, serialNo.toLowerCase(), `${serialNo}\n`, serialNo.replace(/..(?=.)/g, "$&:")])(
    "is %j",
    (given) => {
      expect(Result.getOrThrow(make({ serialNo: given })).serialNo).toBe(serialNo);
    },
  );
  it.each([
    [undefined, "is missing"],
    ["", "is missing"],
    ["0", "in decimal"],
    [BigInt(`0x${serialNo}`).toString(), "in decimal"],
    ["PUB_KEY_ID_0000000000000024101100397200000006", "WeChat Pay's public key"],
    ["not hexadecimal", "must be hexadecimal"],
  ])("is not %j", (given, said) => {
    expect(messageOf(make({ serialNo: given }))).toMatch(new RegExp(`^serialNo .*${said}`));
  });
});

describe("a certificate beside it", () => {
  const { certificatePem, privateKeyPem } = identities.merchantA;
  const own = { certificate: certificatePem, serialNo: serialOf(certificatePem) };
  it("must be the key's and have the serial number", () => {
    expect(Result.isSuccess(make({ ...own, privateKey: Redacted.make(privateKeyPem) }))).toBe(true);
    expect(messageOf(make(own))).toContain("privateKey does not belong to the certificate");
    expect(messageOf(make({ ...own, serialNo }))).toBe(
      `serialNo is not that of the certificate, which is ${serialOf(certificatePem)}`,
    );
    expect(messageOf(make({ ...own, certificate: pkcs8 }))).toContain("certificate is not a certificate");
    expect(messageOf(make({ ...own, certificate: "-" }))).toContain("certificate is not a certificate");
    // What is wrong with the key is said once.
    expect(messageOf(make({ ...own, privateKey: Redacted.make("AAAA") }))).not.toContain("does not belong");
  });
});

it("says all that is wrong at once", () => {
  const made = make({ mchId: "shop", serialNo: "0", privateKey: Redacted.make("") });
  expect(Result.isFailure(made) && made.failure.issues.map(({ field }) => field)).toEqual([
    "mchId",
    "serialNo",
    "privateKey",
  ]);
  expect(messageOf(make({ mchId: 1 }))).toContain("mchId must be");
});

it("shows no key however it is printed", () => {
  const credential = Result.getOrThrow(make());
  const shown = [
    inspect(credential, { depth: 9, showHidden: true }),
    JSON.stringify(credential),
    `${credential}`,
    String(Object.values(credential)),
  ];
  for (const text of shown) expect(text).not.toMatch(/PRIVATE KEY|MII/);
  expect(JSON.parse(JSON.stringify(credential))).toEqual({ mchId, serialNo, privateKey: "<redacted>" });
  expect(`${credential}`).toContain("<redacted>");
});
