/** Issuing certificates: X.509 from node-forge around keys from `node:crypto`, signed by themselves or by another. */
import { generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import forge from "node-forge";
import type { Identity } from "./identities.ts";
import { der, fromBinary, oid, sequence, toBinary, write } from "./pkcs12.ts";

const day = 86_400_000;
export const daysFromNow = (days: number): Date => new Date(Date.now() + days * day);

export interface Keys {
  /** DER, SubjectPublicKeyInfo. */
  readonly publicKey: Buffer;
  /** PEM, PKCS#8. */
  readonly privateKey: string;
}

const exported = (pair: { readonly publicKey: KeyObject; readonly privateKey: KeyObject }): Keys => ({
  publicKey: pair.publicKey.export({ type: "spki", format: "der" }),
  privateKey: pair.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
});
export const rsaKeys = (modulusLength = 2048): Keys => exported(generateKeyPairSync("rsa", { modulusLength }));
export const ecKeys = (): Keys => exported(generateKeyPairSync("ec", { namedCurve: "P-256" }));

export const pem = (label: string, bytes: string): string =>
  forge.pem.encode({ type: label, body: bytes } as forge.pem.ObjectPEM).replaceAll("\r\n", "\n");

const bitString = (bytes: Buffer): forge.asn1.Asn1 =>
  forge.asn1.create(forge.asn1.Class.UNIVERSAL, forge.asn1.Type.BITSTRING, false, `\0${toBinary(bytes)}`);

/** `toBeSigned`, signed with RSA and SHA-256: the frame of a certificate and of a revocation list. */
export const signed = (toBeSigned: forge.asn1.Asn1, privateKey: string): string =>
  der(
    sequence(
      toBeSigned,
      sequence(oid("sha256WithRSAEncryption"), forge.asn1.fromDer("\x05\x00")),
      bitString(sign("sha256", fromBinary(der(toBeSigned)), privateKey)),
    ),
  );

export const nameOf = (certificatePem: string): ReadonlyArray<forge.pki.CertificateField> =>
  forge.pki.certificateFromPem(certificatePem).subject.attributes;

/** forge takes a string's type here, where its declarations ask for a class. */
const utf8 = { valueTagClass: forge.asn1.Type.UTF8 as unknown as forge.asn1.Class };

export interface Issue {
  readonly commonName: string;
  readonly keys?: Keys;
  /** Without one the certificate signs itself. */
  readonly issuer?: Identity;
  readonly extensions: ReadonlyArray<object>;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
}

export const issue = (options: Issue): Identity => {
  const keys = options.keys ?? rsaKeys();
  const signingKey = options.issuer?.privateKeyPem ?? keys.privateKey;
  const subject = [
    { shortName: "C", value: "CN" },
    { shortName: "O", value: "TEST ONLY - not a real merchant" },
    // Not ASCII, like the subject of a merchant's certificate; forge would write it wrongly into what an authority signs.
    ...(options.issuer === undefined ? [] : [{ shortName: "OU", value: "测试商户", ...utf8 }]),
    { shortName: "CN", value: options.commonName },
  ];
  const certificate = forge.pki.createCertificate();
  // As long as WeChat Pay's own, which are written in 40 hex digits.
  const serial = randomBytes(20);
  serial[0] = 0x40;
  certificate.serialNumber = serial.toString("hex");
  certificate.validity.notBefore = options.notBefore ?? daysFromNow(-1);
  certificate.validity.notAfter = options.notAfter ?? daysFromNow(365);
  certificate.setSubject(subject);
  certificate.setIssuer(options.issuer === undefined ? subject : [...nameOf(options.issuer.certificatePem)]);
  // forge knows RSA keys only, so the issuer's is a placeholder and the subject's own is put in after.
  const forgeKey = forge.pki.privateKeyFromPem(signingKey);
  certificate.publicKey = forge.pki.setRsaPublicKey(forgeKey.n, forgeKey.e);
  certificate.setExtensions([...options.extensions]);
  // It is signed below, which takes forge's own arithmetic fifty times as long.
  certificate.sign({ ...forgeKey, sign: () => "" }, forge.md.sha256.create());
  const [toBeSigned] = forge.pki.certificateToAsn1(certificate).value as Array<forge.asn1.Asn1>;
  if (toBeSigned === undefined) throw new Error("no certificate was written");
  (toBeSigned.value as Array<forge.asn1.Asn1>)[6] = forge.asn1.fromDer(toBinary(keys.publicKey));

  const certificatePem = pem("CERTIFICATE", signed(toBeSigned, signingKey));
  const chain = options.issuer?.certificatePem;
  return {
    certificatePem,
    privateKeyPem: keys.privateKey,
    ...(chain !== undefined && { chainPem: chain }),
    pkcs12: (passphrase, form = "modern") =>
      write(
        chain === undefined ? [certificatePem] : [certificatePem, chain],
        fromBinary(forge.pem.decode(keys.privateKey)[0]?.body ?? ""),
        passphrase,
        form,
      ),
  };
};
