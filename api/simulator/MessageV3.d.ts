/**
 * Messages of APIv3 as the gateway signs, checks and seals them: the signed texts, RSA signatures, and AES-256-GCM.
 *
 * Written for the gateway alone and shared with no client, so that a mistake on one side of the wire is seen from the other.
 */
import { type KeyObject } from "node:crypto";
import * as Result from "effect/Result";
/** The only scheme of `Authorization`, and the type of every signature. */
export declare const scheme = "WECHATPAY2-SHA256-RSA2048";
/** What `Authorization` says. */
export interface Credentials {
    readonly mchId: string;
    /** The serial number of the merchant's certificate. */
    readonly serialNo: string;
    readonly nonce: string;
    /** In seconds since 1970, as it was written. */
    readonly timestamp: string;
    readonly signature: string;
}
/** Reads an `Authorization`: the scheme, one blank, and five quoted values in any order, with commas and no blanks between. */
export declare const readAuthorization: (header: string) => Result.Result<Credentials, "scheme" | "format">;
/** Writes what {@link readAuthorization} reads. */
export declare const writeAuthorization: ({ mchId, serialNo, nonce, timestamp, signature }: Credentials) => string;
/** A request as far as its signature goes. */
export interface Signable {
    readonly method: string;
    /** Path and query as they were sent, still escaped. */
    readonly target: string;
    readonly timestamp: string;
    readonly nonce: string;
    readonly body: Uint8Array;
}
/** What a request signs: five lines, each with its end, the last one too. */
export declare const requestText: ({ method, target, timestamp, nonce, body }: Signable) => Uint8Array;
/** What a reply and a notice sign: three lines. */
export declare const replyText: (timestamp: string, nonce: string, body: Uint8Array) => Uint8Array;
/** SHA256withRSA, PKCS#1 v1.5, in Base64 on one line. */
export declare const sign: (text: Uint8Array, privateKey: KeyObject) => string;
/** Whether the signature is this text's. Base64 that is not as it must be is no signature. */
export declare const verify: (text: Uint8Array, signature: string, publicKey: KeyObject) => boolean;
/** The key of a PEM, certificate or public key; undefined for anything that is not RSA of 2 048 bits or more. */
export declare const publicKeyOf: (pem: string) => KeyObject | undefined;
/** Something sealed under the APIv3 key (APIv3密钥), with what has to be known to open it. */
export interface Sealed {
    readonly algorithm: "AEAD_AES_256_GCM";
    readonly nonce: string;
    readonly associated_data: string;
    /** Base64 of what was sealed and its tag of 16 bytes. */
    readonly ciphertext: string;
}
/** Seals a text. The nonce has 12 characters and is used once for a key. */
export declare const seal: (text: string, apiV3Key: string, nonce: string, associatedData: string) => Sealed;
/** Opens what was sealed; undefined where the key, the nonce, the associated data or a byte is another. */
export declare const open: (sealed: Omit<Sealed, "algorithm">, apiV3Key: string) => string | undefined;
