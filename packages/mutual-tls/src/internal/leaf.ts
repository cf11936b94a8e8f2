/** What is read of a certificate and of the key that goes with it, and which pair is taken where there are several. */
import { type KeyObject, sign, verify, type X509Certificate } from "node:crypto";
import * as tls from "node:tls";
import * as DateTime from "effect/DateTime";
import * as Option from "effect/Option";

// Node 22 and 24 leave `tls.createSecureContext` undefined for good when `toLegacyObject` is called before node:tls is loaded. It is loaded
// here, and used, for a bundler would leave out what nothing uses.
if (typeof tls.createSecureContext !== "function") {
  throw new Error(
    'node:tls makes no secure connections in this process, for a certificate was read before it was loaded: import "node:tls" first, in the program\'s first file.',
  );
}

export const commonName = (certificate: X509Certificate): string | undefined => {
  const name: unknown = certificate.toLegacyObject().subject?.CN;
  return typeof name === "string" ? name : undefined;
};

/** From the texts: of a date that is none, Node's `validFromDate` and `validToDate` make any date. */
export const validityOf = ({ validFrom, validTo }: X509Certificate) =>
  [validFrom, validTo].map((text) => Option.getOrUndefined(DateTime.make(new Date(text))));

/** `leaf`, then its issuers in order as far as they are among `certificates`. */
export const chainOf = (
  leaf: X509Certificate,
  certificates: ReadonlyArray<X509Certificate>,
): ReadonlyArray<X509Certificate> => {
  const others = certificates.filter(({ fingerprint256 }) => fingerprint256 !== leaf.fingerprint256);
  const issuer = others.find((other) => leaf.checkIssued(other));
  return issuer === undefined ? [leaf] : [leaf, ...chainOf(issuer, others)];
};

/** Whether `key` really signs for `leaf`: a damaged key can still hold the right public half. */
export const signsFor = (leaf: X509Certificate, key: KeyObject): boolean => {
  const digest = key.asymmetricKeyType === "ed25519" ? null : "sha256";
  const probe = Buffer.from("probe");
  try {
    return verify(digest, probe, leaf.publicKey, sign(digest, probe, key));
  } catch {
    return false;
  }
};

/** A renewed certificate is often put behind the old one: where there are several, the one that would not be refused. */
export const best = <A extends { readonly leaf: X509Certificate }>(
  pairs: ReadonlyArray<A>,
  expectedOwner: string | undefined,
): A | undefined => {
  const now = DateTime.nowUnsafe();
  const merits = ({ leaf }: A): number => {
    const [notBefore, notAfter] = validityOf(leaf);
    const isValid =
      notBefore !== undefined &&
      notAfter !== undefined &&
      DateTime.between(now, { minimum: notBefore, maximum: notAfter });
    const isOwn = expectedOwner === undefined || commonName(leaf) === expectedOwner;
    return (leaf.ca ? 0 : 4) + (isOwn ? 2 : 0) + (isValid ? 1 : 0);
  };
  return pairs.toSorted((a, b) => merits(b) - merits(a))[0];
};
