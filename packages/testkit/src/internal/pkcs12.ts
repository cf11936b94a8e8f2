/**
 * Writes PKCS#12 files in the three forms that merchants hold. node-forge reads all of them but writes neither encrypted
 * certificates nor RC2-40, so the container (RFC 7292) is put together here from its ASN.1 and its ciphers.
 */
import { createHash, X509Certificate } from "node:crypto";
import forge from "node-forge";

const { asn1, pki } = forge;

export const sequence = (...children: Array<forge.asn1.Asn1>): forge.asn1.Asn1 =>
  asn1.create(asn1.Class.UNIVERSAL, asn1.Type.SEQUENCE, true, children);
const set = (child: forge.asn1.Asn1): forge.asn1.Asn1 =>
  asn1.create(asn1.Class.UNIVERSAL, asn1.Type.SET, true, [child]);
const context = (child: forge.asn1.Asn1): forge.asn1.Asn1 =>
  asn1.create(asn1.Class.CONTEXT_SPECIFIC, asn1.Type.NONE, true, [child]);
const primitive = (type: forge.asn1.Type, value: string): forge.asn1.Asn1 =>
  asn1.create(asn1.Class.UNIVERSAL, type, false, value);
const octets = (bytes: string): forge.asn1.Asn1 => primitive(asn1.Type.OCTETSTRING, bytes);
const integer = (value: number): forge.asn1.Asn1 => primitive(asn1.Type.INTEGER, asn1.integerToDer(value).getBytes());
export const oid = (name: string): forge.asn1.Asn1 =>
  primitive(asn1.Type.OID, asn1.oidToDer(pki.oids[name] ?? name).getBytes());

/** forge keeps bytes as strings of one character a byte. */
export const toBinary = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");
export const fromBinary = (bytes: string): Buffer => Buffer.from(bytes, "latin1");
export const der = (value: forge.asn1.Asn1): string => asn1.toDer(value).getBytes();

const iterations = 2048;

/** AlgorithmIdentifier and cipher text of pbeWithSHA1And40BitRC2-CBC. */
const encryptRc2 = (passphrase: string, plain: forge.asn1.Asn1): Array<forge.asn1.Asn1> => {
  const salt = forge.random.getBytesSync(8);
  const derive = (id: number, length: number) =>
    forge.pkcs12.generateKey(passphrase, forge.util.createBuffer(salt), id, iterations, length);
  const cipher = forge.rc2.createEncryptionCipher(derive(1, 5), 40);
  cipher.start(derive(2, 8));
  cipher.update(asn1.toDer(plain));
  cipher.finish();
  return [
    sequence(oid("pbewithSHAAnd40BitRC2-CBC"), sequence(octets(salt), integer(iterations))),
    octets(cipher.output.getBytes()),
  ];
};

/** AlgorithmIdentifier and cipher text; forge encrypts any value as if it were a private key. */
const encrypt = (passphrase: string, plain: forge.asn1.Asn1, algorithm: "aes256" | "3des"): forge.asn1.Asn1 =>
  pki.encryptPrivateKeyInfo(plain, passphrase, {
    algorithm,
    prfAlgorithm: "sha256",
    count: iterations,
  });

export const write = (
  certificatePems: ReadonlyArray<string>,
  privateKeyPkcs8: Uint8Array,
  passphrase: string,
  form: "modern" | "3des" | "rc2-40",
): Uint8Array => {
  const keyCipher = form === "modern" ? "aes256" : "3des";
  const certificates = certificatePems.map((pem) => new X509Certificate(pem).raw);
  const localKeyId = createHash("sha1")
    .update(certificates[0] ?? "")
    .digest();
  const attributes = set(sequence(oid("localKeyId"), set(octets(toBinary(localKeyId)))));

  const certificateBags = sequence(
    ...certificates.map((raw, index) => {
      const bag = [oid("certBag"), context(sequence(oid("x509Certificate"), context(octets(toBinary(raw)))))];
      return sequence(...bag, ...(index === 0 ? [attributes] : []));
    }),
  );
  const [algorithm, cipherText] =
    form === "rc2-40"
      ? encryptRc2(passphrase, certificateBags)
      : (encrypt(passphrase, certificateBags, keyCipher).value as Array<forge.asn1.Asn1>);
  if (algorithm === undefined || cipherText === undefined) throw new Error("no cipher text was written");
  const encryptedContent = sequence(
    oid("data"),
    algorithm,
    // [0] IMPLICIT OCTET STRING
    asn1.create(asn1.Class.CONTEXT_SPECIFIC, asn1.Type.NONE, false, cipherText.value),
  );
  const keyBag = sequence(
    oid("pkcs8ShroudedKeyBag"),
    context(encrypt(passphrase, asn1.fromDer(toBinary(privateKeyPkcs8)), keyCipher)),
    attributes,
  );
  const authenticatedSafe = der(
    sequence(
      sequence(oid("encryptedData"), context(sequence(integer(0), encryptedContent))),
      sequence(oid("data"), context(octets(der(sequence(keyBag))))),
    ),
  );

  const digest = form === "modern" ? "sha256" : "sha1";
  const salt = forge.random.getBytesSync(8);
  const macKey = forge.pkcs12.generateKey(
    passphrase,
    forge.util.createBuffer(salt),
    3,
    iterations,
    form === "modern" ? 32 : 20,
    forge.md[digest].create(),
  );
  const mac = forge.hmac.create();
  mac.start(digest, macKey);
  mac.update(authenticatedSafe);
  const macData = sequence(
    sequence(sequence(oid(digest), primitive(asn1.Type.NULL, "")), octets(mac.digest().getBytes())),
    octets(salt),
    integer(iterations),
  );
  return fromBinary(der(sequence(integer(3), sequence(oid("data"), context(octets(authenticatedSafe))), macData)));
};
