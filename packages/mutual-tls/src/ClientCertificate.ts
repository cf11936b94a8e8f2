/**
 * The merchant's API certificate (API证书): how the merchant proves who it is.
 *
 * Opens the two forms of the certificate download, PEM pair and PKCS#12, and refuses at once what the gateway would refuse at the
 * first refund: each cause is a {@link Problem} with its remedy. An authority found in the material is presented with the
 * certificate and never trusted. Presenting it and trusting the server are the business of `SecureContext`.
 */
import type { KeyObject, X509Certificate } from "node:crypto";
import type * as Config from "effect/Config";
import * as DateTime from "effect/DateTime";
import * as Effect from "effect/Effect";
import * as Redacted from "effect/Redacted";
import { type CertificateError, refuse, type Where } from "./CertificateError.ts";
import { configured, type Source } from "./internal/configured.ts";
import * as Leaf from "./internal/leaf.ts";
import * as Material from "./internal/material.ts";
import { open } from "./internal/pkcs12.ts";
import * as Text from "./internal/text.ts";

export { CertificateError, Problem } from "./CertificateError.ts";

/** A private key with its certificate, opened and checked. */
export interface ClientCertificate {
  /** PEM: the certificate, then its chain. Public. */
  readonly certificatePem: string;
  /** PEM, PKCS#8. */
  readonly privateKeyPem: Redacted.Redacted<string>;
  /** `"pkcs12-legacy"`: a PKCS#12 file under RC2-40, which OpenSSL 3 and Node do not open by themselves. */
  readonly form: "pem" | "pkcs12" | "pkcs12-legacy";
  /** The certificate's common name: for an API certificate the merchant number (商户号). */
  readonly owner: string | undefined;
  readonly serialNumber: string;
  readonly notBefore: DateTime.Utc;
  readonly notAfter: DateTime.Utc;
}

type Secret = string | Redacted.Redacted<string>;
const reveal = (secret: Secret): string => (Redacted.isRedacted(secret) ? Redacted.value(secret) : secret);

export interface Expectation {
  /** Refuse a certificate of another merchant number (商户号). */
  readonly expectedOwner?: string | undefined;
}

const valid = (
  { notAfter, notBefore }: Pick<ClientCertificate, "notBefore" | "notAfter">,
  where: Where,
): Effect.Effect<void, CertificateError> =>
  Effect.suspend(() => {
    const now = DateTime.nowUnsafe();
    if (DateTime.isLessThan(notAfter, now)) {
      return refuse("expired", { ...where, found: `It expired on ${DateTime.formatIsoDateUtc(notAfter)}.` });
    }
    if (DateTime.isGreaterThan(notBefore, now)) {
      return refuse("not-yet-valid", { ...where, found: `It begins on ${DateTime.formatIso(notBefore)}.` });
    }
    return Effect.void;
  });

/**
 * Refuses what is outside its validity now. By the machine's clock, not Effect's: it is what the TLS library and the gateway
 * judge by, and a test's clock does not move them.
 */
export const checkValidity = (
  certificate: Pick<ClientCertificate, "notBefore" | "notAfter">,
  file?: string,
): Effect.Effect<void, CertificateError> => valid(certificate, { file });

/** Whether `certificate` ends within `days` days of `now`, or has ended. */
export const expiresWithin = (certificate: ClientCertificate, now: DateTime.Utc, days: number): boolean =>
  DateTime.isLessThan(certificate.notAfter, DateTime.add(now, { days }));

interface Found extends Expectation {
  readonly certificates: ReadonlyArray<X509Certificate>;
  readonly keys: ReadonlyArray<KeyObject>;
  readonly form: ClientCertificate["form"];
  readonly certificateAt: Where;
  readonly keyAt: Where;
}

const keyTypes: ReadonlySet<string | undefined> = new Set(["rsa", "rsa-pss", "ec", "ed25519"]);

const assemble = Effect.fnUntraced(function* ({
  certificates,
  keys,
  form,
  certificateAt,
  keyAt,
  expectedOwner,
}: Found): Effect.fn.Return<ClientCertificate, CertificateError> {
  if (certificates.length === 0) return yield* refuse("no-certificate", certificateAt);
  if (keys.length === 0) return yield* refuse("no-key", keyAt);
  const pairs = certificates.flatMap((leaf) =>
    keys.filter((key) => leaf.checkPrivateKey(key)).map((key) => ({ leaf, key })),
  );
  const pair = Leaf.best(pairs, expectedOwner);
  if (pair?.leaf.ca === true || (pair === undefined && certificates.every(({ ca }) => ca))) {
    return yield* refuse("authority-certificate", certificateAt);
  }
  if (pair === undefined) return yield* refuse("key-mismatch", keyAt);
  const { leaf, key } = pair;
  const { asymmetricKeyType, asymmetricKeyDetails } = key;
  if (!keyTypes.has(asymmetricKeyType)) return yield* refuse("unsupported-algorithm", keyAt);
  const bits = asymmetricKeyDetails?.modulusLength;
  if (bits !== undefined && bits < 2048)
    return yield* refuse("weak-key", { ...certificateAt, found: `It has ${bits}.` });
  if (!Leaf.signsFor(leaf, key)) return yield* refuse("damaged", keyAt);
  const [notBefore, notAfter] = Leaf.validityOf(leaf);
  if (notBefore === undefined || notAfter === undefined) return yield* refuse("damaged", certificateAt);

  const certificate: ClientCertificate = {
    certificatePem: Leaf.chainOf(leaf, certificates).join(""),
    privateKeyPem: Redacted.make(key.export({ type: "pkcs8", format: "pem" }).toString(), { label: "private key" }),
    form,
    owner: Leaf.commonName(leaf),
    serialNumber: leaf.serialNumber,
    notBefore,
    notAfter,
  };
  yield* valid(certificate, certificateAt);
  if (expectedOwner !== undefined && certificate.owner !== expectedOwner) {
    const owner = certificate.owner ?? "missing";
    // What is no merchant number may be a secret in the wrong place.
    const expected = /^[0-9]{1,15}$/.test(expectedOwner) ? expectedOwner : "another";
    const found = `Its common name is ${owner}, the configured merchant number is ${expected}.`;
    return yield* refuse("wrong-owner", { ...certificateAt, found });
  }
  return certificate;
});

const openPem = Effect.fnUntraced(function* (
  certificate: Material.Material,
  key: Material.Material,
  options: Expectation & {
    readonly passphrase?: Secret | undefined;
    /** The variable of a passphrase that must have something to open. */
    readonly passphraseSetting?: string;
  },
): Effect.fn.Return<ClientCertificate, CertificateError> {
  const certificateBlocks = yield* Material.blocks(certificate);
  const keyBlocks = yield* Material.blocks(key);
  const certificates = certificateBlocks.filter(Material.isCertificate);
  const keys = keyBlocks.filter(Material.isKey);
  if (
    certificates.length === 0 &&
    keys.length === 0 &&
    certificateBlocks.some(Material.isKey) &&
    keyBlocks.some(Material.isCertificate)
  ) {
    return yield* refuse("swapped", certificate);
  }
  const passphrase = options.passphrase === undefined ? undefined : reveal(options.passphrase);
  const opened = yield* assemble({
    certificates: yield* Effect.forEach(certificates, (block) => Material.certificate(block, certificate)),
    keys: yield* Effect.forEach(keys, (block) => Material.privateKey(block, passphrase, key)),
    form: "pem",
    certificateAt: certificate,
    keyAt: key,
    expectedOwner: options.expectedOwner,
  });
  const { passphraseSetting: setting } = options;
  if (setting !== undefined && passphrase !== undefined && !keys.some(Material.isEncrypted)) {
    return yield* refuse("unused-passphrase", { setting, found: "The private key is not encrypted." });
  }
  return opened;
});

const openPkcs12 = Effect.fnUntraced(function* (
  material: Material.Material,
  options: Expectation & { readonly passphrase: Secret },
): Effect.fn.Return<ClientCertificate, CertificateError> {
  const { certificates, keys, legacy } = yield* open(material, reveal(options.passphrase));
  return yield* assemble({
    certificates,
    keys,
    form: legacy ? "pkcs12-legacy" : "pkcs12",
    certificateAt: material,
    keyAt: material,
    expectedOwner: options.expectedOwner,
  });
});

export interface Pem extends Expectation {
  /** The certificate; its chain may follow. */
  readonly certificate: string;
  readonly privateKey: Secret;
  /** Of an encrypted private key. */
  readonly passphrase?: Secret | undefined;
}

/**
 * Opens PEM texts, also such as lost their line ends on the way: `\n` written out, blanks in their place, no first and last line
 * (of an X.509 certificate or a PKCS#8 key), or all of it in base64 once more.
 */
export const fromPem = Effect.fnUntraced(function* (
  options: Pem,
): Effect.fn.Return<ClientCertificate, CertificateError> {
  const certificate = yield* Text.pem("certificate", options.certificate);
  const key = yield* Text.pem("key", reveal(options.privateKey));
  return yield* openPem(certificate, key, options);
});

export interface PemFiles extends Expectation {
  /** `apiclient_cert.pem`. */
  readonly certFile: string;
  /** `apiclient_key.pem`. */
  readonly keyFile: string;
  /** Of an encrypted private key. */
  readonly passphrase?: Secret | undefined;
}

/** Opens a PEM pair; warns when the key's file is readable by others. */
export const fromPemFiles = Effect.fnUntraced(function* (
  options: PemFiles,
): Effect.fn.Return<ClientCertificate, CertificateError> {
  const other = "ClientCertificate.fromPem";
  const certificate = yield* Material.read(options.certFile, { setting: "certFile", other, secret: false });
  const key = yield* Material.read(options.keyFile, { setting: "keyFile", other, secret: true });
  return yield* openPem(certificate, key, options);
});

export interface Pkcs12 extends Expectation {
  readonly pkcs12: Uint8Array;
  /** The merchant number (商户号), unless it was changed. */
  readonly passphrase: Secret;
}

/** Opens the bytes of a PKCS#12 file, also the old RC2-40 form. */
export const fromPkcs12 = (options: Pkcs12): Effect.Effect<ClientCertificate, CertificateError> =>
  Effect.suspend(() => openPkcs12({ bytes: Buffer.from(options.pkcs12) }, options));

export interface Pkcs12Base64 extends Expectation {
  /** The base64 text of a PKCS#12 file. */
  readonly base64: Secret;
  /** The merchant number (商户号), unless it was changed. */
  readonly passphrase: Secret;
}

/** {@link fromPkcs12} of its base64 text, as secret stores keep it. */
export const fromPkcs12Base64 = Effect.fnUntraced(function* (
  options: Pkcs12Base64,
): Effect.fn.Return<ClientCertificate, CertificateError> {
  return yield* openPkcs12(yield* Text.pkcs12(reveal(options.base64)), options);
});

export interface Pkcs12File extends Expectation {
  /** `apiclient_cert.p12`. */
  readonly file: string;
  /** The merchant number (商户号), unless it was changed. */
  readonly passphrase: Secret;
}

/** Opens a PKCS#12 file, also the old RC2-40 form; warns when it is readable by others. */
export const fromPkcs12File = Effect.fnUntraced(function* (
  options: Pkcs12File,
): Effect.fn.Return<ClientCertificate, CertificateError> {
  return yield* openPkcs12(
    yield* Material.read(options.file, { setting: "file", other: "ClientCertificate.fromPkcs12Base64", secret: true }),
    options,
  );
});

const materialOf = (
  { kind, value, ...origin }: Source,
  what: "certificate" | "key" | "pkcs12",
): Effect.Effect<Material.Material, CertificateError> => {
  const text = Redacted.value(value);
  if (kind === "file") return Material.read(text, { ...origin, secret: what !== "certificate" });
  return what === "pkcs12" ? Text.pkcs12(text, origin) : Text.pem(what, text, origin);
};

/**
 * Opens the configured certificate. As a PEM pair: `WECHAT_PAY_CERT_FILE` and `WECHAT_PAY_KEY_FILE`, or the texts themselves in
 * `WECHAT_PAY_CERT` and `WECHAT_PAY_KEY`, with `WECHAT_PAY_KEY_PASSPHRASE` for an encrypted key. As PKCS#12: `WECHAT_PAY_P12_FILE`,
 * or its base64 text in `WECHAT_PAY_P12_BASE64`, with `WECHAT_PAY_P12_PASSPHRASE` (default: `WECHAT_PAY_MCH_ID`). Where
 * `WECHAT_PAY_MCH_ID` is set, the certificate must be that merchant's. What is set twice, or set and used by nothing, is refused.
 */
export const config: Effect.Effect<ClientCertificate, CertificateError | Config.ConfigError> = Effect.gen(function* () {
  const found = yield* configured;
  if (found.form === "pkcs12") return yield* openPkcs12(yield* materialOf(found.pkcs12, "pkcs12"), found);
  const certificate = yield* materialOf(found.certificate, "certificate");
  const key = yield* materialOf(found.key, "key");
  return yield* openPem(certificate, key, { ...found, passphraseSetting: "WECHAT_PAY_KEY_PASSPHRASE" });
});
