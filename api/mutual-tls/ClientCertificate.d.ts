import type * as Config from "effect/Config";
import * as DateTime from "effect/DateTime";
import * as Effect from "effect/Effect";
import * as Redacted from "effect/Redacted";
import { type CertificateError } from "./CertificateError.ts";
export { CertificateError, Problem } from "./CertificateError.ts";
/** A private key with its certificate, opened and checked. */
export interface ClientCertificate {
    /** PEM: the certificate, then its chain. Public. */
    readonly certificatePem: string;
    /** PEM, PKCS#8. */
    readonly privateKeyPem: Redacted.Redacted<string>;
    /** `"pkcs12-legacy"`: a PKCS#12 file under RC2-40, which OpenSSL 3 and Node do not open by themselves. */
    readonly form: "pem" | "pkcs12" | "pkcs12-legacy";
    /** The certificate's common name: for an API certificate the merchant number (商户号). */
    readonly owner: string | undefined;
    readonly serialNumber: string;
    readonly notBefore: DateTime.Utc;
    readonly notAfter: DateTime.Utc;
}
type Secret = string | Redacted.Redacted<string>;
export interface Expectation {
    /** Refuse a certificate of another merchant number (商户号). */
    readonly expectedOwner?: string | undefined;
}
/**
 * Refuses what is outside its validity now. By the machine's clock, not Effect's: it is what the TLS library and the gateway
 * judge by, and a test's clock does not move them.
 */
export declare const checkValidity: (certificate: Pick<ClientCertificate, "notBefore" | "notAfter">, file?: string) => Effect.Effect<void, CertificateError>;
/** Whether `certificate` ends within `days` days of `now`, or has ended. */
export declare const expiresWithin: (certificate: ClientCertificate, now: DateTime.Utc, days: number) => boolean;
export interface Pem extends Expectation {
    /** The certificate; its chain may follow. */
    readonly certificate: string;
    readonly privateKey: Secret;
    /** Of an encrypted private key. */
    readonly passphrase?: Secret | undefined;
}
/**
 * Opens PEM texts, also such as lost their line ends on the way: `\n` written out, blanks in their place, no first and last line
 * (of an X.509 certificate or a PKCS#8 key), or all of it in base64 once more.
 */
export declare const fromPem: (options: Pem) => Effect.Effect<ClientCertificate, CertificateError, never>;
export interface PemFiles extends Expectation {
    /** `apiclient_cert.pem`. */
    readonly certFile: string;
    /** `apiclient_key.pem`. */
    readonly keyFile: string;
    /** Of an encrypted private key. */
    readonly passphrase?: Secret | undefined;
}
/** Opens a PEM pair; warns when the key's file is readable by others. */
export declare const fromPemFiles: (options: PemFiles) => Effect.Effect<ClientCertificate, CertificateError, never>;
export interface Pkcs12 extends Expectation {
    readonly pkcs12: Uint8Array;
    /** The merchant number (商户号), unless it was changed. */
    readonly passphrase: Secret;
}
/** Opens the bytes of a PKCS#12 file, also the old RC2-40 form. */
export declare const fromPkcs12: (options: Pkcs12) => Effect.Effect<ClientCertificate, CertificateError>;
export interface Pkcs12Base64 extends Expectation {
    /** The base64 text of a PKCS#12 file. */
    readonly base64: Secret;
    /** The merchant number (商户号), unless it was changed. */
    readonly passphrase: Secret;
}
/** {@link fromPkcs12} of its base64 text, as secret stores keep it. */
export declare const fromPkcs12Base64: (options: Pkcs12Base64) => Effect.Effect<ClientCertificate, CertificateError, never>;
export interface Pkcs12File extends Expectation {
    /** `apiclient_cert.p12`. */
    readonly file: string;
    /** The merchant number (商户号), unless it was changed. */
    readonly passphrase: Secret;
}
/** Opens a PKCS#12 file, also the old RC2-40 form; warns when it is readable by others. */
export declare const fromPkcs12File: (options: Pkcs12File) => Effect.Effect<ClientCertificate, CertificateError, never>;
/**
 * Opens the configured certificate. As a PEM pair: `WECHAT_PAY_CERT_FILE` and `WECHAT_PAY_KEY_FILE`, or the texts themselves in
 * `WECHAT_PAY_CERT` and `WECHAT_PAY_KEY`, with `WECHAT_PAY_KEY_PASSPHRASE` for an encrypted key. As PKCS#12: `WECHAT_PAY_P12_FILE`,
 * or its base64 text in `WECHAT_PAY_P12_BASE64`, with `WECHAT_PAY_P12_PASSPHRASE` (default: `WECHAT_PAY_MCH_ID`). Where
 * `WECHAT_PAY_MCH_ID` is set, the certificate must be that merchant's. What is set twice, or set and used by nothing, is refused.
 */
export declare const config: Effect.Effect<ClientCertificate, CertificateError | Config.ConfigError>;
