import { mkdirSync, symlinkSync } from "node:fs";
import { ClientCertificate, SecureContext, TransportSettings } from "@wechat-refund/mutual-tls";
import { Effect, Redacted } from "effect";
import forge from "node-forge";
import { describe, expect, it } from "vitest";
import { admit } from "../src/internal/runTime.ts";
import { identities } from "./handshakes.ts";
import {
  encryptedKey as encryptedKeyOf,
  environment,
  expectNoSecret,
  merchantNumber,
  p12,
  passphrase,
  pathOf,
  pem,
  secretsOf,
  write,
} from "./support.ts";

const { merchantA, merchantB } = identities;
const certificate = merchantA.certificatePem;
const privateKey = merchantA.privateKeyPem;
const encryptedKey = encryptedKeyOf();
const pkcs12 = merchantA.pkcs12(passphrase, "rc2-40");

const pairAsText = { WECHAT_PAY_CERT: certificate, WECHAT_PAY_KEY: privateKey };
const configured = (env: Record<string, string>) => ClientCertificate.config.pipe(Effect.provide(environment(env)));

const pkcs12Base64 = Buffer.from(pkcs12).toString("base64");
const p12Base64 = (base64: string) => ClientCertificate.fromPkcs12Base64({ base64, passphrase });

/** A .p12 by forge, of which the parts may be left out, and the text of one algorithm's name changed. */
const forged = (key: string | null, certificates: ReadonlyArray<string>): Buffer => {
  const asn1 = forge.pkcs12.toPkcs12Asn1(
    key === null ? null : forge.pki.privateKeyFromPem(key),
    certificates.map((text) => forge.pki.certificateFromPem(text)),
    passphrase,
    { algorithm: "3des", useMac: false, generateLocalKeyId: false },
  );
  return Buffer.from(forge.asn1.toDer(asn1).getBytes(), "latin1");
};
/** The key under pbeWithSHA1And128BitRC2-CBC, which nothing here reads. */
const unreadableCipher = (): Buffer => {
  const bytes = forged(privateKey, [certificate]);
  const [tripleDes, rc2] = ["060a2a864886f70d010c0103", "060a2a864886f70d010c0105"].map((hex) =>
    Buffer.from(hex, "hex"),
  );
  if (tripleDes === undefined || rc2 === undefined) throw new Error("unreachable");
  rc2.copy(bytes, bytes.indexOf(tripleDes));
  return bytes;
};

/** Merchant A's key with another's private half behind its own public one. */
const halfDamagedKey = (): string => {
  const [mine, other] = [privateKey, merchantB.privateKeyPem].map((text) => forge.pki.privateKeyFromPem(text));
  if (mine === undefined || other === undefined) throw new Error("unreachable");
  const { n, e, p, q } = mine;
  return forge.pki.privateKeyToPem(forge.pki.setRsaPrivateKey(n, e, other.d, p, q, other.dP, other.dQ, other.qInv));
};

const bytesOf = (text: string): Buffer => Buffer.from(text);
const der = (text: string): Buffer => Buffer.from(forge.pem.decode(text)[0]?.body ?? "", "latin1");
const loop = pathOf("loop.pem");
symlinkSync(loop, loop);
mkdirSync(pathOf("certificates"));

const rows: ReadonlyArray<
  readonly [what: string, problem: ClientCertificate.Problem, remedy: string, open: Effect.Effect<unknown, unknown>]
> = [
  // The file
  ["no file", "file-missing", "no such file", ClientCertificate.fromPkcs12File({ file: pathOf("no.p12"), passphrase })],
  [
    "a path through a file",
    "file-missing",
    "no such file",
    ClientCertificate.fromPkcs12File({ file: `${write("plain", "x")}/no.p12`, passphrase }),
  ],
  [
    "a directory",
    "file-is-directory",
    "apiclient_cert.p12",
    ClientCertificate.fromPkcs12File({ file: pathOf(""), passphrase }),
  ],
  [
    "a directory for a PEM",
    "file-is-directory",
    "apiclient_cert.pem",
    ClientCertificate.fromPemFiles({ certFile: pathOf("certificates"), keyFile: loop }),
  ],
  [
    "a file that cannot be read",
    "file-unreadable",
    "permission",
    ClientCertificate.fromPemFiles({ certFile: write("good.pem", certificate), keyFile: loop }),
  ],
  [
    "a device without an end",
    "too-large",
    "16 MB",
    ClientCertificate.fromPemFiles({ certFile: write("good.pem", certificate), keyFile: "/dev/zero" }),
  ],
  ["an empty .p12", "empty", "copy it again", p12(new Uint8Array())],
  ["an empty certificate", "empty", "copy it again", pem("", privateKey)],
  ["an empty key", "empty", "copy it again", pem(certificate, " \n")],
  ["a .p12 cut off in the middle", "cut-off", "copy it again", p12(pkcs12.slice(0, pkcs12.length >> 1))],
  ["a .p12 of three bytes", "cut-off", "copy it again", p12(pkcs12.slice(0, 3))],
  ["a PEM certificate cut off", "cut-off", "copy it again", pem(certificate.slice(0, 600), privateKey)],
  ["a PEM chain cut off", "cut-off", "copy it again", pem(`${certificate}${identities.ca.slice(0, 600)}`, privateKey)],
  ["a PEM key cut off", "cut-off", "copy it again", pem(certificate, privateKey.slice(0, 600))],
  [
    "a .p12 with translated line ends",
    "damaged",
    "binary mode",
    p12(Buffer.from(Buffer.from(pkcs12).toString("latin1").replaceAll("\n", "\r\n"), "latin1")),
  ],
  ["a damaged certificate", "damaged", "copy it again", pem(certificate.replace("MII", "AAAA"), privateKey)],
  ["a damaged key", "damaged", "copy it again", pem(certificate, privateKey.replace("MII", "AAAA"))],
  ["a key of which only the public half is right", "damaged", "copy it again", pem(certificate, halfDamagedKey())],
  // Its form
  ["a PEM for a .p12", "pem-instead-of-pkcs12", "PEM pair", p12(bytesOf(certificate))],
  [
    "a .p12 for a PEM certificate",
    "pkcs12-instead-of-pem",
    "give it as PKCS#12",
    ClientCertificate.fromPemFiles({ certFile: write("a.p12", pkcs12), keyFile: write("key.pem", privateKey) }),
  ],
  [
    "a .p12 for a PEM key",
    "pkcs12-instead-of-pem",
    "give it as PKCS#12",
    ClientCertificate.fromPemFiles({ certFile: write("good.pem", certificate), keyFile: write("a.p12", pkcs12) }),
  ],
  [
    "a DER certificate for a PEM",
    "der-instead-of-pem",
    "openssl x509 -inform DER",
    ClientCertificate.fromPemFiles({
      certFile: write("a.der", der(certificate)),
      keyFile: write("key.pem", privateKey),
    }),
  ],
  [
    "a DER key for a PEM",
    "der-instead-of-pem",
    "openssl pkey -inform DER",
    ClientCertificate.fromPemFiles({
      certFile: write("good.pem", certificate),
      keyFile: write("key.der", der(privateKey)),
    }),
  ],
  [
    "a .p12 read as text",
    "binary-read-as-text",
    "without an encoding",
    p12(bytesOf(Buffer.from(pkcs12).toString("utf8"))),
  ],
  [
    "a .p12 read as Latin-1 text",
    "binary-read-as-text",
    "without an encoding",
    p12(bytesOf(Buffer.from(pkcs12).toString("latin1"))),
  ],
  [
    "a .p12 read as text for a PEM",
    "binary-read-as-text",
    "without an encoding",
    pem(Buffer.from(pkcs12).toString("utf8"), privateKey),
  ],
  [
    "a .p12 in base64",
    "base64-instead-of-binary",
    "Buffer.from(text, 'base64')",
    p12(bytesOf(Buffer.from(pkcs12).toString("base64"))),
  ],
  ["noise for a .p12", "not-pkcs12", "apiclient_cert.p12", p12(bytesOf("not a certificate"))],
  ["a DER certificate for a .p12", "not-pkcs12", "apiclient_cert.p12", p12(der(certificate))],
  ["noise for a PEM", "not-pem", "-----BEGIN", pem("not a certificate", privateKey)],
  [
    "an encrypted key without its armour",
    "not-pem",
    "without its first and last line",
    pem(certificate, der(encryptedKey).toString("base64"), { passphrase }),
  ],
  ["a .p12 in base64 for a PEM", "pkcs12-instead-of-pem", "apiclient_key.pem", pem(pkcs12Base64, privateKey)],
  ["a PEM for a .p12 in base64", "pem-instead-of-pkcs12", "PEM pair", p12Base64(privateKey)],
  ["noise for a .p12 in base64", "not-pkcs12", "base64 apiclient_cert.p12", p12Base64("not a certificate")],
  ["a key in base64 for a .p12", "not-pkcs12", "apiclient_cert.p12", p12Base64(der(privateKey).toString("base64"))],
  [
    "a key for the path of a key",
    "value-instead-of-file",
    "ClientCertificate.fromPem",
    ClientCertificate.fromPemFiles({ certFile: write("good.pem", certificate), keyFile: privateKey }),
  ],
  [
    "a .p12 in base64 for its path",
    "value-instead-of-file",
    "ClientCertificate.fromPkcs12",
    ClientCertificate.fromPkcs12File({ file: pkcs12Base64, passphrase }),
  ],
  ["a path for a certificate", "file-instead-of-value", "give the text", pem("/etc/apiclient_cert.pem", privateKey)],

  // What is in it
  [
    "the wrong passphrase",
    "wrong-passphrase",
    "merchant number (商户号) unless it was changed",
    p12(pkcs12, "canary-wrong"),
  ],
  [
    "the wrong passphrase for a modern file",
    "wrong-passphrase",
    "merchant number",
    p12(merchantA.pkcs12(passphrase), "canary-wrong"),
  ],
  ["no passphrase", "wrong-passphrase", "merchant number", p12(pkcs12, "")],
  ["a passphrase with a line end", "wrong-passphrase", "white space", p12(pkcs12, `${passphrase}\n`)],
  ["a passphrase that is not ASCII", "wrong-passphrase", "not ASCII", p12(pkcs12, "口令")],
  [
    "the wrong passphrase for a key",
    "wrong-key-passphrase",
    "was encrypted with",
    pem(certificate, encryptedKey, { passphrase: "canary-wrong" }),
  ],
  [
    "an encrypted key without passphrase",
    "passphrase-missing",
    "no passphrase was given",
    pem(certificate, encryptedKey),
  ],
  [
    "an encrypted key with an empty passphrase",
    "passphrase-missing",
    "no passphrase was given",
    pem(certificate, encryptedKey, { passphrase: Redacted.make("") }),
  ],
  ["a .p12 without key", "no-key", "apiclient_key.pem", p12(forged(null, [certificate]))],
  ["a certificate for a key", "no-key", "apiclient_key.pem", pem(certificate, certificate)],
  ["a .p12 without certificate", "no-certificate", "apiclient_cert.pem", p12(forged(privateKey, []))],
  ["a key for a certificate", "no-certificate", "apiclient_cert.pem", pem(privateKey, privateKey)],
  ["key and certificate swapped", "swapped", "apiclient_key.pem the private key", pem(privateKey, certificate)],
  ["the key of another certificate", "key-mismatch", "same download", pem(certificate, merchantB.privateKeyPem)],
  [
    "a .p12 with the key of another certificate",
    "key-mismatch",
    "same download",
    p12(forged(merchantB.privateKeyPem, [certificate])),
  ],
  ["an authority (rootca.pem)", "authority-certificate", "apiclient_cert.pem", pem(identities.ca, privateKey)],
  [
    "another merchant",
    "wrong-owner",
    "1900000110",
    pem(merchantB.certificatePem, merchantB.privateKeyPem, { expectedOwner: merchantNumber }),
  ],
  [
    "expired",
    "expired",
    "申请API证书",
    pem(identities.merchantExpired.certificatePem, identities.merchantExpired.privateKeyPem),
  ],
  ["expired, in a .p12", "expired", "申请API证书", p12(identities.merchantExpired.pkcs12(passphrase))],
  [
    "not yet valid",
    "not-yet-valid",
    "clock",
    pem(identities.merchantNotYetValid.certificatePem, identities.merchantNotYetValid.privateKeyPem),
  ],
  ["a cipher that nothing reads", "unsupported-algorithm", "convert it", p12(unreadableCipher())],
  [
    "RSA-1024",
    "weak-key",
    "2048 bits",
    pem(identities.serverWeakKey.certificatePem, identities.serverWeakKey.privateKeyPem),
  ],
  [
    "a certificate that was not opened here",
    "refused-by-tls",
    "(ERR_OSSL_",
    pem(certificate, privateKey).pipe(
      Effect.flatMap((opened) => SecureContext.make({ certificate: { ...opened, certificatePem: "noise" } })),
    ),
  ],

  // Trust
  [
    "only given authorities, none given",
    "no-authority",
    "give `ca`",
    SecureContext.make({ certificate: undefined, trust: { replaceSystem: true } }),
  ],
  [
    "noise for an authority",
    "bad-authority",
    "-----BEGIN CERTIFICATE",
    SecureContext.make({ certificate: undefined, trust: { ca: ["noise"] } }),
  ],
  [
    "a damaged authority",
    "bad-authority",
    "-----BEGIN CERTIFICATE",
    SecureContext.make({ certificate: undefined, trust: { ca: [identities.ca.replace("MII", "AAAA")] } }),
  ],
  [
    "a key for an authority",
    "bad-authority",
    "-----BEGIN CERTIFICATE",
    SecureContext.make({ certificate: undefined, trust: { ca: [privateKey] } }),
  ],
  [
    "noise for a revocation list",
    "bad-revocation-list",
    "-----BEGIN X509 CRL",
    SecureContext.make({ certificate: undefined, trust: { crl: ["noise"] } }),
  ],

  // Configuration
  [
    "nothing configured",
    "not-configured",
    "WECHAT_PAY_P12_FILE",
    configured({ WECHAT_PAY_MCH_ID: merchantNumber, WECHAT_PAY_P12_FILE: "" }),
  ],
  [
    "a certificate file without key file",
    "half-configured",
    "WECHAT_PAY_KEY_FILE",
    configured({ WECHAT_PAY_CERT_FILE: "a" }),
  ],
  [
    "a key file without certificate file",
    "half-configured",
    "WECHAT_PAY_CERT_FILE",
    configured({ WECHAT_PAY_KEY_FILE: "a" }),
  ],
  [
    "both forms configured",
    "configured-twice",
    "not both",
    configured({ WECHAT_PAY_CERT_FILE: "a", WECHAT_PAY_KEY_FILE: "b", WECHAT_PAY_P12_FILE: "c" }),
  ],
  [
    "a .p12 configured without passphrase or merchant number",
    "passphrase-missing",
    "WECHAT_PAY_MCH_ID",
    configured({ WECHAT_PAY_P12_FILE: "a" }),
  ],
  [
    "a .p12 of another merchant configured",
    "wrong-owner",
    "1900000110",
    configured({
      WECHAT_PAY_P12_FILE: write("b.p12", merchantB.pkcs12("1900000109")),
      WECHAT_PAY_MCH_ID: merchantNumber,
    }),
  ],
  [
    "a key configured for its path",
    "value-instead-of-file",
    "WECHAT_PAY_KEY.",
    configured({ WECHAT_PAY_CERT: certificate, WECHAT_PAY_KEY_FILE: privateKey }),
  ],
  [
    "a path configured for a key",
    "file-instead-of-value",
    "WECHAT_PAY_KEY_FILE",
    configured({ WECHAT_PAY_CERT: certificate, WECHAT_PAY_KEY: "./apiclient_key.pem" }),
  ],
  [
    "a path configured for a .p12 in base64",
    "file-instead-of-value",
    "WECHAT_PAY_P12_FILE",
    configured({ WECHAT_PAY_P12_BASE64: "apiclient_cert.p12", WECHAT_PAY_P12_PASSPHRASE: passphrase }),
  ],
  [
    "a key by file and as text",
    "configured-twice",
    "WECHAT_PAY_KEY_FILE and WECHAT_PAY_KEY:",
    configured({ WECHAT_PAY_CERT: certificate, WECHAT_PAY_KEY: privateKey, WECHAT_PAY_KEY_FILE: "k.pem" }),
  ],
  [
    "a .p12 by file and as text",
    "configured-twice",
    "WECHAT_PAY_P12_BASE64",
    configured({ WECHAT_PAY_P12_BASE64: pkcs12Base64, WECHAT_PAY_P12_FILE: "a.p12" }),
  ],
  [
    "a .p12 beside a key as text",
    "configured-twice",
    "WECHAT_PAY_P12_BASE64 and WECHAT_PAY_KEY:",
    configured({ WECHAT_PAY_P12_BASE64: pkcs12Base64, WECHAT_PAY_KEY: privateKey }),
  ],
  ["a key as text alone", "half-configured", "WECHAT_PAY_KEY alone", configured({ WECHAT_PAY_KEY: privateKey })],
  [
    "a passphrase and nothing that it opens",
    "unused-passphrase",
    "WECHAT_PAY_KEY_FILE",
    configured({ WECHAT_PAY_KEY_PASSPHRASE: passphrase }),
  ],
  [
    "the passphrase of a .p12 beside a PEM pair",
    "unused-passphrase",
    "WECHAT_PAY_P12_FILE",
    configured({ ...pairAsText, WECHAT_PAY_P12_PASSPHRASE: passphrase }),
  ],
  [
    "the passphrase of a key beside a .p12",
    "unused-passphrase",
    "WECHAT_PAY_KEY_FILE",
    configured({
      WECHAT_PAY_P12_BASE64: pkcs12Base64,
      WECHAT_PAY_P12_PASSPHRASE: passphrase,
      WECHAT_PAY_KEY_PASSPHRASE: passphrase,
    }),
  ],
  [
    "a passphrase for a key that is not encrypted",
    "unused-passphrase",
    "is not encrypted",
    configured({ ...pairAsText, WECHAT_PAY_KEY_PASSPHRASE: passphrase }),
  ],
  [
    "authorities by file and as text",
    "configured-twice",
    "WECHAT_PAY_CA_FILE and WECHAT_PAY_CA",
    TransportSettings.configNoCertificate.pipe(
      Effect.provide(environment({ WECHAT_PAY_CA_FILE: "ca.pem", WECHAT_PAY_CA: identities.ca })),
    ),
  ],
  [
    "an authority as text that is none",
    "bad-authority",
    "-----BEGIN CERTIFICATE",
    TransportSettings.configNoCertificate.pipe(Effect.provide(environment({ WECHAT_PAY_CA: privateKey }))),
  ],
  [
    "an authority file that is none",
    "bad-authority",
    "-----BEGIN CERTIFICATE",
    TransportSettings.configNoCertificate.pipe(
      Effect.provide(environment({ WECHAT_PAY_CA_FILE: write("noise.pem", "noise") })),
    ),
  ],
  [
    "Bun",
    "run-time",
    "under Node 22.19 or newer. Bun 1.4.5 cannot refuse",
    admit({}, { node: "24.3.0", bun: "1.4.5" }),
  ],
  [
    "Deno with a revocation list",
    "run-time",
    "Deno 2.9.6 does not look at revocation lists",
    admit({ crl: ["-----BEGIN X509 CRL-----"] }, { node: "24.3.0", deno: "2.9.6" }),
  ],
];

const secrets = [...secretsOf(privateKey, encryptedKey, merchantB.privateKeyPem), "canary-wrong", "口令"];

describe("bad material", () => {
  it.each(rows)("%s: %s", async (_what, problem, remedy, open) => {
    const error = await Effect.runPromise(Effect.flip(open));
    if (!(error instanceof ClientCertificate.CertificateError)) throw error;
    expect(error.problem).toBe(problem);
    expect(error.detail).toContain(remedy);
    expect([error.file, error.setting]).toContain(undefined);
    const where = error.file ?? error.setting;
    expect(error.message).toBe(where === undefined ? error.detail : `${where}: ${error.detail}`);
    expectNoSecret(error, secrets);
  });

  it("Deno without one is admitted", () => Effect.runPromise(admit({ crl: [] }, { deno: "2.9.6" })));

  it("every problem has a row", () => {
    expect(new Set(rows.map(([, problem]) => problem))).toEqual(new Set(ClientCertificate.Problem.literals));
  });

  it("names the file it is in", async () => {
    const certFile = write("cert.pem", certificate);
    const keyFile = write("other-key.pem", merchantB.privateKeyPem);
    const error = await Effect.runPromise(Effect.flip(ClientCertificate.fromPemFiles({ certFile, keyFile })));
    expect(error).toMatchObject({ problem: "key-mismatch", file: keyFile });
  });

  it("names the variable where what it holds is no path", async () => {
    const told = (env: Record<string, string>) =>
      Effect.runPromise(Effect.flip(configured(env))).then(({ message }) => message.split(":")[0]);
    const cert = { WECHAT_PAY_CERT_FILE: write("cert.pem", certificate) };
    expect(await told({ ...cert, WECHAT_PAY_KEY_FILE: privateKey })).toBe("WECHAT_PAY_KEY_FILE");
    expect(await told({ ...cert, WECHAT_PAY_KEY_FILE: passphrase })).toBe("the value of WECHAT_PAY_KEY_FILE");
    expect(await told({ ...cert, WECHAT_PAY_KEY_FILE: "no/such/key.pem" })).toBe("no/such/key.pem");
    expect(await told({ ...cert, WECHAT_PAY_KEY: "noise" })).toBe("WECHAT_PAY_KEY");
    expect(await told({ WECHAT_PAY_P12_FILE: pkcs12Base64, WECHAT_PAY_MCH_ID: "1" })).toBe("WECHAT_PAY_P12_FILE");
  });

  it("repeats no merchant number that is none", async () => {
    const env = { ...pairAsText, WECHAT_PAY_MCH_ID: passphrase };
    expectNoSecret(await Effect.runPromise(Effect.flip(configured(env))), secrets);
  });
});
