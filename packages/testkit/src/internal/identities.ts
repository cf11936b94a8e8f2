/** What a certificate is to those who use one. Apart from how it is issued, whose declarations need those of node-forge. */

/**
 * `"modern"`: AES-256 with a SHA-256 MAC, what OpenSSL 3 writes. `"3des"`: 3DES throughout. `"rc2-40"`: certificates under
 * RC2-40, key under 3DES, what OpenSSL 1 wrote and the API certificates of WeChat Pay use; OpenSSL 3 refuses to read it.
 */
export type Pkcs12Form = "modern" | "3des" | "rc2-40";

/** A certificate with its private key. */
export interface Identity {
  readonly certificatePem: string;
  /** PEM, PKCS#8, not encrypted. */
  readonly privateKeyPem: string;
  /** The certificate of the authority that signed it; absent on a self-signed one. */
  readonly chainPem?: string;
  /** A PKCS#12 file of the certificate, its chain and its key; `form` is `"modern"` unless given. */
  readonly pkcs12: (passphrase: string, form?: Pkcs12Form) => Uint8Array;
}
