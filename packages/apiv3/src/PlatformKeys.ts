/**
 * The keys that the gateway signs with, in one map by id: platform certificates (平台证书) by their serial number, and the public key of
 * WeChat Pay (微信支付公钥) by its id, `PUB_KEY_ID_…`. During a change from one kind to the other both are in use, so nothing looks at the
 * kind: an id is looked up as it stands.
 *
 * How certificates are downloaded and kept is `KeyRing`'s.
 */
import * as Result from "effect/Result";
import { isSerial, type Issue, serialOf } from "./Credential.ts";
import { open, type Resource } from "./internal/aead.ts";
import {
  bitsOf,
  certificateOf,
  type KeyObject,
  materialOf,
  privateKeyOf,
  publicKeyOf,
  publicPemOf,
  rsaVerify,
} from "./internal/crypto.ts";
import { isRecord, parse, textAt } from "./internal/json.ts";

/** One key of the gateway. */
export class PlatformKey {
  readonly id: string;
  /** Of a certificate: when it began to hold, in milliseconds since 1970. */
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly #key: KeyObject;

  /** Use `fromText` or `fromCertificates`, which check. */
  constructor(id: string, key: KeyObject, validity: { readonly from?: number; readonly to?: number } = {}) {
    this.id = id;
    this.#key = key;
    this.from = validity.from;
    this.to = validity.to;
  }

  /** Whether the signature is this key's over these bytes. */
  verifies(bytes: Uint8Array, signature: Uint8Array): boolean {
    return rsaVerify(bytes, this.#key, signature);
  }

  /** Whether it is this public key, in PEM. */
  is(publicKey: string): boolean {
    return publicPemOf(this.#key) === publicKey;
  }
}

/** The keys by id. */
export type PlatformKeys = ReadonlyMap<string, PlatformKey>;

/** A key as it is given in settings. */
export interface PlatformKeyText {
  /** `PUB_KEY_ID_…` (微信支付公钥ID), or the serial number of a platform certificate, which a certificate tells itself. */
  readonly id?: string | undefined;
  /** A public key or a certificate; PEM, PEM with literal `\n`, or base64 of DER. */
  readonly key: string;
}

const publicKeyId = /^PUB_KEY_ID_[0-9A-Za-z]{1,64}$/;
const smallest = 2048;
const whence = "download pub_key.pem (微信支付公钥) from the merchant platform, 账户中心 → API安全";

const fail = (field: string, message: string): Result.Result<never, Issue> => Result.fail({ field, message });

/** Reads one key. */
export const fromText = ({ id: given, key: text }: PlatformKeyText): Result.Result<PlatformKey, Issue> => {
  const id = given === undefined || given.startsWith("PUB_KEY_ID_") ? given?.trim() : serialOf(given);
  const material = materialOf(text);
  if (material === undefined) return fail("publicKey", `is neither PEM nor base64 of DER: ${whence}`);
  // Without its first line only the bytes tell.
  const isPrivate =
    material.label === undefined ? privateKeyOf(material) !== undefined : material.label.includes("PRIVATE");
  if (isPrivate) return fail("publicKey", `is a private key: ${whence}`);
  const certificate = certificateOf(material);
  const key = certificate?.publicKey ?? publicKeyOf(material);
  if (key === undefined || bitsOf(key) < smallest) {
    return fail("publicKey", `is no RSA public key of at least ${smallest} bits: ${whence}`);
  }
  if (certificate !== undefined) {
    return id === undefined || id === certificate.serial
      ? Result.succeed(new PlatformKey(certificate.serial, key, certificate))
      : fail("publicKeyId", `is not the serial number of the certificate, which is ${certificate.serial}`);
  }
  if (id !== undefined && (publicKeyId.test(id) || isSerial(id))) return Result.succeed(new PlatformKey(id, key));
  return fail(
    "publicKeyId",
    `must be the id that stands beside the public key in the merchant platform (微信支付公钥ID), PUB_KEY_ID_ and digits`,
  );
};

/**
 * The map of some keys. The merchant's own serial number among them, or its own key (in PEM), is a mix-up, and nothing would be verified with
 * it.
 */
export const make = (
  keys: ReadonlyArray<PlatformKey>,
  merchantSerial: string,
  merchantKey?: string,
): Result.Result<PlatformKeys, ReadonlyArray<Issue>> => {
  const issues: Array<Issue> = [];
  if (keys.some(({ id }) => id === merchantSerial)) {
    issues.push({
      field: "publicKeyId",
      message: "is the serial number of the merchant's own certificate: give WeChat Pay's public key and its id",
    });
  }
  if (merchantKey !== undefined && keys.some((key) => key.is(merchantKey))) {
    issues.push({ field: "publicKey", message: `is the merchant's own: ${whence}` });
  }
  return issues.length > 0 ? Result.fail(issues) : Result.succeed(new Map(keys.map((key) => [key.id, key])));
};

/** Why a download of certificates gives no keys. */
export type Unreadable = "not-json" | "no-list" | "sealed" | "not-a-certificate" | "other-serial" | "merchant-serial";

const certificateIn = (
  entry: unknown,
  apiV3Key: string,
  merchantSerial: string,
): Result.Result<PlatformKey, Unreadable> => {
  const sealed = isRecord(entry) ? entry["encrypt_certificate"] : undefined;
  if (!isRecord(entry) || !isRecord(sealed)) return Result.fail("no-list");
  const plain = open(sealed as Resource, apiV3Key);
  if (plain === undefined) return Result.fail("sealed");
  const material = materialOf(new TextDecoder().decode(plain));
  const certificate = material === undefined ? undefined : certificateOf(material);
  if (certificate === undefined || bitsOf(certificate.publicKey) < smallest) return Result.fail("not-a-certificate");
  if (certificate.serial !== textAt(entry, "serial_no")) return Result.fail("other-serial");
  if (certificate.serial === merchantSerial) return Result.fail("merchant-serial");
  return Result.succeed(new PlatformKey(certificate.serial, certificate.publicKey, certificate));
};

/**
 * The certificates of `GET /v3/certificates`, each opened with the APIv3 key (APIv3密钥), which is what protects them: the first download
 * cannot be verified with anything that is known before. All of them, or none.
 */
export const fromCertificates = (
  body: Uint8Array,
  apiV3Key: string,
  merchantSerial: string,
): Result.Result<PlatformKeys, Unreadable> => {
  const json = parse(body);
  if (Result.isFailure(json)) return Result.fail("not-json");
  const list = json.success["data"];
  if (!Array.isArray(list) || list.length === 0) return Result.fail("no-list");
  return Result.map(
    Result.all(list.map((entry) => certificateIn(entry, apiV3Key, merchantSerial))),
    (keys) => new Map(keys.map((key) => [key.id, key])),
  );
};

/** The id to name in requests, so that the reply is signed with a key that is held: a public key before the newest certificate. */
export const preferred = (keys: PlatformKeys, nowMillis: number): string | undefined => {
  let best: PlatformKey | undefined;
  for (const key of keys.values()) {
    if (key.from === undefined) return key.id;
    const holds = key.from <= nowMillis && (key.to ?? 0) > nowMillis;
    if (holds && (best?.from === undefined || best.from < key.from)) best = key;
  }
  return best?.id;
};
