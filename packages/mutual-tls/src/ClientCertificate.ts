/**
 * The merchant's API certificate (API证书): how the merchant proves who it is.
 *
 * Opens the two forms of the certificate download, PEM pair and PKCS#12, and refuses at once what the gateway would refuse at the
 * first refund: each cause is a {@link Problem} with its remedy. An authority found in the material is presented with the
 * certificate and never trusted. Presenting it and trusting the server are the business of `SecureContext`.
 */
import { type KeyObject, sign, verify, type X509Certificate } from "node:crypto";
// Node 24 leaves `tls.createSecureContext` undefined for good when `toLegacyObject` is called before node:tls is loaded.
// oxlint-disable-next-line import/no-unassigned-import
import "node:tls";
import * as Config from "effect/Config";
import * as DateTime from "effect/DateTime";
import * as Effect from "effect/Effect";
import * as Option from "effect/Option";
import * as Redacted from "effect/Redacted";
import { type CertificateError, refuse } from "./CertificateError.ts";
import * as Material from "./internal/material.ts";
import { open } from "./internal/pkcs12.ts";

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

const commonName = (certificate: X509Certificate): string | undefined => {
  const name: unknown = certificate.toLegacyObject().subject?.CN;
  return typeof name === "string" ? name : undefined;
};

/**
 * Refuses what is outside its validity now. By the machine's clock, not Effect's: it is what the TLS library and the gateway
 * judge by, and a test's clock does not move them.
 */
export const checkValidity = (
  certificate: Pick<ClientCertificate, "notBefore" | "notAfter">,
  file?: string,
): Effect.Effect<void, CertificateError> =>
  Effect.suspend(() => {
    const now = DateTime.nowUnsafe();
    const { notBefore, notAfter } = certificate;
    if (DateTime.isLessThan(notAfter, now)) {
      return refuse("expired", { file, found: `It expired on ${DateTime.formatIsoDateUtc(notAfter)}.` });
    }
    if (DateTime.isGreaterThan(notBefore, now)) {
      return refuse("not-yet-valid", { file, found: `It begins on ${DateTime.formatIso(notBefore)}.` });
    }
    return Effect.void;
  });

/** Whether `certificate` ends within `days` days of `now`, or has ended. */
export const expiresWithin = (certificate: ClientCertificate, now: DateTime.Utc, days: number): boolean =>
  DateTime.isLessThan(certificate.notAfter, DateTime.add(now, { days }));

/** `leaf`, then its issuers in order as far as they are among `certificates`. */
const chainOf = (
  leaf: X509Certificate,
  certificates: ReadonlyArray<X509Certificate>,
): ReadonlyArray<X509Certificate> => {
  const others = certificates.filter(({ fingerprint256 }) => fingerprint256 !== leaf.fingerprint256);
  const issuer = others.find((other) => leaf.checkIssued(other));
  return issuer === undefined ? [leaf] : [leaf, ...chainOf(issuer, others)];
};

interface Found extends Expectation {
  readonly certificates: ReadonlyArray<X509Certificate>;
  readonly keys: ReadonlyArray<KeyObject>;
  readonly form: ClientCertificate["form"];
  readonly certificateFile?: string | undefined;
  readonly keyFile?: string | undefined;
}

/** Whether `key` really signs for `leaf`: a damaged key can still hold the right public half. */
const signsFor = (leaf: X509Certificate, key: KeyObject): boolean => {
  const digest = key.asymmetricKeyType === "ed25519" ? null : "sha256";
  const probe = Buffer.from("probe");
  try {
    return verify(digest, probe, leaf.publicKey, sign(digest, probe, key));
  } catch {
    return false;
  }
};

const keyTypes: ReadonlySet<string | undefined> = new Set(["rsa", "rsa-pss", "ec", "ed25519"]);

const assemble = Effect.fnUntraced(function* ({
  certificates,
  keys,
  form,
  certificateFile: file,
  keyFile,
  expectedOwner,
}: Found): Effect.fn.Return<ClientCertificate, CertificateError> {
  if (certificates.length === 0) return yield* refuse("no-certificate", { file });
  if (keys.length === 0) return yield* refuse("no-key", { file: keyFile });
  const pairs = certificates.flatMap((leaf) =>
    keys.filter((key) => leaf.checkPrivateKey(key)).map((key) => ({ leaf, key })),
  );
  const pair = pairs.find(({ leaf }) => !leaf.ca) ?? pairs[0];
  if (pair?.leaf.ca === true || (pair === undefined && certificates.every(({ ca }) => ca))) {
    return yield* refuse("authority-certificate", { file });
  }
  if (pair === undefined) return yield* refuse("key-mismatch", { file: keyFile });
  const { leaf, key } = pair;
  const { asymmetricKeyType, asymmetricKeyDetails } = key;
  if (!keyTypes.has(asymmetricKeyType)) return yield* refuse("unsupported-algorithm", { file: keyFile });
  const bits = asymmetricKeyDetails?.modulusLength;
  if (bits !== undefined && bits < 2048) return yield* refuse("weak-key", { file, found: `It has ${bits}.` });
  if (!signsFor(leaf, key)) return yield* refuse("damaged", { file: keyFile });
  // From the texts: of a date that is none, Node's `validFromDate` and `validToDate` make any date.
  const validity = [leaf.validFrom, leaf.validTo].map((text) => DateTime.make(new Date(text)));
  const [notBefore, notAfter] = validity.map(Option.getOrUndefined);
  if (notBefore === undefined || notAfter === undefined) return yield* refuse("damaged", { file });

  const certificate: ClientCertificate = {
    certificatePem: chainOf(leaf, certificates).join(""),
    privateKeyPem: Redacted.make(key.export({ type: "pkcs8", format: "pem" }).toString(), { label: "private key" }),
    form,
    owner: commonName(leaf),
    serialNumber: leaf.serialNumber,
    notBefore,
    notAfter,
  };
  yield* checkValidity(certificate, file);
  if (expectedOwner !== undefined && certificate.owner !== expectedOwner) {
    const owner = certificate.owner ?? "missing";
    const found = `Its common name is ${owner}, the configured merchant number is ${expectedOwner}.`;
    return yield* refuse("wrong-owner", { file, found });
  }
  return certificate;
});

const openPem = Effect.fnUntraced(function* (
  certificate: Material.Material,
  key: Material.Material,
  options: Expectation & { readonly passphrase?: Secret | undefined },
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
    return yield* refuse("swapped", { file: certificate.file });
  }
  const passphrase = options.passphrase === undefined ? undefined : reveal(options.passphrase);
  return yield* assemble({
    certificates: yield* Effect.forEach(certificates, (block) => Material.certificate(block, certificate.file)),
    keys: yield* Effect.forEach(keys, (block) => Material.privateKey(block, passphrase, key.file)),
    form: "pem",
    certificateFile: certificate.file,
    keyFile: key.file,
    expectedOwner: options.expectedOwner,
  });
});

const openPkcs12 = Effect.fnUntraced(function* (
  file: Material.Material,
  options: Expectation & { readonly passphrase: Secret },
): Effect.fn.Return<ClientCertificate, CertificateError> {
  const { certificates, keys, legacy } = yield* open(file, reveal(options.passphrase));
  return yield* assemble({
    certificates,
    keys,
    form: legacy ? "pkcs12-legacy" : "pkcs12",
    certificateFile: file.file,
    keyFile: file.file,
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

/** Opens PEM texts. */
export const fromPem = (options: Pem): Effect.Effect<ClientCertificate, CertificateError> =>
  Effect.suspend(() =>
    openPem({ bytes: Buffer.from(options.certificate) }, { bytes: Buffer.from(reveal(options.privateKey)) }, options),
  );

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
  const certificate = yield* Material.read(options.certFile, { secret: false });
  const key = yield* Material.read(options.keyFile, { secret: true });
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
  return yield* openPkcs12(yield* Material.read(options.file, { secret: true }), options);
});

/** A variable that is set to nothing counts as not set, as it does in most tools that pass an environment on. */
const variable = (name: string) =>
  Config.option(Config.String(name)).pipe(
    Config.map((value) => Option.getOrUndefined(Option.filter(value, (text) => text.trim() !== ""))),
  );

const variables = Config.all({
  certFile: variable("WECHAT_PAY_CERT_FILE"),
  keyFile: variable("WECHAT_PAY_KEY_FILE"),
  keyPassphrase: variable("WECHAT_PAY_KEY_PASSPHRASE"),
  file: variable("WECHAT_PAY_P12_FILE"),
  passphrase: variable("WECHAT_PAY_P12_PASSPHRASE"),
  mchId: variable("WECHAT_PAY_MCH_ID"),
});

/**
 * Opens the configured certificate: `WECHAT_PAY_CERT_FILE` and `WECHAT_PAY_KEY_FILE` (with `WECHAT_PAY_KEY_PASSPHRASE` for an
 * encrypted key), or `WECHAT_PAY_P12_FILE` (with `WECHAT_PAY_P12_PASSPHRASE`; default: `WECHAT_PAY_MCH_ID`). Where
 * `WECHAT_PAY_MCH_ID` is set, the certificate must be that merchant's.
 */
export const config: Effect.Effect<ClientCertificate, CertificateError | Config.ConfigError> = Effect.gen(function* () {
  const { certFile, keyFile, keyPassphrase, file, passphrase, mchId } = yield* variables;
  const expectation = { expectedOwner: mchId };
  if (file !== undefined) {
    if (certFile !== undefined || keyFile !== undefined) return yield* refuse("configured-twice");
    const opener = passphrase ?? mchId;
    if (opener === undefined) {
      const found = "Set WECHAT_PAY_P12_PASSPHRASE, or WECHAT_PAY_MCH_ID, which it is unless it was changed.";
      return yield* refuse("passphrase-missing", { file, found });
    }
    return yield* fromPkcs12File({ file, passphrase: opener, ...expectation });
  }
  if (certFile === undefined && keyFile === undefined) return yield* refuse("not-configured");
  if (certFile === undefined || keyFile === undefined) return yield* refuse("half-configured");
  return yield* fromPemFiles({ certFile, keyFile, passphrase: keyPassphrase, ...expectation });
});
