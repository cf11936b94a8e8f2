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
export declare const make: () => PlatformIdentity;
