/**
 * What can be wrong with certificate material, one literal for each cause that a merchant can mend.
 *
 * `detail` is written here and nowhere else, in the words of the merchant platform (商户平台): what it is, then what to do.
 * Nothing secret gets in: no key, no passphrase, no byte of a file, and no foreign error.
 */
import * as Schema from "effect/Schema";
declare const sentences: {
    readonly "file-missing": "There is no such file. A relative path counts from the directory the process was started in.";
    readonly "file-is-directory": "This is a directory: name the file in it, such as apiclient_cert.p12 or apiclient_cert.pem.";
    readonly "file-unreadable": "The file cannot be read: give the user that runs this process permission to read it.";
    readonly "too-large": "It is larger than 16 MB, which no such file is: name the right one.";
    readonly empty: "It is empty: copy it again from the certificate download (证书压缩包).";
    readonly "cut-off": "It ends too early: copy it again, whole, from the certificate download (证书压缩包).";
    readonly damaged: "It is damaged: copy it again from the certificate download (证书压缩包), in binary mode.";
    readonly "value-instead-of-file": "It holds the thing itself, where the path of a file is expected: give the path.";
    readonly "file-instead-of-value": "It holds the path of a file, where the text of one is expected: give the text.";
    readonly "pem-instead-of-pkcs12": "This is PEM text, where a PKCS#12 file is expected: give apiclient_cert.p12, or give apiclient_cert.pem and apiclient_key.pem as a PEM pair.";
    readonly "pkcs12-instead-of-pem": "This is a PKCS#12 file, where PEM text is expected: give it as PKCS#12, or give apiclient_cert.pem and apiclient_key.pem.";
    readonly "der-instead-of-pem": "This is binary (DER), where PEM text is expected: convert it with `openssl x509 -inform DER` or `openssl pkey -inform DER`.";
    readonly "binary-read-as-text": "This is a binary file that was read as text, which destroyed it: read it as bytes, without an encoding.";
    readonly "base64-instead-of-binary": "This is the base64 text of a binary file: give it to ClientCertificate.fromPkcs12Base64 or WECHAT_PAY_P12_BASE64, or decode it first, with Buffer.from(text, 'base64').";
    readonly "not-pkcs12": "This is not a PKCS#12 file: give apiclient_cert.p12 from the certificate download (证书压缩包).";
    readonly "not-pem": "This is not PEM text: it must hold a block that starts with -----BEGIN and a name.";
    readonly "wrong-passphrase": "The passphrase does not open it. The passphrase of a WeChat Pay .p12 is the merchant number (商户号) unless it was changed; of a service provider's, the provider's number. A damaged file is refused in the same way.";
    readonly "wrong-key-passphrase": "The passphrase does not open the private key: give the one it was encrypted with.";
    readonly "passphrase-missing": "It is encrypted and no passphrase was given: give the one it was made with.";
    readonly "no-key": "There is no private key in it: give apiclient_key.pem, or the .p12, which holds both.";
    readonly "no-certificate": "There is no certificate in it: give apiclient_cert.pem, or the .p12, which holds both.";
    readonly swapped: "Key and certificate are swapped: apiclient_cert.pem is the certificate, apiclient_key.pem the private key.";
    readonly "key-mismatch": "The private key belongs to another certificate: take both from the same download (证书压缩包), and mind that a new certificate has a new key.";
    readonly "authority-certificate": "This is the certificate of an authority, such as rootca.pem, not the merchant's: give apiclient_cert.pem.";
    readonly "wrong-owner": "The certificate belongs to another merchant: give the certificate of the configured merchant number (商户号), or correct the number.";
    readonly expired: "The certificate is no longer valid: apply for a new one on the merchant platform (账户中心 → API安全 → 申请API证书) and install it.";
    readonly "not-yet-valid": "The certificate is not valid yet: check this machine's clock, or wait.";
    readonly "unsupported-algorithm": "It uses an algorithm that cannot be read here: convert it with a current OpenSSL, or give apiclient_cert.pem and apiclient_key.pem.";
    readonly "weak-key": "The key is too short to be accepted: an RSA key needs 2048 bits. Apply for a new certificate on the merchant platform (账户中心 → API安全).";
    readonly "refused-by-tls": "The TLS library refuses to use it: apply for a new certificate on the merchant platform (账户中心 → API安全).";
    readonly "no-authority": "Only the given authorities are to be trusted and none is given: give `ca`, or leave `replaceSystem` out.";
    readonly "bad-authority": "This is not the certificate of an authority in PEM: it must hold a block that starts with -----BEGIN CERTIFICATE.";
    readonly "bad-revocation-list": "This is not a certificate revocation list in PEM: it must hold a block that starts with -----BEGIN X509 CRL.";
    readonly "run-time": "The TLS of this run time cannot do what is needed: run it under Node 22.19 or newer.";
    readonly "not-configured": "No certificate is configured: set WECHAT_PAY_CERT_FILE and WECHAT_PAY_KEY_FILE to the PEM pair, or WECHAT_PAY_P12_FILE to the .p12; as text, WECHAT_PAY_CERT and WECHAT_PAY_KEY, or WECHAT_PAY_P12_BASE64.";
    readonly "half-configured": "Certificate and private key go together: set both, WECHAT_PAY_CERT_FILE or WECHAT_PAY_CERT, and WECHAT_PAY_KEY_FILE or WECHAT_PAY_KEY.";
    readonly "configured-twice": "The same is configured twice: set each in one way, the PEM pair or the .p12, by file or as text, not both.";
    readonly "unused-passphrase": "This passphrase is used by nothing: leave it out, or configure what it opens.";
};
export declare const Problem: Schema.Literals<("authority-certificate" | "bad-authority" | "bad-revocation-list" | "base64-instead-of-binary" | "binary-read-as-text" | "configured-twice" | "cut-off" | "damaged" | "der-instead-of-pem" | "empty" | "expired" | "file-instead-of-value" | "file-is-directory" | "file-missing" | "file-unreadable" | "half-configured" | "key-mismatch" | "no-authority" | "no-certificate" | "no-key" | "not-configured" | "not-pem" | "not-pkcs12" | "not-yet-valid" | "passphrase-missing" | "pem-instead-of-pkcs12" | "pkcs12-instead-of-pem" | "refused-by-tls" | "run-time" | "swapped" | "too-large" | "unsupported-algorithm" | "unused-passphrase" | "value-instead-of-file" | "weak-key" | "wrong-key-passphrase" | "wrong-owner" | "wrong-passphrase")[]>;
export type Problem = keyof typeof sentences;
declare const CertificateError_base: Schema.Class<CertificateError, Schema.TaggedStruct<"CertificateError", {
    readonly problem: Schema.Literals<("authority-certificate" | "bad-authority" | "bad-revocation-list" | "base64-instead-of-binary" | "binary-read-as-text" | "configured-twice" | "cut-off" | "damaged" | "der-instead-of-pem" | "empty" | "expired" | "file-instead-of-value" | "file-is-directory" | "file-missing" | "file-unreadable" | "half-configured" | "key-mismatch" | "no-authority" | "no-certificate" | "no-key" | "not-configured" | "not-pem" | "not-pkcs12" | "not-yet-valid" | "passphrase-missing" | "pem-instead-of-pkcs12" | "pkcs12-instead-of-pem" | "refused-by-tls" | "run-time" | "swapped" | "too-large" | "unsupported-algorithm" | "unused-passphrase" | "value-instead-of-file" | "weak-key" | "wrong-key-passphrase" | "wrong-owner" | "wrong-passphrase")[]>;
    /** What it is and what to do about it. */
    readonly detail: Schema.String;
    /** The file it is in; left out where the name may be a secret itself. */
    readonly file: Schema.optionalKey<Schema.String>;
    /** Without a file: the variable or option it comes from. */
    readonly setting: Schema.optionalKey<Schema.String>;
}>, import("effect/Cause").YieldableError>;
export declare class CertificateError extends CertificateError_base {
    get message(): string;
}
/** Where material comes from, as far as it may be printed. */
export interface Where {
    readonly file?: string | undefined;
    readonly setting?: string | undefined;
}
/** The error for `problem`; `found` is a further sentence on what was met, never anything out of a secret. */
export declare const refuse: (problem: Problem, { file, found, setting }?: Where & {
    readonly found?: string | undefined;
}) => CertificateError;
export {};
