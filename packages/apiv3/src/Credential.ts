/**
 * Who signs requests: the merchant number (商户号), the serial number (证书序列号) of its API certificate and the private key of that
 * certificate, `apiclient_key.pem`. What the gateway would answer with 401 is refused here, by field and with its remedy.
 *
 * Key and serial number leave it together or not at all (`sign`), so that none is sent with another's. The key itself never leaves.
 */
import { InvalidMerchant } from "@wechat-refund/core/Merchant";
import * as Redacted from "effect/Redacted";
import * as Result from "effect/Result";
import {
  bitsOf,
  certificateOf,
  isPair,
  type KeyObject,
  materialOf,
  privateKeyOf,
  publicPemOf,
  rsaSign,
} from "./internal/crypto.ts";

/** What a credential is made from. */
export interface CredentialOptions {
  /** `mchid` (商户号): in provider mode (服务商) the provider's. */
  readonly mchId: string;
  /** `serial_no` (商户API证书序列号): 40 hexadecimal digits, also with colons or in small letters. */
  readonly serialNo: string;
  /** PKCS#8 or PKCS#1; as PEM, as PEM whose line ends are a literal `\n`, or as base64 of DER. */
  readonly privateKey: Redacted.Redacted<string>;
  /** The API certificate, PEM: where it is given, serial number and key must be its own. */
  readonly certificate?: string | undefined;
}

/** A text's signature and the serial number of the key that made it. */
export interface Signed {
  readonly signature: string;
  readonly serialNo: string;
}

const brand: unique symbol = Symbol.for("@wechat-refund/apiv3/Credential");

/** A merchant's key, ready to sign. Printed it shows number and serial number. */
export class Credential {
  readonly [brand] = true;
  readonly mchId: string;
  readonly serialNo: string;
  readonly #key: KeyObject;

  /** Use `make`, which checks. */
  constructor(mchId: string, serialNo: string, key: KeyObject) {
    this.mchId = mchId;
    this.serialNo = serialNo;
    this.#key = key;
  }

  /** base64 of SHA256-RSA2048 over the UTF-8 text, on one line. */
  sign(text: string): Signed {
    return { signature: rsaSign(text, this.#key), serialNo: this.serialNo };
  }

  /** The public half of the key, in PEM: what it signs is checked with it. */
  get publicKey(): string {
    return publicPemOf(this.#key);
  }

  toJSON(): unknown {
    return { mchId: this.mchId, serialNo: this.serialNo, privateKey: "<redacted>" };
  }
  toString(): string {
    return `Credential(${this.mchId}, ${this.serialNo}, <redacted>)`;
  }
  [Symbol.for("nodejs.util.inspect.custom")](): unknown {
    return this.toJSON();
  }
}

/** What is wrong with one setting; never with its value. */
export interface Issue {
  readonly field: string;
  readonly message: string;
}

const mchIdPattern = /^[0-9]{1,32}$/;

/** Whether a text can be the serial number of a certificate, in the one spelling that is sent. */
export const isSerial = (serial: string): boolean => /^[0-9A-F]{8,40}$/.test(serial);

/** A serial number as it is sent: upper-case hex without colons, blanks and line ends. */
export const serialOf = (text: string): string => text.replace(/[\s:]/g, "").toUpperCase();

const smallest = 2048;
const whence = "take it from apiclient_key.pem (商户API证书私钥)";

const keyOf = (given: unknown): Result.Result<KeyObject, string> => {
  const text: unknown = Redacted.isRedacted(given) ? Redacted.value(given) : undefined;
  if (typeof text !== "string" || text.trim() === "") {
    return Result.fail(`is missing: give the text of apiclient_key.pem as Redacted.make(text)`);
  }
  const material = materialOf(text);
  if (material === undefined) return Result.fail(`is neither PEM nor base64 of DER: ${whence}, whole`);
  const { label = "" } = material;
  if (label.includes("ENCRYPTED")) {
    return Result.fail("is encrypted: give it without a passphrase, as `openssl pkey -in apiclient_key.pem` writes it");
  }
  if (label.includes("CERTIFICATE")) return Result.fail(`is a certificate, not a private key: ${whence}`);
  if (label.includes("PUBLIC")) return Result.fail(`is a public key, not a private key: ${whence}`);
  const key = privateKeyOf(material);
  if (key === undefined) return Result.fail(`is no private key in PKCS#8 or PKCS#1: ${whence}, whole`);
  const bits = bitsOf(key);
  if (bits === 0) return Result.fail(`is not an RSA key, which this protocol signs with: ${whence}`);
  if (bits < smallest) {
    return Result.fail(`has ${bits} bits, and this protocol needs RSA of at least ${smallest}: ${whence}`);
  }
  return Result.succeed(key);
};

const where =
  "the merchant platform shows it (账户中心 → API安全 → 商户API证书), and `openssl x509 -in apiclient_cert.pem -noout -serial`";

const serialIssue = (serial: string): string | undefined => {
  if (serial === "") return `is missing: ${where}`;
  if (isSerial(serial)) return undefined;
  if (serial.startsWith("PUB_KEY_ID_")) {
    return `is the id of WeChat Pay's public key (微信支付公钥ID); give the serial number of the merchant's own API certificate: ${where}`;
  }
  if (/^[0-9]+$/.test(serial)) return `is written in decimal; give it in hexadecimal, as ${where}`;
  return `must be hexadecimal digits, as ${where}`;
};

const certificateIssue = (text: string, serial: string, key: KeyObject | undefined): Issue | undefined => {
  const material = materialOf(text);
  const certificate = material === undefined ? undefined : certificateOf(material);
  if (certificate === undefined) {
    return { field: "certificate", message: "is not a certificate in PEM: give apiclient_cert.pem, or leave it out" };
  }
  if (certificate.serial !== serial) {
    return { field: "serialNo", message: `is not that of the certificate, which is ${certificate.serial}` };
  }
  if (key !== undefined && !isPair(certificate.publicKey, key)) {
    return { field: "privateKey", message: "does not belong to the certificate: give the key that was made with it" };
  }
  return undefined;
};

/** Checks all of it and says all that is wrong. */
export const make = (options: CredentialOptions): Result.Result<Credential, InvalidMerchant> => {
  const issues: Array<Issue> = [];
  const { certificate, mchId, privateKey, serialNo } = options;
  if (typeof mchId !== "string" || !mchIdPattern.test(mchId)) {
    issues.push({ field: "mchId", message: "must be 1 to 32 digits: the merchant number (mchid, 商户号)" });
  }
  const serial = typeof serialNo === "string" ? serialOf(serialNo) : "";
  const serialProblem = serialIssue(serial);
  if (serialProblem !== undefined) issues.push({ field: "serialNo", message: serialProblem });
  const key = keyOf(privateKey);
  if (Result.isFailure(key)) issues.push({ field: "privateKey", message: key.failure });
  if (certificate !== undefined && serialProblem === undefined) {
    const issue = certificateIssue(certificate, serial, Result.isSuccess(key) ? key.success : undefined);
    if (issue !== undefined) issues.push(issue);
  }
  return Result.isFailure(key) || issues.length > 0
    ? Result.fail(new InvalidMerchant({ issues }))
    : Result.succeed(new Credential(mchId, serial, key.success));
};
