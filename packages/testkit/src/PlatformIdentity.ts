/**
 * What WeChat Pay itself signs with under APIv3, made at run time: a key pair with its platform certificate (平台证书).
 *
 * The public key alone serves as a WeChat Pay public key (微信支付公钥); which id goes with it is its user's to say. Valid on any date
 * that a test's clock may show. Nothing here is fit for production: the keys are handed out in the clear.
 */
import { createPublicKey, X509Certificate } from "node:crypto";
import { issue } from "./internal/issue.ts";

export interface PlatformIdentity {
  readonly certificatePem: string;
  /** The certificate's, 40 upper-case hex digits. */
  readonly serialNo: string;
  /** PEM, SubjectPublicKeyInfo. */
  readonly publicKeyPem: string;
  /** PEM, PKCS#8, not encrypted. */
  readonly privateKeyPem: string;
}

/** A new one; it takes some tens of milliseconds. */
export const make = (): PlatformIdentity => {
  const { certificatePem, privateKeyPem } = issue({
    commonName: "Test platform certificate",
    extensions: [
      { name: "basicConstraints", cA: false },
      { name: "keyUsage", digitalSignature: true, keyEncipherment: true, critical: true },
    ],
    notBefore: new Date(0),
    notAfter: new Date(Date.UTC(2049, 0, 1)),
  });
  return {
    certificatePem,
    serialNo: new X509Certificate(certificatePem).serialNumber,
    publicKeyPem: createPublicKey(privateKeyPem).export({ type: "spki", format: "pem" }).toString(),
    privateKeyPem,
  };
};
