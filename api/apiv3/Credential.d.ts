/**
 * Who signs requests: the merchant number (商户号), the serial number (证书序列号) of its API certificate and the private key of that
 * certificate, `apiclient_key.pem`. What the gateway would answer with 401 is refused here, by field and with its remedy.
 *
 * Key and serial number leave it together or not at all (`sign`), so that none is sent with another's. The key itself never leaves.
 */
import { InvalidMerchant } from "@wechat-refund/core/Merchant";
import * as Redacted from "effect/Redacted";
import * as Result from "effect/Result";
import { type KeyObject } from "./internal/crypto.ts";
/** What a credential is made from. */
export interface CredentialOptions {
    /** `mchid` (商户号): in provider mode (服务商) the provider's. */
    readonly mchId: string;
    /** `serial_no` (商户API证书序列号): 40 hexadecimal digits, also with colons or in small letters. */
    readonly serialNo: string;
    /** PKCS#8 or PKCS#1; as PEM, as PEM whose line ends are a literal `\n`, or as base64 of DER. */
    readonly privateKey: Redacted.Redacted<string>;
    /** The API certificate, PEM: where it is given, serial number and key must be its own. */
    readonly certificate?: string | undefined;
}
/** A text's signature and the serial number of the key that made it. */
export interface Signed {
    readonly signature: string;
    readonly serialNo: string;
}
declare const brand: unique symbol;
/** A merchant's key, ready to sign. Printed it shows number and serial number. */
export declare class Credential {
    #private;
    readonly [brand] = true;
    readonly mchId: string;
    readonly serialNo: string;
    /** Use `make`, which checks. */
    constructor(mchId: string, serialNo: string, key: KeyObject);
    /** base64 of SHA256-RSA2048 over the UTF-8 text, on one line. */
    sign(text: string): Signed;
    /** The public half of the key, in PEM: what it signs is checked with it. */
    get publicKey(): string;
    toJSON(): unknown;
    toString(): string;
}
/** What is wrong with one setting; never with its value. */
export interface Issue {
    readonly field: string;
    readonly message: string;
}
/** Whether a text can be the serial number of a certificate, in the one spelling that is sent. */
export declare const isSerial: (serial: string) => boolean;
/** A serial number as it is sent: upper-case hex without colons, blanks and line ends. */
export declare const serialOf: (text: string) => string;
/** Checks all of it and says all that is wrong. */
export declare const make: (options: CredentialOptions) => Result.Result<Credential, InvalidMerchant>;
export {};
