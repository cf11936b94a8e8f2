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
/** Every member is made on first use and kept, so that all tests of a file share it. */
export interface TestIdentities {
    /** PEM of the authority that signed everything not said to be otherwise. */
    readonly ca: string;
    /** PEM of an authority that nobody has reason to trust. */
    readonly otherCa: string;
    /** The right server: valid, for `hosts`, 127.0.0.1 and ::1. */
    readonly server: Identity;
    readonly serverWrongName: Identity;
    readonly serverExpired: Identity;
    readonly serverNotYetValid: Identity;
    readonly serverSelfSigned: Identity;
    /** RSA-1024; a server needs `ciphers: "DEFAULT@SECLEVEL=0"` to load it. */
    readonly serverWeakKey: Identity;
    /** Signed by `otherCa`. */
    readonly serverOtherCa: Identity;
    /** Its common name is the merchant number, as in every merchant certificate here. */
    readonly merchantA: Identity;
    readonly merchantB: Identity;
    /** Merchant A's number, expired. */
    readonly merchantExpired: Identity;
    /** Merchant A's number, valid from next year. */
    readonly merchantNotYetValid: Identity;
    /** Merchant A's number on an EC P-256 key. */
    readonly merchantEc: Identity;
    /** Merchant A's number, signed by `otherCa`: claims to be merchant A and is not. */
    readonly stranger: Identity;
    /** PEM of `ca`'s revocation list; every identity given must be one that `ca` signed. */
    readonly crlPem: (revoked: ReadonlyArray<Identity>) => string;
}
export interface Options {
    /** Default `"1900000109"`. */
    readonly merchantA?: string;
    /** Default `"1900000110"`. */
    readonly merchantB?: string;
    /** Names and addresses of the servers, beside 127.0.0.1 and ::1. Default `["localhost"]`. */
    readonly hosts?: ReadonlyArray<string>;
}
/** A family of identities under one pair of authorities; nothing is made before it is asked for. */
export declare const make: (options?: Options) => TestIdentities;
/**
 * A PKCS#12 file written by OpenSSL itself with RC2-40, as old downloads of WeChat Pay are, and the authority that signed it.
 * Valid for decades and worthless: the authority's key was thrown away.
 */
export declare const legacyFixture: () => {
    readonly pkcs12: Uint8Array;
    readonly passphrase: string;
    readonly caPem: string;
    readonly merchantNumber: string;
};
