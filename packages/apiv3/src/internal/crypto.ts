/** The only place that touches `node:crypto`. Synchronous and total, so the ring that uses it stays pure. */
import {
  createDecipheriv,
  createHash,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign,
  verify,
  X509Certificate,
} from "node:crypto";

export type { KeyObject } from "node:crypto";

const attempt = <A>(make: () => A): A | undefined => {
  try {
    return make();
  } catch {
    return undefined;
  }
};

const armour = /-----BEGIN ([A-Z0-9 ]+)-----([\s\S]*?)-----END \1-----/;

/** What a text holds: the label of its armour, where it has one, and the bytes. */
export interface Material {
  readonly label: string | undefined;
  readonly der: Buffer;
}

/** Reads PEM, PEM with a literal `\n` where lines should end, and base64 of DER without any armour. */
export const materialOf = (text: string): Material | undefined => {
  const lines = text.replace(/\\r|\\n/g, "\n");
  const [, label, inner] = armour.exec(lines) ?? [];
  const base64 = (inner ?? lines).replace(/\s+/g, "");
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return undefined;
  return { label, der: Buffer.from(base64, "base64") };
};

/** How many bits an RSA key has; 0 of another kind. */
export const bitsOf = (key: KeyObject): number =>
  key.asymmetricKeyType === "rsa" ? Number(key.asymmetricKeyDetails?.modulusLength) : 0;

/** A private key, PKCS#8 or PKCS#1. */
export const privateKeyOf = ({ der }: Material): KeyObject | undefined =>
  attempt(() => createPrivateKey({ key: der, format: "der", type: "pkcs8" })) ??
  attempt(() => createPrivateKey({ key: der, format: "der", type: "pkcs1" }));

/** A public key, SPKI or PKCS#1. */
export const publicKeyOf = ({ der }: Material): KeyObject | undefined =>
  attempt(() => createPublicKey({ key: der, format: "der", type: "spki" })) ??
  attempt(() => createPublicKey({ key: der, format: "der", type: "pkcs1" }));

/** A certificate, as far as it is looked at. */
export interface Certificate {
  /** Upper-case hex. */
  readonly serial: string;
  readonly publicKey: KeyObject;
  readonly from: number;
  readonly to: number;
}

export const certificateOf = ({ der }: Material): Certificate | undefined =>
  attempt(() => {
    const certificate = new X509Certificate(der);
    return {
      serial: certificate.serialNumber.toUpperCase(),
      publicKey: certificate.publicKey,
      from: Date.parse(certificate.validFrom),
      to: Date.parse(certificate.validTo),
    };
  });

/** Whether a public and a private key belong together. */
export const isPair = (publicKey: KeyObject, privateKey: KeyObject): boolean =>
  createPublicKey(privateKey).equals(publicKey);

// The key alone means PKCS#1 v1.5: it is one of RSA, and not of RSA-PSS (`bitsOf`). A key with its padding costs Node 15 to 25 µs more.

/** base64 of SHA256-RSA2048 (PKCS#1 v1.5) over the UTF-8 text. */
export const rsaSign = (text: string, key: KeyObject): string =>
  sign("sha256", Buffer.from(text), key).toString("base64");

export const publicPemOf = (key: KeyObject): string =>
  String((key.type === "public" ? key : createPublicKey(key)).export({ format: "pem", type: "spki" }));

export const rsaVerify = (bytes: Uint8Array, key: KeyObject, signature: Uint8Array): boolean =>
  attempt(() => verify("sha256", bytes, key, signature)) === true;

/** The bytes of a base64 text, if it is the only one that stands for them. */
export const base64Bytes = (text: string): Buffer | undefined => {
  const bytes = Buffer.from(text, "base64");
  return bytes.length > 0 && bytes.toString("base64") === text ? bytes : undefined;
};

const tagLength = 16;

/** AES-256-GCM: the plain bytes if the tag holds for all of it. Nothing of what `update` gives is used before that. */
export const gcmOpen = (
  key: string,
  nonce: string,
  associatedData: string,
  sealed: Uint8Array,
): Uint8Array | undefined =>
  attempt(() => {
    const decipher = createDecipheriv("aes-256-gcm", Buffer.from(key), Buffer.from(nonce), {
      authTagLength: tagLength,
    });
    decipher.setAuthTag(sealed.subarray(sealed.length - tagLength));
    decipher.setAAD(Buffer.from(associatedData));
    const plain = decipher.update(sealed.subarray(0, sealed.length - tagLength));
    return Buffer.concat([plain, decipher.final()]);
  });

/** Lower-case hex. */
export const sha1 = (bytes: Uint8Array): string => createHash("sha1").update(bytes).digest("hex");

export const concat = (parts: ReadonlyArray<Uint8Array>): Uint8Array => Buffer.concat(parts);

export const byteLength = (text: string): number => Buffer.byteLength(text);
