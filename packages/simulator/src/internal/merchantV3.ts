/** What a merchant of a gateway has for APIv3, as configuration. */
import { X509Certificate } from "node:crypto";
import * as Effect from "effect/Effect";
import * as Schema from "effect/Schema";
import { publicKeyOf } from "../MessageV3.ts";

/**
 * Merchants' certificates carry the number they are named by. Node prints serial numbers as WeChat Pay does: upper-case hex.
 */
const isOfCertificate = (serialNo: string, pem: string): boolean =>
  !pem.includes("BEGIN CERTIFICATE") || new X509Certificate(pem).serialNumber === serialNo;

/** What a merchant has for APIv3. */
export const MerchantV3 = Schema.Struct({
  /** Of the merchant's API certificate (商户API证书序列号). */
  serialNo: Schema.String.check(Schema.isPattern(/^[0-9A-F]{1,40}$/, { expected: "up to 40 upper-case hex digits" })),
  /** What requests are checked with: PEM of the certificate or of its public key. */
  publicKey: Schema.String.check(
    Schema.makeFilter(
      (pem) =>
        publicKeyOf(pem) !== undefined || "Expected the PEM of a certificate or public key, RSA of 2048 bits or more",
    ),
  ),
  /** APIv3密钥: seals notices and platform certificates. */
  apiKey: Schema.String.check(
    Schema.makeFilter((key) => Buffer.byteLength(key) === 32 || "Expected a text of 32 bytes"),
  ),
  /**
   * What the merchant may verify with: platform certificates (平台证书), the WeChat Pay public key (微信支付公钥), or, on the way from
   * one to the other, both: then each reply is signed with the key that its request names, and with the certificate if it names none.
   */
  platform: Schema.Literals(["certificate", "public-key", "both"]).pipe(
    Schema.withDecodingDefaultKey(Effect.succeed("both")),
  ),
  /**
   * How many of the notices are signed with the public key where there are both, from 0 to 1. Without it they follow the merchant's
   * latest request.
   */
  noticesByPublicKey: Schema.optionalKey(Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 }))),
  /**
   * The form of the merchant's notices: that of APIv3 for a refund that was made through it and named an address, as documented, or
   * for all.
   */
  notices: Schema.Literals(["by-refund", "v3"]).pipe(Schema.withDecodingDefaultKey(Effect.succeed("by-refund"))),
}).check(
  Schema.makeFilter(({ serialNo, publicKey }) =>
    isOfCertificate(serialNo, publicKey) ? undefined : { path: ["serialNo"], issue: "Expected the certificate's own" },
  ),
);
export type MerchantV3 = typeof MerchantV3.Type;
