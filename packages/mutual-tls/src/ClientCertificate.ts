/**
 * The merchant's API certificate (API证书): how the merchant proves who it is.
 */
import { type DateTime, Redacted, Schema } from "effect";

/** What is wrong with certificate material; one literal for each cause that a merchant can mend. */
export class CertificateError extends Schema.TaggedError<CertificateError>(
  "@wechat-refund/mutual-tls/CertificateError",
)("CertificateError", { problem: Schema.String, detail: Schema.String, file: Schema.optionalKey(Schema.String) }) {
  override get message(): string {
    return this.file === undefined ? this.detail : `${this.file}: ${this.detail}`;
  }
}

/** A private key with its certificate, opened and checked. */
export interface ClientCertificate {
  /** PEM: the certificate, then its chain. Public. */
  readonly certificatePem: string;
  /** PEM, PKCS#8. */
  readonly privateKeyPem: Redacted.Redacted<string>;
  readonly form: "pem" | "pkcs12" | "pkcs12-legacy";
  /** The certificate's common name: for an API certificate the merchant number (商户号). */
  readonly owner: string | undefined;
  readonly serialNumber: string;
  readonly notBefore: DateTime.Utc;
  readonly notAfter: DateTime.Utc;
}
