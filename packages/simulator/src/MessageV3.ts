/**
 * Messages of APIv3 as the gateway signs, checks and seals them: the signed texts, RSA signatures, and AES-256-GCM.
 *
 * Written for the gateway alone and shared with no client, so that a mistake on one side of the wire is seen from the other.
 */
import {
  createCipheriv,
  createDecipheriv,
  createPublicKey,
  type KeyObject,
  sign as signRsa,
  verify as verifyRsa,
} from "node:crypto";
import * as Result from "effect/Result";

/** The only scheme of `Authorization`, and the type of every signature. */
export const scheme = "WECHATPAY2-SHA256-RSA2048";

/** What `Authorization` says. */
export interface Credentials {
  readonly mchId: string;
  /** The serial number of the merchant's certificate. */
  readonly serialNo: string;
  readonly nonce: string;
  /** In seconds since 1970, as it was written. */
  readonly timestamp: string;
  readonly signature: string;
}

const parameter = /([a-z_]+)="([^"]*)"(?:,(?!$)|$)/y;
const names = ["mchid", "serial_no", "nonce_str", "timestamp", "signature"];

/** Reads an `Authorization`: the scheme, one blank, and five quoted values in any order, with commas and no blanks between. */
export const readAuthorization = (header: string): Result.Result<Credentials, "scheme" | "format"> => {
  const blank = header.indexOf(" ");
  if (header === "" || blank < 0) return Result.fail("format");
  if (header.slice(0, blank) !== scheme) return Result.fail("scheme");
  const values = new Map<string, string>();
  parameter.lastIndex = blank + 1;
  while (parameter.lastIndex < header.length) {
    const [, name = "", value = ""] = parameter.exec(header) ?? [];
    if (!names.includes(name) || values.has(name) || value === "") return Result.fail("format");
    values.set(name, value);
  }
  const [mchId, serialNo, nonce, timestamp, signature] = names.map((name) => values.get(name));
  if (mchId === undefined || serialNo === undefined || nonce === undefined) return Result.fail("format");
  if (timestamp === undefined || signature === undefined || !/^\d{1,15}$/.test(timestamp)) return Result.fail("format");
  return Result.succeed({ mchId, serialNo, nonce, timestamp, signature });
};

/** Writes what {@link readAuthorization} reads. */
export const writeAuthorization = ({ mchId, serialNo, nonce, timestamp, signature }: Credentials): string =>
  `${scheme} mchid="${mchId}",nonce_str="${nonce}",signature="${signature}",timestamp="${timestamp}",serial_no="${serialNo}"`;

/** A request as far as its signature goes. */
export interface Signable {
  readonly method: string;
  /** Path and query as they were sent, still escaped. */
  readonly target: string;
  readonly timestamp: string;
  readonly nonce: string;
  readonly body: Uint8Array;
}

const line = (...parts: ReadonlyArray<string | Uint8Array>): Uint8Array =>
  Buffer.concat(parts.flatMap((part) => [typeof part === "string" ? Buffer.from(part) : part, Buffer.from("\n")]));

/** What a request signs: five lines, each with its end, the last one too. */
export const requestText = ({ method, target, timestamp, nonce, body }: Signable): Uint8Array =>
  line(method, target, timestamp, nonce, body);

/** What a reply and a notice sign: three lines. */
export const replyText = (timestamp: string, nonce: string, body: Uint8Array): Uint8Array =>
  line(timestamp, nonce, body);

/** SHA256withRSA, PKCS#1 v1.5, in Base64 on one line. */
export const sign = (text: Uint8Array, privateKey: KeyObject): string =>
  signRsa("sha256", text, privateKey).toString("base64");

/** Whether the signature is this text's. Base64 that is not as it must be is no signature. */
export const verify = (text: Uint8Array, signature: string, publicKey: KeyObject): boolean => {
  const bytes = Buffer.from(signature, "base64");
  return bytes.toString("base64") === signature && verifyRsa("sha256", text, publicKey, bytes);
};

/** The key of a PEM, certificate or public key; undefined for anything that is not RSA of 2 048 bits or more. */
export const publicKeyOf = (pem: string): KeyObject | undefined => {
  try {
    const key = createPublicKey(pem);
    const bits = key.asymmetricKeyType === "rsa" ? (key.asymmetricKeyDetails?.modulusLength ?? 0) : 0;
    return bits < 2_048 || pem.includes("PRIVATE KEY") ? undefined : key;
  } catch {
    return undefined;
  }
};

/** Something sealed under the APIv3 key (APIv3密钥), with what has to be known to open it. */
export interface Sealed {
  readonly algorithm: "AEAD_AES_256_GCM";
  readonly nonce: string;
  readonly associated_data: string;
  /** Base64 of what was sealed and its tag of 16 bytes. */
  readonly ciphertext: string;
}

const tagLength = 16;

/** Seals a text. The nonce has 12 characters and is used once for a key. */
export const seal = (text: string, apiV3Key: string, nonce: string, associatedData: string): Sealed => {
  const cipher = createCipheriv("aes-256-gcm", Buffer.from(apiV3Key), Buffer.from(nonce), {
    authTagLength: tagLength,
  }).setAAD(Buffer.from(associatedData));
  const bytes = Buffer.concat([cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
  return {
    algorithm: "AEAD_AES_256_GCM",
    nonce,
    associated_data: associatedData,
    ciphertext: bytes.toString("base64"),
  };
};

/** Opens what was sealed; undefined where the key, the nonce, the associated data or a byte is another. */
export const open = (sealed: Omit<Sealed, "algorithm">, apiV3Key: string): string | undefined => {
  const bytes = Buffer.from(sealed.ciphertext, "base64");
  if (bytes.length < tagLength) return undefined;
  const decipher = createDecipheriv("aes-256-gcm", Buffer.from(apiV3Key), Buffer.from(sealed.nonce), {
    authTagLength: tagLength,
  })
    .setAAD(Buffer.from(sealed.associated_data))
    .setAuthTag(bytes.subarray(-tagLength));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(0, -tagLength)), decipher.final()]).toString("utf8");
  } catch {
    return undefined;
  }
};
