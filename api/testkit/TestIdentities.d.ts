import type { Identity } from "./internal/identities.ts";
export type { Identity, Pkcs12Form } from "./internal/identities.ts";
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
